"""IATI: activity and organisation files as publishers send them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, BinaryIO

from comity.sources import Expectation, Source
from comity.sources.iati import prolog

if TYPE_CHECKING:
    from comity.errors import Issue
    from comity.sources import Batch, Break

_ROOT = re.compile(r"<(?:[\w.-]+:)?iati-(?:activity|activities|organisation|organisations)[\s>/]")
_STANDARD = re.compile(r"<(?:[\w.-]+:)?(?:schema|codelist)[\s>]")


def recognises(name: str, head: bytes) -> bool:
    """Whether these are the first bytes of IATI, in any encoding; sound or not, the kernel will say."""
    text = head.decode(prolog.encoding_of(head), "replace")
    found = _ROOT.search(text)
    return found is not None and not _STANDARD.search(text, 0, found.start())


def read(stream: BinaryIO, name: str, *, dataset: str = "") -> Iterator[Batch | Issue | Break]:
    """A file's rows, issues and break, as `kernel.read` gives them. The kernel is imported here, since
    a file of the shelf must be cheap to import."""
    from comity.sources.iati import kernel

    return kernel.read(stream, name, dataset=dataset)


SOURCE = Source(
    name="iati",
    title="Activities and budgets as their publishers report them",
    publisher="each reporting organisation",
    licence="as each publisher states in the IATI registry",
    redistributable=False,
    url="https://iatiregistry.org/",
    feeds=(
        "activities", "transactions", "activity_sectors", "activity_places", "participating_orgs", "budgets",
    ),
    recognises=recognises,
    stream=read,
    expects=(Expectation("*", 0, 100_000_000),),
    counted=("activities", "transactions"),
)  # fmt: skip
