"""Dates in every spelling: real dates, serial numbers, 2013.9, 二〇二三年五月, 98年5月."""

from __future__ import annotations

import re
from collections.abc import Sequence

from core.excel.formats import describe, number_text, render
from core.excel.grid import Cell, Raw, cell_of, text_of
from core.excel.readings import EMPTY, Reader, Reading, is_placeholder, without_value
from core.excel.stored import from_serial
from core.excel.words import half
from core.standard import dates
from core.standard.model import Field

OLDEST = 1930
"""Six digits below 1930·· may be 19·03·05 as well as 1903·05."""
_CN_DIGITS = "〇一二三四五六七八九"
_CN_DAY = re.compile(r"(?:[二三]?十[一二三四五六七八九]?|[一二三四五六七八九])(?=[月日号])")
_MONTHS = {
    m: i
    for i, m in enumerate(
        ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"], 1
    )
}
_ZERO_DAYS = frozenset(("1899-12-30", "1899-12-31", "1900-01-01"))
"""What programs write for a day that is not known."""
_ROUGH = re.compile(
    r"^(?:约|大约|约为|大概|估计|自|从|于|建于|始于)+|(?:左右|前后|底|末|初|中旬|上旬|下旬|上半年|下半年|年初|年底|年末|以前|之前|以来|起|前|后|春|夏|秋|冬|许|至今|开始|竣工|建成|购入|购置|投用)+$"
)


def reader(field: Field, column: Sequence[Raw]) -> Reader:
    """Read dates; the whole column decides what 2010.1 means."""
    october = _october(column)

    def number(value: int | float, code: str = "") -> Reading:
        shown = describe(code, value) if code else None
        if shown is not None and shown.places == 2 and shown.kind == "number" and 1800 <= value < 2200:
            return _dotted(render(value, code), field, certain=True)
        plain = number_text(value)
        if isinstance(value, float) and not value.is_integer():
            if 1800 <= value < 2200:
                return _dotted(plain, field, certain=False, october=october)
            if 10_000 < value < 80_000:
                return _serial(int(value), field)
            return _not_a_date(plain, field)
        whole = int(value)
        if 180_001 <= whole < OLDEST * 100:
            return _not_a_date(plain, field)
        if 1800 <= whole <= 2200 or 180_001 <= whole <= 220_012 or 18_000_101 <= whole <= 22_001_231:
            try:
                return Reading(dates.parse_date(plain))
            except ValueError:
                return _not_a_date(plain, field)
        if 3_000 < whole < 80_000:
            return _serial(whole, field)
        return _not_a_date(plain, field)

    def read(raw: Raw) -> Reading:
        if nothing := without_value(raw, field.label):
            return nothing
        if isinstance(raw, bool):
            return _not_a_date(text_of(raw), field)
        if isinstance(raw, int | float):
            return number(raw)
        if isinstance(raw, tuple):
            cell = cell_of(raw)
            if cell.kind == "n":
                return number(cell.value, cell.format)
            if cell.kind == "d":
                return _real(cell, field)
            return _not_a_date(text_of(raw), field)
        return _words(text_of(raw), field)

    return read


def shown_day(cell: Cell) -> str:
    """A real date as precise as its format shows it; a day that says something is kept."""
    day = str(cell.value)
    if cell.format and day.endswith("-01"):
        kind = describe(cell.format).kind
        if kind == "month":
            return day[:7]
        if kind == "year" and day.endswith("-01-01"):
            return day[:4]
    return day


def _real(cell: Cell, field: Field) -> Reading:
    day = shown_day(cell)
    year = int(day[:4])
    if year <= 1905:
        # A number such as 2013 or 98 under a date format comes out near 1905 or 1900.
        return Reading(
            None, "odd-date", f"{field.label}读作 {day}，多半是数字被设成了日期格式。请对照原件填写。"
        )
    return Reading(day)


