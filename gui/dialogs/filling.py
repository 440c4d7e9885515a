"""按上级模板填报: the office's blank workbook, how its columns were taken, corrected, and filled."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox, QDialog, QLabel, QVBoxLayout, QWidget

from core.errors import AppError
from core.jobs import Progress
from gui.dialogs import files, messages
from gui.dialogs.buttons import verb_and_cancel
from gui.dialogs.forms import TextDialog
from gui.pages.mapping import FILLING
from gui.pages.mapping_tabs import MappingTabs
from gui.session import Session

if TYPE_CHECKING:
    from core.exchange.filled import Filled, Form
    from core.records import Ledger

BLANKS = "Excel 空白表 (*.xlsx *.xlsm *.xls *.et)"


def fill_form(session: Session, parent: QWidget) -> None:
    """Ask for a blank workbook of the office, and show how it would be filled."""
    template = files.choose_file(parent, "选择上级发来的空白表", BLANKS)
    if template is None:
        return
    if template.suffix.lower() in (".xls", ".et"):
        from core.exchange.fill import old_format

        messages.show_error(parent, old_format())
        return
    FillDialog(parent, session, template).look()


class FillDialog(QDialog):
    """Which field each column of the form takes; it opens when the form was read, and reads it anew after a change."""

    def __init__(self, parent: QWidget, session: Session, template: Path) -> None:
        super().__init__(parent)
        self.window_below, self.session, self.template = parent, session, template
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(f"按上级模板填报：{template.name}")
        self.resize(980, 560)
        told = QLabel(
            "请核对每一列填什么，不对的点开另选；表头行认错的改行号。填好的另存一份，模板本身不改动。"
        )
        told.setWordWrap(True)
        self.left_out = QLabel()
        self.left_out.setObjectName("bad")
        self.left_out.setWordWrap(True)
        self.tables = MappingTabs(session, FILLING)
        self.tables.answered.connect(self.look)
        self.keep = QCheckBox("记住这些对应，下次同样的表照此填写")
        self.keep.setChecked(not session.state.readonly)
        self.keep.setVisible(not session.state.readonly)
        buttons, self.make = verb_and_cancel(self, "填写并另存", self._on_fill, enter=False)
        layout = QVBoxLayout(self)
        for widget in (told, self.left_out, self.tables, self.keep, buttons):
            layout.addWidget(widget)

    def look(self) -> None:
        """Read the form with what the clerk has said of it."""
        template, given = self.template, {"tables": self.tables.given()}

        def work(ledger: Ledger, progress: Progress) -> Form:
            from core.exchange.fill import read_form

            return read_form(ledger, template, answers=given, progress=progress)

        job = self.session.run(work, f"正在识别 {template.name}", handled=True)
        job.then(self, self._on_read)
        job.failed.connect(self._on_refused)

    def _on_read(self, form: Form | None) -> None:
        if form is None:
            return
        self.tables.accept()
        self.tables.fill(form.tables, [{}] * len(form.tables))
        self.left_out.setText("\n".join(f"“{sheet}”{why}。" for sheet, why in form.left_out))
        self.left_out.setVisible(bool(form.left_out))
        self.make.setEnabled(any(not table.note for table in form.tables))
        if not self.isVisible():
            self.open()

    def _on_refused(self, error: Exception) -> None:
        if not isinstance(error, AppError):
            return
        again = messages.show_error(self if self.isVisible() else self.window_below, error)
        self.tables.take_back()
        if again or self.isVisible():
            self.look()
        else:
            self.deleteLater()

    def _on_fill(self) -> None:
        template, given = self.template, {"tables": self.tables.given()}
        proposed = str(template.with_name(f"{template.stem}（已填）{template.suffix}"))
        target = files.save_file(self, "填好的表存为", proposed, f"Excel 工作簿 (*{template.suffix})")
        if target is None:
            return
        keep = template.stem if self.keep.isChecked() else ""

        def work(ledger: Ledger, progress: Progress) -> Filled:
            from core.exchange.fill import fill

            return fill(ledger, template, target, answers=given, keep=keep, progress=progress)

        self.session.run(work, "按上级模板填报").then(self, lambda done: self._on_filled(done, target))

    def _on_filled(self, done: Filled | None, target: Path) -> None:
        if done is None:
            return
        self.accept()
        TextDialog(self.window_below, "按上级模板填报", "\n".join(filled_lines(done)), target).exec()


def filled_lines(done: Filled) -> list[str]:
    """What was filled in, and what the clerk should look at."""
    lines = [f"已填 {done.rows} 行，写出后已逐格回读核对。模板本身没有改动。", ""]
    for t in done.tables:
        lines.append(f"【{t.sheet}】{t.rows} 行" + (f"，插入 {t.inserted} 行" if t.inserted else ""))
        pairs = [f"{c.title} ← {c.label or c.extra}" + (f"（{c.unit}）" if c.unit else "") for c in t.columns]
        lines += [f"　　{p}" for p, c in zip(pairs, t.columns, strict=True) if c.code or c.extra]
        if t.without_source:
            lines.append(f"　　没有数据来源、未填：{'、'.join(t.without_source)}")
        lines += [f"　　· {note}" for note in t.notes]
    lines += [f"【{sheet}】没有填写：{why}" for sheet, why in done.left_out]
    return [*lines, *done.notes]
