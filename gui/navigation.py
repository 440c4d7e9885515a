"""The navigation at the left: pages and tables from the standard, with their counts."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, Qt, Signal
from PySide6.QtWidgets import QTreeWidget, QTreeWidgetItem, QVBoxLayout, QWidget

from core.standard.kernel import PATHS
from core.standard.model import Standard
from gui import theme
from gui.icons import icon
from gui.reading import ASSET
from gui.session import Session

_KEY = Qt.ItemDataRole.UserRole
HOME, AUDIT, IMPORT, FIGURES, REPORT, HISTORY = "home", "audit", "import", "figures", "report", "history"
_PLACES = ((AUDIT, "审核"), (IMPORT, "导入"), (FIGURES, "汇总"), (REPORT, "上报"), (HISTORY, "历史"))


class Navigation(QWidget):
    """chosen(key): home, table:<code>, path:<table>:<path>, audit, import, report or history.

    entered(): by a click or Enter, so the keys shall go to the page.
    """

    chosen = Signal(str)
    entered = Signal()

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.session = session
        self._items: dict[str, QTreeWidgetItem] = {}
        self._labels: dict[str, str] = {}
        self.tables, self.places = _tree(), _tree()
        for tree in (self.tables, self.places):
            tree.currentItemChanged.connect(lambda item, before, t=tree: self._on_current(t, item))
            tree.itemClicked.connect(lambda item, column: self._on_clicked(item))
            tree.itemActivated.connect(lambda item, column: self._on_entered(item))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.tables, 1)
        layout.addWidget(self.places, 0)
        self.setMinimumWidth(150)
        for key, label in _PLACES:
            self._add(self.places, key, label, key)
        self.places.setFixedHeight(28 * len(_PLACES) + 12)
        session.opened.connect(self.fill)
        session.closed.connect(self.fill)
        session.state_changed.connect(self.refresh)
        session.findings_changed.connect(self.refresh)
        self.fill()

    def _on_entered(self, item: QTreeWidgetItem) -> None:
        """A click or Enter goes into the page; the arrow keys only show it."""
        if key := str(item.data(0, _KEY) or ""):
            self.chosen.emit(key)
            self.entered.emit()

    def _on_clicked(self, item: QTreeWidgetItem) -> None:
        self._on_entered(item)
        if not item.data(0, _KEY):
            item.setExpanded(not item.isExpanded())

    def fill(self) -> None:
        """Make the entries of the open standard."""
        self.tables.blockSignals(True)
        self.tables.clear()
        for key in [k for k in self._items if k not in dict(_PLACES)]:
            del self._items[key]
        self._add(self.tables, HOME, "首页", "home")
        if self.session.is_open:
            self._add_tables(self.session.standard)
        self.places.setEnabled(self.session.is_open)
        self.tables.blockSignals(False)
        self.refresh()

    def _add_tables(self, standard: Standard) -> None:
        main = [standard.table(ASSET)]
        others = [t for t in standard.tables.values() if t.code != ASSET]
        for table in main:
            head = self._add(self.tables, f"table:{table.code}", table.label, f"table-{table.code}")
            codes = table.fields["path"].codes
            for path in PATHS:
                name = codes.items[path].name if codes and path in codes.items else path
                self._add(head, f"path:{table.code}:{path}", name, f"path-{path}")
            self._add(head, f"path:{table.code}:none", "未定", "path-none")
            head.setExpanded(True)
        group = self._add(self.tables, "", "其他台账", "folder")
        for table in others:
            self._add(group, f"table:{table.code}", table.label, f"table-{table.code}")
        group.setExpanded(len(others) <= 10)

    def _add(
        self, parent: QTreeWidget | QTreeWidgetItem, key: str, label: str, picture: str
    ) -> QTreeWidgetItem:
        item = QTreeWidgetItem(parent, [label])
        item.setIcon(0, icon(picture, "#3c4a57"))
        item.setData(0, _KEY, key)
        if key:
            self._items[key] = item
            self._labels[key] = label
        else:
            item.setFlags(Qt.ItemFlag.ItemIsEnabled)
        return item

    def refresh(self) -> None:
        """Show the counts."""
        state = self.session.state
        for key, item in self._items.items():
            kind, _, rest = key.partition(":")
            table, _, path = rest.partition(":")
            count = state.counts.get(table) if kind == "table" else None
            if kind == "path":
                count = state.paths.get(path)
            label = self._labels[key]
            item.setText(0, f"{label}　{count:,}" if count else label)
        counts = self.session.marks.counts
        blocking = counts["error"] + counts["explain"] + self.session.doubt_count
        audit = self._items[AUDIT]
        audit.setText(0, f"审核　{blocking:,}" if blocking else "审核")
        colour = theme.WORD_COLOURS[theme.ERROR] if counts["error"] + self.session.doubt_count else "#3c4a57"
        audit.setIcon(0, icon("audit", colour))

    def show_key(self, key: str) -> None:
        """Mark an entry without choosing it again."""
        item = self._items.get(key)
        for tree in (self.tables, self.places):
            tree.blockSignals(True)
            inside = item is not None and item.treeWidget() is tree
            if inside and item is not None:
                tree.setCurrentItem(item)
            else:
                tree.setCurrentIndex(QModelIndex())
                tree.clearSelection()
            tree.blockSignals(False)

    def _on_current(self, tree: QTreeWidget, item: QTreeWidgetItem | None) -> None:
        if item is not None and tree.hasFocus() and item.data(0, _KEY):
            self.chosen.emit(str(item.data(0, _KEY)))


def _tree() -> QTreeWidget:
    tree = QTreeWidget()
    tree.setObjectName("navigation")
    tree.setHeaderHidden(True)
    tree.setIndentation(16)
    tree.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    tree.setIconSize(tree.iconSize() * 1.0)
    return tree
