"""Rows of a foreign table that add up others: sums above or below their parts, groups that carry their own sum."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from core.excel.grid import Cell, Grid, Raw, cell_of
from core.excel.words import half


def number_of(raw: Raw) -> float | None:
    """The number that a cell holds, written in figures."""
    if isinstance(raw, bool) or raw is None:
        return None
    if isinstance(raw, int | float):
        return float(raw)
    cell: Cell = cell_of(raw)
    if cell.kind == "n":
        return float(cell.value)
    if cell.kind == "s" and re.fullmatch(r"-?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?", half(str(cell.value))):
        return float(half(str(cell.value)).replace(",", ""))
    return None


def _equal(stated: float, total: float) -> bool:
    """Equal up to a cent, or to the last digits of large sums."""
    return abs(stated - total) <= max(0.02, abs(total) * 1e-6)


def sums_some(grid: Grid, row: int, columns: Iterable[int], parts: Sequence[int], edge: int = 0) -> bool:
    """Whether some number of the row is the sum of two or more rows, of all `parts` or of those below `edge`."""
    for c in columns:
        own = number_of(grid.raw(row, c))
        if not own:
            continue
        found = [(r, v) for r in parts if (v := number_of(grid.raw(r, c))) is not None]
        totals = (sum(v for _, v in found), sum(v for r, v in found if r > edge))
        if len(found) >= 2 and any(_equal(own, total) for total in totals if total):
            return True
    return False


def sums_all(grid: Grid, row: int, columns: Iterable[int], parts: Sequence[int]) -> bool:
    """Whether every number of the row is the sum of what stands in its column in `parts`."""
    stated = [(c, v) for c in columns if (v := number_of(grid.raw(row, c))) is not None]
    return bool(stated and any(v for _, v in stated)) and all(
        _equal(v, sum(number_of(grid.raw(r, c)) or 0.0 for r in parts)) for c, v in stated
    )


def groups_with_sums(
    grid: Grid, rows: Sequence[int], numbers: Sequence[int], texts: Sequence[int], name: int
) -> dict[int, list[int]]:
    """区教育局 | 1500 above its assets of 1000 and 500: heading → its rows; {} when the list is no such outline.

    A heading has one text only, in the column of names or before it; each of its numbers is the sum below it.
    """

    def heads(row: int) -> bool:
        filled = [c for c in texts if grid.raw(row, c) is not None]
        return len(filled) == 1 and filled[0] <= name

    groups: dict[int, list[int]] = {}
    for r in rows:
        if heads(r):
            groups[r] = []
        elif not groups:
            return {}
        else:
            groups[next(reversed(groups))].append(r)
    if groups and all(parts and sums_all(grid, r, numbers, parts) for r, parts in groups.items()):
        return groups
    return {}
