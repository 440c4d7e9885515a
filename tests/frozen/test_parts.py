"""What the bundle is made of is declared: each imported package has a licence text, locks agree."""

from __future__ import annotations

import ast
import re
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
LICENCES = ROOT / "resources" / "licences"
OURS = {"core", "gui"}
NAMES = {
    "stdnum": "python-stdnum",
    "python_calamine": "python-calamine",
    "PySide6": "LGPL-3.0",
    "shiboken6": "LGPL-3.0",
}
"""Licence files whose name is not that of the module."""


def imported_packages() -> set[str]:
    found: set[str] = set()
    for package in OURS:
        for file in (ROOT / package).rglob("*.py"):
            for node in ast.walk(ast.parse(file.read_text("utf-8"))):
                if isinstance(node, ast.Import):
                    found |= {alias.name.split(".")[0] for alias in node.names}
                elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
                    found.add(node.module.split(".")[0])
    return found - OURS - set(sys.stdlib_module_names) - {"__future__"}


def pins(file: str) -> dict[str, str]:
    lines = (ROOT / "build" / file).read_text("utf-8").splitlines()
    found = (re.match(r"([A-Za-z0-9._-]+)==([^\s;]+)", line) for line in lines)
    return {re.sub(r"[-_.]+", "-", m[1]).lower(): m[2] for m in found if m}


def test_each_imported_package_ships_its_licence() -> None:
    there = {file.stem.lower() for file in LICENCES.glob("*.txt")}
    missing = {name for name in imported_packages() if NAMES.get(name, name).lower() not in there}
    assert missing == set(), "run build/licences.py and add a line to resources/licences/说明.txt"


def test_the_notice_names_each_text() -> None:
    notice = (LICENCES / "说明.txt").read_text("utf-8").lower()
    unnamed = [f.stem for f in LICENCES.glob("*.txt") if f.stem != "说明" and f.stem.lower() not in notice]
    assert unnamed == []


def test_windows_wheels_are_those_of_the_lock_and_pinned_by_hash() -> None:
    lock, windows = pins("requirements.lock"), pins("windows/requirements-win.txt")
    assert {name: version for name, version in windows.items() if lock.get(name) != version} == {}
    for file in ("requirements-win.txt", "runtime.txt"):
        lines = (ROOT / "build" / "windows" / file).read_text("utf-8").splitlines()
        assert all("--hash=sha256:" in line for line in lines if "==" in line)
        assert not any("://" in line for line in lines)


def test_windows_has_every_package_that_the_program_needs() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    wanted = {re.split(r"[=<>~ ]", need)[0].lower().replace("_", "-") for need in project["dependencies"]}
    assert wanted <= set(pins("windows/requirements-win.txt"))


def test_the_icon_of_windows_has_every_size_that_explorer_asks_for() -> None:
    raw = (ROOT / "resources" / "icons" / "app.ico").read_bytes()
    count = int.from_bytes(raw[4:6], "little")
    sizes = {raw[6 + 16 * i] or 256 for i in range(count)}
    assert {16, 32, 48, 256} <= sizes
