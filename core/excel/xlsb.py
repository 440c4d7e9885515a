"""Read .xlsb: values by calamine, and one look at the binary records for what calamine loses."""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator
from pathlib import Path

from core.excel import fast, xlsx
from core.excel.formats import BUILTIN, describe, is_special
from core.excel.grid import Cell, Grid
from core.excel.stored import MAX_CELLS, MAX_COLUMNS, Style, date_cell, too_many
from core.excel.xls import number_of_rk
from core.excel.zips import SafeZip

_ERRORS = {0: "#NULL!", 7: "#DIV/0!", 15: "#VALUE!", 23: "#REF!", 29: "#NAME?", 36: "#NUM!", 42: "#N/A"}


def read(path: Path, *, report: Callable[[str], None]) -> list[Grid]:
    """All worksheets in order."""
    with SafeZip(path) as z:
        for name in z.names:
            if name.lower().startswith("xl/") and name.lower().endswith(".bin"):
                for _ in z.chunks(name):
                    pass  # calamine reads the file by itself: prove the limits first
        workbook = fast.open_workbook(path)
        styles = _styles(z)
        places, date1904 = _sheets(z)
        grids = []
        total = 0
        for i, meta in enumerate(workbook.sheets_metadata):
            report(f"正在读取工作表“{meta.name}”（{i + 1}/{len(workbook.sheets_metadata)}）")
            if "Work" not in str(meta.typ):
                continue
            visible = str(meta.visible).rpartition(".")[2].lower()
            grid = Grid(meta.name, fast.values(workbook.get_sheet_by_name(meta.name))[0], visible)
            grid.rows = {r: line[:MAX_COLUMNS] for r, line in grid.rows.items()}
            total += sum(map(len, grid.rows.values()))
            if total > MAX_CELLS:
                raise too_many()
            part = places.get(meta.name)
            if part:
                _look(z.read(part), grid, styles, date1904)
            grids.append(grid)
        return grids


def _records(data: bytes) -> Iterator[tuple[int, bytes]]:
    at, end = 0, len(data)
    while at < end:
        kind = data[at]
        at += 1
        if kind & 0x80 and at < end:
            kind = (kind & 0x7F) | (data[at] & 0x7F) << 7
            at += 1
        length = shift = 0
        for _ in range(4):
            if at >= end:
                return
            byte = data[at]
            at += 1
            length |= (byte & 0x7F) << shift
            shift += 7
            if not byte & 0x80:
                break
        yield kind, data[at : at + length]
        at += length


def _string(body: bytes, at: int) -> tuple[str, int]:
    length = struct.unpack_from("<I", body, at)[0]
    if length == 0xFFFFFFFF:
        return "", at + 4
    end = at + 4 + length * 2
    return body[at + 4 : end].decode("utf-16-le", "replace"), end


def _sheets(z: SafeZip) -> tuple[dict[str, str], bool]:
    part = xlsx.workbook_part(z) or z.find("xl/workbook.bin")
    if part is None:
        return {}, False
    relations = xlsx.relations_of(z, part)
    places: dict[str, str] = {}
    date1904 = False
    try:
        for kind, body in _records(z.read(part)):
            if kind == 153:
                date1904 = bool(struct.unpack_from("<I", body)[0] & 1)
            elif kind == 156:
                relation, at = _string(body, 8)
                name, _ = _string(body, at)
                target = relations.get(relation, ("", ""))[1]
                entry = z.find(target) if target else None
                if entry:
                    places[name] = entry
    except struct.error:
        return {}, False
    return places, date1904


def _styles(z: SafeZip) -> list[Style]:
    part = z.find("xl/styles.bin")
    styles: list[Style] = []
    if part is None:
        return styles
    codes: dict[int, str] = dict(BUILTIN)
    inside = False
    try:
        for kind, body in _records(z.read(part)):
            if kind == 44:
                codes[struct.unpack_from("<H", body)[0]] = _string(body, 2)[0]
            elif kind == 617:
                inside = True
            elif kind == 618:
                inside = False
            elif kind == 47 and inside:
                code = codes.get(struct.unpack_from("<H", body, 2)[0], "General")
                shown = describe(code).kind
                styles.append(Style(code, shown in ("date", "month", "year", "time"), is_special(code)))
    except struct.error:
        return styles
    return styles


def _look(data: bytes, grid: Grid, styles: list[Style], date1904: bool) -> None:
    cells: dict[tuple[int, int], Cell] = {}
    row = 0
    try:
        for kind, body in _records(data):
            if kind == 0:
                row = struct.unpack_from("<I", body)[0] + 1
                if len(body) > 12 and body[11] & 0x10:
                    grid.hidden_rows.add(row)
            elif kind in (2, 3, 5, 9, 11):
                column, style = struct.unpack_from("<II", body)
                column, style = column + 1, style & 0xFFFFFF
                if column > MAX_COLUMNS:
                    continue
                if kind in (3, 11):
                    cells[(row, column)] = Cell("e", _ERRORS.get(body[8], "#N/A"))
                    continue
                known = styles[style] if style < len(styles) else None
                if known is None or not known.special:
                    continue
                value = (
                    number_of_rk(struct.unpack_from("<I", body, 8)[0])
                    if kind == 2
                    else struct.unpack_from("<d", body, 8)[0]
                )
                if known.date:
                    made = date_cell(value, known.code, date1904)
                    if isinstance(made, Cell):
                        cells[(row, column)] = made
                else:
                    number = int(value) if value.is_integer() and abs(value) < 1e15 else value
                    cells[(row, column)] = Cell("n", number, known.code)
            elif kind == 176:
                r1, r2, c1, c2 = struct.unpack_from("<IIII", body)
                if (r1, c1) != (r2, c2):
                    grid.merges.append((r1 + 1, c1 + 1, r2 + 1, c2 + 1))
    except (struct.error, IndexError):
        pass
    fast.overlay(grid, cells)
