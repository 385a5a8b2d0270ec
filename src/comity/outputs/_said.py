"""Sentences of verdicts and hypotheses: how their amounts, years, days and names are written."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from comity import i18n
from comity.charts._labels import joined, years
from comity.i18n import N_
from comity.model import Currency, Money, Party, Period, Place, Said
from comity.outputs._wording import label


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


_CURRENCIES = {"KRW": N_("won")}
"""Where CLDR names a currency after a State by a name that the UN does not use."""


def currency(code: str, lang: str) -> str:
    """A currency in the plural: Swiss francs."""
    from babel.numbers import get_currency_name

    if code in _CURRENCIES:
        return i18n.translator(lang)(_CURRENCIES[code])
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
