"""Sentences about what is published in IATI: whose report it is, what is left out, what is not known."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from decimal import Decimal

from comity import i18n
from comity.charts import _entries
from comity.charts._labels import joined, money, organisation, partner, source_name, years
from comity.i18n import N_
from comity.model import Figure, Item, Profile
from comity.outputs import _wording as wording
from comity.outputs._parts import items_of
from comity.outputs._said import currency

_MONEY = ("programmes.commitments", "programmes.spend")


def _names(profile: Profile, lang: str) -> dict[str, str]:
    """How a sentence calls the two, and the source."""
    return {
        "source": source_name("iati", lang),
        "partner": wording.article(partner(profile, lang), lang),
        "organisation": wording.article(organisation(profile, lang), lang),
    }


def _count(number: str | int, lang: str) -> str:
    return i18n.whole(int(number), lang)


def _reporter(view: str, profile: Profile, lang: str) -> str:
    """Who reports what is shown: the organisation; or the partner, by the one agency that does it all."""
    if view == "organisation":
        return _names(profile, lang)["organisation"]
    items = list(items_of(profile.get("programmes.activities")))
    items += (item for measure in _MONEY for item in items_of(profile.get(measure)) if item.get("shown"))
    found = {str(item.get("reporter")) for item in items if item.get("view") == view}
    if len(found) == 1 and found <= set(profile.names):
        return wording.article(i18n.party_name(profile.names[found.pop()], lang), lang)
    return _names(profile, lang)["partner"]


def _views(profile: Profile) -> dict[str, list[Figure]]:
    """The figures by whose report they are (R6)."""
    found: dict[str, list[Figure]] = {}
    for figure in profile.family("programmes"):
        for view in figure.flagged("view"):
            found.setdefault(view, []).append(figure)
    return found


def reporter_of(measure: str, profile: Profile, lang: str) -> str:
    """Who reports what is shown of a figure."""
    figure = profile.get(measure)
    return _reporter(next(iter(figure.flagged("view") if figure else ()), "partner"), profile, lang)


def one_report(profile: Profile, lang: str) -> Iterator[str]:
    """Whose activities they are, where the money is of another report (R6)."""
    _ = i18n.translator(lang)
    if any(_entries.items(profile, name, beside=True) for name in ("countries", "regions", "themes")):
        reporter = reporter_of("programmes.activities", profile, lang)
        yield _("Activities as {reporter} reports them.").format(reporter=reporter)


def _beside(profile: Profile) -> bool:
    """Whether others report money of the same flow, which the table of gross and net shows."""
    return any(not item.get("shown") for measure in _MONEY for item in items_of(profile.get(measure)))


# The section


def lead(profile: Profile, lang: str) -> Iterator[str]:
    """Whose report it is, what it can hold, and what else there is of the same."""
    _ = i18n.translator(lang)
    views, names = _views(profile), _names(profile, lang)
    for view, figures in views.items():
        names["reporter"] = _reporter(view, profile, lang)
        names["facts"] = i18n.listed((wording.label(figure.measure, lang) for figure in figures), lang)
        message = _("What is published in {source} is shown as {reporter} reports it.")
        if len(views) > 1:
            message = _("{facts}: published in {source}, as {reporter} reports it.")
        yield message.format(**names)
    if _beside(profile):
        yield _("What others report of the same money stands beside it and is never added.")
    yield from _converted(profile, lang)
    if views:
        yield _(
            "Publishers split their data over many files: what the files loaded do not hold is not reported, "
            "and not zero."
        )
    if profile.organisation.id == "ILO" and "organisation" in views:
        # R27
        yield _(
            "In {source}, {organisation} publishes voluntary contributions and technical cooperation of its "
            "regular budget only, about half of its flows."
        ).format(**names)
    activities = profile.get("programmes.activities")
    if activities and not activities.items:  # else their table says so
        yield from not_counted(activities, lang)


_SERIES = {
    "fred_monthly_average": N_(
        "{figure}: rows in {currencies} are converted to US dollars at monthly averages of the US Federal "
        "Reserve (FRED)."
    ),
    "fred_annual_average": N_(
        "{figure}: rows in {currencies} are converted to US dollars at yearly averages of the US Federal "
        "Reserve (FRED)."
    ),
}


def _converted(profile: Profile, lang: str) -> Iterator[str]:
    """R9: from which currencies money was converted, how many rows, and by which series."""
    _ = i18n.translator(lang)
    for figure in (figure for measure in _MONEY if (figure := profile.get(measure))):
        by_series: dict[str, list[str]] = {}
        for code, series, number in (flag.split(":") for flag in figure.flagged("converted")):
            words = f"{currency(code, lang)} ({_count(number, lang)})"
            by_series.setdefault(series, []).append(words)
        for series, names in by_series.items():
            yield _(_SERIES[series]).format(
                figure=wording.label(figure.measure, lang), currencies=joined(names, lang)
            )


def states(figure: Figure, profile: Profile, lang: str) -> Iterator[str]:
    """How many activities run on the date, have ended, or have not begun."""
    _ = i18n.translator(lang)
    counts = {name: int(number) for name in _STATES for number in figure.flagged(name)}
    if not counts:
        return
    counts[""] = int(figure.value or 0) - sum(counts.values())
    found = [wording.counted(counts[name], *_STATES[name], lang) for name in _STATES if counts.get(name)]
    message = _("Activities on {date}: {states}.")
    yield message.format(date=i18n.day(profile.as_of, lang), states=", ".join(found))


_STATES = {
    "current": (N_("one running"), N_("{count} running")),
    "planned": (N_("one not begun"), N_("{count} not begun")),
    "ended": (N_("one ended"), N_("{count} ended")),
    "": (N_("one without dates"), N_("{count} without dates")),
}

_LEFT_OUT = {
    "R22": N_("Activities of another level of the same report, not counted: {count}."),
    "R23": N_("Activities reported on behalf of others, not counted: {count}."),
    "R24": N_("Copies of activities that are counted already: {count}."),
    "other_view": N_("Activities that others report, not counted: {count}."),
}


def not_counted(figure: Figure, lang: str) -> Iterator[str]:
    """R22–R24, R6: the activities that are loaded and not in the figure."""
    _ = i18n.translator(lang)
    found = dict(flag.rsplit(":", 1) for flag in figure.flagged("left_out"))
    for why, message in _LEFT_OUT.items():
        if why in found:
            yield _(message).format(count=_count(found[why], lang))


_NET = {
    "rows_r22": N_(
        "Of a report with several levels net counts one (R22). What stands at another level alone, such as "
        "money that is not earmarked, is left out with it, so that net may be too low."
    ),
    "rows_r23": N_("Net leaves out what is reported for others (R23)."),
    "rows_r24": N_("Net counts one copy of an activity (R24)."),
}
"""What net leaves out, and at what price."""


def on_money(profile: Profile, lang: str) -> Iterator[str]:
    """What gross and net are, whose money it is and how that is known (R26, R30)."""
    _ = i18n.translator(lang)
    figures = [figure for measure in _MONEY if (figure := profile.get(measure))]
    told = [
        _(message)
        for key, message in _NET.items()
        if any(item.get(key) for figure in figures for item in items_of(figure))
    ]
    if told:
        yield " ".join((_("Gross is everything loaded."), *told))
    for figure in figures:
        for number in figure.flagged("inferred"):
            message = _("{figure}: rows whose giver or receiver is inferred, not stated: {count}.")
            yield message.format(figure=wording.label(figure.measure, lang), count=_count(number, lang))


# The head of the page


def summary(profile: Profile, lang: str) -> str:
    """What IATI has of these years, a sentence for each report that is shown; empty where it has nothing."""
    _ = i18n.translator(lang)
    sentences = []
    for view, figures in _views(profile).items():
        measures = {figure.measure for figure in figures}
        activities = countries = ""
        if "programmes.activities" in measures:
            activities = wording.counted(
                profile.get("programmes.activities"), N_("one activity"), N_("{count} activities"), lang
            )
            countries = wording.counted(
                _countries(profile, "iati"), N_("one programme country"), N_("{count} programme countries"),
                lang,
            )  # fmt: skip
        facts = [fact for fact in (activities, *_amounts(profile, measures, lang), countries) if fact]
        if facts:
            message = _("Published in {source} for these years, as {reporter} reports it: {facts}.")
            names = {**_names(profile, lang), "reporter": _reporter(view, profile, lang)}
            sentences.append(message.format(**names, facts=i18n.listed(facts, lang)))
    return " ".join(sentences)


def _amounts(profile: Profile, measures: Collection[str], lang: str) -> Iterator[str]:
    _ = i18n.translator(lang)
    for measure, message in zip(
        _MONEY, (N_("{amount} committed in {years}"), N_("{amount} spent in {years}")), strict=True
    ):
        figure = profile.get(measure)
        if figure and measure in measures and isinstance(figure.value, Decimal):
            known = [year for year, amount in (figure.by_year or {}).items() if amount is not None]
            yield _(message).format(amount=money(figure.value, lang), years=years(known, lang))


def stated_countries(profile: Profile) -> int:
    """How many programme countries the register states."""
    return _countries(profile, "register")


def _countries(profile: Profile, kind: str) -> int:
    def of_kind(item: Item) -> bool:
        return (item.get("source") == "iati") == (kind == "iati")

    items = _entries.items(profile, "countries")
    return len({item.get("code") for item in items if of_kind(item)})


# What the sources do not say


def gaps(profile: Profile, lang: str) -> Iterator[str]:
    """What a reader could take for nothing, and is not loaded, not converted or another's report."""
    _ = i18n.translator(lang)
    activities = profile.get("programmes.activities")
    if activities and activities.flagged("no_file"):
        yield _("No {source} file by {organisation} is loaded.").format(**_names(profile, lang))
    for figure in (figure for measure in _MONEY if (figure := profile.get(measure))):
        label = wording.label(figure.measure, lang)
        for code, number in (flag.rsplit(":", 1) for flag in figure.flagged("not_converted")):
            if code == "?":
                message = _("{figure}: amounts without a currency, not converted and not counted: {count}.")
            else:
                message = _(
                    "{figure}: amounts in {currency} without a rate of their month, not converted and not "
                    "counted: {count}."
                )
            yield message.format(figure=label, currency=currency(code, lang), count=_count(number, lang))
        for number in figure.flagged("undated"):
            message = _("{figure}: amounts without a date, of no year and not counted: {count}.")
            yield message.format(figure=label, count=_count(number, lang))
        for number in figure.flagged("several_funders"):
            message = _(
                "Activities with several funders: {count}. Their spending is not attributed to anyone."
            )
            yield message.format(count=_count(number, lang))
        for number in figure.flagged("no_funder"):
            message = _(
                "Activities that name no funder: {count}. Their spending is not attributed to anyone."
            )
            yield message.format(count=_count(number, lang))
        if wording.only_beside(figure):
            yield _("{figure}: not in the report that is shown; others report some.").format(figure=label)
        known = figure.coverage.years
        if figure.value is not None and figure.coverage.status == "partial":
            message = _("{figure}: the files loaded have rows of {years} only.")
            yield message.format(figure=label, years=years(known, lang))
