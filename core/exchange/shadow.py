"""A temporary 账套 made from a package's carrier, so that its sheets can be planned anew and compared."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager

import sqlalchemy as sa
from sqlalchemy.schema import CreateTable

from core import paths
from core.exchange.carried import cells, record_columns
from core.exchange.package import ATTACHMENT_LIST, DATA, EXPLANATIONS
from core.records import Ledger
from core.records.carrier import ATTACHMENT_COLUMNS, EXPLANATION_COLUMNS, carried_fields
from core.records.search import sort_key
from core.standard.model import Standard
from core.storage import engine
from core.storage.tables import build

Opener = Callable[[str], Iterable[bytes]]


class Twin:
    """A temporary 账套 that takes carrier entries as they are, without a journal."""

    def __init__(self, ledger: Ledger) -> None:
        self.ledger = ledger
        self._tables = {f"{DATA}{code}.csv": code for code in ledger.standard.tables}
        t = ledger.tables
        self._others = {
            EXPLANATIONS: (EXPLANATION_COLUMNS, t.explanation),
            ATTACHMENT_LIST: (ATTACHMENT_COLUMNS, t.attachment),
        }

    def take(self, entry: str, pieces: Iterable[bytes]) -> None:
        """Put the rows of one entry into its empty table; entries of other kinds are passed by."""
        if entry in self._tables:
            self._records(entry, self._tables[entry], pieces)
        elif entry in self._others:
            header, table = self._others[entry]
            rows: list[tuple[object, ...]] = [tuple(row) for _, row in cells(entry, pieces, header)]
            if rows:
                engine.bulk_insert(self.ledger.conn, table, header, rows)

    def _records(self, entry: str, code: str, pieces: Iterable[bytes]) -> None:
        definition = self.ledger.standard.tables[code]
        codes = [f.code for f in carried_fields(definition)]
        name = codes.index(definition.name_field) if definition.name_field in codes else None
        table = self.ledger.tables.record[code]
        for uids, columns in record_columns(entry, definition, pieces):
            named = columns[name] if name is not None else None
            filled: list[tuple[str, Sequence[object]]] = [
                ("uid", uids),
                ("sort", [sort_key(str(n or "")) for n in named] if named else [""] * len(uids)),
                *((c, values) for c, values in zip(codes, columns, strict=True) if values is not None),
            ]
            rows = zip(*(values for _, values in filled), strict=True)
            engine.bulk_insert(self.ledger.conn, table, [c for c, _ in filled], rows)

    def settle(self) -> None:
        """Make the indexes; to be called when everything was taken."""
        for table in self.ledger.tables.metadata.sorted_tables:
            for index in sorted(table.indexes, key=lambda i: str(i.name)):
                index.create(self.ledger.conn)
        self.ledger.conn.exec_driver_sql("COMMIT")


@contextmanager
def twin(standard: Standard, meta: Mapping[str, str] | None = None) -> Iterator[Twin]:
    """An empty ledger for the entries of a carrier, gone when the block ends."""
    with paths.workroom() as place:
        conn = engine.scratch(place / "台账.db")
        try:
            tables = build(standard)
            conn.exec_driver_sql("BEGIN")
            for table in tables.metadata.sorted_tables:
                conn.execute(CreateTable(table))
            conn.execute(
                sa.insert(tables.meta),
                [{"key": k, "value": v} for k, v in {"schema": "1", **(meta or {})}.items()],
            )
            yield Twin(Ledger(place, conn, standard, None))
        finally:
            conn.close()
            conn.engine.dispose()


@contextmanager
def shadow(
    standard: Standard, read: Opener, names: Iterable[str], meta: Mapping[str, str] | None = None
) -> Iterator[Ledger]:
    """A read-only ledger over the carrier entries `names`, gone when the block ends."""
    with twin(standard, meta) as made:
        for name in names:
            made.take(name, read(name))
        made.settle()
        yield made.ledger
