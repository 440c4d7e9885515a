"""Cells that hold for rows below them: merged downwards, repeated by 同上, written once for a group."""

from __future__ import annotations

from collections.abc import Sequence

from core.excel import readings
from core.excel.bodies import Row
from core.excel.grid import Raw, text_of
from core.exchange.columns import target_field
from core.exchange.plan import PlannedTable
from core.exchange.sight import NUMERIC, Sight
from core.standard.model import Field, TableDef

Notes = dict[int, tuple[str, str]]
"""Index of a record → why its cell is doubtful, and the words for it."""


def spread_column(
    sight: Sight, definition: TableDef, planned: PlannedTable, c: int, rows: list[Row], given: Sequence[Raw]
) -> tuple[list[Raw], Notes]:
    """The cells of a column: merged words spread (amounts kept to their first row), 同上 resolved."""
    column = definition.column(planned.columns[c].code)
    assert column is not None
    field_ = target_field(column)
    raws = list(given)
    notes: Notes = {}
    if c in sight.fill.columns:
        _spread(sight, c, rows, raws, notes, field_)
    if readings.has_ditto(raws):
        for i, raw in enumerate(raws):
            if i and readings.is_ditto(raw) and raws[i - 1] is not None:
                notes[i] = _above(str(raw).strip(), raws[i - 1])
                raws[i] = raws[i - 1]
    if raws and raws[0] is not None and None in raws and field_.type in ("text", "code", "ref"):
        name = next((n for n, m in planned.columns.items() if m.code == definition.name_field), 0)
        if c < name and _written_once(raws):
            for i, raw in enumerate(raws):
                if raw is None:
                    raws[i] = raws[i - 1]
                    notes[i] = _above("（空白）", raws[i])
    return raws, notes


def _above(sign: str, raw: Raw) -> tuple[str, str]:
    return "ditto", f"“{sign}”按上一条的“{text_of(raw).strip()[:40]}”读取。请核对后确认。"


def _written_once(raws: Sequence[Raw]) -> bool:
    """Whether each word of a column before the names begins a group: none is written twice, blanks follow."""
    words = [text_of(raw).strip() for raw in raws if raw is not None]
    return len(set(words)) == len(words) <= len(raws) / 2 and not any(map(readings.is_placeholder, words))


def _spread(
    sight: Sight, c: int, rows: list[Row], raws: list[Raw], notes: dict[int, tuple[str, str]], field_: Field
) -> None:
    """Vertically merged cells: words hold for every row of the range, an amount only once."""
    shared: dict[int, int] = {}
    for i, r in enumerate(rows):
        anchor = sight.fill.anchor(r.number, c) if raws[i] is None else None
        if anchor is None or anchor[1] != c or anchor[0] == r.number:
            continue
        above = sight.grid.raw(*anchor)
        if field_.type not in NUMERIC:
            raws[i] = above
        elif above is not None and not readings.is_placeholder(text_of(above)):
            notes[i] = (
                "merged-amount",
                f"{field_.label}与第 {anchor[0]} 行合并为一格（{text_of(above)}），"
                f"只计入第 {anchor[0]} 行。请分开填写。",
            )
            if not r.continues:
                shared[anchor[0]] = r.number
    for i, r in enumerate(rows if shared else ()):
        if r.number in shared and raws[i] is not None:
            notes[i] = (
                "merged-amount",
                f"{field_.label}与下面到第 {shared[r.number]} 行合并为一格，{text_of(raws[i])} 只计入这一行。请分开填写。",
            )
