"""The letters of pictures that carry them along (PNG, PDF): they come as packages, not from the machine."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from pathlib import Path

_PACKAGES = (("fontpkg_noto_sans", "files"), ("pylopdf_fonts_ko", "."))
"""Noto Sans for Latin, Noto Sans KR for Hangul, and where their files lie."""


def folders() -> tuple[Path, ...]:
    """Where the font files are."""
    return tuple(Path(str(files(package))) / folder for package, folder in _PACKAGES)


@cache
def register() -> None:
    """Lets vl-convert use them; once for each process."""
    import vl_convert

    for folder in folders():
        vl_convert.register_font_directory(str(folder))
