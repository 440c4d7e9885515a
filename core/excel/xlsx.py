"""Read .xlsx and .xlsm: the workbook's own parts and its sheets; large plain sheets by calamine."""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Iterator
from pathlib import Path

from core.excel import markup
from core.excel.formats import BUILTIN, describe, is_special
from core.excel.grid import Grid
from core.excel.sheetxml import Workbook, sheet_of
from core.excel.stored import MAX_CELLS, Style, unescape
from core.excel.zips import SafeZip, damaged

FAST_FROM = 8 * 2**20
"""Sheets of more XML than this are read by calamine when a scan of the XML finds nothing it would lose."""

Report = Callable[[str], None]


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
                grid = quick.read_sheet(calamine, name, xml, book, MAX_CELLS - total)
                if grid is None:
                    grid = sheet_of(name, iter([xml]), book, MAX_CELLS - total)
            else:
                grid = sheet_of(name, z.chunks(part), book, MAX_CELLS - total)
            grid.visible = visible
            if i + 1 < len(book.sheets):
                total += sum(len(r) - r.count(None) for r in grid.rows.values())
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
