"""The panel beside a list: what was found, grouped by rule, with a jump to the cell and a box to explain."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

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
from core.jobs import Progress
from gui import theme
from gui.icons import icon
from gui.jobs import Job
from gui.pages.arranging import KINDS, Wish, arranged, open_counts
from gui.pages.deciding import Deciding
from gui.pages.names import NameBook, Names
from gui.session import Session
from gui.tables.findings import Group
from gui.wording import doubts_as_findings, finding_line, rule_label, summary_html

if TYPE_CHECKING:
    from core.records import Ledger

_SHOWN = 300
_DATA, _GROUP = Qt.ItemDataRole.UserRole, Qt.ItemDataRole.UserRole + 1
_ALL = Wish(frozenset(KINDS), explained=True)


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
        self._known: Names = {}
        self._job: Job | None = None
        self.summary = QLabel()
        self.summary.setWordWrap(True)
        self.only = QCheckBox("只看选中的一行")
        self.only.toggled.connect(lambda on: self.refresh())
        self.tree = QTreeWidget()
        self.tree.setHeaderHidden(True)
        self.tree.setRootIsDecorated(True)
        self.tree.setIndentation(14)
        self.tree.setUniformRowHeights(True)
        self.tree.itemExpanded.connect(self._on_expanded)
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
        self._later.timeout.connect(self._ask)
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

    def _ask(self) -> None:
        """Let the worker group what is found; only the names of what will be listed are looked up."""
        if not self.session.is_open:
            return
        if self._job is not None:
            self._job.cancel()
        session, names, table = self.session, self.names, self.table
        only = self.uid if self.only.isChecked() else ""
        findings, doubts = session.findings, session.doubts

        def work(ledger: Ledger, progress: Progress) -> tuple[list[Group], Mapping[str, int], Names]:
            found = [f for f in findings if f.table == table or not f.table]
            found += doubts_as_findings(doubts, table)
            if only:
                found = [f for f in found if f.uid == only]
            groups = arranged(ledger.standard, found, {}, _ALL, progress)
            listed = {(f.table, f.uid) for g in groups for f in g.members[:_SHOWN] if f.table and f.uid}
            return groups, open_counts(found), names.of(ledger, listed)

        self._job = session.read(work, "正在整理审核结果", urgent=True)
        self._job.then(self, self._on_grouped)

    def _on_grouped(self, made: tuple[list[Group], Mapping[str, int], Names] | None) -> None:
        if made is None:
            return
        groups, counts, self._known = made
        here = self._current_key()
        self.tree.setUpdatesEnabled(False)
        self.tree.clear()
        self._show(None)
        self.summary.setText(summary_html(counts) or "没有发现问题。")
        is_short = len(groups) <= 3 or sum(len(g.members) for g in groups) <= 12
        for group in groups:
            head = self._head(group)
            if is_short or (here and any((f.rule, f.uid, f.field) == here for f in group.members[:_SHOWN])):
                head.setExpanded(True)
            for n in range(head.childCount() if here else 0):
                item = head.child(n)
                f = item.data(0, _DATA)
                if isinstance(f, Finding) and (f.rule, f.uid, f.field) == here:
                    self.tree.setCurrentItem(item)
        self.tree.setUpdatesEnabled(True)

    def _head(self, group: Group) -> QTreeWidgetItem:
        head = QTreeWidgetItem(self.tree, [group.title])
        colour = theme.WORD_COLOURS.get(group.severity, theme.INK)
        head.setIcon(0, icon(group.severity, colour))
        head.setForeground(0, QColor(colour))
        head.setToolTip(0, group.label)
        head.setData(0, _GROUP, group)
        head.setChildIndicatorPolicy(QTreeWidgetItem.ChildIndicatorPolicy.ShowIndicator)
        return head

    def _on_expanded(self, head: QTreeWidgetItem) -> None:
        """Make the entries of a rule when they are looked at."""
        group = head.data(0, _GROUP)
        if not isinstance(group, Group) or head.childCount():
            return
        for f in group.members[:_SHOWN]:
            name = self._known.get((f.table, f.uid), ("", ""))[0]
            line = f"{name}：{finding_line(f)}" if name else finding_line(f)
            item = QTreeWidgetItem(head, [f"（已说明）{line}" if f.explained else line])
            item.setData(0, _DATA, f)
            item.setToolTip(0, f.text)
            if f.explained:
                item.setForeground(0, QColor(theme.MUTED))
        if len(group.members) > _SHOWN:
            QTreeWidgetItem(head, [f"……还有 {len(group.members) - _SHOWN:,} 条，请到「审核」页查看"])

    def _on_menu(self, spot: QPoint) -> None:
        item = self.tree.itemAt(spot)
        if item is not None:
            menu = self.menu_for(item)
            menu.exec(self.tree.viewport().mapToGlobal(spot))
            menu.deleteLater()

    def menu_for(self, item: QTreeWidgetItem) -> QMenu:
        """What can be done with the rule of an entry."""
        menu = QMenu(self)
        group = item.data(0, _GROUP)
        f = group.members[0] if isinstance(group, Group) else item.data(0, _DATA)
        if isinstance(f, Finding) and f.table == self.table:
            narrowing = {"flagged": True} if f.severity == theme.DOUBT else {"finding": f.rule}
            name = rule_label(self.session.standard, f)
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
