"""The rows behind a figure: each with its source, file and line; their sum or count is the figure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from comity import i18n, measures, profiles
from comity.charts._labels import years
from comity.engines import Request
from comity.errors import MeasureNotKnown
from comity.measures import Measure
from comity.model import Figure, Party, Profile
from comity.outputs import _wording as wording
from comity.profiles import Library
from comity.provenance import stamp
from comity.web import asking, facts, lists, site
from comity.web.lists import Ending, Grid, Paging, Shown
from comity.web.pages import Page, _lists
from comity.web.pages.cooperation import query_of

if TYPE_CHECKING:
    import pyarrow as pa

_DIGEST = 64


def _path(request: Request, measure: str) -> str:
    pair = (request.partner, request.organisation, measure)
    return "/evidence/" + "/".join(quote(part, safe="") for part in pair) + "/"


def _measure(request: Request, name: str) -> Measure:
    known = [measure.id for measure in profiles.measures_for(request)]
    if name not in known:
        raise MeasureNotKnown(name, known)
    return measures.shelved()[name]


def page(request: HttpRequest, partner: str, organisation: str, measure: str) -> HttpResponse:
    """The figure, the rows that it counts, and their sum."""
    found, asked = asking.pair(request, partner, organisation)
    counted = _measure(found, measure)
    query, path = query_of(asked, found), _path(found, measure)
    if (partner, organisation) != (found.partner, found.organisation):
        return redirect(site.address(request, path, **query))
    opened = facts.library(asked.known_at)
    profile = profiles.build(opened, found)
    figure = profile.get(measure)
    if figure is None:  # no measure without a figure
        raise MeasureNotKnown(measure, [one.measure for one in profile])
    rows = profiles.evidence(opened, found, measure)
    paging = lists.paging(request, rows.num_rows, at="rows")
    lang: str = request.lang
    label = wording.label(measure, lang)
    shared, grid = _Rows(request, rows, opened, lang).shown(paging, label)
    home = site.profile_path(found.partner, found.organisation)
    return lists.page(
        request,
        "evidence.html.j2",
        {
            "figure": figure,
            "label": label,
            "value": wording.value(figure, lang),
            "remarks": wording.remarks(figure, lang),
            "stands_on": wording.stands_on(figure, lang),
            "coverage": _coverage(figure, lang),
            "folded": _folded(counted, rows, figure, lang),
            "partner": profile.partner,
            "organisation": profile.organisation,
            "period": wording.period(figure.period, lang),
            "dates": wording.dates(profile, lang),
            "shared_values": shared,
            "grid": grid,
            "paging": paging,
            "files": [
                (ending.upper(), site.address(request, lists.file_path(path, ending), **query))
                for ending in lists.FILES
            ],
            "back": site.address(request, home, **query),
            "command": _command(profile, measure),
            "dated": counted.dated,
        },
    )


def _coverage(figure: Figure, lang: str) -> str:
    """How much of what is asked the sources report, in a sentence."""
    _ = i18n.translator(lang)
    words = _(wording.STATUSES[figure.coverage.status])
    if not figure.coverage.years:
        return words
    return f"{words} ({years(figure.coverage.years, lang)})"


def _folded(measure: Measure, rows: pa.Table, figure: Figure, lang: str) -> str:
    """How the rows make the figure: their sum, their number, or how many values differ. Worked out from
    the very rows that are listed."""
    _ = i18n.translator(lang)
    count = i18n.whole(rows.num_rows, lang)
    if not rows.num_rows:
        return ""
    found = measure.fold.arrow(rows)
    column = measure.fold.columns[0] if measure.fold.columns else ""
    if measure.unit == "USD":
        if found is None:
            return _("No row states an amount.")
        total = _("US$ {amount}").format(amount=i18n.usd(Decimal(found), lang))
        return _("The {count} rows add up to {total} (column {column}).").format(
            count=count, total=total, column=column
        )
    if not column:
        return _("There are {count} rows.").format(count=count)
    if measure.unit == "year":
        return _("The earliest year stated is {value} (column {column}).").format(value=found, column=column)
    if measure.unit == "months":
        if found is None:
            return _("No row states a number.")
        return _("The {count} rows add up to {total} (column {column}).").format(
            count=count, total=i18n.whole(found, lang), column=column
        )
    return _("The {count} rows hold {value} different values in column {column}.").format(
        count=count, value=i18n.whole(found or 0, lang), column=column
    )


def _command(profile: Profile, measure: str) -> str:
    return (
        f"comity evidence {profile.partner.id} {profile.organisation.id} {measure}"
        f" --years {profile.period.start}-{profile.period.end}"
        f" --as-of {profile.as_of.isoformat()} --known-at {stamp(profile.known_at)}"
    )


class _Rows:
    """Rows in the columns of the data; what all of them share is said once."""

    def __init__(self, request: HttpRequest, rows: pa.Table, opened: Library, lang: str) -> None:
        self._request, self._lang = request, lang
        self._rows: list[dict[str, Any]] = rows.to_pylist()
        self._names = list(rows.column_names)
        self._parties: Mapping[str, Party] = opened.directory.parties
        query = "SELECT sha256, name FROM snapshots"
        self._files = {row["sha256"]: row["name"] for row in opened.connection.query(query).to_pylist()}

    def shown(self, paging: Paging, label: str) -> tuple[list[tuple[str, Shown]], Grid]:
        _ = i18n.translator(self._lang)
        held = {name: {row[name] for row in self._rows} for name in self._names}
        empty = {name for name, values in held.items() if values <= {None}}
        same = {name for name, values in held.items() if len(values) == 1} - empty
        if len(self._rows) == 1:
            same &= {"source", "dataset", "snapshot", "basis"}
        kept = [name for name in self._names if name not in same | empty]
        part = lists.slice_of(self._rows, paging)
        grid = Grid(
            _("Rows behind: {figure}").format(figure=label),
            tuple(kept),
            tuple(tuple(self._cell(name, row) for name in kept) for row in part),
            tuple(n for n, name in enumerate(kept) if self._is_amount(held[name])),
            raw=True,
        )
        shared = [(name, self._cell(name, self._rows[0])) for name in self._names if name in same]
        return shared, grid

    def _is_amount(self, values: set[Any]) -> bool:
        return all(isinstance(value, Decimal | None) for value in values)

    def _cell(self, name: str, row: Mapping[str, Any]) -> Shown:
        value, text = row[name], lists.text_of(row[name])
        if isinstance(value, Decimal):
            return Shown(_number(value, self._lang), "amount")
        if name == "snapshot" and len(text) == _DIGEST:
            file = self._files.get(text, f"{text[:12]}…")
            return Shown(file, at=self._to(lists.source_path(str(row["source"]))), title=f"SHA-256 {text}")
        at = next(self._leads(name, text), "") if text else ""
        party = self._parties.get(text) if name in _PARTIES else None
        return Shown(text, at=at, mark=i18n.party_name(party, self._lang) if party else "")

    def _leads(self, name: str, text: str) -> Iterator[str]:
        """Where a value has a page of its own."""
        if name == "instrument":
            yield self._to(lists.standard_path(text))
        elif name == "activity_id":
            yield self._to(lists.activity_path(text))
        elif name == "source":
            yield self._to(lists.source_path(text))
        elif name == "code" and (party := self._parties.get(text)) and party.iso2:
            yield self._to(f"/countries/{quote(text, safe='')}/")

    def _to(self, path: str) -> str:
        return lists.to(self._request, path)


_PARTIES = ("code", "party", "reporter", "giver", "provider", "receiver")


def _number(value: Decimal, lang: str) -> str:
    """Money to the cent; a rate, which has twelve places, to six."""
    if value.as_tuple().exponent == -12:
        from babel.numbers import format_decimal

        return str(format_decimal(value, "#,##0.000000", locale=lang))
    return i18n.usd(value, lang)


def file(request: HttpRequest, partner: str, organisation: str, measure: str, ending: Ending) -> HttpResponse:
    """All rows, the same as `comity evidence --format csv` or json."""
    found, asked = asking.pair(request, partner, organisation)
    rows = profiles.evidence(facts.library(asked.known_at), found, measure)
    name = f"{found.partner}-{found.organisation}-{measure}-{found.start_year}-{found.end_year}"
    return lists.answer(rows, ending, name)


_AT = "evidence/<str:partner>/<str:organisation>/<str:measure>"
PAGES = (Page("evidence", f"{_AT}/", page), *_lists.files("evidence", _AT, file))
