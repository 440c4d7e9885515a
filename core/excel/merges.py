"""Merged ranges of a sheet, over a header and down a body."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from core.excel.grid import Grid

if TYPE_CHECKING:
    from core.excel.headers import Found

MAX_SPREAD = 2_000_000
"""Places that merged ranges may cover; more is no ledger."""


@dataclass(slots=True)
class Merges:
    """Merged ranges indexed by every place they cover (header areas only are small)."""

    at: dict[tuple[int, int], tuple[int, int, int, int]]

    @classmethod
    def of(cls, grid: Grid, rows: range) -> Merges:
        at = {}
        for m in grid.merges:
            r1, c1, r2, c2 = m
            if r1 > rows.stop or r2 < rows.start:
                continue
            for r in range(max(r1, rows.start), min(r2, rows.stop - 1) + 1):
                for c in range(c1, min(c2, c1 + 200) + 1):
                    at[(r, c)] = m
        return cls(at)


class Fill:
    """Vertically merged cells of a body: the value stands in the first row of the range only."""

    def __init__(self, grid: Grid, found: Found) -> None:
        self.at: dict[tuple[int, int], tuple[int, int]] = {}
        self.columns: set[int] = set()
        """Columns that have such a range."""
        top = found.header_rows[-1]
        bottom = found.body[-1] if found.body else top
        for r1, c1, r2, c2 in grid.merges:
            if r1 <= top or r2 <= r1 or r1 > bottom or c1 > found.last or c2 < found.first:
                continue
            if len(self.at) > MAX_SPREAD:
                break
            for r in range(r1, min(r2, bottom) + 1):
                for c in range(c1, min(c2, found.last) + 1):
                    if (r, c) != (r1, c1):
                        self.at[(r, c)] = (r1, c1)
            self.columns.add(c1)

    def anchor(self, row: int, column: int) -> tuple[int, int] | None:
        return self.at.get((row, column))
