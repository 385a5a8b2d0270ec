"""One dataset's report of an activity: its rows, and how a page writes what they hold."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Any, TypeAlias
from urllib.parse import quote

from django.http import HttpRequest

from comity import i18n
from comity.model import Party
from comity.profiles import Library
from comity.tables import quoted
from comity.web import lists
from comity.web.lists import Shown

Row: TypeAlias = dict[str, Any]
_ORGANISATIONS = ("un_entity", "un_department")


class Report:
    """One dataset's report of an activity."""

    def __init__(self, request: HttpRequest, opened: Library, activity: Row, number: int) -> None:
        self.request, self.opened, self.activity = request, opened, activity
        self.lang: str = request.lang
        self.translated = i18n.translator(self.lang)
        self.parties = opened.directory.parties
        self.suffix = "" if number == 1 else f"-{number}"

    # What is asked

    def rows(self, table: str, order: str = "locator", columns: str = "*") -> list[Row]:
        one = self.activity
        query = f"""
            SELECT {columns} FROM {table} WHERE dataset = {quoted(one["dataset"])}
            AND snapshot = {quoted(one["snapshot"])} AND activity = {int(one["activity"])} ORDER BY {order}
        """
        found: list[Row] = self.opened.connection.query(query).to_pylist()
        return found

    def to(self, path: str, **query: object) -> str:
        return lists.to(self.request, path, **query)

    # How values are written

    def day(self, value: date | None) -> str:
        return i18n.day(value, self.lang) if value else ""

    def span(self, row: Row) -> str:
        ends = [self.day(row[name]) or "…" for name in ("period_start", "period_end")]
        return f"{ends[0]} – {ends[1]}"

    def money(self, value: Decimal | None) -> Shown:
        return Shown(i18n.usd(value, self.lang), "amount")

    def amount(self, row: Row) -> tuple[Shown, Shown]:
        """The value as published and its currency, where there is none the activity's (R7)."""
        currency = row["currency"] or self.activity["default_currency"] or ""
        _ = self.translated
        mark = _("by default") if currency and not row["currency"] else ""
        return self.money(row["value"]), Shown(currency, mark=mark)

    def share(self, row: Row) -> str:
        from babel.numbers import format_decimal

        if row["percentage"] is None:
            return ""
        return f"{format_decimal(row['percentage'], '#,##0.##', locale=self.lang)} %"

    def name(self, id_: str) -> str:
        party = self.parties.get(id_)
        return i18n.party_name(party, self.lang) if party else id_

    def party_at(self, party: Party) -> str:
        """The page of a party: organisations of the UN system have one, all others are partners."""
        home = "organisations" if party.kind in _ORGANISATIONS else "partners"
        return self.to(f"/{home}/{quote(party.id, safe='')}/")

    def who(self, name: str | None, ref: str | None, party: str | None, by: str | None) -> Shown:
        """An organisation as published, and whom it was taken for; inferred is marked (R30)."""
        _ = self.translated
        words = name or ref or (self.name(party) if party else "")
        mark = ""
        if party and by and by != "stated":
            mark = _("inferred: {party}").format(party=self.name(party)) if name or ref else _("inferred")
        elif party and self.name(party) != words:
            mark = self.name(party)
        return Shown(words, mark=mark, title=ref if ref and ref != words else "")

    def paging(self, name: str, total: int, parameter: str, size: int) -> lists.Paging:
        return lists.paging(self.request, total, parameter, size, at=f"{name}{self.suffix}")

    @cached_property
    def file(self) -> str:
        """The name of the file that it stands in."""
        query = f"SELECT name FROM snapshots WHERE sha256 = {quoted(self.activity['snapshot'])}"
        found = self.opened.connection.query(query).to_pylist()
        return str(found[0]["name"]) if found else str(self.activity["snapshot"])[:12]

    def language(self, code: str | None) -> str:
        """A language in words, nothing for the reader's own."""
        from babel import Locale

        tag = (code or "").strip().lower()
        if not tag or tag[:2] == self.lang:
            return ""
        return str(Locale(self.lang).languages.get(tag[:2], tag))

    def loaded(self, identifiers: Iterable[str | None]) -> dict[str | None, str]:
        """Of other activities those that are loaded, with their pages."""
        named = sorted({one for one in identifiers if one and one != self.activity["activity_id"]})
        if not named:
            return {}
        listed = ", ".join(quoted(identifier) for identifier in named)
        query = f"SELECT DISTINCT activity_id AS id FROM activities WHERE activity_id IN ({listed})"
        found = self.opened.connection.query(query)["id"].to_pylist()
        return {identifier: self.to(lists.activity_path(identifier)) for identifier in found}
