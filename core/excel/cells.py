"""Raw cell → stored value by field type, with a doubt wherever the reading is not certain."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import NamedTuple
from unicodedata import is_normalized

from core.excel.grid import Cell, Raw, cell_of, text_of
from core.excel.words import half
from core.standard.model import Field
from core.standard.types import Value, clean_text


class Reading(NamedTuple):
    """What a cell says: the stored value, and why it is doubtful (code and Chinese text; "" when it is not).

    A ruined value is None with a doubt; one that is merely odd is kept with a doubt.
    """

    value: Value
    code: str = ""
    text: str = ""


Reader = Callable[[Raw], Reading]
EMPTY = Reading(None)

PLACEHOLDERS = frozenset(
    [
        "-",
        "--",
        "---",
        "—",
        "——",
        "———",
        "–",
        "―",
        "━",
        "─",
        "_",
        "__",
        "/",
        "//",
        "\\",
        "、",
        "。",
        ".",
        "..",
        "…",
        "……",
        "*",
        "**",
        "无",
        "暂无",
        "没有",
        "n/a",
        "na",
        "n.a.",
        "nil",
        "null",
        "none",
        "#n/a",
        "不详",
        "不明",
        "未知",
        "不清楚",
        "空",
        "空白",
        "空缺",
        "略",
        "不适用",
        "不涉及",
        "无此项",
        "无数据",
        "暂无数据",
        "未填",
        "未填写",
        "未登记",
        "（空）",
        "(空)",
        "〃?",
        "??",
        "?",
        "？",
    ]
)
_DITTO = frozenset(
    half(sign)
    for sign in (
        "同上",
        "〃",
        "″",
        "′′",
        '"',
        "''",
        "”",
        "“",
        "‘‘",
        "’’",
        "``",
        "〝",
        "〞",
        "同左",
        "同前",
        "上同",
        "同上行",
        "同上一行",
        "（同上）",
        "々",
    )
)


_DASHES = frozenset("-—–―━─_/\\.。…*")
_LONGEST = max(len(p) for p in PLACEHOLDERS if p.isalnum())


def is_placeholder(text: str) -> bool:
    """无 · — · / · 暂无 · N/A · 不详: somebody said that there is nothing."""
    if len(text) > _LONGEST and text.isalnum():
        return False
    if len(text) > 12 and text[0] not in _DASHES and not text.isspace():
        return False
    t = half(text).lower()
    return t == "" or t in PLACEHOLDERS or re.fullmatch(r"[-—–―━─_/\\.。…*:=]+", t) is not None


def has_ditto(raws: Sequence[Raw]) -> bool:
    """Whether some cell of a column says 同上; long columns are asked for the plain signs only."""
    if len(raws) > 5000:
        return not _DITTO.isdisjoint(raws)
    return any(is_ditto(raw) for raw in raws)


def is_ditto(raw: Raw) -> bool:
    """同上 and its signs: the value stands one row above."""
    return isinstance(raw, str) and len(raw) < 8 and half(raw) in _DITTO


def without_value(raw: Raw, what: str) -> Reading | None:
    """The reading of a cell that holds no value at all: blank, an error, a formula never calculated."""
    if raw is None:
        return EMPTY
    if not isinstance(raw, tuple):
        return None
    cell = cell_of(raw)
    if cell.kind == "e":
        return Reading(
            None,
            "excel-error",
            f"单元格是错误值 {cell.value}，没有读到{what}。请在原表改正公式，或直接填写。",
        )
    if cell.kind == "u":
        return Reading(
            None,
            "uncalculated",
            f"单元格是公式“={str(cell.value)[:40]}”，文件里没有计算结果。请用 Excel 或 WPS 打开原表保存一次再导入，或直接填写。",
        )
    return None


def reader(field: Field, unit: str, column: Sequence[Raw]) -> Reader:
    """The reader of one column: by the field's type, the column's unit and all of its cells."""
    from core.excel import amounts, choices, counts, days, idents

    makers: dict[str, Callable[[], Reader]] = {
        "text": lambda: _text_reader(field),
        "id": lambda: idents.reader(field, column),
        "cert": lambda: idents.reader(field, column),
        "money": lambda: amounts.reader(field, unit, column),
        "area": lambda: amounts.reader(field, unit, column),
        "decimal": lambda: counts.decimal_reader(field, unit),
        "integer": lambda: counts.integer_reader(field, unit),
        "date": lambda: days.reader(field, column),
        "period": lambda: days.period_reader(field),
        "bool": lambda: choices.bool_reader(field),
        "code": lambda: choices.reader(field),
        "codes": lambda: choices.reader(field),
        "ref": lambda: _text_reader(field),
    }
    return makers[field.type]()


Told = dict[int, tuple[str, str]]
"""index → (code, text) of the doubtful cells of a column."""


def read_column(read: Reader, raws: Sequence[Raw]) -> tuple[list[Value], Told]:
    """Read a whole column: each different cell once, numbers by the reader's own quick loop."""
    quick = getattr(read, "quick", None)
    kinds = set(map(type, raws))
    if quick is not None and kinds <= {int, float, type(None)}:
        return quick(raws)  # type: ignore[no-any-return]
    # True equals 1, so truth values carry their type.
    keys: Sequence[object] = (
        [(bool, raw) if raw is True or raw is False else raw for raw in raws] if bool in kinds else raws
    )
    known: dict[object, Value] = {}
    doubtful: dict[object, tuple[str, str]] = {}
    for key, raw in dict(zip(keys, raws, strict=True)).items():
        reading = read(raw)
        if type(raw) is str and "\ufffd" in raw:
            reading = _garbled(raw, reading)
        known[key] = reading.value
        if reading.code:
            doubtful[key] = (reading.code, reading.text)
    values = list(map(known.__getitem__, keys))
    return values, {i: doubtful[key] for i, key in enumerate(keys) if key in doubtful} if doubtful else {}


def _garbled(raw: str, reading: Reading) -> Reading:
    """Characters that the file's encoding could not give stay visible, and are told."""
    if reading.code:
        return reading
    text = f"“{raw.strip()[:40]}”里有无法识别的字（乱码）。请对照原件改正。"
    return Reading(reading.value, "garbled", text)


def _text_reader(field: Field) -> Reader:
    def read(raw: Raw) -> Reading:
        if nothing := without_value(raw, field.label):
            return nothing
        if type(raw) is str and raw.isprintable() and raw.isascii() is False and raw.strip(" \u3000") == raw:
            text = raw if is_normalized("NFC", raw) else clean_text(raw)
        else:
            text = clean_text(shown_text(raw))
        if is_placeholder(text):
            return EMPTY
        if len(text) > 1 and text[0] in "'‘’" and text.count(text[0]) == 1:
            text = text[1:]
        if len(text) > field.max:
            return Reading(
                text, "too-long", f"{field.label}有 {len(text)} 字，超过 {field.max} 字。请精简后填写。"
            )
        return Reading(text)

    return read


def shown_text(raw: Raw) -> str:
    """A cell as its reader sees it: dates in their own precision, numbers in their format."""
    if isinstance(raw, tuple):
        cell: Cell = cell_of(raw)
        if cell.kind == "d":
            from core.excel.days import shown_day

            return shown_day(cell)
    return text_of(raw)
