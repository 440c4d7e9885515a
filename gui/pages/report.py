"""The report page: what stands in the way, the cover, the package written; and packages received."""

from __future__ import annotations

import dataclasses
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QGuiApplication, QShowEvent
from PySide6.QtWidgets import (
    QButtonGroup,
    QCheckBox,
    QComboBox,
    QFormLayout,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QRadioButton,
    QScrollArea,
    QSizePolicy,
    QTabWidget,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from core import paths
from core.errors import AppError
from core.jobs import Progress
from core.standard.dates import period_name
from gui import theme
from gui.dialogs import files, messages
from gui.dialogs.ledgers import last_quarter, periods_around
from gui.forms.lines import Context, DateEditor
from gui.icons import icon
from gui.pages.verify import VerifyView
from gui.reading import ASSET
from gui.session import Session
from gui.settings import Settings

if TYPE_CHECKING:
    from core.exchange.blocked import Hindrance
    from core.exchange.cover import Cover
    from core.exchange.export import PackageSummary
    from core.records import Ledger

_KINDS = (("error", "错误"), ("explain", "需说明而未说明"), ("origin", "没读准、未确认"), ("cover", "封面"))
_PICTURES = {"error": "error", "explain": "explain", "origin": "doubt", "cover": "file"}
_COLOURS = {"error": theme.ERROR, "explain": theme.EXPLAIN, "origin": theme.DOUBT, "cover": theme.HINT}
_SHOWN = 200
TARGET = "report/target"
"""Setting: the folder of the last package."""


class ReportPage(QWidget):
    """told(text); go_asked(key); jump_asked(table, uid, field)."""

    told = Signal(str)
    go_asked = Signal(str)
    jump_asked = Signal(str, str, str)

    def __init__(self, session: Session, settings: Settings, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.session, self.settings = session, settings
        self._cover: Cover | None = None
        self._hindrances: list[Hindrance] = []
        self._editors: dict[str, QLineEdit] = {}
        self.tabs = QTabWidget()
        self.tabs.setDocumentMode(True)
        self.verify = VerifyView(session.runner)
        self.verify.told.connect(self.told)
        self.tabs.addTab(self._build(), icon("report"), "生成上报包")
        self.tabs.addTab(self.verify, icon("verify"), "校验收到的包")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(10, 8, 10, 8)
        layout.addWidget(self.tabs)
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.setInterval(200)
        self._later.timeout.connect(self._look)
        self._on_state()
        session.findings_changed.connect(lambda: self._later.start() if self.isVisible() else None)
        session.state_changed.connect(self._on_state)

    # --- building ----------------------------------------------------------------------------------------

    def _build(self) -> QWidget:
        body = QWidget()
        row = QHBoxLayout(body)
        row.setContentsMargins(6, 10, 6, 6)
        row.setSpacing(14)
        row.addWidget(self._build_cover(), 0)
        row.addWidget(self._build_right(), 1)
        return body

    def _build_cover(self) -> QWidget:
        card = QFrame()
        card.setObjectName("card")
        card.setFixedWidth(400)
        self.form = QFormLayout()
        self.form.setVerticalSpacing(6)
        self.period = QComboBox()
        self._fill_periods("")
        self.period.activated.connect(self._on_period)
        self.form.addRow("报送期间", self.period)
        self.secret = QCheckBox("已确认数据不含国家秘密")
        self.secret.toggled.connect(lambda on: self._later.start())
        self.closed, self.public = QRadioButton("不公开"), QRadioButton("可公开")
        self.closed.setChecked(True)
        self._group = QButtonGroup(self)
        self._group.addButton(self.closed)
        self._group.addButton(self.public)
        heading = QLabel("封面")
        heading.setObjectName("heading")
        layout = QVBoxLayout(card)
        layout.setContentsMargins(14, 12, 14, 12)
        layout.addWidget(heading)
        note = QLabel("填一次，以后沿用。")
        note.setObjectName("muted")
        layout.addWidget(note)
        layout.addLayout(self.form)
        layout.addStretch(1)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setWidget(card)
        area.setFixedWidth(420)
        return area

    def _add_cover_rows(self, labels: dict[str, str], cover: Cover) -> None:
        """One line for each thing of the cover, made from its declaration."""
        for each in dataclasses.fields(cover):
            value = getattr(cover, each.name)
            label = labels.get(each.name, each.name)
            if each.name == "non_secret":
                self.form.addRow(label, self.secret)
            elif each.name == "public":
                box = QWidget()
                line = QHBoxLayout(box)
                line.setContentsMargins(0, 0, 0, 0)
                line.addWidget(self.closed)
                line.addWidget(self.public)
                line.addStretch(1)
                self.form.addRow(label, box)
            elif isinstance(value, str):
                editor = self._line(each.name)
                editor.textChanged.connect(lambda text: self._later.start())
                self.form.addRow(label, editor)
                self._editors[each.name] = editor

    def _line(self, name: str) -> QLineEdit:
        if name != "report_date":
            return QLineEdit()
        from core.standard.model import Field

        return DateEditor(self, Field("", name, "报出日期", "date", 0), Context())

    def _build_right(self) -> QWidget:
        right = QWidget()
        self.state = QLabel()
        self.state.setWordWrap(True)
        self.tree = QTreeWidget()
        self.tree.setHeaderHidden(True)
        self.tree.setWordWrap(True)
        self.tree.itemDoubleClicked.connect(self._on_item)
        self.tree.itemActivated.connect(self._on_item)
        self.filler = QWidget()
        self.filler.hide()
        self.place = QLineEdit(self.settings.get(TARGET) or str(paths.documents()))
        browse = QPushButton("更改")
        browse.clicked.connect(self._on_browse)
        self.nature = QComboBox()
        self.nature.addItems(["修订", "补报"])
        self.nature.setToolTip("修订：改正已报出的数据；补报：报出后又补充的数据，须写明理由")
        self.reason = QLineEdit()
        self.reason.setPlaceholderText("同一期间再次报出时写明改了什么、为什么")
        place = QHBoxLayout()
        place.addWidget(QLabel("存放到"))
        place.addWidget(self.place, 1)
        place.addWidget(browse)
        again = QHBoxLayout()
        again.addWidget(self.nature)
        again.addWidget(self.reason, 1)
        self.draft = QPushButton(icon("file"), "生成草稿")
        self.draft.setToolTip("草稿可以带着没处理完的问题，每张表和文件名都写明“草稿”")
        self.draft.clicked.connect(lambda: self._export(draft=True))
        self.make = QPushButton(icon("report", "#ffffff"), "生成上报包")
        self.make.setObjectName("primary")
        self.make.clicked.connect(lambda: self._export(draft=False))
        buttons = QHBoxLayout()
        buttons.addStretch(1)
        buttons.addWidget(self.draft)
        buttons.addWidget(self.make)
        self.done = _Done()
        self.done.told.connect(self.told)
        self.done.hide()
        layout = QVBoxLayout(right)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.done)
        layout.addWidget(self.state)
        layout.addWidget(self.tree, 1)
        layout.addWidget(self.filler, 1)
        layout.addLayout(again)
        layout.addLayout(place)
        layout.addLayout(buttons)
        return right

    def _fill_periods(self, chosen: str) -> None:
        offered = periods_around(date.today())
        if chosen and chosen not in offered:
            offered.append(chosen)
        self.period.clear()
        for code in offered:
            self.period.addItem(period_name(code), code)
        self.period.setCurrentIndex(self.period.findData(chosen or last_quarter(date.today())))

    # --- looking -----------------------------------------------------------------------------------------

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._cover is None:
            self._load()
        else:
            self._later.start()

    def refresh(self) -> None:
        """Look again (F5)."""
        self._load()

    def _load(self) -> None:
        def work(ledger: Ledger, progress: Progress) -> Any:
            from core.exchange.cover import LABELS, load

            return load(ledger), dict(LABELS), ledger.meta("period")

        self.session.read(work).succeeded.connect(self._on_cover)

    def _on_cover(self, found: Any) -> None:
        if found is None:
            return
        cover, labels, period = found
        self._cover = cover
        if not self._editors:
            self._add_cover_rows(labels, cover)
        for name, editor in self._editors.items():
            editor.blockSignals(True)
            value = getattr(cover, name)
            editor.setText(value or (date.today().isoformat() if name == "report_date" else ""))
            editor.blockSignals(False)
        self.secret.setChecked(cover.non_secret)
        (self.public if cover.public == self.public.text() else self.closed).setChecked(True)
        self._fill_periods(period)
        self._later.start()

    def cover(self) -> Cover:
        """The cover as it is filled in now."""
        from core.exchange.cover import Cover

        given: dict[str, Any] = {name: editor.text().strip() for name, editor in self._editors.items()}
        public = self.public.text() if self.public.isChecked() else self.closed.text()
        return Cover(**given, non_secret=self.secret.isChecked(), public=public)

    def _look(self) -> None:
        if not self.session.is_open or self._cover is None or not self.isVisible():
            return
        cover, findings = self.cover(), list(self.session.findings)

        def work(ledger: Ledger, progress: Progress) -> Any:
            from core.exchange.blocked import hindrances
            from core.exchange.cover import save

            if not ledger.readonly:
                save(ledger, cover)
            return hindrances(ledger, findings, cover)

        self.session.read(work).succeeded.connect(self._on_hindrances)

    def _on_hindrances(self, found: list[Hindrance] | None) -> None:
        if found is None:
            return
        self._hindrances = found
        self.tree.clear()
        for kind, label in _KINDS:
            members = [h for h in found if h.kind == kind]
            if not members:
                continue
            head = QTreeWidgetItem(self.tree, [f"{label}（{len(members):,}）"])
            head.setIcon(0, icon(_PICTURES[kind], theme.WORD_COLOURS[_COLOURS[kind]]))
            for h in members[:_SHOWN]:
                item = QTreeWidgetItem(head, [h.text.replace("\n", " ")])
                item.setToolTip(0, h.text)
                item.setData(0, Qt.ItemDataRole.UserRole, h)
            if len(members) > _SHOWN:
                QTreeWidgetItem(head, [f"……还有 {len(members) - _SHOWN:,} 条，请到「审核」页处理"])
            head.setExpanded(kind == "cover" or len(found) <= 20)
        self.tree.setVisible(bool(found))
        self.filler.setVisible(not found)
        self.make.setEnabled(not found)
        if found:
            self.state.setText(
                f"还有 <b>{len(found):,}</b> 件事要先处理，双击到对应的位置。现在可以先生成草稿。"
            )
        elif not any(self.session.state.counts.values()):
            self.state.setText("本期没有数据，将生成零报告。")
        else:
            self.state.setText(theme.coloured(theme.GOOD, "<b>审核通过，可以生成上报包。</b>"))

    def _on_item(self, item: QTreeWidgetItem) -> None:
        h = item.data(0, Qt.ItemDataRole.UserRole)
        if h is None:
            return
        if h.table and h.uid:
            self.jump_asked.emit(h.table, h.uid, h.field)
        elif h.kind == "cover":
            empty = next((e for e in self._editors.values() if not e.text().strip()), None)
            (empty or self.secret).setFocus()
        else:
            self.go_asked.emit("audit")

    def _on_period(self, n: int) -> None:
        period, state = str(self.period.itemData(n)), self.session.state
        job = self.session.set_info(state.unit_name, state.operator, period)
        job.then(self, lambda nothing: self.session.load_findings())

    def _on_state(self) -> None:
        state = self.session.state
        if state.period and state.period != self.period.currentData():
            self._fill_periods(state.period)
        sent = state.is_reported or state.period_state.startswith("已退回")
        self.reason.setVisible(sent)
        self.nature.setVisible(sent)

    def _on_browse(self) -> None:
        folder = files.choose_folder(self, "上报包存放到哪个文件夹", self.place.text())
        if folder is not None:
            self.place.setText(str(folder))

    # --- exporting ---------------------------------------------------------------------------------------

    def _export(self, *, draft: bool) -> None:
        cover, period, target = self.cover(), str(self.period.currentData()), Path(self.place.text().strip())
        reason = self.reason.text().strip()
        nature = "补报" if self.nature.isVisible() and self.nature.currentText() == "补报" else ""

        def work(ledger: Ledger, progress: Progress) -> PackageSummary:
            from core.exchange.export import export_package

            if not target.is_dir():
                target.mkdir(parents=True, exist_ok=True)
            return export_package(
                ledger,
                period=period,
                target=target,
                draft=draft,
                cover=cover,
                nature=nature,
                reason=reason,
                progress=progress,
            )

        job = self.session.run(work, "正在生成草稿" if draft else "正在生成上报包", handled=True)
        job.succeeded.connect(self._on_made)
        job.failed.connect(lambda error: self._on_failed(error, draft))

    def _on_made(self, made: PackageSummary | None) -> None:
        if made is None:
            return
        self.settings.set(TARGET, str(made.path.parent))
        self.done.show_package(made)
        self.done.show()
        self.told.emit(f"已生成 {made.path.name}")
        self.session.refresh_state()

    def _on_failed(self, error: Exception, draft: bool) -> None:
        if not isinstance(error, AppError):
            return
        if hasattr(error, "hindrances"):
            self._on_hindrances(list(error.hindrances))
            messages.inform(self, error.reason, error.next)
        elif messages.show_error(self, error):
            self._export(draft=draft)

    def ask_and_verify(self) -> None:
        """Ask for a package and check it."""
        self.tabs.setCurrentWidget(self.verify)
        self.verify.ask()


class _Done(QFrame):
    """What was written: file, check code, rows; and the ways on."""

    told = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("card")
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        self.path = Path()
        self.code = ""
        self.text = QLabel()
        self.text.setWordWrap(True)
        self.text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        folder = QPushButton(icon("folder"), "打开所在文件夹")
        folder.clicked.connect(lambda: files.show_folder(self.path))
        copy = QPushButton(icon("file"), "复制校验码")
        copy.clicked.connect(self._on_copy)
        close = QPushButton("收起")
        close.clicked.connect(self.hide)
        row = QHBoxLayout()
        row.addWidget(folder)
        row.addWidget(copy)
        row.addStretch(1)
        row.addWidget(close)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(14, 10, 14, 10)
        layout.addWidget(self.text)
        layout.addLayout(row)

    def show_package(self, made: PackageSummary) -> None:
        self.path, self.code = made.path, spaced(made.check_code)
        rows = made.rows.get(ASSET, sum(made.rows.values()))
        facts = [period_name(made.period), made.nature, f"V{made.version:02d}", f"资产 {rows:,} 宗"]
        lines = [
            f"<b>已生成：{made.path.name}</b>",
            theme.GAP.join([*facts, f"校验码 <b>{self.code}</b>"]),
            theme.coloured(theme.MUTED, "请打开工作簿打印封面，签字盖章；封面上的校验码与电子包一致。"),
        ]
        self.text.setText("<br>".join(lines))

    def _on_copy(self) -> None:
        QGuiApplication.clipboard().setText(self.code)
        self.told.emit("校验码已复制")


def spaced(code: str) -> str:
    """abcdef012345 → abcd ef01 2345, easier to compare with paper."""
    return " ".join(code[i : i + 4] for i in range(0, len(code), 4))
