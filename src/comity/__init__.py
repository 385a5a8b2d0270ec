"""comity computes cooperation profiles: what a government and an international organisation do
together, for any pair and any period, from open data.

    >>> import comity
    >>> store = comity.open()                                     # doctest: +SKIP
    >>> store.profile("KOR", "ILO", years=(2018, 2022))           # doctest: +SKIP
    <profile: Republic of Korea – International Labour Organization, 2018–2022>
"""

from __future__ import annotations

from importlib.metadata import version as _version
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from comity.api import Comity, PairProfile
    from comity.api import create as create
    from comity.api import open_store as open
    from comity.errors import ComityError

__version__ = _version("comity")
__all__ = ["Comity", "ComityError", "PairProfile", "__version__", "create", "open"]

_HOMES = {
    "Comity": ("comity.api", "Comity"),
    "PairProfile": ("comity.api", "PairProfile"),
    "create": ("comity.api", "create"),
    "open": ("comity.api", "open_store"),
    "ComityError": ("comity.errors", "ComityError"),
}


def __getattr__(name: str) -> object:
    # Looked up late: the command line must not wait for the whole library to be imported.
    if name not in _HOMES:
        raise AttributeError(f"module comity has no attribute {name}")
    from importlib import import_module

    module, attribute = _HOMES[name]
    return getattr(import_module(module), attribute)
