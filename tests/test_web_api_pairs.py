"""Over all pairs: a figure has the same digits in the API's JSON and CSV, the profile and the evidence."""

from __future__ import annotations

import csv
import io
import json
import re
from collections import defaultdict
from decimal import Decimal
from typing import Any

import pytest

from comity import measures, outputs, profiles
from comity.api import Comity
from comity.engines import Request
from comity.model import Figure
from comity.profiles import Library
from tests.web import client

YEARS = "2018-2022"
MOST_BUILT = 12
"""Pairs whose whole profiles are built; of all others the figures are asked in one pass."""


def requests(library: Library) -> list[Request]:
    pairs = library.connection.query(
        "SELECT DISTINCT provider, receiver FROM contributions "
        "WHERE provider IS NOT NULL AND receiver IS NOT NULL "
        "UNION SELECT party, organisation FROM ratifications ORDER BY ALL"
    ).to_pylist()
    period, parties = profiles.period_of(2018, 2022), library.directory.parties
    return [
        profiles.request_for(
            library, parties[row["provider"]], parties[row["receiver"]], period, None, number
        )
        for number, row in enumerate(pairs)
    ]


@pytest.fixture(scope="module")
def computed(starter_store: Comity) -> dict[tuple[str, str], dict[str, Figure]]:
    """Every figure of every pair, as the profiles have them."""
    library = starter_store.library()
    asked = requests(library)
    found: dict[tuple[str, str], dict[str, Figure]] = defaultdict(dict)
    for family in dict.fromkeys(measure.family for measure in measures.shelved().values()):
        for number, figures in profiles.figures_of(library, asked, family).items():
            pair = asked[number].partner, asked[number].organisation
            found[pair] |= {figure.measure: figure for figure in figures}
    return found


def answers(store: Comity, form: str) -> list[bytes]:
    """The API's figures of all organisations that the pairs name, by family."""
    visitor = client(store)
    bodies = sorted({request.organisation for request in requests(store.library())})
    families = sorted({measure.family for measure in measures.shelved().values()})
    found = []
    for family in families:
        following = f"/api/v1/figures.{form}?organisation={','.join(bodies)}&measure={family}&years={YEARS}"
        following += "&by=year&limit=1000"
        while following:
            answer = visitor.get(following)
            assert answer.status_code == 200, answer.content
            found.append(answer.content)
            link = re.match(r"<(.+)>; rel", answer.get("Link", ""))
            following = link[1] if link else ""
    return found


def digits(value: Decimal | int | None) -> str:
    return "" if value is None else str(outputs.number(value))


def test_all_pairs_have_the_digits_of_their_profiles(
    starter_store: Comity, computed: dict[tuple[str, str], dict[str, Figure]]
) -> None:
    told: list[dict[str, Any]] = [
        row for page in answers(starter_store, "json") for row in json.loads(page, parse_float=str)["rows"]
    ]
    written = [
        row for page in answers(starter_store, "csv")
        for row in csv.DictReader(io.StringIO(page.decode(), newline=""))
    ]  # fmt: skip
    assert len(told) == len(written)
    seen: set[tuple[str, str, str]] = set()
    for row, line in zip(told, written, strict=True):
        pair = row["partner"], row["organisation"]
        if pair not in computed:
            continue  # a pair of which other tables speak
        figure = computed[pair][row["measure"]]
        value = figure.value if row["year"] is None else (figure.by_year or {})[row["year"]]
        assert line["value"] == digits(value), row
        assert ("" if row["value"] is None else str(row["value"])) == digits(value), row
        seen.add((*pair, row["measure"]))
    assert seen == {(*pair, measure) for pair, figures in computed.items() for measure in figures}


def test_profiles_have_the_same_digits(
    starter_store: Comity, computed: dict[tuple[str, str], dict[str, Figure]]
) -> None:
    visitor = client(starter_store)
    richest = sorted(computed, key=lambda p: -(computed[p]["contributions.total"].value or 0))[:MOST_BUILT]
    for partner, organisation in [*richest, ("KOR", "ILO")]:
        told = visitor.get(f"/api/v1/profiles/{partner}/{organisation}?years={YEARS}").json()
        for figure in told["figures"]:
            same = computed[partner, organisation][figure["measure"]]
            assert figure["value"] == outputs.number(same.value), figure["measure"]


def test_evidence_adds_up_to_the_figures_of_all_pairs(
    starter_store: Comity, computed: dict[tuple[str, str], dict[str, Figure]]
) -> None:
    """The rows behind every figure of money, in one pass; then as the API gives them, of some pairs."""
    library = starter_store.library()
    asked = requests(library)
    for measure in (m for m in measures.shelved().values() if m.family == "contributions"):
        library.connection.ask(asked)
        sums: dict[int, Decimal] = defaultdict(Decimal)
        for row in library.connection.answer(library.plan.rows[measure.id]).to_pylist():
            sums[row["request"]] += row["amount_usd"] or 0
        for request in asked:
            figure = computed[request.partner, request.organisation].get(measure.id)
            if figure is not None:
                assert sums[request.request] == (figure.value or 0), (request, measure.id)
    visitor = client(starter_store)
    for partner, organisation in list(computed)[:: max(1, len(computed) // MOST_BUILT)]:
        answer = visitor.get(
            f"/api/v1/evidence/{partner}/{organisation}/contributions.total.csv?years={YEARS}"
        )
        rows = csv.DictReader(io.StringIO(answer.content.decode(), newline=""))
        value = computed[partner, organisation]["contributions.total"].value or 0
        assert sum(Decimal(row["amount_usd"] or 0) for row in rows) == value
