"""The register of a pair: one TOML file per partner and organisation, kept by hand (R41, R42)."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from datetime import date
from typing import Any

from comity.errors import FileRefused
from comity.provenance import Snapshot
from comity.sources import SHARED, Reading, _csv, table, text_of
from comity.tables import contracts

_Entry = dict[str, Any]


def year_of(value: object) -> int | None:
    """The year of a date given as a year, a month, a day, or text that starts with one."""
    if value is None:
        return None
    text = str(value)
    try:
        if not re.fullmatch(r"\d{4}(-\d\d){0,2}", text):
            raise ValueError
        date.fromisoformat(text + "-01-01"[len(text) - 4 :])
    except ValueError:
        raise ValueError(f"“{value}” is not a year, a month or a day") from None
    return int(str(value)[:4])


def _joined(values: object, by: str) -> str | None:
    if isinstance(values, str):
        return values
    return by.join(str(value) for value in values) if isinstance(values, list) and values else None


def _period(entry: _Entry) -> _Entry:
    """The years a statement is about; none when it is undated."""
    return {"start_year": entry.get("period_start"), "end_year": entry.get("period_end")}


def _priorities(register: _Entry) -> Iterator[_Entry]:
    for entry in register.get("priority", []):
        yield entry | _period(entry) | {"code": entry.get("slug")}
    for strategy in register.get("strategy", []):
        years = {"start_year": strategy["period_start"], "end_year": strategy["period_end"]}
        shared = strategy | years | {"kind": "partner_country", "organisation": None}
        codes = strategy.get("partner_countries", [])
        if codes and strategy.get("partner_country_count", len(codes)) != len(codes):
            raise ValueError(f"“partner_country_count” is not the number of names, {len(codes)}")
        yield from (shared | {"code": code} for code in codes)
        if not codes:
            yield shared | {"stated_count": strategy["partner_country_count"]}


def _amounts(phase: _Entry) -> list[_Entry]:
    """R41: what was stated of a phase's amount; an amendment needs its date to take its place."""
    amounts: list[_Entry] = phase.get("amount", [])
    if len({amount.get("currency") for amount in amounts}) > 1:
        raise ValueError("the amounts of a phase must be in one currency")
    if any(a.get("effect") in ("adds", "replaces", "restated") and not a.get("stated_on") for a in amounts):
        raise ValueError("an amount that amends another needs “stated_on”")
    return amounts


def _programmes(register: _Entry) -> Iterator[tuple[str, _Entry]]:
    """(table, entry) of each programme, its phases and their amounts."""
    for programme in register.get("programme", []):
        shape = {"themes": "; ", "implementing": " "}
        joined = {name: _joined(programme.get(name), by) for name, by in shape.items()}
        yield (
            "programmes",
            programme
            | joined
            | {
                "start_year": year_of(programme["since"]),
                "end_year": year_of(programme.get("until")),
            },
        )
        for phase in programme.get("phase", []):
            ids = {"programme": programme["id"], "phase": phase["id"]}
            yield (
                "phases",
                phase
                | ids
                | {
                    "start_year": year_of(phase["starts"]),
                    "end_year": year_of(phase.get("ends")),
                    "themes": _joined(phase.get("themes"), "; "),
                    "countries": _joined(phase.get("countries"), " "),
                },
            )
            yield from (("phase_amounts", amount | ids) for amount in _amounts(phase))


def _entries(register: _Entry) -> Iterator[tuple[str, _Entry]]:
    """(table, entry) of everything the register states, in the contract's column names."""
    if membership := register.get("membership"):
        yield (
            "memberships",
            membership
            | {
                "since_year": year_of(membership["since"]),
                "since_stated": str(membership["since"]),
            },
        )
    yield from _programmes(register)
    for partner in register.get("partner_institution", []):
        yield "partners", partner | _period(partner)
    for secondment in register.get("secondment", []):
        since = {"start_year": year_of(secondment.get("since")), "end_year": year_of(secondment.get("until"))}
        yield "secondments", secondment | (since if since["start_year"] else _period(secondment))
    for priority in _priorities(register):
        yield "priorities", priority
    for place in register.get("programme_place", []):
        code = place.get("code") or str(place["name"]).casefold().replace(" ", "_")
        years = {"start_year": place["period_start"], "end_year": place.get("period_end")}
        yield "programme_places", place | years | {"code": code}


def _typed(kind: str, value: Any) -> Any:
    """A TOML value as its column's type; texts may be given as dates or numbers."""
    if value is None:
        return None
    match kind:
        case "amount":
            return _csv.number(str(value))
        case "int":
            return _csv.whole(str(value))
        case "date":
            return value if isinstance(value, date) else date.fromisoformat(str(value))
        case _:
            return str(value)


_WANTED = {"amount": "an amount", "int": "a whole number", "date": "a date like 2022-12-31"}


def _row(name: str, entry: _Entry) -> _Entry:
    """`entry` in the columns of table `name`; raises `ValueError` naming what is missing."""
    row = {}
    for column in contracts()[name].stored:
        if column.name in (*SHARED, "locator"):
            continue
        given = entry.get(column.name)
        try:
            value = _typed(column.kind, given)
        except ValueError:
            raise ValueError(f"“{column.name} = {given}” is not {_WANTED[column.kind]}") from None
        if column.required and value is None:
            raise ValueError(f"“{column.name}” is missing")
        if column.one_of and value is not None and value not in column.one_of:
            raise ValueError(f"“{column.name} = {value}” is not one of {', '.join(column.one_of)}")
        row[column.name] = value
    if row.get("start_year") and row.get("end_year") and row["end_year"] < row["start_year"]:
        raise ValueError(f"the years {row['start_year']}–{row['end_year']} run backwards")
    if min(row.get("posts") or 0, row.get("months") or 0) < 0:
        raise ValueError("“posts” and “months” cannot be negative")
    return row


