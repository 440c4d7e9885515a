"""The house rules that no module shows by itself, each with a sentence for a name."""

from __future__ import annotations

import ast
import os
import re
import socket
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtGui import QFontDatabase
from pytestqt.qtbot import QtBot

from core import paths

ROOT = Path(__file__).resolve().parent.parent
# Not ours, or made by tools: never searched.
SKIPPED = {".git", ".venv", ".pyi", "dist", "demo-out", "__pycache__", "node_modules"}
CACHES = re.compile(r"\.(pytest|mypy|ruff|import_linter)_cache|\.hypothesis|\.benchmarks")
TEXT = {".py", ".toml", ".md", ".txt", ".csv", ".json", ".lock", ".spec", ".sh", ".yml", ".html", ".svg"}
TEXT |= {".ps1", ".iss", ".nsi", ".bat", ".cfg", ".ini", ""}


def _files(folder: Path) -> Iterator[Path]:
    for top, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if name not in SKIPPED and not CACHES.fullmatch(name)]
        yield from (Path(top, name) for name in names)


def _imported(package: str) -> Iterator[tuple[Path, str]]:
    for path in _files(ROOT / package):
        if path.suffix != ".py":
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                yield from ((path, alias.name) for alias in node.names)
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                yield path, node.module
                yield from ((path, f"{node.module}.{alias.name}") for alias in node.names)


def _importers(package: str, *names: str) -> list[str]:
    return sorted(
        {
            f"{path.relative_to(ROOT)}: {found}"
            for path, found in _imported(package)
            if any(found == name or found.startswith(name + ".") for name in names)
        }
    )


def _mentions(word: str, *suffixes: str) -> list[str]:
    return [
        str(path.relative_to(ROOT))
        for path in _files(ROOT)
        if path.suffix in (suffixes or TEXT)
        and word in path.read_text(encoding="utf-8", errors="replace")
        and path != Path(__file__).resolve()
    ]


def test_import_contracts_hold() -> None:
    program = Path(sys.executable).with_name("lint-imports" + (".exe" if os.name == "nt" else ""))
    answer = subprocess.run(
        [program, "--no-cache"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        encoding="utf-8",
        env={**os.environ, "PYTHONUTF8": "1"},
    )
    assert answer.returncode == 0, answer.stdout + answer.stderr


def test_core_imports_no_qt() -> None:
    assert _importers("core", "PySide6", "shiboken6") == []


def test_gui_imports_neither_sqlalchemy_nor_openpyxl() -> None:
    assert _importers("gui", "sqlalchemy", "openpyxl", "sqlite3") == []


def test_nothing_speaks_to_a_network() -> None:
    networks = ("urllib.request", "http", "ftplib", "smtplib", "requests", "socketserver", "asyncio")
    assert _importers("core", *networks) + _importers("gui", *networks) == []
    for word in ("QNetworkAccessManager", "QTcpSocket", "QUdpSocket", "QTcpServer"):
        assert _mentions(word, ".py") == []


def test_no_sort_filter_proxy_since_it_takes_eight_seconds_for_20000_rows() -> None:
    assert _mentions("QSortFilterProxyModel", ".py") == []


def test_pages_hear_of_the_session_by_methods_since_a_lambda_outlives_its_page() -> None:
    heard = re.compile(r"session\.\w+\.connect\(\s*lambda")
    for folder in ("pages", "tables", "forms", "dialogs"):
        for path in _files(ROOT / "gui" / folder):
            if path.suffix == ".py":
                assert not heard.search(path.read_text(encoding="utf-8")), path


def test_the_repository_stands_alone() -> None:
    assert _mentions("../" + "shared") == []
    assert _mentions("/work/" + "shared") == []
    assert _mentions("/work/" + "main") == []


def test_lock_pins_every_dependency_and_names_no_host() -> None:
    def name(requirement: str) -> str:
        found = re.match(r"[A-Za-z0-9._-]+", requirement)
        assert found, requirement
        return re.sub(r"[-_.]+", "-", found[0]).lower()

    declared = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    lock = (ROOT / "build" / "requirements.lock").read_text(encoding="utf-8")
    pinned = {name(line) for line in lock.splitlines() if "==" in line}
    wanted = declared["project"]["dependencies"] + declared["dependency-groups"]["dev"]
    assert {name(each) for each in wanted} <= pinned
    assert "://" not in lock


def test_a_chinese_font_is_present(qtbot: QtBot) -> None:
    assert QFontDatabase.families(QFontDatabase.WritingSystem.SimplifiedChinese), "没有中文字体"


def test_an_internet_socket_is_refused(network_guard) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(PermissionError):
        socket.socket(socket.AF_INET)
    with pytest.raises(PermissionError):
        socket.create_connection(("127.0.0.1", 9))
    assert len(network_guard.opened) == 2
    network_guard.opened.clear()


def test_resources_are_found_from_a_checkout() -> None:
    assert paths.resources() == ROOT / "resources"
