"""Writes an IATI file of a wanted size that looks like real ones, and says what a load must find in it.

    python benchmarks/iati/generate.py 200MB big.xml --seed 7

The same size and seed give the same bytes. The shape follows the real files: some 66 bytes an
element, 25 transactions an activity with a heavy tail, narratives in one to three languages, several
sectors and countries with shares, budgets, results with indicators and periods. Nothing is kept in
memory but a few hundred phrases, so any size can be written.
"""

from __future__ import annotations

import argparse
import json
import random
import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, field
from decimal import Decimal
from pathlib import Path
from xml.sax.saxutils import escape

MEAN_TRANSACTIONS = 25
MOST_TRANSACTIONS = 5000
_UNITS = {"KB": 10**3, "MB": 10**6, "GB": 10**9}
_PUBLISHER = "XM-DAC-99901"
_WORDS = {
    "en": "support for decent work social protection skills training and inclusive growth in rural areas "
    "through local partners with a focus on women youth and small enterprises & cooperatives",
    "fr": "appui au travail décent à la protection sociale et à la formation des jeunes dans les zones "
    "rurales avec des partenaires locaux pour une croissance inclusive",
    "es": "apoyo al trabajo decente la protección social y la formación de jóvenes en zonas rurales con "
    "socios locales para un crecimiento inclusivo",
}
_COUNTRIES = ("LA", "VN", "KH", "MM", "BD", "NP", "PH", "ID", "ET", "KE", "TZ", "UG", "SN", "PE", "CO", "FJ")
_SECTORS = ("16010", "16020", "11330", "15170", "31120", "32130", "24030", "12110", "43040", "73010", "91010")
_ORGS = ("XM-DAC-41302", "KR-GOV-051", "XM-DAC-41114", "US-GOV-1", "GB-GOV-1", "XM-DAC-5-7", "DK-CVR-1", "")
_TYPES, _WEIGHTS = ("1", "2", "3", "4", "11"), (6, 15, 45, 28, 6)


@dataclass(slots=True)
class Totals:
    """What the file holds: rows by table, and the sum of transaction values by type as text."""

    bytes: int = 0
    rows: Counter[str] = field(default_factory=Counter)
    value_by_type: dict[str, Decimal] = field(default_factory=dict)

    def add(self, type_: str, cents: int) -> None:
        self.value_by_type[type_] = self.value_by_type.get(type_, Decimal(0)) + Decimal(cents).scaleb(-2)

    def json(self) -> str:
        found = asdict(self)
        found["rows"] = dict(sorted(self.rows.items()))
        found["value_by_type"] = {k: str(v) for k, v in sorted(self.value_by_type.items())}
        return json.dumps(found, indent=1)


