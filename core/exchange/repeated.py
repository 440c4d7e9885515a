"""Sheets that say the same assets again: a whole ledger and its parts by unit in one file."""

from __future__ import annotations

from collections import Counter

from core.exchange.plan import Doubt, Plan, PlannedRecord, Skipped

SHARE = 0.8
"""From this share of equal rows on, a sheet is a repetition of another."""


def leave_out_repeated(plan: Plan) -> None:
    """Leave out rows that an ampler sheet of the file holds already, and tell it."""
    by_sheet: dict[str, list[PlannedRecord]] = {}
    for r in plan.records:
        by_sheet.setdefault(r.sheet, []).append(r)
    if len(by_sheet) < 2:
        return
    kept: list[str] = []
    gone: set[int] = set()
    for sheet in sorted(by_sheet, key=lambda s: -len(by_sheet[s])):
        records = by_sheet[sheet]
        for other in kept:
            same = _same(records, by_sheet[other])
            if same and len(same) >= len(records) * SHARE:
                gone |= {id(r) for r in same}
                plan.skipped += [Skipped(sheet, r.row, "repeated", r.name) for r in same]
                plan.doubts.append(
                    Doubt(
                        sheet,
                        0,
                        "",
                        "",
                        "repeated-sheet",
                        "",
                        f"工作表“{sheet}”有 {len(same)} 行与工作表“{other}”完全相同，只按后者导入一次。请核对。",
                    )
                )
                break
        else:
            kept.append(sheet)
    if gone:
        plan.records = [r for r in plan.records if id(r) not in gone]
        plan.skipped.sort(key=lambda s: (s.sheet, s.row))
        for i, t in enumerate(plan.tables):
            t.rows = sum(1 for r in plan.records if r.index == i)


def _facts(r: PlannedRecord, codes: set[str]) -> tuple[tuple[str, object], ...]:
    given = {**r.values, **r.shown}
    return tuple((c, given.get(c)) for c in sorted(codes))


def _codes(records: list[PlannedRecord]) -> set[str]:
    return {c for r in records for c, v in {**r.values, **r.shown}.items() if v is not None}


def _same(records: list[PlannedRecord], others: list[PlannedRecord]) -> list[PlannedRecord]:
    """The records that stand, one for one, among the others with the same facts."""
    if records[0].table != others[0].table:
        return []
    codes = _codes(records) & _codes(others)
    if len(codes) < 3:
        return []
    there = Counter(_facts(r, codes) for r in others)
    same = []
    for r in records:
        facts = _facts(r, codes)
        if sum(1 for _, v in facts if v is not None) >= 3 and there[facts] > 0:
            there[facts] -= 1
            same.append(r)
    return same
