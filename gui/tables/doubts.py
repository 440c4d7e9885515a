"""Open doubts that were read from the same words in the same column."""

from __future__ import annotations

from typing import TYPE_CHECKING

from core.findings import Finding
from gui.session import Session

if TYPE_CHECKING:
    from core.records import Origin


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
