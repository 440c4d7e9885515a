"""Read .xls and .et: values by calamine, and one look at the records for what calamine loses."""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from core.errors import InputRefused
from core.excel import fast, ole
from core.excel.formats import BUILTIN, describe, is_special
from core.excel.grid import Cell, Grid
from core.excel.stored import MAX_CELLS, MAX_COLUMNS, Style, date_cell, too_many
from core.excel.zips import damaged

_ERRORS = {0: "#NULL!", 7: "#DIV/0!", 15: "#VALUE!", 23: "#REF!", 29: "#NAME?", 36: "#NUM!", 42: "#N/A"}
Report = Callable[[str], None]


@dataclass(slots=True)
class _Look:
    """What the records of one sheet say beyond the values."""

    cells: dict[tuple[int, int], Cell] = field(default_factory=dict)
    hidden_rows: set[int] = field(default_factory=set)
    hidden_cols: set[int] = field(default_factory=set)
    merges: list[tuple[int, int, int, int]] = field(default_factory=list)


@dataclass(slots=True)
class _Globals:
    sheets: list[tuple[str, str, int]] = field(default_factory=list)
    styles: list[Style] = field(default_factory=list)
    date1904: bool = False
    biff8: bool = True


def read(path: Path, *, report: Report) -> list[Grid]:
    """All worksheets in order."""
    data = path.read_bytes()
    stream = _stream(data)
    known = _globals(stream)
    workbook = fast.open_workbook(path)
    grids = []
    total = 0
    places = {name: (visible, at) for name, visible, at in known.sheets}
    for i, meta in enumerate(workbook.sheets_metadata):
        report(f"正在读取工作表“{meta.name}”（{i + 1}/{len(workbook.sheets_metadata)}）")
        visible, at = places.get(meta.name, ("visible", -1))
        if at < 0 and places:
            continue  # charts and macro sheets
        sheet = workbook.get_sheet_by_name(meta.name)
        grid = Grid(meta.name, fast.values(sheet)[0], visible)
        if any(len(r) > MAX_COLUMNS for r in grid.rows.values()):
            grid.rows = {r: line[:MAX_COLUMNS] for r, line in grid.rows.items()}
        total += sum(map(len, grid.rows.values()))
        if total > MAX_CELLS:
            raise too_many()
        if at >= 0:
            look = _look(stream, at, known)
            fast.overlay(grid, look.cells)
            grid.hidden_rows, grid.hidden_cols, grid.merges = look.hidden_rows, look.hidden_cols, look.merges
        grids.append(grid)
    return grids


def _stream(data: bytes) -> bytes:
    if not data.startswith(ole.MAGIC):
        return data
    box = ole.Container(data)
    return box.stream("Workbook") or box.stream("Book")


def _records(stream: bytes, at: int) -> Iterator[tuple[int, bytes]]:
    end = len(stream)
    while at + 4 <= end:
        kind, length = struct.unpack_from("<HH", stream, at)
        yield kind, stream[at + 4 : at + 4 + length]
        at += 4 + length


def _globals(stream: bytes) -> _Globals:
    """Sheets, formats and the date system of the workbook."""
    out = _Globals()
    codes: dict[int, str] = dict(BUILTIN)
    numbers: list[int] = []
    try:
        for kind, body in _records(stream, 0):
            if kind == 0x809:
                out.biff8 = struct.unpack_from("<H", body)[0] == 0x0600
            elif kind == 0x2F:
                raise InputRefused(
                    "文件有打开密码，无法读取。",
                    next="请输入密码打开后，去掉密码另存一份再导入。",
                    code="password",
                )
            elif kind == 0x22:
                out.date1904 = struct.unpack_from("<H", body)[0] == 1
            elif kind == 0x41E:
                number = struct.unpack_from("<H", body)[0]
                codes[number] = _text(body, 2, out.biff8, wide=True)
            elif kind == 0xE0:
                numbers.append(struct.unpack_from("<H", body, 2)[0])
            elif kind == 0x85:
                at, state, sort = struct.unpack_from("<IBB", body)
                if sort == 0:
                    visible = {0: "visible", 1: "hidden", 2: "veryhidden"}.get(state & 3, "visible")
                    out.sheets.append((_text(body, 6, out.biff8, wide=False), visible, at))
            elif kind == 0x0A:
                break
    except struct.error as e:
        raise damaged() from e
    for number in numbers:
        code = codes.get(number, "General")
        shown = describe(code).kind
        out.styles.append(Style(code, shown in ("date", "month", "year", "time"), is_special(code)))
    return out


