"""The few SQL expressions that differ between databases."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa


def contains(column: sa.ColumnElement[Any], word: str) -> sa.ColumnElement[bool]:
    """Whether the text holds the word; finds two characters, which a trigram index cannot."""
    return sa.func.instr(column, word) > 0


def chinese_order(column: sa.ColumnElement[Any]) -> sa.ColumnElement[Any]:
    """A key that orders Chinese text by pinyin (common characters); a function of our own."""
    return sa.func.zh_key(column)
