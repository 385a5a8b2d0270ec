"""What the partner and the organisation do together: activities published in IATI, and where programmes
run as the register states it. R6: reports of the organisation, the partner and others stand side by side;
the figure is the net of one of them (R22–R24), `items` show the gross of all."""

from __future__ import annotations

from typing import TYPE_CHECKING

from comity.measures import (
    Measure,
    Tables,
    _joint,
    answered,
    asked_of,
    count_of,
    count_rows,
    sum_by_year,
    within_period,
)  # fmt: skip
from comity.measures._joint import KEYS, ORIGIN
from comity.model import Basis

if TYPE_CHECKING:
    import ibis.expr.types as ir

UNALLOCATED = "998"
"""The DAC's group for what is for no theme in particular."""

# Activities


def _on_date(found: ir.Table) -> ir.StringValue:
    """Whether an activity runs on the day, by its dates; null when it has none."""
    import ibis

    begun = found.start_date.isnull() | (found.start_date <= found.as_of)
    over = found.end_date.notnull() & (found.end_date < found.as_of)
    undated = found.start_date.isnull() & found.end_date.isnull()
    return ibis.cases((undated, None), (over, "ended"), (begun, "current"), else_="planned")


def _activities(tables: Tables) -> ir.Table:
    found = _joint.activities(tables)
    found = found.filter(found.counted == 1)
    return found.select(
        "request", "activity_id", "title", "status", on_date=_on_date(found),
        start_date="start_date", end_date="end_date", view="view", giver="giver", reporter="reporter",
        reporting_org_name="reporting_org_name", activity="activity",
        **{name: name for name in ORIGIN},
    )  # fmt: skip


_TITLES = ("en", "fr", "es", "ko")


def _shown_activities(tables: Tables) -> ir.Table:
    """The activities with what tells them apart: their countries, and titles in the languages of pages."""
    import ibis

    found = _activities(tables)
    each = ["request", *KEYS]
    places = _joint.named(tables, "place")
    places = places.filter((places.kind == "country") & places.code.notnull()).group_by(each)
    places = places.agg(countries=ibis._.code.collect(distinct=True).sort().join(" "))
    given = tables.narratives.filter(tables.narratives.kind == "title")
    joint = asked_of(tables, tables.joint_activities)
    given = given.semi_join(joint, list(KEYS))  # so that only what is asked for is grouped
    spoken = given.language.lower()
    titles = given.group_by(KEYS).agg(
        **{f"title_{lang}": given.text.min(where=spoken == lang) for lang in _TITLES}
    )
    rows = found.left_join(places, each, rname="{name}_p").left_join(titles, list(KEYS), rname="{name}_t")
    shown = (name for name in found.columns if name not in ORIGIN)
    return rows.select(*shown, "countries", *(f"title_{lang}" for lang in _TITLES))


def _activity_notes(tables: Tables) -> ir.Table:
    """What of the gross is not counted (R26), whose report is shown, how many run on the day, and whether
    no file by the organisation itself is loaded."""
    import ibis

    found = _joint.activities(tables)
    counts, left_out = found.counted == 1, "left_out:" + found.left_out.fill_null("other_view")
    view = ibis.ifelse(counts, "view:" + found["view"], None)
    activities = ibis.literal("programmes.activities")
    notes = _joint.told(found, activities, ibis.ifelse(counts, _on_date(found), left_out), view)
    asked = tables.request.select("request", party="organisation")
    files = tables.activity_parties.filter(tables.activity_parties.role == "reporting")
    without = asked.anti_join(files, "party")
    return ibis.union(without.select("request", measure=activities, flag=ibis.literal("no_file")), notes)


# Money

_MONEY = _joint.SHOWN


def _amounts(tables: Tables) -> ir.Table:
    found = _joint.money(tables, *_MONEY)
    found = found.filter((found.counted == 1) & found.value_usd.notnull())
    return found.select(
        "request", "year", amount_usd="value_usd", value="value", currency="currency",
        usd_per_unit="usd_per_unit", rate_series="rate_series", rate_date_by="rate_date_by", type="type",
        giver="giver", reporter="reporter", view="view", activity_id="activity_id", date="date",
        attributed_by="attributed_by", aid_type="aid_type", **{name: name for name in ORIGIN},
        _measure="measure",
    )  # fmt: skip


def _sums(tables: Tables) -> ir.Table:
    """R26: gross and net side by side, with the rows removed, by who reports and which of the partner's
    ministries and agencies gives."""
    found = _joint.money(tables, *_MONEY)
    found = found.mutate(measure="programmes." + found.measure)
    net = found.left_out.isnull()
    removed = {
        f"rows_{rule.lower()}": (found.left_out == rule).cast("int64").sum().nullif(0)
        for rule in ("R22", "R23", "R24")
    }
    return found.group_by(["request", "measure", "view", "reporter", "giver"]).agg(
        gross_usd=found.value_usd.sum(),
        net_usd=found.value_usd.sum(where=net),
        shown=found.counted.max(),
        rows=found.count(),
        rows_net=found.count(where=net & found.value_usd.notnull()),
        **removed,
        rows_not_converted=found.value_usd.isnull().cast("int64").sum().nullif(0),
    )


