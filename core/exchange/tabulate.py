"""From a sheet to planned records: tables found, columns mapped, every cell read by its field."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from statistics import median
from typing import Any

from core.excel import bodies, cells, choices
from core.excel.bodies import Fill, Row
from core.excel.forms import Forms, find_forms
from core.excel.grid import Grid, Raw, cell_of, column_number, letter, text_of
from core.excel.headers import LABEL_NOTE, Found, find_tables
from core.excel.words import bare, half, is_unit_note
from core.exchange.columns import (
    FAMILY,
    NO_HEADER,
    Mapped,
    Vocabulary,
    column_unit,
    map_columns,
    private_extra,
    target_field,
)
from core.exchange.plan import CLEAR, KEEP, Answers, Doubt, PlannedRecord, PlannedTable, Skipped, layout_of
from core.standard.model import Column, Field, Show, TableDef
from core.standard.numbers import AREA_UNITS, MONEY_UNITS, unit_named
from core.standard.types import Value

NUMERIC = ("money", "area", "decimal", "integer")
_UNIT_END = re.compile(
    r"(?:局|委员会|委|公司|集团|中心|学校|小学|中学|幼儿园|学院|医院|卫生院|所|站|院|馆|队|社|办事处|街道|镇|乡|政府|办公室|联合社|联社|大队|处|厅|部)$"
)


_FRAME = re.compile(
    r"^(?:填报|填表|填写|编制|编报|使用|报表|指标|有关|操作)*(?:说明|须知|要求|指南|封面|目录|字典|代码|代码表|码表|参数|选项|下拉|校验|审核|汇总)"
)
"""Names of sheets that lie around the lists."""
_REPORTER = frozenset(
    [
        "填报单位",
        "编制单位",
        "报送单位",
        "填表单位",
        "制表单位",
        "上报单位",
        "报表单位",
        "填报单位(盖章)",
        "编制单位(盖章)",
        "填表单位(盖章)",
        "单位(盖章)",
        "单位名称(盖章)",
    ]
)
"""Words above a table for the unit that fills it in."""


@dataclass(slots=True)
class Sheeted:
    """What one sheet gives."""

    tables: list[PlannedTable] = field(default_factory=list)
    records: list[PlannedRecord] = field(default_factory=list)
    doubts: list[Doubt] = field(default_factory=list)
    skipped: list[Skipped] = field(default_factory=list)


def tabulate(grid: Grid, vocabulary: Vocabulary, answers: Answers, first_index: int = 0) -> Sheeted:
    """Everything that one sheet holds for the standard's tables."""
    out = Sheeted()
    given = answers.for_table(grid.name, 1, 0) if answers.tables else {}
    found = _found(grid, vocabulary, given)
    if not given.get("header_rows") and not any(f.sure for f in found):
        forms = find_forms(grid, vocabulary.knows)
        if forms is not None:
            _cards(forms, vocabulary, answers, out, first_index)
            return out
    said: list[str] = []
    for number, one in enumerate(found, 1):
        told = answers.for_table(grid.name, number, one.header_rows[0]) if answers.tables else {}
        # A unit note holds for the tables below it until the next one.
        own = [t for _, t in one.above if is_unit_note(t)]
        one.above += [(0, t) for t in said if not own]
        said = own or said
        _Table(grid, one, vocabulary, answers, told, out, first_index + number - 1).run()
    for note in grid.notes:
        out.doubts.append(
            Doubt(
                grid.name,
                0,
                "",
                "",
                "not-read",
                "",
                f"工作表“{grid.name}”：{note}。请核对这些单元格是否有用。",
            )
        )
    return out


def _cards(forms: Forms, vocabulary: Vocabulary, answers: Answers, out: Sheeted, index: int) -> None:
    """Card forms read as a table; afterwards every doubt is told at its real place."""
    told = answers.for_table(forms.grid.name, 1, 0) if answers.tables else {}
    _Table(forms.grid, forms.found, vocabulary, answers, told, out, index).run()
    for record in out.records:
        for i, d in enumerate(record.doubts):
            place = forms.places.get((d.row, column_number(d.column))) if d.column else None
            if place:
                record.doubts[i] = dataclasses.replace(d, row=place[0], column=letter(place[1]))


def _found(grid: Grid, vocabulary: Vocabulary, given: dict[str, Any]) -> list[Found]:
    """The tables of a sheet; the clerk may name the header rows."""
    rows = given.get("header_rows")
    if rows:
        from core.excel.headers import table_at

        return [table_at(grid, [int(r) for r in rows], vocabulary.knows)]
    return find_tables(grid, vocabulary.knows)


