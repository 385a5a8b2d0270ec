"""The partnership register: what a pair knows of itself (TOML), and what pages claim of it (CSV)."""

from comity.provenance import Snapshot
from comity.sources import Expectation, Reading, Source
from comity.sources.register import claims, toml


def read(snapshot: Snapshot, content: bytes) -> Reading:
    """A CSV file as claims or their responses, any other file as a pair's register."""
    if claims.recognises(content[:65536]) or snapshot.name.removesuffix(".gz").endswith(".csv"):
        return claims.read(snapshot, content)
    return toml.read(snapshot, content)


SOURCE = Source(
    name="register",
    title="Partnership register",
    publisher="comity, kept by partnership officers; each entry names who states it",
    licence="Apache-2.0 for the compilation; facts as each entry states",
    redistributable=True,
    url="https://www.ilo.org/partnering-development",
    feeds=(
        "memberships", "programmes", "phases", "phase_amounts", "partners", "secondments",
        "priorities", "programme_places", "coverage", "claims", "claim_responses",
    ),
    recognises=lambda name, head: toml.recognises(name, head) or claims.recognises(head),
    read=read,
    expects=(Expectation("*", 1, 100_000),),
)  # fmt: skip
