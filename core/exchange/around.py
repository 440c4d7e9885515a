"""What stands around a foreign table and holds for its rows: units, constants, sections, totals."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

from core.excel import choices
from core.excel.bodies import Row, Sorted
from core.excel.grid import text_of
from core.excel.headrows import LABEL_NOTE
from core.excel.words import bare, half, is_unit_note
from core.exchange.columns import target_field
from core.exchange.plan import PlannedTable
from core.exchange.sight import Sight, plain_number
from core.exchange.target import stand_ins
from core.standard.model import CodeItem, Field, Show, TableDef
from core.standard.types import Value

_UNIT_END = re.compile(
    r"(?:局|委员会|委|公司|集团|中心|学校|小学|中学|幼儿园|学院|医院|卫生院|所|站|院|馆|队|社|办事处|街道|镇|乡|政府|办公室|联合社|联社|大队|处|厅|部|"
    r"工会|妇联|残联|科协|文联|侨联|工商联|团委|党委|纪委|人大|政协|法院|检察院|党校|协会|商会|学会|红十字会|基金会|厂|矿|林场|农场|银行|宾馆|招待所)$"
)
_REPORTER = frozenset(
    [
        "填报单位",
        "编制单位",
        "报送单位",
        "填表单位",
        "制表单位",
        "上报单位",
        "被评估单位",
        "被审计单位",
        "报表单位",
        "填报单位(盖章)",
        "编制单位(盖章)",
        "填表单位(盖章)",
        "单位(盖章)",
        "单位名称(盖章)",
    ]
)
"""Words above a table for the unit that fills it in."""


_OFFICE = re.compile(
    r"(?:局|委员会|委|公司|集团|街道|办事处|镇|乡|政府|办公室|联合社|事务中心|服务中心|保障中心|工会|妇联|残联)$"
)
"""Endings of units that hardly an asset is called by."""
_LISTING = re.compile(r"资产|台账|台帐|清单|情况|报告|通知|文件")
"""A title with one of these is no unit's name, whatever it ends with."""
_EVERYTHING = frozenset(("全部", "所有", "不限", "全选"))
"""What a query above an exported list says instead of a value."""
MAX_TITLE = 40
"""Longer lines above a table are sentences."""
_SEAL = re.compile(r"[(（][^()（）]*章[)）]$")
"""（盖章） · （公章） behind a unit's name."""


def title_of(sight: Sight) -> str:
    return next(iter(_titles(sight)), "")


def _titles(sight: Sight) -> list[str]:
    """The lines above a table that are no notes, from the top down."""
    return [
        text
        for text in map(_unit_aside, sight.notes)
        if len(half(text)) >= 4
        and not is_unit_note(text)
        and not LABEL_NOTE.match(text)
        and not text.startswith("附")
    ]


def _unit_aside(text: str) -> str:
    """表一 调剂使用类资产（单位：万元） without the unit, when something else is said; else the text itself."""
    rest = re.sub(r"[(（\[【][^()（）\[\]【】]*单位[^()（）\[\]【】]*[)）\]】]", "", text).strip()
    return rest or text


def find_constants(sight: Sight, definition: TableDef, planned: PlannedTable) -> None:
    """Values that the title block, the sheet's name or its title give to every row."""
    mapped = {m.code for m in planned.columns.values() if m.code} | planned.constants.keys()
    titles = [t for t in _titles(sight) if len(half(t)) <= MAX_TITLE]
    for _, text in sight.found.above:
        for piece in re.split(r"\s{2,}|\n|\t", text):
            note = LABEL_NOTE.match(piece.strip())
            if not note or is_unit_note(piece) or not half(note[2]) or len(half(note[2])) > 40:
                continue
            if half(note[2]) in _EVERYTHING:
                continue
            named = dict(sight.vocabulary.names(definition.code, [note[1]]))
            show = _unit_show(definition)
            if show is not None and half(note[1]) in _REPORTER:
                named.setdefault(show.code, 1.0)
            for code, score in named.items():
                column = definition.column(code)
                if score < 0.93 or column is None or code in mapped:
                    continue
                if isinstance(column, Show) and not column.to_child and column.target.type == "text":
                    planned.constants[code] = (_SEAL.sub("", note[2].strip()), piece.strip())
                    mapped.add(code)
                    sight.tell(
                        0,
                        code,
                        "constant",
                        piece,
                        f"表中没有“{column.label}”一列，按表头上方的“{piece.strip()}”读取。请核对。",
                    )
                    break
    for code, item_code, item_name, where in _context_codes(definition, [sight.grid.name, *reversed(titles)]):
        if code not in mapped:
            planned.constants[code] = (item_code, where)
            mapped.add(code)
            label = definition.fields[code].label
            sight.tell(0, code, "constant", where, f"“{label}”按“{where}”读作 {item_name}。请核对。")
    name_show = _unit_show(definition)
    if name_show and name_show.code not in mapped:
        sheet, above = ("工作表名称", sight.grid.name), [("表头上方", t) for t in reversed(titles)]
        said = _said_before(sight, name_show.code)
        places = [*above, ("同一工作表前面的表", said), sheet] if said else [sheet, *above]
        for where, text in places:
            name = text.strip()
            if len(bare(name)) >= 3 and _UNIT_END.search(bare(name)) and not _LISTING.search(name):
                planned.constants[name_show.code] = (name, where)
                sight.tell(
                    0,
                    name_show.code,
                    "constant",
                    name,
                    f"“{name_show.label}”按{where}的“{name}”读取。请核对。",
                )
                break


