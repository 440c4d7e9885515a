"""A closed 账套 with a few assets, and a way to do things to it in another process."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from core.records import Ledger
from core.standard import load_default

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """A closed 账套 with 50 assets."""
    folder = tmp_path / "账套"
    rows = [("", {"name": f"资产{i}", "cost": i * 100}, "") for i in range(50)]
    made = Ledger.create(folder, load_default(), region="500103", operator="张三")
    with made as ledger, ledger.edit("导入") as edit:
        edit.add_many("asset", rows)
    return folder


@pytest.fixture
def elsewhere() -> Callable[..., subprocess.CompletedProcess[str]]:
    """Run Python code in another process; its arguments are in sys.argv."""

    def run(code: str, *arguments: object) -> subprocess.CompletedProcess[str]:
        words = [sys.executable, "-c", code, *map(str, arguments)]
        return subprocess.run(words, cwd=ROOT, capture_output=True, text=True, encoding="utf-8", timeout=60)

    return run
