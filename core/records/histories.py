"""The history of a record and of a cell, read from the journal; and one value put back."""

from __future__ import annotations

from collections.abc import Collection
from itertools import islice
from typing import TYPE_CHECKING

import sqlalchemy as sa

from core.errors import UsageError
from core.records import journal
from core.records.changes import ChangeSet, HistoryLine
from core.standard.types import Value

if TYPE_CHECKING:
    from core.records.ledger import Ledger

_CHUNK = 500


def lines(
    ledger: Ledger, uid: str = "", field: str = "", *, batch: int = 0, limit: int = 1000
) -> list[HistoryLine]:
    """Changes of one record, of one action, or of all, newest first, one line a field."""
    b, c = ledger.tables.batch, ledger.tables.change
    query = (
        sa.select(b, c.c.table, c.c.uid, c.c.kind.label("change_kind"), c.c.before, c.c.after)
        .join_from(b, c, c.c.batch == b.c.id)
        .order_by(c.c.id.desc())
        .limit(limit)
    )
    if uid:
        query = query.where(c.c.uid == uid)
    if batch:
        query = query.where(c.c.batch == batch)
    found: list[HistoryLine] = []
    for r in ledger.conn.execute(query).mappings():
        before, after = journal.values_of(r["before"]), journal.values_of(r["after"])
        after.pop(journal.DIGEST, None)
        for code in {**before, **after} or {"": None}:
            if field and code != field:
                continue
            found.append(
                HistoryLine(
                    r["id"],
                    r["at"],
                    r["who"],
                    r["label"],
                    r["why"],
                    r["table"],
                    r["uid"],
                    r["change_kind"],
                    code,
                    before.get(code),
                    after.get(code),
                    bool(r["undone"]),
                )
            )
    return found


def since(ledger: Ledger, batch: int, uids: Collection[str]) -> dict[str, dict[str, tuple[Value, Value]]]:
    """uid → field → (value right after an action, value now), for the fields that differ."""
    c = ledger.tables.change
    later = sa.select(c.c.uid, c.c.before, c.c.after).where(
        c.c.batch > batch, c.c.kind == "set", c.c.uid.in_(sa.bindparam("uids", expanding=True))
    )
    found: dict[str, dict[str, tuple[Value, Value]]] = {}
    wanted = iter(uids)
    while chunk := list(islice(wanted, _CHUNK)):
        for uid, before, after in ledger.conn.execute(later.order_by(c.c.id), {"uids": chunk}):
            then, now = journal.values_of(before), journal.values_of(after)
            fields = found.setdefault(str(uid), {})
            for code in {**then, **now}:
                first = fields[code][0] if code in fields else then.get(code)
                fields[code] = (first, now.get(code))
    return {u: kept for u, fs in found.items() if (kept := {k: v for k, v in fs.items() if v[0] != v[1]})}


def children_since(ledger: Ledger, batch: int, table: str, uids: Collection[str]) -> dict[str, list[str]]:
    """uid → which of its live children were added or changed after an action, in words."""
    c = ledger.tables.change
    found: dict[str, list[str]] = {}
    for child in ledger.standard.children(table):
        r = ledger.tables.record[child.code]
        later = (
            sa.select(r.c[table], r.c.uid, sa.func.max(c.c.kind != "set"))
            .join_from(c, r, sa.and_(c.c.uid == r.c.uid, c.c.table == child.code))
            .where(
                c.c.batch > batch,
                c.c.kind.in_(("add", "restore", "set")),
                r.c.deleted == 0,
                r.c[table].in_(sa.bindparam("uids", expanding=True)),
            )
            .group_by(r.c[table], r.c.uid)
            .order_by(sa.func.min(c.c.id))
        )
        wanted = iter(uids)
        while chunk := list(islice(wanted, _CHUNK)):
            for parent, uid, is_new in ledger.conn.execute(later, {"uids": chunk}):
                words = f"{'新增' if is_new else '修改'}{child.label}{ledger.name_of(child.code, str(uid))}"
                found.setdefault(str(parent), []).append(words)
    return found


def of_cell(ledger: Ledger, table: str, uid: str, code: str, *, limit: int = 1000) -> list[HistoryLine]:
    """The history of one cell of a list, also where it shows a field of another record."""
    target = located(ledger, table, uid, code)
    return lines(ledger, target[1], target[2], limit=limit) if target else []


def located(ledger: Ledger, table: str, uid: str, code: str) -> tuple[str, str, str] | None:
    """(table, uid, field) in which a cell is stored; None when that record is not there yet."""
    definition = ledger.standard.tables[table]
    show = definition.shows.get(code)
    if show is None:
        return (table, uid, code)
    if not show.to_child:
        target = ledger.value(table, uid, show.hop)
        return (definition.fields[show.hop].ref, str(target), show.target.code) if target else None
    child = ledger.tables.record[show.hop]
    first = (
        sa.select(child.c.uid)
        .where(child.c[table] == uid, child.c.deleted == 0)
        .order_by(child.c.uid)
        .limit(1)
    )
    found = ledger.conn.execute(first).scalar()
    return (show.hop, str(found), show.target.code) if found else None


def put_back(ledger: Ledger, line: HistoryLine, *, why: str = "") -> ChangeSet:
    """Give a cell the value that it had before one change, as an action of its own."""
    column = ledger.standard.tables.get(line.table)
    if column is None or line.field not in column.fields or line.kind != "set":
        raise UsageError(
            "这条历史不是对某一格的修改", next="请选择一条修改记录，或用“撤销”恢复整条操作。", code="no-value"
        )
    label = column.fields[line.field].label
    with ledger.edit(f"把{label}改回原值", why=why) as edit:
        edit.set(line.table, line.uid, {line.field: line.before})
    return edit.changes
