"""Any partner × any of the 48 organisations: each sum is that of the publisher's file, to the cent."""

from __future__ import annotations

import csv
import gzip
from collections import defaultdict
from decimal import Decimal
from pathlib import Path

from comity import profiles
from comity.api import Comity
from comity.profiles import Library
from comity.rules.revenue_types import revenue_type

Sums = dict[tuple[str, str, str], Decimal]


def sums_of_the_file(path: Path, library: Library, first: int, last: int) -> Sums:
    """(partner, organisation, type) → US dollars, added up without comity's reader or its SQL."""
    found: Sums = defaultdict(Decimal)
    with gzip.open(path, "rt", encoding="utf-8-sig", newline="") as file:
        for row in csv.DictReader(file):
            year = int(row["calendar_year"])
            if first <= year <= last:
                partner = library.directory.partner(row["government_donor"]).id
                organisation = library.directory.organisation(row["entity"]).id
                type_ = revenue_type(row["rev_type"], year)
                assert type_
                found[partner, organisation, type_] += Decimal(row["amount"])
    return found


def test_every_pair_has_the_sums_of_the_file(full_store: Comity, shared_data: Path) -> None:
    library = full_store.library()
    expected = sums_of_the_file(
        shared_data / "ceb" / "revenue_government_donors.csv.gz", library, 2018, 2022
    )  # fmt: skip
    parties = library.directory.parties.values()
    partners = [party for party in parties if party.kind in ("state", "observer_state", "area")]
    bodies = [party for party in parties if party.kind == "un_entity"]
    assert len(bodies) == 48
    period = profiles.period_of(2018, 2022)
    asked = [
        profiles.request_for(library, partner, body, period, number=number)
        for number, (partner, body) in enumerate((p, b) for p in partners for b in bodies)
    ]
    found = profiles.figures_of(library, asked, "contributions")
    seen = 0
    for request in asked:
        figures = {figure.measure.partition(".")[2]: figure for figure in found[request.request]}
        for type_ in ("assessed", "voluntary_core", "voluntary_non_core", "other"):
            wanted = expected.get((request.partner, request.organisation, type_))
            assert (figures[type_].value or 0) == (wanted or 0), (request, type_)
            seen += wanted is not None
        core, earmarked = figures["voluntary_core"].value, figures["voluntary_non_core"].value
        assert (figures["voluntary"].value or 0) == (core or 0) + (earmarked or 0)
        parts = [figures[name].value or 0 for name in ("assessed", "voluntary", "other")]
        assert (figures["total"].value or 0) == sum(parts)
    assert seen == len(expected), "no sum of the file is left out"


def test_one_pair_alone_and_among_all_are_the_same(full_store: Comity) -> None:
    library = full_store.library()
    alone = full_store.profile("SWE", "UNDP", years=(2018, 2022)).profile.family("contributions")
    period = profiles.period_of(2018, 2022)
    find = library.directory
    asked = [
        profiles.request_for(library, find.partner(who), find.organisation(where), period, number=number)
        for number, (who, where) in enumerate([("KOR", "ILO"), ("SWE", "UNDP"), ("USA", "WHO")])
    ]
    assert profiles.figures_of(library, asked, "contributions")[1] == alone
