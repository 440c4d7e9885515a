"""Full and half width: letters and digits brought to half width, and how wide a text is."""

from __future__ import annotations

import re
import unicodedata

_MARKS = tuple(zip("（），：；", "(),:;", strict=True))
_PLAIN = re.compile("[\x00-\x7f\u4e00-\u9fff\u3001\u3002\u300a\u300b\u201c\u201d（），：；]*").fullmatch
"""Text in which these marks are all that changes: most of it, and it needs no table of Unicode."""


def half_width(text: str) -> str:
    """The text in Unicode's form NFKC."""
    if not _PLAIN(text):
        return unicodedata.normalize("NFKC", text)
    for wide, narrow in _MARKS:
        text = text.replace(wide, narrow)
    return text


def text_width(text: str) -> int:
    """Width in half-width characters; Chinese counts twice."""
    return sum(2 if unicodedata.east_asian_width(c) in "WFA" else 1 for c in text)
