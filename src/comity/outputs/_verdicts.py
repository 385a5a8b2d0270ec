"""Claims in words: what is stated, what is computed, the verdict, and the reasons as neutral sentences.

We do not know why a page says what it says, and never say that one of two sources is wrong.
"""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

from comity import i18n
from comity.charts._labels import joined, percent, signed, source_name, verdict
from comity.i18n import N_
from comity.model import Claim, Figure, Money, Party, Profile, Reading, Verdict
from comity.outputs._said import amount, currency, said
from comity.rules.claims import is_money, items, printed

ATTENTION = ("contradicts_page", "differs", "stale")
"""What `--strict` takes for a finding."""


# Values


def stated(claim: Claim, names: Mapping[str, Party], lang: str) -> str:
    """What a claim states, with its bound, as precisely as it is printed; the members of a list by name."""
    _ = i18n.translator(lang)
    if claim.unit == "list":
        return i18n.listed((_name(item, names, lang) for item in items(claim)), lang)
    text = _as_printed(claim, lang)
    if claim.bound == ">=":
        return _("over {amount}").format(amount=text)
    return _("about {amount}").format(amount=text) if claim.bound == "~" else text


def _name(id_: str, names: Mapping[str, Party], lang: str) -> str:
    return i18n.party_name(names[id_], lang) if id_ in names else id_


def _as_printed(claim: Claim, lang: str) -> str:
    _ = i18n.translator(lang)
    number = printed(claim)
    if number is None or not is_money(claim):
        return claim.value
    if claim.scale != "million" or lang == "ko":
        return amount(Money(number.value, claim.unit), lang)
    from babel.numbers import format_decimal

    decimals = len(claim.value.partition(".")[2])
    text = format_decimal(
        Decimal(claim.value), "#,##0" + ("." + "0" * decimals if decimals else ""), locale=lang
    )
    if claim.unit == "USD":
        return _("US$ {amount} million").format(amount=text)
    return _("{amount} million {currency}").format(amount=text, currency=currency(claim.unit, lang))


def computed(found: Verdict, lang: str) -> str:
    """What the sources give; a dash where it cannot be computed, never 0."""
    if found.sets:
        return str(len(found.sets.both) + len(found.sets.only_found))
    if found.computed is None:
        return "–"
    if is_money(found.claim):
        return amount(Money(found.computed, found.claim.unit), lang)
    return str(found.computed) if found.claim.unit == "year" else i18n.whole(found.computed, lang)


def difference(found: Verdict, lang: str) -> str:
    """How far the computed figure lies from the stated one: +6.8 %."""
    return "–" if found.difference_pct is None else signed(found.difference_pct, lang)


def when(found: Verdict, lang: str) -> str:
    """The years or the day that the figure is about."""
    if found.claim.measure.startswith("other.") or found.asked is None:
        return i18n.span(found.claim.period.start, found.claim.period.end, lang) if found.claim.period else ""
    dated = found.as_of is not None and (found.claim.period is None or found.claim.unit == "count")
    if dated and found.as_of:
        return i18n.day(found.as_of, lang)
    return i18n.span(found.asked.start, found.asked.end, lang)


def evidence(found: Verdict) -> str:
    """What to type to see the rows behind the computed figure; empty where there is none."""
    if (found.computed is None and not found.sets) or found.asked is None:
        return ""
    claim = found.claim
    measure = claim.measure.replace("contributions.", "revenue.") if claim.partner == "ALL" else claim.measure
    day = ["--as-of", found.as_of.isoformat()] if found.as_of else []
    years = f"{found.asked.start}-{found.asked.end}"
    return shlex.join(
        ["comity", "evidence", claim.partner, claim.organisation, measure, "--years", years, *day]
    )


def beside(figure: Figure, profile: Profile, lang: str) -> tuple[tuple[str, str], ...]:
    """(words, claim id) of what pages state of this very figure: the same years, or the same day."""
    _ = i18n.translator(lang)
    same = (
        one for one in profile.claims
        if one.claim.measure == figure.measure and one.name not in ("not_computable", "unquantified")
        and (one.as_of == figure.as_of if figure.dated else one.asked == figure.period)
    )  # fmt: skip
    return tuple(
        (
            _("a page states {stated}: {verdict}").format(
                stated=stated(one.claim, profile.names, lang), verdict=verdict(one.name, lang)
            ),
            one.claim.id,
        )
        for one in same
    )


# Sentences


@dataclass(frozen=True, slots=True)
class Explanation:
    """All that is said of a verdict, in sentences: the two figures, what lies between them, the readings
    that come near, those that nothing loaded can test, and what was answered."""

    figures: tuple[str, ...]
    reasons: tuple[str, ...]
    near: tuple[str, ...]
    untested: str
    responses: tuple[str, ...]


def explanation(found: Verdict, names: Mapping[str, Party], lang: str) -> Explanation:
    _ = i18n.translator(lang)
    page = _("The page states {stated}.").format(stated=stated(found.claim, names, lang))
    near = [one for one in found.also_near if one.value is not None]
    return Explanation(
        figures=tuple(sentence for sentence in (page, _gives(found, names, lang)) if sentence),
        reasons=tuple(_reasons(found, names, lang)),
        near=tuple(f"{said(one.says, names, lang)} {_off(one, lang)}" for one in near),
        untested=_untested(found, names, lang),
        responses=tuple(_responses(found.claim, lang)),
    )


def near_heading(lang: str) -> str:
    """What stands before the readings that come near."""
    return i18n.translator(lang)(_NEAR)


_NEAR = N_("Also near, though not borne out by other claims:")


