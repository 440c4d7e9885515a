"""The letter that goes with a package (函): its paragraphs, from the figures of the report."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from core.exchange.book.facts import Facts, day, spaced
from core.exchange.book.figures import area, money, ratio_text
from core.exchange.content import Content
from core.figures.compute import totals
from core.figures.measures import group_sums
from core.standard.figures import figures_of
from core.standard.kernel import PATHS
from core.standard.model import ERROR, EXPLAIN, SEVERITY_NAMES

_KEY = ("count", "area", "cost", "net", "revived", "recovered", "external")
HEADING, TEXT = "heading", "text"


@dataclass(frozen=True, slots=True)
class Paragraph:
    """One paragraph of the body; headings are set in 黑体."""

    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class Letter:
    """A letter in the parts that GB/T 9704 places on the page."""

    title: str
    recipient: str
    body: tuple[Paragraph, ...]
    enclosures: tuple[str, ...]
    sender: str
    date: str
    contact: str
    is_draft: bool = False


def make_letter(content: Content, facts: Facts) -> Letter:
    """The letter of one report; every figure is the one on the cover."""
    sums = _figures(content)
    c, standard = facts.cover, content.standard
    recipient = standard.recipient
    if not recipient or recipient.startswith(("（", "(")):
        recipient = standard.issuer
    said = [
        Paragraph(TEXT, f"现将{facts.period_name}闲置低效国有资产盘活情况报送如下。"),
        Paragraph(HEADING, "一、资产情况"),
        Paragraph(
            TEXT,
            f"纳入台账的闲置低效国有资产共 {sums['count']:,} 宗，总面积 {area(sums['area']):,.2f} 平方米，"
            f"账面原值 {money(sums['cost']):,.2f} 万元，账面净值 {money(sums['net']):,.2f} 万元。"
            + _by_path(content),
        ),
        Paragraph(HEADING, "二、盘活成效"),
        Paragraph(
            TEXT,
            f"本期盘活额 {money(sums['revived']):,.2f} 万元，回收资金 {money(sums['recovered']):,.2f} 万元，"
            f"其中体系外资金 {money(sums['external']):,.2f} 万元{_share(sums)}。",
        ),
        Paragraph(HEADING, "三、审核情况"),
        Paragraph(TEXT, _audit(facts)),
        Paragraph(HEADING, "四、报送材料"),
        Paragraph(
            TEXT,
            f"电子报送包一份（{facts.period_name}，版本 V{facts.version:02d}，{facts.nature}），"
            f"校验码 {spaced(facts.check_code)}，与纸质封面所载一致。",
        ),
        Paragraph(TEXT, "特此函报。"),
    ]
    if facts.revision.get("lines"):
        said[-1:-1] = [
            Paragraph(HEADING, "五、与上一版本的差异"),
            *(Paragraph(TEXT, line) for line in facts.revision["lines"][:8]),
        ]
    return Letter(
        title=f"{c.unit}关于报送{facts.period_name}闲置低效国有资产盘活情况的函",
        recipient=recipient,
        body=tuple(Paragraph(p.kind, _tight(p.text)) for p in said),
        enclosures=("闲置低效国有资产盘活情况报送封面", "闲置低效国有资产盘活情况报送包（电子件）"),
        sender=c.unit,
        date=day(c.report_date or date.today().isoformat()),
        contact="；".join(t for t in (_told("联系人：", c.filler), _told("联系电话：", c.phone)) if t),
        is_draft=facts.is_draft,
    )


def _figures(content: Content) -> dict[str, int]:
    wanted = [c for c in _KEY if c in figures_of(content.standard).measures]
    found = totals(content.ledger, wanted, content.period)
    return {c: int(found.get(c) or 0) for c in _KEY}


_GAP = re.compile(r"(?<=[\u3000-\u9fff\uff00-\uffef]) (?=[!-~])|(?<=[!-~]) (?=[\u3000-\u9fff\uff00-\uffef])")


def _tight(text: str) -> str:
    """Letters have no blanks between numbers and the words beside them."""
    return _GAP.sub("", text)


def _told(label: str, value: str) -> str:
    return f"{label}{value}" if value else ""


def _by_path(content: Content) -> str:
    """How many assets take which path, with their net value."""
    codes = content.standard.tables["asset"].fields["path"].codes
    found = group_sums(content.ledger, ["path"], periods=[content.period])
    parts = []
    for path in PATHS:
        one = found.get((path,))
        if one and codes:
            parts.append(f"{codes.name_of(path)} {one['count']:,} 宗、净值 {money(one['net']):,.2f} 万元")
    return f"其中：{'；'.join(parts)}。" if parts else ""


def _share(sums: Mapping[str, int]) -> str:
    """体系外占比, where anything was recovered."""
    if not sums["recovered"]:
        return ""
    return f"，占回收资金的 {ratio_text(sums['external'], sums['recovered'])}"


def _audit(facts: Facts) -> str:
    explained = sum(1 for f in facts.findings if f.get("explained"))
    return (
        f"已按口径逐条审核，{SEVERITY_NAMES[ERROR]} {facts.counts(ERROR)} 条，"
        f"{SEVERITY_NAMES[EXPLAIN]} {facts.counts(EXPLAIN)} 条，其中已说明 {explained} 条，"
        "逐条情况见报送包内的审核情况表。"
    )


def plain_text(letter: Letter) -> Sequence[str]:
    """The letter as lines to copy into the office's own template."""
    lines = [letter.title, "", f"{letter.recipient}："]
    lines += [f"　　{p.text}" for p in letter.body]
    lines += [
        "",
        *(
            f"　　附件：{i}. {t}" if i == 1 else f"　　　　　{i}. {t}"
            for i, t in enumerate(letter.enclosures, 1)
        ),
    ]
    return [*lines, "", letter.sender, letter.date, f"（{letter.contact}）" if letter.contact else ""]
