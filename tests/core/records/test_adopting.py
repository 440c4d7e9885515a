"""Another standard: told what it changes, adopted with a backup, nothing recorded lost."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.errors import UsageError
from core.records import Ledger
from core.records.adopting import adopt, compare
from core.standard import Standard, load_default
from core.standard.load import load_files


def newer() -> Standard:
    """The shipped standard as 2027.1 with one field more, one less, one renamed and one rule less."""
    files = dict(load_default().files)
    files["standard.toml"] = files["standard.toml"].replace(b'version = "2026.1"', b'version = "2027.1"')
    asset = files["tables/asset.toml"].decode()
    kept = [line for line in asset.split("\n") if not line.startswith("ext_system = ")]
    text = "\n".join(kept).replace(
        '\nnote = { label = "备注"', '\nremark = { label = "备注", renamed = "note"'
    )
    files["tables/asset.toml"] = (text + '\nelevators = { label = "电梯台数", type = "integer" }\n').encode()
    return load_files(files)


def test_adoption_is_told_first_and_then_keeps_every_value(tmp_path: Path) -> None:
    place = tmp_path / "账套"
    with Ledger.create(place, load_default(), region="500110", unit_name="甲") as ledger:
        with ledger.edit("新增") as edit:
            uid = edit.add("asset", {"name": "甲楼", "ext_system": "资产云", "note": "旧备注", "cost": 5})
        told = compare(ledger, newer())
    assert "资产·电梯台数" in told.fields
    assert ("资产·外部系统", 1) in told.gone
    adopt(place, newer())
    with Ledger.open(place) as ledger:
        assert ledger.standard.version == "2027.1"
        record = ledger.get("asset", uid)
        assert record is not None
        assert (record.values["remark"], record.values["cost"], record.values["elevators"]) == (
            "旧备注",
            5,
            None,
        )
        left = ledger.conn.exec_driver_sql("SELECT ext_system FROM asset").scalar()
        assert left == "资产云"
        with ledger.edit("改") as edit:
            edit.set("asset", uid, {"elevators": 2})
    assert list((place / "备份").glob("*换口径前*"))


def test_the_same_standard_is_not_adopted_twice(tmp_path: Path) -> None:
    place = tmp_path / "账套"
    Ledger.create(place, load_default(), region="500110", unit_name="甲").close()
    with pytest.raises(UsageError, match="已经采用"):
        adopt(place, load_default())
