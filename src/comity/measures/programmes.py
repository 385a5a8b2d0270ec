"""What the partner and the organisation do together: activities published in IATI, and where programmes
run as the register states it. R6: reports of the organisation, the partner and others stand side by side;
the figure is the net of one of them (R22–R24), `items` show the gross of all."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from comity.measures import Measure, Tables, _joint, answered, asked_of, count_of, sum_by_year, within_period
from comity.measures._joint import KEYS, ORIGIN

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


def _count(rows: ir.Table) -> ir.Table:
    return rows.group_by("request").agg(value=rows.count())


def _activity_notes(tables: Tables) -> ir.Table:
    """What of the gross is not counted (R26), whose report is shown, how many run on the day, and whether
    no file by the organisation itself is loaded."""
    import ibis

    found = _joint.activities(tables)
    counts, left_out = found.counted == 1, "left_out:" + found.left_out.fill_null("other_view")
    view = ibis.ifelse(counts, "view:" + found["view"], None)
    notes = _joint.told(found, ibis.ifelse(counts, _on_date(found), left_out), view)
    asked = tables.request.select("request", party="organisation")
    files = tables.activity_parties.filter(tables.activity_parties.role == "reporting")
    reports = asked.join(files, "party").select("request").distinct()
    without = asked.anti_join(reports, "request").select("request", flag=ibis.literal("no_file"))
    return ibis.union(without, notes)


# Money


def _rows(measure: str) -> Callable[[Tables], ir.Table]:
    def rows(tables: Tables) -> ir.Table:
        found = _joint.money(tables, measure)
        found = found.filter((found.counted == 1) & found.value_usd.notnull())
        return found.select(
            "request", "year", amount_usd="value_usd", value="value", currency="currency",
            usd_per_unit="usd_per_unit", rate_series="rate_series", rate_date_by="rate_date_by", type="type",
            giver="giver", reporter="reporter", view="view", activity_id="activity_id", date="date",
            attributed_by="attributed_by", aid_type="aid_type", **{name: name for name in ORIGIN},
        )  # fmt: skip

    return rows


def _sums(measure: str) -> Callable[[Tables], ir.Table]:
    """R26: gross and net side by side, with the rows removed, by who reports and which of the partner's
    ministries and agencies gives."""

    def listing(tables: Tables) -> ir.Table:
        found = _joint.money(tables, measure)
        net = found.left_out.isnull()
        removed = {
            f"rows_{rule.lower()}": (found.left_out == rule).cast("int64").sum().nullif(0)
            for rule in ("R22", "R23", "R24")
        }
        return found.group_by(["request", "view", "reporter", "giver"]).agg(
            gross_usd=found.value_usd.sum(),
            net_usd=found.value_usd.sum(where=net),
            shown=found.counted.max(),
            rows=found.count(),
            **removed,
            rows_not_converted=found.value_usd.isnull().cast("int64").sum().nullif(0),
        )

    return listing


def _money_notes(measure: str) -> Callable[[Tables], ir.Table]:
    def notes(tables: Tables) -> ir.Table:
        import ibis

        found = _joint.of_any_year(tables, measure)
        found = found.filter(found.counted == 1)
        within = found.year.between(found.start_year, found.end_year)
        currency = "not_converted:" + found.currency.fill_null("?")
        told = _joint.told(
            found,
            ibis.ifelse(within, "view:" + found["view"], None),
            ibis.ifelse(within & found.value_usd.isnull(), currency, None),
            ibis.ifelse(within & (found.attributed_by != "stated"), "inferred", None),
            ibis.ifelse(found.year.isnull(), "undated", None),
        )
        return told if measure != "spend" else ibis.union(told, _several_funders(tables))

    return notes


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
    return _joint.told(found, why)


def _money(measure: str, basis: str, meaning: str) -> Measure:
    return Measure(
        id=f"programmes.{measure}",
        unit="USD",
        basis=basis,  # type: ignore[arg-type]
        meaning=meaning,
        covers=(f"iati.{measure}",),
        rows=_rows(measure),
        value=sum_by_year("amount_usd"),
        listing=_sums(measure),
        notes=_money_notes(measure),
    )


# Places and themes


def _stated(tables: Tables, kind: str) -> ir.Table:
    found = within_period(asked_of(tables, tables.programme_places))
    return answered(found.filter(found.kind == kind)).drop("kind")


def _published(tables: Tables, dimension: str, kinds: tuple[str, ...]) -> ir.Table:
    """Each counted activity once for each place or sector of it."""
    found = _joint.activities(tables)
    found = found.filter(found.counted == 1)
    what = _joint.weights(tables, dimension)
    what = what.filter(what.kind.isin(kinds) & what.code.notnull())
    what = what.select("request", *KEYS, "code").distinct()
    return found.join(what, ["request", *KEYS]).select(
        "request", "code", "activity_id", start_year="first_year", end_year="last_year",
        **{name: name for name in ORIGIN},
    )  # fmt: skip


def _both(kind: str) -> Callable[[Tables], ir.Table]:
    def rows(tables: Tables) -> ir.Table:
        import ibis

        stated = _stated(tables, kind).mutate(activity_id=ibis.null("string"))
        found = _published(tables, "place", (kind,))
        missing = {
            name: ibis.null(type_) for name, type_ in stated.schema().items() if name not in found.columns
        }
        found = found.mutate(**{**missing, "confidence": ibis.literal("high")})
        return ibis.union(stated, found.select(stated.columns))

    return rows


def _summed(tables: Tables, dimension: str, kinds: tuple[str | None, ...]) -> ir.Table:
    """By place or sector how many counted activities there are, and their spending where there is any."""
    import ibis

    names = tuple(kind for kind in kinds if kind)
    found = _published(tables, dimension, names)
    activities = found.mutate(key=found.dataset + " " + found.locator)
    activities = activities.group_by(["request", "code"]).agg(activities=activities.key.nunique())
    activities = activities.mutate(flag=ibis.null("string"), spend_usd=ibis.null("decimal(38,2)"))
    spent = _joint.spent(tables, dimension)
    here = spent.kind.isin(names) & spent.code.notnull()
    if None in kinds:
        here = here | spent.code.isnull()
    spent = spent.filter(here).mutate(
        why=ibis.ifelse(spent.code.isnull(), spent.flag, None), places=spent.code
    )
    spent = spent.group_by(["request", "places", "why"]).agg(spend_usd=spent.part.sum())
    spent = spent.select(
        "request", code="places", activities=ibis.null("int64"), flag="why",
        spend_usd=spent.spend_usd.cast("decimal(38,2)"),
    )  # fmt: skip
    both = ibis.union(activities.select("request", "code", "activities", "flag", "spend_usd"), spent)
    return both.group_by(["request", "code", "flag"]).agg(
        activities=both.activities.sum(), spend_usd=both.spend_usd.sum()
    )


def _places(kind: str) -> Callable[[Tables], ir.Table]:
    def listing(tables: Tables) -> ir.Table:
        import ibis

        stated = _stated(tables, kind).drop("dataset", "snapshot", "locator")
        stated = stated.mutate(
            activities=ibis.null("int64"), spend_usd=ibis.null("decimal(38,2)"), flag=ibis.null("string"),
            **{f"name_{lang}": ibis.null("string") for lang in ("fr", "es", "ko")},
        )  # fmt: skip
        kinds = ("region", "unspecified", None) if kind == "region" else (kind,)
        found = _summed(tables, "place", kinds).mutate(source=ibis.literal("iati"))
        found = found.mutate(
            activities=found.activities.cast("int64"), spend_usd=found.spend_usd.cast("decimal(38,2)")
        )
        if kind == "region":
            names = tables.regions.select("name_fr", "name_es", "name_ko", region="code", name="name_en")
            found = found.left_join(names, found.code == names.region).drop("region")
        missing = {
            name: ibis.null(type_) for name, type_ in stated.schema().items() if name not in found.columns
        }
        return ibis.union(stated, found.mutate(**missing).select(stated.columns))

    return listing


def _themes(tables: Tables) -> ir.Table:
    found = _published(tables, "sector", ("sector",))
    return found.filter(found.code != UNALLOCATED)


def _stated_themes(tables: Tables) -> ir.Table:
    """The themes of the register's phases, with the DAC group that serves each, if there is one."""
    import ibis

    phases = within_period(asked_of(tables, tables.phases))
    words = phases.filter(phases.themes.notnull())
    words = words.select("request", name=words.themes.split("; ").unnest()).distinct()
    serving = tables.themes.select("group_code", theme="theme").distinct()
    found = words.left_join(serving, words.name.lower() == serving.theme)
    return found.select(
        "request", "name", code="group_code", source=ibis.literal("register")
    ).distinct()  # fmt: skip


