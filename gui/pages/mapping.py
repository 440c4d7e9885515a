"""The mapping of an import: per table which columns go where, in which unit, what blanks mean."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import (
    QAbstractItemModel,
    QModelIndex,
    QPersistentModelIndex,
    QRect,
    Qt,
    QTimer,
    Signal,
)
from PySide6.QtGui import QBrush, QColor, QPainter
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QCompleter,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QLineEdit,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from core.excel.grid import letter
from core.exchange.filled import in_one_line
from core.exchange.vocabulary import target_field
from core.standard.model import Standard
from core.standard.numbers import AREA_UNITS, MONEY_UNITS
from gui import theme
from gui.dialogs import messages

if TYPE_CHECKING:
    from core.exchange.mapped import Mapped
    from core.exchange.plan import PlannedTable


@dataclass(frozen=True)
class Words:
    """What the mapping is for, in words.

    `reads`: values are read, so that samples are shown and blanks have a meaning. Where values are written,
    a column that names no unit gets the one in which the field is shown.
    """

    take: str
    table: str
    left: str
    replaced: str
    reads: bool = True


IMPORTING = Words(
    "导入这张表", "导入到", "（不导入，只留在账套里）", "原来那一列将不再导入，只随记录留在账套里。"
)
FILLING = Words(
    "填写这张表",
    "填的是",
    "（没有对应字段，原台账有同名列的照填）",
    "原来那一列将不再填写。",
    reads=False,
)
_BLANKS = (("keep", "保留原值"), ("clear", "清空原值"), ("error", "列为待核对"))
_HEADS = ("列", "表头", "原文 → 读作", "对应字段", "单位", "空着的格")
_FIELD, _UNIT, _BLANK = 3, 4, 5
_TIPS = {_BLANK: "台账里已有这条记录、而文件这一格空着时怎么办"}
_UNMAPPED = {
    "private": "（身份证号或私人电话，未导入）",
    "serial": "（序号）",
    "own": "（本程序写的问题，不导入）",
    "uid": "（用来对上原来的记录）",
    "part": "（与年份合成一个日期）",
}
_LAST_ROW = 1_048_576
Index = QModelIndex | QPersistentModelIndex


class MappingView(QWidget):
    """One recognised table of the file. changed(dict): answers that differ from the proposal."""

    changed = Signal(object)

    def __init__(
        self,
        standard: Standard,
        planned: PlannedTable,
        samples: dict[int, str],
        given: dict[str, Any],
        words: Words = IMPORTING,
    ) -> None:
        super().__init__()
        self.words = words
        self.standard, self.planned, self.given = standard, planned, given
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.setInterval(250)
        self._later.timeout.connect(lambda: self.changed.emit(self.given))
        self.take = QCheckBox(words.take)
        self.take.setChecked(not given.get("leave_out"))
        self.take.toggled.connect(lambda on: self._set("leave_out", not on))
        self.target = QComboBox()
        for table in standard.tables.values():
            self.target.addItem(table.label, table.code)
        self.target.setCurrentIndex(self.target.findData(planned.table))
        self.target.currentIndexChanged.connect(self._on_target)
        self.cards = planned.header_rows == [0]
        """A form for each record: its labels stand in no header row and no column."""
        self.rows = QLineEdit()
        self._show_rows()
        self.rows.setPlaceholderText("卡片" if self.cards else "")
        self.rows.setFixedWidth(80)
        self.rows.setToolTip("表头在第几行；两行的表头写成 3、4")
        self.rows.editingFinished.connect(self._on_rows)
        top = QHBoxLayout()
        top.addWidget(self.take)
        top.addSpacing(16)
        top.addWidget(QLabel(words.table))
        top.addWidget(self.target)
        top.addSpacing(16)
        top.addWidget(QLabel("表头行"))
        top.addWidget(self.rows)
        top.addSpacing(16)
        found = f"识别出 {planned.rows:,} 行" if words.reads else ""
        self.note = QLabel(planned.note or found)
        self.note.setObjectName("bad" if planned.note else "muted")
        self.note.setWordWrap(True)
        top.addWidget(self.note, 1)
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
        self.table = self._table(samples)
        layout.addWidget(self.table, 1)

    def _show_rows(self) -> None:
        self.rows.setText("" if self.cards else "、".join(str(r) for r in self.planned.header_rows))

    def _label(self, code: str) -> str:
        column = self.standard.table(self.planned.table).column(code)
        return column.label if column else code

    def _table(self, samples: dict[int, str]) -> QTableWidget:
        self._columns = sorted(self.planned.columns.items())
        table = QTableWidget(len(self._columns), len(_HEADS))
        table.setHorizontalHeaderLabels(list(_HEADS))
        table.verticalHeader().hide()
        table.verticalHeader().setDefaultSectionSize(30)
        # Qt would open an editor before the cell knows its choices; `open` does it.
        table.setEditTriggers(
            QTableWidget.EditTrigger.EditKeyPressed | QTableWidget.EditTrigger.AnyKeyPressed
        )
        table.setSelectionMode(QTableWidget.SelectionMode.SingleSelection)
        table.setTabKeyNavigation(False)
        table.setItemDelegate(_Boxes(self._box, table))
        table.cellClicked.connect(self._on_clicked)
        table.cellActivated.connect(lambda row, column: self.open(row, column))
        for c in (1, 2):
            table.horizontalHeader().setSectionResizeMode(c, QHeaderView.ResizeMode.Stretch)
        for n, (number, mapped) in enumerate(self._columns):
            for c, text in enumerate(self._texts(number, mapped, samples.get(number, ""))):
                item = QTableWidgetItem(text)
                item.setToolTip(_TIPS.get(c) or text)
                can_choose = c >= _FIELD and bool(text)
                fixed = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
                item.setFlags(fixed | Qt.ItemFlag.ItemIsEditable if can_choose else fixed)
                if mapped.asked and c < _FIELD:
                    item.setBackground(QBrush(QColor(theme.CELL_COLOURS[theme.DOUBT])))
                    item.setToolTip("这一列的表头只是相像，请核对对应的字段")
                table.setItem(n, c, item)
        for c in (2, _BLANK):
            table.setColumnHidden(c, not self.words.reads)
        for c, width in ((0, 40), (_FIELD, 220), (_UNIT, 90), (_BLANK, 120)):
            table.setColumnWidth(c, width)
        return table

    def _texts(self, number: int, mapped: Mapped, sample: str) -> tuple[str, ...]:
        """What the cells of a row say; "" where there is nothing to choose."""
        units = self._units(mapped)
        unit = self._unit(mapped, units) if units else ""
        blank = dict(_BLANKS)[self.planned.blanks.get(number, "keep")] if mapped.code else ""
        field = self._label(mapped.code) if mapped.code else _UNMAPPED.get(mapped.role, self.words.left)
        field += "（打勾即选）" if mapped.tick else ""
        return ("" if self.cards else letter(number), in_one_line(mapped.title), sample, field, unit, blank)

    # --- choosing ------------------------------------------------------------------------------------------

    def _on_clicked(self, row: int, column: int) -> None:
        box = self.open(row, column)
        completer = box.completer() if box is not None else None
        if completer is not None:
            # Of the popup of the box itself nothing can be searched: words typed into it go nowhere.
            completer.setCompletionPrefix("")
            completer.complete()
        elif box is not None:
            box.showPopup()

    def open(self, row: int, column: int) -> QComboBox | None:
        """Open the choices of a cell, if it has any."""
        item = self.table.item(row, column)
        if item is None or not item.flags() & Qt.ItemFlag.ItemIsEditable:
            return None
        self.table.setCurrentItem(item)
        self.table.editItem(item)
        return self.table.viewport().findChild(QComboBox)

    def _box(self, parent: QWidget, row: int, column: int) -> QComboBox:
        """The choices of a cell; made when they are wanted, for a file may have hundreds of columns."""
        number, mapped = self._columns[row]
        box = QComboBox(parent)
        if column == _FIELD:
            self._fill_fields(box, mapped)
            now = max(box.findData(mapped.code), 0)
        elif column == _UNIT:
            units = self._units(mapped)
            for unit in units:
                box.addItem(unit, unit)
            now = box.findData(self._unit(mapped, units))
        else:
            for code, label in _BLANKS:
                box.addItem(label, code)
            now = box.findData(self.planned.blanks.get(number, "keep"))
        box.setCurrentIndex(now)
        line = box.lineEdit()
        if line is not None:
            line.selectAll()  # what is typed replaces it
        box.activated.connect(lambda n: self._on_chosen(number, column, str(box.itemData(n) or ""), box))
        return box

    def _fill_fields(self, box: QComboBox, mapped: Mapped) -> None:
        box.setEditable(True)
        box.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        box.addItem(_UNMAPPED.get(mapped.role, self.words.left), "")
        table = self.standard.table(self.planned.table)
        first = [table.column(c) for c in mapped.others]
        for column in [*(c for c in first if c is not None), *(c for c in table.columns if c not in first)]:
            box.addItem(column.label, column.code)
        completer = box.completer()
        if isinstance(completer, QCompleter):
            completer.setFilterMode(Qt.MatchFlag.MatchContains)
            completer.setCompletionMode(QCompleter.CompletionMode.PopupCompletion)
            completer.setMaxVisibleItems(14)

    def _on_chosen(self, number: int, column: int, code: str, box: QComboBox) -> None:
        self.table.closePersistentEditor(self.table.currentItem())
        box.hide()
        # The editor is gone before a question is asked.
        QTimer.singleShot(0, self, lambda: self.choose(number, column, code))

    def choose(self, number: int, column: int, code: str) -> None:
        """Take an answer; a field that another column fills changes hands only when the clerk says so."""
        what = {_FIELD: "mapping", _UNIT: "units", _BLANK: "blanks"}[column]
        if column == _FIELD and (other := self._filled_by(code, number)):
            head, label = self.planned.columns[other].title, self._label(code)
            question = f"“{label}”已由 {letter(other)} 列“{head}”填写，改用这一列？"
            if not messages.ask(self, question, "改用这一列", self.words.replaced):
                return
        self.given.setdefault(what, {})[letter(number)] = code
        self._later.start()

    def _filled_by(self, code: str, number: int) -> int:
        """The other column that fills a field now; 0 when none does."""
        mapping = {c: m.code for c, m in self.planned.columns.items() if not m.tick}
        mapping |= {c: v for c, _ in self.planned.columns.items() if (v := self._given_for(c)) is not None}
        return next((c for c, v in mapping.items() if code and v == code and c != number), 0)

    def _given_for(self, column: int) -> str | None:
        given = self.given.get("mapping") or {}
        return str(given[letter(column)]) if letter(column) in given else None

    def _unit(self, mapped: Mapped, units: Sequence[str]) -> str:
        column = self.standard.table(self.planned.table).column(mapped.code)
        shown = "" if self.words.reads or column is None else target_field(column).unit
        return mapped.unit or shown or units[0]

    def _units(self, mapped: Mapped) -> tuple[str, ...]:
        """The units that a column may have, the one without a note first."""
        column = self.standard.table(self.planned.table).column(mapped.code) if mapped.code else None
        kind = target_field(column).type if column is not None else ""
        plain, units = {"money": ("元", MONEY_UNITS), "area": ("㎡", AREA_UNITS)}.get(kind, ("", ()))
        return tuple(sorted(units, key=lambda unit: unit != plain))

    def place(self) -> tuple[int, int, int]:
        """Where the clerk is: row, column, and how far it is scrolled."""
        return self.table.currentRow(), self.table.currentColumn(), self.table.verticalScrollBar().value()

    def go_to(self, place: tuple[int, int, int], *, focus: bool) -> None:
        """Go back to where the clerk was before the columns were read anew."""
        row, column, scrolled = place
        self.table.setCurrentCell(row, column)
        self.table.verticalScrollBar().setValue(scrolled)
        if focus:
            self.table.setFocus()

    # --- answers -----------------------------------------------------------------------------------------

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
        rows = [int(p) for p in parts if p.isdecimal() and 0 < int(p) <= _LAST_ROW]
        if not rows:
            self._show_rows()
            self.note.setText("表头行请写行号，例如 3，或 3、4。")
        elif rows != self.planned.header_rows:
            self.given.pop("mapping", None)
            self._set("header_rows", list(range(min(rows), max(rows) + 1)))


class _Boxes(QStyledItemDelegate):
    """Cells with choices look like it, and get their drop-down when they are opened."""

    def __init__(self, make: Callable[[QWidget, int, int], QComboBox], parent: QWidget) -> None:
        super().__init__(parent)
        self._make = make

    def createEditor(self, parent: QWidget, option: QStyleOptionViewItem, index: Index) -> QWidget:
        return self._make(parent, index.row(), index.column())

    def setEditorData(self, editor: QWidget, index: Index) -> None:
        """The drop-down was made with the value of the cell."""

    def setModelData(self, editor: QWidget, model: QAbstractItemModel, index: Index) -> None:
        """Words that name no choice do not stay; what was chosen has been told already."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        super().paint(painter, option, index)
        if index.flags() & Qt.ItemFlag.ItemIsEditable:
            cell: QRect = option.rect  # type: ignore[attr-defined]
            area = QRect(cell.right() - 18, cell.top(), 14, cell.height())
            painter.save()
            painter.setPen(QColor(theme.MUTED))
            painter.drawText(area, Qt.AlignmentFlag.AlignCenter, "▾")
            painter.restore()
