"""Saved views: a name for a filter, an order and a set of columns."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

import sqlalchemy as sa

from core.errors import InputRefused
from core.records.query import Narrowing

if TYPE_CHECKING:
    from core.records.ledger import Ledger


@dataclass(frozen=True, slots=True)
class View:
    """One saved view; `ledger.ids(view.table, order=view.order, **view.narrowing)` gives its rows."""

    id: int
    table: str
    name: str
    narrowing: Narrowing
    order: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()


def listed(ledger: Ledger, table: str) -> list[View]:
    """The views of one table, by name; what the standard no longer knows is left out."""
    v = ledger.tables.view
    query = sa.select(v.c.id, v.c.table, v.c.name, v.c.spec).where(v.c.table == table).order_by(v.c.name)
    return [_view(ledger, row) for row in ledger.conn.execute(query)]


def save(
    ledger: Ledger,
    table: str,
    name: str,
    narrowing: Narrowing,
    *,
    order: tuple[str, ...] = (),
    columns: tuple[str, ...] = (),
) -> View:
    """Save a view under a name in place of its former view; a filter that makes no sense is refused."""
    name = name.strip()
    if not name:
        raise InputRefused("视图要有名称", next="请填写名称。", code="no-name")
    ledger.totals(table, **narrowing)
    v = ledger.tables.view
    spec = {"narrowing": narrowing, "order": order, "columns": columns}
    with ledger.transaction():
        ledger.conn.execute(sa.delete(v).where(v.c.table == table, v.c.name == name))
        row = {"table": table, "name": name, "spec": json.dumps(spec, ensure_ascii=False)}
        made = ledger.conn.execute(sa.insert(v).returning(v.c.id), row).scalar_one()
    return View(int(made), table, name, narrowing, order, columns)


def delete(ledger: Ledger, view: int) -> None:
    with ledger.transaction():
        ledger.conn.execute(sa.delete(ledger.tables.view).where(ledger.tables.view.c.id == view))


def _view(ledger: Ledger, row: Any) -> View:
    try:
        spec = json.loads(row[3])
    except ValueError:
        spec = {}
    definition = ledger.standard.tables[row[1]]
    known = Narrowing.__annotations__
    narrowing = {k: v for k, v in spec.get("narrowing", {}).items() if k in known}
    order = tuple(c for c in spec.get("order", ()) if definition.column(c.lstrip("-")) is not None)
    columns = tuple(c for c in spec.get("columns", ()) if definition.column(c) is not None)
    return View(int(row[0]), row[1], row[2], cast(Narrowing, narrowing), order, columns)
