"""What an asset came from and what became of it: split, merged, with a way to each."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from gui.icons import icon
from gui.reading import ASSET, spelled
from gui.session import Session
from gui.tables.sheet import Sheet

if TYPE_CHECKING:
    from core.records import Ledger

_Line = tuple[str, tuple[str, ...]]
"""uid and the texts of its row."""


class AncestryDialog(QDialog):
    """jump_asked(uid): show this asset in the list."""

    jump_asked = Signal(str)

    def __init__(self, session: Session, uid: str, name: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle(f"来源与去向：{name}")
        self.resize(720, 320)
        self._uids: list[str] = []
        self.told = QLabel("正在读取……")
        self.told.setObjectName("muted")
        self.told.setWordWrap(True)
        definition = session.standard.table(ASSET)
        codes = [*definition.match[:1], definition.name_field]
        heads = ["关系", *(definition.fields[c].label for c in codes), "现在"]
        self.table = Sheet(heads, (110, *([190] * len(codes))))
        self.table.itemSelectionChanged.connect(self._refresh)
        self.table.opened.connect(lambda number: self._on_jump())
        self.jump = QPushButton(icon("jump"), "到这宗资产")
        self.jump.clicked.connect(self._on_jump)
        close = QPushButton("关闭")
        close.clicked.connect(self.reject)
        bottom = QHBoxLayout()
        bottom.addWidget(self.jump)
        bottom.addStretch(1)
        bottom.addWidget(close)
        layout = QVBoxLayout(self)
        layout.addWidget(self.told)
        layout.addWidget(self.table, 1)
        layout.addLayout(bottom)
        self._refresh()
        job = session.read(lambda ledger, progress: kin(ledger, uid), urgent=True)
        job.succeeded.connect(self._on_read)

    def _on_read(self, found: list[_Line] | None) -> None:
        lines = found or []
        self._uids = [uid for uid, _ in lines]
        self.table.fill([texts for _, texts in lines])
        self.told.setText(
            "双击可到列表里的那一宗；已拆分、已合并的资产不再计入合计，但都保留着。"
            if lines
            else "这宗资产没有拆分过，也不是由别的资产合并来的。"
        )

    def _refresh(self) -> None:
        self.jump.setEnabled(bool(self.table.chosen()))

    def _on_jump(self) -> None:
        for number in self.table.chosen():
            self.accept()
            self.jump_asked.emit(self._uids[number])


def kin(ledger: Ledger, uid: str) -> list[_Line]:
    """The assets that one came from, then those that came from it, nearest first; in the worker."""
    from core.records import lineage
    from core.records.query import replaced_codes

    definition = ledger.standard.tables[ASSET]
    codes = [*definition.match[:1], definition.name_field]
    gone = replaced_codes(definition)
    made: list[_Line] = []
    related = [("来源", u) for u in lineage.ancestors(ledger, uid)]
    related += [("去向", u) for u in lineage.descendants(ledger, uid)]
    for relation, other in related:
        record = ledger.get(ASSET, other)
        if record is None:
            continue
        states = [
            spelled(ledger, ASSET, code, record.values[code])
            for code, replaced in gone.items()
            if record.values.get(code) in replaced
        ]
        now = "已删除" if record.deleted else "、".join(states) or "在册"
        texts = (spelled(ledger, ASSET, c, record.values.get(c)) for c in codes)
        made.append((other, (relation, *texts, now)))
    return made
