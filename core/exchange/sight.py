"""What is known of one foreign table while it is read, and what a sheet gives."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from core.excel.grid import Grid, Raw, cell_of, letter
from core.excel.headers import Found
from core.excel.merges import Fill
from core.excel.words import half
from core.exchange.columns import NO_HEADER, Vocabulary
from core.exchange.plan import Answers, Doubt, PlannedRecord, PlannedTable, Skipped

NUMERIC = ("money", "area", "decimal", "integer")


@dataclass(slots=True)
class Sheeted:
    """What one sheet gives."""

    tables: list[PlannedTable] = field(default_factory=list)
    records: list[PlannedRecord] = field(default_factory=list)
    doubts: list[Doubt] = field(default_factory=list)
    skipped: list[Skipped] = field(default_factory=list)


class Sight:
    """One table of a sheet: its cells, its header, what stands around it, and what the clerk has said of it."""

    def __init__(
        self,
        grid: Grid,
        found: Found,
        vocabulary: Vocabulary,
        answers: Answers,
        told: dict[str, Any],
        out: Sheeted,
        index: int,
    ) -> None:
        self.grid = grid
        self.found = found
        self.vocabulary = vocabulary
        self.answers = answers
        self.told = told
        self.out = out
        self.index = index
        self.own = bool(told.get("own"))
        """A sheet of a workbook that this program has written."""
        self.notes = [t for _, t in found.above]
        self.context = " ".join(
            [grid.name, *self.notes, *(t for levels in found.columns.values() for t in levels)]
        )
        self.headers = self._headers()
        self.fill = Fill(grid, found)

    def _headers(self) -> dict[int, tuple[str, ...]]:
        """Header levels of every column with a header or with values."""
        headers = dict(self.found.columns)
        seen: set[int] = set()
        # A column without a header may stand before the first name or right behind the last.
        first = 1 if self.found.alone else self.found.first
        last = self.found.last + (2 if self.found.alone else 0)
        for r in self.found.body[:200]:
            line = self.grid.rows[r]
            for c in range(first, min(last, len(line)) + 1):
                if line[c - 1] is not None:
                    seen.add(c)
        for c in sorted(headers):
            # The second half of a name merged over two columns, with nothing below it.
            if c not in seen and headers.get(c - 1) == headers[c]:
                del headers[c]
        for c in seen - headers.keys():
            headers[c] = (f"{letter(c)} 列{NO_HEADER}",)
        headers = dict(sorted(headers.items()))
        self.found.columns = headers
        return headers

    def tell(self, column: int, code: str, why: str, raw: str, text: str) -> None:
        """Doubt a whole column, or the table (column 0)."""
        self.out.doubts.append(
            Doubt(self.grid.name, 0, letter(column) if column else "", code, why, raw[:120], text)
        )


def plain_number(raw: Raw) -> float | None:
    """The number of a cell that holds nothing else."""
    if isinstance(raw, bool) or raw is None:
        return None
    if isinstance(raw, int | float):
        return float(raw)
    cell = cell_of(raw)
    if cell.kind == "n":
        return float(cell.value)
    if cell.kind == "s" and re.fullmatch(r"[-+]?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?", half(str(cell.value))):
        return float(half(str(cell.value)).replace(",", ""))
    return None
