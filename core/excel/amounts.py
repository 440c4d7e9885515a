"""Amounts, areas and plain numbers as people write them in cells."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from fractions import Fraction

from core.excel.counts import NUM, several, two_numbers, unreadable
from core.excel.formats import describe, number_text
from core.excel.grid import Raw, cell_of, text_of
from core.excel.readings import EMPTY, Reader, Reading, Told, is_placeholder, without_value
from core.excel.words import half, units_in
from core.standard.model import Field
from core.standard.numbers import AREA_UNITS, MONEY_UNITS, to_whole, unit_named
from core.standard.types import Value

UNITS = {"money": MONEY_UNITS, "area": AREA_UNITS}
BASE = {"money": "元", "area": "㎡"}

_APPROX = re.compile(
    r"^(?:大约|约为|约合|约|近|将近|暂估|暂定|估计|预估|预计|评估约|估|大概|≈|~|>=|<=|[>≥＞<≤＜]|超过|不足|不到|至少|最多|初步)+"
    r"|(?:左右|上下|以上|以下|以内|余|多|许|不等|暂估|估算|暂定|预估|估)+$"
)
_FILLER = re.compile(
    r"^(?:折合|合|共计|合计|总计|共|计|总|总额|金额|面积|人民币|rmb|cny|¥)+[:：]?|(?:整|正)$",
    re.IGNORECASE,
)
_PENDING = re.compile(
    r"待|未评|未测|未入账|未核|未定|正在|评估中|办理中|测绘中|面议|若干|另行|见附|详见|参见|账外|丢失|遗失|无账|无价|无原值|无法|暂缺|缺失|不可考|零星"
)
_UNIT_WORD = (
    r"亿元|百万元|千万元|万元|千元|元|亿|千万|百万|万(?!平|㎡|m)|千(?!米)|块"
    r"|万平方米|万㎡|万m2|万平米|万平方|平方公里|平方千米|km2|平方米|平米|平方|平(?![方米])|㎡|m2|公顷|hm2|ha|市亩|亩"
)
_PRICE = re.compile(
    r"(?:元|万|亿|块|\d)(?:/|每)(?:㎡|m2|平|亩|个?月|天|日|季|间|套|台|人|宗|栋|幢|层|辆|处)|每(?:平|亩|个?月|天|日|季|间|套|台|人)"
)
"""元/㎡ · 元/月: a price, not an amount."""
_PIECE = re.compile(rf"({NUM})(?:余|多)?({_UNIT_WORD})?", re.IGNORECASE)
_FIGURES = re.compile(r"-?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?").fullmatch
"""Bare figures as a text: most cells of a text file."""
_EXACT = re.compile(rf"^([+-]?)({NUM})(?:e([+-]?\d{{1,2}}))?({_UNIT_WORD})?$", re.IGNORECASE)
_COMPOUND = re.compile(r"^(?:(\d+(?:\.\d+)?)亿元?)?(?:(\d+(?:\.\d+)?)万元?)?(?:(\d+(?:\.\d+)?)元?)?$")
_MU = re.compile(
    r"^(?:(\d+(?:\.\d+)?)公顷)?(?:(\d+(?:\.\d+)?)亩)?(?:(\d+(?:\.\d+)?)分)?(?:(\d+(?:\.\d+)?)厘)?$"
)
_REMARK = re.compile(r"^(.*?\S)[(\[【]([^()\[\]【】]*)[)\]】](.*)$")
_CN_DIGITS = {c: i for i, c in enumerate("零一二三四五六七八九")} | {
    c: i for i, c in enumerate("〇壹贰叁肆伍陆柒捌玖")
}
_CN_DIGITS |= {"两": 2, "貮": 2, "叄": 3, "陸": 6}
_CN_UNITS = {"十": 10, "拾": 10, "百": 100, "佰": 100, "千": 1000, "仟": 1000}
_OLD_SIGNS = str.maketrans("萬億圆", "万亿元")
_CN = re.compile(r"^[零〇一二三四五六七八九十百千万亿壹贰貮叁叄肆伍陆陸柒捌玖拾佰仟萬億两点元圆角分整正]+$")


def reader(field: Field, unit: str, column: Sequence[Raw]) -> Reader:
    """Read amounts (分) or areas (0.01 ㎡). `unit` is what header or note say; "" when nobody says."""
    units = UNITS[field.type]
    base = BASE[field.type]
    given = unit if unit in units else ""
    words = {raw for raw in column if type(raw) is str}
    with_unit = any(units_in(raw) for raw in words if not _FIGURES(raw))
    mixed = (
        not given
        and with_unit
        and (any(_bare(raw) for raw in words) or any(type(raw) in (int, float) for raw in column))
    )
    factor = units[given or base]
    quick = float(factor)
    low = int(Fraction(field.min) * 100) if field.min else None
    top = int(Fraction(field.most) * 100) if field.most else None

    def bounded(value: int, code: str = "", text: str = "") -> Reading:
        if low is None and value < 0:
            return Reading(value, "negative", f"{field.label}是负数。请核对是否为笔误，改正或确认。")
        if low is not None and value < low:
            return Reading(
                value, "negative", f"{field.label}小于 {field.min}，请核对是否为负数或笔误，改正或确认。"
            )
        if top is not None and value > top:
            return Reading(
                value, "too-big", f"{field.label}大于 {field.most}，请核对单位和小数点，改正或确认。"
            )
        if abs(value) >= 2**62:
            return Reading(None, "too-big", f"{field.label}的数值大得不合理，请核对后填写。")
        return Reading(value, code, text)

    def plain(number: int | float) -> Reading:
        if not -1e16 < number < 1e16:
            return Reading(None, "too-big", f"{field.label}的数值大得不合理，请核对后填写。")
        # Multiply as floats, and only where the result is not close to a whole number, exactly.
        y = number * quick
        n = round(y)
        if not (abs(y - n) < 0.001 and abs(n) < 10**13):
            n = to_whole(Fraction(number_text(number)) * factor, exact=False, what=field.label)
        if mixed:
            return bounded(
                n, "no-unit", f"同列其他格写了单位，这一格没有，按“{given or base}”读取。请核对单位。"
            )
        return bounded(n)

    def formatted(raw: Raw) -> Reading:
        cell = cell_of(raw)
        if cell.kind == "b":
            return unreadable(field, text_of(raw))
        if cell.kind in ("d", "t"):
            return Reading(
                None, "date-for-number", f"这一格是日期“{text_of(raw)}”，不是{field.label}。请对照原件填写。"
            )
        shown = describe(cell.format, cell.value)
        number = Fraction(number_text(cell.value))
        named = next((u for u in units_in(shown.prefix + shown.suffix) if u in units), "")
        if not named and shown.suffix.strip():
            named = unit_named(shown.suffix) if unit_named(shown.suffix) in units else ""
        if shown.percent:
            return unreadable(field, text_of(raw))
        if named:
            return bounded(to_whole(number * shown.scale * units[named], exact=False, what=field.label))
        if shown.scale != 1:
            if given and units[given] == units[base] / shown.scale:
                return bounded(to_whole(number * units[base], exact=False, what=field.label))
            value = to_whole(number * units[given or base], exact=False, what=field.label)
            return bounded(
                value,
                "scaled-format",
                f"这一格存的是 {number_text(cell.value)}，显示的是 {text_of(raw)}，单位不明；"
                f"按存的数和“{given or base}”读取。请核对单位。",
            )
        return plain(cell.value)

    def read(raw: Raw) -> Reading:
        if isinstance(raw, int | float) and not isinstance(raw, bool):
            return plain(raw)
        if nothing := without_value(raw, field.label):
            return nothing
        if not isinstance(raw, str):
            return formatted(raw)
        if len(raw) <= 15 and _FIGURES(raw):
            # At most 15 digits: a float tells them all.
            return plain(float(raw.replace(",", "")))
        reading = read_words(raw, field, given, mixed)
        if reading.value is None or reading.code:
            return reading
        return bounded(int(reading.value))

    def column_of_numbers(raws: Sequence[Raw]) -> tuple[list[Value], Told]:
        """A column of bare numbers: one multiplication each, and the careful way for what is not plain."""
        values: list[Value] = []
        told: Told = {}
        least = 0 if low is None else max(0, low)
        most = 10**13 if top is None else min(10**13, top)
        keep = values.append
        for i, raw in enumerate(raws):
            if raw is None:
                keep(None)
                continue
            y = raw * quick  # type: ignore[operator]
            n = round(y) if y == y and -1e13 < y < 1e13 else -1
            if least <= n <= most and -0.001 < y - n < 0.001:
                keep(n)
                continue
            reading = plain(raw)  # type: ignore[arg-type]
            keep(reading.value)
            if reading.code:
                told[i] = (reading.code, reading.text)
        return values, told

    reading = _quick(plain, read)
    if not mixed:
        reading.quick = column_of_numbers  # type: ignore[attr-defined]
    return reading


def _quick(plain: Callable[[int | float], Reading], read: Callable[[Raw], Reading]) -> Reader:
    def reading(raw: Raw) -> Reading:
        kind = type(raw)
        if kind is float or kind is int:
            return plain(raw)  # type: ignore[arg-type]
        return EMPTY if raw is None else read(raw)

    return reading


def _bare(text: str) -> bool:
    return re.fullmatch(rf"[+-]?(?:{NUM})", half(text)) is not None


def read_words(text: str, field: Field, unit: str, mixed: bool = False) -> Reading:
    """An amount or area in words and figures."""
    units = UNITS[field.type]
    base = BASE[field.type]
    if two_numbers(text):
        return several(text.strip()[:40])
    t = half(text).replace("，", ",").replace("−", "-").replace("–", "-").replace("￥", "¥").lower()
    t = t.translate(_OLD_SIGNS)
    t = t.lstrip("'‘’`").replace("。", ".") if re.fullmatch(r"['‘’`]?\d+。\d+", t) else t.lstrip("'‘’`")
    if is_placeholder(t):
        return EMPTY
    if re.fullmatch(r"#(div/0!|n/a|value!|ref!|name\?|num!|null!)", t):
        return Reading(
            None,
            "excel-error",
            f"单元格是错误值 {text.strip()}，没有读到{field.label}。请在原表改正公式，或直接填写。",
        )
    if t.startswith("="):
        return Reading(None, "uncalculated", f"“{text[:40]}”是公式的字面，不是数。请填写{field.label}。")
    negative = False
    if (m := re.fullmatch(r"\((¥?[\d,.]+)\)|[△▲Δδ](¥?[\d,.]+)", t)) is not None:
        t, negative = m[1] or m[2], True
    approx = False
    remark = ""
    while (m := _REMARK.match(t)) is not None:
        inner = m[2]
        if units_in(inner) and not re.search(r"\d", inner) and len(inner) <= 4:
            t = m[1] + (inner if not units_in(m[1]) else "") + m[3]
            continue
        remark = (remark + "；" + inner).strip("；")
        t = m[1] + m[3]
    before = t
    previous = None
    while previous != t:
        previous = t
        if _APPROX.search(t):
            t, approx = _APPROX.sub("", t), True
        t = _FILLER.sub("", t) or t
    value = _exact(t, units, unit or base)
    if value is None:
        value = _compound(t, field.type, units)
    if value is None and _CN.match(t):
        value = _chinese(t, units, unit or base)
    if value is not None:
        value = -value if negative else value
        n = to_whole(value, exact=False, what=field.label)
        if approx or re.search(r"约|估|左右|待", remark):
            return Reading(n, "approximate", f"“{text.strip()[:40]}”是约数。请核对准确数后填写或确认。")
        if remark and not _agrees(remark, value, units):
            return Reading(
                n, "remark", f"“{text.strip()[:40]}”除数字外还有说明，按括号外的数读取。请核对后确认。"
            )
        if negative:
            return Reading(n, "negative", f"“{text.strip()[:40]}”按会计写法读作负数。请核对后改正或确认。")
        if mixed and not units_in(t):
            return Reading(
                n, "no-unit", f"同列其他格写了单位，这一格没有，按“{unit or base}”读取。请核对单位。"
            )
        return Reading(n)
    return _from_sentence(text, before, field, unit)


def _agrees(remark: str, value: Fraction, units: dict[str, Fraction]) -> bool:
    """41612.92平方米（合62.42亩）: the remark repeats the value in another unit."""
    pieces = [(n, u) for n, u in _PIECE.findall(remark) if unit_named(u) in units]
    if len(pieces) != 1:
        return False
    other = Fraction(pieces[0][0].replace(",", "")) * units[unit_named(pieces[0][1])]
    return abs(other - value) <= abs(value) / 100


def _exact(t: str, units: dict[str, Fraction], unit: str) -> Fraction | None:
    m = _EXACT.match(t)
    if not m:
        return None
    named = unit_named(m[4]) if m[4] else unit
    if named not in units:
        return None
    number = Fraction(m[2].replace(",", ""))
    if m[3]:
        number *= Fraction(10) ** int(m[3])
    return (-number if m[1] == "-" else number) * units[named]


def _compound(t: str, kind: str, units: dict[str, Fraction]) -> Fraction | None:
    """1亿2000万 · 3亩5分2厘."""
    if kind == "money" and (m := _COMPOUND.match(t)) and sum(g is not None for g in m.groups()) >= 2:
        parts = [(m[1], "亿元"), (m[2], "万元"), (m[3], "元")]
        return sum((Fraction(n) * units[u] for n, u in parts if n), Fraction(0))
    if (
        kind == "area"
        and (m := _MU.match(t))
        and sum(g is not None for g in m.groups()) >= 1
        and ("亩" in t or "公顷" in t)
    ):
        mu = units["亩"]
        total = Fraction(m[1] or 0) * units["公顷"] + Fraction(m[2] or 0) * mu
        return total + Fraction(m[3] or 0) * mu / 10 + Fraction(m[4] or 0) * mu / 100
    return None


def _chinese(t: str, units: dict[str, Fraction], unit: str) -> Fraction | None:
    """壹佰贰拾万元整 · 三百五十万: figures in words."""
    if "元" not in units:
        return None
    m = re.fullmatch(r"([^元圆角分整正]+)(元|圆)?(?:(.)角)?(?:(.)分)?[整正]?", t)
    if not m or not any(c in _CN_UNITS or c in "万亿萬億" or m[2] for c in m[1]):
        return None
    total = section = digit = 0
    for c in m[1].replace("萬", "万").replace("億", "亿"):
        if c in _CN_DIGITS:
            digit = _CN_DIGITS[c]
        elif c in _CN_UNITS:
            section += (digit or 1) * _CN_UNITS[c]
            digit = 0
        elif c in "万亿":
            total = (total + section + digit) * (10_000 if c == "万" else 100_000_000)
            section = digit = 0
        else:
            return None
    if not any(c in _CN_DIGITS or c in _CN_UNITS for c in m[1]):
        return None
    value = Fraction(total + section + digit)
    cents = Fraction(_CN_DIGITS.get(m[3] or "零", 0), 10) + Fraction(_CN_DIGITS.get(m[4] or "零", 0), 100)
    scale = units["元"] if m[2] or any(c in "万亿萬億" for c in m[1]) else units[unit]
    return value * scale + cents * units["元"]


def _from_sentence(text: str, t: str, field: Field, unit: str) -> Reading:
    """No plain amount: take the one number of a sentence with a doubt, refuse ranges and pairs."""
    units = UNITS[field.type]
    base = BASE[field.type]
    shown = text.strip()[:40]
    if _PRICE.search(t):
        return Reading(None, "price", f"“{shown}”是单价或每期的数，不是{field.label}。请对照原件填写总数。")
    if re.fullmatch(rf"(?:{NUM})(?:{_UNIT_WORD})?(?:-|~|至|—|到)(?:{NUM})(?:{_UNIT_WORD})?", t):
        return Reading(None, "range", f"“{shown}”是一个范围，不能当作{field.label}。请填写一个确定的数。")
    parts = t.split("+")
    if len(parts) > 1:
        tail = next((unit_named(m[2]) for m in [_PIECE.search(parts[-1])] if m and m[2]), "")
        added = [_exact(p, units, tail if tail in units else unit or base) for p in parts]
        summands = [v for v in added if v is not None]
        if len(summands) == len(added):
            total = to_whole(sum(summands, Fraction(0)), exact=False, what=field.label)
            return Reading(total, "sum", f"“{shown}”是几个数相加，按合计读取。请核对后确认。")
    pieces = _PIECE.findall(t)
    known = [(n, unit_named(u)) for n, u in pieces if unit_named(u) in units]
    if re.search(r"[*×x]", t) and len(pieces) > 1:
        return unreadable(field, shown)
    if len(known) == 1:
        value = Fraction(known[0][0].replace(",", "")) * units[known[0][1]]
        return Reading(
            to_whole(value, exact=False, what=field.label),
            "words",
            f"“{shown}”里夹有文字，按其中的 {known[0][0]}{known[0][1]} 读取。请核对后确认。",
        )
    if len(known) > 1:
        values = [Fraction(n.replace(",", "")) * units[u] for n, u in known]
        if max(values) - min(values) <= max(values) / 100:
            return Reading(to_whole(values[0], exact=False, what=field.label))
        return several(shown)
    if _PENDING.search(t) and not pieces:
        return Reading(
            None, "pending", f"“{shown}”说明还没有{field.label}，未填。有了数再填写，确无的请写明。"
        )
    if re.fullmatch(r"[\d,]*\d[\d,]*\.?\d*", t):
        # Commas behind the point (1.234,56) are another country's: no number is guessed from them.
        point = "." if re.fullmatch(r"\d+,\d{1,2}", t) else ""
        value = Fraction(t.replace(",", point)) * units[unit or base]
        return Reading(
            to_whole(value, exact=False, what=field.label),
            "separators",
            f"“{shown}”的分隔符不规则。请核对后确认。",
        )
    if (
        len(pieces) == 1
        and not pieces[0][1]
        and not re.search(r"[a-z]", t)
        and not re.search(r"\d[^\d,.]*\d", t)
    ):
        value = Fraction(pieces[0][0].replace(",", "")) * units[unit or base]
        code = "pending" if _PENDING.search(t) else "words"
        return Reading(
            to_whole(value, exact=False, what=field.label),
            code,
            f"“{shown}”里夹有文字，按 {pieces[0][0]}{unit or base} 读取。请核对后确认。",
        )
    return unreadable(field, shown)
