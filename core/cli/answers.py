"""The clerk's decisions for the command: a JSON file shaped as `propose --json` tells its tables."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from core.errors import UsageError
from core.exchange.plan import CLEAR, ERROR, KEEP

_BLANKS = {KEEP, CLEAR, ERROR, None}


def _whole(value: object) -> bool:
    return type(value) is int and value > 0


def _listed(value: object, holds: Callable[[Any], bool]) -> bool:
    return isinstance(value, list) and all(map(holds, value))


def _texts(value: object) -> bool:
    return isinstance(value, dict) and all(v is None or isinstance(v, str) for v in value.values())


_TEXTS = "一个对象，值为文字"
_SHAPES: dict[str, tuple[str, Callable[[Any], bool]]] = {
    "sheet": ("工作表名", lambda v: isinstance(v, str)),
    "table": ("表的代码", lambda v: isinstance(v, str)),
    "number": ("第几张表", _whole),
    "header_rows": ("行号的列表", lambda v: _listed(v, _whole)),
    "skip_rows": ("行号的列表", lambda v: _listed(v, _whole)),
    "leave_out": ("true 或 false", lambda v: isinstance(v, bool)),
    "mapping": (_TEXTS, _texts),
    "units": (_TEXTS, _texts),
    "constants": (_TEXTS, _texts),
    "decisions": (_TEXTS, _texts),
    "blanks": ("一个对象，值为 keep、clear 或 error", lambda v: _texts(v) and set(v.values()) <= _BLANKS),
    "hidden_sheets": ("工作表名的列表", lambda v: _listed(v, lambda one: isinstance(one, str))),
    "private": ("true 或 false", lambda v: isinstance(v, bool)),
    "tables": ("对象的列表", lambda v: _listed(v, lambda one: isinstance(one, dict))),
}
"""Key → what its value should be, in words, and whether it is; null says nothing. Other keys are not asked."""


def answers_of(path: Path | None) -> dict[str, Any] | None:
    """What the file says of columns, units, header rows; None without a file."""
    if path is None:
        return None
    try:
        given = json.loads(path.read_text("utf-8-sig"))
    except (OSError, ValueError) as e:
        raise UsageError(
            f"读不出 {path}", next="应为 UTF-8 的 JSON 文件，可由 panhuo propose --json 得到。", code="map"
        ) from e
    if not isinstance(given, dict):
        raise UsageError(
            f"{path} 的内容应为一个 JSON 对象", next="请参照 panhuo propose --json 的 tables。", code="map"
        )
    _require_shape(path, given)
    for table in given.get("tables") or ():
        _require_shape(path, table)
    return given


def _require_shape(path: Path, given: Mapping[str, Any]) -> None:
    for key, value in given.items():
        wanted, holds = _SHAPES.get(key, ("", lambda _: True))
        if value is not None and not holds(value):
            raise UsageError(
                f"{path} 里的 {key} 应为{wanted}", next="请参照 panhuo propose --json 的 tables。", code="map"
            )
