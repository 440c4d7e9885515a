"""Plain numbers as people write them in cells: counts, ratios, years, coordinates."""

from __future__ import annotations

import re
from fractions import Fraction

from core.excel.formats import describe, number_text
from core.excel.grid import Raw, cell_of, text_of
from core.excel.readings import EMPTY, Reader, Reading, is_placeholder, without_value
from core.excel.words import half
from core.standard.model import Field
from core.standard.numbers import to_whole

NUM = r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?|\.\d+"
"""A number with or without separators."""
_BLANK_INSIDE = re.compile(r"\d\s+\d")
_GROUPED = re.compile(r"\D*\d{1,3}(?: \d{3})+(?:\.\d+)?\D*")
_SPACES = re.compile(r"[\u00a0\u2000-\u200a\u202f\u3000]")
"""Blanks of other widths, which web pages and programs put between thousands."""
_MONTHS = {"年": 12, "月": 1}
"""A unit of time that counts are kept in → its months."""
_LASTING = re.compile(r"(?:(\d+(?:\.\d+)?)年)?(?:(\d+(?:\.\d+)?)个?月)?")


def two_numbers(text: str) -> bool:
    """Numbers with nothing but blanks or a line break between them; 12 345 678 is one."""
    if not _BLANK_INSIDE.search(text):
        return False
    return _GROUPED.fullmatch(_SPACES.sub(" ", text.strip())) is None


def several(shown: str) -> Reading:
    """Which of some numbers is meant, nobody says."""
    return Reading(None, "several", f"“{shown}”里有几个数，不知取哪一个。请填写一个确定的数。")


def unreadable(field: Field, text: str) -> Reading:
    """No number of any kind can be read."""
    return Reading(None, "not-a-number", f"“{text[:40]}”读不出{field.label}。请对照原件填写数字。")


def _number(text: str) -> tuple[Fraction, str] | None:
    t = half(text).lstrip("'‘’`").replace("，", ",").replace("−", "-")
    m = re.fullmatch(rf"([+-]?)({NUM})(?:e([+-]?\d{{1,2}}))?(.*)", t, re.IGNORECASE)
    if not m:
        return None
    value = Fraction(m[2].replace(",", "")) * (Fraction(10) ** int(m[3]) if m[3] else 1)
    return (-value if m[1] == "-" else value), m[4]


_DEGREES = re.compile(
    r"^(?:东经|北纬|经度|纬度|[en])?[:：]?(\d{1,3}(?:\.\d+)?)(?:[°度](?:(\d{1,2}(?:\.\d+)?)[′'’分](?!['′]))?(?:(\d{1,2}(?:\.\d+)?)(?:[″\"”秒]|′′|''))?)?[en]?$",
    re.IGNORECASE,
)


def _degrees(text: str) -> str:
    """东经106°39′00″ · E106.65°: degrees with six decimals; "" when it is nothing like it."""
    m = _DEGREES.match(text)
    if m is None:
        return ""
    whole, minutes, seconds = (Fraction(g or 0) for g in m.groups())
    return f"{float(whole + minutes / 60 + seconds / 3600):.6f}"


def decimal_reader(field: Field, unit: str) -> Reader:
    """Ratios, counts with decimals, coordinates: ×10^scale."""
    power = 10**field.scale

    def finish(number: Fraction, code: str = "", text: str = "") -> Reading:
        value = to_whole(number * power, exact=False, what=field.label)
        if (field.min and number < Fraction(field.min)) or (field.most and number > Fraction(field.most)):
            return Reading(
                value,
                "out-of-range",
                f"{field.label}超出 {field.min or '…'}～{field.most or '…'}，请核对后改正或确认。",
            )
        return Reading(value, code, text)

    def share(number: Fraction) -> Reading:
        if field.unit != "%" or not 0 < number < 1:
            return finish(number)
        shown = f"{float(number):g}"
        return finish(
            number,
            "share",
            f"“{shown}”按 {shown}% 读取；如是小数写的比例，应为 {float(number * 100):g}%。请核对。",
        )

    def read(raw: Raw) -> Reading:
        if nothing := without_value(raw, field.label):
            return nothing
        if isinstance(raw, int | float) and not isinstance(raw, bool):
            return share(Fraction(number_text(raw)))
        if isinstance(raw, tuple):
            cell = cell_of(raw)
            if cell.kind != "n":
                return unreadable(field, text_of(raw))
            percent = describe(cell.format, cell.value).percent
            number = Fraction(number_text(cell.value))
            return finish(number * 100) if percent and field.unit == "%" else share(number)
        text = str(raw)
        if is_placeholder(text):
            return EMPTY
        if two_numbers(text):
            return several(text.strip()[:40])
        if field.unit == "度":
            text = _degrees(half(text)) or text
        found = _number(text)
        if found is None:
            return unreadable(field, text)
        number, word = found
        if word == "":
            return share(number)
        if word == field.unit:
            return finish(number)
        if word == "%":
            return finish(number if field.unit == "%" else number / 100)
        if len(word) <= 2:
            return finish(number, "words", f"“{text.strip()[:40]}”按 {found[0]} 读取。请核对后确认。")
        return unreadable(field, text)

    return read


