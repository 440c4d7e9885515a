"""One column of a foreign table and the field, or the fields, that it is."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from core.excel import readings
from core.excel.grid import Raw, text_of
from core.excel.words import half
from core.exchange.vocabulary import SURE, Vocabulary
from core.standard.model import TableDef

OWN_NAMES = frozenset(("错误说明",))
"""Headers of columns that this program has written into a clerk's file."""
UID_NAMES = frozenset(("uid", "记录标识"))
"""Headers of the column in which this program's own sheets carry the identity of a record."""


@dataclass(slots=True)
class Mapped:
    """One column of a table: where it goes, how sure that is, in which unit."""

    column: int
    header: tuple[str, ...]
    code: str = ""
    score: float = 0.0
    fit: float = 1.0
    unit: str = ""
    unit_from: str = ""
    tick: str = ""
    """The code that a mark in this column stands for (matrix of ticks)."""
    role: str = ""
    """"" · serial · private · duplicate"""
    others: tuple[str, ...] = ()
    """Further fields it could be, best first."""
    parts: tuple[Mapped, ...] = ()
    """For a column that holds several fields (建筑面积／土地面积, 经纬度): one for each, `code` is the first."""
    asked: bool = False
    """A likeness, not a name: told as a question."""

    @property
    def title(self) -> str:
        return "／".join(self.header)


_APART = re.compile(r"\s*[/／\n;；|]\s*|\s*[，,、](?!\d{3}(?:[,，/]|\.\d{1,2}(?!\d)|$))\s*|(?<=[″\"秒])\s+")
"""Between two values in one cell; the comma of 1,200 is none."""


def combined_parts(
    vocabulary: Vocabulary, definition: TableDef, column: int, levels: tuple[str, ...], values: Sequence[Raw]
) -> tuple[Mapped, ...]:
    """The fields of a header that names several numbers, where the cells hold as many."""
    # 面积/价值（㎡/万元）: the units in brackets are no names.
    leaf = re.sub(r"[(（][^()（）]*[)）]$", lambda m: "" if "/" in half(m[0]) else m[0], levels[-1].strip())
    names = [n for n in re.split(r"[/／\n、]", leaf) if half(n)]
    if len(names) > 1:
        best = [vocabulary.names(definition.code, [n]) for n in names]
        codes = [max(b, key=lambda code: b[code]) if b and max(b.values()) >= SURE else "" for b in best]
    else:
        named = vocabulary.names(definition.code, levels)
        codes = [code for code in definition.fields if named.get(code, 0.0) >= SURE]
        names = [levels[-1]] * len(codes)
    fields = [definition.fields.get(code) for code in codes]
    if len(set(codes)) != len(codes) or not 2 <= len(codes) <= 3:
        return ()
    if any(f is None or f.type not in ("money", "area", "decimal") for f in fields):
        return ()
    filled = [text_of(v) for v in values if v is not None and not readings.is_placeholder(text_of(v))]
    if not filled or sum(len(pieces(t)) == len(codes) for t in filled) < 0.6 * len(filled):
        return ()
    return tuple(Mapped(column, (*levels, name), code, 1.0) for name, code in zip(names, codes, strict=True))


def pieces(text: str) -> list[str]:
    """The values in one cell of a combined column."""
    return _APART.split(text.strip())
