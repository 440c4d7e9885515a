"""What can be done about chosen findings: go there, confirm, settle all of the same text, explain."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QMenu, QPlainTextEdit, QPushButton, QVBoxLayout, QWidget

from core.errors import AppError
from core.findings import EXPLAIN, Finding
from gui import theme
from gui.dialogs.alike import settle_alike
from gui.icons import icon
from gui.session import Session
from gui.tables.doubts import alike, confirm_cells
from gui.wording import finding_html


class Deciding(QWidget):
    """The words of one finding, or the number of several, and the deeds that fit them.

    jump_asked(table, uid, field); told(text).
    """

    jump_asked = Signal(str, str, str)
    told = Signal(str)

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.session = session
        self._found: list[Finding] = []
        self.detail = QLabel()
        self.detail.setWordWrap(True)
        self.detail.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.detail.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.jump = QPushButton(icon("jump"), "到这一格")
        self.jump.clicked.connect(self._on_jump)
        self.confirm = QPushButton(icon("done"), "确认此值")
        self.confirm.setToolTip("核对原文后，现在的值无误（空也算），不再标记")
        self.confirm.clicked.connect(self._on_confirm)
        self.same = QPushButton(icon("table"), "")
        self.same.setToolTip("同一栏里原文相同的单元格，一次改好或一起确认")
        self.same.clicked.connect(self._on_same)
        self.heading = QLabel("审核说明")
        self.heading.setObjectName("heading")
        self.box = QPlainTextEdit()
        self.box.setPlaceholderText(
            "写明是什么情况、为什么、依据是什么，例如：资产 2019 年划入时即为简装，按移交清单计价。"
        )
        self.box.setMinimumHeight(70)
        self.box.setMaximumHeight(160)
        self.box.textChanged.connect(lambda: self._refuse(""))
        self.note = QLabel()
        self.note.setObjectName("bad")
        self.note.setWordWrap(True)
        self.used = QPushButton("用过的说明")
        self.used.setToolTip("选用以前写过的说明，再按实际情况修改")
        self.used.clicked.connect(self._on_used)
        self.write = QPushButton("写入说明")
        self.write.setObjectName("primary")
        self.write.clicked.connect(self._on_explain)
        buttons = QHBoxLayout()
        buttons.addWidget(self.jump)
        buttons.addWidget(self.confirm)
        buttons.addStretch(1)
        words = QHBoxLayout()
        words.addWidget(self.used)
        words.addStretch(1)
        words.addWidget(self.write)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.detail)
        layout.addLayout(buttons)
        layout.addWidget(self.same)
        layout.addWidget(self.heading)
        layout.addWidget(self.box)
        layout.addWidget(self.note)
        layout.addLayout(words)
        self.show_findings([])

    def show_findings(self, found: Sequence[Finding], nothing: str = "") -> None:
        """Offer what fits these findings; `nothing` is said when there are none."""
        before = [(f.rule, f.uid, f.field) for f in self._found]
        self._found = list(found)
        one = self._found[0] if len(self._found) == 1 else None
        needs = self._needs()
        doubts = [f for f in self._found if f.severity == theme.DOUBT]
        if one is not None:
            self.detail.setText(finding_html(one))
        elif self._found:
            more = f"，其中 {len(needs):,} 条需说明。" if needs else "。"
            self.detail.setText(f"选中 {len(self._found):,} 条{more}")
        else:
            self.detail.setText(nothing)
        self.detail.setVisible(bool(self.detail.text()))
        self.jump.setVisible(one is not None and bool(one.uid))
        self.confirm.setVisible(bool(doubts) and len(doubts) == len(self._found))
        self.confirm.setText("确认此值" if len(doubts) == 1 else f"确认这 {len(doubts):,} 个值")
        others = alike(self.session, one) if one is not None and doubts else []
        self.same.setVisible(len(others) > 1)
        self.same.setText(f"原文相同的 {len(others):,} 处一起处理")
        for w in (self.heading, self.box, self.used, self.write):
            w.setVisible(bool(needs))
        self.write.setText("写入说明" if len(needs) == 1 else f"写入 {len(needs):,} 条说明")
        if before != [(f.rule, f.uid, f.field) for f in self._found]:
            self._refuse("")
            self.box.setPlainText(one.explanation if one is not None and needs else "")

    def _needs(self) -> list[Finding]:
        return [f for f in self._found if f.severity == EXPLAIN]

    # --- deeds -------------------------------------------------------------------------------------------

    def _on_jump(self) -> None:
        f = self._found[0]
        self.jump_asked.emit(f.table, f.uid, f.field)

    def _on_confirm(self) -> None:
        cells = [(f.table, f.uid, f.field) for f in self._found]
        confirm_cells(self.session, cells)

    def _on_same(self) -> None:
        first = self._found[0]
        settle_alike(self, self.session, first.table, alike(self.session, first), self.told.emit)

    def _on_explain(self) -> None:
        needs = self._needs()
        job = self.session.explain(needs, self.box.toPlainText().strip())
        job.failed.connect(self._on_refused)
        job.then(self, lambda warning: self.told.emit(warning or f"已写入 {len(needs):,} 条说明"))

    def _on_refused(self, error: Exception) -> None:
        if isinstance(error, AppError):
            self._refuse(f"{error.reason}。{error.next}")
            self.box.setFocus()

    def _refuse(self, why: str) -> None:
        self.note.setText(why)
        self.note.setVisible(bool(why))
        self.box.setProperty("bad", bool(why))
        theme.refresh(self.box)

    def _on_used(self) -> None:
        rules = {f.rule for f in self._found}
        mine = [f for f in self.session.findings if f.explanation and f.rule in rules]
        texts = list(dict.fromkeys(f.explanation for f in mine))[:12]
        menu = QMenu(self)
        for text in texts:
            menu.addAction(
                text if len(text) <= 40 else text[:40] + "……", lambda t=text: self.box.setPlainText(t)
            )
        if not texts:
            menu.addAction("（还没有写过说明）").setEnabled(False)
        menu.exec(self.used.mapToGlobal(self.used.rect().bottomLeft()))
        menu.deleteLater()