def _text(body: bytes, at: int, biff8: bool, *, wide: bool) -> str:
    """A string of the globals: BIFF8 is Unicode, older files are in the code page of their time."""
    if not biff8:
        length = body[at]
        return body[at + 1 : at + 1 + length].decode("gb18030", "replace")
    length = struct.unpack_from("<H", body, at)[0] if wide else body[at]
    at += 2 if wide else 1
    flags = body[at]
    raw = body[at + 1 :]
    return raw[: length * 2].decode("utf-16-le", "replace") if flags & 1 else raw[:length].decode("latin-1")


def _look(stream: bytes, at: int, known: _Globals) -> _Look:
    """One pass over a sheet's records."""
    out = _Look()
    depth = 0
    try:
        for kind, body in _records(stream, at):
            if kind == 0x809:
                depth += 1
            elif kind == 0x0A:
                depth -= 1
                if depth <= 0:
                    break
            elif depth > 1:
                continue
            elif kind == 0x203:
                r, c, xf, value = struct.unpack_from("<HHHd", body)
                _number(out, known, r, c, xf, value)
            elif kind == 0x27E:
                r, c, xf, rk = struct.unpack_from("<HHHI", body)
                _number(out, known, r, c, xf, number_of_rk(rk))
            elif kind == 0xBD:
                r, first = struct.unpack_from("<HH", body)
                for i in range((len(body) - 6) // 6):
                    xf, rk = struct.unpack_from("<HI", body, 4 + i * 6)
                    _number(out, known, r, first + i, xf, number_of_rk(rk))
            elif kind in (0x06, 0x206, 0x406):
                r, c, xf = struct.unpack_from("<HHH", body)
                if body[12:14] != b"\xff\xff":
                    _number(out, known, r, c, xf, struct.unpack_from("<d", body, 6)[0])
                elif body[6] == 3 and b"\x17" not in body[22:]:
                    # An empty text as the result of a formula that holds no text: never calculated.
                    out.cells[(r + 1, c + 1)] = Cell("u", "…")
                elif body[6] == 2:
                    out.cells[(r + 1, c + 1)] = Cell("e", _ERRORS.get(body[8], "#N/A"))
            elif kind == 0x205:
                r, c, _, value, is_error = struct.unpack_from("<HHHBB", body)
                if is_error:
                    out.cells[(r + 1, c + 1)] = Cell("e", _ERRORS.get(value, "#N/A"))
            elif kind == 0x208:
                if struct.unpack_from("<H", body, 12)[0] & 0x20:
                    out.hidden_rows.add(struct.unpack_from("<H", body)[0] + 1)
            elif kind == 0x7D:
                first, last, _, _, options = struct.unpack_from("<HHHHH", body)
                if options & 1:
                    out.hidden_cols.update(range(first + 1, min(last, 255) + 2))
            elif kind == 0xE5:
                for i in range(struct.unpack_from("<H", body)[0]):
                    r1, r2, c1, c2 = struct.unpack_from("<HHHH", body, 2 + i * 8)
                    out.merges.append((r1 + 1, c1 + 1, r2 + 1, c2 + 1))
    except (struct.error, IndexError):
        return out
    return out


def _number(out: _Look, known: _Globals, r: int, c: int, xf: int, value: float) -> None:
    style = known.styles[xf] if xf < len(known.styles) else None
    if style is None or not style.special or c >= MAX_COLUMNS:
        return
    if style.date:
        made = date_cell(value, style.code, known.date1904)
        if isinstance(made, Cell):
            out.cells[(r + 1, c + 1)] = made
    else:
        number = int(value) if value.is_integer() and abs(value) < 1e15 else value
        out.cells[(r + 1, c + 1)] = Cell("n", number, style.code)


def number_of_rk(rk: int) -> float:
    """A number in the 30-bit form of old Excel."""
    value: float
    if rk & 2:
        value = (rk >> 2) - (1 << 30 if rk & 0x80000000 else 0)
    else:
        value = struct.unpack("<d", b"\0\0\0\0" + struct.pack("<I", rk & 0xFFFFFFFC))[0]
    return value / 100 if rk & 1 else float(value)
