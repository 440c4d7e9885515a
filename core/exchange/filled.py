"""What became of a form that was filled: tables, columns, rows, and what to look at."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from core.exchange.plan import PlannedTable


@dataclass(frozen=True, slots=True)
class FilledColumn:
    """One column of the form and where its values came from; `code` is "" when nothing fills it."""

    column: str
    title: str
    code: str = ""
    label: str = ""
    unit: str = ""
    extra: str = ""


@dataclass(slots=True)
class FilledTable:
    """What became of one table of the form."""

    sheet: str
    table: str
    header_rows: list[int]
    columns: list[FilledColumn]
    rows: int = 0
    first_row: int = 0
    last_row: int = 0
    inserted: int = 0
    condition: str = ""
    notes: list[str] = field(default_factory=list)

    @property
    def without_source(self) -> list[str]:
        return [c.title for c in self.columns if not c.code and not c.extra]

    def to_json(self) -> dict[str, Any]:
        return {
            "sheet": self.sheet,
            "table": self.table,
            "header_rows": self.header_rows,
            "mapping": {c.column: c.code for c in self.columns if c.code},
            "units": {c.column: c.unit for c in self.columns if c.unit},
            "without_source": [
                {"column": c.column, "title": c.title} for c in self.columns if not c.code and not c.extra
            ],
            "from_import": {c.column: c.extra for c in self.columns if c.extra},
            "where": self.condition,
            "rows": self.rows,
            "first_row": self.first_row,
            "last_row": self.last_row,
            "inserted": self.inserted,
            "notes": self.notes,
        }


@dataclass(frozen=True, slots=True)
class Form:
    """A form as it was read, before anything is filled in."""

    tables: list[PlannedTable]
    left_out: list[tuple[str, str]]
    """(sheet, why nothing would be filled in)"""


def in_one_line(title: str) -> str:
    """A header without the line breaks that fit it into its cell."""
    return re.sub(r"\s*\n\s*", "", title)


@dataclass(slots=True)
class Filled:
    """The filled workbook."""

    path: Path
    tables: list[FilledTable]
    left_out: list[tuple[str, str]] = field(default_factory=list)
    """(sheet, why nothing was filled in)"""
    notes: list[str] = field(default_factory=list)

    @property
    def rows(self) -> int:
        return sum(t.rows for t in self.tables)

    def to_json(self) -> dict[str, Any]:
        return {
            "path": str(self.path),
            "rows": self.rows,
            "tables": [t.to_json() for t in self.tables],
            "left_out": [{"sheet": s, "why": w} for s, w in self.left_out],
            "notes": self.notes,
        }
