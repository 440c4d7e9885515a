"""Tell a file's kind by its content and read it as grids; this runs inside the child process."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path

from core.errors import InputRefused
from core.excel.grid import Book
from core.excel.zips import SafeZip, damaged

MAX_FILE = 200 * 2**20
Report = Callable[[str], None]

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_FOREIGN = (
    (b"%PDF", "PDF 文件"),
    (b"MZ", "可执行程序"),
    (b"\x7fELF", "可执行程序"),
    (b"\x89PNG", "图片"),
    (b"\xff\xd8\xff", "图片"),
    (b"GIF8", "图片"),
    (b"BM", "图片"),
    (b"II*\0", "图片"),
    (b"MM\0*", "图片"),
    (b"Rar!", "压缩包（RAR）"),
    (b"7z\xbc\xaf", "压缩包（7z）"),
    (b"\x1f\x8b", "压缩包（gz）"),
    (b"SQLite format 3", "数据库文件"),
    (b"{\\rtf", "RTF 文档"),
)


def read_file(path: Path, *, fast: bool = True, report: Report = lambda label: None) -> Book:
    """Read any table file; refuse everything else with a reason and a next step."""
    size = path.stat().st_size
    if size == 0:
        raise InputRefused("文件是空的（0 字节）。", next="请确认文件已保存完整，再重新选择。", code="empty")
    if size > MAX_FILE:
        raise InputRefused(
            f"文件过大：{size / 2**20:.0f} MB，超过 {MAX_FILE >> 20} MB。",
            next="请拆成几个文件后分别导入。",
            code="too-large",
        )
    with path.open("rb") as f:
        head = f.read(4096)
    kind = kind_of(path, head)
    book = _READERS[kind](path, fast, report)
    with path.open("rb") as f:
        book.sha256 = hashlib.file_digest(f, "sha256").hexdigest()
    return book


def kind_of(path: Path, head: bytes) -> str:
    """The kind of a file by its first bytes and, for containers, by what lies in them."""
    if path.name.startswith("~$"):
        raise InputRefused(
            "这是 Office 打开文件时留下的锁文件，不是表格。",
            next="请选择文件名不带“~$”的原文件。",
            code="lock-file",
        )
    if head.startswith(b"PK\x03\x04"):
        try:
            return _zip_kind(path)
        except InputRefused as e:
            if e.code == "damaged" and path.suffix.lower() == ".zip":
                raise _damaged_package() from e
            raise
    if head.startswith(b"PK"):
        raise damaged()
    if head.startswith(OLE):
        from core.excel import ole

        return ole.kind(path)
    if head[:2] == b"\x09\x08" or head[:2] == b"\x09\x04":
        return "xls"
    for magic, name in _FOREIGN:
        if head.startswith(magic) and not (magic in (b"MZ", b"BM") and b"\0" not in head):
            raise _no_table(f"这是{name}，不是表格。")
    return _text_kind(head)


def _damaged_package() -> InputRefused:
    """A workbook can be saved anew; a package cannot, only its sender has it whole."""
    return InputRefused(
        "压缩包不完整或已损坏，打不开。",
        next="如果是上报包，请向发来的人索取一份完好的，不要使用这一份。",
        code="damaged",
    )


def _no_table(reason: str) -> InputRefused:
    return InputRefused(
        reason,
        next="请选择 Excel、WPS 表格或 CSV 文件；内容在别的文件里的，请先复制到表格中。",
        code="not-a-table",
    )


def _zip_kind(path: Path) -> str:
    from core.excel import xlsx

    with SafeZip(path) as z:
        if z.starts_late():
            raise damaged()
        names = [n.replace("\\", "/") for n in z.names]
        if "manifest.json" in names and any(n.startswith("data/") for n in names):
            return "package"
        if z.find("content.xml") and z.find("mimetype"):
            kind = z.read(z.find("mimetype") or "")[:100]
            if b"spreadsheet" in kind:
                return "ods"
            raise _no_table("这是文字或演示文档，不是表格。")
        if z.find("xl/workbook.bin"):
            return "xlsb"
        if z.find("[Content_Types].xml"):
            main = xlsx.workbook_part(z)
            if main and main.lower().endswith(".bin"):
                return "xlsb"
            if main and ("workbook" in main.lower() or main.lower().startswith("xl/")):
                return "xlsx"
            if any(n.lower().startswith(("word/", "ppt/", "visio/")) for n in names):
                raise _no_table("这是 Word 或演示文档，不是表格。")
            raise damaged()
        if any(n.lower().endswith((".xlsx", ".xls", ".et", ".csv", ".xlsm")) for n in names):
            raise InputRefused(
                "这是压缩包，里面另有表格文件。", next="请先解压，再选择里面的表格导入。", code="not-a-table"
            )
        raise _no_table("这是压缩包，里面没有表格。")


def _text_kind(head: bytes) -> str:
    sample = head.replace(b"\0", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n").lower()
    if sample.startswith(b"mime-version:") or b"content-type: multipart/related" in sample[:1000]:
        return "mht"
    if sample.startswith(b"<"):
        if b"urn:schemas-microsoft-com:office:spreadsheet" in sample and b"<html" not in sample:
            return "xml"
        if sample.startswith(
            (b"<html", b"<!doctype html", b"<table", b"<meta", b"<style", b"<head", b"<div", b"<body")
        ):
            return "html"
        if b"<html" in sample or b"<table" in sample:
            return "html"
        if sample.startswith(b"<?xml"):
            return "xml"
    return "text"


# --- one reader per kind ---------------------------------------------------------


def _xlsx(path: Path, fast: bool, report: Report) -> Book:
    from core.excel import xlsx

    return Book("xlsx", xlsx.read(path, fast=fast, report=report))


def _xlsb(path: Path, fast: bool, report: Report) -> Book:
    from core.excel import xlsb

    return Book("xlsb", xlsb.read(path, report=report))


def _xls(path: Path, fast: bool, report: Report) -> Book:
    from core.excel import xls

    return Book("xls", xls.read(path, report=report))


def _ods(path: Path, fast: bool, report: Report) -> Book:
    from core.excel import ods

    return Book("ods", ods.read(path, report=report))


def _text(path: Path, fast: bool, report: Report) -> Book:
    from core.excel import text

    report("正在读取文本表格")
    grid, encoding = text.read(path.read_bytes())
    return Book("csv", [grid], encoding=encoding)


def _html(path: Path, fast: bool, report: Report) -> Book:
    from core.excel import html

    report("正在读取网页表格")
    grids, encoding = html.read(path.read_bytes())
    return Book("html", grids, encoding=encoding)


def _mht(path: Path, fast: bool, report: Report) -> Book:
    from core.excel import html

    report("正在读取网页表格")
    grids, encoding = html.read_mht(path.read_bytes())
    return Book("html", grids, encoding=encoding)


def _xml(path: Path, fast: bool, report: Report) -> Book:
    from core.excel import xml2003

    report("正在读取 XML 表格")
    return Book("xml", xml2003.read(path.read_bytes()))


def _package(path: Path, fast: bool, report: Report) -> Book:
    return Book("package", [])


_READERS: dict[str, Callable[[Path, bool, Report], Book]] = {
    "xlsx": _xlsx,
    "xlsb": _xlsb,
    "xls": _xls,
    "ods": _ods,
    "text": _text,
    "html": _html,
    "mht": _mht,
    "xml": _xml,
    "package": _package,
}
