"""Open doubts: those read from the same words in the same column, and confirming them as they stand."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from core.findings import Finding
from gui.jobs import Job
from gui.session import Session

if TYPE_CHECKING:
    from core.records import Origin
    from core.records.edit import Edit


def alike(session: Session, finding: Finding) -> list[Origin]:
    """The open doubts of the column that come from the same words as this one, itself among them."""
    return alike_cell(session, finding.table, finding.uid, finding.field)


def alike_cell(session: Session, table: str, uid: str, field: str) -> list[Origin]:
    """The same for one cell of a list; empty when no doubt is open on it."""
    by_uid = session.doubts.get(table, {})
    here = next((o for o in by_uid.get(uid, ()) if o.field == field), None)
    if here is None:
        return []
    return [o for found in by_uid.values() for o in found if (o.field, o.raw) == (field, here.raw)]


def confirm_cells(session: Session, cells: Sequence[tuple[str, str, str]]) -> Job:
    """Confirm doubtful values (table, uid, column) as they stand, as one step."""
    columns = {(table, code) for table, _, code in cells}
    table, code = next(iter(columns))
    column = session.standard.tables[table].column(code)
    label = column.label if column else ""
    if len(columns) > 1:
        label = f"确认 {len(cells)} 个导入的值"
    else:
        label = f"确认{label}" if len(cells) == 1 else f"确认 {len(cells)} 处{label}"

    def fill(edit: Edit) -> None:
        for cell in cells:
            edit.confirm(*cell)

    return session.change(label, fill)
