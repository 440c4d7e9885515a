"""What the cells of one row below a header say about its kind: title, section, footer, a usual record."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping

from core.excel.grid import Grid, Raw, cell_of, text_of
from core.excel.headers import Found
from core.excel.merges import Fill
from core.excel.readings import is_placeholder
from core.excel.words import half, is_unit_note

SERIAL, NAME, NUMBER, TEXT = "serial", "name", "number", "text"

_TOTAL_WORD = r"(?:小计|合计|总计|累计|共计|总合计|总共|汇总|合计数|总数|小结|过次页|承前页|转下页|接上页|页计|合合计|total|grandtotal|subtotal)"
TOTAL = re.compile(
    rf"^(?:其中|以上|本页|本表|本单位|本乡镇|本乡|本镇|本部门|全区|全县|全市|全镇|分页|分类|当页|单位|部门|年度|资产|土地|房屋|设备|[一二三四五六七八九十]+[、.]?|[a-z]|\d+[、.])*"
    rf"{_TOTAL_WORD}(?:数|金额|面积|宗数|额|值)?(?:[:：]?(?:\d+[宗处项个户台套件笔]?)?|[:：].{{1,40}})$",
    re.IGNORECASE,
)
WEAK_TOTAL = re.compile(r"^.{1,24}(?:小计|合计|总计|累计|共计|汇总)[:：]?(?:\d+[宗处项个户台套件笔])?$")
SUM_OF_A_UNIT = re.compile(r"^.{2,24}计[:：]?$")
"""区教委计: a total only where it is the sum of what stands above."""
COUNTED = re.compile(r"^共?\d+[宗处项个户台套件笔]$")
_COUNTING = re.compile(r"^(?:以上|总|合)?(?:共|计|共计|合计)有?\d+[宗处项个户台套件笔].*[,;、。,]")
"""共计2宗，账面净值合计300.50元: a sentence below the list."""
AMONG = re.compile(r"^(?:其中|其 中)[:：]?")
_FOOTER = re.compile(
    r"^[*※]?(?:填表人|制表人|制表|填报人|填报|审核人|审核|审批|复核人|复核|经办人|经办|核对人|单位负责人|主要负责人|分管负责人|分管领导|负责人|领导签字|"
    r"部门负责人|财务负责人|资产负责人|资产管理员|法定代表人|联系人|联系电话|电话|填报日期|填表日期|填报时间|制表日期|制表时间|编制日期|打印日期|打印时间|大写|人民币大写|人民币[(]大写[)]|填报单位|编制单位|制表单位|主管部门|盖章|单位盖章|单位公章|公章|签字|"
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
PAPER = re.compile(r"第?[\da-zA-Z]{3,}号\s*$")
"""…不动产权第000123456号: a whole certificate number."""
ITEM = re.compile(r"^(?:\d{1,2}[.、．)）]|[(]\d{1,2}[)]|[①-⑳])\D")

SUMMED = re.compile("计|汇总|总数|其中|过次页|承前页|转下页|total", re.IGNORECASE)
"""A text with one of these may be a total."""

Words = list[tuple[int, str]]
"""(column, text of half width) of the cells of a row that hold words."""
Cells = list[tuple[int, Raw]]
"""(column, kept value) of the filled cells of a row."""


class RowKinds:
    """The rows of one table, asked one by one; what came before them is not looked at."""

    def __init__(self, grid: Grid, found: Found, roles: Mapping[int, str], fill: Fill) -> None:
        self.grid = grid
        self.found = found
        self.roles = roles
        self.fill = fill
        self.serial = next((c for c, r in roles.items() if r == SERIAL), 0)
        self.name = next((c for c, r in roles.items() if r == NAME), 0)
        self.first, self.last = found.first, found.last
        self.ordinal_serials = self.ordinals()
        self.wide_merges = {(m[0], m[1]): m[3] - m[1] + 1 for m in grid.merges if m[3] > m[1]}

    def plain(self, row: int, line: list[Raw]) -> bool:
        """A usual record: numbered or begun by its name, and no word of a total or a section in it."""
        name = line[self.name - 1]
        assert isinstance(name, str)
        t = half(name)
        if len(t) < 2 or SUMMED.search(t) or _NUMBERED.match(t) or _EXAMPLE.match(t):
            return False
        if self.serial and self.serial <= len(line):
            s = line[self.serial - 1]
            if isinstance(s, int | float):
                return True
            if s is None:
                return self.texts_before(line, self.name) == 0
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

    def texts_before(self, line: list[Raw], column: int) -> int:
        """How many cells before a column speak of totals or are numbered like sections."""
        return sum(
            1 for v in line[: column - 1] if isinstance(v, str) and ("计" in v or _NUMBERED.match(half(v)))
        )

    def ordinals(self) -> bool:
        """Whether this list is simply numbered 一、二、三."""
        if not self.serial:
            return False
        kinds = Counter(
            "cn" if _ORDINAL.match(half(t)) else "n"
            for r in self.found.body[:400]
            if (t := text_of(self.grid.raw(r, self.serial)).strip())
        )
        # 一、（一） 1: of an outline with one asset in each part two of three are headings.
        return kinds["cn"] > 2 * kinds["n"]

    def ordinal(self, filled: Cells) -> bool:
        """一、 · 第二类 alone in the first cell."""
        _c, raw = filled[0]
        return isinstance(raw, str) and bool(_ORDINAL.match(half(raw)))

    def numbered(self, row: int) -> bool:
        """A figure in the column of serial numbers."""
        raw = self.grid.raw(row, self.serial) if self.serial else None
        return isinstance(raw, int | float) or (isinstance(raw, str) and half(raw).isdigit())

    def has_numbers(self, filled: Cells) -> bool:
        """Stored numbers beside the serial number."""
        return any(
            isinstance(raw, int | float) and not isinstance(raw, bool) and self.roles.get(c) != SERIAL
            for c, raw in filled
        )

    def descriptions(self, words: Words, but: int) -> int:
        """Filled text columns that tell something of one asset (address, certificate, path)."""
        return sum(
            1
            for c, t in words
            if c != but and self.roles.get(c) not in (SERIAL, NUMBER) and not COUNTED.match(t)
        )

    def is_footer(self, words: Words, filled: Cells, first: str) -> bool:
        """填表人：… · 说明：…"""
        labels = len(words) >= 2 and all(t.endswith(":") for _, t in words)
        if len(filled) == 1 and (_FOOTER.match(first + ":") or _COUNTING.match(first)):
            return True
        return bool(first and _FOOTER.match(first)) and (labels or not self.has_numbers(filled))

    def is_example(self, words: Words, first: str) -> bool:
        """示例 · 例：…"""
        return bool(words and _EXAMPLE.match(first)) and words[0][0] <= max(self.name, self.first)

    def is_nothing(self, words: Words, filled: Cells) -> bool:
        """以下空白 · 本单位无闲置资产"""
        return bool(words) and all(_NOTHING.match(t) for _, t in words) and not self.has_numbers(filled)

    def is_page(self, words: Words, filled: Cells, first: str) -> bool:
        """第2页，共3页, perhaps behind the title"""
        if len(words) == len(filled) == 1:
            return _PAGE.match(first) is not None
        return len(words) == len(filled) <= 3 and any("页" in t and _PAGE.match(t) for _, t in words)

    def is_unit_note(self, words: Words, filled: Cells, first: str) -> bool:
        """单位：万元 between the rows."""
        if not words or len(filled) > 2 or _NUMBERED.match(first):
            return False
        return all(is_unit_note(t) for _, t in words)

    def is_title(self, row: int, words: Words, filled: Cells, first: str) -> bool:
        """…明细表（续表） alone in a row."""
        if len(words) != 1 or len(filled) != 1:
            return False
        return bool(_TITLE.search(first)) and (
            words[0][0] != self.name or (row, words[0][0]) in self.wide_merges
        )

    def is_section(self, row: int, words: Words, filled: Cells, first: str) -> bool:
        """一、房屋 · a unit alone in a wide cell, perhaps with its sums."""
        if not words or len(words) > 2 or (self.ordinal_serials and self.ordinal(filled)):
            return False
        if any(self.fill.anchor(row, c) for c in (self.name, self.serial) if c):
            return False
        c = words[0][0]
        rest = [raw for cc, raw in filled if cc not in [w[0] for w in words]]
        only_sums = all(isinstance(raw, int | float | tuple) or is_placeholder(text_of(raw)) for raw in rest)
        if self.ordinal(filled) and c == filled[0][0] and only_sums:
            return len(words) == 1 or (
                words[1][0] in (self.name, filled[0][0] + 1) and self.descriptions(words, words[1][0]) <= 1
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

    def is_note(self, words: Words) -> bool:
        """3 | 联系电话 | 48600000: a label of the footer where the name would stand."""
        said = [t for _, t in words if not t.isdigit()]
        return len(said) == 1 and _FOOTER.match(said[0] + ":") is not None

    def is_figure_of_list(self, row: int, words: Words, filled: Cells) -> bool:
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

    def is_empty_form(self, row: int, filled: Cells) -> bool:
        """Nothing but a serial number, noughts, signs for nothing and formulas."""
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


def total_kind(words: Words) -> str:
    """total for 合计 and 总计 of everything, subtotal for a page or a part."""
    if not words:
        return "unlabelled-total"
    for _, t in words[:3]:
        plain = re.sub(r"\([^()]*\)", "", t).strip(":：.、*-—")
        if TOTAL.match(plain):
            return "subtotal" if re.search(r"小计|小结|页|分类|其中", plain) else "total"
    return "subtotal"
