"""Amounts and areas: text with separators, signs and units ↔ whole 分 and whole 0.01 ㎡."""

from __future__ import annotations

import re
import unicodedata
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

MONEY_UNITS: dict[str, Fraction] = {
    "分": Fraction(1),
    "元": Fraction(100),
    "千元": Fraction(100_000),
    "万元": Fraction(1_000_000),
    "百万元": Fraction(100_000_000),
    "千万元": Fraction(1_000_000_000),
    "亿元": Fraction(10_000_000_000),
}
"""Display unit → 分."""

AREA_UNITS: dict[str, Fraction] = {
    "㎡": Fraction(100),
    "亩": Fraction(200_000, 3),
    "公顷": Fraction(1_000_000),
    "万㎡": Fraction(1_000_000),
    "平方公里": Fraction(100_000_000),
}
"""Display unit → 0.01 ㎡; 1 亩 = 2000/3 ㎡ (domain.md §3.0)."""

_UNIT_WORDS = {
    "人民币元": "元",
    "元整": "元",
    "块": "元",
    "万": "万元",
    "亿": "亿元",
    "千": "千元",
    "百万": "百万元",
    "千万": "千万元",
    "m2": "㎡",
    "m²": "㎡",
    "平方米": "㎡",
    "平米": "㎡",
    "平方": "㎡",
    "平": "㎡",
    "平方m": "㎡",
    "亩地": "亩",
    "市亩": "亩",
    "ha": "公顷",
    "hm2": "公顷",
    "万平方米": "万㎡",
    "万m2": "万㎡",
    "万平米": "万㎡",
    "万平方": "万㎡",
    "km2": "平方公里",
    "平方千米": "平方公里",
}
_NUMBER = re.compile(r"^([+-]?)(\d{1,3}(?:,\d{3})+|\d+)?(\.\d+)?(?:e([+-]?\d{1,2}))?(.*)$", re.IGNORECASE)


def unit_named(text: str) -> str:
    """The display unit that a word such as 平方米, m2 or 万 stands for; "" when it is none."""
    word = unicodedata.normalize("NFKC", text).strip(" ()（）").lower()
    if word in MONEY_UNITS or word in ("亩", "公顷", "平方公里", "m2"):
        return "㎡" if word == "m2" else word
    if word == "万m2":
        return "万㎡"
    return _UNIT_WORDS.get(word, "")


def read_number(text: str) -> tuple[Fraction, str]:
    """Split a written number into its value and the unit word behind it.

    Full-width digits, thousands separators, ¥, blanks and accounting brackets are understood;
    anything else raises ValueError with a Chinese reason.
    """
    t = unicodedata.normalize("NFKC", text).replace("，", ",").strip()
    t = re.sub(r"[\s\u200b\ufeff¥￥]", "", t).replace("−", "-").replace("–", "-")
    t = re.sub(r"^(人民币|rmb|cny)", "", t, flags=re.IGNORECASE)
    negative = bool(re.fullmatch(r"\(.+\)", t)) and any(c.isdigit() for c in t)
    if negative:
        t = t[1:-1]
    m = _NUMBER.match(t)
    if not m or not (m[2] or m[3]):
        raise ValueError(f"“{text}”不是数字")
    value = Fraction((m[2] or "0").replace(",", "") + (m[3] or ""))
    if m[4]:
        value *= Fraction(10) ** int(m[4])
    if m[1] == "-" or negative:
        value = -value
    return value, m[5]


def to_whole(value: Fraction, *, exact: bool, what: str) -> int:
    """Round half up to a whole 分 or 0.01 ㎡; with `exact` refuse what would be lost."""
    if value.denominator == 1:
        return int(value)
    if exact:
        raise ValueError(f"{what}最多保留两位小数")
    sign = -1 if value < 0 else 1
    return sign * int(abs(value) + Fraction(1, 2))


def parse_quantity(text: str, unit: str, units: dict[str, Fraction], *, exact: bool = False) -> int:
    """A written amount or area in `unit` (or in the unit written behind it) → whole 分 / 0.01 ㎡."""
    number, word = read_number(text)
    if word:
        named = unit_named(word)
        if named not in units:
            raise ValueError(f"“{text}”里的“{word}”不是可以换算的单位")
        unit = named
    # 亩 never come out whole; only decimal units can demand exactness.
    decimal_unit = units[unit].denominator == 1
    return to_whole(
        number * units[unit], exact=exact and decimal_unit, what="金额" if "元" in units else "面积"
    )


def format_scaled(value: int, places: int, *, grouped: bool = False) -> str:
    """A whole number of 10^-places as text: (123456, 2) → 1234.56, or 1,234.56 when grouped."""
    sign, digits = ("-", -value) if value < 0 else ("", value)
    whole, rest = divmod(digits, 10**places)
    head = f"{whole:,}" if grouped else str(whole)
    return f"{sign}{head}.{rest:0{places}d}" if places else f"{sign}{head}"


def in_unit(value: int, unit: str, units: dict[str, Fraction]) -> Decimal:
    """Whole 分 / 0.01 ㎡ as an exact decimal in `unit` (亩: rounded half up to 4 places)."""
    ratio = Fraction(value) / units[unit]
    if units[unit].denominator == 1:
        return Decimal(value) / Decimal(int(units[unit]))
    return (Decimal(ratio.numerator) / Decimal(ratio.denominator)).quantize(Decimal("0.0001"), ROUND_HALF_UP)


def half_up(value: Fraction, places: int) -> Decimal:
    """Round an exact fraction half away from zero to `places` decimals, once."""
    scaled = value * 10**places
    whole = int(abs(scaled) + Fraction(1, 2))
    return (Decimal(-whole) if scaled < 0 else Decimal(whole)).scaleb(-places)
