"""A small 账套 with one unit and one asset."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from core.records import Ledger
from core.standard import load_default


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    made = Ledger.create(
        tmp_path / "账套", load_default(), region="500103", unit_name="渝中区", operator="张三"
    )
    with made:
        yield made


@pytest.fixture
def asset(ledger: Ledger) -> str:
    with ledger.edit("新增") as edit:
        unit = edit.add("unit", {"name": "渝中区财政局"})
        return edit.add(
            "asset", {"name": "解放碑旧办公楼", "owner_unit": unit, "path": "10", "cost": 100_000_00}
        )
