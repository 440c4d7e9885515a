"""Statements compiled once by SQLAlchemy and run by the driver: for the few that every edit runs.

SQLAlchemy's own execution costs several times what SQLite needs for such a statement.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from typing import Any

import sqlalchemy as sa

from core.storage import engine


class Prepared:
    """One statement; call it with its named parameters."""

    def __init__(self, conn: sa.Connection, statement: sa.sql.ClauseElement) -> None:
        compiled = statement.compile(dialect=conn.dialect)
        self._raw = engine.raw(conn)
        self._sql = str(compiled)
        self._order = tuple(getattr(compiled, "positiontup", None) or ())
        self._fixed = dict(compiled.params)

    def _row(self, given: dict[str, Any]) -> tuple[Any, ...]:
        fixed = self._fixed
        return tuple([given[n] if n in given else fixed[n] for n in self._order])

    def __call__(self, **given: Any) -> Any:
        """Run it; the answer is the driver's cursor."""
        try:
            return self._raw.execute(self._sql, self._row(given))
        except sqlite3.Error as e:
            raise engine.explained(e, engine.path_of(self._raw)) from e

    def first(self, **given: Any) -> Any:
        return self(**given).fetchone()

    def all(self, **given: Any) -> list[Any]:
        found: list[Any] = self(**given).fetchall()
        return found

    def many(self, rows: Iterable[tuple[Any, ...]]) -> None:
        """Run it for each row; values stand in the order of the statement's parameters."""
        self._raw.executemany(self._sql, rows)
