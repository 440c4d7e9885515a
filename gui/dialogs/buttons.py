"""The row of buttons that ends a dialog: what it does, in a verb, and 取消."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QDialog, QDialogButtonBox, QPushButton


def verb_and_cancel(
    dialog: QDialog, verb: str, accept: Callable[[], object] | None = None
) -> tuple[QDialogButtonBox, QPushButton]:
    """The row and its first button; `accept` is asked first where the answers may be refused."""
    row = QDialogButtonBox()
    do = row.addButton(verb, QDialogButtonBox.ButtonRole.AcceptRole)
    row.addButton("取消", QDialogButtonBox.ButtonRole.RejectRole)
    row.accepted.connect(accept or dialog.accept)
    row.rejected.connect(dialog.reject)
    return row, do
