"""What a cell says, and the cells that say nothing: 无, —, 同上, errors, formulas never calculated."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import NamedTuple

from core.excel.grid import Raw, cell_of
from core.excel.words import half
from core.standard.types import Value


class Reading(NamedTuple):
    """What a cell says: the stored value, and why it is doubtful (code and Chinese text; "" when it is not).

    A ruined value is None with a doubt; one that is merely odd is kept with a doubt.
    """

    value: Value
    code: str = ""
    text: str = ""


Reader = Callable[[Raw], Reading]
Told = dict[int, tuple[str, str]]
"""index → (code, text) of the doubtful cells of a column."""
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
