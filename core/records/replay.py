"""The journal read backwards over every row: what stands there must be what was written."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from core.records import journal
from core.records.rows import Shape
from core.storage.doctor import ERROR, RESTORE, Problem
from core.storage.grow import renames

if TYPE_CHECKING:
    from core.records.ledger import Ledger

Line = tuple[str, str, int, str, str]
"""One change of a row: uid, kind, batch, before, after."""


def problems(ledger: Ledger) -> Iterator[Problem]:
    """Each row that the journal does not account for, and each derived column that does not follow."""
    for table in ledger.standard.tables:
        yield from _Table(ledger, table).problems()


class _Table:
    def __init__(self, ledger: Ledger, table: str) -> None:
        self.ledger = ledger
        self.definition = ledger.standard.tables[table]
        self.shape = Shape.of(self.definition)
        self.codes = list(self.definition.fields)
        # A change journalled under the former code of a renamed field speaks of the new one.
        self.renamed = {old: new for (t, new), old in renames(ledger.standard).items() if t == table}

    def problems(self) -> Iterator[Problem]:
        """Rows and journal side by side, both by uid; the journal of a row newest first."""
        lines = iter(self._lines())
        line = next(lines, None)
        t = self.ledger.tables.record[self.definition.code]
        columns = (t.c.uid, t.c.deleted, t.c.search, t.c.sort, *(t.c[c] for c in self.codes))
        for row in self.ledger.conn.execute(sa.select(*columns).order_by(t.c.uid)):
            uid = row[0]
            while line is not None and line[0] < uid:
                yield self._problem("row-missing", line[0], "不见了，修改日志里有它")
                gone = line[0]
                while line is not None and line[0] == gone:
                    line = next(lines, None)
            mine = []
            while line is not None and line[0] == uid:
                mine.append(line)
                line = next(lines, None)
            if wrong := self._wrong(row, mine):
                yield self._problem("row", uid, wrong)
        while line is not None:
            yield self._problem("row-missing", line[0], "不见了，修改日志里有它")
            gone = line[0]
            while line is not None and line[0] == gone:
                line = next(lines, None)

    def _lines(self) -> Iterator[Line]:
        c = self.ledger.tables.change
        query = (
            sa.select(c.c.uid, c.c.kind, c.c.batch, c.c.before, c.c.after)
            .where(c.c.table == self.definition.code, c.c.kind != "aux")
            .order_by(c.c.uid, c.c.id.desc())
        )
        for row in self.ledger.conn.execute(query):
            yield tuple(row)

    def _problem(self, code: str, uid: str, what: str) -> Problem:
        return Problem(
            code, ERROR, f"{self.definition.label}的一行{what}", RESTORE, self.definition.code, uid
        )

    def _wrong(self, row: Sequence[Any], lines: Sequence[Line]) -> str:
        """What is wrong with a row; "" when the journal accounts for all of it."""
        _, deleted, search, sort = row[:4]
        now = {c: v for c, v in zip(self.codes, row[4:], strict=True) if v is not None}
        if search != self.shape.search_text(now) or sort != self.shape.sort_key(now):
            return "的查找列与内容不符"
        for _, kind, batch, before, after in lines:
            if kind == "delete":
                if deleted not in (batch, True):
                    return "的删除标记与修改日志不符"
                deleted = 0
            elif deleted:
                return "的删除标记与修改日志不符"
            elif kind == "restore":
                deleted = True
            elif kind == "set":
                if not self._take_back(now, self._values(before), self._values(after)):
                    return "与修改日志不符"
            elif kind == "add":
                return "" if self._is_as_added(now, self._values(after)) else "与加入时的校验值不符"
        return "没有修改日志" if not deleted or not lines else "的删除标记与修改日志不符"

    def _values(self, text: str) -> dict[str, Any]:
        return {self.renamed.get(k, k): v for k, v in journal.values_of(text).items()}

    def _take_back(self, now: dict[str, Any], before: Mapping[str, Any], after: Mapping[str, Any]) -> bool:
        for code, value in after.items():
            if code in self.definition.fields and now.get(code) != value:
                return False
        for code, value in before.items():
            if value is None:
                now.pop(code, None)
            elif code in self.definition.fields:
                now[code] = value
        return True

    def _is_as_added(self, now: Mapping[str, Any], added: Mapping[str, Any]) -> bool:
        if journal.DIGEST not in added:
            return dict(now) == {k: v for k, v in added.items() if k in self.definition.fields}
        wanted = added[journal.DIGEST]
        if journal.digest(now) == wanted:
            return True
        former = {new: old for old, new in self.renamed.items()}
        return bool(former) and journal.digest({former.get(k, k): v for k, v in now.items()}) == wanted