_STATED = {"stated_by", "confidence", "note"}
_SPAN = {"period_start", "period_end", "seen"}
_KEYS = {
    "": {"partner", "organisation", "membership", "programme", "partner_institution", "secondment",
         "strategy", "priority", "programme_place"},
    "membership": {"since", *_STATED},
    "programme": {"id", "name", "since", "until", "managing_office", "implementing", "themes", "phase",
                  *_STATED},
    "programme.phase": {"id", "starts", "ends", "signed_on", "reference", "themes", "countries", "amount",
                        *_STATED},
    "programme.phase.amount": {"amount", "currency", "effect", "stated_on", *_STATED},
    "partner_institution": {"party", "role", *_SPAN, *_STATED},
    "secondment": {"programme", "since", "until", "posts", "months", "statement", *_SPAN, *_STATED},
    "strategy": {"partner_countries", "partner_country_count", "name", *_SPAN, *_STATED},
    "priority": {"kind", "name", "slug", *_SPAN, *_STATED},
    "programme_place": {"kind", "code", "name", *_SPAN, *_STATED},
}  # fmt: skip
"""What each part of a register may hold: a misspelt key must not be lost without a word."""


def _check_keys(entry: _Entry, part: str = "") -> None:
    """Raises `ValueError` for a key that `part`, or a part of it, does not know."""
    if not isinstance(entry, dict):
        raise ValueError(f"{part} is not an entry with keys")
    if strange := entry.keys() - _KEYS[part]:
        known = ", ".join(sorted(_KEYS[part]))
        raise ValueError(f"“{min(strange)}” in {part or 'the register'} is none of {known}")
    for key, value in entry.items():
        inner = f"{part}.{key}".lstrip(".")
        if inner in _KEYS:
            for one in value if isinstance(value, list) else [value]:
                _check_keys(one, inner)


_COVERS = {
    # table → subject of the coverage that its rows give
    "memberships": "membership",
    "programmes": "programmes",
    "phases": "phases",
    "partners": "partners",
    "secondments": "secondments",
    "priorities": "priorities",
    "programme_places": "programme_places",
}


def _last_phase(row: _Entry, rows: dict[str, list[_Entry]]) -> int | None:
    """The last year of a programme's phases: an open-ended programme is known as far as these."""
    ends = [phase["end_year"] or phase["start_year"] for phase in rows.get("phases", [])
            if phase["programme"] == row.get("id")]  # fmt: skip
    return max(ends, default=None)


def _coverage(rows: dict[str, list[_Entry]], pair: _Entry) -> dict[str, list[Any]]:
    """Which subjects the register speaks of, and for which years; priorities by kind."""
    found: set[tuple[str, str, int | None]] = set()
    for name, subject in _COVERS.items():
        for row in rows.get(name, []):
            whom = row["organisation"] or ""
            detail = f"{subject}.{row['kind']}" if "kind" in row else subject
            first = row.get("start_year")
            if first is None:
                found.add((whom, detail, None))
                continue
            last = row.get("end_year") or _last_phase(row, rows) or first
            found |= {(whom, detail, year) for year in range(first, last + 1)}
    ordered = sorted(found, key=lambda row: (row[0], row[1], row[2] or 0))
    return {
        "organisation_name": [whom or None for whom, _, _ in ordered],
        "partner": [pair["partner"]] * len(ordered),
        "type": [subject for _, subject, _ in ordered],
        "year": [year for _, _, year in ordered],
        "locator": ["derived from the entries"] * len(ordered),
    }


def read(snapshot: Snapshot, content: bytes) -> Reading:
    """The register's entries as rows, each with the entry's place in the file as its locator.

    Raises `FileRefused` for TOML that does not parse, or an entry without what its table requires.
    """
    try:
        register = tomllib.loads(text_of(snapshot, content))
    except tomllib.TOMLDecodeError as error:
        raise FileRefused(snapshot.name, f"not valid TOML: {error}") from None
    except RecursionError:
        raise FileRefused(snapshot.name, "nested too deeply to be a register") from None
    pair = {"partner": register.get("partner"), "organisation": register.get("organisation")}
    if None in pair.values():
        raise FileRefused(snapshot.name, "“partner” and “organisation” must stand at the top")
    rows: dict[str, list[_Entry]] = {}
    where = "the first entry"
    try:
        _check_keys(register)
        for name, entry in _entries(register):
            where = f"{name}[{len(rows.get(name, [])) + 1}]"
            rows.setdefault(name, []).append(_row(name, pair | entry) | {"locator": where})
    except (AttributeError, TypeError):
        raise FileRefused(snapshot.name, "not entries with keys", f"after or in {where}") from None
    except (ValueError, KeyError) as error:
        reason = f"“{error.args[0]}” is missing" if isinstance(error, KeyError) else str(error)
        raise FileRefused(snapshot.name, reason, f"after or in {where}") from None
    tables = {
        name: table(name, {column: [row[column] for row in found] for column in found[0]})
        for name, found in rows.items()
    }
    tables["coverage"] = table("coverage", _coverage(rows, pair))
    return Reading("{partner}-{organisation}".format(**pair), "coverage", tables)


def recognises(name: str, head: bytes) -> bool:
    return name.endswith(".toml") and b"organisation" in head and b"partner" in head
