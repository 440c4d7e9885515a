"""Whether what goes into the cells of a given sheet can be read there: heights of rows, widths of columns."""

from __future__ import annotations

import math
from decimal import Decimal
from functools import cached_property

from core.excel.grid import column_number
from core.excel.refill import SheetEdit
from core.excel.rows import serial_of
from core.standard.widths import text_width


class Fitting:
    """Measures the cells of one sheet that is being filled."""

    def __init__(self, edit: SheetEdit) -> None:
        self.edit = edit

    def fit_height(self, row: int, texts: dict[str, str]) -> None:
        """Make a row high enough for the wrapped texts that were put into it; never lower than it was."""
        holder = self.edit.rows[row]
        needed = 0.0
        for column, text in texts.items():
            look = self.edit.look(self.edit.style(row, column))
            if look.wraps or "\n" in text:
                room = max(2.0, (self._room(row, column) - 1) * 11 / look.size)
                lines = sum(max(1, math.ceil(text_width(part) / room)) for part in text.split("\n"))
                needed = max(needed, lines * look.size * 1.32 + 3)
        if needed > max(float(holder.attributes.get("ht", "0") or 0), self.default_height):
            holder.attributes |= {"ht": f"{min(409, needed):.1f}".removesuffix(".0"), "customHeight": "1"}

    @cached_property
    def default_height(self) -> float:
        said = self.edit.root.first("sheetFormatPr")
        return float(said.attributes.get("defaultRowHeight", "13.5")) if said is not None else 13.5

    @cached_property
    def widths(self) -> dict[int, float]:
        """Widths of the columns that have one of their own; 0 is all others."""
        said = self.edit.root.first("sheetFormatPr")
        told = said.attributes if said is not None else {}
        base = float(told.get("baseColWidth", "8") or 8) + 0.71
        found = {0: float(told.get("defaultColWidth", base) or base)}
        holder = self.edit.root.first("cols")
        for col in holder.nodes("col") if holder else ():
            first, last = int(col.attributes.get("min", "1")), int(col.attributes.get("max", "1"))
            if "width" in col.attributes:
                for number in range(first, min(last, first + 500) + 1):
                    found[number] = float(col.attributes["width"])
        return found

    def width(self, column: int) -> float:
        return self.widths.get(column, self.widths[0])

    def _room(self, row: int, column: str) -> float:
        """Half-width characters that a cell holds side by side, merged neighbours included."""
        number = column_number(column)
        last = self.edit.spans.get((row, column), number)
        return sum(self.width(c) for c in range(number, last + 1))

    def is_undated(self, row: int, column: str, text: str) -> bool:
        """Whether a date that is known by its year or month only goes into a cell that shows days."""
        return self.edit.look(self.edit.style(row, column)).is_date and not serial_of(text)

    def is_too_narrow(self, row: int, column: str, number: str) -> bool:
        """Whether a number shows as #### in its column."""
        look = self.edit.look(self.edit.style(row, column))
        if look.code == "General" or "." not in look.code or look.is_date:
            return False
        shown = f"{Decimal(number):,.2f}" if "," in look.code else f"{Decimal(number):.2f}"
        return (len(shown) + 1) * look.size / 11 > self._room(row, column)
