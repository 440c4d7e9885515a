"""What a workbook stores in a cell, whatever its format: limits, styles, days as serial numbers."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from core.errors import InputRefused
from core.excel.formats import describe
from core.excel.grid import Cell, Raw

MAX_COLUMNS = 1024
MAX_ROWS = 1_048_576
MAX_CELLS = 5_000_000
"""More filled cells than this are told to be split; the plan could not be looked through anyway."""

_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
_INTEGER = re.compile(r"^-?\d{1,15}$")


def too_many() -> InputRefused:
    return InputRefused(
        f"文件过大：有内容的单元格超过 {MAX_CELLS // 10_000} 万个。",
        next="请拆成几个文件后分别导入。",
        code="too-large",
    )


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


def iso_cell(text: str) -> Raw:
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
