"""Expressions of a standard as SQL: filters, and what a form asks about one record."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from core.errors import InputRefused
from core.records.intervals import Truth, as_sql
from core.records.operands import Context
from core.records.translate import Translator
from core.standard.grammar import ExpressionError
from core.standard.meaning import understand
from core.standard.model import CodeItem, Field, Standard
from core.storage.tables import Tables

if TYPE_CHECKING:
    from core.records.ledger import Ledger

__all__ = ["Context", "Statement", "applies", "compile_where", "now", "options_for", "required", "states"]


def now(period: str = "") -> Context:
    """Today, and the period that is reported."""
    return Context(date.today().isoformat(), period)


def compile_where(
    standard: Standard, tables: Tables, table: str, text: str, context: Context | None = None
) -> sa.ColumnElement[bool]:
    """A filter as a condition over `tables.record[table]`; a wrong one is refused with its reason."""
    try:
        node = understand(standard, table, text)
        return as_sql(Translator(standard, tables, table, context or now()).true(node))
    except ExpressionError as e:
        raise InputRefused(f"条件“{text}”不对：{e}", next="请按字段代码改写条件。", code="expression") from e


class Statement:
    """A SELECT compiled once; run again and again with other parameters.

    Compiling a statement of all rules takes longer than running it for one record.
    """

    def __init__(self, query: sa.Select[Any], dialect: sa.Dialect) -> None:
        compiled = query.compile(dialect=dialect, compile_kwargs={"render_postcompile": True})
        self.text = str(compiled)
        self._values: dict[str, Any] = dict(compiled.params)
        self._order: list[str] | None = getattr(compiled, "positiontup", None)

    def run(self, conn: sa.Connection, values: Mapping[str, Any]) -> sa.CursorResult[Any]:
        """Execute with the given values in place of those it was compiled with."""
        merged = self._values | {k: v for k, v in values.items() if k in self._values}
        bound: Any = merged if self._order is None else tuple(merged[n] for n in self._order)
        return conn.exec_driver_sql(self.text, bound)


# --- one record in a form ----------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class States:
    """What the conditions of a table's fields say about one record.

    `applies` are the fields that are not certainly without meaning here, `required` those that
    must be filled before the upload, `options` the codes allowed per field with a condition.
    """

    applies: frozenset[str]
    required: frozenset[str]
    options: Mapping[str, frozenset[str]]


def states(ledger: Ledger, table: str, uid: str) -> States:
    """All conditions of a table's fields for one record, in one SELECT."""
    names, statement = _prepared(ledger, table)
    row = statement.run(ledger.conn, {**now(ledger.meta("period")).values(), "uid": uid}).first()
    answers = dict(zip(names, row or [None] * len(names), strict=True))
    fields = ledger.standard.tables[table].fields
    options: dict[str, set[str]] = {f.code: set() for f in fields.values() if f.options}
    for (what, code, item), answer in answers.items():
        if what == "options" and answer != 0:
            options[code].add(item)
    off = {code for (what, code, _), answer in answers.items() if what == "applies" and answer == 0}
    needed = {f.code for f in fields.values() if f.required is True}
    needed |= {code for (what, code, _), answer in answers.items() if what == "required" and answer == 1}
    return States(
        frozenset(fields) - off, frozenset(needed - off), {k: frozenset(v) for k, v in options.items()}
    )


def applies(ledger: Ledger, table: str, uid: str) -> set[str]:
    """Codes of the fields that apply to the record; in doubt a field applies."""
    return set(states(ledger, table, uid).applies)


def required(ledger: Ledger, table: str, uid: str) -> set[str]:
    """Codes of the fields that must be filled before the upload; in doubt a field need not."""
    return set(states(ledger, table, uid).required)


def options_for(ledger: Ledger, table: str, uid: str, field: str) -> list[CodeItem]:
    """The entries that a code field offers for the record, in the order of the list."""
    found = ledger.standard.tables[table].fields[field]
    if found.codes is None:
        return []
    items = list(found.codes.items.values())
    if not found.options:
        return items
    allowed = states(ledger, table, uid).options[field]
    return [i for i in items if i.code in allowed]


_Name = tuple[str, str, str]
_CACHE: dict[tuple[str, str, str], tuple[list[_Name], Statement]] = {}


def _prepared(ledger: Ledger, table: str) -> tuple[list[_Name], Statement]:
    key = (ledger.standard.hash, table, ledger.conn.dialect.name)
    if key not in _CACHE:
        _CACHE[key] = _prepare(ledger.standard, ledger.tables, table, ledger.conn.dialect)
    return _CACHE[key]


def _prepare(
    standard: Standard, tables: Tables, table: str, dialect: sa.Dialect
) -> tuple[list[_Name], Statement]:
    translator = Translator(standard, tables, table, Context(), joins=True)
    asked: list[tuple[_Name, sa.ColumnElement[Any]]] = []
    for field in standard.tables[table].fields.values():
        asked += _questions(standard, translator, field)
    source = translator.rows[0].source
    query = sa.select(*(e.label(f"a{i}") for i, (_, e) in enumerate(asked)), sa.literal(1))
    query = query.select_from(translator.from_clause()).where(
        source.c.uid == sa.bindparam("uid", "", sa.Text)
    )
    return [name for name, _ in asked] + [("", "", "")], Statement(query, dialect)


def _questions(
    standard: Standard, translator: Translator, field: Field
) -> list[tuple[_Name, sa.ColumnElement[Any]]]:
    made: list[tuple[_Name, sa.ColumnElement[Any]]] = []
    for what in ("applies", "required"):
        text = getattr(field, what)
        if isinstance(text, str) and text:
            node = understand(standard, field.table, text)
            made.append(((what, field.code, ""), _answer(translator.true(node), translator.false(node))))
    if field.options and field.codes:
        node = understand(standard, field.table, field.options, option=field.code)
        for item in field.codes.items.values():
            translator.option = item
            answer = _answer(translator.true(node), translator.false(node))
            made.append((("options", field.code, item.code), answer))
        translator.option = None
    return made


def _answer(yes: Truth, no: Truth) -> sa.ColumnElement[Any]:
    """1 for certainly true, 0 for certainly false, NULL when it cannot be told."""
    return sa.case((as_sql(yes), 1), (as_sql(no), 0))
