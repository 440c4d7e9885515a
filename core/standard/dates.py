"""Dates as precise as they are known: 2023, 2023-05, 2023-05-01; and periods."""

from __future__ import annotations

import calendar
import re
import unicodedata
from datetime import date
from functools import lru_cache

_CHINESE = {c: str(i) for i, c in enumerate("〇一二三四五六七八九")} | {"零": "0", "○": "0", "O": "0"}
_YMD = re.compile(
    r"^(\d{4})\s*(?:年|[-/.\\])\s*(?:(\d{1,2})\s*(?:月份|月|[-/.\\])?\s*(?:(\d{1,2})\s*[日号]?)?)?"
    r"(?:[T\s]+\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?)?$"
)
_PERIOD = re.compile(r"^(\d{4})(?:Q([1-4])|M(0[1-9]|1[0-2])|H([12]))?$")


def _chinese_digits(text: str) -> str:
    """二〇二三年五月一日 → 2023年5月1日; leaves other text alone."""

    def number(m: re.Match[str]) -> str:
        t = m[0]
        if "十" not in t:
            return "".join(_CHINESE[c] for c in t)
        tens, _, ones = t.partition("十")
        return str((int(_CHINESE[tens]) if tens else 1) * 10 + (int(_CHINESE[ones]) if ones else 0))

    return re.sub(r"[〇零○一二三四五六七八九十]+", number, text)


def parse_date(text: str) -> str:
    """Read a written date; raise ValueError with a Chinese reason when it is none.

    Understands 2024-3-1, 2024/3/1, 2024.3.1, 20240301, 202403, 2024年3月, 2024, 二〇二四年三月.
    """
    t = unicodedata.normalize("NFKC", text).strip()
    if re.search(r"[〇零一二三四五六七八九]{4}年", t):
        t = _chinese_digits(t)
    if m := re.fullmatch(r"(\d{4})(\d{2})(\d{2})?", t):
        year, month, day = m[1], m[2], m[3]
    elif m := re.fullmatch(r"(\d{4})年?", t):
        year, month, day = m[1], None, None
    elif m := _YMD.match(t):
        year, month, day = m[1], m[2], m[3]
    else:
        raise ValueError(f"“{text}”不是日期，请写成 2024-03-01、2024-03 或 2024")
    return make_date(int(year), int(month) if month else None, int(day) if day else None, text)


def make_date(year: int, month: int | None, day: int | None, text: str = "") -> str:
    """Join checked parts into the stored form."""
    shown = text or f"{year}-{month}-{day}"
    if not 1800 <= year <= 2200:
        raise ValueError(f"“{shown}”的年份不合理")
    if month is None:
        return f"{year:04d}"
    if not 1 <= month <= 12:
        raise ValueError(f"“{shown}”的月份不存在")
    if day is None:
        return f"{year:04d}-{month:02d}"
    if not 1 <= day <= calendar.monthrange(year, month)[1]:
        raise ValueError(f"“{shown}”这一天不存在")
    return f"{year:04d}-{month:02d}-{day:02d}"


def parse_period(text: str) -> str:
    """Normalise a period: 2026, 2026Q3, 2026M09; also 2026年第三季度, 2026年9月."""
    t = unicodedata.normalize("NFKC", text).strip().upper().replace(" ", "")
    if m := re.fullmatch(r"(\d{4})年?(?:第?([1-4一二三四])季度?)", t):
        t = f"{m[1]}Q{'一二三四'.index(m[2]) + 1 if m[2] in '一二三四' else m[2]}"
    elif m := re.fullmatch(r"(\d{4})[年-]M?(\d{1,2})月?", t):
        t = f"{m[1]}M{int(m[2]):02d}"
    elif m := re.fullmatch(r"(\d{4})年(?:度)?", t):
        t = m[1]
    if not _PERIOD.match(t):
        raise ValueError(f"“{text}”不是期间，请写成 2026Q3（季）、2026M09（月）或 2026（年）")
    return t


@lru_cache(maxsize=256)
def period_bounds(period: str) -> tuple[str, str]:
    """First and last day of a period."""
    m = _PERIOD.match(period)
    if not m:
        raise ValueError(f"“{period}”不是期间")
    year = int(m[1])
    first, last = 1, 12
    if m[2]:
        first, last = int(m[2]) * 3 - 2, int(m[2]) * 3
    elif m[3]:
        first = last = int(m[3])
    elif m[4]:
        first, last = int(m[4]) * 6 - 5, int(m[4]) * 6
    end = calendar.monthrange(year, last)[1]
    return f"{year:04d}-{first:02d}-01", f"{year:04d}-{last:02d}-{end:02d}"


def period_name(period: str) -> str:
    """2026Q3 → 2026年第三季度."""
    m = _PERIOD.match(period)
    if not m:
        return period
    if m[2]:
        return f"{m[1]}年第{'一二三四'[int(m[2]) - 1]}季度"
    if m[3]:
        return f"{m[1]}年{int(m[3])}月"
    if m[4]:
        return f"{m[1]}年{'上' if m[4] == '1' else '下'}半年"
    return f"{m[1]}年度"


def period_of(day: date, kind: str = "Q") -> str:
    """The quarter (Q), month (M) or year (Y) that a day lies in."""
    if kind == "M":
        return f"{day.year}M{day.month:02d}"
    if kind == "Y":
        return str(day.year)
    return f"{day.year}Q{(day.month + 2) // 3}"


def to_cn(value: str) -> str:
    """2026-11-24 → 2026年11月24日, as written in letters."""
    if not value:
        return ""
    parts = value.split("-")
    return "".join(f"{int(p)}{u}" for p, u in zip(parts, "年月日", strict=False))
