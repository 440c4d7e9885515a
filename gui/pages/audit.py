"""The audit page: every finding grouped and filtered, with jumps and explanations in batches."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from PySide6.QtCore import QMimeData, QModelIndex, Qt, QTimer, Signal
from PySide6.QtGui import QAction, QGuiApplication, QKeySequence, QShortcut, QShowEvent
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

from core.findings import ERROR, EXPLAIN, HINT, SEVERITY_NAMES, Finding
from gui import theme
from gui.icons import icon
from gui.pages.deciding import Deciding
from gui.pages.names import NameBook, Names
from gui.session import Session
from gui.tables.cells import to_html, to_tsv
from gui.tables.findings import FindingsModel, Group, row_of
from gui.wording import DOUBT_NAME, RANK, doubts_as_findings, is_found, rule_label

KINDS = {theme.DOUBT: DOUBT_NAME, **SEVERITY_NAMES}
BY_RULE, BY_UNIT, BY_SEVERITY = "按规则", "按单位", "按严重程度"


class AuditPage(QWidget):
    """jump_asked(table, uid, field); told(text)."""

    jump_asked = Signal(str, str, str)
    told = Signal(str)

    def __init__(self, session: Session, names: NameBook, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.session, self.names = session, names
        self._names: Names = {}
        self._is_stale = True
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
        self.tree.doubleClicked.connect(self._on_jump)
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
        if not self.session.is_open:
            return
        self._is_stale = False
        found = [*doubts_as_findings(self.session), *self.session.findings]
        wanted = {(f.table, f.uid) for f in found if f.table and f.uid}
        self.names.ask(wanted, lambda names: self._on_names(found, names))

    def _on_names(self, found: list[Finding], names: Names) -> None:
        self._names = names
        counts = {kind: sum(1 for f in found if f.severity == kind and not f.explained) for kind in KINDS}
        for kind, box in self.boxes.items():
            box.setText(f"{KINDS[kind]} {counts[kind]:,}")
        shown = [f for f in found if self._is_wanted(f)]
        groups = grouped(self.session, shown, names, self.group.currentText())
        heads = self.tree.header()
        if heads.sortIndicatorSection() >= 0:
            is_down = heads.sortIndicatorOrder() == Qt.SortOrder.DescendingOrder
            groups = [ordered(g, names, heads.sortIndicatorSection(), is_down) for g in groups]
        here = self.tree.currentIndex()
        before = self.model.finding_at(here) if here.isValid() else None
        opened = {
            g.label for n, g in enumerate(self.model.groups) if self.tree.isExpanded(self.model.index(n, 0))
        }
        self.model.fill(groups, names)
        for n, group in enumerate(groups):
            self.tree.setFirstColumnSpanned(n, QModelIndex(), True)
            self.tree.setExpanded(
                self.model.index(n, 0), group.label in opened or len(groups) <= 2 or len(shown) <= 30
            )
        self._restore(before)
        self.tree.setVisible(bool(shown))
        self.empty.setVisible(not shown)
        self.empty.setText("没有发现问题。" if not found else "没有符合筛选条件的问题。")
        self._show()

    def _restore(self, before: Finding | None) -> None:
        if before is None:
            return
        key = (before.rule, before.uid, before.field)
        for g, group in enumerate(self.model.groups):
            for n, f in enumerate(group.members):
                if (f.rule, f.uid, f.field) == key:
                    head = self.model.index(g, 0)
                    self.tree.setCurrentIndex(self.model.index(n, 0, head))
                    return

    def _is_wanted(self, f: Finding) -> bool:
        box = self.boxes.get(f.severity)
        if box is not None and not box.isChecked():
            return False
        if f.explained and not self.explained.isChecked():
            return False
        words = self.search.text().split()
        if not words:
            return True
        name, unit = self._names.get((f.table, f.uid), ("", ""))
        return all(is_found(word, (name, unit, f.label), (f.rule, f.text, f.explanation)) for word in words)

    # --- the chosen ones -----------------------------------------------------------------------------------

    def chosen(self) -> list[Finding]:
        """The findings of the selected rows."""
        return self.model.findings_at(self.tree.selectionModel().selectedRows())

    def copy(self) -> None:
        """Put the selected findings on the clipboard, as columns for Excel."""
        found = self.chosen()
        block = [["问题", "记录", "单位", "说明", "规则"]]
        block += [[*row_of(f, self._names), rule_label(self.session, f)] for f in found]
        data = QMimeData()
        data.setText(to_tsv(block))
        data.setHtml(to_html(block, [False] * len(block[0])))
        QGuiApplication.clipboard().setMimeData(data)
        self.told.emit(f"已复制 {len(found):,} 条")

    def _show(self) -> None:
        self.deciding.show_findings(
            self.chosen(), "选中一条查看详情；双击到对应的单元格。\n选中多条可以一起写说明。"
        )

    def _on_jump(self, index: QModelIndex) -> None:
        f = self.model.finding_at(index)
        if f is not None and f.uid:
            self.jump_asked.emit(f.table, f.uid, f.field)


def ordered(group: Group, names: Names, column: int, is_down: bool) -> Group:
    """The findings of a group by what one column says; empty ones last."""
    words = {id(f): row_of(f, names)[column] for f in group.members}
    members = sorted(group.members, key=lambda f: words[id(f)].encode("gb18030", "replace"), reverse=is_down)
    members.sort(key=lambda f: not words[id(f)])
    return replace(group, members=tuple(members))


def grouped(session: Session, found: Sequence[Finding], names: Names, how: str) -> list[Group]:
    """Findings under headings: by rule, by unit or by severity; the worst first."""
    made: dict[tuple[int, str], list[Finding]] = {}
    for f in found:
        rank = RANK.get(f.severity, 9)
        if how == BY_UNIT:
            key = (0, names.get((f.table, f.uid), ("", ""))[1] or "（不分单位）")
        elif how == BY_SEVERITY:
            key = (rank, KINDS.get(f.severity, f.severity))
        else:
            key = (rank, rule_label(session, f))
        made.setdefault(key, []).append(f)
    groups = []
    for (_, label), members in sorted(
        made.items(), key=lambda kv: kv[0] if how != BY_UNIT else (-len(kv[1]), kv[0][1])
    ):
        members.sort(key=lambda f: RANK.get(f.severity, 9))
        groups.append(Group(label, "" if how == BY_UNIT else members[0].severity, tuple(members)))
    return groups
