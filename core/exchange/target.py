"""Which table of the standard a foreign table is, which columns it takes, and whether it is a list at all."""

from __future__ import annotations

import re
from collections.abc import Mapping

from core.excel import rowkinds
from core.excel.grid import Raw, column_number
from core.excel.words import bare
from core.exchange.columns import map_columns, target_field
from core.exchange.mapped import Mapped
from core.exchange.plan import PlannedTable
from core.exchange.sight import NUMERIC, Sight
from core.standard.model import TableDef
from core.standard.numbers import AREA_UNITS, MONEY_UNITS

_FRAME = re.compile(
    r"^(?:填报|填表|填写|编制|编报|使用|报表|指标|有关|操作)*(?:说明|须知|要求|指南|封面|目录|字典|代码|代码表|码表|参数|选项|下拉|校验|审核|汇总)"
)
"""Names of sheets that lie around the lists."""
_GONE = re.compile(r"减少|核减|退出|移出|划出|注销|销账|灭失")
_STAYED = re.compile(r"增减|增加|新增|变动|期末|在册|拟|计划")
"""Assets that have left the list, and sheets that speak of others as well."""


def samples_of(sight: Sight, body: list[int]) -> dict[int, list[Raw]]:
    """Up to 120 filled cells of each column, from the whole length of the table."""
    step = max(1, len(body) // 400)
    samples: dict[int, list[Raw]] = {c: [] for c in sight.headers}
    for r in body[:60] + body[60::step]:
        line = sight.grid.rows[r]
        if len(samples) > 2 and len(line) - line.count(None) < 2:
            # A section or a note says nothing of the column that it stands in.
            continue
        for c in samples:
            if c <= len(line):
                raw = line[c - 1]
                if raw is not None and len(samples[c]) < 120:
                    samples[c].append(raw)
    return samples


def choose_target(sight: Sight, samples: dict[int, list[Raw]]) -> tuple[TableDef, dict[int, Mapped]]:
    standard = sight.vocabulary.standard
    wanted = str(sight.told.get("table") or "")
    home = standard.tables[sight.vocabulary.home]
    rest = [t for t in standard.tables.values() if t is not home]
    tables = [standard.tables[wanted]] if wanted in standard.tables else [home, *rest]
    best: tuple[float, TableDef, dict[int, Mapped]] | None = None
    for table in tables:
        quick = sum(
            max(sight.vocabulary.names(table.code, h).values(), default=0) for h in sight.headers.values()
        )
        if best is not None and quick * 1.2 < best[0]:
            continue
        columns = map_columns(
            sight.vocabulary,
            table.code,
            sight.headers,
            samples,
            context=sight.context,
            private=sight.answers.private,
        )
        score = sum(m.score * (0.5 + 0.5 * m.fit) for m in columns.values() if m.code)
        if table is home:
            fits = not unfit(sight, table, PlannedTable(sight.grid.name, table.code, [], columns))
            score = score * (1.6 if fits else 1.15) + 0.5
        if best is None or score > best[0]:
            best = (score, table, columns)
    assert best is not None
    return best[1], best[2]


def unfit(sight: Sight, definition: TableDef, planned: PlannedTable) -> str:
    """Why this is no list of records; "" when it is."""
    codes = {m.code for m in planned.columns.values() if m.code}
    if stand_ins(definition, planned.columns):
        codes.add(definition.name_field)
    if not codes:
        return "没有认出任何一列，未导入。请指定表头行和各列的字段。"
    if sight.own or sight.told.get("mapping"):
        return ""
    if _FRAME.match(bare(sight.grid.name)) and _telling(definition, codes) < 4:
        return "像是说明、封面或代码表，未导入。如要导入，请指定各列的字段。"
    if definition.code == sight.vocabulary.home and _gone(sight.grid.name, planned.title):
        return "列的是已经减少的资产，未导入。如要导入，请指定各列的字段。"
    if sight.found.header_rows == [0] and definition.name_field not in codes:
        return "像是表单，但没有名称一栏，未导入。如要导入，请指定各列的字段。"
    if definition.parent:
        # 进展, 到账 and the like: they must say which asset they belong to.
        belongs = codes & {s.code for s in definition.shows.values() if s.hop == definition.parent}
        if belongs and len(codes - belongs) >= 3:
            return ""
        return f"像是{definition.label}，但没有能认出资产的列（资产编号或资产名称），未导入。"
    columns = [m for m in planned.columns.values() if m.role != "serial"]
    telling = _telling(definition, codes)
    keys = set(definition.match) | {s.code for s in definition.shows.values() if s.to_child}
    places = {f.code for f in definition.fields.values() if f.type == "text" and f.list and not f.multiline}
    if definition.name_field in codes:
        if definition.code == sight.vocabulary.home and len(columns) == 1 and columns[0].score == 1.0:
            return ""  # 序号 and 资产名称: a list of names
        if definition.code == sight.vocabulary.home:
            placed = codes & (keys | places - {definition.name_field})
            enough = telling >= 2 or (telling == 1 and (placed or len(columns) <= 3 or len(codes) >= 4))
        else:
            enough = telling >= 2 and len(codes) >= max(3, len(columns) * 0.6)
        return (
            "" if enough else "像是汇总表、代码表或说明，不是逐条清单，未导入。如要导入，请指定各列的字段。"
        )
    hops = [s.hop for s in definition.shows.values() if s.code in codes and not s.to_child]
    # 单位名称, 信用代码 and 单位地址 tell of a unit only, not of something that it owns.
    telling -= max(0, len(hops) - len(set(hops)))
    if codes & (keys | places) and (telling >= 3 or len(codes) >= max(5, len(columns) * 0.5)):
        return ""
    if codes & set(definition.match) and len(codes) >= max(4, len(columns) * 0.6):
        # 债权编号 and 债务人, 本金, 利息: numbered records of a kind that has no name of its own.
        return ""
    return "没有名称、坐落、编号这类能认出一条记录的列，像是汇总表，未导入。如要导入，请指定各列的字段。"


def _gone(*names: str) -> bool:
    """本期减少资产: what stands here is no longer held."""
    return any(_GONE.search(n) for n in names) and not any(_STAYED.search(n) for n in names)


def stand_ins(definition: TableDef, columns: Mapping[int, Mapped]) -> list[int]:
    """Columns that name the records of a list without a column for the name (被投企业, 小区 and 房号)."""
    codes = {m.code: c for c, m in columns.items() if m.code}
    if not definition.name_field or definition.name_field in codes:
        return []
    return sorted(c for code, c in codes.items() if (f := definition.fields.get(code)) and f.names)


def _telling(definition: TableDef, codes: set[str]) -> int:
    """How many columns beside the name tell something of one record."""
    count = 0
    for code in codes - {definition.name_field}:
        column = definition.column(code)
        count += column is not None and column.list and not target_field(column).multiline
    return count


def apply_answers(sight: Sight, definition: TableDef, planned: PlannedTable) -> None:
    """The clerk's mapping, units and meaning of blanks, by column letter or by header."""
    # Of two columns with one name the first is meant, as it was when the names were read.
    by_title = {bare(m.header[-1]): c for c, m in reversed(planned.columns.items())}
    by_title |= {m.title: c for c, m in reversed(planned.columns.items())}

    def place(key: str) -> int | None:
        if re.fullmatch(r"[A-Z]{1,3}", key) and column_number(key) in planned.columns:
            return column_number(key)
        return by_title.get(key) or by_title.get(bare(key))

    for key, code in (sight.told.get("mapping") or {}).items():
        c = place(str(key))
        if c is None:
            continue
        m = planned.columns[c]
        for other in planned.columns.values():
            if code and other is not m and other.code == code and not other.tick:
                other.code = ""
        if m.parts and code == m.code:
            continue
        m.parts = ()
        m.code = str(code or "") if definition.column(str(code or "")) else ""
        m.asked, m.score = False, 1.0
        if m.code:
            m.role = ""
        else:
            m.tick = ""
    for key, unit in (sight.told.get("units") or {}).items():
        c = place(str(key))
        if c is not None and (unit in MONEY_UNITS or unit in AREA_UNITS):
            planned.columns[c].unit, planned.columns[c].unit_from = unit, "answer"
    for key, meaning in (sight.told.get("blanks") or {}).items():
        c = place(str(key))
        if c is not None:
            planned.blanks[c] = str(meaning)
    for code, text in (sight.told.get("constants") or {}).items():
        if definition.column(code):
            planned.constants[code] = (str(text), "按选择")


def roles_of(sight: Sight, definition: TableDef, planned: PlannedTable) -> dict[int, str]:
    roles: dict[int, str] = {}
    for c, m in planned.columns.items():
        column = definition.column(m.code) if m.code else None
        if m.role == "serial":
            roles[c] = rowkinds.SERIAL
        elif m.code == definition.name_field:
            roles[c] = rowkinds.NAME
        elif (
            m.tick
            or (column is not None and target_field(column).type in NUMERIC)
            or (column is None and _numeric(sight, c))
        ):
            roles[c] = rowkinds.NUMBER
        else:
            roles[c] = rowkinds.TEXT
    if rowkinds.NAME not in roles.values():
        named = stand_ins(definition, planned.columns)
        first = (
            named[0]
            if named
            else next((c for c, m in planned.columns.items() if m.code and roles[c] == rowkinds.TEXT), 0)
        )
        if first:
            roles[first] = rowkinds.NAME
    return roles


def _numeric(sight: Sight, column: int) -> bool:
    values = [sight.grid.raw(r, column) for r in sight.found.body[:80]]
    filled = [v for v in values if v is not None]
    return bool(filled) and sum(1 for v in filled if isinstance(v, int | float)) > len(filled) * 0.6
