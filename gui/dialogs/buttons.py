"""The row of buttons that ends a dialog: what it does, in a verb, and 取消."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QDialog, QDialogButtonBox, QPushButton


def verb_and_cancel(
    dialog: QDialog, verb: str, accept: Callable[[], object] | None = None, *, enter: bool = True
) -> tuple[QDialogButtonBox, QPushButton]:
    """The row and its first button; `accept` is asked first where the answers may be refused.

    Without `enter` that key belongs to what is edited, or the deed is one to be clicked.
    """
    row = QDialogButtonBox()
    roles = QDialogButtonBox.ButtonRole
    do = row.addButton(verb, roles.AcceptRole if enter else roles.ActionRole)
    cancel = row.addButton("取消", roles.RejectRole)
    do.clicked.connect(lambda: (accept or dialog.accept)())
    row.rejected.connect(dialog.reject)
    for button in (do, cancel):
        button.setAutoDefault(enter)
    return row, do