def _october(column: Sequence[Raw]) -> bool:
    """Whether 2010.1 can only be October here: January to September are written with two digits."""
    two = one = 0
    for raw in set(column):
        text = number_text(raw) if isinstance(raw, float) else half(raw) if isinstance(raw, str) else ""
        m = re.fullmatch(r"(?:18|19|20|21)\d\d\.(\d{1,2})", text)
        if m:
            two += len(m[1]) == 2 and m[1][0] == "0"
            one += len(m[1]) == 1 and m[1] != "1"
    return two > 0 and one == 0


def _dotted(text: str, field: Field, *, certain: bool, october: bool = False) -> Reading:
    """2013.9 · 2013.09 · 1991.11, stored as a number."""
    year, _, month = text.partition(".")
    if not month or int(month) == 0:
        return Reading(year)
    if not certain and month == "1":
        if october:
            return Reading(f"{year}-10")
        return Reading(
            None,
            "january-or-october",
            f"“{text}”存成了数字，分不清是 {year} 年 1 月还是 10 月。请填写 {year}-01 或 {year}-10。",
        )
    try:
        return Reading(dates.make_date(int(year), int(month), None, text))
    except ValueError:
        return _not_a_date(text, field)


def _serial(number: int, field: Field) -> Reading:
    day = from_serial(number, False)
    return Reading(
        day, "serial", f"单元格是数字 {number}，按 Excel 日期序列号读作 {day}。请核对后确认或改正。"
    )


def _not_a_date(text: str, field: Field) -> Reading:
    return Reading(
        None, "not-a-date", f"“{text[:40]}”读不出{field.label}。请填写成 2024-03-01、2024-03 或 2024。"
    )


def _words(text: str, field: Field) -> Reading:
    if is_placeholder(text):
        return EMPTY
    t = half(text).lstrip("'‘’`").rstrip("。.,，;；")
    # Blanks matter between date and time only.
    timed = re.match(r"^(\d{4}[-/.年]\d{1,2}[-/.月]\d{1,2}日?)\s*[T ]?\s*\d{1,2}:\d{2}", half_spaced(text))
    if timed:
        t = half(timed[1])
    if m := re.fullmatch(r"(\d{4})([-/.])(\d{1,2})(?!\2)[-/.~至]\d{1,2}", t):
        # 2024-03/04: two signs, so perhaps March to April, perhaps the fourth of March.
        day = _make(m[1], m[3], None)
        return _rough(text, day) if day else _not_a_date(text.strip(), field)
    if re.fullmatch(r"\d{6}", t) and int(t) < OLDEST * 100:
        return _not_a_date(text.strip(), field)
    try:
        day = dates.parse_date(t)
    except ValueError:
        day = ""
    if day:
        return _dated(day, field)
    if re.fullmatch(r"\d{5}(?:\.\d+)?", t):
        return _serial(int(float(t)), field)
    found = _spelled(t)
    if found:
        return _dated(found, field)
    doubtful = _doubtful(t)
    return _rough(text, doubtful) if doubtful else _not_a_date(text.strip(), field)


def _rough(text: str, day: str) -> Reading:
    return Reading(day, "rough-date", f"“{text.strip()[:40]}”按 {day} 读取。请核对后确认或改正。")


def _dated(day: str, field: Field) -> Reading:
    if day in _ZERO_DAYS:
        return Reading(
            None, "odd-date", f"{field.label}写的是 {day}，是空日期被写成的样子，未填。请对照原件填写。"
        )
    if 1800 <= int(day[:4]) <= 2200:
        return Reading(day)
    return Reading(day, "odd-date", f"{field.label}读作 {day}，年份不合理。请对照原件改正或确认。")


def half_spaced(text: str) -> str:
    """Half-width with its blanks."""
    import unicodedata

    return unicodedata.normalize("NFKC", text).strip()


def _make(year: str, month: str | None, day: str | None) -> str:
    try:
        return dates.make_date(int(year), int(month) if month else None, int(day) if day else None)
    except ValueError:
        return ""