def _theme_listing(tables: Tables) -> ir.Table:
    """What activities are for beside the themes that the register states of the phases."""
    import ibis

    found = _summed(tables, "sector", ("sector", None)).mutate(source=ibis.literal("iati"))
    names = tables.sectors.filter(tables.sectors.level == "group")
    names = names.select(
        "name_fr", "name_es", "name_ko", theme=names.code, name=names.name_en
    )  # fmt: skip
    found = found.left_join(names, found.code == names.theme).drop("theme")
    stated = _stated_themes(tables)
    missing = {name: ibis.null(type_) for name, type_ in found.schema().items() if name not in stated.columns}
    return ibis.union(found, stated.mutate(**missing).select(found.columns))


def _place_measure(name: str, kind: str, meaning: str) -> Measure:
    return Measure(
        id=f"programmes.{name}",
        unit="list",
        basis="stated",
        meaning=meaning,
        covers=(f"programme_places.{kind}", f"iati.{kind}"),
        rows=_both(kind),
        value=count_of("code"),
        listed=True,
        listing=_places(kind),
    )


MEASURES = (
    Measure(
        id="programmes.activities",
        unit="list",
        basis="stated",
        meaning="Activities published in IATI",
        covers=("iati.activities",),
        rows=_activities,
        value=_count,
        listed=True,
        notes=_activity_notes,
    ),
    _place_measure("countries", "country", "Programme countries"),
    _place_measure("regions", "region", "Programme regions"),
    Measure(
        id="programmes.themes",
        unit="list",
        basis="stated",
        meaning="Themes of activities, by DAC group of sectors",
        covers=("iati.sector",),
        rows=_themes,
        value=count_of("code"),
        listed=True,
        listing=_theme_listing,
    ),
    _money("spend", "disbursed", "Spending published in IATI"),
    _money("commitments", "committed", "Commitments published in IATI"),
)
