"""The smallest clean records, as stored values."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

PERIOD = "2026Q3"

ASSET: dict[str, Any] = {
    "name": "古南街道原粮站仓库",
    "domain": "SOE",
    "asset_class": "10",
    "location": "古南街道河西路 12 号",
    "region_code": "500110",
    "acquire_date": "2010-05",
    "area_building": 100_00,
    "area_idle": 80_00,
    "area_revivable": 80_00,
    "use_status": "40",
    "idle_class": "10",
    "idle_since": "2020-03",
    "idle_reason": "04",
    "cost": 500_000_00,
    "depreciation": 100_000_00,
    "net": 400_000_00,
    "book_date": "2026-09-30",
    "in_book": "10",
    "path": "20",
    "method": "2001",
    "measure": "面向社会公开招租，用作社区养老服务站",
    "plan_start": "2026-01",
    "plan_end": "2026-12",
    "resp_person": "张三",
    "resp_phone": "023-48662345",
}
PROGRESS: dict[str, Any] = {
    "period": PERIOD,
    "method": "2001",
    "stage": "70",
    "revived": 0,
    "recovered": 0,
    "external": 0,
    "revived_area": 0,
    "work_note": "完成公告，正在签订合同",
}

Make = Callable[..., str]
"""Adds a record changed as asked, and returns its uid."""
