"""Claims in words: what is stated, what is computed, the verdict, and the reasons as neutral sentences.

We do not know why a page says what it says, and never say that one of two sources is wrong.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from comity import i18n
from comity.charts._labels import joined, source_name, years
from comity.i18n import N_
from comity.model import (
    Check,
    Claim,
    Currency,
    Figure,
    Money,
    Party,
    Period,
    Place,
    Profile,
    Reading,
    Said,
    Verdict,
)
from comity.outputs._wording import label
from comity.rules.claims import is_money, printed

NAMES = {
    "contradicts_page": N_("the page differs from itself"),
    "differs": N_("differs"),
    "stale": N_("right on an earlier day"),
    "source_gap": N_("gap in the source"),
    "compatible": N_("compatible with a reading"),
    "partial": N_("states a part"),
    "unquantified": N_("no number stated"),
    "not_computable": N_("cannot be computed"),
    "agrees": N_("agrees"),
}
"""Verdicts in words, from what needs attention most to what needs none."""
ATTENTION = ("contradicts_page", "differs", "stale")
"""What `--strict` takes for a finding."""


def verdict(name: str, lang: str) -> str:
    return i18n.translator(lang)(NAMES[name])


# Values


def amount(money: Money, lang: str) -> str:
    """An amount as a sentence has it: US$ 44.65 million, 42.06 million Swiss francs."""
    _ = i18n.translator(lang)
    large = abs(money.amount) >= 1_000_000
    number = i18n.in_sentence(money.amount, lang) if large else i18n.whole(money.amount, lang)
    if money.currency == "USD":
        message = _("US$ {amount} million") if large else _("US$ {amount}")
        return message.format(amount=number)
    # Translators: in Korean the amount brings its own 억 and 만, so that “million” is left out.
    message = _("{amount} million {currency}") if large else _("{amount} {currency}")
    return message.format(amount=number, currency=currency(money.currency, lang))


def amounts(several: Sequence[Money], lang: str) -> str:
    """Amounts in one currency name it once: 30.17, 30.25 and 30.63 million Swiss francs."""
    _ = i18n.translator(lang)
    code = several[0].currency
    if any(abs(one.amount) < 1_000_000 or one.currency != code for one in several):
        return joined((amount(one, lang) for one in several), lang)
    numbers = joined((i18n.in_sentence(one.amount, lang) for one in several), lang)
    if code == "USD":
        return _("US$ {amount} million").format(amount=numbers)
    return _("{amount} million {currency}").format(amount=numbers, currency=currency(code, lang))


def currency(code: str, lang: str) -> str:
    """A currency in the plural: Swiss francs."""
    from babel.numbers import get_currency_name

    return str(get_currency_name(code, count=2, locale=lang))


_SHOWN: Mapping[type, Callable[[Any, str], str]] = {
    Money: amount,
    Currency: lambda given, lang: currency(given.code, lang),
    Period: lambda given, lang: i18n.span(given.start, given.end, lang),
    date: i18n.day,
    Decimal: i18n.whole,
}
"""How values inside a sentence are written; other values stand as they are."""


def said(given: Said, names: Mapping[str, Party], lang: str) -> str:
    """A sentence of a verdict or a hypothesis, in `lang`."""
    places = {name: _place(name, value, names, lang) for name, value in given.places.items()}
    return i18n.translator(lang)(given.message).format(**places)


def _place(name: str, value: Place | tuple[Place, ...], names: Mapping[str, Party], lang: str) -> str:
    if isinstance(value, tuple):
        if value and all(isinstance(one, int) for one in value):
            return years((one for one in value if isinstance(one, int)), lang)
        if money := [one for one in value if isinstance(one, Money)]:
            return amounts(money, lang)
        return joined((_place(name, one, names, lang) for one in value), lang)
    if isinstance(value, Said):
        return said(value, names, lang)
    for kind, shown in _SHOWN.items():
        if isinstance(value, kind):
            return shown(value, lang)
    text = "–" if value is None else str(value)
    if name == "measure":
        return label(text, lang)
    return i18n.party_name(names[text], lang) if text in names else text


def stated(claim: Claim, lang: str) -> str:
    """What a claim states, with its bound, as precisely as it is printed."""
    _ = i18n.translator(lang)
    text = _as_printed(claim, lang)
    if claim.bound == ">=":
        return _("over {amount}").format(amount=text)
    return _("about {amount}").format(amount=text) if claim.bound == "~" else text


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


def percent(value: Decimal, lang: str) -> str:
    """A share without its sign, in per cent: 6.8."""
    from babel.numbers import format_decimal

    size = abs(value)
    return str(format_decimal(size, "#,##0.00" if size < 1 else "#,##0.0", locale=lang))


def difference(found: Verdict, lang: str) -> str:
    """How far the computed figure lies from the stated one: +6.8 %."""
    _ = i18n.translator(lang)
    if found.difference_pct is None:
        return "–"
    sign = "+" if found.difference_pct > 0 else "−" if found.difference_pct < 0 else ""
    return _("{sign}{percent} %").format(sign=sign, percent=percent(found.difference_pct, lang))


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
    day = f" --as-of {found.as_of.isoformat()}" if found.as_of else ""
    years_ = f"{found.asked.start}-{found.asked.end}"
    return f"comity evidence {claim.partner} {claim.organisation} {measure} --years {years_}{day}"


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
                stated=stated(one.claim, lang), verdict=verdict(one.name, lang)
            ),
            one.claim.id,
        )
        for one in same
    )


# Sentences


def explained(found: Verdict, names: Mapping[str, Party], lang: str) -> tuple[str, ...]:
    """The whole explanation of a verdict, sentence by sentence."""
    return tuple(sentence for sentence in _sentences(found, names, lang) if sentence)


def _sentences(found: Verdict, names: Mapping[str, Party], lang: str) -> Iterator[str]:
    _ = i18n.translator(lang)
    yield _("The page states {stated}.").format(stated=stated(found.claim, lang))
    yield _gives(found, names, lang)
    yield from _sets(found, names, lang)
    yield from _own_sum(found, lang)
    if found.name in ("differs", "compatible", "contradicts_page"):
        yield _("We do not know the reason.")
    if found.reading:
        yield said(found.reading.says, names, lang)
        yield from _borne_out(found, found.reading, lang)
    yield from (said(one, names, lang) for one in found.says)
    if near := [one for one in found.also_near if one.value is not None]:
        yield _("Also near, though not borne out by other claims:")
        yield from (f"{said(one.says, names, lang)} {_off(one, lang)}" for one in near)
    if untold := [one for one in found.also_near if one.value is None]:
        yield _("Also possible, and nothing that is loaded can test it: {readings}.").format(
            readings=i18n.listed((said(one.says, names, lang) for one in untold), lang)
        )
    yield from responses(found.claim, lang)


def responses(claim: Claim, lang: str) -> Iterator[str]:
    """What the organisation answered, and how it corrected its page."""
    _ = i18n.translator(lang)
    for given in claim.responses:
        message = _("Reply of {date}: {text}") if given.kind == "reply" else _("Corrected on {date}: {text}")
        yield message.format(date=i18n.day(given.day, lang), text=given.text)


def _gives(found: Verdict, names: Mapping[str, Party], lang: str) -> str:
    _ = i18n.translator(lang)
    if found.computed is None:
        return ""
    who = names.get(found.claim.organisation)
    places = {
        "organisation": i18n.party_name(who, lang) if who else found.claim.organisation,
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
    if reading.of:
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
        return _("({percent} % off)").format(percent=off)
    return _("({percent} % off; fits {fits} of {of} others)").format(
        percent=off, fits=reading.fits, of=reading.of
    )


def _sets(found: Verdict, names: Mapping[str, Party], lang: str) -> Iterator[str]:
    _ = i18n.translator(lang)
    if found.sets is None:
        return

    def listed(ids: Iterable[str]) -> str:
        return joined(
            sorted((i18n.party_name(names[i], lang) if i in names else i for i in ids), key=i18n.sort_key),
            lang,
        )

    sets = found.sets
    if sets.both:
        yield _("Stated and found: {names}.").format(names=listed(sets.both))
    if sets.only_stated:
        yield _("Stated and not found: {names}.").format(names=listed(sets.only_stated))
    if sets.only_found:
        yield _("Found and not stated: {names}.").format(names=listed(sets.only_found))


# The whole check


def title(check: Check, lang: str) -> str:
    """What the report is about: the pair, where it is one, or all claims."""
    _ = i18n.translator(lang)
    pairs = {(v.claim.partner, v.claim.organisation) for v in check.verdicts}
    if len(pairs) != 1:
        return _("What partner pages state, held against the data")
    partner, organisation = (
        i18n.party_name(check.names[id_], lang) if id_ in check.names else id_ for id_ in next(iter(pairs))
    )
    return _("What pages state of {partner} and {organisation}, held against the data").format(
        partner=partner, organisation=organisation
    )


def by_verdict(verdicts: Iterable[Verdict]) -> dict[str, int]:
    """How many claims have each verdict, worst first."""
    found = [v.name for v in verdicts]
    return {name: found.count(name) for name in NAMES if name in found}


def by_organisation(verdicts: Iterable[Verdict]) -> dict[str, tuple[Verdict, ...]]:
    """The claims on each organisation, in the order of their ids."""
    found: dict[str, list[Verdict]] = {}
    for one in verdicts:
        found.setdefault(one.claim.organisation, []).append(one)
    return {id_: tuple(found[id_]) for id_ in sorted(found)}


def patterns(check: Check, lang: str) -> tuple[tuple[str, str, str, int, int], ...]:
    """(organisation, measure, reading, how many claims it fits, of how many) where money is compared by
    more than two claims."""
    _ = i18n.translator(lang)
    return tuple(
        (
            p.organisation,
            label(p.measure, lang),
            _("{reading} (borne out)").format(reading=said(p.says, check.names, lang))
            if p.borne_out
            else said(p.says, check.names, lang),
            p.fits,
            p.of,
        )
        for p in check.patterns
        if p.of > 2 and p.measure.startswith("contributions.")
    )
