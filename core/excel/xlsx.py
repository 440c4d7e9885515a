"""Read .xlsx and .xlsm: every cell with its type, format and formula; large plain sheets by calamine."""

from __future__ import annotations

import posixpath
import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import cached_property
from pathlib import Path
from typing import Any

from core.errors import InputRefused
from core.excel import markup
from core.excel.formats import BUILTIN, describe, is_special
from core.excel.grid import Cell, Grid, Raw, column_number
from core.excel.zips import SafeZip, damaged

MAX_COLUMNS = 1024
MAX_ROWS = 1_048_576
MAX_CELLS = 5_000_000
"""More filled cells than this are told to be split; the plan could not be looked through anyway."""
FAST_FROM = 8 * 2**20
"""Sheets of more XML than this are read by calamine when a scan of the XML finds nothing it would lose."""

_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
_REF = re.compile(r"^([A-Za-z]{1,3})(\d{1,7})$")
_INTEGER = re.compile(r"^-?\d{1,15}$")
Report = Callable[[str], None]


def unescape(text: str) -> str:
    """_x000D_ → the character it stands for; lone surrogates and NUL go."""
    if "_x" not in text:
        return text
    made = _ESCAPED.sub(lambda m: chr(int(m[1], 16)), text)
    return re.sub(r"[\x00\ud800-\udfff]", "", made)


@dataclass(slots=True)
class Style:
    """What matters of one cell format."""

    code: str = ""
    date: bool = False
    special: bool = False
    struck: bool = False
    """The text is struck out."""


@dataclass
class Workbook:
    """The parts of the package that every sheet needs."""

    sheets: list[tuple[str, str, str]] = field(default_factory=list)
    """(name, visible, part)"""
    date1904: bool = False
    styles: list[Style] = field(default_factory=list)
    read_strings: Callable[[], list[str]] = list

    @cached_property
    def strings(self) -> list[str]:
        """The shared strings, read when a cell asks for one: in large sheets calamine gives the texts."""
        return self.read_strings()

    def style(self, index: str | None) -> Style | None:
        if not index or not index.isdigit():
            return self.styles[0] if index == "0" and self.styles else None
        i = int(index)
        return self.styles[i] if i < len(self.styles) else None


def read(path: Path, *, fast: bool, report: Report) -> list[Grid]:
    """All sheets in workbook order."""
    with SafeZip(path) as z:
        book = _workbook(z)
        grids: list[Grid] = []
        total = 0
        calamine = None
        for i, (name, visible, part) in enumerate(book.sheets):
            report(f"正在读取工作表“{name}”（{i + 1}/{len(book.sheets)}）")
            if fast and z.size(part) > FAST_FROM:
                from core.excel import fast as quick

                calamine = calamine or quick.open_workbook(path)
                xml = z.read(part)
                grid = quick.read_sheet(calamine, name, xml, book)
                if grid is None:
                    grid = _sheet(name, iter([xml]), book, MAX_CELLS - total)
            else:
                grid = _sheet(name, z.chunks(part), book, MAX_CELLS - total)
            grid.visible = visible
            total += sum(len(r) for r in grid.rows.values())
            grids.append(grid)
        return grids


# --- the workbook's own parts -------------------------------------------------


def relations_of(z: SafeZip, part: str) -> dict[str, tuple[str, str]]:
    """Relation id → (type, target part)."""
    folder, name = posixpath.split(part)
    entry = z.find(f"{folder}/_rels/{name}.rels" if folder else f"_rels/{name}.rels")
    found: dict[str, tuple[str, str]] = {}
    if entry is None:
        return found

    def start(tag: str, a: dict[str, str]) -> None:
        if tag == "Relationship" and a.get("TargetMode") != "External":
            target = a.get("Target", "").replace("\\", "/")
            full = (
                target.lstrip("/")
                if target.startswith("/")
                else posixpath.normpath(posixpath.join(folder, target))
            )
            found[a.get("Id", "")] = (a.get("Type", "").rpartition("/")[2], full)

    markup.parse(z.chunks(entry), start)
    return found


def workbook_part(z: SafeZip) -> str | None:
    """The main part of an Office package, wherever its writer put it."""
    main = next(
        (t for kind, t in relations_of(z, "").values() if kind == "officeDocument"), "xl/workbook.xml"
    )
    return z.find(main) or z.find("xl/workbook.xml")


