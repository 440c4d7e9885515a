"""What changed between two reports, against a small case reckoned by hand."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.exchange import export, holdings
from core.exchange.difference import Comparison, difference
from core.exchange.export import export_package
from core.figures.movement import ADDED, REMOVED, Movement, Reasons, closing, movement
from core.records import Ledger, lineage
from tests.core.exchange.reporting import COVER, new_ledger

WAN = 10**6
"""分 in one 万元."""


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> tuple[Comparison, Movement]:
    """Eight assets of 100 … 800 万元 were reported; then everything happened that can happen to them."""
    out = tmp_path_factory.mktemp("两期")
    with pytest.MonkeyPatch.context() as patch, new_ledger(out / "账套") as ledger:
        patch.setattr(export, "_checked", lambda ledger, period, progress: ())
        uids = _reported(ledger)
        first = export_package(ledger, period="2026Q3", target=out, cover=COVER)
        _changed(ledger, uids)
        opening, pieces = holdings.opening_of(ledger, "2026Q4")
        assert opening == "2026Q3"
        before = holdings.read("data/_opening.csv", pieces)
        moved = movement(before, closing(ledger), Reasons(ledger, "2026Q4"))
        return difference(Path(first.path), ledger, period="2026Q4"), moved


def _reported(ledger: Ledger) -> list[str]:
    with ledger.edit("造数") as edit:
        town, shop = (edit.add("unit", {"name": n}) for n in ("城建公司", "供销社"))
        uids = [
            edit.add(
                "asset",
                {
                    "asset_no": f"500110-S-2026-{i:05d}",
                    "name": f"资产{i}号楼",
                    "asset_class": "10",
                    "owner_unit": shop if i == 8 else town,
                    "path": "20",
                    "net": i * 100 * WAN,
                    "area_building": i * 10_000,
                },
            )
            for i in range(1, 9)
        ]
        edit.add("progress", {"asset": uids[1], "period": "2026Q3", "revived": 50 * WAN})
    return [*uids, shop]


def _changed(ledger: Ledger, uids: list[str]) -> None:
    with ledger.edit("本期变动") as edit:
        edit.add("asset", {"name": "新增门面", "asset_class": "10", "path": "10", "net": 150 * WAN})
        edit.set("asset", uids[0], {"exit_reason": "10"})
        edit.add("movement", {"asset": uids[0], "period": "2026Q4", "kind": "D1"})
        edit.set("asset", uids[1], {"path": "30"})
        edit.set("asset", uids[2], {"net": 320 * WAN})
        edit.set("asset", uids[3], {"net": 380_500_000})
        edit.add("progress", {"asset": uids[1], "period": "2026Q4", "revived": 70 * WAN})
        edit.delete("asset", uids[7])
        edit.delete("unit", uids[8])
    lineage.merge(ledger, uids[4:6], {"name": "合并大楼"})
    parts = [{"name": "七号楼一段", "net": 300 * WAN, "area_building": 30_000}, {"name": "七号楼二段"}]
    lineage.split(ledger, uids[6], parts, rest=1)
    lineage.renumber(ledger, [uids[2]], prefix="500110-S-2026-9")


def test_the_sentences_give_the_sums_of_the_case(told: tuple[Comparison, Movement]) -> None:
    lines = told[0].lines()
    assert lines[:6] == [
        "资产由 8 项变为 7 项，新增 4 项（账面净值 1,950.00 万元；其中拆分形成 2 项、合并形成 1 项），"
        "退出 5 项（账面净值 2,700.00 万元；其中已合并 2 项、已盘活完成 1 项、已拆分 1 项、删除登记 1 项）。",
        "账面净值合计由 3,600.00 万元变为 2,850.50 万元。",
        "路径改变 1 项：由“完善经营”改为“转让变现” 1 项。",
        "账面净值调增 20.00 万元（1 项），调减 19.50 万元（1 项）。",
        "本期盘活额由 50.00 万元变为 70.00 万元，增加 20.00 万元。",
        "资产其他栏目有改动：退出原因 4 项、退出日期 3 项、并入 2 项、资产编号 1 项。",
    ]
    assert lines[6:] == ["单位：删除 1 条（供销社）。", "进展：新增 1 条。", "增减变动：新增 1 条。"]
    assert told[0].before == f"{COVER.unit} 2026年第三季度 V01 正式"


def test_each_change_names_its_record_and_shows_words_only(told: tuple[Comparison, Movement]) -> None:
    said = [(c.kind, c.label, c.name, c.field, c.before, c.after) for c in told[0].changes]
    assert ("修改", "资产", "资产5号楼", "并入", "", "合并大楼") in said
    assert ("修改", "资产", "资产3号楼", "账面净值", "300.00 万元", "320.00 万元") in said
    assert ("新增", "进展", "资产2号楼（2026年第四季度）", "", "", "") in said
    assert ("新增", "增减变动", "资产1号楼", "", "", "") in said
    assert said[0][:3] == ("删除", "单位", "供销社") and [s[0] for s in said[1:5]] == ["新增"] * 4


def test_opening_and_changes_come_to_the_closing(told: tuple[Comparison, Movement]) -> None:
    moved = told[1]
    count, net, area = (moved.bridge(None, m) for m in ("count", "net", "area"))
    assert (count.opening, count.added, count.removed, count.closing) == (8, 4, 5, 7)
    assert [v / WAN for v in (net.opening, net.added, net.removed, net.adjusted, net.closing)] == [
        3600,
        1950,
        2700,
        0.5,
        2850.5,
    ]
    assert (area.opening, area.added, area.removed, area.closing) == (360_000, 180_000, 270_000, 270_000)
    found = {k: (v["count"], v["net"] // WAN) for k, v in moved.reasons.items() if k[0]}
    assert found == {
        (ADDED, "拆分形成"): (2, 700),
        (ADDED, "合并形成"): (1, 1100),
        (ADDED, "未登记原因"): (1, 150),
        (REMOVED, "盘活完成退出"): (1, 100),
        (REMOVED, "已合并"): (2, 1100),
        (REMOVED, "已拆分"): (1, 700),
        (REMOVED, "未登记原因"): (1, 800),
    }
