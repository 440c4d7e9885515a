"""封面: the page that is printed, signed and stamped."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from core.excel import styles
from core.excel.workbook import Cell, Line, Sheet
from core.exchange.book.facts import Facts, day, spaced
from core.exchange.book.figures import area, money, ratio_text
from core.exchange.book.frame import draft_mark, height_for, marked
from core.exchange.content import Content
from core.standard.regions import region_name

_COVER = (16.0, 26.0, 16.0, 26.0)
PROMISE = "本单位承诺：本包数据真实、准确、完整，已逐项审核，不含国家秘密，并对所报内容负责。"


def cover_sheet(content: Content, facts: Facts, sums: Mapping[str, int], counts: Mapping[str, int]) -> Sheet:
    """The page that is printed, signed and stamped."""
    c = facts.cover

    def pair(label: str, value: Any, label2: str, value2: Any) -> Line:
        cells = [
            Cell(label, styles.LABEL),
            Cell(value, _value(value)),
            Cell(label2, styles.LABEL),
            Cell(value2, _value(value2)),
        ]
        return Line(tuple(cells), 26)

    def wide(label: str, value: str, height: float = 26) -> Line:
        return Line((Cell(label, styles.LABEL), Cell(value, styles.VALUE, across=3)), height)

    lines = [
        Line(
            (
                Cell("表号：渝资盘00表", styles.MARGIN, across=2),
                Cell(f"制表机关：{content.standard.issuer}", styles.MARGIN_RIGHT, across=2),
            ),
            20,
        ),
        Line((), 24),
        Line((Cell("闲置低效国有资产盘活情况报送包", styles.TITLE.but(size=24), across=4),), 48),
        Line(
            (
                Cell(
                    facts.period_name + draft_mark(facts),
                    styles.SUBTITLE.but(size=16, color=styles.RED if facts.is_draft else ""),
                    across=4,
                ),
            ),
            34,
        ),
        Line((), 12),
        wide("报送单位", c.unit),
        pair("报送区域", region_name(content.standard, c.region), "区域代码", c.region),
        pair("报送期间", facts.period_name, "口径版本", content.standard.version),
        pair("版本号", f"V{facts.version:02d}", "性质", facts.nature),
        pair("报出日期", day(c.report_date), "公开属性", c.public),
        pair("单位负责人", c.leader, "分管负责人", c.deputy),
        pair("复核人", c.reviewer, "填表人", c.filler),
        pair("联系电话", c.phone, "邮编", c.postcode),
        wide("地址", c.address),
        pair("应报户数", counts["expected"], "实报户数", counts["reported"]),
        pair("零报告户数", counts["nil"], "未报户数", counts["missing"]),
        Line((Cell("主要指标（金额：万元，面积：㎡）", styles.LABEL, across=4),), 24),
        pair("资产宗数", sums["count"], "总面积", area(sums["area"])),
        pair("账面原值", money(sums["cost"]), "账面净值", money(sums["net"])),
        pair("本期盘活额", money(sums["revived"]), "本期回收资金", money(sums["recovered"])),
        pair(
            "其中体系外资金",
            money(sums["external"]),
            "体系外占比",
            ratio_text(sums["external"], sums["recovered"]),
        ),
        wide("不涉密承诺", ("☑ " if c.non_secret else "☐ ") + PROMISE, 40),
        pair("校验码", spaced(facts.check_code), "生成时间", facts.created_at),
        wide("数据指纹", facts.fingerprint, 26),
    ]
    if facts.reason:
        lines.append(wide("报送说明", facts.reason, height_for([(facts.reason, 66.0)], least=2)))
    sign = styles.VALUE.but(vertical="top", indent=0)
    lines.append(
        Line(
            (
                Cell("单位负责人（签字）：\n\n\n　　　　年　　月　　日", sign, across=2),
                Cell("报送单位（盖章）：\n\n\n　　　　年　　月　　日", sign, across=2),
            ),
            92,
        )
    )
    lines.append(
        Line(
            (
                Cell(
                    "纸质件与电子件的校验码应当一致；在本软件的“校验收到的包”中打开本包即可核对。",
                    styles.MARGIN.but(color=styles.GREY),
                    across=4,
                ),
            ),
            20,
        )
    )
    return marked(
        facts, Sheet(name="封面", widths=_COVER, head=tuple(lines), landscape=False, fit_height=True)
    )


def _value(value: Any) -> styles.Style:
    if isinstance(value, Decimal):
        return styles.VALUE.but(align="right", number_format="#,##0.00")
    if isinstance(value, int):
        return styles.VALUE.but(align="right", number_format="#,##0")
    return styles.VALUE