def _workbook(z: SafeZip) -> Workbook:
    part = workbook_part(z)
    if part is None:
        raise damaged()
    relations = relations_of(z, part)
    book = Workbook()

    def start(tag: str, a: dict[str, str]) -> None:
        if tag == "workbookPr":
            book.date1904 = a.get("date1904", "0").lower() in ("1", "true", "on")
        elif tag == "sheet" and "name" in a:
            kind, target = relations.get(markup.local(a, "id"), ("", ""))
            entry = z.find(target) if target else None
            if kind in ("worksheet", "") and entry is not None:
                book.sheets.append((unescape(a["name"]), _visible(a.get("state", "")), entry))

    markup.parse(z.chunks(part), start)
    if not book.sheets:
        raise damaged("工作簿里没有可以读取的工作表。")
    by_kind = {kind: z.find(target) for kind, target in relations.values()}
    if styles := by_kind.get("styles"):
        book.styles = _styles(z.chunks(styles))
    if strings := by_kind.get("sharedStrings"):
        book.read_strings = lambda: _strings(z.chunks(strings))
        # They are held to the limits now; what looks odd our own parser sees before any other.
        head, *_ = [piece[:4096] for piece in z.chunks(strings)] or [b""]
        if b"<sst" not in head or b"<!DOCTYPE" in head:
            _ = book.strings
    return book


def _visible(state: str) -> str:
    return {"hidden": "hidden", "veryhidden": "veryhidden"}.get(state.lower(), "visible")


def _styles(chunks: Iterator[bytes]) -> list[Style]:
    codes: dict[int, str] = dict(BUILTIN)
    styles: list[Style] = []
    struck: list[bool] = []
    inside = ""

    def start(tag: str, a: dict[str, str]) -> None:
        nonlocal inside
        if tag == "numFmt" and a.get("numFmtId", "").isdigit():
            codes[int(a["numFmtId"])] = a.get("formatCode", "General")
        elif tag in ("cellXfs", "fonts"):
            inside = tag
        elif inside == "fonts" and tag == "font":
            struck.append(False)
        elif inside == "fonts" and tag == "strike" and struck:
            struck[-1] = a.get("val", "1") not in ("0", "false")
        elif tag == "xf" and inside == "cellXfs":
            number, font = a.get("numFmtId", "0"), a.get("fontId", "")
            code = codes.get(int(number) if number.isdigit() else 0, "General")
            kind = describe(code).kind
            gone = font.isdigit() and int(font) < len(struck) and struck[int(font)]
            styles.append(Style(code, kind in ("date", "month", "year", "time"), is_special(code), gone))

    def end(tag: str) -> None:
        nonlocal inside
        if tag == inside:
            inside = ""

    markup.parse(chunks, start, end)
    return styles


def _strings(chunks: Iterator[bytes]) -> list[str]:
    out: list[str] = []
    parts: list[str] = []
    taking = phonetic = 0

    def start(tag: str, a: dict[str, str]) -> None:
        nonlocal taking, phonetic
        if tag == "si":
            parts.clear()
        elif tag == "rPh":
            phonetic += 1
        elif tag == "t" and not phonetic:
            taking = 1

    def end(tag: str) -> None:
        nonlocal taking, phonetic
        if tag == "t":
            taking = 0
        elif tag == "rPh":
            phonetic -= 1
        elif tag == "si":
            out.append(unescape("".join(parts)))

    def data(text: str) -> None:
        if taking:
            parts.append(text)

    markup.parse(chunks, start, end, data)
    return out


# --- one sheet -----------------------------------------------------------------


def _sheet(name: str, chunks: Iterator[bytes], book: Workbook, budget: int) -> Grid:
    reader = _SheetReader(Grid(name), book, budget)
    markup.parse(chunks, reader.start, reader.end, reader.data)
    return reader.finish()


def sheet_from(name: str, xml: bytes, book: Workbook) -> Grid:
    """One sheet from its XML."""
    return _sheet(name, iter([xml]), book, MAX_CELLS)


