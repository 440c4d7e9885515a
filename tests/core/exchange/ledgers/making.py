"""How an awkward ledger is written and what its key looks like."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import openpyxl
from openpyxl.worksheet.worksheet import Worksheet

Row = dict[str, str]


@dataclass
class Expected:
    """The key of one ledger: what must come in, and what must be told.

    Rows go by (sheet, row), with canonical values (元, ㎡, ISO dates; codes also by their name); a row number
    below 1 means that the row is found by its name. "!" before a value: it must be flagged; "!" alone: flagged
    and empty. Rows that are not in the key are no records.
    """

    path: Path
    rows: dict[tuple[str, int], Row] = field(default_factory=dict)
    hidden: tuple[str, ...] = ()
    doubts: tuple[str, ...] = ()
    """Codes of doubts about columns, sheets or rows that must be told."""
    answers: dict[str, Any] | None = None


Maker = Callable[[Path], Expected]
LEDGERS: dict[str, Maker] = {}


def ledger(make: Maker) -> Maker:
    """Enter a ledger in the list; a second of its name would hide the first."""
    assert make.__name__ not in LEDGERS
    LEDGERS[make.__name__] = make
    return make


def book(*sheets: str) -> openpyxl.Workbook:
    wb = openpyxl.Workbook()
    wb.remove(wb.active)
    for name in sheets:
        wb.create_sheet(name)
    return wb


def fill(ws: Worksheet, *rows: list[Any], at: int = 1) -> None:
    for i, row in enumerate(rows):
        for j, value in enumerate(row):
            if value is not None:
                ws.cell(at + i, j + 1, value)


def save(wb: openpyxl.Workbook, folder: Path, name: str) -> Path:
    path = folder / f"{name}.xlsx"
    wb.save(path)
    return path


def set_cached(path: Path, sheet: int, cells: dict[str, tuple[str, str]]) -> None:
    """Store results of formulas, which openpyxl cannot: cell → (type, value)."""
    entry = f"xl/worksheets/sheet{sheet}.xml"
    data: dict[str, bytes] = {}
    with zipfile.ZipFile(path) as z:
        for n in z.namelist():
            data[n] = z.read(n)
    xml = data[entry].decode()
    for ref, (kind, value) in cells.items():
        xml = re.sub(
            rf'<c r="{ref}"([^>]*?)(?: t="\w+")?\s*><f>(.*?)</f><v\s*/?>(?:</v>)?</c>',
            lambda m, k=kind, v=value, r=ref: (
                f'<c r="{r}"{m[1]}{f" t={chr(34)}{k}{chr(34)}" if k else ""}><f>{m[2]}</f><v>{v}</v></c>'
            ),
            xml,
        )
    data[entry] = xml.encode()
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as z:
        for n, b in data.items():
            z.writestr(n, b)


HEAD = ["序号", "资产名称", "坐落", "建筑面积（㎡）", "账面原值（万元）", "盘活路径"]


def expected(path: Path, sheet: str, *rows: tuple[int, Row], **more: Any) -> Expected:
    return Expected(path, {(sheet, n): values for n, values in rows}, **more)
