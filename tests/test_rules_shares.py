"""How money is shared among places and sectors, against plain fractions and on real files (R12–R18)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any

import duckdb
import ibis
import pyarrow as pa
import pytest
import sqlglot
from hypothesis import given, settings
from hypothesis import strategies as st
from ibis.config import Config

from comity.rules import shares
from comity.sources import Batch, iati

Row = dict[str, Any]

KEYS = ["dataset", "activity"]
OF_TRANSACTION = [*KEYS, "transaction"]
_KEY = {"dataset": "string", "activity": "int32"}
_SECTOR = {"vocabulary": "string", "code": "string", "percentage": "float64"}
_WEIGHT = {"vocabulary": "string", "code": "string", "weight": "int64", "flag": "string"}
SECTORS = ibis.table({**_KEY, **_SECTOR}, name="sectors")
PLACES = ibis.table({**_KEY, "kind": "string", **_SECTOR}, name="places")
AMOUNTS = ibis.table({**_KEY, "value": "decimal(24,6)"}, name="amounts")
TRANSACTIONS = ibis.table({**_KEY, "transaction": "int32"}, name="transactions")
OWN = ibis.table({**_KEY, "transaction": "int32", **_WEIGHT}, name="own")
PLACE_WEIGHTS = ibis.table({**_KEY, "kind": "string", **_WEIGHT}, name="place_weights")
WEIGHTS = ibis.table({**_KEY, **_WEIGHT}, name="weights")

FULL = 100_000_000
"""100 per cent."""


# What the tests of computing rules share


def ask(expression: Any, **rows: Sequence[Row]) -> list[Row]:
    """The rows of `expression` over unbound tables with these `rows`, each column of the type in DuckDB
    that Ibis believes it to have."""
    db = engine()
    for table in expression.op().find(ibis.expr.operations.UnboundTable):
        db.register(table.name, pa.Table.from_pylist(list(rows[table.name]), arrow_schema(table.schema)))
    found = db.execute(duckdb_sql(expression)).to_arrow_table()
    assert [*found.schema] == [*arrow_schema(expression.schema())]
    listed: list[Row] = found.to_pylist()
    return listed


@cache
def engine() -> duckdb.DuckDBPyConnection:
    return duckdb.connect(config={"threads": "1"})


def arrow_schema(schema: Any) -> pa.Schema:
    plain = {"date": pa.date32(), "boolean": pa.bool_(), "float64": pa.float64()}
    plain |= {"string": pa.string(), "int32": pa.int32(), "int64": pa.int64()}
    return pa.schema(
        (name, pa.decimal128(of.precision, of.scale) if of.is_decimal() else plain[str(of)])
        for name, of in schema.items()
    )


@cache
def duckdb_sql(expression: Any) -> str:
    return str(ibis.to_sql(expression, dialect="duckdb"))


class _Options(Config):  # type: ignore[misc]
    treat_nan_as_null: bool = False


def spark_sql(expression: Any, monkeypatch: pytest.MonkeyPatch) -> str:
    """`expression` as Spark would be asked. As soon as a column is a float, Ibis looks up an option of its
    Spark backend, which has none before that is loaded."""
    monkeypatch.setattr(ibis.options, "pyspark", _Options())
    sql = str(ibis.to_sql(expression, dialect="pyspark"))
    assert sqlglot.parse_one(sql, read="spark")
    assert "FLOOR" not in sql, "a division of doubles"
    return sql


def rows_of(names: Iterable[str], *rows: Sequence[Any]) -> list[Row]:
    return [dict(zip(names, row, strict=True)) for row in rows]


def read(path: Path, *tables: str) -> dict[str, list[Row]]:
    """Rows of a real file, with its name as `dataset`; the test is skipped where it is absent."""
    if not path.is_file():
        pytest.skip(f"needs {path.name} of the real files, which is not here")
    found: dict[str, list[Row]] = {table: [] for table in tables}
    with path.open("rb") as stream:
        for item in iati.read(stream, path.name):
            if isinstance(item, Batch) and item.table in found:
                found[item.table] += item.rows.to_pylist()
    return {table: [{**row, "dataset": path.name} for row in rows] for table, rows in found.items()}


# References, in fractions


def whole_cents(value: Decimal) -> int:
    return int((value * 100).quantize(Decimal(1), ROUND_HALF_UP))  # away from zero, either way


def part_cents(cents: int, items: Sequence[tuple[int, str | None, str | None]]) -> list[int]:
    """Parts of `cents` for items of (weight, code, kind), in their order."""
    total = sum(weight for weight, _, _ in items)
    exact = [Fraction(abs(cents) * weight, total) for weight, _, _ in items]
    parts = [int(share) for share in exact]
    names = [((code is None, code or ""), (kind is None, kind or "")) for _, code, kind in items]
    order = sorted(range(len(items)), key=lambda i: (parts[i] - exact[i], names[i]))
    for place in order[: abs(cents) - sum(parts)]:
        parts[place] += 1
    return [-part if cents < 0 else part for part in parts]


def weights_of(rows: Sequence[tuple[str, float | None]]) -> dict[str | None, tuple[int, str | None]]:
    """Weight and flag by code, of one key's rows of (code, percentage)."""
    stated: dict[str, list[Fraction]] = defaultdict(list)
    for code, percentage in rows:
        stated[code] += [] if percentage is None else [Fraction(round(percentage * 1_000_000))]
    if len(stated) == 1 and not any(stated.values()):
        return dict.fromkeys(stated, (FULL, None))
    kept = {code: sum(share for share in found if share > 0) for code, found in stated.items()}
    total = sum(kept.values())
    if not total:
        return {None: (FULL, "not_split")}
    negative = any(share < 0 for found in stated.values() for share in found)
    flag = "negative" if negative else "over_100" if total > 100_500_000 else None
    found: dict[str | None, tuple[int, str | None]] = {c: (int(s), flag) for c, s in kept.items() if s}
    if total < 99_500_000:
        found[None] = (int(FULL - total), "unallocated")
    return found


