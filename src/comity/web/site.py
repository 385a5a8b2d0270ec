"""Fills in the templates: what every page shares, and addresses that keep the language."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache, partial
from pathlib import Path
from typing import Any
from urllib.parse import quote

from django.http import HttpRequest, HttpResponse
from django.utils.http import escape_leading_slashes
from jinja2 import Environment

import comity
from comity import i18n
from comity.charts._labels import source_name
from comity.model import Party
from comity.outputs.html import _template
from comity.provenance import digest
from comity.web import asking, facts

TEMPLATES, STATIC = Path(__file__).parent / "templates", Path(__file__).parent / "static"
NAMES = {"en": "English", "fr": "Français", "es": "Español", "ko": "한국어"}


def environment(**options: object) -> Environment:
    """Jinja2 for Django's backend: the profile page's own environment, and the site's templates."""
    return _template.environment(TEMPLATES)


@cache
def asset(name: str) -> str:
    """The address of a static file, with a hash of what it holds: it may be kept for ever."""
    home = next(folder for folder in (STATIC, _template.STYLES) if (folder / name).is_file())
    return f"/static/{name}?{digest((home / name).read_bytes())[:12]}"


def address(request: HttpRequest, path: str, **query: object) -> str:
    """A path of the site with parameters, in the language that was asked for."""
    return path + asking.query({**query, "lang": query.get("lang") or request.lang_asked})


def profile_path(partner: str, organisation: str) -> str:
    return f"/cooperation/{quote(partner, safe='')}/{quote(organisation, safe='')}/"


def with_changes(request: HttpRequest, path: str = "", **changed: object) -> str:
    """This page's address, or that of `path` with the same parameters, with some of them changed."""
    kept = {name: request.GET[name] for name in request.GET if name not in changed}
    here = escape_leading_slashes(quote(request.path))  # //example.org would be another host
    return (path or str(here)) + asking.query({**kept, **changed})


def shared(request: HttpRequest) -> dict[str, Any]:
    """What every template may use."""
    lang: str = request.lang

    def name(party: Party | str) -> str:
        known = facts.library().directory.parties.get(party) if isinstance(party, str) else party
        return i18n.party_name(known, lang) if known else str(party)

    return {
        "_": i18n.translator(lang),
        "lang": lang,
        "lang_asked": request.lang_asked,
        "languages": [(code, NAMES[code], with_changes(request, lang=code)) for code in i18n.LANGUAGES],
        "path": request.path,
        "asset": asset,
        "link": partial(address, request),
        "profile_path": profile_path,
        "name": name,
        "source_name": lambda source: source_name(source, lang),
        "day": lambda value: i18n.day(value, lang),
        "whole": lambda value: i18n.whole(value, lang),
        "usd": lambda value: i18n.usd(value, lang),
        "named": lambda label, text: i18n.named(label, text, lang),
        "listed": lambda parts: i18n.listed(parts, lang),
        "loaded_at": facts.generation().created_at,
        "version": comity.__version__,
        "is_table": lambda part: hasattr(part, "rows"),
        "is_number": _template.is_number,
    }


def page(request: HttpRequest, template: str, context: Mapping[str, Any], status: int = 200) -> HttpResponse:
    """A page in the request's language. A currency and its amount stay on one line."""
    filled = environment().get_template(template).render({**shared(request), **context})
    return HttpResponse(filled.replace("US$ ", "US$\u00a0"), status=status)
