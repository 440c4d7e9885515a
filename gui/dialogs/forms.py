"""A blank template for units, and what changed since a package, in words to copy."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QDialog, QHBoxLayout, QPlainTextEdit, QPushButton, QVBoxLayout, QWidget

from core import paths
from core.jobs import Progress
from gui.dialogs import files, messages
from gui.session import Session

if TYPE_CHECKING:
    from core.exchange.difference import Comparison
    from core.exchange.template import Template
    from core.records import Ledger

WORKBOOK = "Excel 工作簿 (*.xlsx)"
_PACKAGE = "上报包 (*.zip)"
_SHOWN = 200
_PRESENT, _OTHER = "账套现有数据", "另一个上报包"


def make_template(session: Session, parent: QWidget) -> None:
    """Write the blank template where the clerk wants it."""
    target = files.save_file(parent, "生成空白填报模板", str(paths.documents() / "填报模板.xlsx"), WORKBOOK)
    if target is None:
        return
    target = target if target.suffix.lower() == ".xlsx" else target.with_name(f"{target.name}.xlsx")

    def work(ledger: Ledger, progress: Progress) -> Template:
        from core.exchange.template import make_template as make

        return make(ledger.standard, target)

    def told(made: Template) -> None:
        messages.inform(
            parent,
            f"已生成：{made.path.name}",
            "发给没有本程序的单位填写，收回后用“导入台账”读入；示例行会自动略过。",
        )

    session.run(work, "生成空白填报模板").succeeded.connect(told)


def show_difference(session: Session, parent: QWidget) -> None:
    """What changed from a package to the present data or to a later package, in words to copy."""
    package = files.choose_file(parent, "选择要比较的上报包（先报的）", _PACKAGE)
    if package is None:
        return
    with_what = messages.choose(parent, f"“{package.name}”与什么比较？", [_PRESENT, _OTHER])
    later = files.choose_file(parent, "选择后报的上报包", _PACKAGE) if with_what == _OTHER else None
    if later is None and with_what != _PRESENT:
        return

    def work(ledger: Ledger, progress: Progress) -> Comparison:
        from core.exchange.difference import difference

        return difference(package, later or ledger, progress=progress)

    def told(made: Comparison) -> None:
        lines = [made.text(), ""]
        for c in made.changes[:_SHOWN]:
            a, b = (f"“{text}”" if text else "空" for text in (c.before, c.after))
            what = f"{c.field}：{a} → {b}" if c.field else ""
            lines.append(f"{c.kind}　{c.label}　{c.name}　{what}".rstrip())
        rest = len(made.changes) - _SHOWN + made.more
        TextDialog(
            parent, "上报包的差异", "\n".join([*lines, *([f"……另有 {rest} 处。"] if rest > 0 else [])])
        ).exec()

    session.run(work, "比较上报包").succeeded.connect(told)


class TextDialog(QDialog):
    """A text to read and to copy; with a file, the way to its folder."""

    def __init__(self, parent: QWidget, title: str, text: str, file: Path | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(title)
        self.resize(720, 480)
        self.text = QPlainTextEdit(text)
        self.text.setReadOnly(True)
        self.copy_button = QPushButton("复制(&C)")
        self.copy_button.clicked.connect(lambda: QGuiApplication.clipboard().setText(self.text.toPlainText()))
        close = QPushButton("关闭")
        close.setDefault(True)
        close.clicked.connect(self.accept)
        buttons = QHBoxLayout()
        buttons.addWidget(self.copy_button)
        if file is not None:
            place = file
            folder = QPushButton("打开所在文件夹(&D)")
            folder.clicked.connect(lambda: files.show_folder(place))
            buttons.addWidget(folder)
        buttons.addStretch(1)
        buttons.addWidget(close)
        layout = QVBoxLayout(self)
        layout.addWidget(self.text)
        layout.addLayout(buttons)
