"""Several files and folders at once: which of them are files to read, and which are not, with a word."""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

ENDINGS = frozenset(
    [
        ".xlsx",
        ".xlsm",
        ".xltx",
        ".xls",
        ".et",
        ".xlsb",
        ".ods",
        ".csv",
        ".txt",
        ".tsv",
        ".htm",
        ".html",
        ".mht",
        ".mhtml",
        ".xml",
        ".zip",
    ]
)
MAX_FILES = 500


@dataclass(slots=True)
class Sources:
    files: list[Path] = field(default_factory=list)
    left_out: list[tuple[Path, str]] = field(default_factory=list)
    """(path, why in Chinese)"""


def sources(paths: Iterable[Path]) -> Sources:
    """Expand folders; files named one by one are all tried, whatever their ending."""
    out = Sources()
    seen: set[str] = set()
    for path in paths:
        path = Path(path)
        if path.is_dir():
            for found in sorted(p for p in path.rglob("*") if p.is_file()):
                if any(part.startswith(".") for part in found.relative_to(path).parts):
                    continue
                if found.suffix.lower() not in ENDINGS:
                    out.left_out.append((found, "不是表格文件"))
                else:
                    _keep(out, seen, found)
        else:
            _keep(out, seen, path)
    return out


def _keep(out: Sources, seen: set[str], path: Path) -> None:
    if path.name.startswith("~$"):
        out.left_out.append((path, "是 Office 打开文件时留下的锁文件"))
    elif (real := os.path.realpath(path)) in seen:
        out.left_out.append((path, "与前面的文件相同"))
    elif len(out.files) >= MAX_FILES:
        out.left_out.append((path, f"一次最多 {MAX_FILES} 个文件"))
    else:
        seen.add(real)
        out.files.append(path)
