"""What we hand over: one file or package per format: a `Profile`, or a `Check` of claims, as bytes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal
from functools import cache

from comity import i18n, shelf
from comity.errors import FormatNotKnown
from comity.model import Check, Profile


@dataclass(frozen=True, slots=True)
class Output:
    """A format. `render(profile, lang)` gives the file's bytes: the same profile and language give
    the same bytes. `with_rows` asks for profiles that carry their evidence. `painted` is the same
    with colours, for a terminal. `check(check, lang)` gives a check of claims in this format, where the
    format has one; `painted_check` is the same with colours."""

    name: str
    suffix: str
    media_type: str
    render: Callable[[Profile, str], bytes]
    with_rows: bool = False
    painted: Callable[[Profile, str], bytes] | None = None
    check: Callable[[Check, str], bytes] | None = None
    painted_check: Callable[[Check, str], bytes] | None = None


@cache
def shelved() -> dict[str, Output]:
    """Every format by name, from the files of this folder."""
    return shelf.find("comity.outputs", Output)


def named(name: str) -> Output:
    """The format called `name`; raises `FormatNotKnown`."""
    if name not in shelved():
        raise FormatNotKnown(name, shelved())
    return shelved()[name]


def render(profile: Profile, name: str, lang: str = "en", *, terminal: bool = False) -> bytes:
    """`profile` as a file of format `name` in `lang`, or as a `terminal` shows it.

    Raises `FormatNotKnown` or `LanguageNotKnown`.
    """
    i18n.translator(lang)
    output = named(name)
    if terminal and output.painted:
        return output.painted(profile, lang)
    return output.render(profile, lang)


def render_check(check: Check, name: str, lang: str = "en", *, terminal: bool = False) -> bytes:
    """A check of claims as a file of format `name` in `lang`, or as a `terminal` shows it.

    Raises `FormatNotKnown`, also for a format that shows profiles only, or `LanguageNotKnown`.
    """
    output = check_format(name, lang)
    if terminal and output.painted_check:
        return output.painted_check(check, lang)
    return output.check(check, lang) if output.check else b""


def check_format(name: str, lang: str) -> Output:
    """The format called `name`, if it shows checks and `lang` is known.

    Raises `FormatNotKnown` or `LanguageNotKnown`.
    """
    i18n.translator(lang)
    known = {output.name: output for output in shelved().values() if output.check}
    if name not in known:
        raise FormatNotKnown(name, known)
    return known[name]


def number(value: Decimal | int | None) -> int | float | None:
    """A number for programs: money rounded half to even to the cent, whole numbers as they are."""
    if value is None or isinstance(value, int):
        return value
    return float(value.quantize(Decimal("0.01"), ROUND_HALF_EVEN))


def exact(value: Decimal | None) -> int | float | None:
    """The same for numbers of any unit: whole ones whole, others to the cent."""
    if value is None:
        return None
    return int(value) if value == value.to_integral_value() else number(value)
