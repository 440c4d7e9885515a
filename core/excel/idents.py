"""Identifiers: codes as people see them, and codes that Excel has ruined."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from core.excel.formats import describe, number_text, render
from core.excel.grid import Raw, cell_of, text_of
from core.excel.readings import EMPTY, Reader, Reading, is_placeholder, without_value
from core.excel.words import half
from core.standard import types
from core.standard.identifiers import CHECK_REASONS, CHECKS
from core.standard.model import Field

_SCIENTIFIC = re.compile(r"^\d(?:\.\d+)?E\+\d{1,3}$|^\d\.\d+E\d{1,3}$", re.IGNORECASE)
_DECIMAL = re.compile(r"\d+\.0+")
"""100012.0: a number that a program wrote as text."""
_BROKEN_LINE = re.compile(r"\w\s*\n\s*\w")
_NUMBERED = re.compile(r"\d|[〇零一二三四五六七八九十]号")
_ANSWER = re.compile(r"(?:有|是|已办|已取得|已领|持有)")
"""有（渝…号）: an answer before the number."""
_PAPERS = re.compile(r"号[、，,;；/\s和及]*(?=[^号]{4,}号)")
"""Where one certificate number ends and another begins."""
_LETTER = re.compile(r"[^\W\d_]")
_LOST = "原来的代码已被 Excel 改坏、无法还原。请对照证照或原始台账重新填写"


def reader(field: Field, column: Sequence[Raw]) -> Reader:
    """Read codes and certificate numbers; the column's other cells tell how long they should be."""
    width = _padded_width(column)

    def number(value: int | float, code: str) -> Reading:
        shown = describe(code, value) if code else None
        if (
            shown is not None
            and shown.kind == "number"
            and not shown.general
            and (shown.digits > 1 or shown.prefix.strip())
        ) and abs(value) < 1e15:
            return text(render(value, code))
        if abs(value) >= 1e15:
            return Reading(
                None,
                "digits-lost",
                f"这一格在 Excel 里显示为 {_as_excel(value)}：长数字只存得下前 15 位，后面的已丢失，{_LOST}。",
            )
        plain = number_text(value)
        if "." in plain:
            return Reading(
                plain,
                "number-code",
                f"{field.label}存成了小数 {plain}，末尾的 0 可能已丢失。请核对后改正或确认。",
            )
        if width and len(plain) < width:
            return Reading(
                None,
                "zeros-lost",
                f"{field.label}存成了数字 {plain}，同列其他代码为 {width} 位，前面的 0 可能已丢失"
                f"（或为 {plain.rjust(width, '0')}）。请核对后填写。",
            )
        return text(plain)

    plain_id = field.type == "id" and not field.check and field.max >= 15

    def text(given: str) -> Reading:
        if (
            plain_id
            and len(given) < 15
            and given.isascii()
            and given.isalnum()
            and not _SCIENTIFIC.match(given)
        ):
            return Reading(given.upper())
        try:
            value = types.parse(given, field)
        except ValueError as e:
            return Reading(half(given), "invalid", f"{e}。请核对后填写。")
        if value is None:
            return EMPTY
        t = str(value)
        if field.type == "id" and _DECIMAL.fullmatch(t):
            return Reading(
                t.split(".")[0],
                "number-code",
                f"“{t}”像是数字变成的文字，按“{t.split('.')[0]}”读取；前面的 0 可能已丢失。请核对后改正或确认。",
            )
        if _SCIENTIFIC.match(t):
            return Reading(None, "scientific", f"“{given.strip()}”是科学计数法，{_LOST}。")
        if len(t) >= 16 and t.isdigit() and set(t[15:]) == {"0"} and not _passes(field, t):
            return Reading(None, "digits-lost", f"“{t}”第 15 位以后全是 0，{_LOST}。")
        if not _passes(field, t):
            return Reading(
                value, "check-failed", f"“{t}”：{CHECK_REASONS[field.check]}。请对照证照核对，改正或确认。"
            )
        if field.type == "cert" and not _NUMBERED.search(t):
            return Reading(
                None, "not-a-paper", f"“{t[:40]}”里没有{field.label}，未填。请填写证号；没有证的确认即可。"
            )
        if field.type == "cert" and _ANSWER.match(t):
            return Reading(value, "words", f"“{t[:40]}”除证号外还有文字。请核对后改正或确认。")
        if field.type == "cert" and (more := len(_PAPERS.findall(t))):
            return Reading(
                value,
                "several-papers",
                f"一格里像是有 {more + 1} 个{field.label}，都留在这里。请逐个登记后确认。",
            )
        return Reading(value)

    def read(raw: Raw) -> Reading:
        if type(raw) is str:
            if is_placeholder(raw):
                return EMPTY
            reading = text(_unquoted(raw))
            if plain_id and not reading.code and _BROKEN_LINE.search(raw):
                return Reading(
                    reading.value,
                    "two-lines",
                    f"{field.label}分成了几行，连起来按“{reading.value}”读取。如是几个编号，请分别登记。",
                )
            return reading
        if nothing := without_value(raw, field.label):
            return nothing
        cell = cell_of(raw)
        if cell.kind == "n":
            return number(cell.value, cell.format)
        if cell.kind == "b":
            return Reading(None, "not-a-code", f"“{text_of(raw)}”不是{field.label}。请核对后填写。")
        return Reading(None, "date-for-code", f"这一格被 Excel 变成了日期 {text_of(raw)}，{_LOST}。")

    return read


def _as_excel(value: int | float) -> str:
    """1.11507E+17: a long number as Excel shows it, with six digits."""
    digits, exponent = f"{value:.5E}".split("E")
    return f"{digits.rstrip('0').rstrip('.')}E{exponent}"


def _unquoted(text: str) -> str:
    """="00123" and 00123 in quotes: ways to protect a code from Excel."""
    t = text.strip("\t \u3000\xa0")
    if not t.startswith(("=", '"')):
        return t
    m = re.fullmatch(r'=\s*"(.*)"', t) or re.fullmatch(r'"(.*)"', t)
    return m[1] if m else t


def _passes(field: Field, value: str) -> bool:
    check = CHECKS.get(field.check)
    return check is None or check(value)


def _padded_width(column: Sequence[Raw]) -> int:
    """The one width of codes with leading zeros in this column; 0 when there is none."""
    widths: Counter[int] = Counter()
    zeros = 0
    for raw in column:
        if isinstance(raw, str):
            if _LETTER.search(raw):
                continue
            t = half(raw)
        elif isinstance(raw, tuple) and cell_of(raw).kind == "n":
            cell = cell_of(raw)
            t = render(cell.value, cell.format) if describe(cell.format).digits > 1 else ""
        else:
            continue
        if t.isdigit():
            widths[len(t)] += 1
            zeros += t.startswith("0")
    if not zeros:
        return 0
    width, count = widths.most_common(1)[0]
    return width if count >= 2 and count >= sum(widths.values()) * 0.6 else 0
