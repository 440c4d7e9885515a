"""The preview of an import: what would come in, what was read with a doubt, and how the columns are taken."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QModelIndex, Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QCheckBox,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QMenu,
    QPushButton,
    QTableView,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from gui import theme
from gui.pages.mapping_tabs import MappingTabs
from gui.session import Session
from gui.tables.copying import copy_cells
from gui.tables.empty import EmptyNote
from gui.tables.plan import LEAD, NAMES, PlanModel, question_of
from gui.tables.plan_lists import LISTED, Listing
from gui.tables.sheet import Sheet

if TYPE_CHECKING:
    from core.exchange.plan import Plan, PlannedRecord


class PreviewView(QWidget):
    """answered(): the file is to be planned anew with what the clerk said; apply_asked(); back_asked()."""

    answered = Signal()
    apply_asked = Signal()
    back_asked = Signal()

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.session = session
        self.listing: Listing | None = None
        self.waiting = 0
        self.title = QLabel()
        self.title.setObjectName("title")
        self.counts = QLabel()
        self.counts.setWordWrap(True)
        self.units = QLabel()
        self.units.setObjectName("muted")
        self.units.setWordWrap(True)
        self.tabs = QTabWidget()
        self.tabs.setDocumentMode(True)
        heads = ["单元格", "原文", "读作", "栏目", "说明"]
        self.doubts = Sheet(heads, (110, 150, 150, 120), many=True, wrapped=True)
        self.doubts.opened.connect(self._on_doubt)
        self.mapping = MappingTabs(session)
        self.mapping.answered.connect(self.answered)
        self.model = PlanModel(self)
        self.model.left_out_changed.connect(self._on_left_out)
        self.records = QTableView()
        self.records.setModel(self.model)
        self.records.setCornerButtonEnabled(False)
        self.records.setTabKeyNavigation(False)
        places = self.records.verticalHeader()
        places.setDefaultSectionSize(26)
        places.setFixedWidth(210)
        places.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        places.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.records.horizontalHeader().setSortIndicatorClearable(True)
        self.records.horizontalHeader().setSortIndicator(-1, Qt.SortOrder.AscendingOrder)
        self.records.setSortingEnabled(True)
        QShortcut(
            QKeySequence.StandardKey.Copy,
            self.records,
            lambda: copy_cells(self.records),
            context=Qt.ShortcutContext.WidgetShortcut,
        )
        self.records.setHorizontalScrollMode(QTableView.ScrollMode.ScrollPerPixel)
        self.records.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.records.customContextMenuRequested.connect(
            lambda spot: self._on_menu(self.records.indexAt(spot))
        )
        self.skipped = Sheet(
            ["工作表", "行", "原因", "内容"], (160, 60, 160), numbers=[1], many=True, wrapped=True
        )
        self.nothing = [EmptyNote(self.doubts), EmptyNote(self.skipped)]
        for note, text in zip(self.nothing, ("没有要核对的内容。", "没有略过的行。"), strict=True):
            note.say(text)
        self.tabs.addTab(self.doubts, "待核对")
        self.tabs.addTab(self.records, "记录")
        self.tabs.addTab(self.mapping, "列对应")
        self.tabs.addTab(self.skipped, "略过的行")
        self._mapping_is_stale = False
        self.begin()
        self.tabs.currentChanged.connect(lambda n: self._show_mapping())
        self.hidden_box = QWidget()
        self.hidden_row = QHBoxLayout(self.hidden_box)
        self.hidden_row.setContentsMargins(0, 0, 0, 0)
        back = QPushButton("换一个文件")
        back.clicked.connect(self.back_asked)
        self.apply = QPushButton("导入")
        self.apply.setObjectName("primary")
        self.apply.clicked.connect(self.apply_asked)
        row = QHBoxLayout()
        row.addWidget(back)
        row.addStretch(1)
        row.addWidget(QLabel("导入是一步操作，可以随时撤销。"))
        row.addWidget(self.apply)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(14, 10, 14, 10)
        layout.addWidget(self.title)
        layout.addWidget(self.counts)
        layout.addWidget(self.units)
        layout.addWidget(self.hidden_box)
        layout.addWidget(self.tabs, 1)
        layout.addLayout(row)

    def begin(self) -> None:
        """Forget the answers of the file before."""
        self.mapping.begin()
        self.hidden: list[str] = []
        self.private = False
        self.decisions: dict[str, str] = {}

    def given(self) -> dict[str, Any]:
        """What the clerk has answered, as the plan takes it."""
        return {
            "tables": self.mapping.given(),
            "hidden_sheets": self.hidden,
            "private": self.private,
            "decisions": self.decisions,
        }

    def _plan(self) -> Plan:
        assert self.listing is not None, "no file is shown"
        return self.listing.plan

    # --- the plan ----------------------------------------------------------------------------------------

    def show_plan(self, made: Listing, waiting: int) -> None:
        """Show a plan; `waiting` other files come afterwards."""
        self.listing, self.waiting = made, waiting
        self.mapping.accept()
        plan = made.plan
        self.title.setText(plan.file)
        self._show_counts()
        units = [u for u in plan.units if u.new]
        names = "、".join(u.name for u in units[:6]) + ("等" if len(units) > 6 else "")
        self.units.setText(f"将新建 {len(units)} 个单位：{names}" if units else "")
        self.units.setVisible(bool(units))
        self._show_hidden()
        self._show_doubts(made)
        self._show_records(made)
        self._mapping_is_stale = True
        self._show_mapping()
        self.skipped.fill(_listed(made.skipped, len(made.skipped), 4))
        for note, rows in zip(self.nothing, (made.doubts, made.skipped), strict=True):
            note.setVisible(not rows)

    def take_back(self) -> None:
        """The last answer could not be taken: show the mapping as it was before."""
        self.mapping.take_back()
        self._mapping_is_stale = True
        self._show_mapping()

    def show_first(self) -> QWidget:
        """Show the doubts, or the records where there are none; returns the list that is shown."""
        self.tabs.setCurrentWidget(self.doubts if self._plan().counts()["doubts"] else self.records)
        return self.tabs.currentWidget() or self.tabs

    def _show_counts(self) -> None:
        plan = self._plan()
        counts = plan.counts()
        colours = {
            "new": theme.GOOD,
            "changed": theme.ACCENT,
            "same": theme.MUTED,
            "conflict": theme.WORD_COLOURS["error"],
        }
        parts = [
            f"<span style='color:{colours[k]}'>{NAMES[k]} <b>{counts[k]:,}</b></span>"
            for k in NAMES
            if counts[k] or k == "new"
        ]
        if counts["doubts"]:
            parts.append(
                theme.coloured(theme.WORD_COLOURS[theme.DOUBT], f"待核对 <b>{counts['doubts']:,}</b> 处")
            )
        if counts["skipped"]:
            parts.append(f"<span style='color:{theme.MUTED}'>略过 {counts['skipped']:,} 行</span>")
        if self.waiting:
            parts.append(f"<span style='color:{theme.MUTED}'>后面还有 {self.waiting} 个文件</span>")
        self.counts.setText(theme.GAP.join(parts))
        total = counts["new"] + counts["changed"]
        self.apply.setText(f"导入 {total:,} 条" if total else "没有可导入的")
        self.apply.setEnabled(total > 0)
        self.tabs.setTabText(0, f"待核对 {counts['doubts']:,}")
        self.tabs.setTabText(1, f"记录 {len(plan.records):,}")
        self.tabs.setTabText(3, f"略过的行 {counts['skipped']:,}")

    def _show_hidden(self) -> None:
        plan = self._plan()
        while self.hidden_row.count():
            item = self.hidden_row.takeAt(0)
            if (w := item.widget()) is not None:
                w.deleteLater()
        names = list(dict.fromkeys([*self.hidden, *plan.hidden_sheets]))
        private = any(m.role == "private" for t in plan.tables for m in t.columns.values()) or self.private
        self.hidden_box.setVisible(bool(names) or private)
        for name in names:
            box = QCheckBox(f"也导入隐藏的工作表“{name}”")
            box.setChecked(name in self.hidden)
            box.toggled.connect(lambda on, n=name: self._on_hidden(n, on))
            self.hidden_row.addWidget(box)
        if private:
            box = QCheckBox("也导入像身份证号、私人电话的列")
            box.setChecked(self.private)
            box.toggled.connect(self._on_private)
            self.hidden_row.addWidget(box)
        self.hidden_row.addStretch(1)

    def _on_hidden(self, name: str, on: bool) -> None:
        self.hidden = [*(n for n in self.hidden if n != name), *([name] if on else [])]
        self.answered.emit()

    def _on_private(self, on: bool) -> None:
        self.private = on
        self.answered.emit()

    def _show_doubts(self, made: Listing) -> None:
        unread = {
            (n, 1)
            for n, ((number, _, code), row) in enumerate(zip(made.spots, made.doubts, strict=True))
            if number >= 0 and code and not row[2]
        }
        self.doubts.fill(_listed(made.doubts, made.plan.counts()["doubts"], 5), struck=unread)

    def _on_doubt(self, n: int) -> None:
        """Show the row that a doubt speaks of; one about a whole column shows the mapping."""
        spots = self.listing.spots if self.listing else []
        if n >= len(spots):
            return
        number, table, code = spots[n]
        if number < 0:
            self.tabs.setCurrentWidget(self.mapping)
            return
        self.tabs.setCurrentWidget(self.records)
        places = enumerate(self.model.columns, LEAD)
        column = next((c for c, (t, each) in places if (t, each.code) == (table, code)), 1)
        index = self.model.index(self.model.row_of(number), column)
        self.records.setCurrentIndex(index)
        self.records.scrollTo(index)

    def _show_records(self, made: Listing) -> None:
        self.records.horizontalHeader().setSortIndicator(-1, Qt.SortOrder.AscendingOrder)
        self.model.fill(made.plan, made.columns, made.names)
        for c, width in enumerate((46, 64)):
            self.records.setColumnWidth(c, width)
        for c, (_, shown) in enumerate(made.columns, LEAD):
            self.records.setColumnWidth(c, min(shown.width, 220))

    def _show_mapping(self) -> None:
        """Make the pages of the mapping when they are looked at; the clerk stays where he was."""
        made = self.listing
        if made is None or not self._mapping_is_stale or self.tabs.currentWidget() is not self.mapping:
            return
        self._mapping_is_stale = False
        self.mapping.fill(made.plan.tables, made.samples)

    # --- answers -----------------------------------------------------------------------------------------

    def _on_left_out(self, record: PlannedRecord) -> None:
        key = record.place
        if record.left_out:
            self.decisions[key] = "skip"
        else:
            self.decisions.pop(key, None)
            if record.state == "conflict":
                self.answered.emit()
                return
        self._show_counts()

    def _on_menu(self, index: QModelIndex) -> None:
        if not index.isValid():
            return
        record = self.model.records[index.row()]
        key = record.place
        menu = QMenu(self)
        if record.question:
            menu.addAction(question_of(record)).setEnabled(False)
            menu.addAction("是同一条，修改已有的", lambda: self._decide(key, "match"))
            menu.addAction("不是同一条，作为新增", lambda: self._decide(key, "new"))
            menu.addSeparator()
        verb = "还是导入这一行" if record.left_out else "不导入这一行"
        menu.addAction(verb, lambda: self._toggle(index))
        menu.exec(self.cursor().pos())
        menu.deleteLater()

    def _toggle(self, index: QModelIndex) -> None:
        first = self.model.index(index.row(), 0)
        out = self.model.records[index.row()].left_out
        self.model.setData(
            first, Qt.CheckState.Checked if out else Qt.CheckState.Unchecked, Qt.ItemDataRole.CheckStateRole
        )

    def _decide(self, key: str, answer: str) -> None:
        self.decisions[key] = answer
        self.answered.emit()


def _listed(rows: Sequence[Sequence[str]], count: int, width: int) -> list[Sequence[str]]:
    """The first rows; the last line says how many of `count` are not shown."""
    shown = list(rows[:LISTED])
    if count > len(shown) == LISTED:
        shown.append([*[""] * (width - 1), f"……另有 {count - LISTED:,} 处"])
    return shown