class _SheetReader:
    """Expat handlers that fill one grid."""

    def __init__(self, grid: Grid, book: Workbook, budget: int) -> None:
        self.grid = grid
        self.book = book
        self.budget = budget
        self.row = 0
        self.column = 0
        self.line: list[Raw] = []
        self.type = ""
        self.style: str | None = None
        self.value: str | None = None
        self.formula: str | None = None
        self.parts: list[str] = []
        self.taking = False
        self.phonetic = 0
        self.slots = 0
        self.dropped = 0
        self.struck = {str(i) for i, style in enumerate(book.styles) if style.struck}
        self.struck_out: Counter[int] = Counter()

    def start(self, tag: str, a: dict[str, str]) -> None:
        if tag == "c":
            self.type = a.get("t", "n")
            self.style = a.get("s")
            self.value = self.formula = None
            m = _REF.match(a.get("r", ""))
            if m:
                if int(m[2]) != self.row:
                    self._close_row()
                    self._open_row(int(m[2]))
                self.column = column_number(m[1].upper())
            else:
                self.column += 1
        elif tag in ("v", "f"):
            self.taking = True
            self.parts = []
        elif tag == "t":
            if self.phonetic == 0:
                self.taking = True
        elif tag == "is":
            self.parts = []
        elif tag == "row":
            given = a.get("r", "")
            self._open_row(int(given) if given.isdigit() and int(given) > 0 else self.row + 1)
            if a.get("hidden", "0").lower() in ("1", "true"):
                self.grid.hidden_rows.add(self.row)
        elif tag == "rPh":
            self.phonetic += 1
        elif tag == "mergeCell":
            self._merge(a.get("ref", ""))
        elif tag == "col" and a.get("hidden", "0").lower() in ("1", "true"):
            first, last = int(a.get("min", "0") or 0), int(a.get("max", "0") or 0)
            self.grid.hidden_cols.update(range(max(1, first), min(last, MAX_COLUMNS) + 1))

    def end(self, tag: str) -> None:
        if tag == "v":
            self.taking = False
            self.value = "".join(self.parts)
        elif tag == "f":
            self.taking = False
            self.formula = "".join(self.parts)
        elif tag == "t":
            self.taking = False
        elif tag == "is":
            self.value = "".join(self.parts)
        elif tag == "c":
            raw = self._raw()
            if raw is not None:
                self._keep(raw)
                if self.style in self.struck:
                    self.struck_out[self.row] += 1
        elif tag == "row":
            self._close_row()
        elif tag == "rPh":
            self.phonetic -= 1

    def data(self, text: str) -> None:
        if self.taking:
            self.parts.append(text)

    def finish(self) -> Grid:
        self._close_row()
        grid = self.grid
        if self.dropped:
            grid.notes.append(f"第 {MAX_COLUMNS} 列以后还有 {self.dropped} 个单元格，未读取")
        gone = [r for r, n in sorted(self.struck_out.items()) if n == sum(1 for _ in grid.cells(r)) > 1]
        if gone:
            shown = "、".join(map(str, gone[:10])) + ("……" if len(gone) > 10 else "")
            grid.notes.append(
                f"工作表“{grid.name}”第 {shown} 行（共 {len(gone)} 行）划了删除线，已照常读取。请核对是否应导入。"
            )
        if any(a > b for a, b in zip(grid.rows, list(grid.rows)[1:], strict=False)):
            grid.rows = dict(sorted(grid.rows.items()))
        return grid

    def _open_row(self, number: int) -> None:
        self.row = number
        self.column = 0
        self.line = self.grid.rows.get(number, [])

    def _close_row(self) -> None:
        if self.line and self.row not in self.grid.rows:
            self.slots += len(self.line)
            if self.slots > self.budget:
                raise too_many()
            self.grid.rows[self.row] = self.line
        self.line = []

    def _keep(self, raw: Raw) -> None:
        if self.column > MAX_COLUMNS or self.row > MAX_ROWS or self.row < 1 or self.column < 1:
            self.dropped += 1
            return
        line = self.line
        gap = self.column - len(line)
        if gap > 1:
            line.extend([None] * (gap - 1))
        if gap >= 1:
            line.append(raw)
        else:
            line[self.column - 1] = raw

    def _merge(self, ref: str) -> None:
        first, _, last = ref.replace("$", "").partition(":")
        a, b = _REF.match(first), _REF.match(last or first)
        if a and b:
            r1, c1, r2, c2 = int(a[2]), column_number(a[1].upper()), int(b[2]), column_number(b[1].upper())
            if r2 >= r1 and c2 >= c1 and (r2 > r1 or c2 > c1):
                self.grid.merges.append((r1, c1, r2, c2))

    def _raw(self) -> Raw:
        value, kind = self.value, self.type
        if self.formula is not None and (value is None or (value == "" and kind != "str")):
            return _uncached(self.formula)
        if value is None:
            return None
        if kind == "s":
            i = int(value) if value.isdigit() else -1
            if not 0 <= i < len(self.book.strings):
                raise damaged("文件已损坏：共享字符串表与单元格对不上。")
            return self.book.strings[i] or None
        if kind in ("str", "inlineStr"):
            text = unescape(value)
            if text == "" or text.startswith("=DISPIMG("):
                return None
            return text
        if kind == "b":
            return value.strip() in ("1", "true", "TRUE")
        if kind == "e":
            return Cell("e", value)
        if kind == "d":
            return _iso_cell(value)
        return number_raw(value.strip(), self.book.style(self.style), self.book.date1904)


