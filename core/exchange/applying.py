"""Carry out a plan as one action that can be undone."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from core.exchange.plan import CHANGED, CONFLICT, NEW, SAME, Doubt, Plan, PlannedRecord
from core.exchange.units import made_uid
from core.jobs import Progress, without_collector
from core.records import Ledger
from core.records.edit import Edit
from core.standard.types import Value


@dataclass(slots=True)
class ImportResult:
    """What an import did."""

    batch: int
    rows_read: int
    added: int
    changed: int
    same: int
    conflicts: int
    plan: Plan
    uids: list[str] = field(default_factory=list)
    doubts: int = 0
    """Cells that now stand in the ledger with an open doubt."""

    def to_json(self) -> dict[str, Any]:
        plan = self.plan
        return {
            "batch_id": self.batch,
            "rows_read": self.rows_read,
            "rows_added": self.added,
            "rows_changed": self.changed,
            "rows_same": self.same,
            "conflicts": self.conflicts,
            "skipped": [s.to_json() for s in plan.skipped],
            "findings": [d.to_json() for d in plan.all_doubts],
            "mapping": [{"sheet": t.sheet, "table": t.table, "mapping": t.mapping()} for t in plan.tables],
            "hidden_sheets": plan.hidden_sheets,
            "encoding": plan.encoding,
        }


def apply(ledger: Ledger, plan: Plan, *, why: str = "", progress: Progress | None = None) -> ImportResult:
    """Carry out a plan as one action that can be undone; doubts and sources go along.

    Rows of a period that was reported need `why`, the reason of the adjustment.
    """
    with without_collector():
        return _Applier(ledger, plan, why, progress or Progress()).run()


class _Applier:
    def __init__(self, ledger: Ledger, plan: Plan, why: str, progress: Progress) -> None:
        self.ledger = ledger
        self.plan = plan
        self.why = why
        self.progress = progress
        self.records = [r for r in plan.records if not r.left_out]
        self.doubted = 0

    def run(self) -> ImportResult:
        new = [r for r in self.records if r.state == NEW]
        changed = [r for r in self.records if r.state == CHANGED]
        kept = [r for r in self.records if r.state in (SAME, CONFLICT)]
        settled = self._settled(kept)
        batch = 0
        if new or changed or settled:
            self.progress.step(0, 0, "正在备份账套")
            self.ledger.backup("导入前")
            with self.ledger.edit(
                f"导入 {self.plan.file}", why=self.why, kind="import", source=self.plan.file
            ) as edit:
                batch = edit.batch
                self._units(edit)
                self._add(edit, new)
                self._change(edit, changed)
                for r, fields in settled:
                    for code in fields:
                        edit.confirm(r.table, r.uid, code)
                self._remember()
                self.progress.step(1, 1, "正在完成")
        return ImportResult(
            batch,
            len(self.records),
            len(new),
            len(changed) + len(settled),
            sum(1 for r in kept if r.state == SAME) - len(settled),
            sum(1 for r in kept if r.state == CONFLICT),
            self.plan,
            [r.uid for r in (*new, *changed)],
            self.doubted,
        )

    def _settled(self, records: list[PlannedRecord]) -> list[tuple[PlannedRecord, list[str]]]:
        """Unchanged records whose doubts the corrected file answers: it now reads the same value cleanly."""
        found = []
        for table in {r.table for r in records}:
            same = [r for r in records if r.table == table and r.state == SAME]
            doubts = self.ledger.origins(table) if same else {}
            for r in same:
                asked = {d.field for d in r.doubts}
                fields = [
                    o.field
                    for o in doubts.get(r.uid, ())
                    if o.field not in asked and {**r.values, **r.shown}.get(o.field) is not None
                ]
                if fields:
                    found.append((r, fields))
        return found

    def _units(self, edit: Edit) -> None:
        """Draft units first: records point to them."""
        tables = self.ledger.standard.tables
        for u in self.plan.units:
            if not u.rows and u.new:
                u.rows = sum(1 for r in self.records if u.uid in r.values.values())
            definition = tables[u.table]
            code = next((m for m in definition.match if m != definition.name_field), "")
            if u.new and u.rows:
                values: dict[str, Value] = {definition.name_field: u.name or None}
                if code and u.uscc:
                    values[code] = u.uscc
                edit.add(u.table, values, uid=u.uid)
            elif not u.new and code:
                edit.set(u.table, u.uid, {code: u.uscc})

    def _add(self, edit: Edit, records: list[PlannedRecord]) -> None:
        order = list(self.ledger.standard.tables)
        for table in sorted({r.table for r in records}, key=order.index):
            mine = [r for r in records if r.table == table]
            for start in range(0, len(mine), 2000):
                self.progress.step(start, len(mine), f"正在写入 {start:,}/{len(mine):,} 行")
                part = mine[start : start + 2000]
                edit.add_many(
                    table,
                    [
                        (r.uid, r.values, json.dumps(r.extra, ensure_ascii=False) if r.extra else "")
                        for r in part
                    ],
                )
            self._children(edit, table, mine)
            for r in mine:
                edit.source(table, r.uid, file=self.plan.file, sheet=r.sheet, row=r.row)
                for d in r.doubts:
                    if d.field:
                        self._doubt(edit, r, d)

    def _children(self, edit: Edit, table: str, records: list[PlannedRecord]) -> None:
        """The first child of each new record, from the columns that show it (权证号, 确权状态)."""
        hops: dict[str, dict[str, str]] = {}
        for s in self.ledger.standard.tables[table].shows.values():
            if s.to_child:
                hops.setdefault(s.hop, {})[s.code] = s.target.code
        for hop, shown in hops.items():
            rows: list[tuple[str, dict[str, Value], str]] = []
            for r in records:
                values: dict[str, Value] = {
                    target: r.shown[code] for code, target in shown.items() if r.shown.get(code) is not None
                }
                if values:
                    rows.append((made_uid(r.uid, hop), {table: r.uid, **values}, ""))
            if rows:
                edit.add_many(hop, rows)

    def _change(self, edit: Edit, records: list[PlannedRecord]) -> None:
        for i, r in enumerate(records):
            if i % 200 == 0:
                self.progress.step(i, len(records), f"正在修改 {i:,}/{len(records):,} 行")
            definition = self.ledger.standard.tables[r.table]
            own = {c: v for c, v in r.after.items() if c in definition.fields}
            if own:
                edit.set(r.table, r.uid, own)
            for code, value in r.after.items():
                if code in definition.shows:
                    edit.set_shown(r.table, r.uid, code, value)
            edit.source(r.table, r.uid, file=self.plan.file, sheet=r.sheet, row=r.row)
            for d in r.doubts:
                if d.field in r.after:
                    self._doubt(edit, r, d)

    def _doubt(self, edit: Edit, r: PlannedRecord, d: Doubt) -> None:
        self.doubted += 1
        edit.doubt(
            r.table,
            r.uid,
            d.field,
            file=self.plan.file,
            sheet=d.sheet,
            row=d.row,
            column=d.column,
            raw=d.raw,
            code=d.code,
            text=d.text,
        )

    def _remember(self) -> None:
        """Keep the mapping of each layout for the next file of its kind."""
        t = self.ledger.tables.mapping
        at = datetime.now().isoformat(" ", "seconds")
        for table in self.plan.tables:
            if table.note:
                continue
            answers = {
                "table": table.table,
                "mapping": {m.title: m.code for m in table.columns.values() if not m.tick and not m.role},
                "units": {
                    m.title: m.unit for m in table.columns.values() if m.unit and m.unit_from == "answer"
                },
                "blanks": {table.columns[c].title: b for c, b in table.blanks.items()},
            }
            for layout, said in table.remembered(answers).items():
                self.ledger.conn.execute(sa.delete(t).where(t.c.layout == layout))
                self.ledger.conn.execute(
                    sa.insert(t),
                    {"layout": layout, "answers": json.dumps(said, ensure_ascii=False), "at": at},
                )