def _spelled(t: str) -> str:
    """Further certain spellings."""
    t = _CN_DAY.sub(lambda m: str(_cn_number(m[0])), t.replace("，", ","))
    if m := re.fullmatch(r"(\d{4})[、,](\d{1,2})(?:[、,](\d{1,2}))?日?", t):
        return _make(m[1], m[2], m[3])
    if m := re.fullmatch(r"(\d{4})[-/.年](\d{1,2})[-/.月]?份?(?:(\d{1,2})[日号]?)?", t):
        return _make(m[1], m[2], m[3])
    if m := re.fullmatch(r"(\d{4})年度?", t):
        return m[1]
    if m := re.fullmatch(r"([a-z]{3})[a-z]*[-/.,]?(\d{4})", t.lower()):
        return _make(m[2], str(_MONTHS.get(m[1], 0)), None) if m[1] in _MONTHS else ""
    if m := re.fullmatch(r"(\d{1,2})[-/.]?([a-z]{3})[a-z]*[-/.,]?(\d{4})", t.lower()):
        return _make(m[3], str(_MONTHS.get(m[2], 0)), m[1]) if m[2] in _MONTHS else ""
    if m := re.fullmatch(r"(\d{1,2})[-/](\d{4})", t):
        return _make(m[2], m[1], None)
    return ""


def _cn_number(text: str) -> int:
    """三 · 十二 · 二十一"""
    tens, ten, ones = text.rpartition("十")
    return (_CN_DIGITS.index(tens) if tens else 1) * 10 * bool(ten) + (_CN_DIGITS.index(ones) if ones else 0)


def _century(two: str) -> str:
    return ("19" if int(two) >= 40 else "20") + two


def _doubtful(t: str) -> str:
    """Readings that a person should look at: rough words, two-digit years, the first of several."""
    plain = t
    previous = None
    while previous != plain:
        previous = plain
        plain = _ROUGH.sub("", plain)
    plain = re.sub(r"[(（].*[)）]$", "", plain)
    if plain != t:
        try:
            return dates.parse_date(plain)
        except ValueError:
            if found := _spelled(plain):
                return found
    if m := re.fullmatch(r"'?(\d{2})年(?:(\d{1,2})月?(?:份|(\d{1,2})[日号]?)?)?", plain):
        return _make(_century(m[1]), m[2], m[3])
    if m := re.fullmatch(r"(\d{2})[-/.](\d{1,2})[-/.](\d{1,2})", plain):
        return _make(_century(m[1]), m[2], m[3])
    if m := re.fullmatch(r"([a-z]{3})[a-z]*[-/.,]?(\d{2})", plain.lower()):
        return _make(_century(m[2]), str(_MONTHS[m[1]]), None) if m[1] in _MONTHS else ""
    if m := re.fullmatch(r"(\d{1,2})/(\d{1,2})/(\d{4})", plain):
        first, second = int(m[1]), int(m[2])
        return _make(m[3], m[2], m[1]) if first > 12 else _make(m[3], m[1], m[2]) if second > 12 else m[3]
    if m := re.match(r"^(?:上世纪)?(\d0)年代", plain):
        return ""
    whole = re.findall(r"(\d{4})[-/.年](\d{1,2})(?!\d)(?:[-/.月](\d{1,2})(?!\d))?", t)
    if len(whole) == 1:
        return _make(*whole[0])
    if not whole:
        years = re.findall(r"(?<!\d)((?:18|19|20)\d{2})(?!\d)", t)
        if len(set(years)) == 1 and len(t) <= 12:
            return str(years[0])
    return ""


def period_reader(field: Field) -> Reader:
    """Reporting periods: 2026Q3, 2026年第三季度, 2026-09."""

    def read(raw: Raw) -> Reading:
        if nothing := without_value(raw, field.label):
            return nothing
        text = shown_day(cell_of(raw)) if isinstance(raw, tuple) else text_of(raw)
        if is_placeholder(text):
            return EMPTY
        try:
            return Reading(dates.parse_period(text))
        except ValueError as e:
            return Reading(None, "not-a-period", f"{e}。")

    return read