def time_unit(header: str) -> str:
    """使用年限（月） · 已用月数: the unit of time that a header states; "" when it states none."""
    t = half(header)
    m = re.search(r"[(\[](?:单位[:：]?)?(?:以|按)?个?([年月])数?计?[)\]]$", t) or re.search(r"([年月])数$", t)
    return m[1] if m else ""


def integer_reader(field: Field, unit: str = "") -> Reader:
    """Whole numbers; years may come as dates. `unit` is the unit of time that the header states."""
    own = _MONTHS.get(field.unit, 0)
    stated = _MONTHS.get(unit, own)

    def lasting(text: str) -> Fraction | None:
        """12年6个月 in the field's own unit of time; None when it is nothing like it."""
        m = _LASTING.fullmatch(half(text)) if own else None
        if m is None or not (m[1] or m[2]):
            return None
        return (Fraction(m[1] or 0) * 12 + Fraction(m[2] or 0)) / own

    def counted(number: Fraction, shown: str) -> Reading:
        """A bare number, in the unit of the header."""
        if stated == own:
            return finish(number, shown)
        value = number * stated / own
        if value.denominator != 1:
            return Reading(
                None,
                "not-whole",
                f"“{shown}{unit}”换算成{field.unit}不是整数。请核对{field.label}后填写。",
            )
        return finish(value, shown)

    def finish(number: Fraction, shown: str, code: str = "", text: str = "") -> Reading:
        if number.denominator != 1:
            return Reading(None, "not-whole", f"“{shown}”不是整数。请核对{field.label}后填写。")
        if (field.min and number < Fraction(field.min)) or (field.most and number > Fraction(field.most)):
            return Reading(
                int(number),
                "out-of-range",
                f"{field.label}超出 {field.min or '…'}～{field.most or '…'}，请核对后改正或确认。",
            )
        return Reading(int(number), code, text)

    def read(raw: Raw) -> Reading:
        if nothing := without_value(raw, field.label):
            return nothing
        if isinstance(raw, int | float) and not isinstance(raw, bool):
            return counted(Fraction(number_text(raw)), number_text(raw))
        if isinstance(raw, tuple):
            cell = cell_of(raw)
            if cell.kind == "d":
                year = str(cell.value)[:4]
                return finish(
                    Fraction(int(year)),
                    year,
                    "words",
                    f"这一格是日期 {cell.value}，按年份 {year} 读取。请核对后确认。",
                )
            if cell.kind == "n":
                return counted(Fraction(number_text(cell.value)), text_of(raw))
            return unreadable(field, text_of(raw))
        text = str(raw)
        if is_placeholder(text):
            return EMPTY
        if two_numbers(text):
            return several(text.strip()[:40])
        if (long := lasting(text)) is not None:
            return finish(long, text)
        found = _number(text)
        if found is None:
            m = re.search(r"\d+", half(text))
            if m and len(re.findall(r"\d+", half(text))) == 1:
                return finish(
                    Fraction(m[0]),
                    text,
                    "words",
                    f"“{text.strip()[:40]}”里夹有文字，按 {m[0]} 读取。请核对后确认。",
                )
            return unreadable(field, text)
        number, word = found
        if word == "":
            return counted(number, text)
        if word in (field.unit, "年", "年份") or (len(word) == 1 and word not in "万千百亿%‰"):
            return finish(number, text)
        if re.search(r"\d", word):
            return unreadable(field, text)
        return finish(
            number, text, "words", f"“{text.strip()[:40]}”里夹有文字，按 {number} 读取。请核对后确认。"
        )

    return read
