"""How a 账套 comes onto the screen: new, existing, the sample, handed over, from a backup, damaged."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QDialog

from core import paths
from core.errors import AppError, DamagedError
from gui import navigation
from gui.dialogs import files, messages
from gui.jobs import Job
from gui.settings import Settings

if TYPE_CHECKING:
    from gui.window import MainWindow

_PACKS = "交接文件 (*.zip);;所有文件 (*)"
_RESTORE, _LOOK = "恢复最近的完好备份", "以只读方式打开"


class Opening(QObject):
    """Belongs to the main window; while the worker opens, the first page says what is going on."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self.window, self.session, self.settings = window, window.session, window.settings
        self._then: Callable[[], None] | None = None

    def begin(self, text: str) -> None:
        """Take the pages off the screen and say what is being done."""
        self.window.drop_pages()
        self.window.welcome.set_busy(text)
        self.window.stack.setCurrentWidget(self.window.welcome)

    def done(self) -> None:
        """Do what was to be done once the 账套 is open."""
        if self._then is not None:
            then, self._then = self._then, None
            then()

    def _failed(self) -> None:
        """Back to what is still open, or to the first page."""
        self.window.welcome.set_busy("")
        if self.session.is_open:
            self.window.go(navigation.HOME)
        else:
            self.window.show_closed()

    # --- new and existing ----------------------------------------------------------------------------

    def create(self, then: Callable[[], None] | None = None) -> None:
        """Ask for and make a new 账套, and do something in it."""
        from gui.dialogs.ledgers import NewLedgerDialog

        dialog = NewLedgerDialog(self.window, self.session.state.operator)
        if dialog.exec() != QDialog.DialogCode.Accepted:
            return
        new = dialog.chosen()
        self._then = then
        self.begin(f"正在新建账套 {new.folder.name} ……")
        self.session.create(
            new.folder,
            new.standard,
            period=new.period,
            role=new.role,
            region=new.region,
            unit_name=new.unit_name,
            operator=new.operator,
        ).failed.connect(lambda error: self._failed())

    def choose(self) -> None:
        """Ask for a 账套 and open it."""
        start = Path(self.settings.recent()[0]).parent if self.settings.recent() else paths.data_home()
        folder = files.choose_folder(self.window, "选择账套文件夹（里面有 台账.db）", str(start))
        if folder is not None:
            self.open(folder)

    def open(self, folder: Path, then: Callable[[], None] | None = None) -> None:
        """Open a 账套."""
        if self.session.folder == folder:
            self.window.go(navigation.HOME)
            return
        self._then = then
        self.begin(f"正在打开 {folder.name} ……")
        job = self.session.open(folder)
        job.failed.connect(
            lambda error: self._on_open_failed(job, folder, error) if isinstance(error, AppError) else None
        )

    def _on_open_failed(self, job: Job, folder: Path, error: AppError) -> None:
        self._failed()
        if not isinstance(error, DamagedError):
            self.session.runner.job_failed.emit(job, error)
            return
        backup = str((getattr(error, "data", None) or {}).get("backup", ""))
        verbs = [_RESTORE, _LOOK] if backup else [_LOOK]
        more = messages.plain(error.next) + "\n也可以先以只读方式打开，查看和复制里面的内容。"
        verb = messages.choose(self.window, error.reason, verbs, more)
        if verb == _RESTORE:
            self.restore(Path(backup), folder)
        elif verb == _LOOK:
            self._look(folder)

    def _look(self, folder: Path) -> None:
        self.begin(f"正在打开 {folder.name} ……")
        self.session.open(folder, damaged=True).failed.connect(lambda error: self._failed())

    def sample(self) -> None:
        """Open the sample 账套; the first time it is made from the shipped ledger."""
        from gui import sample

        folder = paths.data_home() / sample.NAME
        if Settings.is_there(str(folder)):
            self.open(folder)
            return
        self.begin("正在准备示例账套 ……")
        self.session.create_sample(folder).failed.connect(lambda error: self._failed())

    def take_dropped(self, dropped: list[Path]) -> None:
        """Files that are dropped on the first page: open the 账套 they are, or make one to import them into."""
        if len(dropped) == 1 and Settings.is_there(str(dropped[0])):
            self.open(dropped[0])
            return
        more = "台账要导入到账套里。新建之后接着导入这些文件；已有账套的，请先打开它。"
        if messages.ask(self.window, "现在没有打开账套", "新建账套", more):
            self.create(lambda: self.window.take_files(dropped))

    # --- from a file ---------------------------------------------------------------------------------

    def take_in(self) -> None:
        """Ask for a handed-over file and make a 账套 of it in a folder of its own."""
        source = files.choose_file(self.window, "选择别人交来的账套文件", _PACKS)
        if source is None:
            return
        place = files.choose_folder(self.window, "账套放在哪个文件夹里", str(paths.data_home()))
        if place is None:
            return
        folder = _free(place, source.stem)
        self.begin(f"正在接收 {source.name} ……")
        job = self.session.restore(source, folder)
        job.succeeded.connect(lambda look: self.window.status.tell(f"已接收 {source.name}，放在 {folder}"))
        job.failed.connect(lambda error: self._failed())

    def restore(self, source: Path, folder: Path | None = None) -> None:
        """Put a backup in the place of a 账套, the open one if none is named."""
        self.begin("正在恢复备份 ……")
        job = self.session.restore(source, folder)
        job.succeeded.connect(
            lambda look: self.window.status.tell(f"已恢复到 {source.name}，原来的数据另存在“备份”里")
        )
        job.failed.connect(lambda error: self._failed())

    # --- looking after it ----------------------------------------------------------------------------

    def show_backups(self) -> None:
        """Backups of this 账套: look, bring back, hand over, check."""
        from gui.dialogs.backups import BackupsDialog

        dialog = BackupsDialog(self.session, self.window)
        dialog.restore_asked.connect(self.restore)
        dialog.check_asked.connect(self.show_checkup)
        dialog.exec()
        dialog.deleteLater()

    def show_checkup(self) -> None:
        """Whether everything in the 账套 agrees with itself."""
        from gui.dialogs.checkup import CheckupDialog

        dialog = CheckupDialog(self.session, self.window)
        dialog.jump_asked.connect(lambda table, uid: self.window.jump(table, uid, ""))
        dialog.restore_asked.connect(self.show_backups)
        dialog.accept_asked.connect(self._accept_outside)
        dialog.exec()
        dialog.deleteLater()

    def _accept_outside(self) -> None:
        self.begin("正在逐行核对 ……")
        job = self.session.accept_outside()
        job.succeeded.connect(
            lambda look: self.window.status.tell(
                "核对后仍有问题，只能查看；请从备份恢复"
                if self.session.state.damage
                else "逐行核对无误，可以继续使用"
            )
        )
        job.failed.connect(lambda error: self._failed())


def _free(place: Path, name: str) -> Path:
    """A folder of this name that is not there yet."""
    folder, number = place / name, 2
    while folder.exists():
        folder, number = place / f"{name}（{number}）", number + 1
    return folder
