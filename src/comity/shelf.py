"""Finds the things that the files of a folder offer, so that adding one means adding one file.

A shelf is a package. Each of its modules offers values of the shelf's class (`SOURCE = Source(…)`,
`MEASURES = (Measure(…), …)`). Nothing is registered anywhere else.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator
from functools import cache
from types import ModuleType
from typing import TypeVar

T = TypeVar("T")


def names(package: str) -> list[str]:
    """The names of the modules of `package`, leaving out those that start with an underscore."""
    home = importlib.import_module(package)
    return sorted(info.name for info in pkgutil.iter_modules(home.__path__) if not info.name.startswith("_"))


def modules(package: str) -> Iterator[ModuleType]:
    """The modules of `package` in name order."""
    for name in names(package):
        yield importlib.import_module(f"{package}.{name}")


def _values(module: ModuleType, kind: type[T]) -> Iterator[T]:
    for value in vars(module).values():
        if isinstance(value, kind):
            yield value
        elif isinstance(value, tuple):
            yield from (part for part in value if isinstance(part, kind))


@cache
def find(package: str, kind: type[T], key: str = "name") -> dict[str, T]:
    """Everything of class `kind` that the modules of `package` define, by its `key` attribute.

    Raises `LookupError` when two files offer the same key: that is a mistake in comity's own code.
    """
    found: dict[str, T] = {}
    for module in modules(package):
        for value in _values(module, kind):
            name = getattr(value, key)
            if found.setdefault(name, value) is not value:
                raise LookupError(f"two things called {name!r} on the shelf {package}")
    return found
