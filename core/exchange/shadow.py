"""A temporary 账套 made from a package's carrier, so that its sheets can be planned anew and compared."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager

import sqlalchemy as sa

from core import paths
from core.exchange.carried import cells, records
from core.exchange.package import ATTACHMENT_LIST, DATA, EXPLANATIONS
from core.records import Ledger
from core.records.carrier import ATTACHMENT_COLUMNS, EXPLANATION_COLUMNS, carried_fields
from core.records.search import sort_key
from core.standard.model import Standard
from core.storage import engine
from core.storage.tables import build

Opener = Callable[[str], Iterable[bytes]]
_CHUNK = 500


@contextmanager
def shadow(
    standard: Standard, read: Opener, names: Iterable[str], meta: Mapping[str, str] | None = None
) -> Iterator[Ledger]:
    """A read-only ledger over the carrier entries `names`, gone when the block ends."""
    with paths.workroom() as place:
        conn = engine.scratch(place / "台账.db")
        try:
            tables = build(standard)
            conn.exec_driver_sql("BEGIN")
            tables.metadata.create_all(conn)
            ledger = Ledger(place, conn, standard, None)
            conn.execute(
                sa.insert(tables.meta),
                [{"key": k, "value": v} for k, v in {"schema": "1", **(meta or {})}.items()],
            )
            fill(ledger, read, names)
            conn.exec_driver_sql("COMMIT")
            yield ledger
        finally:
            conn.close()
            conn.engine.dispose()


def fill(ledger: Ledger, read: Opener, names: Iterable[str]) -> None:
    """Put carrier entries into empty tables, as they are and without a journal."""
    present = set(names)
    for code, definition in ledger.standard.tables.items():
        entry = f"{DATA}{code}.csv"
        if entry not in present:
            continue
        codes = [f.code for f in carried_fields(definition)]
        columns = ["uid", "sort", *codes]
        name = codes.index(definition.name_field) if definition.name_field in codes else None
        table = ledger.tables.record[code]
        chunk: list[tuple[object, ...]] = []
        for uid, values in records(entry, definition, read(entry)):
            chunk.append((uid, sort_key(str(values[name] or "")) if name is not None else "", *values))
            if len(chunk) == _CHUNK:
                _insert(ledger, table, columns, chunk)
                chunk.clear()
        if chunk:
            _insert(ledger, table, columns, chunk)
    for entry, header, table in (
        (EXPLANATIONS, EXPLANATION_COLUMNS, ledger.tables.explanation),
        (ATTACHMENT_LIST, ATTACHMENT_COLUMNS, ledger.tables.attachment),
    ):
        if entry in present:
            rows: list[tuple[object, ...]] = [tuple(row) for _, row in cells(entry, read(entry), header)]
            if rows:
                engine.bulk_insert(ledger.conn, table, header, rows)


def _insert(
    ledger: Ledger, table: sa.Table, columns: Sequence[str], rows: Sequence[tuple[object, ...]]
) -> None:
    """Insert rows without the columns that are empty in all of them, of which wide tables are full."""
    filled = [(c, v) for c, v in zip(columns, zip(*rows, strict=True), strict=True) if v.count(None) < len(v)]
    values = list(zip(*(v for _, v in filled), strict=True))
    engine.bulk_insert(ledger.conn, table, [c for c, _ in filled], values)
