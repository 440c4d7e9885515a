"""Dividing one asset into several, joining several into one, and new running numbers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QBrush, QColor
from PySide6.QtWidgets import (
    QDialog,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QSpinBox,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from core.standard.model import TableDef
from core.standard.types import Value, parse_shown, show
from gui import theme
from gui.dialogs.buttons import verb_and_cancel

if TYPE_CHECKING:
    from core.records import Record

_MOST_PARTS = 50
_MOST_NUMBERS = 10**9


class SplitDialog(QDialog):
    """Names, amounts and areas of the parts; the last part takes what remains."""

    def __init__(self, parent: QWidget, definition: TableDef, whole: Record) -> None:
        from core.records.lineage import summed

        super().__init__(parent)
        self.setWindowTitle("拆分")
        self.resize(860, 380)
        self.whole = whole
        name = str(whole.values.get(definition.name_field) or "")
        self.name_field = definition.fields[definition.name_field]
        self.fields = [definition.fields[c] for c in summed(definition) if whole.values.get(c)]
        text = QLabel(
            f"把“{name}”拆成几宗。拆出的各宗沿用原来的其他内容；原来这一宗保留作来源，不再计入合计。"
            "金额和面积逐宗填写，最后一宗自动取剩余。"
        )
        text.setWordWrap(True)
        self.count = QSpinBox()
        self.count.setRange(2, _MOST_PARTS)
        self.count.valueChanged.connect(self._on_count)
        top = QHBoxLayout()
        top.addWidget(QLabel("拆成"))
        top.addWidget(self.count)
        top.addWidget(QLabel("宗"))
        top.addStretch(1)
        self.table = QTableWidget(0, 1 + len(self.fields))
        heads = [f"{f.label}（{f.unit}）" if f.unit else f.label for f in self.fields]
        self.table.setHorizontalHeaderLabels([self.name_field.label, *heads])
        self.table.verticalHeader().setDefaultSectionSize(26)
        self.table.setColumnWidth(0, 260)
        for c in range(1, self.table.columnCount()):
            self.table.setColumnWidth(c, 140)
        self.table.itemChanged.connect(self._on_changed)
        self.note = QLabel()
        self.note.setWordWrap(True)
        buttons, self.do = verb_and_cancel(self, "拆分")
        layout = QVBoxLayout(self)
        layout.addWidget(text)
        layout.addLayout(top)
        layout.addWidget(self.table, 1)
        layout.addWidget(self.note)
        layout.addWidget(buttons)
        self._base = name
        self._on_count(2)

    def _on_count(self, count: int) -> None:
        self.table.blockSignals(True)
        before = self.table.rowCount()
        for c in range(1, self.table.columnCount()):  # what was the rest is free again
            if before and (item := self.table.item(before - 1, c)) is not None:
                item.setText("")
        self.table.setRowCount(count)
        for row in range(before, count):
            self.table.setItem(row, 0, QTableWidgetItem(f"{self._base}（{row + 1}）"))
            for c in range(1, self.table.columnCount()):
                cell = QTableWidgetItem("")
                cell.setTextAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
                self.table.setItem(row, c, cell)
        self.table.blockSignals(False)
        self._refresh()

    def _on_changed(self, item: QTableWidgetItem) -> None:
        self._refresh()

    def _typed(self, row: int, column: int) -> Value:
        item = self.table.item(row, column)
        text = item.text().strip() if item is not None else ""
        return parse_shown(text, self.name_field if column == 0 else self.fields[column - 1])

    def _refresh(self) -> None:
        """Work the last part out, colour what cannot be read, and say what is wrong."""
        last = self.table.rowCount() - 1
        problem = ""
        self.table.blockSignals(True)
        for c, field in enumerate(self.fields, 1):
            left = int(self.whole.values.get(field.code) or 0)
            for row in range(last):
                item = self.table.item(row, c)
                if item is None:
                    continue
                try:
                    left -= int(self._typed(row, c) or 0)
                    item.setForeground(QBrush())
                except ValueError as e:
                    item.setForeground(QBrush(QColor(theme.WORD_COLOURS[theme.ERROR])))
                    problem = problem or f"第 {row + 1} 宗{field.label}：{e}"
            rest = self.table.item(last, c)
            if rest is not None:
                rest.setText(show(left, field))
                rest.setFlags(Qt.ItemFlag.ItemIsEnabled)
                rest.setForeground(
                    QBrush(QColor(theme.WORD_COLOURS[theme.ERROR] if left < 0 else theme.MUTED))
                )
            for row in range(last):
                item = self.table.item(row, c)
                if item is not None:
                    item.setFlags(
                        Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemIsEditable
                    )
            if left < 0:
                problem = (
                    problem
                    or f"各宗{field.label}合计超过了原来的 {show(self.whole.values[field.code], field)}"
                )
        self.table.blockSignals(False)
        self.note.setText(problem or "最后一宗的金额、面积是剩余，自动计算。")
        self.do.setEnabled(not problem)

    def parts(self) -> list[dict[str, Value]]:
        """The parts as `lineage.split` takes them; the last without amounts."""
        last = self.table.rowCount() - 1
        made: list[dict[str, Value]] = []
        for row in range(self.table.rowCount()):
            part: dict[str, Value] = {self.name_field.code: self._typed(row, 0)}
            if row < last:
                part |= {f.code: self._typed(row, c) for c, f in enumerate(self.fields, 1)}
            made.append({k: v for k, v in part.items() if v is not None})
        return made


def describe_merger(definition: TableDef, found: Sequence[Mapping[str, Value]]) -> str:
    """What joining these assets makes: the sums, and the columns that will have to be filled again."""
    from core.records import lineage

    made, adding = lineage.combined(definition, found), lineage.summed(definition)
    fields = definition.fields
    sums = [f"{fields[c].label} {show(made[c], fields[c])}{fields[c].unit}" for c in adding if made[c]]
    differing = [
        f.label
        for f in fields.values()
        if f.list and f.code not in (*made, definition.name_field, *definition.match)
    ]
    lines = ["原来的几宗保留作来源，不再计入合计。合并后：" + ("；".join(sums[:8]) or "没有金额和面积")]
    if differing:
        lines.append(f"各宗不一致、合并后要重新填写：{'、'.join(differing[:12])}")
    return "\n".join(lines)


@dataclass(frozen=True)
class Numbering:
    """Prefix, first running number and its digits."""

    prefix: str
    start: int
    digits: int


def ask_numbering(parent: QWidget, count: int, sample: str) -> Numbering | None:
    """Ask how to number `count` assets; None when the clerk cancels. `sample` is a number in use."""
    dialog = QDialog(parent)
    dialog.setWindowTitle(f"重新编号 {count:,} 宗")
    dialog.setMinimumWidth(420)
    head = sample.rstrip("0123456789")
    prefix, start, digits = QLineEdit(head), QSpinBox(), QSpinBox()
    start.setRange(1, _MOST_NUMBERS)
    digits.setRange(1, 9)
    digits.setValue(len(sample) - len(head) if 1 <= len(sample) - len(head) <= 9 else 5)
    shown = QLabel()

    def refresh() -> None:
        first = f"{prefix.text().strip()}{start.value():0{digits.value()}d}"
        last = f"{prefix.text().strip()}{start.value() + count - 1:0{digits.value()}d}"
        shown.setText(f"{first}　至　{last}" if count > 1 else first)

    for box in (start, digits):
        box.valueChanged.connect(lambda n: refresh())
    prefix.textChanged.connect(lambda text: refresh())
    form = QFormLayout()
    for label, widget in (("编号前缀", prefix), ("起始号", start), ("流水号位数", digits), ("编成", shown)):
        form.addRow(label, widget)
    refresh()
    buttons, _ = verb_and_cancel(dialog, "重新编号")
    layout = QVBoxLayout(dialog)
    layout.setContentsMargins(18, 16, 18, 14)
    note = QLabel("按列表现在的先后编号；原来的编号留在历史里，可以撤销。")
    note.setObjectName("muted")
    layout.addWidget(note)
    layout.addLayout(form)
    layout.addWidget(buttons)
    accepted = dialog.exec() == QDialog.DialogCode.Accepted
    dialog.deleteLater()
    return Numbering(prefix.text().strip(), start.value(), digits.value()) if accepted else None
