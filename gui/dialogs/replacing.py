"""Replacing words in a column."""

from __future__ import annotations

from PySide6.QtWidgets import QDialog, QFormLayout, QLineEdit, QVBoxLayout, QWidget

from gui.dialogs.buttons import verb_and_cancel


def ask_replacement(parent: QWidget, label: str, words: str) -> tuple[str, str] | None:
    """Ask what to replace by what in a column; None when the clerk cancels."""
    dialog = QDialog(parent)
    dialog.setWindowTitle(f"替换「{label}」里的文字")
    dialog.setMinimumWidth(400)
    find, by = QLineEdit(words), QLineEdit()
    find.selectAll()
    form = QFormLayout()
    form.addRow("查找", find)
    form.addRow("替换为", by)
    buttons, do = verb_and_cancel(dialog, "替换本列")
    do.setEnabled(bool(words))
    find.textChanged.connect(lambda text: do.setEnabled(bool(text)))
    layout = QVBoxLayout(dialog)
    layout.setContentsMargins(18, 16, 18, 14)
    layout.addLayout(form)
    layout.addWidget(buttons)
    accepted = dialog.exec() == QDialog.DialogCode.Accepted
    dialog.deleteLater()
    return (find.text(), by.text()) if accepted else None
