"""Summary sheets: paths, domains and methods with their sums, and a chart."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from core.excel.rows import NUMBER, Column
from core.excel.workbook import CellValue, Chart, Sheet
from core.exchange.book.facts import Facts
from core.exchange.book.frame import table_sheet
from core.exchange.book.front import area, money
from core.exchange.content import Content
from core.figures.measures import added, group_sums
from core.figures.ratios import percent
from core.standard.kernel import PATHS

NOT_DECIDED = "未定"

_COLUMNS = (
    Column("盘活路径", width=16, align="center"),
    Column("宗数", kind=NUMBER, width=10, number_format="#,##0"),
    Column("总面积（㎡）", kind=NUMBER, width=18, number_format="#,##0.00"),
    Column("账面净值（万元）", kind=NUMBER, width=18, number_format="#,##0.00"),
    Column("本期盘活额（万元）", kind=NUMBER, width=18, number_format="#,##0.00"),
    Column("本期回收资金（万元）", kind=NUMBER, width=18, number_format="#,##0.00"),
    Column("其中体系外（万元）", kind=NUMBER, width=18, number_format="#,##0.00"),
    Column("体系外占比（%）", kind=NUMBER, width=12, number_format="0.0"),
)


def path_sums(content: Content) -> dict[str, dict[str, int]]:
    """Sums of this period by path; "" stands for 未定, "*" for the total."""
    found = group_sums(content.ledger, ["path"], periods=[content.period])
    empty = added([])
    sums = {p: found.get((p,), empty) for p in PATHS}
    other = [v for k, v in found.items() if k[0] not in PATHS]
    if any(any(v.values()) for v in other):
        sums[""] = added(other)
    sums["*"] = added(list(found.values()))
    return sums


def measures_line(name: str, sums: Mapping[str, int]) -> list[CellValue]:
    ratio = percent(sums["external"], sums["recovered"])
    return [
        name,
        sums["count"],
        area(sums["area"]),
        money(sums["net"]),
        money(sums["revived"]),
        money(sums["recovered"]),
        money(sums["external"]),
        "—" if ratio is None else ratio,
    ]


def path_summary(content: Content, facts: Facts, sums: Mapping[str, Mapping[str, int]]) -> Sheet:
    """汇总: path × count, area, net, revived, recovered, external."""
    codes = content.standard.tables["asset"].fields["path"].codes
    body: list[Sequence[CellValue]] = []
    for path, values in sums.items():
        if path != "*":
            body.append(measures_line(codes.name_of(path) if path and codes else NOT_DECIDED, values))
    sheet = table_sheet(
        facts,
        name="汇总",
        number="渝资盘01表",
        title="闲置低效国有资产盘活情况汇总表",
        unit="万元、㎡、宗",
        columns=_COLUMNS,
        body=body,
        total=measures_line("合计", sums["*"]),
        notes=(
            "说明：合计由明细以“元”加总后再折算取整，不由万元列相加；占比按四舍五入保留一位小数，分母为零的记“—”。",
        ),
    )
    first = len(sheet.head)
    rows = (first, first + len(body))
    chart = Chart(
        title="各路径盘活额与回收资金（万元）",
        anchor=f"B{sheet.rows + 2}",
        labels=(first + 1, first + len(body), 1, 1),
        series=((*rows, 5, 5), (*rows, 6, 6)),
    )
    return replace(sheet, charts=(chart,), rows_below=20)
