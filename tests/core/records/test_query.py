"""What narrows a list, in what order it comes, and views that remember both."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from core.errors import AppError, InputRefused
from core.records import Ledger, views


@pytest.fixture
def three(ledger: Ledger) -> dict[str, str]:
    """Three assets of two units; name → uid."""
    with ledger.edit("新增") as edit:
        north = edit.add("unit", {"name": "北碚区教委"})
        south = edit.add("unit", {"name": "南岸区交通局"})
        made = {
            "重庆路仓库": edit.add(
                "asset", {"name": "重庆路仓库", "owner_unit": north, "cost": 3, "path": "20"}
            ),
            "阿旺厂房": edit.add(
                "asset", {"name": "阿旺厂房", "owner_unit": south, "asset_no": "B2", "cost": 1}
            ),
            "北山地块": edit.add(
                "asset", {"name": "北山地块", "owner_unit": south, "asset_no": "A1", "path": "10"}
            ),
        }
        edit.set_shown("asset", made["北山地块"], "cert_no", "渝（2024）北碚区不动产权第00123号")
        edit.add("progress", {"asset": made["北山地块"], "period": "2026Q3"})
    return made


def _names(ledger: Ledger, **narrowing: object) -> list[str]:
    return [r[0] for r in ledger.select("asset", ["name"], **narrowing)]  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("仓库", ["重庆路仓库"]),
        ("cqlck", ["重庆路仓库"]),
        ("教委", ["重庆路仓库"]),
        ("naq", ["阿旺厂房", "北山地块"]),
        ("00123", ["北山地块"]),
        ("交通 a1", ["北山地块"]),
        ("交通 Ａ１", ["北山地块"]),
        ("没有的", []),
    ],
)
def test_words_find_records_by_every_text_that_the_list_shows(
    ledger: Ledger, three: dict[str, str], words: str, found: list[str]
) -> None:
    assert _names(ledger, search=words) == found
    assert ledger.totals("asset", search=words)["count"] == len(found)


def test_a_renamed_unit_is_found_by_its_new_name(ledger: Ledger, three: dict[str, str]) -> None:
    with ledger.edit("改名") as edit:
        edit.set_shown("asset", three["重庆路仓库"], "owner_unit_name", "北碚区文旅委")
    assert _names(ledger, search="文旅") == ["重庆路仓库"] and _names(ledger, search="教委") == []


def test_one_unit_narrows_assets_units_and_their_children(ledger: Ledger, three: dict[str, str]) -> None:
    unit = str(ledger.value("asset", three["北山地块"], "owner_unit"))
    assert _names(ledger, unit=unit) == ["阿旺厂房", "北山地块"]
    assert [r[0] for r in ledger.select("unit", ["name"], unit=unit)] == ["南岸区交通局"]
    assert ledger.totals("progress", unit=unit)["count"] == 1
    assert ledger.totals("title", unit=unit)["count"] == 1


def test_findings_and_doubts_narrow_a_list(ledger: Ledger, three: dict[str, str]) -> None:
    rule = next(r for r in ledger.standard.rules.values() if r.severity == "error" and r.table == "asset")
    with ledger.transaction():
        ledger.conn.execute(
            sa.insert(ledger.tables.finding),
            {"rule": rule.id, "table": "asset", "uid": three["阿旺厂房"], "digest": ""},
        )
    for finding in ("any", "error", rule.id):
        assert _names(ledger, finding=finding) == ["阿旺厂房"]
    assert _names(ledger, finding="hint") == []
    with ledger.edit("导入") as edit:
        where = {"file": "a", "sheet": "", "row": 1, "column": "A"}
        edit.doubt("asset", three["北山地块"], "cost", raw="约3", code="about", text="", **where)
    assert _names(ledger, flagged=True) == ["北山地块"]


def test_deleted_records_can_be_seen_and_come_back_with_their_children(
    ledger: Ledger, three: dict[str, str]
) -> None:
    uid = three["北山地块"]
    full = ledger.fingerprint()
    with ledger.edit("删除") as edit:
        edit.delete("asset", uid)
    assert _names(ledger, deleted=True) == ["北山地块"]
    assert len(_names(ledger, include_deleted=True)) == 3 and len(_names(ledger)) == 2
    with ledger.edit("找回") as edit:
        edit.restore("asset", uid)
    assert ledger.fingerprint() == full


@pytest.mark.parametrize(
    ("order", "names"),
    [
        (["name"], ["阿旺厂房", "北山地块", "重庆路仓库"]),
        (["-name"], ["重庆路仓库", "北山地块", "阿旺厂房"]),
        (["asset_no"], ["北山地块", "阿旺厂房", "重庆路仓库"]),
        (["-asset_no"], ["阿旺厂房", "北山地块", "重庆路仓库"]),
        (["cost"], ["阿旺厂房", "重庆路仓库", "北山地块"]),
        (["owner_unit_name", "-cost"], ["重庆路仓库", "阿旺厂房", "北山地块"]),
        (["path", "name"], ["北山地块", "重庆路仓库", "阿旺厂房"]),
        (["cert_no"], ["北山地块", "重庆路仓库", "阿旺厂房"]),
    ],
)
def test_empty_cells_come_last_in_every_order(
    ledger: Ledger, three: dict[str, str], order: list[str], names: list[str]
) -> None:
    assert _names(ledger, order=order) == names
    ids = ledger.ids("asset", order=order)
    assert [r[0] for r in ledger.page("asset", ids, ["name"])] == names


def test_a_sort_by_an_indexed_column_reads_the_index(ledger: Ledger, three: dict[str, str]) -> None:
    query = ledger.query("asset")
    for order in (["name"], ["-asset_no"], ["path"]):
        first = next(query._parts(["id"], query.conditions(), order))
        sql = str(first.compile(ledger.conn, compile_kwargs={"literal_binds": True}))
        plan = " ".join(str(r) for r in ledger.conn.exec_driver_sql("EXPLAIN QUERY PLAN " + sql))
        assert "USE TEMP B-TREE" not in plan, plan


def test_a_view_remembers_what_narrows_and_orders_a_list(ledger: Ledger, three: dict[str, str]) -> None:
    made = views.save(
        ledger, "asset", " 未定路径 ", {"path": "none"}, order=("-cost",), columns=("name", "cost")
    )
    views.save(ledger, "asset", "仓库", {"search": "仓库"})
    assert [v.name for v in views.listed(ledger, "asset")] == ["仓库", "未定路径"]
    assert views.listed(ledger, "unit") == []
    ledger.close()
    with Ledger.open(ledger.folder) as again:
        view = next(v for v in views.listed(again, "asset") if v.id == made.id)
        assert view == made
        names = [r[0] for r in again.select(view.table, ["name"], order=view.order, **view.narrowing)]
        assert names == ["阿旺厂房"]
        replaced = views.save(again, "asset", "未定路径", {"path": "10"})
        assert [v.narrowing for v in views.listed(again, "asset") if v.name == "未定路径"] == [
            replaced.narrowing
        ]
        views.delete(again, replaced.id)
        assert [v.name for v in views.listed(again, "asset")] == ["仓库"]


def test_a_view_with_a_filter_that_makes_no_sense_is_refused(ledger: Ledger) -> None:
    with pytest.raises(AppError):
        views.save(ledger, "asset", "坏", {"where": "没有的字段 > 3"})
    with pytest.raises(InputRefused, match="名称"):
        views.save(ledger, "asset", "  ", {})
    assert views.listed(ledger, "asset") == []
