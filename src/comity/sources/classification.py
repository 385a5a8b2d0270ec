"""Sectors, regions and themes: our own tables, made by scripts/classification.py."""

from comity.sources import Expectation, Source, _own

_TABLES = ("sectors", "regions", "themes")

SOURCE = Source(
    name="classification",
    title="Sectors and regions of the DAC, and the themes that they serve",
    publisher="comity, codes and names from the OECD DAC",
    licence="Apache-2.0 for the compilation; codes and names as each row states",
    redistributable=True,
    url="https://www.oecd.org/dac/stats/dacandcrscodelists.htm",
    feeds=_TABLES,
    recognises=lambda name, head: _own.is_table(head, *_TABLES),
    read=lambda snapshot, content: _own.read_table(snapshot, content, *_TABLES),
    expects=(
        Expectation("sectors", 1, 10_000),
        Expectation("regions", 1, 1_000),
        Expectation("themes", 1, 100_000),
    ),
)
