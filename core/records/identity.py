"""Identifiers of new records, in the order of their making."""

from __future__ import annotations

import secrets
import time

_BEGIN = 1_577_836_800_000
"""2020-01-01 in milliseconds since 1970: 40 bits of them last until 2054."""
_last = 0
"""Milliseconds since then and 12 bits that count within one, of the identifier given last."""


def new_uid() -> str:
    """A UUID of version 8 (RFC 9562, 5.8), greater than any that this program gave before.

    The first child of a record is the one with the smallest uid: row numbers do not travel in a
    package. A certificate added later must not take the place of the first, also where that one came
    from a file and has a hash for a uid; hence the ff at the beginning, which one hash in 256 has.
    """
    global _last
    _last = max(_last + 1, time.time_ns() // 1_000_000 - _BEGIN << 12)
    made, count = _last >> 12 & 0xFF_FFFF_FFFF, _last & 0xFFF
    text = f"ff{made:010x}8{count:03x}{1 << 63 | secrets.randbits(62):016x}"
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"
