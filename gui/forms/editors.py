"""The one registry of editors: a kind of value → the widget that types it, in cells and in forms."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QWidget

from core.standard.model import Field
from gui.forms.choosing import BoolEditor, CodeEditor, CodesEditor, RefEditor
from gui.forms.lines import Context, DateEditor, LineEditor, LongEditor

Editor = LineEditor | LongEditor
Maker = Callable[[QWidget | None, Field, Context], Editor]

EDITORS: dict[str, Maker] = {
    "text": LineEditor,
    "id": LineEditor,
    "cert": LineEditor,
    "money": LineEditor,
    "area": LineEditor,
    "decimal": LineEditor,
    "integer": LineEditor,
    "date": DateEditor,
    "period": LineEditor,
    "bool": BoolEditor,
    "code": CodeEditor,
    "codes": CodesEditor,
    "ref": RefEditor,
}


def editor_for(parent: QWidget | None, field: Field, context: Context) -> Editor:
    """Make the editor of a field."""
    if field.multiline and field.type == "text":
        return LongEditor(parent, field, context)
    return EDITORS[field.type](parent, field, context)
