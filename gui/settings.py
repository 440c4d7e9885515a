"""What the window remembers: of the program in its settings home, of one 账套 in its folder."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QSettings

from core import paths

RECENT = 8
_DATABASE = "台账.db"


class Settings:
    """Window state, the recent 账套, and what is kept per table."""

    def __init__(self) -> None:
        home = paths.settings_home()
        self.program = QSettings(str(home / "界面.ini"), QSettings.Format.IniFormat)
        self.ledger: QSettings | None = None

    def enter(self, folder: Path) -> None:
        """Use the settings of a 账套 and put it first in the list of recent ones."""
        self.ledger = QSettings(str(folder / "界面.ini"), QSettings.Format.IniFormat)
        recent = [str(folder), *(r for r in self.recent() if r != str(folder))]
        self.program.setValue("recent", recent[:RECENT])

    def recent(self) -> list[str]:
        """The folders of recent 账套, newest first, missing ones included."""
        value = self.program.value("recent", [])
        if isinstance(value, str):
            return [value] if value else []
        return [str(v) for v in value] if isinstance(value, list) else []

    @staticmethod
    def is_there(folder: str) -> bool:
        return (Path(folder) / _DATABASE).is_file()

    @property
    def enter_moves_right(self) -> bool:
        """Whether Enter goes right instead of down."""
        return str(self.program.value("enter_right", "")) == "1"

    @enter_moves_right.setter
    def enter_moves_right(self, on: bool) -> None:
        self.program.setValue("enter_right", "1" if on else "")

    def widths(self, table: str) -> dict[str, int]:
        """Column widths that the clerk chose, by column code."""
        made: dict[str, int] = {}
        for part in str(self._get(f"table/{table}/widths")).split(";"):
            code, _, width = part.partition("=")
            if width.isdigit():
                made[code] = int(width)
        return made

    def set_widths(self, table: str, widths: dict[str, int]) -> None:
        self._set(f"table/{table}/widths", ";".join(f"{code}={width}" for code, width in widths.items()))

    def columns(self, table: str) -> list[str]:
        """The columns that the clerk chose, in order; empty means those of the standard."""
        return [c for c in str(self._get(f"table/{table}/columns")).split(";") if c]

    def set_columns(self, table: str, codes: list[str]) -> None:
        self._set(f"table/{table}/columns", ";".join(codes))

    def get(self, key: str) -> str:
        """A small text kept with the 账套."""
        return str(self._get(key))

    def set(self, key: str, value: str) -> None:
        self._set(key, value)

    def _get(self, key: str) -> object:
        return self.ledger.value(key, "") if self.ledger is not None else ""

    def _set(self, key: str, value: str) -> None:
        if self.ledger is not None:
            self.ledger.setValue(key, value)
