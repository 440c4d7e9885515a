"""Small 账套 for tests of the package: two units, assets on all paths, progress, texts that bite."""

from __future__ import annotations

import hashlib
import random
import uuid
from pathlib import Path
from typing import Any

from core.exchange.cover import Cover
from core.records import Ledger
from core.standard import load_default

COVER = Cover(
    unit="綦江区国有资产监督管理委员会",
    region="500110",
    leader="张大山",
    deputy="李小河",
    filler="王小明",
    reviewer="赵复核",
    phone="023-48662345",
    address="重庆市綦江区古南街道中山路1号",
    postcode="401420",
    report_date="2026-10-12",
    non_secret=True,
)
PERIOD = "2026Q3"
NAMES = (
    "古南街道原粮站仓库",
    "=1+1 办公楼",
    "永城镇“老小学”校舍, 一层",
    "@通惠 <门面> & 𠀀㐂",
    "_x0041_ 旧址\n二期",
)


def new_ledger(folder: Path) -> Ledger:
    return Ledger.create(
        folder, load_default(), role="district", region="500110", unit_name=COVER.unit, operator="王小明"
    )


def filled_ledger(folder: Path, count: int = 12, *, seed: int = 1, period: str = PERIOD) -> Ledger:
    """A 账套 with `count` assets; the same seed gives the same uids and values."""
    rnd = random.Random(seed)
    ledger = new_ledger(folder)

    def uid() -> str:
        return str(uuid.UUID(int=rnd.getrandbits(128)))

    with ledger.edit("造数") as edit:
        units = [edit.add("unit", {"name": f"示范单位{i}", "must_report": 1}, uid=uid()) for i in range(2)]
        for i in range(count):
            asset = uid()
            cost = rnd.randrange(0, 10**11)
            values: dict[str, Any] = {
                "asset_no": f"500110-S-2026-{i + 1:05d}",
                "name": NAMES[i % len(NAMES)] + f"{i + 1}号",
                "domain": rnd.choice(["SOE", "LAND", "ADMIN", "PRH"]),
                "asset_class": rnd.choice(["10", "20", "30"]),
                "owner_unit": rnd.choice(units),
                "path": rnd.choice(["10", "20", "30"]),
                "method": rnd.choice(["1001", "2001", "3001"]),
                "cost": cost,
                "net": rnd.randrange(0, cost + 1),
                "area_land": rnd.randrange(0, 10**7),
                "area_building": rnd.randrange(0, 10**6),
                "idle_since": rnd.choice(["2023", "2023-05", "2023-05-01", None]),
                "measure": "面向社会公开招租，用作社区养老服务站" * rnd.randrange(1, 4),
            }
            edit.add("asset", values, uid=asset)
            if i % 2:
                recovered = rnd.randrange(0, 10**9)
                edit.add(
                    "progress",
                    {
                        "asset": asset,
                        "period": period,
                        "method": values["method"],
                        "revived": recovered + 7,
                        "recovered": recovered,
                        "external": rnd.randrange(0, recovered + 1),
                        "revived_area": rnd.randrange(0, 10**5),
                        "work_note": "已完成现场踏勘，正在公开招租",
                    },
                    uid=uid(),
                )
        edit.add("title", {"asset": asset, "cert_no": "渝（2024）綦江区不动产权第000123456号"}, uid=uid())
    return ledger


def attach(ledger: Ledger, record: str, name: str, data: bytes) -> None:
    """Put a file into 附件/ and register it."""
    (ledger.folder / "附件" / name).write_bytes(data)
    row = {
        "uid": str(uuid.uuid5(uuid.NAMESPACE_OID, name)),
        "table": "asset",
        "record": record,
        "kind": "权证",
        "file": name,
        "sha256": hashlib.sha256(data).hexdigest(),
        "size": len(data),
        "deleted": 0,
    }
    with ledger.edit("附件") as edit:
        edit.put_aux("attachment", str(row["uid"]), row, None)
