"""The audit page: every finding grouped and filtered, with jumps and explanations in batches."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from PySide6.QtCore import QModelIndex, Qt, QTimer, Signal
from PySide6.QtGui import QAction, QKeySequence, QShortcut, QShowEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QCheckBox,
    QComboBox,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QLineEdit,
    QPushButton,
    QSplitter,
    QTreeView,
    QVBoxLayout,
    QWidget,
)

from core.findings import ERROR, EXPLAIN, HINT, Finding
from core.jobs import Progress
from gui import theme
from gui.icons import icon
from gui.jobs import Job
from gui.pages.arranging import BY_RULE, BY_SEVERITY, BY_UNIT, KINDS, Wish, arranged, open_counts
from gui.pages.deciding import Deciding
from gui.pages.names import NameBook, Names
from gui.session import Session
from gui.tables.cells import to_html, to_tsv
from gui.tables.copying import put_block
from gui.tables.findings import SHOWN, FindingsModel, Group, row_of
from gui.wording import doubts_as_findings, rule_label

if TYPE_CHECKING:
    from core.records import Ledger

Arrangement = tuple[list[Group], Names, Mapping[str, int]]


class AuditPage(QWidget):
    """jump_asked(table, uid, field); told(text)."""

    jump_asked = Signal(str, str, str)
    told = Signal(str)

    def __init__(self, session: Session, names: NameBook, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.session, self.names = session, names
        self._names: Names = {}
        self._is_stale = True
        self._job: Job | None = None
        self.model = FindingsModel(self)
        self._build()
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.setInterval(80)
        self._later.timeout.connect(self._fill)
        session.findings_changed.connect(self._on_findings)

    def _build(self) -> None:
        title = QLabel("审核")
        title.setObjectName("title")
        again = QPushButton(icon("refresh"), "重新审核")
        again.setToolTip("重新审核全部记录（F9）")
        again.clicked.connect(self.session.check_all)
        self.group = QComboBox()
        self.group.addItems([BY_RULE, BY_UNIT, BY_SEVERITY])
        self.group.currentIndexChanged.connect(lambda n: self._later.start())
        self.search = QLineEdit()
        self.search.setPlaceholderText("查找（文字或拼音首字母）")
        self.search.setToolTip("查找问题、记录、单位、说明、规则编号；记录和单位也可用拼音首字母")
        self.search.setClearButtonEnabled(True)
        self.search.setFixedWidth(220)
        self.search.textChanged.connect(lambda text: self._later.start())
        self.boxes: dict[str, QCheckBox] = {}
        top = QHBoxLayout()
        top.addWidget(title)
        top.addSpacing(12)
        for kind, name in KINDS.items():
            box = QCheckBox(name)
            box.setChecked(kind != HINT)
            box.setStyleSheet(f"color: {theme.WORD_COLOURS[kind]};")
            box.toggled.connect(lambda on: self._later.start())
            self.boxes[kind] = box
            top.addWidget(box)
        self.explained = QCheckBox("含已说明的")
        self.explained.toggled.connect(lambda on: self._later.start())
        top.addWidget(self.explained)
        top.addStretch(1)
        for w in (QLabel("分组"), self.group, self.search, again):
            top.addWidget(w)
        self.tree = QTreeView()
        self.tree.setModel(self.model)
        self.tree.setUniformRowHeights(True)
        self.tree.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.tree.setAlternatingRowColors(False)
        self.tree.setAllColumnsShowFocus(True)
        self.tree.activated.connect(self._on_opened)
        heads = self.tree.header()
        heads.setStretchLastSection(False)
        heads.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        for c, width in enumerate((130, 110, 70), 1):
            self.tree.setColumnWidth(c, width)
        heads.setSectionsClickable(True)
        heads.setSortIndicatorClearable(True)
        heads.setSortIndicator(-1, Qt.SortOrder.AscendingOrder)
        heads.setSortIndicatorShown(True)
        heads.sortIndicatorChanged.connect(lambda column, order: self._later.start())
        QShortcut(
            QKeySequence.StandardKey.Copy,
            self.tree,
            self.copy,
            context=Qt.ShortcutContext.WidgetShortcut,
        )
        self.tree.setContextMenuPolicy(Qt.ContextMenuPolicy.ActionsContextMenu)
        copy = QAction(icon("file"), "复制选中的问题\tCtrl+C", self.tree)
        copy.triggered.connect(self.copy)
        self.tree.addAction(copy)
        self.tree.selectionModel().selectionChanged.connect(lambda *a: self._show())
        self.empty = QLabel()
        self.empty.setObjectName("muted")
        self.empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        left = QWidget()
        column = QVBoxLayout(left)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.tree, 1)
        column.addWidget(self.empty)
        splitter = QSplitter(Qt.Orientation.Horizontal)
        splitter.addWidget(left)
        splitter.addWidget(self._build_side())
        splitter.setStretchFactor(0, 1)
        splitter.setSizes([820, 320])
        splitter.setCollapsible(0, False)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(10, 8, 10, 8)
        layout.addLayout(top)
        layout.addWidget(splitter, 1)

    def _build_side(self) -> QWidget:
        side = QWidget()
        self.deciding = Deciding(self.session)
        self.deciding.jump_asked.connect(self.jump_asked)
        self.deciding.told.connect(self.told)
        layout = QVBoxLayout(side)
        layout.setContentsMargins(10, 0, 0, 0)
        layout.addWidget(self.deciding)
        layout.addStretch(1)
        self._show()
        return side

    # --- filling -----------------------------------------------------------------------------------------

    def show_kind(self, kind: str) -> None:
        """Show only doubts, errors or 需说明."""
        wanted = {"doubts": theme.DOUBT, "errors": ERROR, "explain": EXPLAIN}.get(kind)
        for key, box in self.boxes.items():
            box.setChecked(key == wanted if wanted else key != HINT)

    def refresh(self) -> None:
        """Check again (F5)."""
        self.session.load_findings()

    def _on_findings(self) -> None:
        self._is_stale = True
        if self.isVisible():
            self._later.start()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._is_stale:
            self._later.start()

    def _fill(self) -> None:
        """Let the worker arrange what is found; what it was arranging before is no longer wanted."""
        if not self.session.is_open:
            return
        self._is_stale = False
        if self._job is not None:
            self._job.cancel()
        session, names, wish = self.session, self.names, self._wish()
        findings, doubts = session.findings, session.doubts

        def work(ledger: Ledger, progress: Progress) -> Arrangement:
            found = [*doubts_as_findings(doubts), *findings]
            known = names.of(ledger, {(f.table, f.uid) for f in found if f.table and f.uid})
            groups = arranged(ledger.standard, found, known, wish, progress)
            return groups, known, open_counts(found)

        self._job = session.read(work, "正在整理审核结果", urgent=True)
        self._job.then(self, self._on_arranged)

    def _wish(self) -> Wish:
        heads = self.tree.header()
        return Wish(
            frozenset(kind for kind, box in self.boxes.items() if box.isChecked()),
            self.explained.isChecked(),
            tuple(self.search.text().split()),
            self.group.currentText(),
            heads.sortIndicatorSection(),
            heads.sortIndicatorOrder() == Qt.SortOrder.DescendingOrder,
        )

    def _on_arranged(self, made: Arrangement | None) -> None:
        if made is None:
            return
        groups, self._names, counts = made
        for kind, box in self.boxes.items():
            box.setText(f"{KINDS[kind]} {counts.get(kind, 0):,}")
        here = self.tree.currentIndex()
        before = self.model.finding_at(here) if here.isValid() else None
        opened = {
            g.label for n, g in enumerate(self.model.groups) if self.tree.isExpanded(self.model.index(n, 0))
        }
        self.model.fill(groups, self._names)
        is_short = len(groups) <= 2 or sum(len(g.members) for g in groups) <= 30
        for n, group in enumerate(groups):
            self.tree.setFirstColumnSpanned(n, QModelIndex(), True)
            self.tree.setExpanded(self.model.index(n, 0), group.label in opened or is_short)
        self._restore(before)
        self.tree.setVisible(bool(groups))
        self.empty.setVisible(not groups)
        is_clean = not self.session.findings and not self.session.doubt_count
        self.empty.setText("没有发现问题。" if is_clean else "没有符合筛选条件的问题。")
        self._show()

    def _restore(self, before: Finding | None) -> None:
        if before is None:
            return
        key = (before.rule, before.uid, before.field)
        for g, group in enumerate(self.model.groups):
            for n, f in enumerate(group.members[:SHOWN]):
                if (f.rule, f.uid, f.field) == key:
                    head = self.model.index(g, 0)
                    self.tree.setCurrentIndex(self.model.index(n, 0, head))
                    return

    # --- the chosen ones -----------------------------------------------------------------------------------

    def chosen(self) -> list[Finding]:
        """The findings of the selected rows."""
        return self.model.findings_at(self.tree.selectionModel().selection())

    def copy(self) -> None:
        """Put the selected findings on the clipboard, as columns for Excel."""
        found, names = self.chosen(), self._names

        def work(ledger: Ledger, progress: Progress) -> tuple[str, str]:
            block = [["问题", "记录", "单位", "说明", "规则"]]
            block += [[*row_of(f, names), rule_label(ledger.standard, f)] for f in found]
            return to_tsv(block), to_html(block, [False] * len(block[0]))

        self.session.read(work, "正在复制").then(self, lambda made: self._on_copied(len(found), made))

    def _on_copied(self, count: int, made: tuple[str, str] | None) -> None:
        if made is not None:
            put_block(*made)
            self.told.emit(f"已复制 {count:,} 条")

    def _show(self) -> None:
        self.deciding.show_findings(
            self.chosen(), "选中一条查看详情；双击（或回车）到对应的单元格。\n选中多条可以一起写说明。"
        )

    def _on_opened(self, index: QModelIndex) -> None:
        if self.model.is_more(index):
            self.model.show_more(index)
            return
        f = self.model.finding_at(index)
        if f is not None and f.uid:
            self.jump_asked.emit(f.table, f.uid, f.field)
