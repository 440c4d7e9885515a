"""封面 and 编报说明."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from core.excel import styles
from core.excel.workbook import Cell, Line, Sheet
from core.exchange.book.facts import Facts, day, spaced
from core.exchange.book.frame import draft_mark, height_for, marked
from core.exchange.content import Content
from core.figures.ratios import percent
from core.standard.model import SEVERITY_NAMES

_COVER = (16.0, 26.0, 16.0, 26.0)
_PAGE = 84.0
PROMISE = "本单位承诺：本包数据真实、准确、完整，已逐项审核，不含国家秘密，并对所报内容负责。"


def money(fen: int) -> Decimal:
    """分 → 万元, exact."""
    return Decimal(fen).scaleb(-6)


def area(hundredths: int) -> Decimal:
    return Decimal(hundredths).scaleb(-2)


def ratio_text(part: int, whole: int) -> str:
    value = percent(part, whole)
    return "—" if value is None else f"{value}%"


def unit_counts(content: Content) -> dict[str, int]:
    """应报、实报、零报告、未报: units that must report, those with assets, and those without."""
    units = content.standard.tables["unit"].fields
    reporting = {u for (u,) in content.select("asset", ["owner_unit"]) if u}
    if "must_report" in units:
        expected = {str(u) for u, m in content.select("unit", ["uid", "must_report"]) if m}
    else:
        expected = set()
    expected = expected or reporting
    return {
        "expected": len(expected),
        "reported": len(expected & reporting),
        "nil": len(expected - reporting),
        "missing": 0,
    }


def cover_sheet(content: Content, facts: Facts, sums: Mapping[str, int]) -> Sheet:
    """The page that is printed, signed and stamped."""
    c = facts.cover
    region = content.standard.codes.get("region")
    counts = unit_counts(content)

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
        pair("报送区域", region.name_of(c.region) if region else c.region, "区域代码", c.region),
        pair("报送期间", facts.period_name, "口径版本", content.standard.name),
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
                    "纸质件与电子件的校验码应当一致；核对方法：panhuo verify 本包文件。",
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


# --- 编报说明 -------------------------------------------------------------------


def notes_sheet(
    content: Content, facts: Facts, sums: Mapping[str, int], extra: Sequence[tuple[str, Sequence[str]]] = ()
) -> Sheet:
    """Written from what is known: scope, audit, movement, missing units."""
    sections: list[tuple[str, Sequence[str]]] = [
        ("编报范围与口径", _scope(content, facts, sums)),
        ("审核情况", _audit(facts)),
        *extra,
        ("单位报送情况", _units(content)),
        ("其他需要说明的事项", [facts.reason or "无。"]),
    ]
    lines = [Line((Cell("编报说明" + draft_mark(facts), styles.TITLE),), 36), Line((), 8)]
    for number, (title, paragraphs) in enumerate(sections):
        lines.append(Line((Cell(f"{'一二三四五六七八九十'[number]}、{title}", styles.SECTION),), 24))
        for text in paragraphs:
            lines.append(
                Line(
                    (Cell("　　" + text, styles.PARAGRAPH),),
                    height_for([("　　" + text, _PAGE * 0.87)], line=17),
                )
            )
    return marked(
        facts,
        Sheet(
            name="编报说明",
            widths=(_PAGE,),
            head=tuple(lines),
            landscape=False,
            title_rows=(1, 1),
        ),
    )


def _scope(content: Content, facts: Facts, sums: Mapping[str, int]) -> list[str]:
    s = content.standard
    return [
        f"本包为{facts.cover.unit}{facts.period_name}报送，版本 V{facts.version:02d}（{facts.nature}），"
        f"采用口径“{s.title}”（{s.name}）。金额以万元列示，库内以分计；面积以平方米列示。",
        f"共有资产 {sums['count']:,} 宗，总面积 {area(sums['area']):,.2f} ㎡，"
        f"账面原值 {money(sums['cost']):,.2f} 万元，账面净值 {money(sums['net']):,.2f} 万元。",
        f"本期盘活额 {money(sums['revived']):,.2f} 万元，回收资金 {money(sums['recovered']):,.2f} 万元，"
        f"其中体系外 {money(sums['external']):,.2f} 万元，"
        f"占比 {ratio_text(sums['external'], sums['recovered'])}。",
    ]


def _audit(facts: Facts) -> list[str]:
    findings = facts.findings
    by_severity = Counter(str(f.get("severity")) for f in findings)
    explained = [f for f in findings if f.get("explained")]
    lines = [
        "、".join(f"{SEVERITY_NAMES[s]} {by_severity.get(s, 0)} 条" for s in SEVERITY_NAMES)
        + f"；需说明事项已说明 {len(explained)} 条。逐条情况见“审核情况表”。"
    ]
    by_rule: dict[str, list[str]] = {}
    for f in explained:
        by_rule.setdefault(str(f.get("rule")), []).append(str(f.get("explanation", "")))
    for rule, texts in sorted(by_rule.items()):
        common = "；".join(t for t, _ in Counter(texts).most_common(3) if t)
        lines.append(f"{rule}：{len(texts)} 条，说明为“{common}”。")
    return lines


def _units(content: Content) -> list[str]:
    c = unit_counts(content)
    return [
        f"应报 {c['expected']} 户，实报 {c['reported']} 户，零报告 {c['nil']} 户，未报 {c['missing']} 户。"
    ]
