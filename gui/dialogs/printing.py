"""Ask what to print and from which data, then preview, print or save it as a PDF."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer
from PySide6.QtPrintSupport import QPrintDialog, QPrinter, QPrintPreviewDialog
from PySide6.QtWidgets import (
    QButtonGroup,
    QComboBox,
    QDialog,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QRadioButton,
    QVBoxLayout,
    QWidget,
)

from core import paths
from core.errors import AppError
from core.jobs import Progress
from gui.dialogs import files, messages
from gui.session import Session

if TYPE_CHECKING:
    from core.exchange.paper import Paper
    from core.records import Ledger

PDF = "PDF 文件 (*.pdf)"
_WHAT = (
    ("cover", "封面"),
    ("lists", "路径清单"),
    ("audit", "审核情况表"),
    ("letter", "报送函"),
    ("notes", "编报说明"),
    ("summary", "汇总表"),
    ("movement", "增减变动表"),
    ("all", "全套表（不含明细）"),
)
_PAPERS = (("", "按表宽（A4 或 A3）"), ("A4", "全部用 A4"))


class PrintDialog(QDialog):
    """One small dialog; the worker puts the pages together, the window draws them."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.session = session
        self.setWindowTitle("打印")
        self.what, self.paper = QComboBox(), QComboBox()
        for code, name in _WHAT:
            self.what.addItem(name, code)
        for code, name in _PAPERS:
            self.paper.addItem(name, code)
        self.sent = QRadioButton("本期已报出的数据")
        self.sent.setToolTip("与已生成的上报包一致，校验码相同。还没有报出时打印现有数据，并标明“草稿”。")
        self.now = QRadioButton("现有数据（标明“草稿”）")
        self.sent.setChecked(True)
        group = QButtonGroup(self)
        group.addButton(self.sent)
        group.addButton(self.now)
        form = QFormLayout()
        form.addRow("打印什么(&W)", self.what)
        form.addRow("数据", self.sent)
        form.addRow("", self.now)
        form.addRow("纸张(&S)", self.paper)
        self.state = QLabel("签字盖章的纸质件请从已报出的数据打印，校验码与电子包一致。")
        self.state.setObjectName("muted")
        self.state.setWordWrap(True)
        buttons = QHBoxLayout()
        self.preview_button = QPushButton("预览(&V)")
        self.print_button = QPushButton("打印(&P)")
        self.pdf_button = QPushButton("存为 PDF(&F)")
        self.preview_button.setObjectName("primary")
        self.preview_button.setDefault(True)
        cancel = QPushButton("取消")
        cancel.clicked.connect(self.reject)
        for button, deed in (
            (self.preview_button, self._preview),
            (self.print_button, self._print),
            (self.pdf_button, self._save),
        ):
            button.clicked.connect(lambda checked=False, deed=deed: self._compose(deed))
            buttons.addWidget(button)
        buttons.addWidget(cancel)
        layout = QVBoxLayout(self)
        layout.addLayout(form)
        layout.addWidget(self.state)
        layout.addLayout(buttons)

    def _compose(self, deed: Callable[[Paper], None]) -> None:
        """Let the worker put the pages together, then do what was asked."""
        what, draft = str(self.what.currentData()), self.now.isChecked()

        def work(ledger: Ledger, progress: Progress) -> Paper:
            from core.exchange.paper import compose

            return compose(ledger, what, draft=draft, progress=progress)

        job = self.session.run(work, f"准备打印{self.what.currentText()}")
        # The progress dialog closes first: a modal preview must not stand on top of it.
        job.then(self, lambda paper: QTimer.singleShot(0, self, lambda: self._guarded(deed, paper)))

    def _guarded(self, deed: Callable[[Paper], object], paper: Paper) -> None:
        try:
            deed(paper)
        except AppError as e:
            messages.show_error(self, e)

    def _preview(self, document: Paper) -> None:
        from gui.printing import page_layout, paint

        size = str(self.paper.currentData())
        # Qt's preview shows every page on the paper of the last one.
        if len({(size or s.paper, s.landscape) for s in document.sheets}) > 1:
            messages.inform(
                self,
                "这几张表的纸张大小或方向不同，不能一起预览。",
                "请存为 PDF 查看；只是大小不同的，也可以选“全部用 A4”再预览。",
            )
            return
        printer = QPrinter(QPrinter.PrinterMode.HighResolution)
        printer.setDocName(document.title)
        printer.setPageLayout(page_layout(document.sheets[0] if document.sheets else None, size))
        dialog = QPrintPreviewDialog(printer, self)
        dialog.setWindowTitle(
            f"打印预览 — {document.title}（{document.state}，校验码 {document.check_code}）"
        )
        dialog.resize(1100, 760)
        dialog.paintRequested.connect(
            lambda device: self._guarded(lambda shown: paint(device, shown, paper=size), document)
        )
        dialog.exec()

    def _print(self, document: Paper) -> None:
        from gui.printing import page_layout, paint

        size = str(self.paper.currentData())
        printer = QPrinter(QPrinter.PrinterMode.HighResolution)
        printer.setDocName(document.title)
        printer.setPageLayout(page_layout(document.sheets[0] if document.sheets else None, size))
        if QPrintDialog(printer, self).exec() == QDialog.DialogCode.Accepted:
            done = paint(printer, document, paper=size)
            self.state.setText(f"已送打印机，共 {done.pages} 页。")

    def _save(self, document: Paper) -> None:
        from core.exchange.naming import legal
        from gui.printing import write_pdf

        proposed = str(paths.documents() / f"{legal(document.title)}.pdf")
        target = files.save_file(self, "存为 PDF", proposed, PDF)
        if target is None:
            return
        target = target if target.suffix.lower() == ".pdf" else target.with_name(f"{target.name}.pdf")
        done = write_pdf(document, target, paper=str(self.paper.currentData()))
        self.state.setText(
            f"已存为 {target.name}，共 {done.pages} 页，{document.state}，校验码 {document.check_code}。"
        )
