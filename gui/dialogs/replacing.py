"""Replacing words in a column."""

from __future__ import annotations

from PySide6.QtWidgets import QDialog, QDialogButtonBox, QFormLayout, QLineEdit, QVBoxLayout, QWidget


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
    buttons = QDialogButtonBox()
    do = buttons.addButton("替换本列", QDialogButtonBox.ButtonRole.AcceptRole)
    buttons.addButton("取消", QDialogButtonBox.ButtonRole.RejectRole)
    do.setEnabled(bool(words))
    find.textChanged.connect(lambda text: do.setEnabled(bool(text)))
    buttons.accepted.connect(dialog.accept)
    buttons.rejected.connect(dialog.reject)
    layout = QVBoxLayout(dialog)
    layout.setContentsMargins(18, 16, 18, 14)
    layout.addLayout(form)
    layout.addWidget(buttons)
    accepted = dialog.exec() == QDialog.DialogCode.Accepted
    dialog.deleteLater()
    return (find.text(), by.text()) if accepted else None
