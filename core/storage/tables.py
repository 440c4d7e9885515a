"""SQLAlchemy tables: the kernel in Python, the record tables from the standard."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa

from core.standard.model import Field, Standard
from core.standard.types import TYPES


@dataclass(frozen=True, slots=True)
class Tables:
    """All tables of one 账套: `record` by table code, and the kernel tables."""

    metadata: sa.MetaData
    record: dict[str, sa.Table]
    meta: sa.Table
    standard: sa.Table
    batch: sa.Table
    change: sa.Table
    origin: sa.Table
    finding: sa.Table
    explanation: sa.Table
    period: sa.Table
    submission: sa.Table
    attachment: sa.Table
    mapping: sa.Table
    view: sa.Table
    return_item: sa.Table


def _text(name: str, **kw: object) -> sa.Column[str]:
    return sa.Column(name, sa.Text, nullable=False, server_default="", **kw)  # type: ignore[arg-type]


def _int(name: str, **kw: object) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger, nullable=False, server_default="0", **kw)  # type: ignore[arg-type]


def _key() -> sa.Column[int]:
    """A row number that the database gives (INTEGER PRIMARY KEY in SQLite)."""
    return sa.Column("id", sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True)


def field_column(field: Field) -> sa.Column[object]:
    """The column that holds a declared field; NULL is 未填."""
    kind: type[sa.types.TypeEngine[object]] = sa.Text if TYPES[field.type].sql == "TEXT" else sa.BigInteger  # type: ignore[assignment]
    return sa.Column(field.code, kind, nullable=True)


def build(standard: Standard) -> Tables:
    """Make the tables that this program and this standard want."""
    md = sa.MetaData(naming_convention={"ix": "ix_%(table_name)s_%(column_0_name)s"})
    record: dict[str, sa.Table] = {}
    for table in standard.tables.values():
        columns: list[sa.Column[object]] = [field_column(f) for f in table.fields.values()]
        made = sa.Table(
            table.code,
            md,
            _key(),
            sa.Column("uid", sa.Text, nullable=False, unique=True),
            _int("deleted"),
            _text("search"),
            _text("sort"),
            _text("extra"),
            *columns,
        )
        refs = {f.code for f in table.fields.values() if f.type == "ref"} - {table.parent}
        indexed = {c for u in table.unique for c in u[:1]} | set(table.match) | {table.parent, "path"}
        for code in sorted((indexed | refs) & set(table.fields)):
            # Most refs of a row are empty (拆分自, 并入), and nobody looks for the empty ones.
            where = made.c[code].is_not(None) if code in refs - indexed else None
            sa.Index(f"ix_{table.code}_{code}", made.c[code], sqlite_where=where)
        sa.Index(f"ix_{table.code}_sort", made.c.sort)
        record[table.code] = made
    return Tables(
        md,
        record,
        meta=sa.Table("meta", md, sa.Column("key", sa.Text, primary_key=True), _text("value")),
        standard=sa.Table(
            "standard", md, sa.Column("path", sa.Text, primary_key=True), sa.Column("data", sa.LargeBinary)
        ),
        batch=sa.Table(
            "batch",
            md,
            _key(),
            _text("at"),
            _text("who"),
            _text("kind"),
            _text("label"),
            _text("why"),
            _text("source"),
            _int("undone"),
            _int("redone"),
            _int("target"),
            _text("prev"),
            _text("hash"),
            # What can be undone, and what was undone or redone last, is found without reading the journal.
            sa.Index("ix_batch_target_undone", "target", "undone"),
            sa.Index("ix_batch_redone", "target", "undone", "redone", sqlite_where=sa.text("redone > 0")),
            sa.Index("ix_batch_target_id", "target", "id"),
        ),
        change=sa.Table(
            "change",
            md,
            _key(),
            _int("batch", index=True),
            _text("table"),
            _text("uid", index=True),
            _text("kind"),
            _text("before"),
            _text("after"),
        ),
        origin=sa.Table(
            "origin",
            md,
            _key(),
            _int("batch", index=True),
            _text("table"),
            _text("uid", index=True),
            _text("field"),
            _text("file"),
            _text("sheet"),
            _int("row"),
            _text("column"),
            _text("raw"),
            _text("code"),
            _text("text"),
            _text("state"),
        ),
        finding=sa.Table(
            "finding",
            md,
            _key(),
            _text("rule", index=True),
            _text("table"),
            _text("uid", index=True),
            _text("field"),
            _text("params"),
            _text("digest"),
        ),
        explanation=sa.Table(
            "explanation",
            md,
            _key(),
            _text("rule"),
            _text("table"),
            _text("uid"),
            _text("text"),
            _text("digest"),
            _text("who"),
            _text("at"),
            sa.UniqueConstraint("rule", "uid", name="uq_explanation"),
        ),
        period=sa.Table(
            "period",
            md,
            sa.Column("period", sa.Text, primary_key=True),
            _text("state"),
            _text("note"),
            _text("changed_at"),
            _text("who"),
            _int("batch"),
            _int("zero"),
            _int("submission"),
            _text("opening"),
        ),
        submission=sa.Table(
            "submission",
            md,
            _key(),
            _text("package_id"),
            _text("period", index=True),
            _int("version"),
            _text("nature"),
            _text("check_code"),
            _text("fingerprint"),
            _text("file"),
            _text("at"),
            _text("who"),
            _text("state"),
            _text("manifest"),
            sa.Column("carrier", sa.LargeBinary),
        ),
        attachment=sa.Table(
            "attachment",
            md,
            _key(),
            sa.Column("uid", sa.Text, nullable=False, unique=True),
            _text("table"),
            _text("record", index=True),
            _text("kind"),
            _text("file"),
            _text("sha256"),
            _int("size"),
            _int("deleted"),
        ),
        mapping=sa.Table(
            "mapping", md, sa.Column("layout", sa.Text, primary_key=True), _text("answers"), _text("at")
        ),
        view=sa.Table("view", md, _key(), _text("table"), _text("name"), _text("spec")),
        return_item=sa.Table(
            "return_item",
            md,
            _key(),
            _text("package_id"),
            _text("table"),
            _text("uid"),
            _text("field"),
            _text("text"),
            _text("state"),
        ),
    )