class _Writer:
    """Makes activities, one after the other, and counts what it puts into them."""

    def __init__(self, seed: int) -> None:
        self.rng = random.Random(seed)  # noqa: S311 - the same seed must give the same file
        self.totals = Totals()
        self.phrases = {
            lang: [self._phrase(words.split()) for _ in range(300)] for lang, words in _WORDS.items()
        }

    def _phrase(self, words: list[str]) -> str:
        picked = self.rng.choices(words, k=self.rng.randint(4, 9))
        return escape(" ".join(picked).capitalize())

    def _count(self, table: str, rows: int = 1) -> None:
        self.totals.rows[table] += rows

    def _text(self, phrases: int, lang: str = "en") -> str:
        return ". ".join(self.rng.choices(self.phrases[lang], k=phrases))

    def _day(self) -> str:
        number = self.rng.random
        return f"{2008 + int(number() * 18)}-{1 + int(number() * 12):02}-{1 + int(number() * 28):02}"

    def _amount(self) -> str:
        """Two decimals; skewed as real amounts are, now and then negative or zero."""
        chance = self.rng.random()
        if chance < 0.02:
            return "0.00"
        cents = int(self.rng.lognormvariate(16, 2))
        return f"{'-' if chance < 0.08 else ''}{cents // 100}.{cents % 100:02}"

    def _degrees(self, most: int) -> str:
        return f"{self.rng.uniform(-most, most):.6f}"

    def _shares(self, parts: int) -> list[str]:
        """Percentages of at most two decimals that add to 100 exactly."""
        cuts = sorted(self.rng.sample(range(1, 10000), parts - 1))
        return [f"{(b - a) / 100:g}" for a, b in zip([0, *cuts], [*cuts, 10000], strict=True)]

    def _narratives(self, indent: str, phrases: int) -> Iterator[str]:
        for lang in ("en", "fr", "es")[: self.rng.choice((1, 1, 1, 2, 2, 3))]:
            self._count("narratives")
            yield f'{indent}<narrative xml:lang="{lang}">{self._text(phrases, lang)}</narrative>\n'

    def _org(self, indent: str, tag: str, attributes: str) -> str:
        ref = self.rng.choice(_ORGS)
        named = f' ref="{ref}"' if ref else ""
        return (
            f"{indent}<{tag}{named}{attributes}>\n{indent}    <narrative>{self._text(1)}</narrative>\n"
            f"{indent}</{tag}>\n"
        )

    def _head(self, number: int) -> Iterator[str]:
        self._count("activities")
        yield (
            f'    <iati-activity default-currency="USD" hierarchy="1" humanitarian="{number % 7 == 0:d}" '
            f'last-updated-datetime="{self._day()}T12:00:00Z" xml:lang="en">\n'
            f"        <iati-identifier>{_PUBLISHER}-{number:07}</iati-identifier>\n"
            f'        <reporting-org ref="{_PUBLISHER}" type="40">\n'
            "            <narrative>Example Organization</narrative>\n        </reporting-org>\n"
            "        <title>\n"
        )
        yield from self._narratives("            ", 1)
        yield '        </title>\n        <description type="1">\n'
        yield from self._narratives("            ", self.rng.randint(2, 8))
        yield "        </description>\n"
        for role in self.rng.choices("1234", k=self.rng.randint(2, 6)):
            self._count("participating_orgs")
            yield self._org("        ", "participating-org", f' role="{role}" type="40"')
        yield f'        <other-identifier ref="{number}" type="A1"/>\n'
        yield f'        <activity-status code="{self.rng.choice("12234")}"/>\n'
        for type_ in "1234"[: self.rng.randint(2, 4)]:
            self._count("activity_dates")
            yield f'        <activity-date iso-date="{self._day()}" type="{type_}"/>\n'
        yield (
            '        <contact-info type="1">\n            <organisation>\n'
            "                <narrative>Example Organization</narrative>\n            </organisation>\n"
            "            <email>info@example.org</email>\n        </contact-info>\n"
            '        <activity-scope code="4"/>\n'
        )

    def _places(self) -> Iterator[str]:
        countries = self.rng.sample(_COUNTRIES, self.rng.choice((1, 1, 1, 2, 3, 5)))
        region = self.rng.random() < 0.15
        *shares, last = self._shares(len(countries) + region)
        self._count("activity_places", len(countries) + region)
        for code, share in zip(countries, [*shares, last], strict=False):
            yield f'        <recipient-country code="{code}" percentage="{share}"/>\n'
        if region:
            yield f'        <recipient-region code="798" vocabulary="1" percentage="{last}"/>\n'
        for _ in range(self.rng.choice((0, 0, 1, 3))):
            self._count("activity_places")
            yield (
                '        <location>\n            <location-reach code="1"/>\n            <name>\n'
                f"                <narrative>{self._text(1)}</narrative>\n            </name>\n"
                '            <point srsName="http://www.opengis.net/def/crs/EPSG/0/4326">\n'
                f"                <pos>{self._degrees(60)} {self._degrees(180)}</pos>\n"
                '            </point>\n            <exactness code="1"/>\n        </location>\n'
            )

    def _themes(self) -> Iterator[str]:
        for vocabulary in ("1", "2")[: self.rng.choice((1, 1, 2))]:
            codes = self.rng.sample(_SECTORS, self.rng.randint(1, 5))
            self._count("activity_sectors", len(codes))
            digits = 5 if vocabulary == "1" else 3
            for code, share in zip(codes, self._shares(len(codes)), strict=True):
                given = f'code="{code[:digits]}" vocabulary="{vocabulary}" percentage="{share}"'
                yield f"        <sector {given}/>\n"
        for goal in range(1, self.rng.choice((1, 3, 17))):
            self._count("tags")
            yield f'        <tag code="{goal}" vocabulary="2"/>\n'
        for marker in range(1, self.rng.choice((1, 9, 10, 13))):
            self._count("policy_markers")
            yield f'        <policy-marker code="{marker}" vocabulary="1" significance="{marker % 3}"/>\n'
        yield (
            '        <collaboration-type code="1"/>\n        <default-flow-type code="10"/>\n'
            '        <default-finance-type code="110"/>\n        <default-aid-type code="C01"/>\n'
            '        <default-tied-status code="5"/>\n'
        )

    def _period(self, indent: str, year: int) -> str:
        start, end = f"{year}-01-01", f"{year}-12-31"
        return f'{indent}<period-start iso-date="{start}"/>\n{indent}<period-end iso-date="{end}"/>\n'

    def _money_ahead(self) -> Iterator[str]:
        first = self.rng.randint(2008, 2024)
        for table, attributes in (("budget", ' type="1" status="1"'), ("planned-disbursement", ' type="1"')):
            years = self.rng.randint(0, 4)
            self._count("budgets" if table == "budget" else "planned_disbursements", years)
            for year in range(first, first + years):
                yield (
                    f"        <{table}{attributes}>\n{self._period('            ', year)}"
                    f'            <value currency="USD" value-date="{year}-01-01">{self._amount()}</value>\n'
                    f"        </{table}>\n"
                )

    def _transaction(self) -> Iterator[str]:
        self._count("transactions")
        type_ = self.rng.choices(_TYPES, _WEIGHTS)[0]
        day, value = self._day(), self._amount()
        self.totals.add(type_, int(value.replace(".", "")))
        currency = ' currency="USD"' if self.rng.random() < 0.7 else ""
        yield (
            f'        <transaction ref="{self.rng.getrandbits(32)}">\n'
            f'            <transaction-type code="{type_}"/>\n'
            f'            <transaction-date iso-date="{day}"/>\n'
            f'            <value{currency} value-date="{day}">{value}</value>\n'
        )
        chance = self.rng.random()
        if chance < 0.6:
            yield (
                f"            <description>\n                <narrative>{self._text(1)}</narrative>\n"
                "            </description>\n"
            )
        if chance < 0.8:
            yield self._org(" " * 12, "provider-org", ' provider-activity-id="XM-DAC-99902-1" type="10"')
        if chance > 0.2:
            yield self._org(" " * 12, "receiver-org", ' type="40"')
        yield '            <disbursement-channel code="2"/>\n'
        if chance < 0.4:
            self._count("transaction_sectors")
            yield f'            <sector code="{self.rng.choice(_SECTORS)}" vocabulary="1"/>\n'
            self._count("transaction_places")
            yield f'            <recipient-country code="{self.rng.choice(_COUNTRIES)}"/>\n'
        if chance > 0.7:
            yield (
                '            <flow-type code="10"/>\n            <finance-type code="110"/>\n'
                '            <aid-type code="C01"/>\n            <tied-status code="5"/>\n'
            )
        yield "        </transaction>\n"

    def _transactions(self) -> Iterator[str]:
        # A Pareto of shape 1.6 has the mean 8/3: few activities hold most of the transactions.
        number = round(self.rng.paretovariate(1.6) * MEAN_TRANSACTIONS * 3 / 8)
        for _ in range(min(number, MOST_TRANSACTIONS)):
            yield from self._transaction()

    def _links(self) -> Iterator[str]:
        for number in range(self.rng.choice((0, 1, 2, 4))):
            self._count("documents")
            yield (
                f'        <document-link format="text/html" url="https://example.org/{number}.html">\n'
                f"            <title>\n                <narrative>{self._text(1)}</narrative>\n"
                '            </title>\n            <category code="A02"/>\n'
                '            <language code="en"/>\n        </document-link>\n'
            )
        for _ in range(self.rng.choice((0, 1, 3))):
            self._count("related_activities")
            yield f'        <related-activity ref="{_PUBLISHER}-{self.rng.randrange(10**6):07}" type="3"/>\n'

    def _titled(self, indent: str, tag: str, phrases: int) -> str:
        return (
            f"{indent}<{tag}>\n{indent}    <narrative>{self._text(phrases)}</narrative>\n{indent}</{tag}>\n"
        )

    def _results(self) -> Iterator[str]:
        for _ in range(self.rng.choice((0, 0, 0, 1, 2, 3))):
            self._count("results")
            yield '        <result type="1" aggregation-status="0">\n'
            yield self._titled(" " * 12, "title", 1)
            for _ in range(self.rng.randint(1, 4)):
                self._count("indicators")
                yield '            <indicator measure="1" ascending="1">\n'
                yield self._titled(" " * 16, "title", 1)
                yield '                <baseline year="2015" value="0"/>\n'
                for year in range(2016, 2016 + self.rng.randint(1, 4)):
                    self._count("indicator_periods", 2)
                    yield (
                        f"                <period>\n{self._period(' ' * 20, year)}"
                        f'                    <target value="{self.rng.randint(1, 9999)}"/>\n'
                        f'                    <actual value="{self.rng.randint(1, 9999)}"/>\n'
                        "                </period>\n"
                    )
                yield "            </indicator>\n"
            yield "        </result>\n"

    def activity(self, number: int) -> Iterator[str]:
        yield from self._head(number)
        yield from self._places()
        yield from self._themes()
        yield from self._money_ahead()
        yield from self._transactions()
        yield from self._links()
        yield from self._results()
        yield "    </iati-activity>\n"


