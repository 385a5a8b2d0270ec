"""The loaded files of the standard as the checks need them, each built once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache

from lxml import etree

from comity.sources.iati.validator.codelists import Codelist, Use, uses
from comity.sources.iati.validator.ruleset import Ruleset
from comity.sources.iati.validator.schema import FILES, compiled

VERSIONS = ("1.01", "1.02", "1.03", "1.04", "1.05", "2.01", "2.02", "2.03")


def _near(version: str, held: str) -> tuple[int, str] | None:
    """How far the version a file is `held` for is from the one that is asked for; None when it will not
    do. A blank one is for all versions."""
    if held and held[0] != version[0]:
        return None
    return (abs(int(held[2:]) - int(version[2:])) if held else len(VERSIONS)), held


class Standard:
    """The standard's files: `files` gives the bytes of each by (kind, version, name), `codelists` the
    codes by (version, name); a blank version is for all.

    A schema must be of the very version asked for. Of a ruleset, mapping or codelist the nearest
    version with the same first digit will do, of two as near the earlier: not each was published anew
    with each version.
    """

    def __init__(
        self,
        files: Mapping[tuple[str, str, str], Callable[[], bytes]],
        codelists: Mapping[tuple[str, str], Codelist],
    ) -> None:
        self._files, self._codelists = files, codelists
        self.schema, self.rulesets, self.uses = cache(self._schema), cache(self._rulesets), cache(self._uses)

    def _nearest(self, kind: str, version: str) -> dict[str, str]:
        """By name, the version of the nearest file of `kind`."""
        found: dict[str, tuple[int, str]] = {}
        for held_kind, held, name in self._files:
            near = _near(version, held) if held_kind == kind else None
            if near and near < found.get(name, (len(VERSIONS) + 1, "")):
                found[name] = near
        return {name: held for name, (_, held) in sorted(found.items())}

    def has_schema(self, version: str) -> bool:
        return any(kind == "schema" and held == version for kind, held, _ in self._files)

    def _schema(self, version: str, root: str) -> etree.XMLSchema:
        """The schema for files with the root element `root`; raises `FileRefused` when it is not loaded."""

        def find(name: str) -> bytes | None:
            # xml.xsd is W3C's and the same in all versions.
            held = [v for kind, v, n in self._files if (kind, n) == ("schema", name)]
            same = version in held or name != "xml.xsd"
            read = self._files.get(("schema", version if same else next(iter(held), ""), name))
            return read() if read else None

        return compiled(FILES[root], find)

    def _rulesets(self, version: str) -> tuple[Ruleset, ...]:
        """The rulesets for a version; raises `FileRefused` for one that cannot be used."""
        found = self._nearest("ruleset", version).items()
        return tuple(Ruleset(name, self._files["ruleset", held, name]()) for name, held in found)

    def _uses(self, version: str) -> tuple[tuple[Use, Codelist | None], ...]:
        """The places where codelists are used in a version, each with its codelist if that is loaded."""
        found = self._nearest("mapping", version).items()
        places = (use for name, held in found for use in uses(name, self._files["mapping", held, name]()))
        return tuple((use, self.codelist(version, use.codelist)) for use in places)

    def codelist(self, version: str, name: str) -> Codelist | None:
        """The codelist as it is nearest to a version; None when it is not loaded."""
        near = filter(
            None, (_near(version, held) for held, held_name in self._codelists if held_name == name)
        )
        found = min(near, default=None)
        return self._codelists[found[1], name] if found else None
