"""What the window tells about a 账套 besides its records, read in the worker thread."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from core.findings import Finding
from core.jobs import Progress
from core.standard.types import Value
from gui.marks import Marks

if TYPE_CHECKING:
    from core.records import ChangeSet, Ledger, Origin

ASSET = "asset"
"""The table that the three paths divide; every standard has it."""

_ASKED = 1000
"""Doubts of up to so many records are asked by their uids."""


@dataclass(frozen=True)
class State:
    """What the window tells about the 账套 besides its records."""

    unit_name: str = ""
    operator: str = ""
    region: str = ""
    role: str = ""
    undo_label: str = ""
    redo_label: str = ""
    readonly: bool = False
    counts: dict[str, int] = field(default_factory=dict)
    paths: dict[str, int] = field(default_factory=dict)
    period: str = ""
    period_state: str = ""
    is_reported: bool = False
    damage: str = ""


def read_state(ledger: Ledger, before: State | None = None, touched: Iterable[str] = ()) -> State:
    """Counts and the labels of undo and redo; only what was touched is counted again."""
    from core.records import periods
    from core.records.periods import Period
    from core.records.query import NO_PATH
    from core.standard.kernel import PATHS

    counts = dict(before.counts) if before else {}
    paths = dict(before.paths) if before else {}
    wanted = set(touched) if before else set(ledger.standard.tables)
    counts.update({code: len(ledger.ids(code)) for code in ledger.standard.tables if code in wanted})
    if ASSET in wanted:
        paths = {path: len(ledger.ids(ASSET, path=path)) for path in (*PATHS, NO_PATH)}
    now = periods.get(ledger, ledger.meta("period")) if ledger.meta("period") else Period("", "")
    return State(
        unit_name=ledger.meta("unit_name"),
        operator=ledger.operator,
        region=ledger.meta("region"),
        role=ledger.meta("role"),
        undo_label=ledger.undo_label(),
        redo_label=ledger.redo_label(),
        readonly=ledger.readonly,
        counts=counts,
        paths=paths,
        period=ledger.meta("period"),
        period_state=now.state_name,
        is_reported=now.version > 0 and not now.is_open,
        damage=ledger.damage,
    )


def check_everything(ledger: Ledger, progress: Progress) -> Marks:
    """Carry out every rule; all findings and all open doubts."""
    from core.audit import check

    return Marks(without_doubts(ledger, check(ledger, progress=progress).findings), read_doubts(ledger))


def read_findings(ledger: Ledger, progress: Progress) -> Marks:
    """The findings as they are stored, and all open doubts."""
    from core.audit import findings

    return Marks(without_doubts(ledger, findings(ledger)), read_doubts(ledger))


def recheck_around(
    ledger: Ledger, changes: ChangeSet
) -> tuple[set[tuple[str, str]], list[Finding], dict[str, dict[str, list[Origin]]]]:
    """Check what an action touched: the records looked at, their findings, and the doubts open on them."""
    from core.audit import findings, recheck_changes

    touched = set(recheck_changes(ledger, changes))
    for c in changes.changes:
        row = c.after or c.before
        if c.kind == "aux" and row.get("uid"):
            touched.add((str(row.get("table")), str(row["uid"])))
    fresh: list[Finding] = []
    for table in {t for t, _ in touched}:
        fresh += findings(ledger, table=table, uids=[u for t, u in touched if t == table])
    return touched, without_doubts(ledger, fresh), read_doubts(ledger, {u for _, u in touched})


def without_doubts(ledger: Ledger, found: Iterable[Finding]) -> list[Finding]:
    """Doubts of the import are shown from their origins, with the raw text; their rule adds nothing."""
    rules = ledger.standard.rules
    return [f for f in found if f.rule not in rules or rules[f.rule].kind != "origin"]


def read_doubts(ledger: Ledger, uids: set[str] | None = None) -> dict[str, dict[str, list[Origin]]]:
    """Open doubts by table and uid, of these records or of all."""
    asked = sorted(uids) if uids is not None and len(uids) <= _ASKED else None
    found = {code: ledger.origins(code, uids=asked) for code in ledger.standard.tables}
    return {code: by for code, by in found.items() if by}


def spelled(ledger: Ledger, table: str, code: str, value: Value) -> str:
    """A stored value as people read it, with its unit; a reference by the name of its record."""
    from core.standard.types import show

    definition = ledger.standard.tables.get(table)
    field = definition.fields.get(code) if definition else None
    if field is None or value is None:
        return ""
    if field.type == "ref":
        return ledger.name_of(field.ref, str(value))
    return f"{show(value, field)} {field.unit}" if field.unit else show(value, field)