# Weights


def weighed(*rows: tuple[str, float | None]) -> dict[str | None, tuple[int, str | None]]:
    listed = [("d", 1, "1", code, percentage) for code, percentage in rows]
    found = ask(shares.weights(SECTORS, KEYS), sectors=rows_of(SECTORS.columns, *listed))
    assert {(row["dataset"], row["activity"]) for row in found} == {("d", 1)}
    assert len({row["code"] for row in found}) == len(found)
    return {row["code"]: (row["weight"], row["flag"]) for row in found}


def test_weights_have_these_columns() -> None:
    assert shares.weights(SECTORS, KEYS).columns == (*KEYS, "vocabulary", "code", "weight", "flag")
    assert shares.weights(PLACES, KEYS).columns == (*KEYS, "kind", "vocabulary", "code", "weight", "flag")


def test_R14_one_item_without_a_percentage_is_100() -> None:
    assert weighed(("A", None)) == {"A": (FULL, None)}
    assert weighed(("A", None), ("A", None)) == {"A": (FULL, None)}, "one item, named twice"


def test_R14_several_without_a_percentage_are_not_split() -> None:
    assert weighed(("A", None), ("B", None)) == {None: (FULL, "not_split")}


def test_R14_those_without_a_percentage_beside_others_have_none() -> None:
    assert weighed(("A", 60.0), ("B", None)) == {"A": (60_000_000, None), None: (40_000_000, "unallocated")}
    assert weighed(("A", 100.0), ("B", None)) == {"A": (FULL, None)}


def test_R14_a_key_of_which_nothing_is_left_is_not_split() -> None:
    for rows in ([("A", 0.0)], [("A", -5.0)], [("A", 0.0), ("B", None)], [("A", 0.0), ("B", -0.0)]):
        assert weighed(*rows) == {None: (FULL, "not_split")}


def test_R15_sums_within_half_a_per_cent_stay_as_published() -> None:
    assert weighed(("A", 66.7), ("B", 33.8)) == {"A": (66_700_000, None), "B": (33_800_000, None)}
    assert weighed(("A", 66.6), ("B", 32.9)) == {"A": (66_600_000, None), "B": (32_900_000, None)}


def test_R15_below_100_the_rest_is_unallocated() -> None:
    assert weighed(("A", 66.6), ("B", 32.89)) == {
        "A": (66_600_000, None),
        "B": (32_890_000, None),
        None: (510_000, "unallocated"),
    }


def test_R15_above_100_all_are_told() -> None:
    assert weighed(("A", 66.7), ("B", 33.81)) == {
        "A": (66_700_000, "over_100"),
        "B": (33_810_000, "over_100"),
    }


def test_R15_the_same_code_twice_is_added() -> None:
    assert weighed(("A", 20.0), ("B", 50.0), ("A", 30.0)) == {
        "A": (50_000_000, None),
        "B": (50_000_000, None),
    }


