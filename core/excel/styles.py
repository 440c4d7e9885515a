"""The house style of every workbook: 宋体 throughout, thin lines, quiet colours."""

from __future__ import annotations

from copy import copy
from dataclasses import dataclass, replace
from typing import Any

FONT = "宋体"
HEAD_FILL = "E9EEF6"
TOTAL_FILL = "F5F5F5"
REQUIRED_FILL = "FFF4D6"
RED = "C00000"
GREY = "7F7F7F"


@dataclass(frozen=True, slots=True)
class Style:
    """How a cell looks; equal styles share one entry in the file."""

    size: float = 10.5
    bold: bool = False
    color: str = ""
    fill: str = ""
    border: bool = False
    align: str = ""
    vertical: str = "center"
    wrap: bool = False
    number_format: str = "General"
    indent: int = 0

    def but(self, **changes: Any) -> Style:
        return replace(self, **changes)


PLAIN = Style()
TITLE = Style(size=18, bold=True, align="center")
SUBTITLE = Style(size=12, align="center")
MARGIN = Style(size=10)
MARGIN_RIGHT = Style(size=10, align="right")
HEAD = Style(bold=True, fill=HEAD_FILL, border=True, align="center", wrap=True)
HEAD_REQUIRED = HEAD.but(fill=REQUIRED_FILL)
ORDER = Style(size=9, fill=HEAD_FILL, border=True, align="center")
BODY = Style(border=True)
NUMBER = BODY.but(align="right", number_format="#,##0.00")
COUNT = BODY.but(align="right", number_format="#,##0")
TOTAL = BODY.but(bold=True, fill=TOTAL_FILL)
TOTAL_CENTER = TOTAL.but(align="center")
LABEL = BODY.but(bold=True, fill=HEAD_FILL, align="center", wrap=True)
VALUE = BODY.but(align="left", wrap=True, indent=1)
PARAGRAPH = Style(size=12, wrap=True, vertical="top")
SECTION = Style(size=12, bold=True)
EMPTY_NOTE = BODY.but(align="center", color=GREY)


class StyleBook:
    """Puts styles into one openpyxl workbook and gives cells their looks."""

    def __init__(self, workbook: Any) -> None:
        self._made: dict[Style, tuple[Any, ...]] = {}
        self._known: dict[Style, Any] = {}
        self._workbook = workbook
        self._replace_default_font()

    def _replace_default_font(self) -> None:
        """Make 宋体 the Normal style; openpyxl's Calibri makes Chinese fall back unevenly."""
        from openpyxl.styles import Font
        from openpyxl.utils.indexed_list import IndexedList

        base = Font(name=FONT, size=11, charset=134)
        # WORKAROUND: openpyxl offers no way to set the default font, number 0 of its list.
        self._workbook._fonts = IndexedList([base])
        self._workbook._named_styles["Normal"].font = base

    def apply(self, cell: Any, style: Style) -> None:
        """Give an openpyxl cell a style; the first cell of a style pays for finding its place in the file."""
        known = self._known.get(style)
        if known is not None:
            cell._style = copy(known)
            return
        font, fill, border, alignment = self._parts(style)
        cell.font, cell.fill, cell.border, cell.alignment = font, fill, border, alignment
        cell.number_format = style.number_format
        self._known[style] = copy(cell._style)

    def number(self, style: Style) -> int:
        """The number that a generated cell writes as s="…"."""
        from openpyxl.cell.cell import Cell

        cell = Cell(self._workbook.worksheets[0], row=1, column=1)
        self.apply(cell, style)
        return int(cell.style_id)

    def _parts(self, style: Style) -> tuple[Any, ...]:
        if style not in self._made:
            from openpyxl.styles import Alignment, Border, Font, PatternFill, Side

            side = Side(style="thin", color="808080")
            self._made[style] = (
                Font(name=FONT, size=style.size, bold=style.bold, color=style.color or None, charset=134),
                PatternFill("solid", fgColor=style.fill) if style.fill else PatternFill(),
                Border(left=side, right=side, top=side, bottom=side) if style.border else Border(),
                Alignment(
                    horizontal=style.align or None,
                    vertical=style.vertical,
                    wrap_text=style.wrap or None,
                    indent=style.indent,
                ),
            )
        return self._made[style]