def explained(found: Verdict, names: Mapping[str, Party], lang: str) -> tuple[str, ...]:
    """The whole explanation, sentence by sentence."""
    told = explanation(found, names, lang)
    return (*told.figures, *explained_briefly(told, lang))


def explained_briefly(told: Explanation, lang: str) -> tuple[str, ...]:
    """The same without the two figures, for where these stand beside it."""
    near = (near_heading(lang), *told.near) if told.near else ()
    return tuple(one for one in (*told.reasons, *near, told.untested, *told.responses) if one)


def _reasons(found: Verdict, names: Mapping[str, Party], lang: str) -> Iterator[str]:
    _ = i18n.translator(lang)
    yield from _sets(found, names, lang)
    yield from _own_sum(found, lang)
    if found.name in ("differs", "compatible", "contradicts_page"):
        yield _("We do not know the reason.")
    if found.reading:
        yield said(found.reading.says, names, lang)
        yield from _borne_out(found, found.reading, lang)
    yield from (said(one, names, lang) for one in found.says)


def _untested(found: Verdict, names: Mapping[str, Party], lang: str) -> str:
    """The readings that nothing loaded gives, in one sentence; empty when there are none."""
    _ = i18n.translator(lang)
    untold = [said(one.says, names, lang) for one in found.also_near if one.value is None]
    message = _("Also possible, and nothing that is loaded can test it: {readings}.")
    return message.format(readings=i18n.listed(untold, lang)) if untold else ""


def _responses(claim: Claim, lang: str) -> Iterator[str]:
    """What the organisation answered, and how it corrected its page."""
    _ = i18n.translator(lang)
    for given in claim.responses:
        message = _("Reply of {date}: {text}") if given.kind == "reply" else _("Corrected on {date}: {text}")
        yield message.format(date=i18n.day(given.day, lang), text=given.text)


def _gives(found: Verdict, names: Mapping[str, Party], lang: str) -> str:
    _ = i18n.translator(lang)
    if found.computed is None:
        return ""
    places = {
        "organisation": _name(found.claim.organisation, names, lang),
        "source": source_name("ceb", lang),
        "computed": computed(found, lang),
        "percent": percent(found.difference_pct or Decimal(0), lang),
    }
    off = found.difference_pct
    if not is_money(found.claim):
        return _("The loaded facts give {computed}.").format(**places)
    if found.name == "partial" or not off:
        return _("What {organisation} reported to {source} comes to {computed}.").format(**places)
    if off > 0:
        message = _("What {organisation} reported to {source} comes to {computed}, {percent} % more.")
    else:
        message = _("What {organisation} reported to {source} comes to {computed}, {percent} % less.")
    return message.format(**places)


def _own_sum(found: Verdict, lang: str) -> Iterator[str]:
    """What the page's own parts come to."""
    _ = i18n.translator(lang)
    sum_ = found.arithmetic
    if sum_ is None:
        return
    total, low, high = (_bare(value, found.claim, lang) for value in (sum_.total, sum_.low, sum_.high))
    if low == high:
        yield _("The parts that the page states add up to {total}.").format(total=total)
        return
    message = {
        "consistent": N_(
            "The page is consistent with itself: its parts add up to {total}, as printed {low} to {high}."
        ),
        "contradicts": N_("On the page itself the parts add up to {total}, as printed {low} to {high}."),
        "more_than_parts": N_(
            "The parts that the page states add up to {total}, as printed {low} to {high}; it may count "
            "others."
        ),
        "mixed_periods": N_(
            "The parts that the page states, {total} in all, cover other years than their sum."
        ),
        "one_year_label": N_("The other money on the page covers several years that end with this one."),
    }[sum_.status]
    yield _(message).format(total=total, low=low, high=high)


def _bare(value: Decimal, claim: Claim, lang: str) -> str:
    return amount(Money(value, claim.unit), lang) if is_money(claim) else i18n.whole(round(value), lang)


def _borne_out(found: Verdict, reading: Reading, lang: str) -> Iterator[str]:
    """How far other claims bear a reading out, how likely it is by chance, and what else is possible."""
    _ = i18n.translator(lang)
    if found.name != "compatible":
        return
    if reading.of and is_money(found.claim):  # of counts most readings fit as often as the figure
        yield _("{fits} of {of} comparable claims show the same pattern.").format(
            fits=reading.fits, of=reading.of
        )
    if found.explained_pct is not None:
        message = _(
            "Chance can do much here: of all values 3 to 6 % below the figure, {percent} % would find a "
            "reading too."
        )
        yield message.format(percent=i18n.whole(found.explained_pct, lang))
    if is_money(found.claim):
        yield _("Credits, cash timing or another cut-off are also possible.")


def _off(reading: Reading, lang: str) -> str:
    _ = i18n.translator(lang)
    off = percent(reading.residual_pct or Decimal(0), lang)
    if not reading.of:
        return _("({percent} % off.)").format(percent=off)
    return _("({percent} % off; fits {fits} of {of} others.)").format(
        percent=off, fits=reading.fits, of=reading.of
    )


def _sets(found: Verdict, names: Mapping[str, Party], lang: str) -> Iterator[str]:
    _ = i18n.translator(lang)
    if found.sets is None:
        return

    def listed(ids: Iterable[str]) -> str:
        found = sorted((_name(id_, names, lang) for id_ in ids), key=i18n.sort_key)
        with_commas = any("," in name for name in found)
        return i18n.listed(found, lang) if with_commas else joined(found, lang)

    sets = found.sets
    if sets.both:
        yield _("Stated and found: {names}.").format(names=listed(sets.both))
    if sets.only_stated:
        yield _("Stated and not found: {names}.").format(names=listed(sets.only_stated))
    if sets.only_found:
        yield _("Found and not stated: {names}.").format(names=listed(sets.only_found))
