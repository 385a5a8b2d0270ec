"""What the store says about itself: data problems and the files it was built from."""

from comity.tables import Column, Table

ISSUES = Table(
    "issues",
    "Problems found in published data: kept and published, not logged away.",
    (
        Column("source", "text", "the source", required=True),
        Column("dataset", "text", "the publisher's dataset, or the file's name", required=True),
        Column("locator", "text", "line or element"),
        Column("rule", "text", "the computing rule or check concerned", required=True),
        Column("text", "text", "what is the matter and what was done", required=True),
        Column("snapshot", "text", "sha256 of the bytes concerned"),
    ),
    order=("source", "dataset", "snapshot", "rule", "locator", "text"),
)

SNAPSHOTS = Table(
    "snapshots",
    "The files behind the rows.",
    (
        Column("sha256", "text", "sha256 of the bytes", required=True),
        Column("source", "text", "the source", required=True),
        Column("name", "text", "the file's name", required=True),
        Column("url", "text", "where the publisher keeps it"),
        Column("taken_at", "text", "when the bytes were taken, UTC", required=True),
        Column("size_bytes", "int", "their number", required=True),
    ),
    order=("source", "name", "sha256"),
)