class _Table:
    """One table on its way from cells to records, in named passes."""

    def __init__(
        self,
        grid: Grid,
        found: Found,
        vocabulary: Vocabulary,
        answers: Answers,
        told: dict[str, Any],
        out: Sheeted,
        index: int,
    ) -> None:
        self.grid = grid
        self.found = found
        self.vocabulary = vocabulary
        self.answers = answers
        self.told = told
        self.out = out
        self.index = index
        self.own = bool(told.get("own"))
        """A sheet of a workbook that this program has written."""
        self.notes = [t for _, t in found.above]
        self.context = " ".join(
            [grid.name, *self.notes, *(t for levels in found.columns.values() for t in levels)]
        )
        self.headers = self._headers()
        self.fill = Fill(grid, found)

    def _headers(self) -> dict[int, tuple[str, ...]]:
        """Header levels of every column with a header or with values."""
        headers = dict(self.found.columns)
        seen: set[int] = set()
        # A column without a header may stand before the first name or right behind the last.
        first = 1 if self.found.alone else self.found.first
        last = self.found.last + (2 if self.found.alone else 0)
        for r in self.found.body[:200]:
            line = self.grid.rows[r]
            for c in range(first, min(last, len(line)) + 1):
                if line[c - 1] is not None:
                    seen.add(c)
        for c in sorted(headers):
            # The second half of a name merged over two columns, with nothing below it.
            if c not in seen and headers.get(c - 1) == headers[c]:
                del headers[c]
        for c in seen - headers.keys():
            headers[c] = (f"{letter(c)} 列{NO_HEADER}",)
        headers = dict(sorted(headers.items()))
        self.found.columns = headers
        return headers

    def run(self) -> None:
        if not self.told:
            self.told = self.answers.remembered.get(layout_of(self.headers), {})
        samples = self._samples(self.found.body)
        definition, columns = self._target(samples)
        planned = PlannedTable(
            self.grid.name, definition.code, self.found.header_rows, columns, title=self._title()
        )
        self.out.tables.append(planned)
        self._apply_answers(definition, planned)
        reason = self._unfit(definition, planned)
        if self.told.get("leave_out"):
            reason = "按选择不导入"
        if reason:
            planned.note = reason
            self.out.doubts.append(
                Doubt(self.grid.name, 0, "", "", "table-left-out", "", f"工作表“{self.grid.name}”{reason}")
            )
            return
        roles = self._roles(definition, planned)
        sorted_rows = bodies.classify(self.grid, self.found, roles, self.fill)
        sheet = self.grid.name
        self.out.skipped += [Skipped(sheet, r, why, text) for r, why, text in sorted_rows.skipped]
        leave = {int(r) for r in self.told.get("skip_rows", ())}
        rows = [r for r in sorted_rows.rows if r.number not in leave]
        self.out.skipped += [
            Skipped(sheet, r.number, "left-out") for r in sorted_rows.rows if r.number in leave
        ]
        self._units(definition, planned, rows)
        self._constants(definition, planned)
        self._tell_columns(definition, planned, rows)
        self._records(definition, planned, rows)
        self._check_totals(definition, planned, rows, sorted_rows.totals)

    # --- which table, which columns -----------------------------------------------------

    def _samples(self, body: list[int]) -> dict[int, list[Raw]]:
        """Up to 120 filled cells of each column, from the whole length of the table."""
        step = max(1, len(body) // 400)
        samples: dict[int, list[Raw]] = {c: [] for c in self.headers}
        for r in body[:60] + body[60::step]:
            line = self.grid.rows[r]
            for c in samples:
                if c <= len(line):
                    raw = line[c - 1]
                    if raw is not None and len(samples[c]) < 120:
                        samples[c].append(raw)
        return samples

    def _target(self, samples: dict[int, list[Raw]]) -> tuple[TableDef, dict[int, Mapped]]:
        standard = self.vocabulary.standard
        wanted = str(self.told.get("table") or "")
        home = standard.tables[self.vocabulary.home]
        rest = [t for t in standard.tables.values() if t is not home]
        tables = [standard.tables[wanted]] if wanted in standard.tables else [home, *rest]
        best: tuple[float, TableDef, dict[int, Mapped]] | None = None
        for table in tables:
            quick = sum(
                max(self.vocabulary.names(table.code, h).values(), default=0) for h in self.headers.values()
            )
            if best is not None and quick * 1.2 < best[0]:
                continue
            columns = map_columns(
                self.vocabulary,
                table.code,
                self.headers,
                samples,
                context=self.context,
                private=self.answers.private,
            )
            score = sum(m.score * (0.5 + 0.5 * m.fit) for m in columns.values() if m.code)
            if table is home:
                fits = not self._unfit(table, PlannedTable(self.grid.name, table.code, [], columns))
                score = score * (1.6 if fits else 1.15) + 0.5
            if best is None or score > best[0]:
                best = (score, table, columns)
        assert best is not None
        return best[1], best[2]

    def _unfit(self, definition: TableDef, planned: PlannedTable) -> str:
        """Why this is no list of records; "" when it is."""
        codes = {m.code for m in planned.columns.values() if m.code}
        if not codes:
            return "没有认出任何一列，未导入。请指定表头行和各列的字段。"
        if self.own or self.told.get("mapping"):
            return ""
        if _FRAME.match(bare(self.grid.name)) and self._telling(definition, codes) < 4:
            return "像是说明、封面或代码表，未导入。如要导入，请指定各列的字段。"
        if self.found.header_rows == [0] and definition.name_field not in codes:
            return "像是表单，但没有名称一栏，未导入。如要导入，请指定各列的字段。"
        if definition.parent:
            # 进展, 到账 and the like: they must say which asset they belong to.
            belongs = codes & {s.code for s in definition.shows.values() if s.hop == definition.parent}
            if belongs and len(codes - belongs) >= 3:
                return ""
            return f"像是{definition.label}，但没有能认出资产的列（资产编号或资产名称），未导入。"
        columns = [m for m in planned.columns.values() if m.role != "serial"]
        telling = self._telling(definition, codes)
        if definition.name_field in codes:
            if definition.code == self.vocabulary.home:
                enough = telling >= 2 or (telling == 1 and (len(columns) <= 3 or len(codes) >= 4))
            else:
                enough = telling >= 2 and len(codes) >= max(3, len(columns) * 0.6)
            return (
                ""
                if enough
                else "像是汇总表、代码表或说明，不是逐条清单，未导入。如要导入，请指定各列的字段。"
            )
        keys = set(definition.match) | {s.code for s in definition.shows.values() if s.to_child}
        places = {
            f.code for f in definition.fields.values() if f.type == "text" and f.list and not f.multiline
        }
        if codes & (keys | places) and telling >= 3:
            return ""
        return "没有名称、坐落、编号这类能认出一条记录的列，像是汇总表，未导入。如要导入，请指定各列的字段。"

    @staticmethod
    def _telling(definition: TableDef, codes: set[str]) -> int:
        """How many columns beside the name tell something of one record."""
        count = 0
        for code in codes - {definition.name_field}:
            column = definition.column(code)
            count += column is not None and column.list and not target_field(column).multiline
        return count

    def _apply_answers(self, definition: TableDef, planned: PlannedTable) -> None:
        """The clerk's mapping, units and meaning of blanks, by column letter or by header."""
        by_title = {bare(m.header[-1]): c for c, m in planned.columns.items()}
        by_title |= {m.title: c for c, m in planned.columns.items()}

        def place(key: str) -> int | None:
            if re.fullmatch(r"[A-Z]{1,3}", key) and column_number(key) in planned.columns:
                return column_number(key)
            return by_title.get(key) or by_title.get(bare(key))

        for key, code in (self.told.get("mapping") or {}).items():
            c = place(str(key))
            if c is None:
                continue
            m = planned.columns[c]
            for other in planned.columns.values():
                if code and other is not m and other.code == code and not other.tick:
                    other.code = ""
            m.code = str(code or "") if definition.column(str(code or "")) else ""
            m.asked, m.score = False, 1.0
            if m.code:
                m.role = ""
            else:
                m.tick = ""
        for key, unit in (self.told.get("units") or {}).items():
            c = place(str(key))
            if c is not None and (unit in MONEY_UNITS or unit in AREA_UNITS):
                planned.columns[c].unit, planned.columns[c].unit_from = unit, "answer"
        for key, meaning in (self.told.get("blanks") or {}).items():
            c = place(str(key))
            if c is not None:
                planned.blanks[c] = str(meaning)
        for code, text in (self.told.get("constants") or {}).items():
            if definition.column(code):
                planned.constants[code] = (str(text), "按选择")

    def _roles(self, definition: TableDef, planned: PlannedTable) -> dict[int, str]:
        roles: dict[int, str] = {}
        for c, m in planned.columns.items():
            column = definition.column(m.code) if m.code else None
            if m.role == "serial":
                roles[c] = bodies.SERIAL
            elif m.code == definition.name_field:
                roles[c] = bodies.NAME
            elif (
                m.tick
                or (column is not None and target_field(column).type in NUMERIC)
                or (column is None and self._numeric(c))
            ):
                roles[c] = bodies.NUMBER
            else:
                roles[c] = bodies.TEXT
        if bodies.NAME not in roles.values():
            first = next((c for c, m in planned.columns.items() if m.code and roles[c] == bodies.TEXT), 0)
            if first:
                roles[first] = bodies.NAME
        return roles

    def _numeric(self, column: int) -> bool:
        values = [self.grid.raw(r, column) for r in self.found.body[:80]]
        filled = [v for v in values if v is not None]
        return bool(filled) and sum(1 for v in filled if isinstance(v, int | float)) > len(filled) * 0.6

    def _title(self) -> str:
        for text in self.notes:
            if (
                len(half(text)) >= 4
                and not is_unit_note(text)
                and not LABEL_NOTE.match(text)
                and not text.startswith("附")
            ):
                return text
        return ""

    # --- units and constants -----------------------------------------------------------------

    def _units(self, definition: TableDef, planned: PlannedTable, rows: list[Row]) -> None:
        within = [s.text for s in self.out.skipped if s.sheet == self.grid.name and s.why == "note"]
        notes = [*self.notes, *(t for _, _, t in self.found.skipped), *within, self.grid.name]
        corner = [levels[0] for levels in self.found.columns.values() if is_unit_note(levels[0])]
        footers = [
            s.text
            for s in self.out.skipped
            if s.sheet == self.grid.name and s.why == "footer" and "单位" in s.text
        ]
        for c, m in planned.columns.items():
            column = definition.column(m.code) if m.code else None
            if m.role == "duplicate" and m.others:
                column = definition.column(m.others[0])
            if column is None or m.tick:
                continue
            kind = target_field(column).type
            if kind not in ("money", "area") or m.unit_from == "answer":
                continue
            m.unit, m.unit_from = column_unit(kind, m.header, [*notes, *corner])
            if not m.unit:
                m.unit, m.unit_from = column_unit(kind, m.header, footers)
            beside = planned.columns.get(c + 1)
            if not m.unit and kind == "money" and not (beside is not None and beside.role == "unit"):
                self._by_size(column.code, m, [self.grid.raw(r.number, c) for r in rows])

    def _by_size(self, code: str, m: Mapped, raws: Sequence[Raw]) -> None:
        """Nobody states the unit: 元 when the amounts are large, else 万元 with a doubt on each cell."""
        numbers = [n for raw in raws if (n := _plain_number(raw)) is not None and n > 0]
        if not numbers:
            return
        middle = median(numbers)
        m.unit, m.unit_from = ("元", "size") if middle >= 50_000 else ("万元", "size")
        text = (
            f"“{m.title}”没有写单位，金额较大，按“元”读取。请核对。"
            if m.unit == "元"
            else f"“{m.title}”没有写单位，金额较小，按“万元”读取。请逐格核对，或指定单位后重新读取。"
        )
        self._tell(m.column, code, "unit-guessed", m.title, text)

    def _constants(self, definition: TableDef, planned: PlannedTable) -> None:
        """Values that the title block, the sheet's name or its title give to every row."""
        mapped = {m.code for m in planned.columns.values() if m.code} | planned.constants.keys()
        for _, text in self.found.above:
            for piece in re.split(r"\s{2,}|\n|\t", text):
                note = LABEL_NOTE.match(piece.strip())
                if not note or is_unit_note(piece) or not half(note[2]) or len(half(note[2])) > 40:
                    continue
                named = dict(self.vocabulary.names(definition.code, [note[1]]))
                show = self._unit_show(definition)
                if show is not None and half(note[1]) in _REPORTER:
                    named.setdefault(show.code, 1.0)
                for code, score in named.items():
                    column = definition.column(code)
                    if score < 0.93 or column is None or code in mapped:
                        continue
                    if isinstance(column, Show) and not column.to_child and column.target.type == "text":
                        planned.constants[code] = (note[2].strip(), piece.strip())
                        mapped.add(code)
                        self._tell(
                            0,
                            code,
                            "constant",
                            piece,
                            f"表中没有“{column.label}”一列，按表头上方的“{piece.strip()}”读取。请核对。",
                        )
                        break
        for code, item_code, item_name, where in self._context_codes(
            definition, [self.grid.name, self._title()]
        ):
            if code not in mapped:
                planned.constants[code] = (item_code, where)
                mapped.add(code)
                label = definition.fields[code].label
                self._tell(0, code, "constant", where, f"“{label}”按“{where}”读作 {item_name}。请核对。")
        name_show = self._unit_show(definition)
        if name_show and name_show.code not in mapped:
            plain = bare(self.grid.name)
            if len(plain) >= 3 and _UNIT_END.search(plain):
                planned.constants[name_show.code] = (self.grid.name.strip(), "工作表名称")
                self._tell(
                    0,
                    name_show.code,
                    "constant",
                    self.grid.name,
                    f"“{name_show.label}”按工作表名称“{self.grid.name}”读取。请核对。",
                )

    def _unit_show(self, definition: TableDef) -> Show | None:
        """The shown column with the name of the record's unit."""
        return next(
            (s for s in definition.shows.values() if not s.to_child and s.target.type == "text"), None
        )

    def _context_codes(self, definition: TableDef, texts: Sequence[str]) -> list[tuple[str, str, str, str]]:
        """(field, code, name, text): codes whose whole name stands in a title, or that a sheet is named after."""
        out: dict[str, tuple[str, str, str, str]] = {}
        fields = [
            f
            for f in definition.fields.values()
            if f.type == "code" and f.codes and f.required and not f.auto
        ]
        for text in texts:
            t = half(text)
            whole: list[tuple[str, str, str, str]] = []
            for f in fields:
                assert f.codes is not None
                inside = [i for i in f.codes.items.values() if len(half(i.name)) >= 4 and half(i.name) in t]
                if len(inside) == 1:
                    out.setdefault(f.code, (f.code, inside[0].code, inside[0].name, text.strip()))
                elif not inside and 2 <= len(t) <= 12:
                    items, sure = choices.match(_unnumbered(t), f.codes)
                    if sure and len(items) == 1:
                        whole.append((f.code, items[0].code, items[0].name, text.strip()))
            if len(whole) == 1:
                out.setdefault(whole[0][0], whole[0])
        return list(out.values())

    def _tell(self, column: int, code: str, why: str, raw: str, text: str) -> None:
        self.out.doubts.append(
            Doubt(self.grid.name, 0, letter(column) if column else "", code, why, raw[:120], text)
        )

    def _tell_columns(self, definition: TableDef, planned: PlannedTable, rows: list[Row]) -> None:
        """Doubts about whole columns."""
        if self.own:
            return
        if not self.found.sure:
            self._tell(
                0,
                "",
                "header-guessed",
                "",
                f"没有认出常见的列名，把第 {self.found.header_rows[0]} 行当作表头。请核对表头行和各列。",
            )
        for c, m in planned.columns.items():
            column = definition.column(m.code) if m.code else None
            if m.asked and column is not None:
                self._tell(
                    c,
                    m.code,
                    "column-guessed",
                    m.title,
                    f"“{m.title}”一列按“{column.label}”读取。请核对，或另选字段。",
                )
            elif m.role == "private":
                self._tell(
                    c,
                    "",
                    "private",
                    m.title,
                    f"“{m.title}”一列像是身份证号或私人电话，未导入。确有需要请选择“导入”。",
                )
            elif m.role == "duplicate":
                other = definition.column(m.others[0]) if m.others else None
                label = other.label if other else ""
                self._tell(
                    c,
                    "",
                    "duplicate",
                    m.title,
                    f"“{m.title}”与另一列都像“{label}”，只取另一列；这一列仅补空格，并随记录留存。",
                )
            if c in self.grid.hidden_cols and any(self.grid.raw(r.number, c) is not None for r in rows[:50]):
                self._tell(
                    c,
                    m.code,
                    "hidden-column",
                    m.title,
                    f"“{m.title}”一列在原表中是隐藏的，已读取。请核对是否需要。",
                )
        hidden = [r.number for r in rows if r.number in self.grid.hidden_rows]
        if hidden:
            shown = "、".join(str(n) for n in hidden[:10]) + ("……" if len(hidden) > 10 else "")
            self._tell(
                0,
                "",
                "hidden-rows",
                shown,
                f"第 {shown} 行（共 {len(hidden)} 行）在原表中是隐藏或筛选掉的，已读取。请核对是否应导入。",
            )

    # --- records --------------------------------------------------------------------------------

    def _records(self, definition: TableDef, planned: PlannedTable, rows: list[Row]) -> None:
        """Read column by column, then join the readings to records."""
        count = len(rows)
        doubts: list[list[Doubt]] = [[] for _ in range(count)]
        extra: list[dict[str, str]] = [{} for _ in range(count)]
        cleared: dict[int, set[str]] = {}
        columns = self._turned(rows)
        kinds: dict[str, dict[str, list[Any]]] = {"values": {}, "shown": {}, "refs": {}}
        later: list[tuple[int, Mapped]] = []
        uids = [""] * count
        ticks: dict[str, list[tuple[int, Mapped]]] = {}
        for c, m in planned.columns.items():
            column = definition.column(m.code) if m.code else None
            if m.tick:
                ticks.setdefault(m.code, []).append((c, m))
            elif m.role == "uid":
                uids = [half(text_of(self.grid.raw(r.number, c))).lower() for r in rows]
            elif m.role in ("serial", "private", "unit", "own"):
                continue
            elif column is None:
                later.append((c, m))
            else:
                f = target_field(column)
                raws, notes = self._column(c, rows, columns[c], f)
                raws = self._with_units(planned, c, f, rows, raws)
                values, told = self._read(f, m, raws)
                kind = "shown" if isinstance(column, Show) else "refs" if f.type == "ref" else "values"
                kinds[kind][column.code] = values
                self._tell_cells(c, column.code, rows, raws, {**told, **notes}, doubts)
                self._tell_blanks(planned, c, column, rows, raws, values, doubts, cleared)
        values_of = _joined(kinds["values"], count)
        shown_of = _joined(kinds["shown"], count)
        refs_of = _joined(kinds["refs"], count)
        for code, marked in ticks.items():
            self._ticked(definition.fields[code], marked, rows, values_of, doubts)
        for c, m in later:
            self._leftover(definition, c, m, rows, columns[c], values_of, extra, doubts)
        self._implied(definition, planned, rows, values_of, doubts)
        self._from_sections(definition, planned, rows, values_of, shown_of)
        for i, r in enumerate(rows):
            if r.doubt:
                doubts[i].append(
                    Doubt(self.grid.name, r.number, "", definition.name_field, r.doubt, "", r.text)
                )
            self.out.records.append(
                PlannedRecord(
                    definition.code,
                    self.grid.name,
                    r.number,
                    values_of[i],
                    shown_of[i],
                    refs_of[i],
                    extra[i],
                    doubts[i],
                    frozenset(cleared.get(i, ())),
                    index=self.index,
                    name=str(values_of[i].get(definition.name_field) or ""),
                    uid=uids[i],
                )
            )
        planned.rows = count

    def _turned(self, rows: list[Row]) -> list[Sequence[Raw]]:
        """The cells of the record rows by column number (0 is nobody)."""
        width = max(self.headers, default=0)
        lines = [self.grid.rows[r.number] for r in rows]
        padded = [line if len(line) >= width else line + [None] * (width - len(line)) for line in lines]
        turned: list[Sequence[Raw]] = [(), *zip(*(line[:width] for line in padded), strict=True)]
        return turned if rows else [()] * (width + 1)

    def _tell_cells(
        self,
        c: int,
        code: str,
        rows: list[Row],
        raws: list[Raw],
        told: dict[int, tuple[str, str]],
        doubts: list[list[Doubt]],
    ) -> None:
        where, sheet = letter(c), self.grid.name
        for i, (why, text) in told.items():
            doubts[i].append(Doubt(sheet, rows[i].number, where, code, why, text_of(raws[i])[:200], text))

    def _tell_blanks(
        self,
        planned: PlannedTable,
        c: int,
        column: Column,
        rows: list[Row],
        raws: list[Raw],
        values: list[Value],
        doubts: list[list[Doubt]],
        cleared: dict[int, set[str]],
    ) -> None:
        """What a blank cell means, where the clerk has said it."""
        meaning = planned.blanks.get(c, KEEP)
        if meaning == KEEP:
            return
        for i, r in enumerate(rows):
            if raws[i] is not None or values[i] is not None:
                continue
            if meaning == CLEAR:
                cleared.setdefault(i, set()).add(column.code)
            else:
                text = f"{column.label}为空。按所选规则，请补填。"
                doubts[i].append(Doubt(self.grid.name, r.number, letter(c), column.code, "blank", "", text))

    def _column(
        self, c: int, rows: list[Row], given: Sequence[Raw], field_: Field
    ) -> tuple[list[Raw], dict[int, tuple[str, str]]]:
        """The raw cells of a column: merged values spread (words) or kept to their first row (numbers), 同上 resolved."""
        raws = list(given)
        notes: dict[int, tuple[str, str]] = {}
        if c in self.fill.columns:
            self._spread(c, rows, raws, notes, field_)
        if any(type(raw) is str and cells.is_ditto(raw) for raw in set(raws)):
            for i, raw in enumerate(raws):
                if i and cells.is_ditto(raw) and raws[i - 1] is not None:
                    above = raws[i - 1]
                    notes[i] = (
                        "ditto",
                        f"“{str(raw).strip()}”按上一条的“{text_of(above)[:40]}”读取。请核对后确认。",
                    )
                    raws[i] = above
        return raws, notes

    def _spread(
        self, c: int, rows: list[Row], raws: list[Raw], notes: dict[int, tuple[str, str]], field_: Field
    ) -> None:
        """Vertically merged cells: words hold for every row of the range, an amount only once."""
        for i, r in enumerate(rows):
            anchor = self.fill.anchor(r.number, c) if raws[i] is None else None
            if anchor is None or anchor[1] != c or anchor[0] == r.number:
                continue
            above = self.grid.raw(*anchor)
            if field_.type not in NUMERIC:
                raws[i] = above
            elif above is not None and not cells.is_placeholder(text_of(above)):
                notes[i] = (
                    "merged-amount",
                    f"{field_.label}与第 {anchor[0]} 行合并为一格（{text_of(above)}），"
                    f"只计入第 {anchor[0]} 行。请分开填写。",
                )

    def _with_units(
        self, planned: PlannedTable, c: int, field_: Field, rows: list[Row], raws: list[Raw]
    ) -> list[Raw]:
        """Put the unit of a unit column (面积 | 单位) behind each number beside it."""
        beside = planned.columns.get(c + 1)
        if field_.type not in FAMILY or beside is None or beside.role != "unit":
            return raws
        family = FAMILY[field_.type]
        out: list[Raw] = []
        for r, raw in zip(rows, raws, strict=True):
            unit = unit_named(half(self.grid.text(r.number, c + 1)).strip("()（）"))
            plain = isinstance(raw, int | float) or (isinstance(raw, str) and _plain_number(raw) is not None)
            out.append(
                f"{text_of(raw)}{unit}" if plain and not isinstance(raw, bool) and unit in family else raw
            )
        return out

    def _read(
        self, field_: Field, m: Mapped, raws: list[Raw]
    ) -> tuple[list[Value], dict[int, tuple[str, str]]]:
        if field_.type == "date" and not self.grid.typed:
            raws = _as_numbers(raws)
        values, told = cells.read_column(cells.reader(field_, m.unit, raws), raws)
        if m.unit_from == "size" and m.unit == "万元":
            for i, value in enumerate(values):
                if value is not None and i not in told:
                    told[i] = (
                        "unit-guessed",
                        f"{field_.label}没有写单位，按“万元”读取。请核对后确认或改正。",
                    )
        elif field_.type == "money" and m.unit in ("万元", "亿元"):
            self._too_large(field_, values, told)
        return values, told

    @staticmethod
    def _too_large(field_: Field, values: list[Value], told: dict[int, tuple[str, str]]) -> None:
        """One row in 元 under a 万元 header stands out by thousands."""
        known = [int(x) for x in values if x is not None and int(x) > 0]
        if len(known) < 4 or max(known) < 10**12:
            return
        limit = max(2000 * median(known), 10**12)
        for i, x in enumerate(values):
            if x is not None and i not in told and int(x) >= limit:
                told[i] = (
                    "unit-suspect",
                    f"{field_.label}比同列其他数大几千倍，可能是按“元”填的。请核对后改正或确认。",
                )

    def _ticked(
        self,
        field_: Field,
        marked: list[tuple[int, Mapped]],
        rows: list[Row],
        values: list[dict[str, Value]],
        doubts: list[list[Doubt]],
    ) -> None:
        names = {m.tick: field_.codes.name_of(m.tick) if field_.codes else m.tick for _, m in marked}
        for i, r in enumerate(rows):
            chosen = []
            for c, m in marked:
                raw = self.grid.raw(r.number, c)
                if raw is not None and choices.is_tick(raw):
                    chosen.append((c, m.tick))
                elif (
                    raw is not None and not cells.is_placeholder(text_of(raw)) and not choices.is_untick(raw)
                ):
                    chosen.append((c, m.tick))
                    doubts[i].append(
                        Doubt(
                            self.grid.name,
                            r.number,
                            letter(c),
                            field_.code,
                            "odd-mark",
                            text_of(raw)[:200],
                            f"“{text_of(raw)[:30]}”不是打勾，按选中“{names[m.tick]}”读取。请核对后确认。",
                        )
                    )
            values[i][field_.code] = chosen[0][1] if len({t for _, t in chosen}) == 1 else None
            if len({t for _, t in chosen}) > 1:
                picked = "、".join(names[t] for _, t in chosen)
                doubts[i].append(
                    Doubt(
                        self.grid.name,
                        r.number,
                        letter(chosen[0][0]),
                        field_.code,
                        "several-marks",
                        picked,
                        f"{field_.label}同时勾了 {picked}，不能确定。请只选一个；分部分盘活的请先拆分。",
                    )
                )

    def _leftover(
        self,
        definition: TableDef,
        c: int,
        m: Mapped,
        rows: list[Row],
        given: Sequence[Raw],
        values: list[dict[str, Value]],
        extra: list[dict[str, str]],
        doubts: list[list[Doubt]],
    ) -> None:
        """A column without a field stays with the record; one that doubles a field fills its gaps."""
        raws = list(given)
        if not self.answers.private and private_extra(m.header, raws):
            m.role = "private"
            self._tell(
                c,
                "",
                "private",
                m.title,
                f"“{m.title}”一列像是身份证号或私人电话，未导入。确有需要请选择“导入”。",
            )
            return
        if m.role == "duplicate" and m.others:
            column = definition.column(m.others[0])
            if isinstance(column, Field):
                read, told = self._read(column, m, raws)
                for i, value in enumerate(read):
                    if value is None or values[i].get(column.code) is not None:
                        continue
                    if any(d.field == column.code for d in doubts[i]):
                        continue
                    values[i][column.code] = value
                    if i in told:
                        self._tell_cells(c, column.code, rows, raws, {i: told[i]}, doubts)
        for i, raw in enumerate(raws):
            if raw is not None:
                t = cells.shown_text(raw).strip()
                if t:
                    extra[i][m.title] = t

    def _implied(
        self,
        definition: TableDef,
        planned: PlannedTable,
        rows: list[Row],
        values: list[dict[str, Value]],
        doubts: list[list[Doubt]],
    ) -> None:
        """A wording that names an entry of a finer list (公开招租) implies the coarser code (完善经营)."""
        for f in definition.fields.values():
            if f.type != "code" or f.codes is None:
                continue
            finer = [
                g
                for g in definition.fields.values()
                if g.type == "code"
                and g.codes is not None
                and g is not f
                and any(f.code in item.extra for item in g.codes.items.values())
            ]
            if not finer or not any(m.code == f.code for m in planned.columns.values()):
                continue
            for i in range(len(rows)):
                for at, d in enumerate(doubts[i]):
                    if d.field != f.code or d.code != "unknown-code":
                        continue
                    for g in finer:
                        assert g.codes is not None
                        items, _ = choices.match(d.raw, g.codes)
                        implied = {str(item.extra.get(f.code, "")) for item in items} - {""}
                        if len(implied) != 1:
                            continue
                        value = implied.pop()
                        name = f.codes.name_of(value)
                        values[i][f.code] = value
                        doubts[i][at] = Doubt(
                            d.sheet,
                            d.row,
                            d.column,
                            d.field,
                            "implied",
                            d.raw,
                            f"“{d.raw[:40]}”属于“{name}”，{f.label}按“{name}”读取。请核对后确认。",
                        )
                        if len(items) == 1 and not any(m.code == g.code for m in planned.columns.values()):
                            values[i][g.code] = items[0].code

    def _from_sections(
        self,
        definition: TableDef,
        planned: PlannedTable,
        rows: list[Row],
        values: list[dict[str, Value]],
        shown: list[dict[str, Value]],
    ) -> None:
        """Section rows (一、调剂使用 · 临江区教育局) and the table's constants, where no column says it."""
        mapped = {m.code for m in planned.columns.values() if m.code}
        unit_show = self._unit_show(definition)
        sections: dict[tuple[str, ...], dict[str, Any]] = {}
        for i, r in enumerate(rows):
            if r.section and r.section not in sections:
                found: dict[str, Any] = {
                    code: value
                    for code, value, _, _ in self._context_codes(definition, list(r.section))
                    if code not in mapped
                }
                if unit_show and unit_show.code not in mapped:
                    for text in r.section:
                        if _UNIT_END.search(bare(text)):
                            found[unit_show.code] = _unnumbered(text)
                sections[r.section] = found
            given = {**{k: v[0] for k, v in planned.constants.items()}, **sections.get(r.section, {})}
            for code, value in given.items():
                place: dict[str, Value] = shown[i] if code in definition.shows else values[i]
                if place.get(code) is None and code not in mapped:
                    place[code] = value

    def _check_totals(
        self, definition: TableDef, planned: PlannedTable, rows: list[Row], totals: list[tuple[int, str]]
    ) -> None:
        """Tell when the sheet's own grand total differs from the rows that were read."""
        grand = [r for r, why in totals if why == "total"]
        if len(grand) != 1:
            return
        for c, m in planned.columns.items():
            column = definition.column(m.code) if m.code else None
            if column is None or target_field(column).type not in ("money", "area"):
                continue
            stated = _plain_number(self.grid.raw(grand[0], c))
            numbers = [_plain_number(self.grid.raw(r.number, c)) for r in rows]
            if stated is None or any(
                n is None and self.grid.raw(r.number, c) is not None
                for n, r in zip(numbers, rows, strict=True)
            ):
                continue
            total = sum(n for n in numbers if n is not None)
            if abs(total - stated) > max(0.05, abs(stated) * 1e-6):
                self._tell(
                    c,
                    m.code,
                    "total-differs",
                    text_of(self.grid.raw(grand[0], c)),
                    f"“{m.title}”：原表第 {grand[0]} 行合计 {stated:,.2f}，读到的各行相加为 {total:,.2f}。请核对是否漏行或原表合计有误。",
                )


def _as_numbers(raws: list[Raw]) -> list[Raw]:
    """2010.1 in a text file is doubtful as the number was, unless some 2010.10 shows that zeros are kept."""
    months = [raw for raw in raws if isinstance(raw, str) and re.fullmatch(r"\d{4}\.\d{1,2}", raw.strip())]
    if any(m.strip().endswith(".10") for m in months):
        return raws
    return [float(raw) if isinstance(raw, str) and raw in months else raw for raw in raws]


def _joined(columns: dict[str, list[Any]], count: int) -> list[dict[str, Any]]:
    """Columns of values → one dictionary per row, without the blanks."""
    if not columns:
        return [{} for _ in range(count)]
    codes = tuple(columns)
    return [
        {code: v for code, v in zip(codes, row, strict=True) if v is not None}
        for row in zip(*columns.values(), strict=True)
    ]


def _unnumbered(text: str) -> str:
    """一、调剂使用（12宗） → 调剂使用."""
    t = re.sub(
        r"^(?:[(]?[一二三四五六七八九十\d]{1,3}[)]?[、.．]?|第[一二三四五六七八九十]+[类部分批项][:：、]?)",
        "",
        half(text),
    )
    return re.sub(r"[(][^()]*[)]$|[:：]$", "", t)


def _plain_number(raw: Raw) -> float | None:
    if isinstance(raw, bool) or raw is None:
        return None
    if isinstance(raw, int | float):
        return float(raw)
    cell = cell_of(raw)
    if cell.kind == "n":
        return float(cell.value)
    if cell.kind == "s" and re.fullmatch(r"[-+]?[\d,]+(\.\d+)?", half(str(cell.value))):
        return float(half(str(cell.value)).replace(",", ""))
    return None
