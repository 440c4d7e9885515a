"""Undoing an older action: rows changed since are listed and decided one by one."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from PySide6.QtWidgets import (
    QCheckBox,
    QDialog,
    QLabel,
    QVBoxLayout,
    QWidget,
)

from core.jobs import Progress
from gui.dialogs import messages
from gui.dialogs.buttons import verb_and_cancel
from gui.reading import spelled
from gui.session import Session
from gui.tables.sheet import Sheet

if TYPE_CHECKING:
    from core.records import Kept, Ledger


def undo_batch(
    parent: QWidget, session: Session, batch: int, label: str, done: Callable[[Any], None]
) -> None:
    """Undo one action of the history; rows that were changed since are decided first."""

    def preview(ledger: Ledger, progress: Progress) -> tuple[list[Kept], dict[str, str]]:
        kept = ledger.undo_preview(batch)
        return kept, _later(ledger, batch, kept)

    def decide(found: tuple[list[Kept], dict[str, str]] | None) -> None:
        if found is None:
            return
        kept, later = found
        take: frozenset[str] = frozenset()
        if kept:
            dialog = KeptDialog(parent, session, label, kept, later)
            if dialog.exec() != QDialog.DialogCode.Accepted:
                return
            take = dialog.chosen()
        elif not messages.ask(parent, f"撤销「{label}」？", "撤销", "撤销之后还可以再恢复。"):
            return
        session.undo(batch, take=take).succeeded.connect(done)

    session.run(preview, "正在查看能否撤销").succeeded.connect(decide)


def _later(ledger: Ledger, batch: int, kept: Sequence[Kept]) -> dict[str, str]:
    """uid → what was changed after the action, each cell as 栏目：当时 → 现在."""
    from core.records import histories

    tables = {k.uid: k.table for k in kept}
    told: dict[str, str] = {}
    for uid, fields in histories.since(ledger, batch, list(tables)).items():
        definition = ledger.standard.tables.get(tables[uid])
        if definition is None:
            continue
        told[uid] = "；".join(
            f"{definition.fields[code].label}：{spelled(ledger, definition.code, code, then) or '（空）'}"
            f" → {spelled(ledger, definition.code, code, now) or '（空）'}"
            for code, (then, now) in fields.items()
            if code in definition.fields
        )
    for table in set(tables.values()) & ledger.standard.tables.keys():
        of_table = [uid for uid, code in tables.items() if code == table]
        for uid, children in histories.children_since(ledger, batch, table, of_table).items():
            words = "、".join(children[:3]) + (f" 等 {len(children)} 条" if len(children) > 3 else "")
            told[uid] = "；".join(x for x in (told.get(uid, ""), words) if x)
    return told


class KeptDialog(QDialog):
    """The rows that undo would leave as they are; ticked ones are undone all the same.

    `later` says of each row what was changed in it after the action.
    """

    def __init__(
        self,
        parent: QWidget,
        session: Session,
        label: str,
        kept: Sequence[Kept],
        later: Mapping[str, str],
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle("撤销")
        self.resize(920, 420)
        self._kept = list(kept)
        text = QLabel(
            f"「{label}」之后，下面 {len(kept):,} 条又有变化。"
            "没有勾选的保持原样，勾选的一并撤销（后来的修改会丢掉）；不能勾选的只能保持原样。"
        )
        text.setWordWrap(True)
        self.table = Sheet(
            ["一并撤销", "记录", "情况", "后来的修改（当时 → 现在）"], (80, 200, 150), many=True, wrapped=True
        )
        self.table.fill([("", *self._words(session, each, later)) for each in kept])
        self.table.offer({n for n, each in enumerate(self._kept) if not each.fixed})
        buttons, _ = verb_and_cancel(self, "撤销", enter=False)
        layout = QVBoxLayout(self)
        every = QCheckBox("全部一并撤销")
        every.toggled.connect(self.table.tick)
        every.setVisible(any(not each.fixed for each in kept))
        layout.addWidget(text)
        layout.addWidget(every)
        layout.addWidget(self.table)
        layout.addWidget(buttons)

    def _words(self, session: Session, each: Kept, later: Mapping[str, str]) -> tuple[str, str, str]:
        """Record, state and later changes of a row."""
        table = session.standard.tables.get(each.table)
        labels = [table.fields[f].label for f in each.fields if table and f in table.fields]
        name = f"{table.label if table else ''}　{each.name}".strip("　")
        return (name, each.why, later.get(each.uid) or "、".join(labels))

    def chosen(self) -> frozenset[str]:
        """The uids that are to be undone all the same."""
        return frozenset(self._kept[n].uid for n in self.table.ticked())
