"""Make a file hold what the program and the standard want: compared and grown, never shrunk."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache

import sqlalchemy as sa

from core.errors import DamagedError, SurroundingsError
from core.standard.load import available, hash_of, load_default, load_files
from core.standard.model import Standard
from core.storage.tables import Tables

SCHEMA = 2
"""Number of the newest data step; a file with a higher number belongs to a newer program."""

Step = Callable[[sa.Connection, Tables], None]


def _note_redone(conn: sa.Connection, tables: Tables) -> None:
    """`batch.redone` from the journal, which says what was redone and when."""
    b = tables.batch
    again = b.alias("again")
    last = sa.select(sa.func.max(again.c.id)).where(again.c.target == b.c.id, again.c.kind == "redo")
    redone = sa.select(again.c.target).where(again.c.kind == "redo")
    conn.execute(
        sa.update(b).where(b.c.id.in_(redone), b.c.undone == 0).values(redone=last.scalar_subquery())
    )


STEPS: dict[int, Step] = {2: _note_redone}
"""What a new meaning of old data needs, by number; runs once, after the columns have grown."""


HASH = "standard_hash"
"""Key of meta: the hash of the standard's files as they were stored."""


def stored_standard(conn: sa.Connection, *, damaged: bool = False) -> Standard:
    """The standard that the file carries, proved by its hash.

    For a `damaged` file a shipped standard of the same hash may stand in.
    """
    return loaded(stored_files(conn, damaged=damaged))


def stored_files(conn: sa.Connection, *, damaged: bool = False) -> dict[str, bytes]:
    """The files of the standard as they were stored, or the refusal of a damaged file."""
    rows = conn.exec_driver_sql('SELECT path, data FROM "standard"').all()
    files = {str(r[0]): bytes(r[1]) for r in rows}
    wanted = conn.exec_driver_sql('SELECT value FROM meta WHERE "key" = ?', (HASH,)).scalar()
    if not wanted or hash_of(files) == wanted:
        return files
    shipped = (load_default(name) for name in available())
    stand_in = next((s for s in shipped if s.hash == wanted), None) if damaged else None
    if stand_in is None:
        raise DamagedError(
            "账套里的口径文件已损坏", next="请用“恢复备份”找回最近的完好备份。", code="damaged"
        )
    return dict(stand_in.files)


def loaded(files: Mapping[str, bytes]) -> Standard:
    """A standard from its files; read once, since checking it takes longer than all else in opening."""
    return _loaded(hash_of(files), tuple(files.items()))


@lru_cache(maxsize=4)
def _loaded(digest: str, files: tuple[tuple[str, bytes], ...]) -> Standard:
    return load_files(dict(files))


def stored_schema(conn: sa.Connection) -> int:
    row = conn.exec_driver_sql("SELECT value FROM meta WHERE \"key\" = 'schema'").first()
    return int(row[0]) if row else 0


def refuse_newer(conn: sa.Connection) -> None:
    """An older program leaves a newer file untouched."""
    found = stored_schema(conn)
    if found > SCHEMA:
        raise SurroundingsError(
            f"账套由更新版本的程序建立（结构版本 {found}，本程序支持到 {SCHEMA}）",
            next="请安装新版程序后再打开；文件没有改动。",
            code="newer-file",
        )


def missing(conn: sa.Connection, tables: Tables) -> list[str]:
    """What the file lacks, in words; empty when it needs no growth."""
    inspector = sa.inspect(conn)
    have = set(inspector.get_table_names())
    lacks = [f"meta.schema {stored_schema(conn)}"] if stored_schema(conn) < SCHEMA else []
    for table in tables.metadata.sorted_tables:
        if table.name not in have:
            lacks.append(table.name)
            continue
        columns = {c["name"] for c in inspector.get_columns(table.name)}
        lacks += [f"{table.name}.{c.name}" for c in table.columns if c.name not in columns]
        indexes = {i["name"] for i in inspector.get_indexes(table.name)}
        lacks += [str(i.name) for i in table.indexes if i.name not in indexes]
    return lacks


def grow(conn: sa.Connection, tables: Tables, renamed: Mapping[tuple[str, str], str] | None = None) -> None:
    """Add missing tables, columns and indexes inside the caller's transaction; rename declared columns."""
    inspector = sa.inspect(conn)
    have = set(inspector.get_table_names())
    preparer = conn.dialect.identifier_preparer
    for table in tables.metadata.sorted_tables:
        if table.name not in have:
            table.create(conn)
            continue
        columns = {c["name"] for c in inspector.get_columns(table.name)}
        for column in table.columns:
            if column.name in columns:
                continue
            old = (renamed or {}).get((table.name, column.name))
            name = preparer.quote_identifier(table.name)
            if old in columns:
                was, now = preparer.quote_identifier(old), preparer.quote_identifier(column.name)
                conn.exec_driver_sql(f"ALTER TABLE {name} RENAME COLUMN {was} TO {now}")
            else:
                spec = sa.schema.CreateColumn(column).compile(dialect=conn.dialect)
                conn.exec_driver_sql(f"ALTER TABLE {name} ADD COLUMN {spec}")
        indexes = {i["name"] for i in inspector.get_indexes(table.name)}
        for index in table.indexes:
            if index.name not in indexes:
                index.create(conn)
    found = stored_schema(conn)
    for number in range(found + 1, SCHEMA + 1):
        if step := STEPS.get(number):
            step(conn, tables)
    if found < SCHEMA:
        m = tables.meta
        conn.execute(sa.delete(m).where(m.c.key == "schema"))
        conn.execute(sa.insert(m), {"key": "schema", "value": str(SCHEMA)})


def renames(standard: Standard) -> dict[tuple[str, str], str]:
    """(table, new column) → old column, as the standard declares."""
    return {(f.table, f.code): f.renamed for f in standard.all_fields() if f.renamed}


def store_standard(conn: sa.Connection, tables: Tables, standard: Standard) -> None:
    """Put the standard's files into the 账套, replacing the former ones."""
    conn.execute(sa.delete(tables.standard))
    conn.execute(sa.insert(tables.standard), [{"path": p, "data": d} for p, d in standard.files.items()])
    conn.execute(sa.delete(tables.meta).where(tables.meta.c.key == HASH))
    conn.execute(sa.insert(tables.meta), {"key": HASH, "value": standard.hash})
