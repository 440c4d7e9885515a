"""The import page: choose files, look at the plan, correct it, import as one undoable batch."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QModelIndex, Qt, QTimer, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QMenu,
    QPushButton,
    QStackedWidget,
    QTableView,
    QTableWidget,
    QTableWidgetItem,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from core.errors import AppError
from core.exchange.sources import sources
from core.jobs import Progress
from gui import theme
from gui.dialogs import files, messages
from gui.dialogs.undoing import undo_batch
from gui.pages.inbox import InboxView
from gui.pages.intake_ends import ChoosingView, SummaryView
from gui.pages.mapping import MappingView
from gui.session import Session
from gui.tables.empty import EmptyNote
from gui.tables.plan import LEAD, NAMES, PlanModel, question_of
from gui.tables.plan_lists import LISTED, Listing, listing

if TYPE_CHECKING:
    from core.exchange.annotate import Annotated
    from core.exchange.plan import Plan, PlannedRecord
    from core.records import Ledger

WRAPPED = 200
"""Rows up to which a list wraps long texts; for more it would take too long."""
PACKAGE = "package"
"""Code of the refusal of a file that is a package of ours."""


class IntakePage(QWidget):
    """told(text); go_asked(key)."""

    told = Signal(str)
    go_asked = Signal(str)

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.session = session
        self.waiting: list[Path] = []
        self.path: Path | None = None
        self.plan: Plan | None = None
        self.answers: dict[tuple[str, int], dict[str, Any]] = {}
        self.hidden: list[str] = []
        self.private = False
        self.decisions: dict[str, str] = {}
        self._book: list[Any] = []
        self._listing: Listing | None = None
        self.stack = QStackedWidget()
        self.choosing = ChoosingView()
        self.choosing.chosen.connect(self.take_files)
        self.stack.addWidget(self.choosing)
        self.preview = QWidget()
        self.stack.addWidget(self.preview)
        self.inbox = InboxView(session)
        self.inbox.told.connect(self.told)
        self.inbox.left.connect(self.restart)
        self.inbox.audit_asked.connect(lambda: self.go_asked.emit("audit"))
        self.inbox.taken.connect(lambda: session.tell_changed(None))
        self.stack.addWidget(self.inbox)
        self.summary = SummaryView()
        self.summary.go_asked.connect(self.go_asked)
        self.summary.again_asked.connect(self.restart)
        self.summary.undo_asked.connect(self._on_undo)
        self.summary.mark_asked.connect(self._on_mark)
        self.stack.addWidget(self.summary)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.stack)
        self._build_preview()

    def _build_preview(self) -> None:
        self.title = QLabel()
        self.title.setObjectName("title")
        self.counts = QLabel()
        self.counts.setWordWrap(True)
        self.units = QLabel()
        self.units.setObjectName("muted")
        self.units.setWordWrap(True)
        self.tabs = QTabWidget()
        self.tabs.setDocumentMode(True)
        self.doubts = _sheet(["单元格", "原文", "读作", "栏目", "说明"], (110, 150, 130, 120, 200))
        self.doubts.itemActivated.connect(lambda item: self._on_doubt(item.row()))
        self.mapping = QTabWidget()
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
        self.records.setHorizontalScrollMode(QTableView.ScrollMode.ScrollPerPixel)
        self.records.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.records.customContextMenuRequested.connect(
            lambda spot: self._on_menu(self.records.indexAt(spot))
        )
        self.skipped = _sheet(["工作表", "行", "原因", "内容"], (160, 60, 160, 200))
        self.nothing = [EmptyNote(self.doubts), EmptyNote(self.skipped)]
        for note, text in zip(self.nothing, ("没有要核对的内容。", "没有略过的行。"), strict=True):
            note.say(text)
        self.tabs.addTab(self.doubts, "待核对")
        self.tabs.addTab(self.records, "记录")
        self.tabs.addTab(self.mapping, "列对应")
        self.tabs.addTab(self.skipped, "略过的行")
        self._mapping_is_stale = False
        self.tabs.currentChanged.connect(lambda n: self._show_mapping())
        self.hidden_box = QWidget()
        self.hidden_row = QHBoxLayout(self.hidden_box)
        self.hidden_row.setContentsMargins(0, 0, 0, 0)
        back = QPushButton("换一个文件")
        back.clicked.connect(self.restart)
        self.apply = QPushButton("导入")
        self.apply.setObjectName("primary")
        self.apply.clicked.connect(self._on_apply)
        row = QHBoxLayout()
        row.addWidget(back)
        row.addStretch(1)
        row.addWidget(QLabel("导入是一步操作，可以随时撤销。"))
        row.addWidget(self.apply)
        layout = QVBoxLayout(self.preview)
        layout.setContentsMargins(14, 10, 14, 10)
        layout.addWidget(self.title)
        layout.addWidget(self.counts)
        layout.addWidget(self.units)
        layout.addWidget(self.hidden_box)
        layout.addWidget(self.tabs, 1)
        layout.addLayout(row)

    def _focus(self, widget: QWidget) -> None:
        """Let the keys go on where the work goes on."""
        if self.isVisible():
            widget.setFocus(Qt.FocusReason.TabFocusReason)

    # --- choosing ----------------------------------------------------------------------------------------

    def restart(self) -> None:
        """Begin with another file."""
        if self.waiting:
            self._begin(self.waiting.pop(0))
            return
        self.path, self.plan, self._listing = None, None, None
        self._book.clear()
        self.stack.setCurrentWidget(self.choosing)

    def take_files(self, paths: Sequence[Path]) -> None:
        """Preview these files one after the other; packages that come together are listed together."""
        found = sources(paths)
        packages = [p for p in found.files if p.suffix.lower() == ".zip"]
        if not found.files:
            self.told.emit("没有可以导入的文件")
        elif len(packages) > 1:
            self.waiting = [p for p in found.files if p not in packages]
            self.stack.setCurrentWidget(self.inbox)
            self.inbox.look_at(packages, len(self.waiting))
        else:
            self.waiting = found.files[1:]
            self._begin(found.files[0])

    def _begin(self, path: Path) -> None:
        self.path = path
        self.answers, self.decisions, self.hidden, self.private = {}, {}, [], False
        self._book = []
        self._propose()

    def _propose(self) -> None:
        path, answers, book = self.path, self._answers(), self._book
        assert path is not None

        def work(ledger: Ledger, progress: Progress) -> Listing:
            from core.excel import child
            from core.exchange.amending import names_of_units
            from core.exchange.intake import plan_book

            if not book:
                progress.step(0, 0, f"正在读取 {path.name}")
                book.append(child.read(path, progress))
            plan = plan_book(
                book[0], path, ledger.standard, ledger=ledger, answers=answers, progress=progress
            )
            return listing(plan, names_of_units(plan, ledger), ledger.standard, book[0])

        job = self.session.run(work, f"正在读取 {path.name}", handled=True)
        job.succeeded.connect(self._on_plan)
        job.failed.connect(self._on_refused)

    def _answers(self) -> dict[str, Any]:
        tables = [
            {"sheet": sheet, "number": number, **given}
            for (sheet, number), given in self.answers.items()
            if given
        ]
        return {
            "tables": tables,
            "hidden_sheets": self.hidden,
            "private": self.private,
            "decisions": self.decisions,
        }

    def _on_refused(self, error: Exception) -> None:
        if isinstance(error, AppError) and error.code == PACKAGE:
            self._ask_about_package()
        elif isinstance(error, AppError):
            if messages.show_error(self, error):
                self._propose()
            elif self.plan is None:
                self.restart()

    def _ask_about_package(self) -> None:
        path = self.path
        assert path is not None
        more = "先校验，完好的才装入；包里的记录按编号对上的修改，没有的新增。可以撤销。"
        if not messages.ask(self, f"{path.name} 是上报包，装入本账套？", "装入", more):
            self.restart()
            return

        def work(ledger: Ledger, progress: Progress) -> Any:
            from core.exchange.receive import receive

            return receive(ledger, path, progress=progress)

        job = self.session.run(work, f"正在装入 {path.name}")
        job.then(self, lambda result: self._on_received(path, result))
        job.failed.connect(lambda error: self.restart())

    def _on_received(self, path: Path, result: Any) -> None:
        if result is None:
            return
        self.summary.show_received(path.name, result, len(self.waiting))
        self.stack.setCurrentWidget(self.summary)
        self._focus(self.summary.check)
        self.session.tell_changed(None)
        self.told.emit(f"已装入 {path.name}")

    # --- the plan ----------------------------------------------------------------------------------------

    def _on_plan(self, made: Listing | None) -> None:
        if made is None:
            return
        self._listing = made
        self.plan = plan = made.plan
        counts = plan.counts()
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
        _fill(self.skipped, made.skipped, len(made.skipped))
        for note, rows in zip(self.nothing, (made.doubts, made.skipped), strict=True):
            note.setVisible(not rows)
        if self.stack.currentWidget() is not self.preview:
            self.tabs.setCurrentIndex(0 if counts["doubts"] else 1)
            self.stack.setCurrentWidget(self.preview)
            self._focus(self.doubts if counts["doubts"] else self.records)

    def _show_counts(self) -> None:
        assert self.plan is not None
        counts = self.plan.counts()
        colours = {
            "new": "#1b6e3c",
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
            parts.append(f"<span style='color:{theme.MUTED}'>后面还有 {len(self.waiting)} 个文件</span>")
        self.counts.setText(theme.GAP.join(parts))
        total = counts["new"] + counts["changed"]
        self.apply.setText(f"导入 {total:,} 条" if total else "没有可导入的")
        self.apply.setEnabled(total > 0)
        self.tabs.setTabText(0, f"待核对 {counts['doubts']:,}")
        self.tabs.setTabText(1, f"记录 {len(self.plan.records):,}")
        self.tabs.setTabText(3, f"略过的行 {counts['skipped']:,}")

    def _show_hidden(self) -> None:
        assert self.plan is not None
        while self.hidden_row.count():
            item = self.hidden_row.takeAt(0)
            if (w := item.widget()) is not None:
                w.deleteLater()
        names = list(dict.fromkeys([*self.hidden, *self.plan.hidden_sheets]))
        private = (
            any(m.role == "private" for t in self.plan.tables for m in t.columns.values()) or self.private
        )
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
        self._propose()

    def _on_private(self, on: bool) -> None:
        self.private = on
        self._propose()

    def _show_doubts(self, made: Listing) -> None:
        _fill(self.doubts, made.doubts, made.plan.counts()["doubts"])
        for n, ((number, *_), row) in enumerate(zip(made.spots, made.doubts, strict=True)):
            item = self.doubts.item(n, 1)
            if item is not None and number >= 0 and not row[2]:
                font = item.font()
                font.setStrikeOut(True)
                item.setFont(font)

    def _on_doubt(self, n: int) -> None:
        """Show the row that a doubt speaks of; one about a whole column shows the mapping."""
        spots = self._listing.spots if self._listing else []
        number, table, code = spots[n] if n < len(spots) else (-1, "", "")
        if number < 0:
            self.tabs.setCurrentWidget(self.mapping)
            return
        self.tabs.setCurrentWidget(self.records)
        places = enumerate(self.model.columns, LEAD)
        column = next((c for c, (t, each) in places if (t, each.code) == (table, code)), 1)
        index = self.model.index(number, column)
        self.records.setCurrentIndex(index)
        self.records.scrollTo(index)

    def _show_records(self, made: Listing) -> None:
        self.model.fill(made.plan.records, made.columns, made.names)
        for c, width in enumerate((46, 64)):
            self.records.setColumnWidth(c, width)
        for c, (_, shown) in enumerate(made.columns, LEAD):
            self.records.setColumnWidth(c, min(shown.width, 220))

    def _show_mapping(self) -> None:
        """Make the pages of the mapping when they are looked at; the clerk stays where he was."""
        made = self._listing
        if made is None or not self._mapping_is_stale or self.tabs.currentWidget() is not self.mapping:
            return
        self._mapping_is_stale = False
        here, before = self.mapping.currentIndex(), self.mapping.currentWidget()
        place = before.place() if isinstance(before, MappingView) and before.planned.sheet else None
        had_focus = before is not None and before.isAncestorOf(self.focusWidget() or self)
        while self.mapping.count():
            page = self.mapping.widget(0)
            self.mapping.removeTab(0)
            if page is not None:
                page.deleteLater()
        seen: dict[str, int] = {}
        for n, planned in enumerate(made.plan.tables):
            seen[planned.sheet] = number = seen.get(planned.sheet, 0) + 1
            given = self.answers.setdefault((planned.sheet, number), {})
            view = MappingView(self.session.standard, planned, made.samples[n], given)
            view.changed.connect(lambda given: self._propose())
            name = planned.sheet or "表格"
            self.mapping.addTab(view, name if number == 1 else f"{name}（第 {number} 张表）")
        self.mapping.setCurrentIndex(max(min(here, self.mapping.count() - 1), 0))
        now = self.mapping.currentWidget()
        if isinstance(now, MappingView) and place is not None:
            now.go_to(place, focus=had_focus)

    # --- answers -----------------------------------------------------------------------------------------

    def _on_left_out(self, record: PlannedRecord) -> None:
        key = record.place
        if record.left_out:
            self.decisions[key] = "skip"
        else:
            self.decisions.pop(key, None)
            if record.state == "conflict":
                self._propose()
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
        self._propose()

    # --- importing ---------------------------------------------------------------------------------------

    def _on_apply(self) -> None:
        plan = self.plan
        if plan is None:
            return
        open_questions = plan.counts()["conflict"]
        if open_questions and not messages.ask(
            self,
            f"有 {open_questions} 行还没有决定是不是同一条，这些行不会导入",
            "导入其余的",
            "可以在「记录」页右键逐行决定。",
        ):
            return

        def work(ledger: Ledger, progress: Progress, why: str) -> Any:
            from core.exchange.intake import apply

            return apply(ledger, plan, why=why, progress=progress)

        job = self.session.write(work, f"正在导入 {plan.file}")
        job.succeeded.connect(self._on_applied)

    def _on_applied(self, result: Any) -> None:
        if result is None or self.plan is None:
            return
        self.summary.show_result(self.plan, result, len(self.waiting))
        self.stack.setCurrentWidget(self.summary)
        self._focus(self.summary.check)
        self.session.tell_changed(None)
        self.told.emit(f"已导入 {self.plan.file}")

    def _on_mark(self) -> None:
        """Write a copy of the clerk's file with what was not read and what the audit finds."""
        plan, source = self.plan, self.path
        if plan is None or source is None:
            return
        proposed = str(source.with_name(f"{source.stem}_错误说明.xlsx"))
        target = files.save_file(self, "标好问题的文件另存为", proposed, "Excel 文件 (*.xlsx)")
        if target is None:
            return

        def work(ledger: Ledger, progress: Progress) -> Annotated:
            from core.audit import check
            from core.exchange.annotate import annotate, remarks_of

            remarks = remarks_of(plan, check(ledger, progress=progress).findings)
            return annotate(source, remarks, target, plan=plan, progress=progress)

        job = self.session.run(work, f"正在标注 {source.name}")
        job.then(self, self._on_marked)

    def _on_marked(self, made: Annotated | None) -> None:
        if made is None:
            return
        self.told.emit(f"已标注 {made.rows:,} 行，写在 {made.path.name}")
        more = "有问题的格标黄，行末写明问题。改好保存后再导入这个文件，只更新改过的格。"
        if messages.ask(self, f"已把问题标在 {made.path.name}（{made.rows:,} 行）", "打开文件夹", more):
            files.show_folder(made.path)

    def _on_undo(self, batch: int) -> None:
        name = self.path.name if self.path else ""
        undo_batch(self, self.session, batch, f"导入 {name}", lambda result: self.summary.show_undone())


