"""IATI activities: who does what, where, when, and by what they say."""

from __future__ import annotations

import datetime as days
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Annotated, Any, Literal

from django.http import HttpRequest, HttpResponse
from ninja import Field, Router, Schema

from comity import activities as published
from comity import typed
from comity.errors import BadRequest, NotKnown
from comity.profiles import period_of
from comity.rows import plain
from comity.tables import Column, quoted
from comity.web import facts, indexing
from comity.web.api import Part, _answer
from comity.web.api._asked import Asked, Listed, Word, Years
from comity.web.api._offer import listing, operation
from comity.web.api._refused import NotIndexed
from comity.web.api._rows import Cut, Held, Order, Rows, Shape

router = Router(tags=["activities"])
SHAPE = Shape(
    "activities", "Activity",
    (
        Column("activity_id", "text", "the activity's identifier as published"),
        Column("title", "text", "its title in the first language given"),
        Column("reporting_org", "text", "identifier of who reports it"),
        Column("reporting_org_name", "text", "the name of who reports it"),
        Column("status", "text", "code and word of its status"),
        Column("start", "date", "when it starts: actual, else planned"),
        Column("end", "date", "when it ends: actual, else planned"),
        Column("countries", "text", "codes of countries where it takes place, separated by spaces"),
        Column("copies", "int", "how many copies there are, where there are several (R24)"),
        Column("dataset", "text", "the publisher's dataset", required=True),
        Column("locator", "text", "where in the file", required=True),
    ),
    "the best come first where words are asked for, else the newest start",
)  # fmt: skip
SORTED = 20_000
"""Most activities that are sorted by a column."""
Status = Literal["pipeline", "implementation", "finalisation", "closed", "cancelled", "suspended"]


class ActivitiesAsked(Listed):
    q: Word | None = Field(
        None, examples=["social protection"],
        description='Words of its texts or identifier; `"a phrase"`, `begin*`, `a OR b`, `-without`.',
    )  # fmt: skip
    partner: Word | None = Field(
        None, description="Who takes part, with its ministries and agencies: ISO code, id, name or alias.",
        examples=["KOR"],
    )  # fmt: skip
    organisation: Word | None = Field(
        None, description="Who takes part, too: id, name or alias.", examples=["ILO"]
    )
    country: Word | None = Field(
        None, description="Where it takes place: ISO code, name or alias.", examples=["LA"]
    )
    sector: str | None = Field(
        None, max_length=5, pattern="^[0-9]{1,5}$", description="DAC code of a sector, or its first digits.",
        examples=["160"],
    )  # fmt: skip
    status: Status | None = Field(None, description="Only those with this status.", examples=["closed"])
    years: Years | None = Field(
        None, description="Running in these years: `2018-2022` or `2022`.", examples=["2018-2022"]
    )


@dataclass(frozen=True, slots=True)
class _Found:
    """Activities as `comity activities` finds them."""

    asked: published.Asked
    known_at: datetime | None

    def _find(self, limit: int) -> published.Found:
        return published.find(facts.store().store, replace(self.asked, limit=limit), known_at=self.known_at)

    def cut(self, order: Order, offset: int, limit: int) -> Cut:
        if order:
            total = self._find(1).total
            if total > SORTED:
                raise BadRequest(
                    f"sort: {total:,} activities are too many to sort, {SORTED:,} at most; ask for fewer"
                )
        found = self._find(0 if order else offset + limit)
        held = Held(found.rows.to_pylist()).cut(order, offset, limit)
        return replace(held, total=found.total)


@listing(
    router, "/activities", SHAPE, ActivitiesAsked, summary="Activities",
    sample="/activities?q=recruitment",
)  # fmt: skip
def activities(request: HttpRequest, asked: ActivitiesAsked) -> Rows:
    """Activities that are published in IATI, by words, who takes part, where, for what and when. What a text
    says counts in any language it is published in."""
    period = typed.years(asked.years, "years=2018-2022") if asked.years else None
    if period:
        period_of(*period)
    known_at = _answer.known_by(request, asked)
    if not indexing.number(known_at):
        return Held([])
    if asked.q and not indexing.indexed(asked.q, known_at):
        raise NotIndexed
    return _Found(
        published.Asked(
            asked.q, asked.partner, asked.organisation, asked.country, asked.sector, asked.status, period
        ),
        known_at,
    )


# One activity


class One(Schema):
    id: Annotated[
        str,
        Field(
            min_length=1, max_length=500, pattern=r"^[^\x00-\x1f\x7f]+$", examples=["XM-EXAMPLE-1"],
            description="The activity's identifier as published; it may hold slashes.",
        ),
    ]  # fmt: skip


class DateTold(Schema):
    """When it starts or ends."""

    type: str | None = Field(description="1 planned start, 2 actual start, 3 planned end, 4 actual end.")
    date: days.date | None = Field(description="The day.")


class OrgTold(Schema):
    """Who takes part, as published."""

    role: str | None = Field(description="1 funding, 2 accountable, 3 extending, 4 implementing.")
    ref: str | None = Field(description="Its identifier as published.")
    name: str | None = Field(description="Its name as published.")


class PartyTold(Schema):
    """Who takes part, as a party."""

    party: str | None = Field(description="Its party id.")
    role: str | None = Field(description="As what it takes part.")


class SectorTold(Schema):
    """What it is for."""

    vocabulary: str | None = Field(description="The vocabulary of the code; 1 and 2 are the DAC's.")
    code: str | None = Field(description="The code as published.")
    name: str | None = Field(description="Its name as published.")
    percentage: float | None = Field(description="Share of the whole in per cent, as published.")


