"""The button above a list that says which of its records are shown: all, those with problems, a saved view."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QActionGroup
from PySide6.QtWidgets import QMenu, QToolButton

from core.jobs import Progress
from gui.dialogs import messages
from gui.icons import icon
from gui.session import Session
from gui.wording import DOUBT_NAME

if TYPE_CHECKING:
    from core.records import Ledger
    from core.records.query import Narrowing
    from core.records.views import View

KINDS: dict[str, tuple[str, Narrowing]] = {
    "": ("全部记录", {}),
    "error": ("有错误的", {"finding": "error"}),
    "explain": ("有需说明的", {"finding": "explain"}),
    "flagged": (f"有{DOUBT_NAME}的", {"flagged": True}),
    "deleted": ("已删除的", {"deleted": True}),
    "every": ("含已拆分、合并、删除的", {"include_deleted": True}),
}
"""What can be chosen without saving anything, with the narrowing that it stands for."""


class ViewButton(QToolButton):
    """changed(): other records are wanted; told(text). `here` tells filter, order and columns of the list."""

    changed = Signal()
    told = Signal(str)

    def __init__(
        self, session: Session, table: str, here: Callable[[], tuple[Narrowing, tuple[str, ...], list[str]]]
    ) -> None:
        super().__init__()
        self.session, self.table, self._here = session, table, here
        self.kind = ""
        self.view: View | None = None
        self._views: list[View] = []
        self.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.setIcon(icon("filter"))
        self.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.setToolTip("看哪些记录：全部、有问题的、已删除的，或保存过的视图")
        self._menu = QMenu(self)
        self._menu.aboutToShow.connect(self._fill)
        self.setMenu(self._menu)
        self._say()
        self._load()

    @property
    def narrowing(self) -> Narrowing:
        """What the chosen kind or view adds to the filters of the list."""
        return self.view.narrowing if self.view is not None else KINDS[self.kind][1]

    def choose(self, kind: str, view: View | None = None) -> None:
        """Show other records."""
        self.kind, self.view = kind, view
        self._say()
        self.changed.emit()

    def narrow(self, name: str, narrowing: Narrowing) -> None:
        """Show what a narrowing leaves, under a name, without saving it."""
        from core.records.views import View

        self.choose("", View(0, self.table, name, narrowing))

    def _say(self) -> None:
        self.setText(self.view.name if self.view is not None else KINDS[self.kind][0])

    def _load(self) -> None:
        def work(ledger: Ledger, progress: Progress) -> list[View]:
            from core.records import views

            return views.listed(ledger, self.table)

        self.session.read(work).succeeded.connect(self._on_listed)

    def _on_listed(self, found: list[View] | None) -> None:
        self._views = found or []

    def _fill(self) -> None:
        self._menu.clear()
        group = QActionGroup(self._menu)
        for kind, (text, _) in KINDS.items():
            action = self._menu.addAction(text, lambda k=kind: self.choose(k))
            action.setCheckable(True)
            action.setChecked(self.view is None and kind == self.kind)
            group.addAction(action)
        self._menu.addSeparator()
        for view in self._views:
            action = self._menu.addAction(view.name, lambda v=view: self.choose("", v))
            action.setCheckable(True)
            action.setChecked(self.view is not None and view.id == self.view.id)
            group.addAction(action)
        if self._views:
            self._menu.addSeparator()
        self._menu.addAction("把现在的筛选、排序和栏目存为视图", self.save)
        if self.view is not None and self.view.id:
            self._menu.addAction(f"删除视图「{self.view.name}」", self.delete)

    def save(self) -> None:
        """Save what is shown now under a name."""
        name = messages.ask_text(
            self, "保存视图", "以后从这里可以直接选用；同名的视图会被替换。", "视图名称", "保存"
        )
        if not name:
            return
        narrowing, order, columns = self._here()

        def work(ledger: Ledger, progress: Progress) -> View:
            from core.records import views

            return views.save(ledger, self.table, name, narrowing, order=order, columns=tuple(columns))

        self.session.run(work, "正在保存视图", cancellable=False).succeeded.connect(self._on_saved)

    def _on_saved(self, view: View | None) -> None:
        if view is not None:
            self._load()
            self.told.emit(f"已保存视图「{view.name}」")

    def delete(self) -> None:
        """Delete the view that is shown; its records stay."""
        view = self.view
        if view is None or not messages.ask(self, f"删除视图「{view.name}」？", "删除", "记录不受影响。"):
            return

        def work(ledger: Ledger, progress: Progress) -> None:
            from core.records import views

            views.delete(ledger, view.id)

        job = self.session.run(work, "正在删除视图", cancellable=False)
        job.then(self, lambda nothing: self._load())
        job.then(self, lambda nothing: self.choose(""))
