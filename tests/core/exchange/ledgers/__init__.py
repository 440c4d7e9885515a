"""Awkward ledgers of our own by kind, each written by a few readable lines, with the answer a careful person would give.

`LEDGERS` maps a name to a function that writes the file into a folder and returns its key (`making.Expected`).
A new one stands with its kind, under `@ledger`, and is thereby imported, compared and imported again.
"""

from __future__ import annotations

from tests.core.exchange.ledgers import (
    amounts,
    areas,
    cards,
    dates,
    formats,
    headers,
    levels,
    offices,
    paths,
    rows,
    sections,
    several,
    subjects,
    texts,
    totals,
    words,
)
from tests.core.exchange.ledgers.making import LEDGERS

# The kinds are imported because that enters their ledgers in the list.
__all__ = [
    "LEDGERS",
    "amounts",
    "areas",
    "cards",
    "dates",
    "formats",
    "headers",
    "levels",
    "offices",
    "paths",
    "rows",
    "sections",
    "several",
    "subjects",
    "texts",
    "totals",
    "words",
]
