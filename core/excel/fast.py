"""Large sheets by calamine, with one scan of the XML for everything that calamine would lose."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path
from typing import Any

import python_calamine as pc

from core.errors import InputRefused
from core.excel import stored
from core.excel.grid import Cell, Grid, Raw
from core.excel.sheetxml import Workbook, sheet_from, tell_struck
from core.excel.stored import python_raw
from core.excel.zips import damaged

_HIDDEN = re.compile(rb'<row\b[^>]*\bhidden="(?:1|true)"[^>]*?/?>')
_ERROR = re.compile(rb'<c\b[^>]*\bt="e"[^>]*>.*?</c>', re.DOTALL)
_UNCACHED = re.compile(rb"<c\b[^>]*><f\b[^>]*(?:/>|>[^<]*</f>)(?:<v\s*/>|<v></v>)?</c>")


class _Cells(dict[Any, Raw]):
    """What stands for calamine's values: blanks as None, dates as bare tuples, equal words as one object.

    Ledgers repeat their words: as one object each they are handed over, hashed and compared once.
    Numbers are not kept, since True equals 1.0 here and few amounts come twice.
    """

    def __missing__(self, value: Any) -> Raw:
        kind = type(value)
        if kind is float or kind is bool or kind is int:
            return value  # type: ignore[no-any-return]
        if kind is str:
            self[value] = value
            return value  # type: ignore[no-any-return]
        raw = python_raw(value)
        # marshal takes no named tuples.
        self[value] = made = tuple(raw) if isinstance(raw, tuple) else raw
        return made


def open_workbook(path: Path) -> pc.CalamineWorkbook:
    """Open with calamine, whose errors become refusals."""
    try:
        # By path it would go by the ending, which a clerk has often changed.
        with path.open("rb") as file:
            return pc.CalamineWorkbook.from_filelike(file)
    except pc.PasswordError as e:
        raise InputRefused(
            "文件有打开密码，无法读取。", next="请输入密码打开后，去掉密码另存一份再导入。", code="password"
        ) from e
    except (pc.CalamineError, OSError, ValueError) as e:
        raise damaged() from e


def values(sheet: pc.CalamineSheet) -> tuple[dict[int, list[Raw]], int]:
    """The rows of a calamine sheet by number, blanks at the end dropped; and how many cells are filled."""
    first = sheet.start
    if first is None:
        return {}, 0
    lead: list[Raw] = [None] * first[1]
    rows: dict[int, list[Raw]] = {}
    kept = 0
    raw_of = _Cells({"": None}).__getitem__
    # iter_rows begins at the first row of the sheet, but at the first filled column.
    for number, line in enumerate(sheet.iter_rows(), 1):
        while line and line[-1] == "":
            line.pop()
        if filled := len(line) - line.count(""):
            rows[number] = [*lead, *map(raw_of, line)]
            kept += filled
    return rows, kept


def read_sheet(
    workbook: pc.CalamineWorkbook, name: str, xml: bytes, book: Workbook, budget: int
) -> Grid | None:
    """Values by calamine, the rest by the careful reader; None when the two do not agree."""
    begin, end = xml.find(b"<sheetData"), xml.rfind(b"</sheetData>")
    if begin < 0 or end < 0 or b"<!DOCTYPE" in xml[:begin] or xml.find(b"<row ") < 0:
        return None
    try:
        rows, kept = values(workbook.get_sheet_by_name(name))
    except (pc.CalamineError, ValueError):
        return None
    if max((len(r) for r in rows.values()), default=0) > stored.MAX_COLUMNS:
        return None
    if kept > budget or sum(map(len, rows.values())) > 4 * stored.MAX_CELLS:
        raise stored.too_many()
    special: list[bytes] = []
    if xml.find(b' hidden="', begin, end) >= 0:
        special += [
            m[0] if m[0].endswith(b"/>") else m[0] + b"</row>" for m in _HIDDEN.finditer(xml, begin, end)
        ]
    if kept != xml.count(b"</c>", begin, end):
        # Some cell gave no value: an error, a formula never calculated, an empty text.
        errors = [m[0] for m in _ERROR.finditer(xml, begin, end)] if b' t="e"' in xml else []
        special += errors
        special += [m[0] for m in _UNCACHED.finditer(xml, begin, end)] if b"<f" in xml else []
        lost = xml.count(b"<v>") + xml.count(b"<is>") - kept - len(errors)
        if lost not in (0, xml.count(b"<v></v>", begin, end)):
            return None
    wanted = [
        str(i).encode()
        for i, s in enumerate(book.styles)
        if s.special and not (s.date and "d" in s.code.lower())
    ]
    if wanted:
        styled = re.compile(
            rb'<c\b(?=[^>]*\bs="(?:' + b"|".join(wanted) + rb')")(?![^>]*\bt="[^n])[^>]*>.*?</c>', re.DOTALL
        )
        special += [m[0] for m in styled.finditer(xml, begin, end) if b"<v" in m[0]]
    shell = xml[:begin] + b"<sheetData>" + b"".join(special) + xml[end:]
    grid = sheet_from(name, shell, book)
    for number, line in grid.rows.items():
        target = rows.setdefault(number, [])
        target.extend([None] * (len(line) - len(target)))
        for i, raw in enumerate(line):
            if raw is not None:
                target[i] = raw
    grid.rows = dict(sorted(rows.items())) if grid.rows else rows
    if struck := [str(i).encode() for i, s in enumerate(book.styles) if s.struck]:
        cell = re.compile(
            rb'<c\b(?=[^>]*\bs="(?:' + b"|".join(struck) + rb')")[^>]*\br="[A-Z]+(\d+)"[^>]*(?<!/)>'
        )
        tell_struck(grid, Counter(int(m[1]) for m in cell.finditer(xml, begin, end)))
    return grid


def overlay(grid: Grid, cells: dict[tuple[int, int], Cell]) -> None:
    """Put cells that a second look has found over those that calamine gave."""
    for (row, column), cell in cells.items():
        line = grid.rows.setdefault(row, [])
        line.extend([None] * (column - len(line)))
        line[column - 1] = cell
    grid.rows = {r: line for r, line in sorted(grid.rows.items()) if any(v is not None for v in line)}