def _money_notes(tables: Tables) -> ir.Table:
    import ibis

    found = _joint.of_any_year(tables, *_MONEY)
    found = found.filter(found.counted == 1)
    within = found.year.between(found.start_year, found.end_year)
    currency = "not_converted:" + found.currency.fill_null("?")
    converted = within & found.value_usd.notnull() & (found.currency != "USD")
    rate = "converted:" + found.currency + ":" + found.rate_series
    told = _joint.told(
        found,
        "programmes." + found.measure,
        ibis.ifelse(within, "view:" + found["view"], None),
        ibis.ifelse(within & found.value_usd.isnull(), currency, None),
        ibis.ifelse(converted, rate, None),
        ibis.ifelse(within & (found.attributed_by != "stated"), "inferred", None),
        ibis.ifelse(found.year.isnull(), "undated", None),
    )
    return ibis.union(told, _several_funders(tables))


def _several_funders(tables: Tables) -> ir.Table:
    """Activities whose spending nobody can attribute, as they name several funders or none, unless the
    partner's report is shown instead."""
    import ibis

    asked, given = tables.request.select("request", "partner", "organisation"), tables.joint_transactions
    instead = given.filter((given.measure == "spend") & (given.counted == 1) & (given["view"] == "partner"))
    instead = asked.join(instead, ["partner", "organisation"])
    found = _joint.activities(tables).anti_join(instead, "request")
    found = found.filter((found.counted == 1) & (found["view"] == "organisation"))
    why = ibis.cases((found.sole_funder == 0, "several_funders"), (found.sole_funder.isnull(), "no_funder"))
    return _joint.told(found, ibis.literal("programmes.spend"), why)


def _money(measure: str, basis: Basis, meaning: str) -> Measure:
    return Measure(
        id=f"programmes.{measure}",
        unit="USD",
        basis=basis,
        meaning=meaning,
        covers=(f"iati.{measure}",),
        base=_amounts,
        where=lambda rows: rows["_measure"] == measure,
        fold=sum_by_year("amount_usd"),
        listing=_sums,
        notes=_money_notes,
    )


# Places and themes

_THEMES = "programmes.themes"
_PLACES = {"country": "programmes.countries", "region": "programmes.regions"}
_OF_KIND = {**_PLACES, "unspecified": _PLACES["region"], "sector": _THEMES}
_NAMES = ("name_fr", "name_es", "name_ko")


def _of(kind: ir.StringValue) -> ir.StringValue:
    """The measure for a kind of place, or for sectors."""
    import ibis

    return ibis.cases(*((kind == name, measure) for name, measure in _OF_KIND.items()))


def _stated(tables: Tables) -> ir.Table:
    found = within_period(asked_of(tables, tables.programme_places))
    return answered(found.filter(found.kind.isin(list(_PLACES))))


def _published(tables: Tables, *dimensions: str) -> ir.Table:
    """Each counted activity once for each place or sector of it."""
    found = _joint.activities(tables)
    found = found.filter(found.counted == 1)
    what = _joint.named(tables, *dimensions)
    what = what.filter(what.code.notnull()).select("request", *KEYS, "kind", "code").distinct()
    return found.join(what, ["request", *KEYS]).select(
        "request", "code", "activity_id", start_year="first_year", end_year="last_year",
        **{name: name for name in ORIGIN}, _kind="kind", _view="view",
    )  # fmt: skip


def _under(columns: ir.Table, rows: ir.Table) -> ir.Table:
    """`rows` in the columns of a table, null where they have none of the name."""
    import ibis

    missing = {name: ibis.null(kind) for name, kind in columns.schema().items() if name not in rows.columns}
    return rows.mutate(**missing).select(columns.columns)


def _places(tables: Tables) -> ir.Table:
    import ibis

    stated = _stated(tables).rename(_kind="kind").mutate(activity_id=ibis.null("string"))
    found = _published(tables, "place").mutate(confidence=ibis.literal("high"))
    return ibis.union(stated, _under(stated, found))


def _themes(tables: Tables) -> ir.Table:
    found = _published(tables, "sector")
    return found.filter(found.code != UNALLOCATED)


def _stated_themes(tables: Tables) -> ir.Table:
    """The themes of the register's phases, each once, with the DAC group that serves it, or those that do."""
    import ibis

    phases = within_period(asked_of(tables, tables.phases))
    words = phases.filter(phases.themes.notnull())
    words = words.select("request", name=words.themes.split("; ").unnest()).distinct()
    serving = tables.themes.select("group_code", theme="theme").distinct()
    found = words.left_join(serving, words.name.lower() == serving.theme)
    found = found.group_by(["request", "name"]).agg(
        first=found.group_code.min(), several=found.group_code.nunique() > 1,
        codes=found.group_code.collect(distinct=True).sort().join(" "),
    )  # fmt: skip
    return found.select(
        "request", "name", measure=ibis.literal(_THEMES), source=ibis.literal("register"),
        code=ibis.ifelse(found.several, None, found["first"]),
        codes=ibis.ifelse(found.several, found.codes, None),
    )  # fmt: skip


