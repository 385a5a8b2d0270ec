"""What a file is that no source knows: said so that whoever has it can tell what went wrong."""

from __future__ import annotations

import re

_PROLOG = re.compile(
    r"(?:\s+|<\?.*?\?>|<!--.*?-->|<!DOCTYPE[^>\[]*(?:\[.*?\]\s*)?>)*", re.DOTALL | re.IGNORECASE
)
_ELEMENT = re.compile(r"<([A-Za-z_][\w.:-]*)")
_HTML = re.compile(r"\s*(?:<!--.*?-->\s*)*<(?:!doctype\s+html|html)\b", re.DOTALL | re.IGNORECASE)
_LONGEST = 60


def said(name: str, head: bytes) -> tuple[str, str]:
    """Why nobody reads the file of this name with these first bytes, and on which line that shows, if on
    any; "" when it is only no layout that is known."""
    if not head.strip(b" \t\r\n\0\xef\xbb\xbf"):
        return "the file is empty", ""
    text = head.decode("utf-8", "replace").removeprefix("\ufeff")
    if _HTML.match(text):
        return "a web page (HTML), perhaps an error message; fetch the file again", "line 1"
    start = _PROLOG.match(text)
    at = start.end() if start else 0
    line = f"line {text.count(chr(10), 0, at) + 1}"
    if element := _ELEMENT.match(text, at):
        return f"XML that no source knows: its first element is <{element[1][:_LONGEST]}>", line
    if text.lstrip().startswith("<"):
        return "not well-formed XML: it begins with no element", line
    if name.lower().endswith(".xml"):
        return f"not XML: it begins with “{' '.join(text[:_LONGEST].split())}”", line
    return "", ""