def _said_before(sight: Sight, code: str) -> str:
    """填报单位：… above the first of several tables of a sheet holds for those below it; "" when nobody says."""
    for t in reversed(sight.out.tables):
        text, where = t.constants.get(code, ("", ""))
        if t.sheet == sight.grid.name and text and LABEL_NOTE.match(where):
            return text
    return ""


def _unit_show(definition: TableDef) -> Show | None:
    """The shown column with the name of the record's unit."""
    return next((s for s in definition.shows.values() if not s.to_child and s.target.type == "text"), None)


def _coded(definition: TableDef) -> list[Field]:
    """The fields whose codes titles and sections speak of."""
    return [
        f for f in definition.fields.values() if f.type == "code" and f.codes and f.required and not f.auto
    ]


def _context_codes(
    definition: TableDef, texts: Sequence[str], known: Mapping[str, int] = MappingProxyType({})
) -> list[tuple[str, str, str, str]]:
    """(field, code, name, text): codes whose whole name stands in a title, or that a sheet is named after.

    Of two lists that know a section's name (土地) the one is meant that knows more of its siblings
    (房屋, 设备; `known`: how many each field knows), then the one whose entry is called so.
    """
    out: dict[str, tuple[str, str, str, str]] = {}
    fields = _coded(definition)
    for text in texts:
        t = half(text)
        whole: list[tuple[str, str, str, str]] = []
        for f in fields:
            assert f.codes is not None
            inside = [i for i in f.codes.items.values() if len(half(i.name)) >= 4 and half(i.name) in t]
            if len(inside) == 1:
                out.setdefault(f.code, (f.code, inside[0].code, inside[0].name, text.strip()))
            elif not inside and (item := _named(f, text)) is not None:
                whole.append((f.code, item.code, item.name, text.strip()))
        plain = _unnumbered(text)
        weights = [(known.get(w[0], 0), half(w[2]) == plain) for w in whole]
        whole = [w for w, weight in zip(whole, weights, strict=True) if weight == max(weights)]
        if len(whole) == 1:
            out.setdefault(whole[0][0], whole[0])
    return list(out.values())


def _named(f: Field, text: str) -> CodeItem | None:
    """The entry of a code list that a short text names and nothing else."""
    assert f.codes is not None
    plain = _unnumbered(text)
    if not 2 <= len(plain) <= 12:
        return None
    items, sure = choices.match(plain, f.codes)
    return items[0] if sure and len(items) == 1 else None


def tell_columns(sight: Sight, definition: TableDef, planned: PlannedTable, rows: list[Row]) -> None:
    """Doubts about whole columns."""
    if sight.own:
        return
    if not sight.found.sure:
        sight.tell(
            0,
            "",
            "header-guessed",
            "",
            f"没有认出常见的列名，把第 {sight.found.header_rows[0]} 行当作表头。请核对表头行和各列。",
        )
    named = stand_ins(definition, planned.columns)
    if named:
        titles = "、".join(f"“{planned.columns[c].title}”" for c in named)
        label = definition.fields[definition.name_field].label
        sight.tell(
            0, definition.name_field, "name-stands-in", titles, f"没有“{label}”一栏，按{titles}取名。请核对。"
        )
    for c, m in planned.columns.items():
        column = definition.column(m.code) if m.code else None
        if m.parts:
            labels = "、".join(definition.fields[p.code].label for p in m.parts)
            sight.tell(
                c,
                m.code,
                "several-in-one",
                m.title,
                f"“{m.title}”一列每格有几个数，依次按{labels}读取。请核对，最好在原表中分成几列。",
            )
        elif m.asked and column is not None:
            sight.tell(
                c,
                m.code,
                "column-guessed",
                m.title,
                f"“{m.title}”一列按“{column.label}”读取。请核对，或另选字段。",
            )
        elif m.role == "private":
            sight.tell(
                c,
                "",
                "private",
                m.title,
                f"“{m.title}”一列像是身份证号或私人电话，未导入。确有需要请勾选“也导入像身份证号、私人电话的列”。",
            )
        elif m.role == "duplicate":
            other = definition.column(m.others[0]) if m.others else None
            label = other.label if other else ""
            sight.tell(
                c,
                "",
                "duplicate",
                m.title,
                f"“{m.title}”与另一列都像“{label}”，只取另一列；这一列仅补空格，并随记录留存。",
            )
        if (
            m.role != "uid"
            and c in sight.grid.hidden_cols
            and any(sight.grid.raw(r.number, c) is not None for r in rows[:50])
        ):
            sight.tell(
                c,
                m.code,
                "hidden-column",
                m.title,
                f"“{m.title}”一列在原表中是隐藏的，已读取。请核对是否需要。",
            )
    hidden = [r.number for r in rows if r.number in sight.grid.hidden_rows]
    if hidden:
        shown = "、".join(str(n) for n in hidden[:10]) + ("……" if len(hidden) > 10 else "")
        sight.tell(
            0,
            "",
            "hidden-rows",
            shown,
            f"第 {shown} 行（共 {len(hidden)} 行）在原表中是隐藏或筛选掉的，已读取。请核对是否应导入。",
        )


