"""The clerk's decisions for the command: a JSON file shaped as `propose --json` tells its tables."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from core.errors import UsageError


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
    return given
