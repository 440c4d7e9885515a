"""What stands in the way of a report, grouped by kind, with the way to each."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QGuiApplication, QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QTreeWidget, QTreeWidgetItem, QVBoxLayout, QWidget

from gui import theme
from gui.icons import icon

if TYPE_CHECKING:
    from core.exchange.blocked import Hindrance

_KINDS = (("error", "错误"), ("explain", "需说明而未说明"), ("origin", "没读准、未确认"), ("cover", "封面"))
_PICTURES = {"error": "error", "explain": "explain", "origin": "doubt", "cover": "file"}
_COLOURS = {"error": theme.ERROR, "explain": theme.EXPLAIN, "origin": theme.DOUBT, "cover": theme.HINT}
_SHOWN = 200
_DATA = Qt.ItemDataRole.UserRole


class HindranceList(QWidget):
    """opened(Hindrance): its place is to be shown. A double click, Enter and the button do it."""

    opened = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.found: list[Hindrance] = []
        self.tree = QTreeWidget()
        self.tree.setHeaderHidden(True)
        self.tree.setWordWrap(True)
        self.tree.setSelectionMode(QTreeWidget.SelectionMode.ExtendedSelection)
        self.tree.itemActivated.connect(lambda item: self._open(item))
        self.tree.currentItemChanged.connect(lambda item, before: self._on_current(item))
        QShortcut(
            QKeySequence.StandardKey.Copy, self.tree, self.copy, context=Qt.ShortcutContext.WidgetShortcut
        )
        self.lead = QPushButton(icon("jump"), "去处理")
        self.lead.setToolTip("到选中的这一条所在的位置（双击或回车也可以）")
        self.lead.clicked.connect(lambda: self._open(self.tree.currentItem()))
        self.copy_button = QPushButton(icon("file"), "复制")
        self.copy_button.setToolTip("复制选中的各条；没有选中时复制全部")
        self.copy_button.clicked.connect(self.copy)
        row = QHBoxLayout()
        row.addWidget(self.lead)
        row.addWidget(self.copy_button)
        row.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.tree, 1)
        layout.addLayout(row)

    def fill(self, found: Sequence[Hindrance]) -> None:
        """Show what was found; the clerk stays at the one where he was."""
        before = self.tree.currentItem()
        here = before.data(0, _DATA) if before is not None else None
        self.found = list(found)
        self.tree.clear()
        first: QTreeWidgetItem | None = None
        for kind, label in _KINDS:
            members = [h for h in self.found if h.kind == kind]
            if not members:
                continue
            head = QTreeWidgetItem(self.tree, [f"{label}（{len(members):,}）"])
            head.setIcon(0, icon(_PICTURES[kind], theme.WORD_COLOURS[_COLOURS[kind]]))
            for h in members[:_SHOWN]:
                item = QTreeWidgetItem(head, [h.text.replace("\n", " ")])
                item.setToolTip(0, h.text)
                item.setData(0, _DATA, h)
                if h == here or first is None:
                    first = item
            if len(members) > _SHOWN:
                QTreeWidgetItem(head, [f"……还有 {len(members) - _SHOWN:,} 条，请到「审核」页处理"])
            head.setExpanded(kind == "cover" or len(self.found) <= 20)
        if first is not None:
            self.tree.setCurrentItem(first)
            if here is None:
                first.setSelected(False)

    def copy(self) -> None:
        """Put the selected ones on the clipboard, or all."""
        chosen = [item.data(0, _DATA) for item in self.tree.selectedItems()]
        lines = [h.text for h in chosen if h is not None] or [h.text for h in self.found]
        QGuiApplication.clipboard().setText("\n".join(line.replace("\n", " ") for line in lines))

    def _on_current(self, item: QTreeWidgetItem | None) -> None:
        self.lead.setEnabled(item is not None and item.data(0, _DATA) is not None)

    def _open(self, item: QTreeWidgetItem | None) -> None:
        if item is not None and (h := item.data(0, _DATA)) is not None:
            self.opened.emit(h)
