"""A 账套 with one clean unit and builders for the smallest clean records."""

from __future__ import annotations

import io
import itertools
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from core.records import Ledger
from core.records.carrier import record_lines
from core.standard import load_default
from tests.core.audit.builders import ASSET, PERIOD, PROGRESS, Make

_NUMBERS = itertools.count(1)


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    place = tmp_path / "账套"
    with Ledger.create(place, load_default(), region="500110", unit_name="綦江区", operator="张三") as made:
        made.set_meta("period", PERIOD)
        yield made


@pytest.fixture
def unit(ledger: Ledger) -> str:
    values = {
        "name": "綦江区国资委",
        "uscc": "11500110MB1B40119B",
        "unit_type": "03",
        "region_code": "500110",
    }
    with ledger.edit("新增单位") as edit:
        return edit.add("unit", values)


@pytest.fixture
def an_asset(ledger: Ledger, unit: str) -> Make:
    """Add an asset that no rule finds, changed as asked (None empties a field)."""

    def make(**changed: Any) -> str:
        own = {"asset_no": f"A{next(_NUMBERS):05d}", "owner_unit": unit, "resp_unit": unit}
        with ledger.edit("新增资产") as edit:
            return edit.add("asset", {**ASSET, **own, **changed})

    return make


@pytest.fixture
def a_progress(ledger: Ledger) -> Make:
    def make(asset: str, **changed: Any) -> str:
        with ledger.edit("新增进展") as edit:
            return edit.add("progress", {**PROGRESS, "asset": asset, **changed})

    return make


@pytest.fixture
def report(ledger: Ledger) -> Callable[..., None]:
    """Keep the present records as the package of a period, as an export would."""

    def make(period: str, version: int = 1) -> None:
        data = io.BytesIO()
        with zipfile.ZipFile(data, "w") as kept:
            for code, table in ledger.standard.tables.items():
                kept.writestr(f"data/{code}.csv", b"".join(record_lines(ledger, table)))
        values = {"package_id": f"{period}-{version}", "period": period, "version": version}
        with ledger.transaction():
            ledger.conn.execute(
                sa.insert(ledger.tables.submission),
                {**values, "state": "reported", "at": "2026-07-05", "carrier": data.getvalue()},
            )

    return make
