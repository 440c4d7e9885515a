"""Words on foreign sheets brought to one shape: headers without blanks, units and numbering."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from core.standard.numbers import unit_named
from core.standard.widths import half_width

_BLANKS = re.compile(r"[\s\u200b-\u200f\u2060\ufeff\u00ad_]")
_BRACKET = re.compile(r"[(\[{【〔<《「]([^()\[\]{}【】〔〕<>《》「」]*)[)\]}】〕>》」]")
_NUMBERING = re.compile(
    r"^(?:[(（]?\d{1,2}[)）]|\d{1,2}[.、．](?!\d)|[①-⑳]|[(（]?[一二三四五六七八九十]{1,3}[)）]?[、.．])"
)
_MARKS = re.compile(r"[*※★☆▲△●◆:：;；,，.。、!！?？'\"“”‘’%‰]+$|^[*※★☆▲△●◆]+")
_UNIT_TAIL = re.compile(
    r"(?:[/／,，、:：-]|单位[:：]?)?"
    r"(人民币元|人民币|百万元|千万元|十万元|万元|千元|百元|亿元|元|万平方米|万平米|万m2|万㎡|平方米|平米|平方千米|平方公里|[kh]?m2|㎡|亩|公顷|平方)$"
)
_SHORT_UNIT = re.compile(r"[/／:：¥￥-]([万亿])$")
"""净值/万"""
_TRANSLATION = re.compile(r"(?<=[\u4e00-\u9fff])[/|]?[a-z][a-z.]+$")
"""资产名称 Name: the same in English behind the Chinese."""
_NOTE_UNIT = re.compile(
    r"人民币|万平方米|万平米|万m2|万㎡|平方千米|平方公里|[kh]m2|百万元|千万元|十万元|万元|千元|百元|亿元|元|平方米|平米|㎡|m2|公顷|亩|公里"
)


_VARIANTS = str.maketrans({"帐": "账"})
"""Ways of writing that mean the same in headers."""


def half(text: str) -> str:
    """Half-width, without blanks and invisible marks."""
    if text.isalnum() and unicodedata.is_normalized("NFKC", text):
        return text
    return _BLANKS.sub("", half_width(text))


@lru_cache(maxsize=65536)
def bare(text: str) -> str:
    """A header for comparing: no brackets and what is in them, no numbering, no unit, lower case."""
    t = half(text).lower().translate(_VARIANTS).replace("座落", "坐落")
    previous = None
    while previous != t:
        previous = t
        t = _BRACKET.sub("", t)
    t = _MARKS.sub("", _NUMBERING.sub("", t))
    shorter = _SHORT_UNIT.sub("", _UNIT_TAIL.sub("", t))
    shorter = _TRANSLATION.sub("", shorter) if shorter[:2] != "是否" else shorter
    return shorter if len(shorter) >= 2 else t


@lru_cache(maxsize=65536)
def full(text: str) -> str:
    """A header for comparing with the words inside brackets kept, unless they are a unit or a remark."""
    t = half(text).lower().translate(_VARIANTS).replace("座落", "坐落")
    t = _BRACKET.sub(lambda m: "" if units_in(m[1]) or m[1] in ("必填", "选填", "必填项") else m[1], t)
    t = _MARKS.sub("", _NUMBERING.sub("", t))
    shorter = _UNIT_TAIL.sub("", t)
    return shorter if len(shorter) >= 2 else t


@lru_cache(maxsize=65536)
def units_in(text: str) -> tuple[str, ...]:
    """Units written in a header or a note, as display units: 单位：万元、平方米 → (万元, ㎡)."""
    t = re.sub(r"人民币[:：]?(?=[万千百亿]*元)", "", half(text).lower())
    found = []
    for m in _NOTE_UNIT.finditer(t):
        word = "元" if m[0] == "人民币" else m[0]
        name = unit_named(word)
        if name and name not in found:
            found.append(name)
    return tuple(found)


@lru_cache(maxsize=65536)
def header_units(text: str) -> tuple[str, ...]:
    """Units that a column header states: in brackets, behind a stroke, or as its tail."""
    t = half(text).lower()
    found: list[str] = []
    for inside in _BRACKET.findall(t):
        found += [u for u in units_in(inside) or _short(inside) if u not in found]
    if not found:
        for part in re.split(r"单位[:：]", t)[1:]:
            found += units_in(part)
        m = _UNIT_TAIL.search(t)
        if not found and m and m.start() >= 2:
            name = unit_named(m[1]) or ("元" if "人民币" in m[1] else "")
            found += [name] if name else []
        if not found and (short := _SHORT_UNIT.search(t)):
            found += _short(short[1])
    return tuple(found)


def _short(text: str) -> tuple[str, ...]:
    """万 · 亿 as the unit of an amount."""
    return (unit_named(text),) if text in ("万", "亿") else ()


def is_unit_note(text: str) -> bool:
    """单位：万元 · 金额单位:元 · 计量单位：万元、平方米 · （万元） — not 填报单位：…"""
    t = half(text).lower()
    if not units_in(t):
        return False
    m = re.search(r"(?:金额|面积|计量|货币|数量)?单位[:：]?(.{1,20})$", t)
    if m and not re.search(r"(填报|编制|报送|产权|使用|主管|责任)单位", t[: m.start(1)]):
        return True
    stripped = re.sub(r"[()（）、,，;；/:：和及]|单位|金额|面积|均|为|以|计|币种|人民币", "", t)
    return (bool(stripped) and unit_named(stripped) != "") or _NOTE_UNIT.sub("", stripped) == ""