def fill_from_sections(
    sight: Sight,
    definition: TableDef,
    planned: PlannedTable,
    rows: list[Row],
    values: list[dict[str, Value]],
    shown: list[dict[str, Value]],
    extra: list[dict[str, str]],
) -> None:
    """Section rows (一、调剂使用 · 临江区教育局) and the table's constants, where no column says it.

    A section that gives no value stays with its records as it is written.
    """
    mapped = {m.code for m in planned.columns.values() if m.code}
    unit_show = _unit_show(definition)
    sections: dict[tuple[str, ...], dict[str, Any]] = {}
    siblings = {text for r in rows for text in r.section}
    known = Counter(f.code for text in siblings for f in _coded(definition) if _named(f, text) is not None)
    for i, r in enumerate(rows):
        if r.section and r.section not in sections:
            found: dict[str, Any] = {
                code: value
                for code, value, _, _ in _context_codes(definition, r.section[::-1], known)
                if code not in mapped
            }
            if unit_show and unit_show.code not in mapped:
                for text in map(_unlabelled, r.section):
                    if _UNIT_END.search(bare(text)):
                        found[unit_show.code] = _unnumbered(text)
            sections[r.section] = found
        if r.section and not sections[r.section]:
            extra[i]["原表分类"] = "／".join(r.section)
        given = {**{k: v[0] for k, v in planned.constants.items()}, **sections.get(r.section, {})}
        for code, value in given.items():
            place: dict[str, Value] = shown[i] if code in definition.shows else values[i]
            if place.get(code) is None and code not in mapped:
                place[code] = value


def _unlabelled(text: str) -> str:
    """单位：区教育局 above its rows → 区教育局."""
    note = LABEL_NOTE.match(text)
    return note[2] if note and note[1].endswith(("单位", "部门")) else text


def units_as_sections(sight: Sight, definition: TableDef, planned: PlannedTable, found: Sorted) -> None:
    """Rows that hold only a unit's name stand above its assets (text files have no merges).

    So they do where the first row is one, or stands below a unit that is numbered (一、区教育局).
    """
    show = _unit_show(definition)
    alone = [r for r in found.rows if r.doubt == "name-only"]
    column = next((c for c, m in planned.columns.items() if m.code == definition.name_field), 0)
    names = {r.number: sight.grid.text(r.number, column) for r in alone}
    if show is None or any(m.code == show.code for m in planned.columns.values()) or not alone or not column:
        return
    grouped = any(_OFFICE.search(bare(text)) for text in found.rows[0].section)
    if not (grouped or found.rows[0] is alone[0]) or not all(_OFFICE.search(bare(n)) for n in names.values()):
        return
    unit = ""
    within: tuple[str, ...] = ()
    kept = []
    for r in found.rows:
        if r.number in names:
            unit, within = names[r.number], r.section
            found.skipped.append((r.number, "section", unit[:60]))
            continue
        if r.section == within:
            # A section that begins below the unit ends it.
            r.section = (*r.section, unit)
        kept.append(r)
    found.rows[:] = kept
    found.skipped.sort()


def check_totals(
    sight: Sight, definition: TableDef, planned: PlannedTable, rows: list[Row], totals: list[tuple[int, str]]
) -> None:
    """Tell when the sheet's own grand total differs from the rows that were read."""
    grand = [r for r, why in totals if why == "total"]
    if len(grand) != 1:
        return
    for c, m in planned.columns.items():
        column = definition.column(m.code) if m.code else None
        if column is None or target_field(column).type not in ("money", "area"):
            continue
        stated = plain_number(sight.grid.raw(grand[0], c))
        numbers = [plain_number(sight.grid.raw(r.number, c)) for r in rows]
        if stated is None or any(
            n is None and sight.grid.raw(r.number, c) is not None for n, r in zip(numbers, rows, strict=True)
        ):
            continue
        total = sum(n for n in numbers if n is not None)
        if abs(total - stated) > max(0.05, abs(stated) * 1e-6):
            sight.tell(
                c,
                m.code,
                "total-differs",
                text_of(sight.grid.raw(grand[0], c)),
                f"“{m.title}”：原表第 {grand[0]} 行合计 {stated:,.2f}，读到的各行相加为 {total:,.2f}。请核对是否漏行或原表合计有误。",
            )


def _unnumbered(text: str) -> str:
    """一、调剂使用（12宗） → 调剂使用."""
    t = re.sub(
        r"^(?:[(]?[一二三四五六七八九十\d]{1,3}[)]?[、.．]?|第[一二三四五六七八九十]+[类部分批项][:：、]?)",
        "",
        half(text),
    )
    return re.sub(r"[(][^()]*[)]$|[:：]$", "", t)
