"""From a sheet to planned records: tables found, columns mapped, every cell read by its field."""

from __future__ import annotations

import dataclasses
from typing import Any

from core.errors import InputRefused
from core.excel import bodies
from core.excel.forms import Forms, find_forms
from core.excel.grid import Grid, column_number, letter
from core.excel.headers import Found, find_tables, table_at
from core.excel.words import is_unit_note
from core.exchange.around import (
    check_totals,
    find_constants,
    tell_columns,
    title_of,
    units_as_sections,
)
from core.exchange.columns import Vocabulary
from core.exchange.dated import PART, date_parts
from core.exchange.filling import read_records
from core.exchange.measures import find_units
from core.exchange.plan import Answers, Doubt, PlannedTable, Skipped, layout_of
from core.exchange.sight import NUMERIC, Sheeted, Sight
from core.exchange.target import apply_answers, choose_target, roles_of, samples_of, unfit

__all__ = ["NUMERIC", "tabulate"]


def tabulate(grid: Grid, vocabulary: Vocabulary, answers: Answers, first_index: int = 0) -> Sheeted:
    """Everything that one sheet holds for the standard's tables."""
    out = Sheeted()
    # Texts that run on are joined in these rows; the book stays as it was read, for the next plan of it.
    grid = dataclasses.replace(grid, rows=dict(grid.rows))
    given = answers.for_table(grid.name, 1, 0) if answers.tables else {}
    found = _found(grid, vocabulary, answers, given)
    if not given.get("header_rows") and not any(f.sure for f in found):
        forms = find_forms(grid, vocabulary.knows)
        if forms is not None:
            _cards(forms, vocabulary, answers, out, first_index)
            return out
    said: list[str] = []
    for number, one in enumerate(found, 1):
        told = answers.for_table(grid.name, number, one.header_rows[0]) if answers.tables else {}
        # A unit note holds for the tables below it until the next one.
        own = [t for _, t in one.above if is_unit_note(t)]
        one.above += [(0, t) for t in said if not own]
        said = own or said
        _read(Sight(grid, one, vocabulary, answers, told, out, first_index + number - 1))
        out.tables[-1].number = number
    for note in grid.notes:
        out.doubts.append(
            Doubt(
                grid.name,
                0,
                "",
                "",
                "not-read",
                "",
                note if note.endswith("。") else f"工作表“{grid.name}”：{note}。请核对这些单元格是否有用。",
            )
        )
    return out


def _cards(forms: Forms, vocabulary: Vocabulary, answers: Answers, out: Sheeted, index: int) -> None:
    """Card forms read as a table; afterwards every doubt is told at its real place."""
    told = answers.for_table(forms.grid.name, 1, 0) if answers.tables else {}
    _read(Sight(forms.grid, forms.found, vocabulary, answers, told, out, index))
    out.tables[-1].places = forms.places
    for record in out.records:
        for i, d in enumerate(record.doubts):
            place = forms.places.get((d.row, column_number(d.column))) if d.column else None
            if place:
                record.doubts[i] = dataclasses.replace(d, row=place[0], column=letter(place[1]))


def _found(grid: Grid, vocabulary: Vocabulary, answers: Answers, given: dict[str, Any]) -> list[Found]:
    """The tables of a sheet; the clerk may name the header rows, of one that was found or of the whole sheet."""
    rows = [int(r) for r in given.get("header_rows") or ()]
    found = [] if rows and given.get("number") is None else find_tables(grid, vocabulary.knows)
    if rows and not found:
        return [_named(grid, rows, vocabulary)]
    for n, one in enumerate(found):
        told = answers.for_table(grid.name, n + 1, one.header_rows[0]) if answers.tables else {}
        rows = [int(r) for r in told.get("header_rows") or ()] or _shifted(grid, one, answers)
        if rows and rows != one.header_rows:
            found[n] = _named(grid, rows, vocabulary, one)
            for before in found[:n]:
                before.body = [r for r in before.body if r < rows[0] or before.header_rows == one.header_rows]
    return found


def _named(grid: Grid, rows: list[int], vocabulary: Vocabulary, instead_of: Found | None = None) -> Found:
    made = table_at(grid, rows, vocabulary.knows, instead_of)
    if not made.columns:
        sheet = f"工作表“{grid.name}”" if grid.name else "文件里"
        raise InputRefused(
            f"{sheet}第 {'、'.join(map(str, rows))} 行没有文字，不能当作表头。",
            next="表头是写着“资产名称”“账面原值”这类列名的一行，请填它的行号。",
            code="no-header",
        )
    return made


def _shifted(grid: Grid, found: Found, answers: Answers) -> list[int]:
    """The header rows that the clerk named when this arrangement came before, here."""
    shift = answers.remembered.get(layout_of(found.columns), {}).get("header_shift") or ()
    rows = [found.header_rows[0] + int(s) for s in shift]
    return rows if all(r in grid.rows for r in rows) else []


def _read(sight: Sight) -> None:
    """One table on its way from cells to records, in named passes."""
    sight.told = _with_remembered(sight)
    samples = samples_of(sight, sight.found.body)
    definition, columns = choose_target(sight, samples)
    planned = PlannedTable(
        sight.grid.name,
        definition.code,
        sight.found.header_rows,
        columns,
        title=title_of(sight),
        instead_of=sight.found.instead_of,
    )
    sight.out.tables.append(planned)
    apply_answers(sight, definition, planned)
    for _, *others in date_parts(columns, definition).values():
        for c in others:
            columns[c].role, columns[c].code = PART, ""
    reason = unfit(sight, definition, planned)
    if sight.told.get("leave_out"):
        reason = "按选择不导入"
    if reason:
        planned.note = reason
        sight.out.doubts.append(
            Doubt(sight.grid.name, 0, "", "", "table-left-out", "", f"工作表“{sight.grid.name}”{reason}")
        )
        return
    roles = roles_of(sight, definition, planned)
    sorted_rows = bodies.classify(sight.grid, sight.found, roles, sight.fill)
    units_as_sections(sight, definition, planned, sorted_rows)
    sheet = sight.grid.name
    sight.out.skipped += [Skipped(sheet, r, why, text) for r, why, text in sorted_rows.skipped]
    leave = {int(r) for r in sight.told.get("skip_rows", ())}
    rows = [r for r in sorted_rows.rows if r.number not in leave]
    sight.out.skipped += [Skipped(sheet, r.number, "left-out") for r in sorted_rows.rows if r.number in leave]
    find_units(sight, definition, planned, rows)
    find_constants(sight, definition, planned)
    tell_columns(sight, definition, planned, rows)
    read_records(sight, definition, planned, rows)
    check_totals(sight, definition, planned, rows, sorted_rows.totals)


def _with_remembered(sight: Sight) -> dict[str, Any]:
    """What the clerk says now, on top of what he said when columns were arranged like this before."""
    told, before = sight.told, sight.answers.remembered.get(layout_of(sight.headers), {})
    if sight.own or told.get("table", before.get("table")) != before.get("table"):
        return told
    both = {k: {**before.get(k, {}), **told.get(k, {})} for k in ("mapping", "units", "blanks")}
    return {**before, **told, **both}
