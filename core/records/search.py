"""The stored search text and sort key of a record."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from functools import lru_cache

from core.standard.model import Field, TableDef
from core.standard.types import Value

_TEXT = ("text", "id", "cert")


@lru_cache(maxsize=20_000)
def _initial(char: str) -> str:
    if not "\u3400" <= char <= "\u9fff":
        return char if char.isalnum() else ""
    from pypinyin import Style, pinyin  # slow to import, and only needed on writing

    return str(pinyin(char, style=Style.FIRST_LETTER)[0][0])[:1]


@lru_cache(maxsize=20_000)
def initials(text: str) -> str:
    """Pinyin initials: 龙门镇 → lmz; letters and digits stay."""
    return "".join(_initial(c) for c in text.lower())


def fold(text: str) -> str:
    """Text for searching: half-width and lower case."""
    return unicodedata.normalize("NFKC", text).lower()


def sort_key(text: str) -> str:
    """Orders like pinyin for the common characters (GB 18030), and sorts bytewise in the database."""
    return text.encode("gb18030", "replace").decode("latin-1")


def searched_fields(table: TableDef) -> tuple[Field, ...]:
    return tuple(f for f in table.fields.values() if f.type in _TEXT)


def search_text(table: TableDef, fields: tuple[Field, ...], values: Mapping[str, Value]) -> str:
    """Every text of the record, and the initials of its name."""
    parts = [str(values[f.code]) for f in fields if values.get(f.code)]
    name = values.get(table.name_field)
    if isinstance(name, str) and name:
        parts.append(initials(name))
    return fold("\n".join(parts))
