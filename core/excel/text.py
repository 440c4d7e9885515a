"""Read text tables: .csv and .txt in the encodings and separators that offices use."""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections.abc import Sequence

from core.errors import InputRefused
from core.excel.grid import Cell, Grid, Raw

_ERROR = re.compile(r"#(?:DIV/0!|N/A|VALUE!|REF!|NAME\?|NUM!|NULL!)")
MAX_LOOK = 20 * 2**20
"""Larger texts are not searched for quotes that never close."""
MAX_TEXT = 200 * 2**20
_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig", "UTF-8（带 BOM）"),
    (codecs.BOM_UTF32_LE, "utf-32", "UTF-32"),
    (codecs.BOM_UTF16_LE, "utf-16", "UTF-16"),
    (codecs.BOM_UTF16_BE, "utf-16", "UTF-16"),
)


def decode(data: bytes) -> tuple[str, str]:
    """Text and the name of its encoding; refuses what is no text."""
    for bom, codec, name in _BOMS:
        if data.startswith(bom):
            try:
                return data.decode(codec), name
            except UnicodeDecodeError as e:
                raise _not_text() from e
    if b"\0" in data[:4096]:
        # UTF-16 without its mark: every other byte of digits, commas and line ends is zero.
        for codec, at in (("utf-16-le", 1), ("utf-16-be", 0)):
            if data[at:4096:2].count(0) > 5 * max(1, data[1 - at : 4096 : 2].count(0)):
                try:
                    return data.decode(codec), "UTF-16"
                except UnicodeDecodeError:
                    continue
        raise _not_text()
    for codec, name in (("utf-8", "UTF-8"), ("gb18030", "GB18030"), ("big5", "Big5")):
        try:
            return data.decode(codec), name
        except UnicodeDecodeError:
            continue
    # A file cut inside a character: all but its last bytes are sound.
    for codec, name in (("utf-8", "UTF-8"), ("gb18030", "GB18030")):
        for cut in (1, 2, 3):
            try:
                return data[:-cut].decode(codec), name
            except UnicodeDecodeError:
                continue
    for codec, name in (("utf-8", "UTF-8"), ("gb18030", "GB18030")):
        text = data.decode(codec, "replace")
        if text.count("\ufffd") <= max(1, len(text) // 1000):
            return text, name
    raise _not_text()


def _not_text() -> InputRefused:
    return InputRefused(
        "无法识别文件内容：不是表格，也不是可读的文本。",
        next="请确认选对了文件；如果是表格，请用 Excel 或 WPS 打开后另存为 .xlsx 再导入。",
        code="not-a-table",
    )


def separator(text: str) -> str:
    """The separator that gives the most even columns."""
    head = text[:200_000]
    lines = [line for line in head.splitlines() if line.strip()][:200]
    best, best_score = ",", -1.0
    for sign in ("\t", ",", ";", "|", "，"):
        try:
            counts = [len(row) for row in csv.reader(lines, delimiter=sign)]
        except csv.Error:
            continue
        wide = [n for n in counts if n > 1]
        if not wide:
            continue
        usual = max(set(wide), key=wide.count)
        score = wide.count(usual) / len(counts) * min(usual, 30)
        if score > best_score:
            best, best_score = sign, score
    return best


def read(data: bytes) -> tuple[Grid, str]:
    """The one grid of a text file (sheet name "") and its encoding. Rows are numbered by line."""
    if len(data) > MAX_TEXT:
        raise InputRefused("文本文件过大。", next="请拆成几个文件后分别导入。", code="too-large")
    text, encoding = decode(data)
    if re.search(r"[\x00-\x08\x0e-\x1a\x1c-\x1f]{3}", text[:4096]):
        raise _not_text()
    named = re.match(r"sep=(.)\r?\n", text)
    sign = named[1] if named else separator(text)
    grid = Grid("", typed=False)
    csv.field_size_limit(1 << 20)
    odd = _unclosed(text, sign)
    if odd:
        shown = "、".join(map(str, odd[:10]))
        grid.notes.append(f"第 {shown} 行的引号不成对，按没有引号读取，否则下面各行会并成一格。请核对。")
        text = _without_quotes(text, odd)
    try:
        for number, row in enumerate(csv.reader(io.StringIO(text, newline=""), delimiter=sign), 1):
            if number == 1 and named:
                continue
            line: list[Raw] = [_value(v) for v in row[:1024]]
            while line and line[-1] is None:
                line.pop()
            if line:
                grid.rows[number] = line
            if number > 1_048_576:
                raise InputRefused(
                    "文本文件过大：超过 1,048,576 行。", next="请拆成几个文件后分别导入。", code="too-large"
                )
    except csv.Error as e:
        if "field larger" in str(e):
            raise InputRefused(
                "文本文件里有一格超过 100 万字，不是表格。",
                next="请用 Excel 或 WPS 打开核对后另存为 .xlsx 再导入。",
                code="too-large",
            ) from e
        raise InputRefused(
            "文本表格的引号不成对，无法分列。",
            next="请用 Excel 或 WPS 打开核对后另存为 .xlsx 再导入。",
            code="damaged",
        ) from e
    return grid, encoding


def _unclosed(text: str, sign: str) -> list[int]:
    """Lines that open a quote which never closes where a field ends, so that it would swallow rows."""
    if '"' not in text or len(text) > MAX_LOOK:
        return []
    opens = re.compile(rf'(?:^|{re.escape(sign)})"').search
    closes = re.compile(rf'[^"]*(?:""[^"]*)*"(?={re.escape(sign)}|$)').match
    odd: list[int] = []
    opened = 0
    for number, line in enumerate(text.splitlines(), 1):
        if line.count('"') % 2 == 0:
            continue
        if opened:
            if not closes(line):
                odd.append(opened)
                opened = number if opens(line) else 0
            else:
                opened = 0
        elif opens(line):
            opened = number
    return [*odd, opened] if opened else odd


def _without_quotes(text: str, numbers: Sequence[int]) -> str:
    """The text with the quotes of some lines taken out."""
    lines = text.splitlines(keepends=True)
    for number in numbers:
        lines[number - 1] = lines[number - 1].replace('"', "")
    return "".join(lines)


def _value(text: str) -> Raw:
    """A field as text; ="00123" is how programs protect codes from Excel."""
    if text.startswith('="') and text.endswith('"') and len(text) > 3:
        text = text[2:-1].replace('""', '"')
    if text.startswith("#") and _ERROR.fullmatch(text.strip()):
        return Cell("e", text.strip())
    return text if text.strip() else None
