"""The report page: what stands in the way, the cover, the package written; and packages received."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QGuiApplication, QShowEvent
from PySide6.QtWidgets import (
    QComboBox,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QSizePolicy,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from core import paths
from core.errors import AppError
from core.jobs import Progress
from core.standard.dates import period_name
from gui import theme
from gui.dialogs import files, messages
from gui.icons import icon
from gui.pages.cover import CoverCard
from gui.pages.hindrances import HindranceList
from gui.pages.verify import VerifyView
from gui.reading import ASSET
from gui.session import Session
from gui.settings import Settings

if TYPE_CHECKING:
    from core.exchange.blocked import Hindrance
    from core.exchange.export import PackageSummary
    from core.records import Ledger

TARGET = "report/target"
"""Setting: the folder of the last package."""


class ReportPage(QWidget):
    """told(text); go_asked(key); jump_asked(table, uid, field); print_asked()."""

    told = Signal(str)
    print_asked = Signal()
    go_asked = Signal(str)
    jump_asked = Signal(str, str, str)

    def __init__(self, session: Session, settings: Settings, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.session, self.settings = session, settings
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
        session.findings_changed.connect(self._on_findings)
        session.state_changed.connect(self._on_state)

    # --- building ----------------------------------------------------------------------------------------

    def _build(self) -> QWidget:
        body = QWidget()
        row = QHBoxLayout(body)
        row.setContentsMargins(6, 10, 6, 6)
        row.setSpacing(14)
        self.cover = CoverCard(self.session)
        self.cover.changed.connect(lambda: self._later.start())
        self.cover.period_chosen.connect(self._on_period)
        row.addWidget(self.cover, 0)
        row.addWidget(self._build_right(), 1)
        return body

    def _build_right(self) -> QWidget:
        right = QWidget()
        self.state = QLabel()
        self.state.setWordWrap(True)
        self.hindrances = HindranceList()
        self.hindrances.opened.connect(self._on_opened)
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
        self.done.print_asked.connect(self.print_asked)
        self.done.hide()
        layout = QVBoxLayout(right)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.done)
        layout.addWidget(self.state)
        layout.addWidget(self.hindrances, 1)
        layout.addWidget(self.filler, 1)
        layout.addLayout(again)
        layout.addLayout(place)
        layout.addLayout(buttons)
        return right

    # --- looking -----------------------------------------------------------------------------------------

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if not self.cover.is_loaded:
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
        self.cover.show_cover(cover, labels)
        self.cover.fill_periods(period)
        self._later.start()

    def _look(self) -> None:
        if not self.session.is_open or not self.cover.is_loaded or not self.isVisible():
            return
        cover, findings = self.cover.cover(), list(self.session.findings)

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
        self.hindrances.fill(found)
        self.hindrances.setVisible(bool(found))
        self.filler.setVisible(not found)
        self.make.setEnabled(not found)
        if found:
            self.state.setText(
                f"还有 <b>{len(found):,}</b> 件事要先处理：选中一条，点“去处理”。现在可以先生成草稿。"
            )
        elif self.session.state.is_reported:
            self.state.setText("本期已经报出。改了数据要再次报出的，请选修订或补报，写明理由。")
        elif not any(self.session.state.counts.values()):
            self.state.setText("本期没有数据，将生成零报告。")
        else:
            self.state.setText(theme.coloured(theme.GOOD, "<b>审核通过，可以生成上报包。</b>"))

    def _on_opened(self, h: Hindrance) -> None:
        if h.table and h.uid:
            self.jump_asked.emit(h.table, h.uid, h.field)
        elif h.kind == "cover":
            self.cover.lead_to(h.text)
        else:
            self.go_asked.emit("audit")

    def _on_period(self, period: str) -> None:
        state = self.session.state
        job = self.session.set_info(state.unit_name, state.operator, period)
        job.then(self, lambda nothing: self.session.load_findings())

    def _on_findings(self) -> None:
        if self.isVisible():
            self._later.start()

    def _on_state(self) -> None:
        state = self.session.state
        if state.period and state.period != self.cover.period.currentData():
            self.cover.fill_periods(state.period)
        sent = state.is_reported or state.period_state.startswith("已退回")
        self.reason.setVisible(sent)
        self.nature.setVisible(sent)
        if self.isVisible():
            self._later.start()

    def _on_browse(self) -> None:
        folder = files.choose_folder(self, "上报包存放到哪个文件夹", self.place.text())
        if folder is not None:
            self.place.setText(str(folder))

    # --- exporting ---------------------------------------------------------------------------------------

    def _export(self, *, draft: bool) -> None:
        cover, target = self.cover.cover(), Path(self.place.text().strip())
        period = str(self.cover.period.currentData())
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
    print_asked = Signal()

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
        cover = QPushButton(icon("file"), "打印封面")
        cover.clicked.connect(self.print_asked)
        copy = QPushButton(icon("file"), "复制校验码")
        copy.clicked.connect(self._on_copy)
        close = QPushButton("收起")
        close.clicked.connect(self.hide)
        row = QHBoxLayout()
        row.addWidget(cover)
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
            theme.coloured(theme.MUTED, "请打印封面，签字盖章；封面上的校验码与电子包一致。"),
        ]
        self.text.setText("<br>".join(lines))

    def _on_copy(self) -> None:
        QGuiApplication.clipboard().setText(self.code)
        self.told.emit("校验码已复制")


def spaced(code: str) -> str:
    """abcdef012345 → abcd ef01 2345, easier to compare with paper."""
    return " ".join(code[i : i + 4] for i in range(0, len(code), 4))
