"""The header of a list: a click sorts or selects, the small arrow opens Excel's filter."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPolygon
from PySide6.QtWidgets import (
    QFormLayout,
    QFrame,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from core.standard.types import Value
from gui import theme
from gui.icons import icon
from gui.tables.columns import GridColumn
from gui.tables.filters import Filter, is_range, is_word

ARROW = 18
LISTED = 400

Distinct = Sequence[tuple[Value, str, int]]


class FilterHeader(QHeaderView):
    """Shows an arrow in each section; a filled one where the column is filtered.

    filter_asked(section): the arrow was pressed. sort marks are painted from `order`.
    """

    filter_asked = Signal(int)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self.setSectionsClickable(True)
        self.setHighlightSections(False)
        self.setSectionsMovable(True)
        self.setStretchLastSection(False)
        self.setMinimumSectionSize(48)
        self.filtered: set[int] = set()
        self.order: dict[int, bool] = {}
        self._pressed_arrow = -1

    def arrow_rect(self, section: int) -> QRect:
        """Where the arrow of a section is."""
        x = self.sectionViewportPosition(section) + self.sectionSize(section) - ARROW - 2
        return QRect(x, 0, ARROW, self.height())

    def sizeHint(self) -> QSize:
        size = super().sizeHint()
        return QSize(size.width(), max(size.height(), self.fontMetrics().height() + 12))

    def paintSection(self, painter: QPainter, rect: QRect, section: int) -> None:
        painter.save()
        super().paintSection(painter, rect, section)
        painter.restore()
        if not rect.isValid() or rect.width() < 40:
            return
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        spot = QRect(rect.right() - ARROW - 1, rect.top() + 2, ARROW, rect.height() - 4)
        on = section in self.filtered
        painter.fillRect(spot, QColor("#cfe2f5" if on else "#eef1f4"))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(theme.ACCENT if on or section in self.order else "#8a949e"))
        x, y = spot.center().x(), spot.center().y()
        if section in self.order:
            d = -4 if self.order[section] else 4  # True: descending
            painter.drawPolygon(
                QPolygon([QPoint(x - 4, y + d // 2), QPoint(x + 5, y + d // 2), QPoint(x, y - d)])
            )
        elif on:
            painter.drawPolygon(
                QPolygon(
                    [
                        QPoint(x - 5, y - 4),
                        QPoint(x + 5, y - 4),
                        QPoint(x + 1, y + 1),
                        QPoint(x + 1, y + 6),
                        QPoint(x - 1, y + 4),
                        QPoint(x - 1, y + 1),
                    ]
                )
            )
        else:
            painter.drawPolygon(QPolygon([QPoint(x - 4, y - 2), QPoint(x + 5, y - 2), QPoint(x, y + 3)]))
        painter.restore()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        section = self.logicalIndexAt(event.position().toPoint())
        self._pressed_arrow = -1
        near_edge = abs(self.arrow_rect(section).right() + 2 - event.position().x()) <= 3
        if (
            event.button() == Qt.MouseButton.LeftButton
            and section >= 0
            and not near_edge
            and self.arrow_rect(section).contains(event.position().toPoint())
        ):
            self._pressed_arrow = section
            return
        super().mousePressEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self._pressed_arrow >= 0:
            section, self._pressed_arrow = self._pressed_arrow, -1
            if self.arrow_rect(section).contains(event.position().toPoint()):
                self.filter_asked.emit(section)
            return
        super().mouseReleaseEvent(event)


class FilterPopup(QFrame):
    """Sorting, words or bounds, and the list of values to tick.

    sorted(descending), unsorted(), applied(Filter), cleared().
    """

    sorted = Signal(bool)
    unsorted = Signal()
    applied = Signal(object)
    cleared = Signal()

    def __init__(self, parent: QWidget, column: GridColumn, now: Filter | None, is_sorted: bool) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self.setFrameShape(QFrame.Shape.StyledPanel)
        self.setAutoFillBackground(True)
        self._column, self._now = column, now or Filter()
        self._shown: dict[Value, str] = {}
        layout = QVBoxLayout(self)
        layout.setContentsMargins(8, 8, 8, 8)
        layout.setSpacing(4)
        title = QLabel(column.title)
        title.setObjectName("heading")
        layout.addWidget(title)
        self._link(layout, "sort-up", "升序（小 → 大，A → Z）", lambda: self.sorted.emit(False))
        self._link(layout, "sort-down", "降序（大 → 小，Z → A）", lambda: self.sorted.emit(True))
        if is_sorted:
            self._link(layout, "refresh", "取消排序", self.unsorted.emit)
        self._low, self._high, self._words = QLineEdit(), QLineEdit(), QLineEdit()
        if is_range(column):
            unit = f"（{column.field.unit}）" if column.field.type in ("money", "area") else ""
            form = QFormLayout()
            form.addRow(f"不小于{unit}", self._low)
            form.addRow(f"不大于{unit}", self._high)
            self._low.setText(self._now.low)
            self._high.setText(self._now.high)
            layout.addLayout(form)
        if is_word(column):
            form = QFormLayout()
            form.addRow("包含文字", self._words)
            self._words.setText(self._now.words)
            layout.addLayout(form)
        self.search = QLineEdit()
        self.search.setPlaceholderText("在下面的列表里查找")
        self.search.setClearButtonEnabled(True)
        self.search.textChanged.connect(self._on_search)
        layout.addWidget(self.search)
        self.list = QListWidget()
        self.list.setUniformItemSizes(True)
        self.list.setMinimumHeight(180)
        self.list.itemChanged.connect(self._on_ticked)
        layout.addWidget(self.list, 1)
        self.note = QLabel("正在读取……")
        self.note.setObjectName("muted")
        layout.addWidget(self.note)
        row = QHBoxLayout()
        clear = QPushButton("清除筛选")
        clear.setEnabled(not self._now.is_empty)
        clear.clicked.connect(self.cleared)
        apply = QPushButton("筛选")
        apply.setObjectName("primary")
        apply.clicked.connect(self._on_apply)
        cancel = QPushButton("取消")
        cancel.clicked.connect(self.hide)
        row.addWidget(clear)
        row.addStretch(1)
        row.addWidget(apply)
        row.addWidget(cancel)
        layout.addLayout(row)
        self.resize(290, 430)

    def _link(self, layout: QVBoxLayout, name: str, text: str, deed: Callable[[], None]) -> None:
        button = QPushButton(icon(name, theme.ACCENT), text)
        button.setObjectName("link")
        button.clicked.connect(deed)
        layout.addWidget(button)

    def fill(self, values: Distinct) -> None:
        """Show the values of the column with their counts."""
        self.list.blockSignals(True)
        self.list.clear()
        everything = QListWidgetItem("（全选）", self.list)
        everything.setFlags(Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsUserCheckable)
        chosen = set(self._now.values)
        open_ = not chosen and not self._now.blank
        for value, shown, count in values[:LISTED]:
            self._shown[value] = shown
            item = QListWidgetItem(f"{shown}（{count:,}）", self.list)
            item.setData(Qt.ItemDataRole.UserRole, ("", None) if value is None else ("v", value))
            item.setFlags(Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsUserCheckable)
            on = open_ or (value in chosen if value is not None else self._now.blank)
            item.setCheckState(Qt.CheckState.Checked if on else Qt.CheckState.Unchecked)
        self.list.blockSignals(False)
        self._tick_all_box()
        rest = len(values) - LISTED
        self.note.setText(
            f"另有 {rest:,} 个值未列出，请用上面的条件筛选" if rest > 0 else f"共 {len(values):,} 个不同的值"
        )

    def _items(self) -> list[QListWidgetItem]:
        return [self.list.item(n) for n in range(1, self.list.count())]

    def _on_search(self, text: str) -> None:
        for item in self._items():
            item.setHidden(text.lower() not in item.text().lower())
        self.list.blockSignals(True)
        if text:
            for item in self._items():
                item.setCheckState(Qt.CheckState.Unchecked if item.isHidden() else Qt.CheckState.Checked)
        self.list.blockSignals(False)
        self._tick_all_box()

    def _on_ticked(self, item: QListWidgetItem) -> None:
        if self.list.row(item) == 0:
            self.list.blockSignals(True)
            for each in self._items():
                if not each.isHidden():
                    each.setCheckState(item.checkState())
            self.list.blockSignals(False)
        self._tick_all_box()

    def _tick_all_box(self) -> None:
        if not self.list.count():
            return
        states = {i.checkState() for i in self._items() if not i.isHidden()}
        self.list.blockSignals(True)
        only = states.pop() if len(states) == 1 else Qt.CheckState.PartiallyChecked
        self.list.item(0).setCheckState(only)
        self.list.blockSignals(False)

    def _on_apply(self) -> None:
        items = self._items()
        ticked = [i for i in items if i.checkState() == Qt.CheckState.Checked]
        values: tuple[Value, ...] = ()
        blank = False
        if len(ticked) < len(items):
            data = [i.data(Qt.ItemDataRole.UserRole) for i in ticked]
            values = tuple(v for kind, v in data if kind)
            blank = any(not kind for kind, _ in data)
        made = Filter(
            values, blank, self._words.text().strip(), self._low.text().strip(), self._high.text().strip()
        )
        if made.is_empty and len(ticked) < len(items):
            self.note.setText("至少勾选一项，或点「清除筛选」")
            return
        self.applied.emit(made)

    @property
    def shown(self) -> dict[Value, str]:
        """The names of the listed values."""
        return self._shown

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._on_apply()
            return
        super().keyPressEvent(event)