def test_R15_a_negative_percentage_has_no_row_and_is_told() -> None:
    assert weighed(("A", 132.7), ("B", -32.7)) == {"A": (132_700_000, "negative")}
    assert weighed(("A", 40.0), ("B", -1.0)) == {
        "A": (40_000_000, "negative"),
        None: (60_000_000, "unallocated"),
    }


def test_R15_absurd_sums_are_brought_down_for_int64() -> None:
    found = weighed(("A", 1e300), ("B", 50.0), ("C", 100.0))
    assert {code: weight for code, (weight, _) in found.items()} == {
        "A": 999_850_022,
        "B": 49_993,
        "C": 99_985,
    }
    many = weighed(*((f"{n}", 100.0) for n in range(50)))
    assert set(many.values()) == {(20_000_000, "over_100")}


def test_R13_of_sectors_one_vocabulary_counts() -> None:
    rows = rows_of(
        SECTORS.columns,
        ("d", 1, "2", "151", 100.0), ("d", 1, "1", "15110", 100.0), ("d", 1, "99", "own", 100.0),
        ("d", 2, "2", "151", 100.0), ("d", 2, "99", "own", 100.0), ("d", 2, "10", "x", 100.0),
        ("d", 3, "99", "own", 100.0),
        ("d", 4, None, "15110", 100.0), ("d", 4, "2", "151", 100.0),
        ("d", 5, "1", None, 100.0), ("d", 5, "2", "151", 100.0),
    )  # fmt: skip
    chosen = shares.chosen_vocabulary(SECTORS, KEYS)
    assert chosen.columns == SECTORS.columns
    found = {(row["activity"], row["code"]) for row in ask(chosen, sectors=rows)}
    assert found == {(1, "15110"), (2, "151"), (4, "15110"), (5, "151")}


def test_R13_countries_and_regions_make_100_together() -> None:
    rows = rows_of(
        PLACES.columns,
        ("d", 1, "country", None, "KE", 60.0), ("d", 1, "region", "1", "298", 40.0),
        ("d", 1, "region", "2", "E.Africa", 100.0), ("d", 1, "location", "G1", "184745", None),
        ("d", 2, "region", "2", "11", 50.0), ("d", 2, "region", "99", "own", 100.0),
        ("d", 2, "region", "2", "14", 50.0),
        ("d", 3, "region", None, "298", 100.0), ("d", 3, "region", "2", "11", 100.0),
        ("d", 4, "location", "1", "298", None),
        ("d", 5, "country", "99", "KE", 100.0), ("d", 5, "region", "0", "own", 100.0),
    )  # fmt: skip
    chosen = shares.chosen_vocabulary(PLACES, KEYS)
    found = {(row["activity"], row["code"]) for row in ask(chosen, places=rows)}
    assert found == {(1, "KE"), (1, "298"), (2, "11"), (2, "14"), (3, "298"), (5, "KE")}
    weights = {(r["activity"], r["kind"], r["code"]): (r["weight"], r["flag"])
               for r in ask(shares.weights(chosen, KEYS), places=rows) if r["activity"] == 1}  # fmt: skip
    assert weights == {(1, "country", "KE"): (60_000_000, None), (1, "region", "298"): (40_000_000, None)}


def test_R18_region_codes_among_countries_are_regions_or_unspecified() -> None:
    cases = {
        ("country", "KE"): "country", ("country", "298"): "region", ("country", "798"): "region",
        ("country", "889"): "region", ("country", "998"): "unspecified", ("country", "ZZ"): "unspecified",
        ("country", "1031"): "region", ("country", "KEN"): "country", ("country", None): "country",
        ("region", "998"): "unspecified", ("region", "298"): "region", ("region", "own"): "region",
        ("location", "998"): "location", ("location", "184745"): "location",
    }  # fmt: skip
    asked = PLACES.select("kind", "code", found=shares.place_kind(PLACES.kind, PLACES.code))
    rows = [dict.fromkeys(PLACES.columns) | {"kind": kind, "code": code} for kind, code in cases]
    assert {(r["kind"], r["code"]): r["found"] for r in ask(asked, places=rows)} == cases


percentages = st.one_of(
    st.none(),
    st.sampled_from([0.0, 100.0, 50.0, -10.0, 99.5, 100.5]),
    st.integers(-500, 130_000).map(lambda number: number / 1000),
)


