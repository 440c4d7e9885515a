"""The files of a standard, parsed; and the refusal of keys that mean nothing."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from typing import Any

from core.errors import StandardError

Section = Mapping[str, Any]


class Source:
    """Raw bytes by relative path, and every TOML file parsed."""

    def __init__(self, files: Mapping[str, bytes]) -> None:
        self.files = files
        self.toml: dict[str, dict[str, Any]] = {
            n: _parsed(n, d) for n, d in files.items() if n.endswith(".toml")
        }

    def under(self, folder: str) -> list[tuple[str, dict[str, Any]]]:
        """(name, content) of the TOML files of one folder."""
        return [(n, d) for n, d in self.toml.items() if n.startswith(folder + "/")]


def _parsed(name: str, data: bytes) -> dict[str, Any]:
    try:
        return tomllib.loads(data.decode("utf-8"))
    except UnicodeDecodeError as e:
        raise StandardError(name, "全文", "不是 UTF-8 编码") from e
    except tomllib.TOMLDecodeError as e:
        raise StandardError(name, "格式", f"不是合法的 TOML（{e}）") from e
    except RecursionError as e:
        raise StandardError(name, "格式", "嵌套太深") from e


def require_known(file: str, key: str, given: Section, allowed: set[str]) -> None:
    """Refuse a key that no reader knows: it would be silently lost."""
    for k in given:
        if k not in allowed:
            raise StandardError(file, f"{key}.{k}" if key else k, "没有这个键")