def generate(path: Path, size: int, seed: int = 7, edit: Callable[[str], str] = lambda text: text) -> Totals:
    """Writes whole activities to `path` until it holds at least `size` bytes. `edit` changes the text
    of each activity before it is written. Gives what the file holds."""
    writer = _Writer(seed)
    number = 0
    with path.open("wb") as file:
        file.write(
            b'<?xml version="1.0" encoding="UTF-8"?>\n'
            b'<iati-activities version="2.03" generated-datetime="2025-01-01T00:00:00Z">\n'
        )
        while file.tell() < size:
            number += 1
            file.write(edit("".join(writer.activity(number))).encode())
        file.write(b"</iati-activities>\n")
        writer.totals.bytes = file.tell()
    return writer.totals


def bytes_of(text: str) -> int:
    """10MB → 10000000. Raises `ValueError` for anything else."""
    if not (found := re.fullmatch(r"(\d+)\s*(KB|MB|GB)", text.upper())):
        raise ValueError(f"“{text}” is no size; say 10MB, 200MB or 1GB")
    return int(found[1]) * _UNITS[found[2]]


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("size", type=bytes_of, help="10MB, 200MB, 1GB …")
    parser.add_argument("path", type=Path)
    parser.add_argument("--seed", type=int, default=7)
    given = parser.parse_args()
    print(generate(given.path, given.size, given.seed).json())


if __name__ == "__main__":
    main()