class PlaceTold(Schema):
    """Where it takes place."""

    kind: str | None = Field(description="country, region or location.")
    code: str | None = Field(description="The code as published.")
    name: str | None = Field(description="Its name as published.")
    percentage: float | None = Field(description="Share of the whole in per cent, as published.")


class TextTold(Schema):
    """A title or description."""

    kind: str = Field(description="title or description.")
    language: str | None = Field(description="Its language.")
    text: str | None = Field(description="Its words.")


class MoneyTold(Schema):
    """Transactions of one type in one currency: types are never added together."""

    type: str | None = Field(description="The type's code: 1 incoming funds, 2 commitment, 3 disbursement …")
    currency: str | None = Field(description="ISO 4217 code.")
    rows: int = Field(description="How many transactions.")
    value: float | int | None = Field(description="Their sum in the currency.")
    value_usd: float | int | None = Field(
        description="Their sum in US dollars; null where none is converted."
    )
    first: days.date | None = Field(description="The first day.")
    last: days.date | None = Field(description="The last day.")


class Record(Schema):
    """The activity as one dataset has it."""

    title: str | None = Field(description="Its title in the first language given.")
    reporting_org: str | None = Field(description="Identifier of who reports it.")
    reporting_org_name: str | None = Field(description="The name of who reports it.")
    status: str | None = Field(description="The status's code.")
    hierarchy: int | None = Field(description="Level among the publisher's activities; null counts as 1.")
    humanitarian: int | None = Field(description="1 yes, 0 no, null not stated.")
    default_currency: str | None = Field(description="ISO 4217 code that holds where none is stated.")
    last_updated: str | None = Field(description="When the publisher last changed it.")
    dataset: str = Field(description="The publisher's dataset.")
    snapshot: str = Field(description="sha256 of the file.")
    locator: str = Field(description="Where in the file.")
    texts: list[TextTold] = Field(description="Titles and descriptions in every language.")
    dates: list[DateTold] = Field(description="When it starts and ends.")
    participating_orgs: list[OrgTold] = Field(description="Who takes part, as published.")
    parties: list[PartyTold] = Field(description="Those of them that are known parties.")
    sectors: list[SectorTold] = Field(description="What it is for.")
    places: list[PlaceTold] = Field(description="Where it takes place.")
    transactions: list[MoneyTold] = Field(description="Its transactions, summed by type and currency.")


class ActivityAlone(Schema):
    """An activity, once for each dataset that has it."""

    activity_id: str = Field(description="Its identifier as published.")
    records: list[Record] = Field(description="What each dataset says of it.")


_KEY = ("dataset", "snapshot", "activity")
_PARTS = {
    "texts": ("SELECT kind, language, text, {} FROM narratives", "kind DESC, language, text"),
    "dates": ("SELECT type, date, {} FROM activity_dates", "type, date"),
    "participating_orgs": ("SELECT role, ref, name, {} FROM participating_orgs", "role, ref, name"),
    "parties": ("SELECT DISTINCT party, role, {} FROM activity_parties", "role, party"),
    "sectors": (
        "SELECT vocabulary, code, name, percentage, {} FROM activity_sectors",
        "vocabulary, code, name",
    ),
    "places": ("SELECT kind, code, name, percentage, {} FROM activity_places", "kind, code, name"),
    "transactions": (
        """SELECT type, currency_used AS currency, count(*)::INTEGER AS rows, sum(value) AS value,
        sum(value_usd) AS value_usd, min(date) AS first, max(date) AS last, {} FROM transactions""",
        "type, currency_used",
    ),
}
_SHOWN = (
    "title", "reporting_org", "reporting_org_name", "status", "hierarchy", "humanitarian", "default_currency",
    "last_updated", "dataset", "snapshot", "locator",
)  # fmt: skip


@operation(
    router, "/activities/{path:id}", Asked, ActivityAlone, summary="One activity", place=One,
    sample="/activities/XM-EXAMPLE-1",
)  # fmt: skip
def activity(request: HttpRequest, asked: Asked, place: One, form: _answer.Format) -> HttpResponse:
    """An activity by its identifier, as each dataset has it: texts, dates, who takes part, sectors, places,
    and sums of its transactions by type and currency."""
    ask, own = facts.library(asked.known).connection.query, quoted(place.id)
    rows = ask(
        f"SELECT activity, {', '.join(_SHOWN)} FROM activities WHERE activity_id = {own} "
        "ORDER BY dataset, snapshot, activity"
    ).to_pylist()
    if not rows:
        raise NotKnown("activity", place.id, ())
    found: dict[tuple[Any, ...], dict[str, Any]] = {
        tuple(row[name] for name in _KEY): {
            **{name: row[name] for name in _SHOWN}, **{part: [] for part in _PARTS}
        }
        for row in rows
    }  # fmt: skip
    for part, (select, order) in _PARTS.items():
        grouped = f" GROUP BY type, currency_used, {', '.join(_KEY)}" if part == "transactions" else ""
        query = f"{select.format(', '.join(_KEY))} WHERE activity_id = {own}{grouped} ORDER BY {order}"
        for row in ask(query).to_pylist():
            record = found.get(tuple(row.pop(name) for name in _KEY))
            if record is not None:
                record[part].append({name: plain(value) for name, value in row.items()})
    return _answer.file(_answer.as_json({"activity_id": place.id, "records": list(found.values())}), form)


PART = Part("activities", router, "Activities published in IATI.", order=6)
