"""增减变动表 and 修订说明: what changed since the last period, and since the last version."""

from __future__ import annotations

from collections.abc import Sequence

from core.excel.rows import NUMBER, Column
from core.excel.workbook import CellValue, Sheet
from core.exchange.book.facts import Facts, spaced
from core.exchange.book.figures import area, money
from core.exchange.book.frame import table_sheet
from core.exchange.content import Content
from core.figures.movement import ADDED, ADJUSTED, REMOVED, Bridge, Movement, group_field
from core.figures.ratios import change_percent
from core.standard.dates import period_name
from core.standard.model import Sheet as Declaration

_MEASURES = (("count", "宗数"), ("area", "面积（㎡）"), ("net", "账面净值（万元）"))
_SIGNS = {ADDED: "增加", REMOVED: "减少", ADJUSTED: "调整"}


def movement_sheet(content: Content, facts: Facts, declared: Declaration, moved: Movement) -> Sheet:
    """期初 + 增加 − 减少 ± 调整 = 期末 by group and measure, then the reasons."""
    columns = [
        Column("项目", width=24, wrap=True, align="left"),
        Column("指标", width=18, align="left"),
        *(
            Column(t, kind=NUMBER, width=17, number_format="#,##0.00")
            for t in ("期初数", "本期增加", "本期减少", "调整", "期末数")
        ),
        Column("增减%", kind=NUMBER, width=10, number_format="0.0"),
    ]
    code = group_field(content.standard)
    codes = content.standard.tables["asset"].fields[code].codes if code else None
    groups = [g for g in (codes.items if codes else ()) if g in moved.bridges]
    groups += sorted(str(g) for g in moved.bridges if g is not None and g not in groups)
    body: list[Sequence[CellValue]] = []
    strong: set[int] = set()
    for group in [*groups, None]:
        name = "合计" if group is None else codes.name_of(group) if codes and group else group or "未填"
        for measure, label in _MEASURES:
            if group is None:
                strong.add(len(body))
            body.append([name, label, *_bridge(measure, moved.bridge(group, measure))])
    body += _reasons(moved)
    opening = (
        f"期初数取自{period_name(facts.opening)}已报出的期末数，不能修改。"
        if facts.opening
        else "本期为首次报送，没有期初数。"
    )
    return table_sheet(
        facts,
        name=declared.name,
        number=str(declared.options.get("number", "")),
        title="增减变动表",
        unit="万元、㎡、宗",
        columns=columns,
        body=body,
        notes=(f"说明：{opening}期初数 + 本期增加 − 本期减少 ± 调整 = 期末数，宗数、面积、净值同时成立。",),
        strong=strong,
    )


def _bridge(measure: str, bridge: Bridge) -> list[CellValue]:
    values = (bridge.opening, bridge.added, bridge.removed, bridge.adjusted, bridge.closing)
    percent = change_percent(bridge.closing, bridge.opening)
    return [*(_shown(measure, v) for v in values), "—" if percent is None else percent]


def _shown(measure: str, value: int) -> CellValue:
    if measure == "count":
        return value
    return area(value) if measure == "area" else money(value)


def _reasons(moved: Movement) -> list[Sequence[CellValue]]:
    """What each reason moved, a line a measure, in the column of its direction."""
    body: list[Sequence[CellValue]] = []
    for (sign, reason), sums in sorted(
        moved.reasons.items(), key=lambda kv: (-abs(kv[0][0]), -kv[0][0], kv[0][1])
    ):
        moved_by = [m for m in _MEASURES if sign != ADJUSTED or sums[m[0]]]
        for measure, label in moved_by or _MEASURES[-1:]:
            places: list[CellValue] = [None, None, None, None, None, None]
            places[{ADDED: 1, REMOVED: 2, ADJUSTED: 3}[sign]] = _shown(measure, sums[measure])
            body.append([f"其中{_SIGNS[sign]}：{reason}", label, *places])
    return body


def revision_sheet(facts: Facts, declared: Declaration) -> Sheet:
    """修订说明: the version before, what changed in words, and change by change."""
    columns = [
        Column("序号", kind=NUMBER, width=6, number_format="0", align="center"),
        Column("类别", width=10, align="center"),
        Column("数据表", width=14, wrap=True),
        Column("对象", width=30, wrap=True),
        Column("栏目", width=16, wrap=True),
        Column("修改前", width=28, wrap=True),
        Column("修改后", width=28, wrap=True),
    ]
    body: list[Sequence[CellValue]] = [
        [number, *(str(v) if v else None for v in row)]
        for number, row in enumerate(facts.revision.get("changes", ()), 1)
    ]
    notes = []
    if facts.previous_id:
        notes.append(f"上一版：V{facts.version - 1:02d}，校验码 {spaced(facts.previous_code)}。")
    notes += [f"· {t}" for t in facts.revision.get("lines", ())]
    if facts.revision.get("more"):
        notes.append(f"另有 {facts.revision['more']} 项修改未逐条列出。")
    if facts.reason:
        notes.append(f"修订（补报）原因：{facts.reason}")
    return table_sheet(
        facts,
        name=declared.name,
        number=str(declared.options.get("number", "")),
        title="修订说明",
        unit="",
        columns=columns,
        body=body,
        notes=notes,
    )
