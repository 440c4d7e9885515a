"""Foreign sheets as grids of raw cells: rows by number, merged ranges, what is hidden."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from core.excel.formats import number_text, render


class Cell(NamedTuple):
    """One raw cell with everything that decides how it is read.

    kind: "" blank · "s" text · "n" number · "d" date (ISO text) · "t" time of day · "b" truth value ·
    "e" error (#DIV/0!) · "u" formula whose result was never stored (value = its text).
    """

    kind: str
    value: Any
    format: str = ""
    formula: str = ""


BLANK = Cell("", None)

Raw = str | int | float | bool | tuple[Any, ...] | None
"""A cell as kept in a row: a plain value, or a tuple (Cell) where the value alone does not tell all."""


def cell_of(raw: Raw) -> Cell:
    """The full cell of a kept value."""
    if raw is None or raw == "":
        return BLANK
    if isinstance(raw, str):
        return Cell("s", raw)
    if isinstance(raw, bool):
        return Cell("b", raw)
    if isinstance(raw, tuple):
        return raw if isinstance(raw, Cell) else Cell(*raw)
    return Cell("n", raw)


def text_of(raw: Raw) -> str:
    """A cell as a person would copy it: whole numbers without .0, errors and dates as written."""
    if raw is None:
        return ""
    if isinstance(raw, str):
        return raw
    if isinstance(raw, tuple):
        cell = cell_of(raw)
        if cell.kind == "n":
            return render(cell.value, cell.format)
        if cell.kind == "u":
            return "=" + str(cell.value)
        return text_of(cell.value)
    if isinstance(raw, bool):
        return "TRUE" if raw else "FALSE"
    return number_text(raw)


@dataclass(slots=True)
class Grid:
    """One sheet. `rows` holds only rows with content; index 0 of a row is column A."""

    name: str
    rows: dict[int, list[Raw]] = field(default_factory=dict)
    visible: str = "visible"
    merges: list[tuple[int, int, int, int]] = field(default_factory=list)
    """(first row, first column, last row, last column), 1-based."""
    hidden_rows: set[int] = field(default_factory=set)
    hidden_cols: set[int] = field(default_factory=set)
    notes: list[str] = field(default_factory=list)
    typed: bool = True
    """False for text files and web pages: there 2010.1 may have been the number 2010.10."""

    def raw(self, row: int, column: int) -> Raw:
        """The kept value at a 1-based place; None when there is none."""
        line = self.rows.get(row)
        return line[column - 1] if line is not None and column <= len(line) else None

    def text(self, row: int, column: int) -> str:
        return text_of(self.raw(row, column)).strip()

    @property
    def width(self) -> int:
        return max((len(r) for r in self.rows.values()), default=0)

    def cells(self, row: int) -> Iterator[tuple[int, Raw]]:
        """(column, kept value) of the filled cells of a row."""
        for i, raw in enumerate(self.rows.get(row, ()), 1):
            if raw is not None and raw != "":
                yield i, raw


@dataclass(slots=True)
class Book:
    """A file as read: its kind, its encoding, its sheets in order."""

    kind: str
    sheets: list[Grid]
    encoding: str = ""
    sha256: str = ""
    notes: list[str] = field(default_factory=list)


def letter(column: int) -> str:
    """1 → A, 27 → AA."""
    out = ""
    while column:
        column, rest = divmod(column - 1, 26)
        out = chr(65 + rest) + out
    return out


def column_number(letters: str) -> int:
    """A → 1, AA → 27."""
    n = 0
    for c in letters:
        n = n * 26 + ord(c) - 64
    return n
