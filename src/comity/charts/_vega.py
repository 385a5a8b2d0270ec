"""From a Vega-Lite spec to an SVG that reads aloud, and the colours that charts share."""

from __future__ import annotations

import html
import re
from collections import Counter
from collections.abc import Mapping
from typing import Any, Literal

FONT = "Noto Sans, Noto Sans KR, Malgun Gothic, Apple SD Gothic Neo, sans-serif"
FONTS = {"ko": "Noto Sans KR, Noto Sans CJK KR, Malgun Gothic, Apple SD Gothic Neo, Noto Sans, sans-serif"}
"""For a language that has its own: a picture is drawn in the first of them that is there, all of it."""
INK, MUTED, RULE, PAPER = "#1b1f24", "#57606a", "#d8dee4", "#f3f5f7"
BAND = "#e6ebf0"
"""Behind the years that are asked for."""
COLOURS = {
    "assessed": "#0b5a8f",
    "voluntary_core": "#00805e",
    "voluntary_non_core": "#d07000",
    "other": "#a8528a",
}
"""After Okabe and Ito, darkened to stand 3:1 against white."""

_LOCALES: dict[str, Literal["en-US", "fr-FR", "es-ES", "ko-KR"]] = {
    "en": "en-US",
    "fr": "fr-FR",
    "es": "es-ES",
    "ko": "ko-KR",
}

_NOISE = re.compile(
    r' (?:xmlns:xlink|class|aria-[a-z]+|role|pointer-events)="[^"]*"|<path d="M0,0h0v0h0Z"[^>]*/>'
    r'| transform="translate\(0,0\)"'
)
"""What Vega writes for its own scripts and for screen readers that would read every bar."""

_INVISIBLE = re.compile(
    r'<path d="[^"]*"(?: display="none")?/>| (?:opacity="1"|text-anchor="start"'
    r'|stroke-dasharray="1,0"|stroke-width="1"|font-weight="400"|[xy]2="0")(?=[ />])'
)
"""Paths without a colour, and what is the rule anyway."""
_CIRCLE = re.compile(r'<path transform="translate\(([-\d.]+),([-\d.]+)\)" d="M([\d.]+),0A[^"]*" ([^>]*)/>')
"""A circle as Vega writes it, in four arcs of a path."""
_PLACE = re.compile(r'(<text[^>]*) transform="translate\(([-\d.]+),([-\d.]+)\)"([^>]*>)(?!<tspan)')
"""Where words of one line stand; those of several have a place of their own in each."""
_ALIKE = re.compile(
    r'(<(?:path|circle|line)\b[^>]*?)((?: (?:fill|stroke)(?:-[a-z]+)?="[^"]*")+)/>(?:<[^>]*?\2/>){3,}'
)
"""Four marks or more in a row that look the same."""
_SIZE = re.compile(r' font-size="[^"]*"')
_TAG, _FINE = re.compile(r"<[^<>]{1,500}>"), re.compile(r"(?<=\.\d\d)\d+")
"""Places finer than a hundredth of a pixel, in tags and not in words."""

_EMPTY_GROUP = re.compile(r"<g>((?:<(?!/?g\b)[^>]*/>)*)</g>")

CONFIG: dict[str, Any] = {
    "aria": False,
    "font": FONT,
    "background": None,
    "view": {"stroke": None},
    "axis": {
        "labelColor": MUTED,
        "labelFontSize": 13,
        "titleColor": MUTED,
        "titleFontSize": 13,
        "titleFontWeight": "normal",
        "gridColor": RULE,
        "domainColor": MUTED,
        "tickColor": RULE,
    },
    "legend": {"labelColor": INK, "labelFontSize": 13, "labelLimit": 0, "symbolSize": 130},
    "text": {"color": INK, "fontSize": 13},
}


def svg(
    spec: Mapping[str, Any],
    data: Mapping[str, list[dict[str, Any]]],
    lang: str,
    name: str,
    title: str,
    alt: str,
) -> str:
    """`spec` drawn with `data` put in: the same input gives the same bytes, ids included."""
    import vl_convert

    drawn = vl_convert.vegalite_to_svg({**spec, "datasets": dict(data)}, format_locale=_LOCALES[lang])
    # The font and its usual size are said once, not with every word.
    drawn = _INVISIBLE.sub("", _NOISE.sub("", drawn).replace(f' font-family="{FONT}"', ""))
    drawn = _TAG.sub(lambda tag: _FINE.sub("", tag[0]), drawn)
    drawn = _CIRCLE.sub(r'<circle cx="\1" cy="\2" r="\3" \4/>', drawn)
    drawn = _PLACE.sub(r'\1 x="\2" y="\3"\4', drawn)
    for _ in range(4):
        drawn = _EMPTY_GROUP.sub(r"\1", drawn)
    drawn = _ALIKE.sub(lambda run: f"<g{run[2]}>{run[0].replace(f'{run[2]}/>', '/>')}</g>", drawn)
    size = Counter(_SIZE.findall(drawn)).most_common(1)
    most = size[0][0] if size else ""
    opening, rest = (drawn.replace(most, "") if most else drawn).split(">", 1)
    font = f'font-family="{FONTS.get(lang, FONT)}"{most}'
    label = f'{font} role="img" aria-labelledby="{name}-title {name}-desc"'
    words = f'<title id="{name}-title">{html.escape(title)}</title>'
    words += f'<desc id="{name}-desc">{html.escape(alt)}</desc>'
    return f"{opening} {label}>{words}{rest}"
