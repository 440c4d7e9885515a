"""What editors ask of the ledger: candidates for references, and the options a record allows."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from core.jobs import Progress
from core.standard.model import Field
from gui.forms.lines import Choice, Context
from gui.session import Session

if TYPE_CHECKING:
    from core.records import Ledger

CANDIDATES = 30


def context_for(session: Session, table: str, uid: str) -> Context:
    """The context of an editor on one record."""

    def ask(field: Field, text: str, answer: Callable[[Sequence[Choice]], None]) -> None:
        def work(ledger: Ledger, progress: Progress) -> list[Choice]:
            return candidates(ledger, field, text)

        session.read(work, urgent=True).succeeded.connect(lambda found: answer(found or []))

    def allowed(field: Field, answer: Callable[[frozenset[str]], None]) -> None:
        def work(ledger: Ledger, progress: Progress) -> frozenset[str] | None:
            from core.records.compile import options_for

            return frozenset(i.code for i in options_for(ledger, table, uid, field.code)) if uid else None

        def tell(found: frozenset[str] | None) -> None:
            if found is not None:
                try:
                    answer(found)
                except RuntimeError:  # The editor was closed before the answer came.
                    return

        session.read(work, urgent=True).succeeded.connect(tell)

    return Context(ask, allowed)


def candidates(ledger: Ledger, field: Field, text: str) -> list[Choice]:
    """Records that a reference may name: those that match the text, by name."""
    name = ledger.standard.tables[field.ref].name_field
    ids = ledger.ids(field.ref, search=text, order=[name])[:CANDIDATES]
    return [
        Choice(str(uid), str(shown)) for uid, shown in ledger.page(field.ref, ids, ["uid", name]) if shown
    ]
