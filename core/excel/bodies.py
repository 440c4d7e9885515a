"""Sort the rows below a header: records, sections, totals, page lines, footers, empty forms."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from core.excel.grid import Grid, Raw, cell_of, text_of
from core.excel.headers import Found
from core.excel.readings import is_placeholder
from core.excel.sums import groups_with_sums, sums_all, sums_some
from core.excel.words import half, is_unit_note

SERIAL, NAME, NUMBER, TEXT = "serial", "name", "number", "text"

_TOTAL_WORD = r"(?:小计|合计|总计|累计|共计|总合计|总共|汇总|合计数|总数|小结|过次页|承前页|转下页|接上页|页计|合合计|total|grandtotal|subtotal)"
_TOTAL = re.compile(
    rf"^(?:其中|以上|本页|本表|本单位|本乡镇|本乡|本镇|本部门|全区|全县|全市|全镇|分页|分类|当页|单位|部门|年度|资产|土地|房屋|设备|[一二三四五六七八九十]+[、.]?|[a-z]|\d+[、.])*"
    rf"{_TOTAL_WORD}(?:数|金额|面积|宗数|额|值)?(?:[:：]?(?:\d+[宗处项个户台套件笔]?)?|[:：].{{1,40}})$",
    re.IGNORECASE,
)
_WEAK_TOTAL = re.compile(r"^.{1,24}(?:小计|合计|总计|累计|共计|汇总)[:：]?(?:\d+[宗处项个户台套件笔])?$")
_SUM_OF_A_UNIT = re.compile(r"^.{2,24}计[:：]?$")
"""区教委计: a total only where it is the sum of what stands above."""
_COUNTED = re.compile(r"^共?\d+[宗处项个户台套件笔]$")
_AMONG = re.compile(r"^(?:其中|其 中)[:：]?")
_FOOTER = re.compile(
    r"^[*※]?(?:填表人|制表人|制表|填报人|填报|审核人|审核|审批|复核人|复核|经办人|经办|核对人|单位负责人|主要负责人|分管负责人|分管领导|负责人|领导签字|"
    r"部门负责人|财务负责人|资产负责人|资产管理员|法定代表人|联系人|联系电话|电话|填报日期|填表日期|填报时间|制表日期|制表时间|编制日期|打印日期|打印时间|大写|人民币大写|填报单位|编制单位|制表单位|主管部门|盖章|单位盖章|单位公章|公章|签字|"
    r"单位\(盖章\)|填表说明|填报说明|填写说明|编制说明|报表说明|有关说明|情况说明|说明|备注|备 注|附注|附|注|注意|数据来源|资料来源|日期)(?:签字|签名|签章|盖章)?[\d一二三四五六七八九十]*(?:\(.*?\))?[:：.、]"
)
_EXAMPLE = re.compile(r"^[(]?(?:示例|样例|例如|填写示例|举例|范例|例)[)]?[:：]?(?:\d*$|[:：])")
_NOTHING = re.compile(
    r"^[(]?(?:以下空白|以下无正文|以下无内容|此页无正文|本页以下空白|以下为空|空白|无数据|此表无数据|零报告|无此类资产|无闲置资产|本单位无.*)[)]?$"
)
_PAGE = re.compile(
    r"^(?:第?\d+页[,/]?共?\d*页?|共\d+页.*|-\d+-|\d+/\d+|续表|\(续表\)|接上页|转下页|附件\d*|附表\d*|第[一二三四五六七八九十\d]+页.*)$"
)
_TITLE = re.compile(
    r"(?:续表|\(续\)|续$|一览表|明细表|统计表|登记表|清查表|台账|清单|汇总表|情况表|调查表|花名册|台帐)(?:\(.*\))?(?:续表)?$"
)
_ORDINAL = re.compile(
    r"^[(]?(?:[一二三四五六七八九十]{1,3}|[ⅠⅡⅢⅣⅤⅥⅦⅧⅨⅩ]+|第[一二三四五六七八九十]+(?:类|部分|项))[)]?[、.．:：]?$"
)
_NUMBERED = re.compile(
    r"^(?:[(]?[一二三四五六七八九十]{1,3}[)]?[、.．]|[(][一二三四五六七八九十]{1,3}[)]|[ⅠⅡⅢⅣⅤ]+[、.．])"
)
_PAPER = re.compile(r"第?[\da-zA-Z]{3,}号\s*$")
"""…不动产权第000123456号: a whole certificate number."""
_ITEM = re.compile(r"^(?:\d{1,2}[.、．)）]|[(]\d{1,2}[)]|[①-⑳])\D")

_CAREFUL = (
    "计",
    "汇总",
    "总数",
    "其中",
    "过次页",
    "承前页",
    "转下页",
    "例",
    "空白",
    "无数据",
    "零报告",
    "无此类",
    "无闲置",
    "本单位无",
)
"""A name with one of these is looked at closely."""

_LOOK = re.compile(
    "|".join(_CAREFUL) + r"|^\s*[(（]?[一二三四五六七八九十ⅠⅡⅢⅣⅤ]{1,3}\s*[)）、.．]|^[\s\-—–/\\无暂]*$"
)

_SUMMED = re.compile("计|汇总|总数|其中|过次页|承前页|转下页|total", re.IGNORECASE)

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
    "continued": "上一行文字的续行",
    "repeated": "与另一工作表重复",
    "older": "另一工作表是同一批资产较晚的",
    "no-parent": "没有对应的资产",
    "joined": "并入另一工作表的同一条记录",
}


MAX_SPREAD = 2_000_000
"""Places that merged ranges may cover; more is no ledger."""


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


class Fill:
    """Vertically merged cells of a body: the value stands in the first row of the range only."""

    def __init__(self, grid: Grid, found: Found) -> None:
        self.at: dict[tuple[int, int], tuple[int, int]] = {}
        self.columns: set[int] = set()
        """Columns that have such a range."""
        top = found.header_rows[-1]
        bottom = found.body[-1] if found.body else top
        for r1, c1, r2, c2 in grid.merges:
            if r1 <= top or r2 <= r1 or r1 > bottom or c1 > found.last or c2 < found.first:
                continue
            if len(self.at) > MAX_SPREAD:
                break
            for r in range(r1, min(r2, bottom) + 1):
                for c in range(c1, min(c2, found.last) + 1):
                    if (r, c) != (r1, c1):
                        self.at[(r, c)] = (r1, c1)
            self.columns.add(c1)

    def anchor(self, row: int, column: int) -> tuple[int, int] | None:
        return self.at.get((row, column))


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
        self.serial = next((c for c, r in roles.items() if r == SERIAL), 0)
        self.name = next((c for c, r in roles.items() if r == NAME), 0)
        self.numbers = [c for c, r in roles.items() if r == NUMBER]
        self.first, self.last = found.first, found.last
        self.ordinal_serials = self._ordinals()
        self.wide_merges = {(m[0], m[1]): m[3] - m[1] + 1 for m in grid.merges if m[3] > m[1]}

    def _ordinals(self) -> bool:
        """Whether this list is simply numbered 一、二、三."""
        if not self.serial:
            return False
        kinds = Counter(
            "cn" if _ORDINAL.match(half(t)) else "n"
            for r in self.found.body[:400]
            if (t := text_of(self.grid.raw(r, self.serial)).strip())
        )
        return kinds["cn"] > kinds["n"]

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
        if not groups or any(self._numbered(heading) for heading in groups):
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
            and self._plain(row, line)
        ):
            # The usual row: a serial number, a name, and more. Only totals and footers look like that too.
            self.out.rows.append(Row(row, self.path))
            return
        filled: list[tuple[int, Raw]] = []
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
            self._skip(row, _total_kind(words), _join(filled))
            return
        labels = len(words) >= 2 and all(t.endswith(":") for _, t in words)
        alone = len(filled) == 1 and _FOOTER.match(first + ":") is not None
        if alone or (first and _FOOTER.match(first) and (labels or not self._has_numbers(filled))):
            self.footing = True
            self._skip(row, "footer", _join(filled))
            return
        if words and _EXAMPLE.match(first) and words[0][0] <= max(self.name, self.first):
            self._skip(row, "example", _join(filled))
            return
        if words and all(_NOTHING.match(t) for _, t in words) and not self._has_numbers(filled):
            self._skip(row, "empty-form", _join(filled))
            return
        if words and len(words) == len(filled) == 1 and _PAGE.match(first):
            self._skip(row, "page", first)
            return
        if (
            words
            and len(filled) <= 2
            and all(is_unit_note(t) for _, t in words)
            and not _NUMBERED.match(first)
        ):
            self._skip(row, "note", _join(filled))
            return
        if self._is_title(row, words, filled, first):
            self._skip(row, "title", first)
            return
        if self.footing and (self._is_note(words) or (len(words) <= 2 and not self._has_numbers(filled))):
            self._skip(row, "footer", _join(filled))
            return
        if self._is_section(row, words, filled, first):
            self._enter(first if not self._ordinal(filled) else (words[1][1] if len(words) > 1 else first))
            self._skip(row, "section", _join(filled))
            return
        if self._is_among(row, words, first):
            self._skip(row, "among", _join(filled))
            return
        if self._is_figure_of_list(row, words, filled):
            self._skip(row, "subtotal", _join(filled))
            return
        if self._is_empty_form(row, filled):
            self._skip(row, "empty-form", _join(filled))
            return
        self.footing = False
        if self._is_continued(row, filled):
            self._skip(row, "continued", _join(filled))
            return
        self._record(row, filled, words)

    def _is_note(self, words: list[tuple[int, str]]) -> bool:
        """3 | 联系电话 | 48600000: a label of the footer where the name would stand."""
        said = [t for _, t in words if not t.isdigit()]
        return len(said) == 1 and _FOOTER.match(said[0] + ":") is not None

    def _is_among(self, row: int, words: list[tuple[int, str]], first: str) -> bool:
        """其中：房屋, and the nameless parts below it (土地) that tell nothing of an asset."""
        if not words or words[0][0] > max(self.name, self.first):
            return False
        if _AMONG.match(first):
            return self._descriptions(words, words[0][0]) < 2
        before = self.out.skipped[-1] if self.out.skipped else (0, "", "")
        if before[:2] != (row - 1, "among") or len(words) != 1 or self._numbered(row):
            return False
        # In a numbered list a part may stand in the column of the names.
        return bool(self.serial) or all(c != self.name for c, _ in words)

    def _plain(self, row: int, line: list[Raw]) -> bool:
        name = line[self.name - 1]
        assert isinstance(name, str)
        t = half(name)
        if len(t) < 2 or _SUMMED.search(t) or _NUMBERED.match(t):
            return False
        if self.serial and self.serial <= len(line):
            s = line[self.serial - 1]
            if isinstance(s, int | float):
                return True
            if s is None:
                return self._texts_before(line, self.name) == 0
            return isinstance(s, str) and half(s).isdigit()
        head = next((v for v in line if v is not None), None)
        if head is name:
            return _FOOTER.match(t) is None and sum(1 for v in line if v is not None) >= 3
        return (
            isinstance(head, str)
            and "计" not in head
            and not _FOOTER.match(half(head))
            and not _NUMBERED.match(half(head))
        )

    def _texts_before(self, line: list[Raw], column: int) -> int:
        return sum(
            1 for v in line[: column - 1] if isinstance(v, str) and ("计" in v or _NUMBERED.match(half(v)))
        )

    def _has_numbers(self, filled: list[tuple[int, Raw]]) -> bool:
        return any(
            isinstance(raw, int | float) and not isinstance(raw, bool) and self.roles.get(c) != SERIAL
            for c, raw in filled
        )

    def _descriptions(self, words: list[tuple[int, str]], but: int) -> int:
        """Filled text columns that tell something of one asset (address, certificate, path)."""
        return sum(
            1
            for c, t in words
            if c != but and self.roles.get(c) not in (SERIAL, NUMBER) and not _COUNTED.match(t)
        )

    def _is_total(self, row: int, words: list[tuple[int, str]], filled: list[tuple[int, Raw]]) -> bool:
        if not words:
            return self._unlabelled(row, filled)
        named = next((t for c, t in words if c == self.name), "")
        for c, t in words[:3]:
            plain = re.sub(r"\([^()]*\)", "", t).strip(":：.、*-—")
            others = self._descriptions(words, c)
            if named and (self.roles.get(c) == NUMBER or c > self.name):
                continue
            if _TOTAL.match(plain):
                if c == self.name:
                    return others < 2 or not self._numbered(row)
                return not named or bool(_COUNTED.match(named)) or others <= 1
            if _WEAK_TOTAL.match(plain) and (c == self.name or not named or not self.name):
                return others == 0 and not (
                    c == self.name and self._numbered(row) and not self._sum_of_above(row)
                )
            if not named and c != self.name and _SUM_OF_A_UNIT.match(plain) and others == 0:
                return self._sum_of_above(row)
        return False

    def _numbered(self, row: int) -> bool:
        raw = self.grid.raw(row, self.serial) if self.serial else None
        return isinstance(raw, int | float) or (isinstance(raw, str) and half(raw).isdigit())

    def _sum_of_above(self, row: int) -> bool:
        """Whether some number of the row is the sum of the records above it."""
        edge = max((r for r, _ in self.out.totals), default=0)
        return sums_some(self.grid, row, self.numbers, [r.number for r in self.out.rows], edge)

    def _unlabelled(self, row: int, filled: list[tuple[int, Raw]]) -> bool:
        """Only numbers, and they are the sums of what stands above, or in the first row of what stands below."""
        if any(isinstance(raw, str) and not is_placeholder(raw) for _, raw in filled):
            return False
        numbers = [c for c, raw in filled if self.roles.get(c) == NUMBER]
        if not numbers or (self._numbered(row) and self.name):
            return False
        if self.out.rows or self.out.totals:
            return self._sum_of_above(row)
        names = ((r, half(self.grid.text(r, self.name or self.first))) for r in self.found.body if r > row)
        return sums_all(self.grid, row, self.numbers, [r for r, t in names if t and not _SUMMED.search(t)])

    def _is_title(
        self, row: int, words: list[tuple[int, str]], filled: list[tuple[int, Raw]], first: str
    ) -> bool:
        if len(words) != 1 or len(filled) != 1:
            return False
        return bool(_TITLE.search(first)) and (
            words[0][0] != self.name or (row, words[0][0]) in self.wide_merges
        )

    def _ordinal(self, filled: list[tuple[int, Raw]]) -> bool:
        _c, raw = filled[0]
        return isinstance(raw, str) and bool(_ORDINAL.match(half(raw)))

    def _is_section(
        self, row: int, words: list[tuple[int, str]], filled: list[tuple[int, Raw]], first: str
    ) -> bool:
        if not words or len(words) > 2 or (self.ordinal_serials and self._ordinal(filled)):
            return False
        if any(self.fill.anchor(row, c) for c in (self.name, self.serial) if c):
            return False
        c = words[0][0]
        rest = [raw for cc, raw in filled if cc not in [w[0] for w in words]]
        only_sums = all(isinstance(raw, int | float | tuple) or is_placeholder(text_of(raw)) for raw in rest)
        if self._ordinal(filled) and c == filled[0][0] and only_sums:
            return len(words) == 1 or (
                words[1][0] in (self.name, filled[0][0] + 1) and self._descriptions(words, words[1][0]) <= 1
            )
        if len(words) == 1 and _NUMBERED.match(first) and only_sums:
            return True
        if len(words) == 1 and len(filled) == 1:
            wide = self.wide_merges.get((row, c), 1)
            if wide >= max(3, (self.last - self.first + 1) * 0.5):
                return True
            return (
                c != self.name
                and c <= max(self.first, self.serial or self.first)
                and self.last - self.first >= 2
            )
        return False

    def _enter(self, text: str) -> None:
        """A section of the same kind replaces the last one; （一） stands inside 一、."""
        inner = bool(re.match(r"^[(][一二三四五六七八九十]+[)]", text))
        if inner and self.section:
            self.section = [self.section[0], text]
        else:
            self.section = [text]
        self.path = tuple(self.section)

    def _is_figure_of_list(
        self, row: int, words: list[tuple[int, str]], filled: list[tuple[int, Raw]]
    ) -> bool:
        """平均 · 占比 · 上年同期 where the serial number would stand: figures of the whole list, of no asset."""
        if not self.serial or not self.name or not words or len(filled) < 2:
            return False
        return (
            words[0][0] == self.serial
            and all(self.roles.get(c) == NUMBER for c, _ in words[1:])
            and re.search(r"\d", words[0][1]) is None
            and self.fill.anchor(row, self.name) is None
            and is_placeholder(self.grid.text(row, self.name))
        )

    def _is_empty_form(self, row: int, filled: list[tuple[int, Raw]]) -> bool:
        for c, raw in filled:
            if self.roles.get(c) == SERIAL:
                continue
            cell = cell_of(raw)
            if cell.kind in ("n",) and cell.value == 0:
                continue
            if cell.kind in ("u", "e"):
                continue
            if cell.kind == "s" and (
                is_placeholder(str(cell.value)) or half(str(cell.value)) in ("0", "0.00")
            ):
                continue
            return False
        # A merged cell that reaches into the row belongs to a form row too.
        return (
            not any(
                self.fill.anchor(row, c) and self.roles.get(c) == NAME
                for c in range(self.first, self.last + 1)
            )
            or len(filled) == 0
        )

    def _is_continued(self, row: int, filled: list[tuple[int, Raw]]) -> bool:
        """What belongs to the row above, unnumbered and nameless: texts that run on, figures below blank places."""
        before = self.out.rows[-1].number if self.out.rows else 0
        if before != row - 1 or not self.serial or not self.name:
            return False
        for c, raw in filled:
            above = self.grid.raw(before, c)
            if self.fill.anchor(row, c) is not None:
                return False
            if above is None and self._numbered(before):
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
            mark = "、" if _PAPER.search(text_of(raw)) and _PAPER.search(self.grid.text(before, c)) else ""
            self._write(before, c, f"{self.grid.text(before, c)}{mark}{text_of(raw)}")
        return True

    def _write(self, row: int, column: int, raw: Raw) -> None:
        """Put something into a cell of this reading (the rows as read are shared with others)."""
        line = self.grid.rows[row] = list(self.grid.rows[row])
        line.extend([None] * (column - len(line)))
        line[column - 1] = raw

    def _record(self, row: int, filled: list[tuple[int, Raw]], words: list[tuple[int, str]]) -> None:
        made = Row(row, self.path)
        if self.name:
            raw = self.grid.raw(row, self.name)
            anchor = self.fill.anchor(row, self.name)
            if anchor is not None and anchor[0] < row:
                made.continues = anchor[0]
            elif raw is None or is_placeholder(text_of(raw)):
                made.doubt = "no-name"
                made.text = f"第 {row} 行没有名称，仍按一条记录读取。请补填名称；如不是资产请删除这一行。"
            elif _WEAK_TOTAL.match(half(text_of(raw))) or _TOTAL.match(half(text_of(raw))):
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
                and (_ITEM.match(half(filled[0][1])) or len(half(filled[0][1])) > 30)
            ):
                self.out.skipped.append((last, "footer", half(filled[0][1])[:60]))
                rows.pop()
                continue
            break


def _total_kind(words: list[tuple[int, str]]) -> str:
    """total for 合计 and 总计 of everything, subtotal for a page or a part."""
    if not words:
        return "unlabelled-total"
    for _, t in words[:3]:
        plain = re.sub(r"\([^()]*\)", "", t).strip(":：.、*-—")
        if _TOTAL.match(plain):
            return "subtotal" if re.search(r"小计|小结|页|分类|其中", plain) else "total"
    return "subtotal"


def _join(filled: list[tuple[int, Raw]]) -> str:
    return " ".join(text_of(raw).strip() for _, raw in filled[:6])
