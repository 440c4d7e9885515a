"""The stored search text and sort key of a record."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from core.standard.model import Field, TableDef
from core.standard.types import Value
from core.standard.widths import half_width

_TEXT = ("text", "id", "cert")

_WORDS = {
    "重庆": "cq",
    "银行": "yh",
    "商行": "sh",
    "支行": "zh",
    "分行": "fh",
    "行业": "hy",
    "大厦": "ds",
    "厦门": "xm",
    "长江": "cj",
    "长寿": "cs",
    "会计": "kj",
    "学校": "xx",
    "校区": "xq",
    "石柱": "sz",
    "音乐": "yy",
    "朝天": "ct",
    "朝阳": "cy",
    "调剂": "tj",
    "成都": "cd",
    "都市": "ds",
    "曾家": "zj",
    "车库": "ck",
    "车位": "cw",
    "单位": "dw",
}
"""Words whose characters are read otherwise than each by itself."""

_WORD = re.compile("|".join(_WORDS))


class _Letters(dict[int, str]):
    """Code point → initial, looked up once; blanks and marks vanish."""

    def __missing__(self, code: int) -> str:
        char = chr(code)
        if "\u3400" <= char <= "\u9fff":
            # The phrases of pypinyin take 0.2 s to load and are asked by nobody here.
            os.environ.setdefault("PYPINYIN_NO_PHRASES", "true")
            from pypinyin import Style, pinyin  # slow to import, and only needed on writing

            made = str(pinyin(char, style=Style.FIRST_LETTER)[0][0])[:1]
        else:
            made = char.lower() if char.isalnum() else ""
        self[code] = made
        return made


_LETTERS = _Letters()


class _Spelled(dict[str, str]):
    """Text → its initials; a plain dictionary, since an import asks it for each new name."""

    def __missing__(self, text: str) -> str:
        if len(self) > 20_000:
            self.clear()
        made = _WORD.sub(lambda found: _WORDS[found[0]], text).translate(_LETTERS)
        self[text] = made
        return made


_SPELLED = _Spelled()


def initials(text: str) -> str:
    """Pinyin initials: 重庆路仓库 → cqlck; letters and digits stay."""
    return _SPELLED[text]


def fold(text: str) -> str:
    """Text for searching: half-width and lower case."""
    return half_width(text).lower()


def sort_key(text: str) -> str:
    """Orders like pinyin for the common characters (GB 18030), and sorts bytewise in the database."""
    return text.encode("gb18030", "replace").decode("latin-1")


def searched_fields(table: TableDef) -> tuple[Field, ...]:
    return tuple(f for f in table.fields.values() if f.type in _TEXT)


def spelled_fields(table: TableDef) -> tuple[Field, ...]:
    """The fields that initials find too: the name, and the short texts of the list."""
    return tuple(
        f
        for f in table.fields.values()
        if f.type == "text" and not f.multiline and (f.list or f.code == table.name_field)
    )


def fold_all(texts: Sequence[str]) -> list[str]:
    """`fold` for many texts; together they are folded quicker than each by itself."""
    folded = fold("\x1e".join(texts)).split("\x1e")
    return folded if len(folded) == len(texts) else list(map(fold, texts))


def search_text(searched: Iterable[str], spelled: Iterable[str], values: Mapping[str, Value]) -> str:
    """Every text of the record, and the initials of its name and short texts; fields by code."""
    get = values.get
    return search_texts([(map(get, searched), map(get, spelled))])[0]


def search_texts(rows: Iterable[tuple[Iterable[Any], Iterable[Any]]]) -> list[str]:
    """The same for many records, each given by the texts to search and those to spell; some may be empty."""
    spell = _SPELLED.__getitem__
    return fold_all(
        ["\n".join([*filter(None, texts), *map(spell, filter(None, spelled))]) for texts, spelled in rows]
    )
