"""Deeds on the whole 账套 that need no page: undo and redo, a backup to return to, checking, the next finding."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from gui.pages.records import RecordsPage
from gui.reading import ASSET

if TYPE_CHECKING:
    from gui.window import MainWindow


class Deeds(QObject):
    """Belongs to the main window, and says in its status bar what became of each."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self.window = window
        self._last_finding: tuple[str, str, str] | None = None

    def save_point(self) -> None:
        """Everything is saved already; make a backup to return to."""
        job = self.window.session.read(lambda ledger, progress: ledger.backup("还原点"), "正在做还原点")
        job.succeeded.connect(
            lambda path: self.window.status.tell("已保存（自动保存已开启），并做了还原点") if path else None
        )

    def undo(self) -> None:
        """Undo the last action."""
        self.window.session.undo().succeeded.connect(lambda result: self._on_undone(result, "撤销"))

    def redo(self) -> None:
        """Repeat what was undone last."""
        self.window.session.undo(redo=True).succeeded.connect(lambda result: self._on_undone(result, "恢复"))

    def undo_batch(self, batch: int, label: str) -> None:
        """Undo one action of the history; rows changed since are decided one by one."""
        from gui.dialogs.undoing import undo_batch

        undo_batch(
            self.window, self.window.session, batch, label, lambda result: self._on_undone(result, "撤销")
        )

    def _on_undone(self, result: object, verb: str) -> None:
        label = getattr(result, "label", "")
        kept = getattr(result, "kept", ())
        if not result:
            self.window.status.tell(f"没有可以{verb}的操作")
        elif kept:
            self.window.status.tell(f"已{verb} {label}；{len(kept)} 条后来又改过，保持原样")
        else:
            self.window.status.tell(f"已{verb} {label}")

    def check(self) -> None:
        """Check everything again."""
        job = self.window.session.check_all()
        job.succeeded.connect(lambda found: self._tell_counts())

    def _tell_counts(self) -> None:
        counts = self.window.session.marks.counts
        self.window.status.tell(
            f"审核完成：错误 {counts['error']:,}，需说明 {counts['explain']:,}，提示 {counts['hint']:,}"
        )

    def next_finding(self) -> None:
        """Go to the next blocking finding of the list."""
        page = self.window.stack.currentWidget()
        table = page.table.code if isinstance(page, RecordsPage) else ASSET
        found = [f for f in self.window.session.findings if f.blocks and f.uid]
        found = [f for f in found if f.table == table] or found
        if not found:
            self.window.status.tell("没有待处理的问题")
            return
        keys = [(f.rule, f.uid, f.field) for f in found]
        n = (keys.index(self._last_finding) + 1) % len(found) if self._last_finding in keys else 0
        self._last_finding = keys[n]
        self.window.jump(found[n].table, found[n].uid, found[n].field)
        self.window.status.tell(f"{found[n].text}")
