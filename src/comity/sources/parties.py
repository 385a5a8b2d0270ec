"""Parties and their other names: our own tables, gathered by hand and reviewed (R28)."""

from comity.sources import Expectation, Source, _own

_TABLES = ("parties", "aliases")

SOURCE = Source(
    name="parties",
    title="States, organisations and their names",
    publisher="comity",
    licence="Apache-2.0; facts from the UN, ISO 3166, IATI and OECD code lists as each row states",
    redistributable=True,
    url="https://www.un.org/en/about-us/member-states",
    feeds=_TABLES,
    recognises=lambda name, head: _own.is_table(head, *_TABLES),
    read=lambda snapshot, content: _own.read_table(snapshot, content, *_TABLES),
    expects=(Expectation("parties", 193, 100_000), Expectation("aliases", 1, 1_000_000)),
)