def too_many() -> InputRefused:
    return InputRefused(
        f"文件过大：有内容的单元格超过 {MAX_CELLS // 10_000} 万个。",
        next="请拆成几个文件后分别导入。",
        code="too-large",
    )


def _uncached(formula: str) -> Raw:
    """A formula without a stored result; a bare text (="00123") is its own result."""
    m = re.fullmatch(r'\s*"((?:[^"]|"")*)"\s*', formula)
    if m:
        return m[1].replace('""', '"') or None
    return Cell("u", formula.strip())


def number_raw(text: str, style: Style | None, date1904: bool) -> Raw:
    """A stored number with its format → the value as kept in a row."""
    if text == "":
        return None
    number: int | float
    if _INTEGER.match(text):
        number = int(text)
    else:
        try:
            number = float(text)
        except ValueError:
            return text
        if number != number or number in (float("inf"), float("-inf")):
            return Cell("e", "#NUM!")
        if number.is_integer() and abs(number) < 1e15:
            number = int(number)
    if style is None or not style.special:
        return number
    if style.date:
        return date_cell(number, style.code, date1904)
    return Cell("n", number, style.code)


def date_cell(serial: float, code: str, date1904: bool) -> Raw:
    """A serial number under a date format; a number that is no possible day stays a number."""
    kind = describe(code).kind
    if kind == "time" or 0 <= serial < 1:
        seconds = round(serial * 86400)
        return Cell("t", f"{seconds // 3600:02d}:{seconds % 3600 // 60:02d}", code)
    made = from_serial(serial, date1904)
    return Cell("d", made, code) if made else Cell("n", serial, "")


def from_serial(serial: float, date1904: bool) -> str:
    """The ISO day of an Excel serial number; "" when there is none."""
    if not 1 <= serial < 2_958_466:
        return ""
    if date1904:
        base = datetime(1904, 1, 1)
    else:
        # Excel believes in 1900-02-29; days before it are one off.
        base = datetime(1899, 12, 31) if serial < 60 else datetime(1899, 12, 30)
    try:
        return (base + timedelta(days=int(serial))).date().isoformat()
    except OverflowError:
        return ""


def _iso_cell(text: str) -> Raw:
    m = re.match(r"^(\d{4}-\d{2}-\d{2})", text)
    return Cell("d", m[1], "yyyy-mm-dd") if m else text


def python_raw(value: Any) -> Raw:
    """A value as calamine gives it → as kept in a row."""
    if isinstance(value, str):
        return value or None
    if isinstance(value, float):
        return int(value) if value.is_integer() and abs(value) < 1e15 else value
    if isinstance(value, bool | int):
        return value
    if isinstance(value, datetime):
        return Cell("d", value.date().isoformat(), "")
    if isinstance(value, date):
        return Cell("d", value.isoformat(), "")
    if isinstance(value, time):
        return Cell("t", value.isoformat("minutes"), "")
    if isinstance(value, timedelta):
        return Cell("t", str(value), "")
    return None
