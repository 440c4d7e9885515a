"""How a sheet goes on paper: one page wide at a readable scale, or cut between columns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

PAGE_WIDTH = {("A4", True): 262, ("A4", False): 180, ("A3", True): 385, ("A3", False): 262}
"""Printable millimetres by paper and landscape, within the margins used here."""
_MM_PER_CHARACTER = 2.2
"""宋体 11: 8 pixels at 96 dpi, and a little for programs that count otherwise."""
_MM_PER_WIDE_CHARACTER = 2.45
"""Where 宋体 is not installed, LibreOffice measures columns by its substitute, DejaVu Sans."""
PADDING = 0.71
"""Characters that Excel adds to a column's width for its margins."""
_SMALLEST_SCALE = 0.45
_CUT_SCALE = 0.62
_READABLE = 55
"""Per cent: 10.5 points become 5.8; below that a sheet goes on larger paper."""


@dataclass(frozen=True, slots=True)
class PagePlan:
    """How a sheet is printed: shrunk to one page in width, or cut after `breaks` at a readable scale."""

    scale: int = 100
    breaks: tuple[int, ...] = ()


def page_plan(widths: Sequence[float], paper: str, landscape: bool, repeated: int = 0) -> PagePlan:
    """Plan the pages so that letters stay readable; `repeated` columns stand on every page."""
    room = PAGE_WIDTH[paper, landscape] / _MM_PER_CHARACTER
    widths = [w + PADDING for w in widths]
    total = sum(widths)
    if total * _SMALLEST_SCALE <= room:
        return PagePlan(min(100, int(100 * room / total)) if total else 100)
    room = PAGE_WIDTH[paper, landscape] / _MM_PER_WIDE_CHARACTER / _CUT_SCALE
    head, used, breaks = sum(widths[:repeated]), 0.0, []
    for number, width in enumerate(widths, 1):
        if used and used + width > room:
            breaks.append(number - 1)
            used = head
        used += width
    return PagePlan(int(_CUT_SCALE * 100), tuple(breaks))


def fits(widths: Sequence[float], paper: str, landscape: bool) -> bool:
    """Whether a sheet can be printed one page wide in letters that are read without effort."""
    plan = page_plan(widths, paper, landscape)
    return not plan.breaks and plan.scale >= _READABLE