def _summed(tables: Tables) -> ir.Table:
    """By measure, place or sector, and view how many counted activities there are, and the spending where
    there is any. What of it names no place stands among the regions. R6: where the money is of another
    view than the activities, each has a row of its own."""
    import ibis

    found = _published(tables, "place", "sector")
    found = found.mutate(key=found.dataset + " " + found.locator, measure=_of(found["_kind"]))
    activities = found.rename(view="_view").group_by(["request", "measure", "code", "view"])
    activities = activities.agg(activities=ibis._.key.nunique())
    activities = activities.mutate(flag=ibis.null("string"), spend_usd=ibis.null("decimal(38,2)"))
    spent = _joint.spent(tables)
    nowhere = spent.code.isnull()
    rest = ibis.ifelse(spent.dimension == "sector", _THEMES, _PLACES["region"])
    spent = spent.select(
        "request", "part", "view", places="code", measure=ibis.ifelse(nowhere, rest, _of(spent.kind)),
        why=ibis.ifelse(nowhere, spent.flag, None),
    )  # fmt: skip
    spent = spent.group_by(["request", "measure", "places", "why", "view"]).agg(spend_usd=spent.part.sum())
    spent = spent.select(
        "request", "measure", "view", code="places", activities=ibis.null("int64"), flag="why",
        spend_usd=spent.spend_usd.cast("decimal(38,2)"),
    )  # fmt: skip
    both = ibis.union(activities.select(spent.columns), spent)
    both = both.filter(both.measure.notnull())
    return both.group_by(["request", "measure", "code", "flag", "view"]).agg(
        activities=both.activities.sum().cast("int64"), spend_usd=both.spend_usd.sum().cast("decimal(38,2)")
    )


def _where_and_for(tables: Tables) -> ir.Table:
    """Where activities run and what they are for, beside the places and themes that the register states. One
    listing for both, since splitting the spending costs most."""
    import ibis

    stated = _stated(tables)
    stated = stated.mutate(measure=_of(stated.kind)).drop("kind", "dataset", "snapshot", "locator")
    stated = stated.mutate(
        activities=ibis.null("int64"), spend_usd=ibis.null("decimal(38,2)"), flag=ibis.null("string"),
        view=ibis.null("string"), codes=ibis.null("string"),
        **{name: ibis.null("string") for name in _NAMES},
    )  # fmt: skip
    groups = tables.sectors.filter(tables.sectors.level == "group")
    regions = ibis.literal(_PLACES["region"])
    names = ibis.union(
        tables.regions.select("code", *_NAMES, name="name_en", of=regions),
        groups.select("code", *_NAMES, name="name_en", of=ibis.literal(_THEMES)),
    ).rename(named="code")
    found = _summed(tables).mutate(source=ibis.literal("iati"))
    found = found.left_join(names, [found.measure == names.of, found.code == names.named])
    themes = _under(stated, _stated_themes(tables))
    return ibis.union(stated, _under(stated, found), themes)


def _place_measure(kind: str, meaning: str) -> Measure:
    return Measure(
        id=_PLACES[kind],
        unit="list",
        basis="stated",
        meaning=meaning,
        covers=(f"programme_places.{kind}", f"iati.{kind}"),
        base=_places,
        where=lambda rows: rows["_kind"] == kind,
        fold=count_of("code"),
        listed=True,
        listing=_where_and_for,
        columns=(
            "code", "name", "start_year", "end_year", "seen", "stated_by", "confidence", "note", "source",
            "activities", "spend_usd", "flag", "view", *_NAMES,
        ),
    )  # fmt: skip


MEASURES = (
    Measure(
        id="programmes.activities",
        unit="list",
        basis="stated",
        meaning="Activities published in IATI",
        covers=("iati.activities",),
        base=_activities,
        fold=count_rows(),
        listed=True,
        listing=_shown_activities,
        notes=_activity_notes,
    ),
    _place_measure("country", "Programme countries"),
    _place_measure("region", "Programme regions"),
    Measure(
        id=_THEMES,
        unit="list",
        basis="stated",
        meaning="Themes of activities, by DAC group of sectors",
        covers=("iati.sector",),
        base=_themes,
        fold=count_of("code"),
        listed=True,
        listing=_where_and_for,
        columns=("code", "flag", "activities", "spend_usd", "source", "view", "codes", *_NAMES, "name"),
    ),
    _money("spend", "disbursed", "Spending published in IATI"),
    _money("commitments", "committed", "Commitments published in IATI"),
)
