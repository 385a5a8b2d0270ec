"""`comity sources`: where facts come from, under which licence, and what is loaded of them."""

from __future__ import annotations

from comity.cli import Command, Store
from comity.cli._shared import TableFormat, opened, show
from comity.sources import shelved


def sources(format: TableFormat = "table", store: Store = None) -> None:
    """Lists the sources comity reads, and what the store holds of each."""
    import pyarrow as pa

    query = "SELECT source, count(*) AS files, max(taken_at) AS newest FROM snapshots GROUP BY source"
    held = {row["source"]: row for row in opened(store).sql(query).to_pylist()}
    rows = [
        {
            "source": source.name,
            "publisher": source.publisher,
            "feeds": " ".join(source.feeds),
            "files": held.get(source.name, {}).get("files", 0),
            "newest": held.get(source.name, {}).get("newest"),
            "licence": source.licence,
            "url": source.url,
        }
        for source in shelved().values()
    ]
    show(pa.Table.from_pylist(rows), format)


COMMAND = Command("sources", sources)