@settings(deadline=None, max_examples=40)
@given(
    st.lists(st.lists(st.tuples(st.sampled_from("ABCDE"), percentages), min_size=1, max_size=7), min_size=1)
)
def test_R14_R15_weights_are_those_of_plain_fractions(groups: list[list[tuple[str, float | None]]]) -> None:
    listed = [("d", number, "1", *row) for number, rows in enumerate(groups) for row in rows]
    found: dict[int, dict[str | None, tuple[int, str | None]]] = defaultdict(dict)
    for row in ask(shares.weights(SECTORS, KEYS), sectors=rows_of(SECTORS.columns, *listed)):
        found[row["activity"]][row["code"]] = row["weight"], row["flag"]
    assert found == dict(enumerate(map(weights_of, groups)))


def test_R12_a_transactions_own_weights_win_over_the_activitys() -> None:
    asked = shares.own_or_activity(TRANSACTIONS, OWN, WEIGHTS, OF_TRANSACTION, KEYS)
    assert asked.columns == OWN.columns
    found = ask(
        asked,
        transactions=rows_of(TRANSACTIONS.columns, ("d", 1, 1), ("d", 1, 2), ("d", 2, 1), ("e", 1, 1)),
        own=rows_of(
            OWN.columns,
            ("d", 1, 1, "1", "X", 7, None),
            ("d", 1, 1, None, None, 3, "unallocated"),
            ("d", 9, 1, "1", "of no transaction", FULL, None),
        ),
        weights=rows_of(
            WEIGHTS.columns,
            ("d", 1, "1", "A", 60, "over_100"),
            ("d", 1, "1", "B", 70, "over_100"),
            ("e", 1, "2", None, FULL, "not_split"),
            ("e", 2, "1", "of no transaction", FULL, None),
        ),
    )
    assert sorted((tuple(row.values()) for row in found), key=str) == [
        ("d", 1, 1, "1", "X", 7, None),
        ("d", 1, 1, None, None, 3, "unallocated"),
        ("d", 1, 2, "1", "A", 60, "over_100"),
        ("d", 1, 2, "1", "B", 70, "over_100"),
        ("d", 2, 1, None, None, FULL, "not_stated"),
        ("e", 1, 1, "2", None, FULL, "not_split"),
    ]


# Splitting


@cache
def split_by_place() -> Any:
    return shares.split(AMOUNTS, PLACE_WEIGHTS, KEYS, "value")


@cache
def crossed() -> Any:
    return shares.crossed(AMOUNTS, PLACE_WEIGHTS, WEIGHTS, KEYS, "value")


Item = tuple[int, str | None, str | None]
Group = tuple[Decimal, list[Item]]


def parts(groups: Sequence[tuple[Decimal | None, Sequence[Item]]]) -> list[list[Decimal | None]]:
    """The parts of each group, in the order of its items, asked for all at once."""
    amounts = [("d", number, value) for number, (value, _) in enumerate(groups)]
    weights = [
        ("d", number, kind, None, code, weight, None)
        for number, (_, items) in enumerate(groups)
        for weight, code, kind in items
    ]
    rows = ask(
        split_by_place(),
        amounts=rows_of(AMOUNTS.columns, *amounts),
        place_weights=rows_of(PLACE_WEIGHTS.columns, *weights),
    )
    found = {(row["activity"], row["code"], row["kind"]): row["part"] for row in rows}
    assert len(found) == len(rows) == len(weights)
    return [[found[number, c, k] for _, c, k in items] for number, (_, items) in enumerate(groups)]


