"""Conventions of the ILO: which members have ratified which, and each convention with its dates."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal, TypeAlias

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from comity import i18n, typed
from comity.charts._labels import SUBJECTS, confidence
from comity.errors import BadRequest, NotKnown
from comity.i18n import N_
from comity.profiles import Library
from comity.web import asking, facts, lists, site
from comity.web.lists import Grid, Paging, Shown
from comity.web.pages import Page
from comity.web.pages._codes import worded

ORGANISATION = "ILO"
CATEGORIES = {
    "fundamental": N_("Fundamental"), "governance": N_("Governance"), "technical": N_("Technical"),
    "protocol": N_("Protocols"),
}  # fmt: skip
State: TypeAlias = Literal["in_force", "ratified", "denounced", "none"]
STATES: dict[State, str] = {
    "in_force": N_("in force"), "ratified": N_("ratified, not in force"), "denounced": N_("denounced"),
    "none": N_("not ratified"),
}  # fmt: skip
SIGNS: dict[State, str] = {"in_force": "●", "ratified": "○", "denounced": "×", "none": "–"}
MEMBERS = 50
"""Members on one page of the matrix."""


@dataclass(frozen=True, slots=True)
class Facts:
    """Everything that is loaded of conventions, by instrument and member."""

    instruments: dict[str, dict[str, Any]]
    categories: dict[str, list[dict[str, Any]]]
    acts: dict[str, dict[str, list[dict[str, Any]]]]
    """By instrument, then by member, who may ratify again what it denounced: the first registered first."""
    members: tuple[str, ...]
    """For whom ratification facts are loaded; of all others nothing is known here."""
    known_to: dict[str, int]

    def category(self, instrument: str, day: date) -> str:
        """R40: the category that an instrument has on a day; empty where it has none then."""
        return next((row["category"] for row in self.categories[instrument] if _holds(row, day)), "")


def _holds(row: dict[str, Any], day: date) -> bool:
    return bool(row["valid_from"] <= day and (row["valid_to"] is None or row["valid_to"] > day))


def _facts(opened: Library) -> Facts:
    def ask(query: str) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = opened.connection.query(query).to_pylist()
        return found

    instruments = ask(f"SELECT * FROM instruments WHERE organisation = '{ORGANISATION}' ORDER BY id")
    categories: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in ask("SELECT * FROM instrument_categories ORDER BY id, valid_from"):
        categories[row["id"]].append(row)
    acts: dict[str, dict[str, list[dict[str, Any]]]] = defaultdict(lambda: defaultdict(list))
    for row in ask(f"SELECT * FROM ratifications WHERE organisation = '{ORGANISATION}' ORDER BY registered"):
        if row["party"]:
            acts[row["instrument"]][row["party"]].append(row)
    covered = ask(
        "SELECT partner, max(year) AS year FROM coverage "
        f"WHERE type = 'ratifications' AND organisation = '{ORGANISATION}' GROUP BY ALL"
    )
    parties = opened.directory.parties
    ids = {row["partner"] for row in covered if row["partner"]} | {p for one in acts.values() for p in one}
    members = sorted((id_ for id_ in ids if id_ in parties), key=lambda id_: i18n.sort_key(parties[id_].name))
    known_to = {row["partner"]: row["year"] for row in covered if row["partner"] and row["year"]}
    return Facts({row["id"]: row for row in instruments}, categories, acts, tuple(members), known_to)


def state(act: dict[str, Any], instrument: dict[str, Any], day: date) -> State:
    """R39: what a ratification is on a day."""
    if act["registered"] is None or act["registered"] > day:
        return "none"
    if act["denounced"] is not None and act["denounced"] <= day:
        return "denounced"
    alive = instrument["ended_year"] is None or instrument["ended_year"] >= day.year
    begun = act["in_force"] is not None and act["in_force"] <= day
    return "in_force" if begun and alive else "ratified"


def standing(
    acts: Sequence[dict[str, Any]], instrument: dict[str, Any], day: date
) -> tuple[State, dict[str, Any] | None]:
    """What all of a member's ratifications of an instrument come to on a day: as the measures count them,
    it is in force as soon as one of them is. With it that one, the last of several."""
    order = list(STATES)
    found: tuple[State, dict[str, Any] | None] = ("none", None)
    for act in acts:
        here = state(act, instrument, day)
        if here != "none" and order.index(here) <= order.index(found[0]):
            found = here, act
    return found


def _day(request: HttpRequest) -> date:
    known = facts.generation(lists.known_at(request)).created_at.date()
    asked = typed.day(asking.text(request, "as_of") or None, "as_of=2022-12-31")
    if asked and asked > known:
        raise BadRequest(f"{asked} lies after the day the facts were loaded, {known}; nothing is known of it")
    return asked or known


def page(request: HttpRequest) -> HttpResponse:
    """Members × conventions of one category, on a day."""
    lang, day, known = request.lang, _day(request), lists.known_at(request)
    _ = i18n.translator(lang)
    held = facts.remembered(known, "standards", _facts)
    category = asking.one_of(request, "category", CATEGORIES, "fundamental")
    columns = [id_ for id_ in held.instruments if held.category(id_, day) == category]
    if only := asking.one_of(request, "only", ("ratified",)):
        columns = [id_ for id_ in columns if _ratified(held, id_, day)]
    opened = facts.library(known)
    members = held.members
    if wanted := asking.text(request, "member"):
        members = (opened.directory.partner(wanted).id,)
    paging = lists.paging(request, len(members), size=MEMBERS)
    return lists.page(
        request,
        "standards.html.j2",
        {
            "on": day,
            "as_of": asking.text(request, "as_of"),
            "latest": facts.generation(known).created_at.date().isoformat(),
            "category": category,
            "category_name": _(CATEGORIES[category]),
            "categories": [(id_, _(words)) for id_, words in CATEGORIES.items()],
            "only": only,
            "member": wanted,
            "loaded": held.members,
            "unknown": [id_ for id_ in members if id_ not in held.members],
            "columns": [held.instruments[id_] for id_ in columns],
            "rows": [
                (id_, [_cell(held, one, id_, day, lang) for one in columns])
                for id_ in lists.slice_of(members, paging) if id_ in held.members
            ],
            "paging": paging,
            "standard_path": lists.standard_path,
            "legend": [(s, SIGNS[s], _(words)) for s, words in STATES.items()],
            "date_of": lambda value: i18n.day(value, lang),
            "known_to": sorted({held.known_to[id_] for id_ in members if id_ in held.known_to}),
        },
    )  # fmt: skip


def _ratified(held: Facts, instrument: str, day: date) -> bool:
    one = held.instruments[instrument]
    return any(standing(acts, one, day)[1] for acts in held.acts.get(instrument, {}).values())


def _cell(held: Facts, instrument: str, member: str, day: date, lang: str) -> dict[str, str]:
    """The state, its sign, and in words with its date."""
    _ = i18n.translator(lang)
    acts = held.acts.get(instrument, {}).get(member, ())
    found, act = standing(acts, held.instruments[instrument], day)
    when = act and {"in_force": act["in_force"], "denounced": act["denounced"]}.get(found, act["registered"])
    words = _(STATES[found])
    if found == "none" or not when:
        return {"state": found, "sign": SIGNS[found], "words": words, "year": "", "title": words}
    return {
        "state": found,
        "sign": SIGNS[found],
        "words": words,
        "year": str(when.year),
        "title": f"{words}, {i18n.day(when, lang)}",
    }


# One instrument


def one(request: HttpRequest, instrument: str) -> HttpResponse:
    """A convention or protocol: its categories over time, and who has ratified it."""
    lang, day, known = request.lang, _day(request), lists.known_at(request)
    _ = i18n.translator(lang)
    held = facts.remembered(known, "standards", _facts)
    if instrument.upper() != instrument and instrument.upper() in held.instruments:
        return redirect(site.with_changes(request, lists.standard_path(instrument.upper())))
    if instrument not in held.instruments:
        raise NotKnown("convention", instrument, held.instruments)
    found, acts = held.instruments[instrument], held.acts.get(instrument, {})
    paging = lists.paging(request, sum(map(len, acts.values())), at="ratifications")
    return lists.page(
        request,
        "standard.html.j2",
        {
            "found": found,
            "on": day,
            "as_of": asking.text(request, "as_of"),
            "latest": facts.generation(known).created_at.date().isoformat(),
            "kind": worded(_KINDS, found["kind"], lang),
            "status": worded(_STATUS, found["status"], lang),
            "mark": confidence(found, lang),
            "categories": _categories(held, instrument, lang),
            "paging": paging,
            "acts": _acts(request, held, instrument, day, paging),
            "without": _names(request, [id_ for id_ in held.members if id_ not in acts]),
            "loaded": held.members,
            "date_of": lambda value: i18n.day(value, lang),
        },
    )


_KINDS = {"convention": N_("Convention"), "protocol": N_("Protocol")}
_STATUS = {
    "up_to_date": N_("up to date"), "other": N_("outdated, interim or not reviewed"),
    "abrogated": N_("abrogated"), "withdrawn": N_("withdrawn"),
}  # fmt: skip


def _names(request: HttpRequest, ids: list[str]) -> list[str]:
    parties = facts.library(lists.known_at(request)).directory.parties
    return [i18n.party_name(parties[id_], request.lang) for id_ in ids]


def _categories(held: Facts, instrument: str, lang: str) -> Grid:
    _ = i18n.translator(lang)

    def until(row: dict[str, Any]) -> str:
        return i18n.day(row["valid_to"], lang) if row["valid_to"] else _("still so")

    return lists.used(
        Grid(
            _("Category over time"),
            (_("Category"), _("Subject"), _("From"), _("Until"), _("Stated by")),
            tuple(
                (
                    Shown(worded(CATEGORIES, row["category"], lang), mark=confidence(row, lang)),
                    Shown(worded(SUBJECTS, row["subject"], lang)),
                    Shown(i18n.day(row["valid_from"], lang)),
                    Shown(until(row)),
                    Shown(row["stated_by"] or "", note=row["note"] or ""),
                )
                for row in held.categories[instrument]
            ),
        )
    )


def _acts(request: HttpRequest, held: Facts, instrument: str, day: date, paging: Paging) -> Grid:
    lang = request.lang
    _ = i18n.translator(lang)
    parties = facts.library(lists.known_at(request)).directory.parties
    acts = sorted(
        ((id_, act) for id_, some in held.acts.get(instrument, {}).items() for act in some),
        key=lambda item: item[1]["registered"] or date.max,
    )

    def day_of(value: date | None) -> str:
        return i18n.day(value, lang) if value else ""

    return lists.used(
        Grid(
            _("Ratifications"),
            (
                _("Member"),
                _("State on the day"),
                _("Registered"),
                _("In force from"),
                _("Denounced"),
                _("Stated by"),
            ),
            tuple(
                (
                    Shown(
                        i18n.party_name(parties[id_], lang) if id_ in parties else id_,
                        at=lists.to(request, site.profile_path(id_, ORGANISATION)),
                        mark=confidence(act, lang),
                    ),
                    Shown(_(STATES[state(act, held.instruments[instrument], day)])),
                    Shown(day_of(act["registered"])),
                    Shown(day_of(act["in_force"])),
                    Shown(day_of(act["denounced"])),
                    Shown(act["stated_by"] or "", note=act["note"] or ""),
                )
                for id_, act in lists.slice_of(acts, paging)
            ),
        )
    )


PAGES = (Page("standards", "standards/", page), Page("standard", "standards/<str:instrument>/", one))
