"""The loaded standard as frozen objects: tables, fields, code lists, rules, sheets, parameters."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

ERROR, EXPLAIN, HINT = "error", "explain", "hint"
SEVERITY_NAMES = {ERROR: "错误", EXPLAIN: "需说明", HINT: "提示"}
SEVERITY_OF_LETTER = {"B": ERROR, "H": EXPLAIN, "T": HINT}


@dataclass(frozen=True, slots=True)
class CodeItem:
    """One entry of a code list; `extra` are the attributes that expressions reach as `code(f).name`."""

    code: str
    name: str
    synonyms: tuple[str, ...] = ()
    help: str = ""
    valid_from: str = ""
    valid_to: str = ""
    extra: Mapping[str, Any] = dataclasses.field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class CodeList:
    code: str
    label: str
    items: Mapping[str, CodeItem]

    def name_of(self, code: str) -> str:
        """The name of a code; an unknown code stands for itself."""
        item = self.items.get(code)
        return item.name if item else code


def with_unit(label: str, unit: str) -> str:
    """Label with the display unit, unless it names a unit of its own (单价（元/㎡））."""
    return f"{label}（{unit}）" if unit and f"（{unit}" not in label else label


@dataclass(frozen=True, slots=True)
class Field:
    """One declared field; see resources/standards/README.md for each key."""

    table: str
    code: str
    label: str
    type: str
    order: int
    unit: str = ""
    codes: CodeList | None = None
    ref: str = ""
    scale: int = 2
    group: str = ""
    width: int = 12
    help: str = ""
    synonyms: tuple[str, ...] = ()
    required: bool | str = False
    applies: str = ""
    options: str = ""
    max: int = 500
    min: str = ""
    most: str = ""
    list: bool = False
    sheet: bool = True
    auto: bool = False
    sensitive: bool = False
    multiline: bool = False
    names: bool = False
    check: str = ""
    example: str = ""
    source: str = ""
    renamed: str = ""

    @property
    def title(self) -> str:
        """Label with the display unit, as written above a column."""
        return with_unit(self.label, self.unit)


@dataclass(frozen=True, slots=True)
class Show:
    """A column of `table` that shows a field of another record, reached by `via`.

    `hop` is the ref field of this table (owner_unit) or the child table (title);
    `target` is the field found there.
    """

    table: str
    code: str
    label: str
    via: str
    hop: str
    to_child: bool
    target: Field
    width: int
    synonyms: tuple[str, ...] = ()
    list: bool = True

    @property
    def title(self) -> str:
        return with_unit(self.label, self.target.unit)


Column = Field | Show


@dataclass(frozen=True, slots=True)
class TableDef:
    """A record table: its fields in order, shown columns, parent and match keys."""

    code: str
    label: str
    order: int
    parent: str
    name_field: str
    match: tuple[str, ...]
    unique: tuple[tuple[str, ...], ...]
    groups: Mapping[str, str]
    fields: Mapping[str, Field]
    shows: Mapping[str, Show]
    help: str = ""

    def column(self, code: str) -> Column | None:
        return self.fields.get(code) or self.shows.get(code)

    @property
    def columns(self) -> tuple[Column, ...]:
        """Every field, then every shown column."""
        return (*self.fields.values(), *self.shows.values())

    @property
    def list_columns(self) -> tuple[Column, ...]:
        """The columns of the main list, in reading order."""
        shown = [c for c in self.columns if c.list]
        position = {c.code: i for i, c in enumerate(shown)}
        lead = [c for c in shown if isinstance(c, Field) and c.code in (self.name_field, *self.match)]
        refs = [c for c in shown if isinstance(c, Show) and not c.to_child]
        rest = [c for c in shown if c not in lead and c not in refs]
        return (*sorted(lead, key=lambda c: position[c.code]), *refs, *rest)


@dataclass(frozen=True, slots=True)
class Param:
    code: str
    value: Any
    label: str
    note: str = ""
    verified: bool = False
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Rule:
    """One audit rule; `must`/`found` are expressions, `kind` names a set rule, `merged` a reason."""

    id: str
    table: str
    label: str
    severity: str
    message: str
    fix: str
    clause: str
    when: str = ""
    must: str = ""
    found: str = ""
    field: str = ""
    kind: str = "row"
    enabled: bool = True
    merged: str = ""
    options: Mapping[str, Any] = dataclasses.field(default_factory=dict)
    file: str = ""


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet of the upload workbook: rows of `table` that satisfy `where`, in `columns`."""

    name: str
    table: str
    where: str = ""
    columns: tuple[str, ...] = ()
    kind: str = "list"
    options: Mapping[str, Any] = dataclasses.field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Standard:
    """A loaded and checked standard; `files` are its raw bytes by relative path."""

    id: str
    version: str
    title: str
    status: str
    issuer: str
    recipient: str
    effective_from: str
    doc_no: str
    tables: Mapping[str, TableDef]
    codes: Mapping[str, CodeList]
    params: Mapping[str, Param]
    rules: Mapping[str, Rule]
    sheets: tuple[Sheet, ...]
    figures: Mapping[str, Any]
    files: Mapping[str, bytes]
    hash: str

    @property
    def name(self) -> str:
        return f"{self.id}@{self.version}"

    def table(self, code: str) -> TableDef:
        return self.tables[code]

    def children(self, table: str) -> Iterator[TableDef]:
        return (t for t in self.tables.values() if t.parent == table)

    def all_fields(self) -> Iterator[Field]:
        for t in self.tables.values():
            yield from t.fields.values()
