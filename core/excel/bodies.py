"""Sort the rows below a header: records, sections, totals, page lines, footers, empty forms."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from core.excel.grid import Grid, Raw, text_of
from core.excel.headers import Found
from core.excel.merges import Fill
from core.excel.readings import is_placeholder
from core.excel.rowkinds import (
    AMONG,
    COUNTED,
    ITEM,
    NAME,
    NUMBER,
    PAPER,
    SUM_OF_A_UNIT,
    SUMMED,
    TEXT,
    TOTAL,
    WEAK_TOTAL,
    Cells,
    RowKinds,
    Words,
    total_kind,
)
from core.excel.sums import groups_with_sums, number_of, sums_all, sums_some
from core.excel.words import half

WHY = {
    "blank": "空行",
    "total": "合计行",
    "subtotal": "小计行",
    "section": "分类标题行",
    "title": "标题行",
    "footer": "表尾说明",
    "page": "页码或续表标记",
    "repeated-header": "重复的表头",
    "numbering": "栏次行",
    "note": "单位说明行",
    "empty-form": "只有序号或公式的空白行",
    "among": "“其中”行",
    "example": "填写示例行",
    "unlabelled-total": "没有名称的合计行",
    "left-out": "按选择不导入",
    "continued": "上一行的续行",
    "repeated": "与另一工作表重复",
    "older": "另一工作表是同一批资产较晚的",
    "no-parent": "没有对应的资产",
    "joined": "并入另一工作表的同一条记录",
}


@dataclass(slots=True)
class Row:
    """One record row: its number, the section it stands under, and what is doubtful about it as a row."""

    number: int
    section: tuple[str, ...] = ()
    doubt: str = ""
    text: str = ""
    continues: int = 0
    """The row whose merged name reaches into this one."""


@dataclass(slots=True)
class Sorted:
    rows: list[Row] = field(default_factory=list)
    skipped: list[tuple[int, str, str]] = field(default_factory=list)
    """(row, why, text)"""
    totals: list[tuple[int, str]] = field(default_factory=list)
    """(row, total · subtotal) for comparing sums"""


def classify(grid: Grid, found: Found, roles: Mapping[int, str], fill: Fill) -> Sorted:
    """Sort every body row of a table. `roles` says which columns hold serials, the name, numbers."""
    return _Sorter(grid, found, roles, fill).run()


class _Sorter:
    def __init__(self, grid: Grid, found: Found, roles: Mapping[int, str], fill: Fill) -> None:
        self.grid = grid
        self.found = found
        self.roles = roles
        self.fill = fill
        self.out = Sorted()
        self.section: list[str] = []
        self.path: tuple[str, ...] = ()
        self.footing = False
        self.kinds = RowKinds(grid, found, roles, fill)
        self.serial, self.name = self.kinds.serial, self.kinds.name
        self.numbers = [c for c, r in roles.items() if r == NUMBER]
        self.first, self.last = found.first, found.last

    def run(self) -> Sorted:
        for row in self.found.body:
            self._sort(row)
        self._raise_groups()
        self.out.skipped += self.found.skipped
        self.out.skipped.sort()
        self._drop_trailing()
        return self.out

    def _raise_groups(self) -> None:
        """Rows that name a unit and add up the assets below them become its sections."""
        texts = [c for c, role in self.roles.items() if role in (TEXT, NAME)]
        if not self.name or len(texts) < 2 or not self.numbers:
            return
        groups = groups_with_sums(
            self.grid, [r.number for r in self.out.rows], self.numbers, texts, self.name
        )
        if not groups or any(self.kinds.numbered(heading) for heading in groups):
            return
        records = {r.number: r for r in self.out.rows}
        for heading, parts in groups.items():
            column, said = next((c, t) for c in texts if (t := self.grid.text(heading, c)))
            self._skip(heading, "subtotal", said)
            for row in parts:
                if column == self.name:
                    records[row].section = (*records[row].section, said)
                else:
                    self._write(row, column, said)
        self.out.rows = [r for r in self.out.rows if r.number not in groups]

    def _skip(self, row: int, why: str, text: str) -> None:
        self.out.skipped.append((row, why, text[:60]))
        if why in ("total", "subtotal", "unlabelled-total"):
            self.out.totals.append((row, why))

    def _sort(self, row: int) -> None:
        line = self.grid.rows[row]
        if not self.found.alone:
            # What stands beside this table is no part of its rows.
            line = [None] * (self.first - 1) + line[self.first - 1 : self.last]
        if (
            0 < self.name <= len(line)
            and type(line[self.name - 1]) is str
            and not self.footing
            and len(line) - line.count(None) >= 3
            and self.kinds.plain(row, line)
        ):
            # The usual row: a serial number, a name, and more. Only totals and footers look like that too.
            self.out.rows.append(Row(row, self.path))
            return
        filled: Cells = []
        for c in range(self.first, min(self.last, len(line)) + 1):
            raw = line[c - 1]
            if raw is not None and not (isinstance(raw, str) and not raw.strip()):
                filled.append((c, raw))
        if not filled:
            return
        roles = self.roles
        if self.footing and len(filled) < 3:
            self._skip(row, "footer", _join(filled))
            return
        texts = [(c, half(raw)) for c, raw in filled if isinstance(raw, str) and not is_placeholder(raw)]
        words = [(c, t) for c, t in texts if roles.get(c) != NUMBER or not re.fullmatch(r"[-+\d,.¥%()]+", t)]
        first = words[0][1] if words else ""
        if self._is_total(row, words, filled):
            self.footing = False
            self._skip(row, total_kind(words), _join(filled))
            return
        if self.kinds.is_footer(words, filled, first):
            self.footing = True
            self._skip(row, "footer", _join(filled))
            return
        if self.kinds.is_example(words, first):
            self._skip(row, "example", _join(filled))
            return
        if self.kinds.is_nothing(words, filled):
            self._skip(row, "empty-form", _join(filled))
            return
        if self.kinds.is_page(words, filled, first):
            self._skip(row, "page", first)
            return
        if self.kinds.is_unit_note(words, filled, first):
            self._skip(row, "note", _join(filled))
            return
        if self.kinds.is_title(row, words, filled, first):
            self._skip(row, "title", first)
            return
        if self.footing and (
            self.kinds.is_note(words) or (len(words) <= 2 and not self.kinds.has_numbers(filled))
        ):
            self._skip(row, "footer", _join(filled))
            return
        if self.kinds.is_section(row, words, filled, first):
            self._enter(
                first if not self.kinds.ordinal(filled) else (words[1][1] if len(words) > 1 else first)
            )
            self._skip(row, "section", _join(filled))
            return
        if self._is_among(row, words, first):
            self._skip(row, "among", _join(filled))
            return
        if self.kinds.is_figure_of_list(row, words, filled):
            self._skip(row, "subtotal", _join(filled))
            return
        if self.kinds.is_empty_form(row, filled):
            self._skip(row, "empty-form", _join(filled))
            return
        self.footing = False
        if self._is_continued(row, filled):
            self._skip(row, "continued", _join(filled))
            return
        self._record(row, filled, words)

    def _is_among(self, row: int, words: Words, first: str) -> bool:
        """其中：房屋, and the nameless parts below it (土地) that tell nothing of an asset."""
        if not words or words[0][0] > max(self.name, self.first):
            return False
        if AMONG.match(first):
            # 其中村小学 with an address is a school.
            run_on = len(first) > 2 and first[2] != ":"
            return self.kinds.descriptions(words, words[0][0]) < (1 if run_on else 2)
        before = self.out.skipped[-1] if self.out.skipped else (0, "", "")
        if before[:2] != (row - 1, "among") or len(words) != 1 or self.kinds.numbered(row):
            return False
        # In a numbered list a part may stand in the column of the names.
        return bool(self.serial) or all(c != self.name for c, _ in words)

    def _is_total(self, row: int, words: Words, filled: Cells) -> bool:
        if not words:
            return self._unlabelled(row, filled)
        named = next((t for c, t in words if c == self.name), "")
        for c, t in words[:3]:
            plain = re.sub(r"\([^()]*\)", "", t).strip(":：.、*-—")
            others = self.kinds.descriptions(words, c)
            if named and (self.roles.get(c) == NUMBER or c > self.name):
                continue
            if TOTAL.match(plain):
                if c == self.name:
                    return others < 2 or not self.kinds.numbered(row)
                return not named or bool(COUNTED.match(named)) or others <= 1
            if WEAK_TOTAL.match(plain) and (c == self.name or not named or not self.name):
                return others == 0 and not (
                    c == self.name and self.kinds.numbered(row) and not self._sum_of_above(row)
                )
            if not named and c != self.name and SUM_OF_A_UNIT.match(plain) and others == 0:
                return self._sum_of_above(row)
        return False

    def _sum_of_above(self, row: int) -> bool:
        """Whether some number of the row is the sum of the records above it."""
        edge = max((r for r, _ in self.out.totals), default=0)
        return sums_some(self.grid, row, self.numbers, [r.number for r in self.out.rows], edge)

    def _unlabelled(self, row: int, filled: Cells) -> bool:
        """Only numbers, and they are the sums of what stands above, or in the first row of what stands below."""
        if any(isinstance(v, str) and not is_placeholder(v) and number_of(v) is None for _, v in filled):
            return False
        numbers = [c for c, raw in filled if self.roles.get(c) == NUMBER]
        if not numbers or (self.kinds.numbered(row) and self.name):
            return False
        if self.out.rows or self.out.totals:
            return self._sum_of_above(row)
        names = ((r, half(self.grid.text(r, self.name or self.first))) for r in self.found.body if r > row)
        return sums_all(self.grid, row, self.numbers, [r for r, t in names if t and not SUMMED.search(t)])

    def _enter(self, text: str) -> None:
        """A section of the same kind replaces the last one; （一） stands inside 一、."""
        inner = bool(re.match(r"^[(][一二三四五六七八九十]+[)]", text))
        if inner and self.section:
            self.section = [self.section[0], text]
        else:
            self.section = [text]
        self.path = tuple(self.section)

    def _is_continued(self, row: int, filled: Cells) -> bool:
        """What belongs to the row above, unnumbered and nameless: texts that run on, figures below blank places."""
        before = self.out.rows[-1].number if self.out.rows else 0
        if before != row - 1 or not self.serial or not self.name:
            return False
        for c, raw in filled:
            above = self.grid.raw(before, c)
            if self.fill.anchor(row, c) is not None:
                return False
            if above is None and self.kinds.numbered(before):
                continue
            if self.roles.get(c) != TEXT or not isinstance(raw, str) or not isinstance(above, str):
                return False
            if is_placeholder(above):
                return False
        if any(self.fill.anchor(row, c) for c in (self.serial, self.name)):
            return False
        for c, raw in filled:
            if self.grid.raw(before, c) is None:
                self._write(before, c, raw)
                continue
            # Two numbers of papers stay two; a sentence runs on.
            mark = "、" if PAPER.search(text_of(raw)) and PAPER.search(self.grid.text(before, c)) else ""
            self._write(before, c, f"{self.grid.text(before, c)}{mark}{text_of(raw)}")
        return True

    def _write(self, row: int, column: int, raw: Raw) -> None:
        """Put something into a cell of this reading (the rows as read are shared with others)."""
        line = self.grid.rows[row] = list(self.grid.rows[row])
        line.extend([None] * (column - len(line)))
        line[column - 1] = raw

    def _record(self, row: int, filled: Cells, words: Words) -> None:
        made = Row(row, self.path)
        if self.name:
            raw = self.grid.raw(row, self.name)
            anchor = self.fill.anchor(row, self.name)
            if anchor is not None and anchor[0] < row:
                made.continues = anchor[0]
            elif raw is None or is_placeholder(text_of(raw)):
                made.doubt = "no-name"
                made.text = f"第 {row} 行没有名称，仍按一条记录读取。请补填名称；如不是资产请删除这一行。"
            elif WEAK_TOTAL.match(half(text_of(raw))) or TOTAL.match(half(text_of(raw))):
                made.doubt = "total-name"
                made.text = f"第 {row} 行的名称“{text_of(raw).strip()[:30]}”像合计行，因有编号或其他内容，按一条记录读取。请核对。"
            elif len(filled) == 1:
                made.doubt = "name-only"
                made.text = f"第 {row} 行只有名称，仍按一条记录读取。请核对是资产还是标题。"
        self.out.rows.append(made)

    def _drop_trailing(self) -> None:
        """Item lines (1.… 2.…) behind the last real row, in one column only, are notes."""
        rows = self.out.rows
        while rows:
            last = rows[-1].number
            filled = [(c, raw) for c, raw in self.grid.cells(last) if self.first <= c <= self.last]
            if (
                len(filled) == 1
                and isinstance(filled[0][1], str)
                and (ITEM.match(half(filled[0][1])) or len(half(filled[0][1])) > 30)
            ):
                self.out.skipped.append((last, "footer", half(filled[0][1])[:60]))
                rows.pop()
                continue
            break


def _join(filled: Cells) -> str:
    return " ".join(text_of(raw).strip() for _, raw in filled[:6])
