"""Messages to the clerk: what is wrong, what to do next, and buttons that are verbs."""

from __future__ import annotations

import re

from PySide6.QtWidgets import (
    QDialog,
    QGridLayout,
    QLabel,
    QLineEdit,
    QMessageBox,
    QSpacerItem,
    QVBoxLayout,
    QWidget,
)

from core.errors import AppError, SurroundingsError
from gui.dialogs.buttons import verb_and_cancel

TITLE = "盘活台账"
_WIDTH = 420
_AGAIN = {"locked", "busy", "held", "readonly", "disk", "surroundings", "in-use", "full"}


_ASIDE = re.compile(r"（[^）]*(?:panhuo|--[a-z])[^）]*）")
_CLAUSE = re.compile(r"[，；]?[^，；。]*(?:panhuo |--[a-z]+)[^，；。]*")


def plain(text: str) -> str:
    """Advice without the words and clauses that are meant for those who type the command."""
    left = _CLAUSE.sub("", _ASIDE.sub("", text))
    return re.sub(r"。{2,}", "。", left).lstrip("，；。")


def _box(icon: QMessageBox.Icon, parent: QWidget | None, text: str, more: str) -> QMessageBox:
    """A box wide enough that a sentence stands in few lines."""
    box = QMessageBox(icon, TITLE, text, parent=parent)
    if more:
        box.setInformativeText(more)
    layout = box.layout()
    if isinstance(layout, QGridLayout):
        layout.addItem(QSpacerItem(_WIDTH, 0), layout.rowCount(), 0, 1, layout.columnCount())
    return box


def show_error(parent: QWidget | None, error: AppError) -> bool:
    """Show a refusal with its reason and way out; True when the clerk wants to try again."""
    box = _box(QMessageBox.Icon.Warning, parent, error.reason, plain(error.next))
    again = None
    if isinstance(error, SurroundingsError) or error.code in _AGAIN:
        again = box.addButton("重试", QMessageBox.ButtonRole.AcceptRole)
    close = box.addButton("知道了" if again is None else "取消", QMessageBox.ButtonRole.RejectRole)
    box.setDefaultButton(close)
    box.setEscapeButton(close)
    box.exec()
    return again is not None and box.clickedButton() is again


def inform(parent: QWidget | None, text: str, more: str = "") -> None:
    """Say something that needs no decision."""
    box = _box(QMessageBox.Icon.Information, parent, text, more)
    box.addButton("知道了", QMessageBox.ButtonRole.AcceptRole)
    box.exec()


def ask(
    parent: QWidget | None,
    text: str,
    verb: str,
    more: str = "",
    *,
    danger: bool = False,
    otherwise: str = "取消",
) -> bool:
    """Ask whether to do `verb`; the harmless button is the default when it is dangerous."""
    icon = QMessageBox.Icon.Warning if danger else QMessageBox.Icon.Question
    box = _box(icon, parent, text, more)
    do = box.addButton(verb, QMessageBox.ButtonRole.AcceptRole)
    cancel = box.addButton(otherwise, QMessageBox.ButtonRole.RejectRole)
    box.setDefaultButton(cancel if danger else do)
    box.setEscapeButton(cancel)
    box.exec()
    return box.clickedButton() is do


def ask_text(parent: QWidget | None, title: str, text: str, label: str, verb: str) -> str:
    """Ask for some words; "" when the clerk cancels."""
    dialog = QDialog(parent)
    dialog.setWindowTitle(title)
    dialog.setMinimumWidth(440)
    told = QLabel(text)
    told.setWordWrap(True)
    line = QLineEdit()
    line.setPlaceholderText(label)
    buttons, do = verb_and_cancel(dialog, verb)
    do.setEnabled(False)
    line.textChanged.connect(lambda words: do.setEnabled(bool(words.strip())))
    layout = QVBoxLayout(dialog)
    layout.setContentsMargins(18, 16, 18, 14)
    for widget in (told, QLabel(label), line, buttons):
        layout.addWidget(widget)
    line.setFocus()
    accepted = dialog.exec() == QDialog.DialogCode.Accepted
    dialog.deleteLater()
    return line.text().strip() if accepted else ""


def choose(parent: QWidget | None, text: str, verbs: list[str], more: str = "") -> str:
    """Ask which of several deeds to do; "" when the clerk cancels."""
    box = _box(QMessageBox.Icon.Question, parent, text, more)
    buttons = {box.addButton(verb, QMessageBox.ButtonRole.ActionRole): verb for verb in verbs}
    cancel = box.addButton("取消", QMessageBox.ButtonRole.RejectRole)
    box.setEscapeButton(cancel)
    box.exec()
    clicked = box.clickedButton()
    return next((verb for button, verb in buttons.items() if button is clicked), "")
