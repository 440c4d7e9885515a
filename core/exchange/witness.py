"""What the values of a foreign column say: whether a field can hold them, and what they can hardly fail to be."""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence

from core.excel import cells, readings
from core.excel.grid import Raw, text_of
from core.excel.words import half
from core.standard.model import Field
from core.standard.numbers import unit_named

_ID_CARD = re.compile(r"^[1-9]\d{5}(?:18|19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}[\dXx]$")
_MOBILE = re.compile(r"^1[3-9]\d{9}$")
_ID_WORDS = ("身份证", "证件号码", "公民身份")
_COUNTERS = frozenset("台辆套张件个把部处宗间幢栋座户批副只条块组项根支本册棵株头份门架艘枚盏面口亩")


def witness(field_: Field, values: Sequence[Raw]) -> float:
    """The share of a column's values that the field can hold; 1 when there are none."""
    filled = [v for v in values if v is not None and not readings.is_placeholder(text_of(v))]
    if not filled:
        return 1.0
    filled = filled[:80]
    if field_.type == "text":
        return _text_witness(filled)
    if field_.type == "ref":
        return 1.0 if any(not numeric(v) for v in filled) else 0.2
    if field_.type in ("id", "cert"):
        long = sum(1 for v in filled if len(text_of(v)) > 60 or (isinstance(v, float) and not v.is_integer()))
        return 1.0 - long / len(filled)
    read = cells.reader(field_, "", filled)
    good = 0.0
    for v in filled:
        reading = read(v)
        if reading.value is not None:
            good += 0.6 if reading.code in ("free-wording", "words", "serial", "rough-date") else 1.0
        elif reading.code in ("pending", "excel-error", "uncalculated", "january-or-october"):
            good += 0.8
    return good / len(filled)


def _text_witness(filled: Sequence[Raw]) -> float:
    return 1.0 - 0.4 * sum(1 for v in filled if numeric(v)) / len(filled)


def numeric(raw: Raw) -> bool:
    """A number, stored or written in bare figures."""
    return (
        isinstance(raw, int | float) or re.fullmatch(r"[-+]?[\d,]+(\.\d+)?", half(text_of(raw))) is not None
    )


def speaks(f: Field, filled: Sequence[Raw], *, alone: bool = False) -> bool:
    """Values that can hardly be anything else: long code names, checked codes."""
    read = cells.reader(f, "", filled)
    if f.codes is not None:
        named = [
            v
            for v in filled
            if (r := read(v)).value is not None and not r.code and len(half(text_of(v))) >= 4
        ]
        return len(named) >= len(filled) * 0.8 and (alone or len({text_of(v) for v in named}) >= 2)
    if f.check:
        return sum(1 for v in filled if (r := read(v)).value is not None and not r.code) >= len(filled) * 0.8
    return False


def counts_up(values: Sequence[Raw]) -> bool:
    """1, 2, 3 … (beginning again at 1 where a new part begins)."""
    numbers = [int(t) for v in values if (t := half(text_of(v))).isdigit() and len(t) <= 5]
    if len(numbers) < 2 or len(numbers) < len(values) * 0.8:
        return numbers == [1] and len(values) == 1
    head = numbers[:40]
    return head[0] == 1 and all(b in (a + 1, 1) for a, b in itertools.pairwise(head))


def is_unit_column(values: Sequence[Raw]) -> bool:
    """A column of nothing but units: 亩, ㎡, 万元 beside the number."""
    filled = [half(text_of(v)).strip("()（）") for v in values if v is not None]
    return len(filled) >= 2 and all(unit_named(t) for t in filled)


def are_counters(values: Sequence[Raw]) -> bool:
    """台, 辆, 平方米: words that things are counted or measured in."""
    filled = [half(text_of(v)).strip("()") for v in values if v is not None]
    filled = [t for t in filled if not readings.is_placeholder(t)]
    return bool(filled) and all(t in _COUNTERS or unit_named(t) for t in filled)


def looks_private(levels: Sequence[str], values: Sequence[Raw]) -> bool:
    """Identity-card numbers, by header or by their shape."""
    if any(w in half(levels[-1]) for w in _ID_WORDS):
        return True
    filled = [half(text_of(v)) for v in values if v is not None][:80]
    return bool(filled) and sum(1 for t in filled if _ID_CARD.match(t)) >= len(filled) * 0.5


def private_extra(levels: Sequence[str], values: Sequence[Raw]) -> bool:
    """An unmapped column of mobile numbers: nobody asked for it, so it stays out."""
    filled = [half(text_of(v)) for v in values if v is not None][:80]
    return bool(filled) and sum(1 for t in filled if _MOBILE.match(t)) >= len(filled) * 0.5
