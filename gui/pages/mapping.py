"""The mapping of an import: per table which columns go where, in which unit, what blanks mean."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QBrush, QColor
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QCompleter,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QLineEdit,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from core.standard.model import Standard
from core.standard.numbers import AREA_UNITS, MONEY_UNITS
from gui import theme
from gui.dialogs import messages

if TYPE_CHECKING:
    from core.exchange.columns import Mapped
    from core.exchange.plan import PlannedTable

LEFT = "（不导入，只留在账套里）"
_BLANKS = (("keep", "保留原值"), ("clear", "清空原值"), ("error", "列为待核对"))
_HEADS = ("列", "表头", "原文 → 读作", "对应字段", "单位", "空格表示")


def letter(number: int) -> str:
    """1 → A, 27 → AA."""
    made = ""
    while number:
        number, rest = divmod(number - 1, 26)
        made = chr(65 + rest) + made
    return made


class MappingView(QWidget):
    """One recognised table of the file. changed(dict): answers that differ from the proposal."""

    changed = Signal(object)

    def __init__(
        self, standard: Standard, planned: PlannedTable, samples: dict[int, str], given: dict[str, Any]
    ) -> None:
        super().__init__()
        self.standard, self.planned, self.given = standard, planned, given
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.setInterval(250)
        self._later.timeout.connect(lambda: self.changed.emit(self.given))
        self.take = QCheckBox("导入这张表")
        self.take.setChecked(not given.get("leave_out"))
        self.take.toggled.connect(lambda on: self._set("leave_out", not on))
        self.target = QComboBox()
        for table in standard.tables.values():
            self.target.addItem(table.label, table.code)
        self.target.setCurrentIndex(self.target.findData(planned.table))
        self.target.currentIndexChanged.connect(self._on_target)
        self.cards = planned.header_rows == [0]
        """A form for each record: its labels stand in no header row and no column."""
        self.rows = QLineEdit("" if self.cards else "、".join(str(r) for r in planned.header_rows))
        self.rows.setPlaceholderText("卡片" if self.cards else "")
        self.rows.setFixedWidth(80)
        self.rows.setToolTip("表头在第几行；两行的表头写成 3、4")
        self.rows.editingFinished.connect(self._on_rows)
        top = QHBoxLayout()
        top.addWidget(self.take)
        top.addSpacing(16)
        top.addWidget(QLabel("导入到"))
        top.addWidget(self.target)
        top.addSpacing(16)
        top.addWidget(QLabel("表头行"))
        top.addWidget(self.rows)
        top.addSpacing(16)
        note = QLabel(planned.note or f"识别出 {planned.rows:,} 行")
        note.setObjectName("bad" if planned.note else "muted")
        note.setWordWrap(True)
        top.addWidget(note, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 6, 0, 0)
        layout.addLayout(top)
        if planned.constants:
            parts = [
                f"{self._label(code)} = {text}（{where}）"
                for code, (text, where) in planned.constants.items()
            ]
            constant = QLabel("整张表共用：" + "；".join(parts))
            constant.setWordWrap(True)
            layout.addWidget(constant)
        layout.addWidget(self._table(samples), 1)

    def _label(self, code: str) -> str:
        column = self.standard.table(self.planned.table).column(code)
        return column.label if column else code

    def _table(self, samples: dict[int, str]) -> QTableWidget:
        columns = sorted(self.planned.columns.items())
        table = QTableWidget(len(columns), len(_HEADS))
        table.setHorizontalHeaderLabels(list(_HEADS))
        table.verticalHeader().hide()
        table.verticalHeader().setDefaultSectionSize(30)
        table.setEditTriggers(QTableWidget.EditTrigger.NoEditTriggers)
        table.setSelectionMode(QTableWidget.SelectionMode.NoSelection)
        for c in (1, 2):
            table.horizontalHeader().setSectionResizeMode(c, QHeaderView.ResizeMode.Stretch)
        for n, (number, mapped) in enumerate(columns):
            table.setItem(n, 0, QTableWidgetItem("" if self.cards else letter(number)))
            head = QTableWidgetItem(mapped.title)
            head.setToolTip(mapped.title)
            table.setItem(n, 1, head)
            sample = QTableWidgetItem(samples.get(number, ""))
            sample.setToolTip(samples.get(number, ""))
            table.setItem(n, 2, sample)
            table.setCellWidget(n, 3, self._fields(number, mapped))
            unit = self._units(number, mapped)
            if unit is not None:
                table.setCellWidget(n, 4, unit)
            if mapped.code:
                table.setCellWidget(n, 5, self._blank(number))
            if mapped.asked:
                for c in range(3):
                    if (item := table.item(n, c)) is not None:
                        item.setBackground(QBrush(QColor(theme.CELL_COLOURS[theme.DOUBT])))
                        item.setToolTip("这一列的表头只是相像，请核对对应的字段")
        for c, width in ((0, 40), (3, 220), (4, 90), (5, 120)):
            table.setColumnWidth(c, width)
        return table

    def _fields(self, number: int, mapped: Mapped) -> QComboBox:
        box = _combo()
        box.setEditable(True)
        box.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        box.addItem(
            "（身份证号或私人电话，未导入）"
            if mapped.role == "private"
            else "（序号）"
            if mapped.role == "serial"
            else LEFT,
            "",
        )
        first = [self.standard.table(self.planned.table).column(c) for c in mapped.others]
        rest = self.standard.table(self.planned.table).columns
        for column in [*(c for c in first if c is not None), *(c for c in rest if c not in first)]:
            box.addItem(column.label, column.code)
        box.setCurrentIndex(max(box.findData(mapped.code), 0))
        if mapped.tick:
            box.setItemText(box.currentIndex(), f"{box.currentText()}（打勾即选）")
        completer = box.completer()
        if isinstance(completer, QCompleter):
            completer.setFilterMode(Qt.MatchFlag.MatchContains)
            completer.setCompletionMode(QCompleter.CompletionMode.PopupCompletion)
        line = box.lineEdit()
        if line is not None:
            # Words that name no field do not stay in the box as if they were chosen.
            line.editingFinished.connect(lambda: box.setEditText(box.itemText(box.currentIndex())))
        now = box.currentIndex()
        box.activated.connect(lambda n: self._on_field(box, number, n, now))
        return box

    def _on_field(self, box: QComboBox, number: int, chosen: int, before: int) -> None:
        """Map a column; a field that another column fills changes hands only when the clerk says so."""
        code = str(box.itemData(chosen) or "")
        mapping = {c: m.code for c, m in self.planned.columns.items() if not m.tick}
        mapping |= {c: v for c, _ in self.planned.columns.items() if (v := self._given_for(c)) is not None}
        other = next((c for c, v in mapping.items() if code and v == code and c != number), 0)
        if other:
            head = self.planned.columns[other].title
            question = f"“{box.itemText(chosen)}”已由 {letter(other)} 列“{head}”填写，改用这一列？"
            if not messages.ask(self, question, "改用这一列", "原来那一列将不再导入，只随记录留在账套里。"):
                box.setCurrentIndex(before)
                return
        self._put("mapping", letter(number), code)

    def _given_for(self, column: int) -> str | None:
        given = self.given.get("mapping") or {}
        return str(given[letter(column)]) if letter(column) in given else None

    def _units(self, number: int, mapped: Mapped) -> QComboBox | None:
        column = self.standard.table(self.planned.table).column(mapped.code) if mapped.code else None
        kind = (
            ""
            if column is None
            else getattr(column, "type", "") or getattr(getattr(column, "target", None), "type", "")
        )
        units = MONEY_UNITS if kind == "money" else AREA_UNITS if kind == "area" else None
        if units is None:
            return None
        box = _combo()
        for unit in units:
            box.addItem(unit, unit)
        default = "元" if kind == "money" else "㎡"
        box.setCurrentIndex(box.findData(mapped.unit or default))
        self._listen(box, "units", number)
        return box

    def _blank(self, number: int) -> QComboBox:
        box = _combo()
        for code, label in _BLANKS:
            box.addItem(label, code)
        box.setToolTip("台账里已有这条记录、而文件这一格空着时怎么办")
        box.setCurrentIndex(max(box.findData(self.planned.blanks.get(number, "keep")), 0))
        self._listen(box, "blanks", number)
        return box

    def _listen(self, box: QComboBox, what: str, number: int) -> None:
        key = letter(number)
        box.activated.connect(lambda n: self._put(what, key, str(box.itemData(n) or "")))

    # --- answers -----------------------------------------------------------------------------------------

    def _put(self, what: str, key: str, value: str) -> None:
        self.given.setdefault(what, {})[key] = value
        self._later.start()

    def _set(self, what: str, value: object) -> None:
        self.given[what] = value
        self._later.start()

    def _on_target(self, n: int) -> None:
        self.given.pop("mapping", None)
        self._set("table", str(self.target.itemData(n)))

    def _on_rows(self) -> None:
        parts = (
            self.rows.text()
            .replace("，", "、")
            .replace(",", "、")
            .replace("-", "、")
            .replace(" ", "、")
            .split("、")
        )
        rows = [int(p) for p in parts if p.isdigit() and int(p) > 0]
        if rows and rows != self.planned.header_rows:
            self.given.pop("mapping", None)
            self._set("header_rows", list(range(min(rows), max(rows) + 1)))


class _Combo(QComboBox):
    """A drop-down that the mouse wheel does not change by accident."""

    def wheelEvent(self, event) -> None:  # type: ignore[no-untyped-def]
        event.ignore()


def _combo() -> QComboBox:
    box = _Combo()
    box.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    return box
