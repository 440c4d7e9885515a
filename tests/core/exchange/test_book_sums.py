"""Cover, summaries, lists and movement of one workbook agree with each other and with the database, to the 分."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any

import openpyxl
import pytest

from core.exchange.export import export_package
from core.records import Ledger
from tests.core.exchange import reporting

Rows = list[dict[str, Any]]
PATHS = ("调剂使用清单", "完善经营清单", "转让变现清单")
DOMAINS = ("明细 国企资产", "明细 国有土地", "明细 行政事业", "明细 公租房")


@pytest.fixture(scope="module", params=[1, 7])
def reported(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """A ledger with one amount at the edge of what fits, and the workbook of its draft."""
    place = tmp_path_factory.mktemp("合计")
    with reporting.filled_ledger(place / "账套", 60, seed=request.param) as ledger:
        (uid,) = next(iter(ledger.select("asset", ["uid"])))
        with ledger.edit("最大的数") as edit:
            edit.set("asset", uid, {"cost": 99_999_999_999_999, "net": 99_999_999_999_998})
        (place / "上报").mkdir()
        made = export_package(
            ledger, period=reporting.PERIOD, target=place / "上报", cover=reporting.COVER, draft=True
        )
        with zipfile.ZipFile(made.path) as z:
            name = next(n for n in z.namelist() if n.endswith(".xlsx"))
            yield ledger, openpyxl.load_workbook(z.extract(name, place))


def table(book: Any, sheet: str, first: str = "序号") -> tuple[Rows, dict[str, Any]]:
    """The rows of a sheet by their titles, and the line of totals."""
    lines = iter(book[sheet].iter_rows(values_only=True))
    titles = next([str(t).replace("\n", "") for t in line] for line in lines if line[0] == first)
    next(lines)  # 栏次
    rows: Rows = []
    for line in lines:
        if line[0] == "合计":
            return rows, dict(zip(titles, line, strict=True))
        rows.append(dict(zip(titles, line, strict=True)))
    return [], {}


def exact(values: Sequence[Any]) -> Decimal:
    return sum((Decimal(str(v)) for v in values if isinstance(v, int | float)), Decimal())


def added(book: Any, sheets: Sequence[str], title: str) -> Decimal:
    return exact([row[title] for sheet in sheets for row in table(book, sheet)[0]])


def on_cover(book: Any, label: str) -> Any:
    cells = (c for line in book["封面"].iter_rows() for c in line if c.value == label)
    found = next(cells)
    return found.offset(0, 1).value


def in_yuan(wan: Decimal) -> int:
    """万元 → 分."""
    return int((wan * 1_000_000).to_integral_exact())


def test_each_list_adds_up_to_its_own_total(reported: tuple[Ledger, Any]) -> None:
    _, book = reported
    checked = 0
    for sheet in (*PATHS, *DOMAINS, "进展表"):
        rows, total = table(book, sheet)
        for title, value in total.items():
            if isinstance(value, int | float) and title not in ("序号",):
                assert exact([r[title] for r in rows]) == Decimal(str(value)), (sheet, title)
                checked += 1
    assert checked > 40


@pytest.mark.parametrize(("title", "field"), [("账面原值（万元）", "cost"), ("账面净值（万元）", "net")])
def test_cover_lists_details_summaries_and_movement_state_one_value(
    title: str, field: str, reported: tuple[Ledger, Any]
) -> None:
    ledger, book = reported
    value = ledger.totals("asset")[field]
    assert in_yuan(added(book, PATHS, title)) == in_yuan(added(book, DOMAINS, title)) == value
    assert in_yuan(exact([on_cover(book, title[:4])])) == value
    for sheet, first in (
        ("汇总表1 分领域分路径", "领域"),
        ("汇总表3 分单位", "单位"),
        ("汇总表4 确权与面积", "领域"),
    ):
        _, total = table(book, sheet, first)
        if title in total:
            assert in_yuan(exact([total[title]])) == value, sheet
    if field == "net":
        moved = {(r[0], r[1]): r[6] for r in book["增减变动表"].iter_rows(values_only=True)}
        assert in_yuan(exact([moved["合计", "账面净值（万元）"]])) == value


def test_summaries_add_up_level_by_level(reported: tuple[Ledger, Any]) -> None:
    _, book = reported
    for sheet, first in (("汇总表1 分领域分路径", "领域"), ("汇总表2 分盘活方式", "六种方式")):
        rows, total = table(book, sheet, first)
        second = next(t for t in total if t != first)
        for title in total:
            if not title.endswith(("（万元）", "（㎡）", "（宗）")):
                continue
            outer = [r[title] for r in rows if r[second] == "小计"]
            inner = [r[title] for r in rows if r[second] != "小计"]
            assert exact(outer) == exact(inner) == exact([total[title]]), (sheet, title)


def test_progress_is_one_sum_everywhere(reported: tuple[Ledger, Any]) -> None:
    ledger, book = reported
    sums = ledger.totals("progress")
    columns = {"revived": "本期盘活额", "recovered": "本期回收资金", "external": "其中体系外资金"}
    for field, label in columns.items():
        assert in_yuan(added(book, ["进展表"], f"{label}（万元）")) == sums[field]
        assert in_yuan(exact([on_cover(book, label)])) == sums[field]
        _, total = table(book, "汇总表1 分领域分路径", "领域")
        assert in_yuan(exact([total[f"{label.removeprefix('本期')}（万元）"]])) == sums[field]


def test_area_follows_the_class_of_each_asset(reported: tuple[Ledger, Any]) -> None:
    ledger, book = reported
    classes = ledger.standard.tables["asset"].fields["asset_class"].codes
    assert classes is not None
    kinds = {item.name: item.extra.get("area") for item in classes.items.values()}
    titles = {"land": "土地面积（㎡）", "building": "建筑面积（㎡）"}
    rows = [r for sheet in PATHS for r in table(book, sheet)[0]]
    area = exact([r[titles[k]] for r in rows if (k := kinds[r["资产大类"]]) in titles])
    assert area == exact([on_cover(book, "总面积")])
    assert len(rows) == on_cover(book, "资产宗数") == ledger.totals("asset")["count"]
    _, total = table(book, "汇总表1 分领域分路径", "领域")
    assert (exact([total["面积（㎡）"]]), total["宗数（宗）"]) == (area, len(rows))


def test_units_that_nobody_registered_as_due_are_not_counted_as_none(reported: tuple[Ledger, Any]) -> None:
    _, book = reported
    _, total = table(book, "汇总表3 分单位", "单位")
    assert total["应报户数（户）"] == total["盘活额目标（万元）"] == "—"
    assert on_cover(book, "应报户数") == 2
