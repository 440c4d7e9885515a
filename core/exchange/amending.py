"""What a row would change in the record that it was matched with, cell by cell."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from core.exchange.columns import target_field
from core.exchange.plan import CHANGED, CONFLICT, NEW, Plan, PlannedRecord
from core.exchange.units import key_of
from core.records import Ledger
from core.standard.model import TableDef
from core.standard.types import Value


def compare_cells(
    ledger: Ledger, definition: TableDef, records: Sequence[PlannedRecord], places: Mapping[str, int]
) -> None:
    """Fill before, after and state of the matched rows; `places` are the ids of the ledger's records by uid."""
    matched = [r for r in records if r.state != NEW and r.uid in places and not r.unedited]
    given = {c for r in matched for c in (*r.values, *r.blanks)}
    given |= {
        s.code for s in definition.shows.values() if s.to_child and any(s.code in r.shown for r in matched)
    }
    codes = sorted(given)
    if not codes:
        return
    ids = [places[r.uid] for r in matched]
    for r, row in zip(matched, ledger.page(definition.code, ids, codes), strict=True):
        for code, old in zip(codes, row, strict=True):
            told: Mapping[str, Value] = r.shown if code in definition.shows else r.values
            if code not in told and code not in r.blanks:
                continue
            new = told.get(code)
            if new == old or (new is None and code not in r.blanks):
                continue
            if r.matched_by == "source" and old is not None:
                continue  # edited since this very file came in: the ledger's value stays
            column = definition.column(code)
            if (
                column is not None
                and target_field(column).type in ("id", "cert")
                and key_of(new) == key_of(old)
            ):
                continue
            r.before[code], r.after[code] = old, new
        if r.after and r.state != CONFLICT:
            r.state = CHANGED


def names_of_units(plan: Plan, ledger: Any) -> dict[str, str]:
    """uid → name for every unit that the plan's changes speak of."""
    names = {u.uid: u.name for u in plan.units}
    if ledger is not None:
        for r in plan.records:
            for code in r.after:
                for uid in (r.before.get(code), r.after.get(code)):
                    field_ = ledger.standard.tables[r.table].fields.get(code)
                    if field_ is not None and field_.type == "ref" and uid and uid not in names:
                        names[str(uid)] = ledger.name_of(field_.ref, str(uid))
    return names
