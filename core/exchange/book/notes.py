"""编报说明, written from what is known: scope, audit, movement, missing units, and the clerk's own words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from core.excel import styles
from core.excel.workbook import Cell, Line, Sheet
from core.exchange.book.facts import Facts
from core.exchange.book.figures import area, money, ratio_text
from core.exchange.book.frame import draft_mark, height_for, marked
from core.exchange.content import Content
from core.figures.movement import ADDED, ADJUSTED, REMOVED, Movement
from core.standard.dates import period_name
from core.standard.model import ERROR, EXPLAIN, HINT, SEVERITY_NAMES

_HALF = 42.0
"""Two columns, since LibreOffice does not shrink a page of a single one to the width of its paper."""
_MOST_RULES = 60
_ORDINALS = "一二三四五六七八九十"


def notes_sheet(
    content: Content, facts: Facts, sums: Mapping[str, int], moved: Movement, units: Mapping[str, int]
) -> Sheet:
    own = _own_words(content)
    sections: list[tuple[str, Sequence[str]]] = [
        ("编报范围与口径", [*_scope(content, facts, sums), *own.get("scope_note", ())]),
        ("工作开展情况", own.get("work_note", ())),
        ("审核情况", _audit(facts)),
        ("增减变动情况", [*_movement(facts, moved), *own.get("variance_note", ())]),
        ("单位报送情况", [_units(units), *own.get("empty_domain_note", ())]),
        ("修订说明", [*facts.revision.get("lines", ()), *own.get("revision_note", ())]),
        ("其他需要说明的事项", [t for t in (facts.reason, *own.get("other_note", ())) if t] or ["无。"]),
    ]
    lines = [Line((Cell("编报说明" + draft_mark(facts), styles.TITLE, across=2),), 36), Line((), 8)]
    for number, (title, paragraphs) in enumerate((t, p) for t, p in sections if p):
        lines.append(Line((Cell(f"{_ORDINALS[number]}、{title}", styles.SECTION, across=2),), 24))
        for text in paragraphs:
            lines.append(
                Line(
                    (Cell("　　" + text, styles.PARAGRAPH, across=2),),
                    height_for([("　　" + text, 2 * _HALF * 0.95)], line=17),
                )
            )
    return marked(
        facts,
        Sheet(name="编报说明", widths=(_HALF, _HALF), head=tuple(lines), landscape=False, title_rows=(1, 1)),
    )


def _own_words(content: Content) -> dict[str, list[str]]:
    """What the clerk wrote for this period, by field, in paragraphs."""
    table = content.standard.tables.get("report")
    if table is None or "period" not in table.fields:
        return {}
    codes = [f.code for f in table.fields.values() if f.multiline]
    where = f"period == '{content.period}'"
    found: dict[str, list[str]] = {}
    for row in content.select("report", codes, where=where):
        for code, text in zip(codes, row, strict=True):
            found.setdefault(code, []).extend(p for p in str(text or "").split("\n") if p.strip())
    return found


def _scope(content: Content, facts: Facts, sums: Mapping[str, int]) -> list[str]:
    s = content.standard
    return [
        f"本包为{facts.cover.unit}{facts.period_name}报送，版本 V{facts.version:02d}（{facts.nature}），"
        f"采用口径“{s.title}”。金额以万元列示，库内以分计；面积以平方米列示。",
        f"共有资产 {sums['count']:,} 宗，总面积 {area(sums['area']):,.2f} ㎡，"
        f"账面原值 {money(sums['cost']):,.2f} 万元，账面净值 {money(sums['net']):,.2f} 万元。",
        f"本期盘活额 {money(sums['revived']):,.2f} 万元，回收资金 {money(sums['recovered']):,.2f} 万元，"
        f"其中体系外 {money(sums['external']):,.2f} 万元，"
        f"占比 {ratio_text(sums['external'], sums['recovered'])}。",
    ]


def _audit(facts: Facts) -> list[str]:
    counts = {s: facts.counts(s) for s in (ERROR, EXPLAIN, HINT)}
    explained = [f for f in facts.findings if f.get("explained")]
    listed = "、".join(f"{SEVERITY_NAMES[s]} {n} 条" for s, n in counts.items())
    lines = [f"按口径规则逐条审核：{listed}；需说明事项已说明 {len(explained)} 条。逐条情况见“审核情况表”。"]
    by_rule: dict[str, list[str]] = {}
    for f in explained:
        by_rule.setdefault(str(f.get("rule")), []).append(str(f.get("explanation", "")))
    for rule, texts in sorted(by_rule.items())[:_MOST_RULES]:
        common = "；".join(t for t, _ in Counter(texts).most_common(3) if t)
        lines.append(f"{rule}：{len(texts)} 条，说明为“{common}”。")
    return lines


def _movement(facts: Facts, moved: Movement) -> list[str]:
    count, net = moved.bridge(None, "count"), moved.bridge(None, "net")
    if not moved.has_opening:
        return [
            f"本期为首次报送，没有期初数；期末 {count.closing:,} 宗，净值 {money(net.closing):,.2f} 万元。"
        ]
    lines = [
        f"期初（{period_name(facts.opening)}已报数）{count.opening:,} 宗，本期增加 {count.added:,} 宗、减少 {count.removed:,} 宗，"
        f"期末 {count.closing:,} 宗。",
        f"账面净值期初 {money(net.opening):,.2f} 万元，增加 {money(net.added):,.2f} 万元，"
        f"减少 {money(net.removed):,.2f} 万元，调整 {money(net.adjusted):,.2f} 万元，"
        f"期末 {money(net.closing):,.2f} 万元。",
    ]
    for sign, word in ((ADDED, "增加"), (REMOVED, "减少"), (ADJUSTED, "调整")):
        told = [
            f"{r} {v['count'] or '若干'} 宗" if sign != ADJUSTED else r
            for (s, r), v in moved.reasons.items()
            if s == sign
        ]
        if told:
            lines.append(f"{word}的原因：" + "、".join(told) + "。")
    return lines


def _units(c: Mapping[str, int]) -> str:
    return f"应报 {c['expected']} 户，实报 {c['reported']} 户，零报告 {c['nil']} 户，未报 {c['missing']} 户。"