NAMES = [(code, kind) for code in (*"ABCDE", None) for kind in ("country", "region", None)]
weight = st.one_of(st.sampled_from([1, FULL, FULL // 3]), st.integers(1, FULL))
items = st.lists(
    st.tuples(weight, st.sampled_from(NAMES)).map(lambda found: (found[0], *found[1])),
    min_size=1,
    max_size=12,
    unique_by=lambda item: item[1:],
)
micros = st.one_of(
    st.integers(-(10**21), 10**21),
    st.integers(-(10**7), 10**7),
    st.integers(-999, 999).map(lambda n: n * 5_000),
)  # up to 10**15 and 10**17 cents; few; halves of a cent
values = micros.map(lambda number: Decimal(number).scaleb(-6))


@settings(deadline=None, max_examples=60)
@given(st.lists(st.tuples(values, items), min_size=1, max_size=25))
def test_R16_parts_are_those_of_plain_fractions_and_add_to_the_whole(groups: list[Group]) -> None:
    for (value, of), found in zip(groups, parts(groups), strict=True):
        cents, total = whole_cents(value), sum(weight for weight, _, _ in of)
        in_cents = [int((part or 0) * 100) for part in found]
        assert sum(in_cents) == cents
        assert all(abs(p - Fraction(cents * w, total)) < 1 for p, (w, _, _) in zip(in_cents, of, strict=True))
        assert in_cents == part_cents(cents, of)


@settings(deadline=None, max_examples=30)
@given(st.lists(st.tuples(values, items), min_size=1, max_size=10))
def test_R3_a_negative_amount_is_split_as_its_opposite(groups: list[Group]) -> None:
    opposite = [(value.copy_negate(), of) for value, of in groups]
    assert [[-(part or 0) for part in found] for found in parts(opposite)] == parts(groups)


@pytest.mark.parametrize(
    "weights", [(1, 1, 1), (FULL, 1, 9 * FULL - 1), (33_333_333, 33_333_333, 33_333_334)]
)
def test_R16_seventeen_digits_are_split_to_the_cent(weights: tuple[int, ...]) -> None:
    of: list[Item] = [(weight, code, None) for weight, code in zip(weights, "ABC", strict=True)]
    amounts = [*map(Decimal, ("12345678901234567.89", "89999999999999999.99", "-89999999999999999.99"))]
    for amount, found in zip(amounts, parts([(amount, of) for amount in amounts]), strict=True):
        assert [int((part or 0) * 100) for part in found] == part_cents(whole_cents(amount), of)


def test_R16_equal_remainders_go_by_code_then_kind_nulls_last() -> None:
    of: list[Item] = [
        (1, None, None),
        (1, "B", None),
        (1, "A", "region"),
        (1, "A", "country"),
        (1, "B", "region"),
    ]
    found = parts([(Decimal(cents) / 100, of) for cents in range(1, 5)])
    assert [[int((part or 0) * 100) for part in row] for row in found] == [
        [0, 0, 0, 1, 0],
        [0, 0, 1, 1, 0],
        [0, 0, 1, 1, 1],
        [0, 1, 1, 1, 1],
    ]


def test_R16_amounts_without_a_value_have_parts_without_one() -> None:
    of: list[Item] = [(60, "A", None), (40, "B", None)]
    too_large = Decimal(90_000_000_000_000_000)
    assert parts([(None, of), (too_large, of), (-too_large, of), (Decimal(0), of)]) == [
        [None, None], [None, None], [None, None], [0, 0],
    ]  # fmt: skip


def test_R16_rows_of_one_key_are_split_each_for_itself() -> None:
    rows = ask(
        split_by_place(),
        amounts=rows_of(AMOUNTS.columns, *(("d", 1, Decimal(n) / 100) for n in (1, 1, 3, -1))),
        place_weights=rows_of(PLACE_WEIGHTS.columns, *(("d", 1, None, None, code, 1, None) for code in "AB")),
    )
    assert sorted((row["value"], row["code"], row["part"]) for row in rows) == [
        (Decimal(value), code, Decimal(part))
        for value, code, part in (
            ("-0.01", "A", "-0.01"), ("-0.01", "B", "0"), ("0.01", "A", "0.01"), ("0.01", "A", "0.01"),
            ("0.01", "B", "0"), ("0.01", "B", "0"), ("0.03", "A", "0.02"), ("0.03", "B", "0.01"),
        )
    ]  # fmt: skip


def test_R16_what_has_no_weights_is_kept_whole_and_told() -> None:
    assert split_by_place().columns == (*AMOUNTS.columns, "kind", *_WEIGHT, "part")
    amounts = rows_of(AMOUNTS.columns, ("d", 1, Decimal("10.006")))
    (row,) = ask(split_by_place(), amounts=amounts, place_weights=[])
    assert (row["code"], row["flag"], row["part"]) == (None, "not_stated", Decimal("10.01"))


two = st.tuples(
    values, items, items.map(lambda of: list({code: (w, code, None) for w, code, _ in of}.values()))
)


@settings(deadline=None, max_examples=30)
@given(st.lists(two, min_size=1, max_size=8))
def test_R17_country_times_sector_adds_to_the_whole(
    groups: list[tuple[Decimal, list[Item], list[Item]]],
) -> None:
    places = [
        ("d", n, kind, None, code, w, None) for n, (_, of, _) in enumerate(groups) for w, code, kind in of
    ]
    sectors = [("d", n, "1", code, w, None) for n, (_, _, of) in enumerate(groups) for w, code, _ in of]
    rows = ask(
        crossed(),
        amounts=rows_of(AMOUNTS.columns, *(("d", n, value) for n, (value, _, _) in enumerate(groups))),
        place_weights=rows_of(PLACE_WEIGHTS.columns, *places),
        weights=rows_of(WEIGHTS.columns, *sectors),
    )
    found: dict[int, dict[Any, int]] = defaultdict(dict)
    for row in rows:
        found[row["activity"]][row["place_code"], row["place_kind"], row["sector_code"]] = int(
            row["part"] * 100
        )
    for number, (value, of_place, of_sector) in enumerate(groups):
        cents = whole_cents(value)
        expected = {
            (place, kind, sector): part
            for (_, place, kind), share in zip(of_place, part_cents(cents, of_place), strict=True)
            for (_, sector, _), part in zip(of_sector, part_cents(share, of_sector), strict=True)
        }
        assert found[number] == expected
        assert sum(found[number].values()) == cents


def test_R17_the_product_says_that_it_is_an_assumption() -> None:
    assert "assumption" in (shares.crossed.__doc__ or "")
    of = list(_WEIGHT)
    assert crossed().columns == (
        *AMOUNTS.columns, "place_kind", *(f"place_{n}" for n in of), *(f"sector_{n}" for n in of), "part",
    )  # fmt: skip


# Real files, and Spark


def test_R15_spains_sectors_of_300_per_cent_are_a_third_each(shared_data: Path) -> None:
    path = shared_data / "iati" / "dportal" / "pub-ES-DIR3-EA0035768.xml.gz"
    found = read(path, "activity_sectors", "transactions")
    chosen = shares.weights(shares.chosen_vocabulary(SECTORS, KEYS), KEYS)
    weights = [
        w for w in ask(chosen, sectors=_narrow(found["activity_sectors"], SECTORS)) if w["activity"] == 5
    ]
    assert {w["code"]: (w["weight"], w["flag"]) for w in weights} == dict.fromkeys(
        ("15160", "31140", "43040"), (FULL, "over_100")
    )
    spent = [row for row in _narrow(found["transactions"], AMOUNTS) if row["activity"] == 5]
    split = ask(shares.split(AMOUNTS, WEIGHTS, KEYS, "value"), amounts=spent, weights=weights)
    assert sum(row["part"] for row in split) == sum(row["value"] for row in spent) == 478_000
    by_code = {
        code: sum(r["part"] for r in split if r["code"] == code) for code in ("15160", "31140", "43040")
    }
    assert {round(part) for part in by_code.values()} == {159_333}


def test_R13_R15_kenyas_country_split_of_500_per_cent(shared_data: Path) -> None:
    path = shared_data / "iati" / "dportal" / "pub-KE-RCO-CPR_2009_5689.xml"
    rows = _narrow(read(path, "activity_places")["activity_places"], PLACES)
    found = ask(shares.weights(shares.chosen_vocabulary(PLACES, KEYS), KEYS), places=rows)
    assert {(w["kind"], w["code"]): (w["weight"], w["flag"]) for w in found if w["activity"] == 1} == {
        ("country", "KE"): (FULL, "over_100"),
        ("region", "298"): (4 * FULL, "over_100"),
    }, "Africa, regional, stands there four times"


def _narrow(rows: Sequence[Row], table: Any) -> list[Row]:
    return [{name: row[name] for name in table.columns} for row in rows]


def test_all_of_it_compiles_for_spark(monkeypatch: pytest.MonkeyPatch) -> None:
    own = ibis.table({**_KEY, "transaction": "int32", "kind": "string", **_SECTOR}, name="transaction_places")
    places = PLACES.mutate(kind=shares.place_kind(PLACES.kind, PLACES.code))
    of_activity = shares.weights(shares.chosen_vocabulary(places, KEYS), KEYS)
    of_transaction = shares.weights(shares.chosen_vocabulary(own, OF_TRANSACTION), OF_TRANSACTION)
    either = shares.own_or_activity(TRANSACTIONS, of_transaction, of_activity, OF_TRANSACTION, KEYS)
    sectors = shares.weights(shares.chosen_vocabulary(SECTORS, KEYS), KEYS)
    amounts = AMOUNTS.mutate(transaction=ibis.literal(1, "int32"))
    for expression in (
        either,
        shares.split(amounts, either, OF_TRANSACTION, "value"),
        shares.crossed(AMOUNTS, of_activity, sectors, KEYS, "value"),
    ):
        assert spark_sql(expression, monkeypatch)
