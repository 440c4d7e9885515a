"""The panel beside a list: what was found, grouped by rule, with a jump to the cell and a box to explain."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPoint, Qt, QTimer, Signal
from PySide6.QtGui import QColor
from PySide6.QtWidgets import (
    QCheckBox,
    QLabel,
    QMenu,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from core.findings import Finding
from gui import theme
from gui.icons import icon
from gui.pages.deciding import Deciding
from gui.pages.names import NameBook, Names
from gui.session import Session
from gui.wording import RANK, counted, doubts_as_findings, finding_line, rule_label, summary_html

_SHOWN = 300
_DATA = Qt.ItemDataRole.UserRole


class FindingsPanel(QWidget):
    """Findings and open doubts of one table, of the chosen record or of all.

    jump_asked(table, uid, field); told(text).
    narrow_asked(name, narrowing): the list shall show only the records of one rule.
    """

    jump_asked = Signal(str, str, str)
    narrow_asked = Signal(str, object)
    told = Signal(str)

    def __init__(self, session: Session, names: NameBook, table: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.session, self.names, self.table = session, names, table
        self.uid = ""
        self.summary = QLabel()
        self.summary.setWordWrap(True)
        self.only = QCheckBox("只看选中的一行")
        self.only.toggled.connect(lambda on: self.refresh())
        self.tree = QTreeWidget()
        self.tree.setHeaderHidden(True)
        self.tree.setRootIsDecorated(True)
        self.tree.setIndentation(14)
        self.tree.setUniformRowHeights(True)
        self.tree.itemClicked.connect(self._on_clicked)
        self.tree.itemActivated.connect(self._on_clicked)
        self.tree.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.tree.customContextMenuRequested.connect(self._on_menu)
        self.tree.currentItemChanged.connect(lambda item, before: self._show(item))
        self.deciding = Deciding(session)
        self.deciding.jump_asked.connect(self.jump_asked)
        self.deciding.told.connect(self.told)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(8, 8, 4, 4)
        layout.addWidget(self.summary)
        layout.addWidget(self.only)
        layout.addWidget(self.tree, 1)
        layout.addWidget(self.deciding)
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.setInterval(60)
        self._later.timeout.connect(self._ask_names)
        session.findings_changed.connect(self.refresh)
        self.refresh()

    def show_record(self, uid: str) -> None:
        """Follow the chosen row."""
        if uid != self.uid:
            self.uid = uid
            if self.only.isChecked():
                self.refresh()

    def refresh(self) -> None:
        """Fill the tree again soon."""
        self._later.start()

    # --- the tree --------------------------------------------------------------------------------------

    def _entries(self) -> list[Finding]:
        found = [f for f in self.session.findings if f.table == self.table or not f.table]
        found += doubts_as_findings(self.session, self.table)
        if self.only.isChecked():
            found = [f for f in found if f.uid == self.uid]
        return found

    def _ask_names(self) -> None:
        if not self.session.is_open:
            return
        entries = self._entries()
        wanted = {(f.table, f.uid) for f in entries if f.table and f.uid}
        self.names.ask(wanted, lambda names: self._fill(entries, names))

    def _fill(self, entries: list[Finding], names: Names) -> None:
        if not self.session.is_open:
            return
        here = self._current_key()
        self.tree.setUpdatesEnabled(False)
        self.tree.clear()
        self._show(None)
        counts = {s: sum(1 for f in entries if f.severity == s and not f.explained) for s in RANK}
        self.summary.setText(summary_html(counts) or "没有发现问题。")
        groups: dict[tuple[int, str], list[Finding]] = {}
        for f in entries:
            groups.setdefault((RANK.get(f.severity, 4), f.rule), []).append(f)
        for (_, rule), members in sorted(groups.items()):
            head = self._group(rule, members)
            for f in members[:_SHOWN]:
                name = names.get((f.table, f.uid), ("", ""))[0]
                line = f"{name}：{finding_line(f)}" if name else finding_line(f)
                item = QTreeWidgetItem(head, [line])
                item.setData(0, _DATA, f)
                item.setToolTip(0, f.text)
                if f.explained:
                    item.setForeground(0, QColor(theme.MUTED))
                    item.setText(0, f"（已说明）{line}")
                if here == (f.rule, f.uid, f.field):
                    self.tree.setCurrentItem(item)
            if len(members) > _SHOWN:
                QTreeWidgetItem(head, [f"……还有 {len(members) - _SHOWN} 条，请到「审核」页查看"])
        if self.tree.topLevelItemCount() <= 3 or len(entries) <= 12:
            self.tree.expandAll()
        self.tree.setUpdatesEnabled(True)

    def _group(self, rule: str, members: Sequence[Finding]) -> QTreeWidgetItem:
        first = members[0]
        label = rule_label(self.session, first)
        head = QTreeWidgetItem(self.tree, [f"{label}{counted(members)}"])
        head.setIcon(0, icon(first.severity, theme.WORD_COLOURS.get(first.severity, theme.INK)))
        head.setForeground(0, QColor(theme.WORD_COLOURS.get(first.severity, theme.INK)))
        head.setToolTip(0, label)
        return head

    def _on_menu(self, spot: QPoint) -> None:
        item = self.tree.itemAt(spot)
        if item is not None:
            menu = self.menu_for(item)
            menu.exec(self.tree.viewport().mapToGlobal(spot))
            menu.deleteLater()

    def menu_for(self, item: QTreeWidgetItem) -> QMenu:
        """What can be done with the rule of an entry."""
        menu = QMenu(self)
        first = item if item.data(0, _DATA) is not None else item.child(0)
        f = first.data(0, _DATA) if first is not None else None
        if isinstance(f, Finding) and f.table == self.table:
            narrowing = {"flagged": True} if f.severity == theme.DOUBT else {"finding": f.rule}
            name = rule_label(self.session, f)
            menu.addAction(
                icon("filter"), "列表只显示有这个问题的记录", lambda: self.narrow_asked.emit(name, narrowing)
            )
        return menu

    def _current_key(self) -> tuple[str, str, str] | None:
        f = self._current()
        return (f.rule, f.uid, f.field) if f else None

    def _current(self) -> Finding | None:
        item = self.tree.currentItem()
        f = item.data(0, _DATA) if item else None
        return f if isinstance(f, Finding) else None

    def _on_clicked(self, item: QTreeWidgetItem) -> None:
        f = item.data(0, _DATA)
        if isinstance(f, Finding) and f.uid:
            self.jump_asked.emit(f.table, f.uid, f.field)

    def _show(self, item: QTreeWidgetItem | None) -> None:
        f = item.data(0, _DATA) if item else None
        self.deciding.show_findings([f] if isinstance(f, Finding) else [])
