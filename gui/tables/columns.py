"""The columns of a list, made from the standard: what is shown, how wide, and what typing there means."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from core.standard.model import Column, Field, Show, Standard, TableDef
from core.standard.types import TYPES

_CHAR = 6.7
"""Pixels of half a Chinese character at the usual size; the standard gives widths in these."""
_MARGIN = 14


@dataclass(frozen=True, slots=True)
class GridColumn:
    """One column of a list.

    `field` says how its values are typed and shown. `pick` is the ref field that choosing another
    name in this column changes (the unit's name in the asset list chooses another unit).
    """

    code: str
    title: str
    label: str
    field: Field
    source: Column
    pick: Field | None
    width: int
    right: bool
    editable: bool
    path: str
    """How an expression reaches what the column shows; a reference is asked by its name."""

    @property
    def writes(self) -> Field:
        """The field whose kind of editor the cell wants."""
        return self.pick or self.field

    @property
    def help(self) -> str:
        """What the header's tooltip says."""
        lines = [self.title]
        if self.field.help:
            lines.append(self.field.help)
        if isinstance(self.source, Show) and self.pick is None:
            lines.append("此列来自关联的记录，修改的就是那条记录。")
        if self.field.source:
            lines.append(f"依据：{self.field.source}")
        return "\n".join(lines)


def grid_column(standard: Standard, table: TableDef, column: Column) -> GridColumn:
    """Make the grid column of a declared field or shown column."""
    if isinstance(column, Field):
        field, pick, title = column, None, _ref_title(standard, column)
    else:
        field, title = column.target, column.title
        hop = table.fields.get(column.hop)
        is_name = hop is not None and standard.tables[hop.ref].name_field == field.code
        pick = hop if is_name else None
    return GridColumn(
        code=column.code,
        title=title,
        label=column.label if isinstance(column, Show) else _ref_title(standard, column, with_unit=False),
        field=field,
        source=column,
        pick=pick,
        width=max(round(column.width * _CHAR) + _MARGIN, _title_width(title)),
        right=TYPES[field.type].align_right,
        editable=not field.auto,
        path=f"{column.code}.{standard.tables[field.ref].name_field}" if field.type == "ref" else column.code,
    )


def _ref_title(standard: Standard, field: Field, *, with_unit: bool = True) -> str:
    """The automatic link of a child table is called after its parent."""
    is_link = field.type == "ref" and field.code == field.ref and field.label == "所属记录"
    return standard.tables[field.ref].label if is_link else field.title if with_unit else field.label


def _title_width(title: str) -> int:
    halves = sum(1 if c.isascii() else 2 for c in title)
    return min(round(halves * _CHAR) + _MARGIN + 14, 260)


def all_columns(standard: Standard, table: TableDef) -> list[GridColumn]:
    """Every column that the chooser offers, in reading order."""
    first = table.list_columns
    listed = {c.code for c in first}
    order = [*first, *(c for c in table.columns if c.code not in listed)]
    if table.parent:
        link = table.fields[table.parent]
        order = [link, *(c for c in order if c is not link)]
    return [grid_column(standard, table, c) for c in order]


def usual_columns(standard: Standard, table: TableDef) -> list[GridColumn]:
    """The columns shown until the clerk chooses others; a child starts with its parent."""
    offered = all_columns(standard, table)
    listed = {c.code for c in table.list_columns}
    named = any(c.pick is not None and c.pick.code == table.parent for c in offered if c.code in listed)
    wanted = listed if named or not table.parent else {*listed, table.parent}
    return [c for c in offered if c.code in wanted]


def chosen_columns(standard: Standard, table: TableDef, codes: Iterable[str]) -> list[GridColumn]:
    """The columns with these codes, unknown ones left out; the usual ones when nothing is left."""
    by_code = {c.code: c for c in all_columns(standard, table)}
    chosen = [by_code[c] for c in codes if c in by_code]
    return chosen or usual_columns(standard, table)
