"""What an address asks for: years, days, languages, pages of a list. Each is typed and bounded."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.http import HttpRequest
from django.utils.translation.trans_real import parse_accept_lang_header

from comity import i18n, profiles, typed
from comity.api import ask
from comity.engines import Request
from comity.errors import BadRequest
from comity.web import facts

LONGEST = 200
"""Characters of a parameter; what is longer asks for nothing that there is."""
PAGE, MOST = 50, 500
"""Rows of a list at a time, and the most that may be asked for."""
_SPACE = re.compile(r"[^\S\t\n\r\f\v]")
"""Spaces of any width, such as input methods and our own pages put."""
_LAST_NUMBER = 10**9


@dataclass(frozen=True, slots=True)
class Span:
    """The years of an address, and the days from which it looks; None where it names none."""

    years: tuple[int, int] | None
    as_of: date | None
    known_at: datetime | None


def text(request: HttpRequest, name: str) -> str:
    """A parameter without the spaces around it; empty where it is not given. Raises `BadRequest`."""
    given = _SPACE.sub(" ", str(request.GET.get(name, ""))).strip()
    if len(given) > LONGEST or any(not c.isprintable() for c in given):
        raise BadRequest(f"{name} is longer than {LONGEST} characters, or holds some that cannot be shown")
    return given


def one_of(request: HttpRequest, name: str, known: Iterable[str], default: str = "") -> str:
    """A parameter that is one of a few words. Raises `BadRequest`."""
    given = text(request, name)
    words = [word for word in known if word]
    if given and given not in words:
        raise BadRequest(f"{name} is one of {', '.join(words)}, not “{given}”")
    return given or default


def number(request: HttpRequest, name: str, default: int, most: int = _LAST_NUMBER) -> int:
    """A whole number from 1 to `most`. Raises `BadRequest`."""
    given = text(request, name)
    if not given:
        return default
    if not re.fullmatch(r"[0-9]{1,9}", given) or not 1 <= int(given) <= most:
        raise BadRequest(f"{name} is a number from 1 to {most}, not “{given}”")
    return int(given)


def years(request: HttpRequest) -> tuple[int, int] | None:
    """`years=2018-2022`, or `from=2018&to=2022` as the form sends it. Raises `BadRequest`."""
    first, last = text(request, "from"), text(request, "to")
    given = text(request, "years") or "-".join(filter(None, (first, last)))
    if not given:
        return None
    found = typed.years(given, "years=2018-2022")
    profiles.period_of(*found)
    return found


def span(request: HttpRequest) -> Span:
    """Years, `as_of=2022-12-31` and `known_at=2026-01-31T12:00:00Z`. Raises `BadRequest`."""
    return Span(
        years(request),
        typed.day(text(request, "as_of") or None, "as_of=2022-12-31"),
        typed.moment(text(request, "known_at") or None, "known_at=2026-01-31T12:00:00Z"),
    )


def pair(request: HttpRequest, partner: str, organisation: str) -> tuple[Request, Span]:
    """The pair and period of an address, by any of their names. Raises `PartyNotKnown`,
    `AmbiguousParty` or `BadRequest`."""
    asked = span(request)
    opened = facts.library(asked.known_at)
    body = opened.directory.organisation(organisation)
    between = asked.years or facts.last_years(body, asked.known_at)
    return ask(opened, partner, body.id, between, asked.as_of), asked


def preferred(accepted: str) -> str:
    """The language of an `Accept-Language` that is liked best among those comity speaks, else English."""
    for tag, liking in parse_accept_lang_header(accepted.lower()):
        if liking > 0 and tag.partition("-")[0] in i18n.LANGUAGES:
            return str(tag.partition("-")[0])
    return "en"


def query(given: Mapping[str, object]) -> str:
    """Parameters as the end of an address, those that hold nothing left out."""
    from urllib.parse import urlencode

    held = {name: value for name, value in given.items() if value not in (None, "", ())}
    return f"?{urlencode(held)}" if held else ""
