"""Assets that come from assets: parts know their whole, sums stay, 原宗数 counts what there was at first."""

from __future__ import annotations

import pytest

from core.errors import InputRefused
from core.records import Ledger, lineage


def _names(ledger: Ledger) -> list[str]:
    return [r[0] for r in ledger.select("asset", ["name"])]


def test_parts_take_the_place_of_the_whole_in_lists_and_sums(ledger: Ledger, asset: str) -> None:
    made = lineage.split(
        ledger, asset, [{"name": "一层", "cost": 60_000_00}, {"cost": 40_000_00, "path": "30"}]
    )
    assert _names(ledger) == ["一层", "解放碑旧办公楼（2）"]
    assert ledger.totals("asset")["cost"] == 100_000_00
    assert [r[0] for r in ledger.select("asset", ["path"])] == ["10", "30"]
    assert made.left == {}
    assert {ledger.value("asset", uid, "split_from") for uid in made.uids} == {asset}
    assert ledger.value("asset", asset, "exit_reason") == "80"
    assert len(list(ledger.select("asset", ["uid"], include_deleted=True))) == 3
    assert ledger.undo_label() == "拆分 解放碑旧办公楼 为 2 宗"


def test_what_the_parts_do_not_add_up_to_is_told_and_not_adjusted(ledger: Ledger, asset: str) -> None:
    made = lineage.split(ledger, asset, [{"cost": 1}, {"cost": 2}])
    assert made.left == {"cost": 100_000_00 - 3}
    assert ledger.totals("asset")["cost"] == 3


def test_one_part_can_take_what_remains(ledger: Ledger, asset: str) -> None:
    with ledger.edit("面积") as edit:
        edit.set("asset", asset, {"area_building": 500_00})
    made = lineage.split(ledger, asset, [{"cost": 1, "area_building": 200_00}, {}, {"cost": 2}], rest=1)
    values = [(r[0], r[1]) for r in ledger.select("asset", ["cost", "area_building"])]
    assert values == [(1, 200_00), (100_000_00 - 3, 300_00), (2, None)]
    assert made.left == {}


def test_parts_larger_than_the_whole_are_refused(ledger: Ledger, asset: str) -> None:
    with pytest.raises(InputRefused, match="超过原宗") as refused:
        lineage.split(ledger, asset, [{"cost": 200_000_00}, {}], rest=1)
    assert refused.value.code == "over-whole"
    assert _names(ledger) == ["解放碑旧办公楼"]


def test_numbers_of_parts_follow_that_of_the_whole(ledger: Ledger, asset: str) -> None:
    with ledger.edit("编号") as edit:
        edit.set("asset", asset, {"asset_no": "A-1"})
    lineage.split(ledger, asset, [{}, {}])
    assert [r[0] for r in ledger.select("asset", ["asset_no"])] == ["A-1-1", "A-1-2"]


def test_a_split_is_undone_and_done_again(ledger: Ledger, asset: str) -> None:
    start = ledger.fingerprint()
    lineage.split(ledger, asset, [{"cost": 1}, {"cost": 2}])
    end = ledger.fingerprint()
    ledger.undo()
    assert ledger.fingerprint() == start and _names(ledger) == ["解放碑旧办公楼"]
    ledger.redo()
    assert ledger.fingerprint() == end


def test_what_was_split_is_not_split_again(ledger: Ledger, asset: str) -> None:
    lineage.split(ledger, asset, [{}, {}])
    with pytest.raises(InputRefused, match="不再是当前的资产"):
        lineage.split(ledger, asset, [{}, {}])


def test_what_came_from_others_knows_what_it_was_at_first(ledger: Ledger, asset: str) -> None:
    with ledger.edit("乙") as edit:
        other = edit.add("asset", {"name": "乙", "cost": 5})
    assert lineage.roots(ledger) == {}
    one, _two = lineage.split(ledger, asset, [{}, {}]).uids
    three, four = lineage.split(ledger, one, [{}, {}]).uids
    (joined,) = lineage.merge(ledger, [three, other]).uids
    assert lineage.roots(ledger) == {
        **{uid: {asset} for uid in (one, _two, three, four)},
        joined: {asset, other},
    }
    assert lineage.ancestors(ledger, joined) == [other, three, one, asset]
    assert set(lineage.descendants(ledger, asset)) == {one, _two, three, four, joined}


def test_a_merger_adds_up_and_keeps_what_all_agree_in(ledger: Ledger, asset: str) -> None:
    with ledger.edit("乙") as edit:
        other = edit.add("asset", {"name": "乙", "cost": 5, "path": "10", "location": "某路"})
    made = lineage.merge(ledger, [asset, other], {"location": "某路与某街"}, why="同一宗地")
    record = ledger.get("asset", made.uids[0])
    assert record is not None
    assert record.values["cost"] == 100_000_05 and record.values["path"] == "10"
    assert record.values["location"] == "某路与某街" and record.values["owner_unit"] is None
    assert record.values["name"] == "解放碑旧办公楼" and made.left == {}
    assert ledger.value("asset", other, "merged_into") == made.uids[0]
    assert ledger.value("asset", other, "exit_reason") == "85"
    assert ledger.totals("asset") == ledger.totals("asset", path="10")


def test_renumbering_keeps_the_former_number_in_the_history(ledger: Ledger, asset: str) -> None:
    with ledger.edit("乙") as edit:
        other = edit.add("asset", {"name": "乙", "asset_no": "旧-7"})
    lineage.renumber(ledger, [other, asset], prefix="500103-S-2026-", digits=3)
    assert [r[0] for r in ledger.select("asset", ["asset_no"], order=["asset_no"])] == [
        "500103-S-2026-001",
        "500103-S-2026-002",
    ]
    assert ledger.history(other, "asset_no")[0].before == "旧-7"
    with ledger.edit("丙") as edit:
        third = edit.add("asset", {"name": "丙"})
    with pytest.raises(InputRefused, match="已被其他资产使用"):
        lineage.renumber(ledger, [third], prefix="500103-S-2026-", start=2, digits=3)