def _sheet(heads: list[str], widths: Sequence[int]) -> QTableWidget:
    table = QTableWidget(0, len(heads))
    table.setHorizontalHeaderLabels(heads)
    table.setEditTriggers(QTableWidget.EditTrigger.NoEditTriggers)
    table.verticalHeader().hide()
    table.verticalHeader().setDefaultSectionSize(26)
    table.setSelectionBehavior(QTableWidget.SelectionBehavior.SelectRows)
    table.setTabKeyNavigation(False)
    columns = table.horizontalHeader()
    columns.setStretchLastSection(True)
    for c, width in enumerate(widths):
        table.setColumnWidth(c, width)
    wrap = QTimer(table)
    wrap.setSingleShot(True)
    wrap.setInterval(0)
    wrap.timeout.connect(lambda: table.resizeRowsToContents() if table.rowCount() <= WRAPPED else None)
    columns.sectionResized.connect(lambda *a: wrap.start())
    table.model().rowsInserted.connect(lambda *a: wrap.start())
    return table


def _fill(table: QTableWidget, rows: Sequence[Sequence[str]], count: int) -> None:
    """Show the first rows; the last line says how many of `count` are not shown."""
    table.setUpdatesEnabled(False)
    shown = list(rows[:LISTED])
    if count > len(shown) == LISTED:
        shown.append([*[""] * (table.columnCount() - 1), f"……另有 {count - LISTED:,} 处"])
    table.setRowCount(len(shown))
    for n, row in enumerate(shown):
        for c, text in enumerate(row[: table.columnCount()]):
            item = QTableWidgetItem(text)
            item.setToolTip(text)
            table.setItem(n, c, item)
    table.setCurrentCell(0 if shown else -1, 0)
    table.setUpdatesEnabled(True)
