"""IATI: activity and organisation files as publishers send them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, BinaryIO

if TYPE_CHECKING:
    from comity.errors import Issue
    from comity.sources.iati.kernel import Batch, Break


def read(stream: BinaryIO, name: str, *, dataset: str = "") -> Iterator[Batch | Issue | Break]:
    """A file's rows, issues and break, as `kernel.read` gives them. The kernel is imported here, since
    a file of the shelf must be cheap to import."""
    from comity.sources.iati import kernel

    return kernel.read(stream, name, dataset=dataset)
