"""Every name by which the columns of a standard are known, and how much a header is like one."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from core.excel.words import bare, full, half, header_units
from core.standard.model import Column, Field, Show, Standard, TableDef
from core.standard.numbers import AREA_UNITS, unit_named

HOME = "asset"
"""The table that ledgers are about (a kernel table of every standard); others must show that they are meant."""


SERIAL = frozenset(
    [
        "序号",
        "序",
        "号",
        "编次",
        "no",
        "no.",
        "行号",
        "行次",
        "项次",
        "顺序号",
        "顺号",
        "编序",
        "序列",
        "#",
        "次序",
    ]
)


SURE = 0.9
"""Header scores from here on are names of the field; lower ones are likenesses and are asked."""


ASK = 0.66


def target_field(column: Column) -> Field:
    """The field whose values a column holds: itself, or the one that a shown column reaches."""
    return column.target if isinstance(column, Show) else column


@dataclass(slots=True)
class _Words:
    """The names of one table's columns."""

    full: dict[str, list[tuple[str, float]]] = field(default_factory=dict)
    bare: dict[str, list[tuple[str, float]]] = field(default_factory=dict)

    def add(self, word: str, code: str, rank: int) -> None:
        if full(word):
            self.full.setdefault(full(word), []).append((code, 1.0 - min(rank, 40) * 0.0005))
        if bare(word) and bare(word) != full(word):
            self.bare.setdefault(bare(word), []).append((code, 0.96 - min(rank, 40) * 0.0005))


_ACTORS = re.compile(r"(?:人|方|户|单位|公司|部门|机构|企业|银行|法院|局|委)$")
"""承租人名称, 抵押权人地址: names and addresses of somebody, not of the thing."""
_PER = re.compile(r"[/每·](?:个?月|日|天|季|㎡|平方米|平米|m2)|[月日季]租")
"""元/月 · 元/㎡ · 月租金: a price or a rate."""
_ESTIMATED = re.compile(r"市场|重置|估|残|公允")
_LAST_BRACKET = re.compile(r"[(【\[]([^()【】\[\]]+)[)】\]](?:[(][^()]*[)])?$")
_FRAMES = re.compile(r"(?:基本)?(?:情况|信息|内容|状况|现状|计划|方案)$")
"""What a group of columns is called beside its subject: 闲置情况 over 面积."""
_AMONG = re.compile(r"^其中[:：]?")
_NUMBERING_DIGITS = 2
_OPENING = r"(\[{【〔<《「（［｛＜"
"""What brackets begin with, in full width too: `bare` drops what is in them."""


class Vocabulary:
    """Every name by which a standard's columns are known."""

    def __init__(self, standard: Standard) -> None:
        self.standard = standard
        self.home = HOME
        self.tables: dict[str, _Words] = {}
        self.any: set[str] = set(SERIAL)
        for table in standard.tables.values():
            words = _Words()
            for column in importable(table):
                words.add(column.label, column.code, 0)
                for rank, synonym in enumerate(column.synonyms, 1):
                    words.add(synonym, column.code, rank)
            self.tables[table.code] = words
            self.any |= words.full.keys() | words.bare.keys()
        self.kinds = {table.code: _kinds(table) for table in standard.tables.values()}
        """table → words for kinds of its records (车辆, 仓库)."""
        self.generic: dict[str, dict[str, list[str]]] = {}
        """table → ending (面积) → the listed area columns that end so: the sheet decides between them."""
        for table in standard.tables.values():
            endings: dict[str, list[str]] = {}
            for column in importable(table):
                if column.list and target_field(column).type == "area":
                    endings.setdefault(column.label[-2:], []).append(column.code)
            self.generic[table.code] = {e: codes for e, codes in endings.items() if len(codes) > 1}
        self.heads = {table.code: _heads(table) for table in standard.tables.values()}
        """table → two-character word (名称, 地址) → the field that a longer header ending so may mean."""
        most = max(sum(map(str.isdigit, name)) for name in self.any) + _NUMBERING_DIGITS
        self._no_name = re.compile(rf"(?:[^\d{_OPENING}]*\d){{{most + 1}}}[^{_OPENING}]*").fullmatch
        """Codes and addresses: more digits than a name has, and no brackets that a name may lose."""
        self._known: dict[str, float] = {}
        self._found: dict[tuple[str, tuple[str, ...]], dict[str, float]] = {}

    def knows(self, text: str) -> float:
        """1 for the name of some column, 0.9 for another way of writing it, 0.5 for something like it."""
        found = self._known.get(text)
        if found is None:
            if self._no_name(text):
                return 0.0
            found = self._knows(text)
            self._known[text] = found
        return found

    def _knows(self, text: str) -> float:
        whole, short = full(text), bare(text)
        if whole in self.any or short in self.any:
            return 1.0
        if any(variant in self.any for variant, _ in _variants(short)):
            return 0.9
        if 2 < len(short) <= 14:
            least = max(3, -(-len(short) // 2))
            if any(short[i:] in self.any for i in range(1, len(short) - least + 1)):
                return 0.5
        return 0.0

    def candidates(self, table: str, levels: Sequence[str]) -> dict[str, float]:
        """Field code → how well the header names it; likenesses only where no name fits."""
        key = (table, tuple(levels))
        found = self._found.get(key)
        if found is None:
            found = self.names(table, levels)
            leaf = next((t for t in reversed(levels) if half(t)), "")
            short = bare(leaf)
            if (
                max(found.values(), default=0) < SURE
                and 2 <= len(short) <= 24
                and not self._of_child(table, leaf)
            ):
                words = self.tables[table]
                for word, named in (*words.full.items(), *words.bare.items()):
                    if short[0] == "原" and word[0] != "原":
                        # 原使用单位 is not the one of today.
                        continue
                    if _ESTIMATED.search(short) and not _ESTIMATED.search(word):
                        # 市场价值 is not what stands in the books.
                        continue
                    score = _likeness(short, word)
                    for code, _ in named if score else ():
                        found[code] = max(found.get(code, 0.0), score)
                code = self.heads[table].get(short[-2:], "")
                if code and len(short) > 2 and not _ACTORS.search(short[:-2]):
                    found[code] = max(found.get(code, 0.0), 0.75)
            if _PER.search(half(leaf).lower()):
                found = {c: s for c, s in found.items() if not self._is_sum(table, c)}
            self._found[key] = found
        return found

    def _of_child(self, table: str, header: str) -> bool:
        """The name of a column of a child's table (不动产单元号 of a certificate): no likeness of one here."""
        children = [t.code for t in self.standard.tables.values() if t.parent == table]
        return any(
            score == 1.0 for child in children for _, score in self.tables[child].full.get(full(header), ())
        )

    def _is_sum(self, table: str, code: str) -> bool:
        """An amount of which no name speaks of a rate: 元/月 is none of it."""
        column = self.standard.tables[table].column(code)
        if column is None or target_field(column).type != "money":
            return False
        return not any(_PER.search(half(w)) for w in (column.label, *column.synonyms))

    def _is_booked(self, table: str, code: str) -> bool:
        """An amount none of whose names speaks of an estimate."""
        column = self.standard.tables[table].column(code)
        if column is None or target_field(column).type != "money":
            return False
        return not any(_ESTIMATED.search(w) for w in (column.label, *column.synonyms))

    def names(self, table: str, levels: Sequence[str]) -> dict[str, float]:
        """Field code → score, for headers that are names or synonyms."""
        words = self.tables[table]
        out: dict[str, float] = {}

        def give(code: str, score: float) -> None:
            if score > out.get(code, 0.0):
                out[code] = score

        levels = [t for t in levels if half(t)]
        if levels and unit_named(half(levels[-1]).strip("()（）")) and len(levels) > 1:
            levels = levels[:-1]
        leaf = levels[-1] if levels else ""
        for code, score in words.full.get(full(leaf), ()):
            give(code, score)
        for code, score in words.full.get(bare(leaf), ()):
            give(code, score - 0.03)
        for code, score in words.bare.get(bare(leaf), ()):
            give(code, score)
        inner = _LAST_BRACKET.search(half(leaf))
        for code, score in words.full.get(bare(inner[1]), ()) if inner else ():
            # 账面价值（原值）: which of the amounts, the bracket says.
            column = self.standard.tables[table].column(code)
            if column is not None and target_field(column).type in ("money", "area"):
                give(code, score)
        if not out:
            for variant, loss in _variants(bare(leaf)):
                for code, score in words.full.get(variant, ()):
                    give(code, score - loss)
        in_area = any(not AREA_UNITS.keys().isdisjoint(header_units(t)) for t in levels)
        for group in levels[:-1]:
            subject = _FRAMES.sub("", bare(group))
            part = _AMONG.sub("", bare(leaf))
            for joined in (
                # 校舍面积 over 总面积 and 其中：闲置
                part + "面积" if bare(group).endswith("面积") or in_area else "",
                bare(group) + bare(leaf),
                subject + bare(leaf),
                bare(leaf) + bare(group),
                full(group) + full(leaf),
            ):
                for code, score in (*words.full.get(joined, ()), *words.bare.get(joined, ())):
                    give(code, score + 0.02)
        if any(_ESTIMATED.search(bare(group)) for group in levels[:-1]):
            # 原值 and 净值 below 评估价值 are not those of the books.
            out = {code: s for code, s in out.items() if not self._is_booked(table, code)}
            if not out and bare(leaf) in self.any:
                return out
        if not out and len(levels) > 1 and not _CHANGE.search(bare(leaf)):
            for code, score in words.full.get(bare(levels[0]), ()):
                give(code, score - 0.2)
        kind = _FURTHER.sub("", bare(leaf))
        if not out and kind[-2:] in _OF_A_KIND and kind[:-2] in self.kinds[table]:
            # 车辆名称, 设备编号, 车辆状况: the kind of thing that the list is about, and what is told of it.
            for code, score in words.full.get("资产" + kind[-2:], ()):
                give(code, min(score, 0.93))
        return out


_CHANGE = re.compile(r"增加|减少|新增|变动|调整|转入|转出|增减|计提|发生")
"""What changed in a period, beside what there was and is."""
_OF_A_KIND = ("名称", "编号", "编码", "状况", "状态", "现状")
_FURTHER = re.compile(r"及.{1,8}$")
"""资产名称及规格: what else stands in the column."""


def _heads(table: TableDef) -> dict[str, str]:
    """The two-character names of the listed words of a table: 名称, 坐落, 地址."""
    return {
        bare(word): f.code
        for f in table.fields.values()
        if f.type == "text" and f.list and not f.multiline
        for word in (f.label, *f.synonyms)
        if len(bare(word)) == 2
    }


def _kinds(table: TableDef) -> frozenset[str]:
    """The names in the code lists of a table's required columns; none where records have no name."""
    if not table.name_field:
        return frozenset()
    return frozenset(
        half(word)
        for f in table.fields.values()
        if f.required and f.codes is not None
        for item in f.codes.items.values()
        for word in (item.name, *item.synonyms)
    )


_ENDINGS = (
    ("日期", "时间", "年月", "年份", "月份"),
    ("地址", "位置", "地点", "坐落"),
    ("编号", "编码", "代码", "号码", "号"),
    ("状况", "状态", "情况", "现状"),
    ("金额", "价值", "数额", "额", ""),
    ("名称", "全称", ""),
)


_LEADS = re.compile(
    r"^(?:(?:截[至止])?(?:19|20)\d\d年(?:度|\d{1,2}月)?(?:\d{1,2}日)?(?:期?[末初]|年?底)?的?|国有资产|固定资产|资产|目前|现|该|拟|入账|账面)"
)


@lru_cache(maxsize=8192)
def _variants(header: str) -> tuple[tuple[str, float], ...]:
    """The same header with another ending that means the same, or without a leading noise word."""
    out = _other_endings(header, 0.07)
    plain = _FURTHER.sub("", header)
    if plain != header and len(plain) >= 2:
        out += [(plain, 0.07), *_other_endings(plain, 0.12)]
    lead = _LEADS.sub("", header)
    if lead != header and len(lead) >= 2:
        out += [(lead, 0.08), *_other_endings(lead, 0.12)]
    return tuple(out)


def _other_endings(header: str, loss: float) -> list[tuple[str, float]]:
    out: list[tuple[str, float]] = []
    for group in _ENDINGS:
        for ending in group:
            if ending and header.endswith(ending) and len(header) > len(ending) + 1:
                stem = header[: -len(ending)]
                out += [(stem + other, loss) for other in group if other != ending and len(stem + other) >= 2]
                break
    return out


def importable(table: TableDef) -> Iterable[Column]:
    """The columns that a foreign table can fill: no automatic ones, refs only where no name is shown for them."""
    shown = {s.hop for s in table.shows.values() if not s.to_child}
    for column in table.columns:
        if isinstance(column, Field) and (column.auto or column.code in shown or column.code == table.parent):
            continue
        yield column


def _likeness(header: str, word: str) -> float:
    """How much a header is like a known name: its head stands last in Chinese, so endings count."""
    if header == word or len(word) < 2:
        return 0.0
    if len(word) == 2:
        # Too short to trust by itself (…单位, …面积); the values must fit (…路径, …原值).
        return 0.67 if header.endswith(word) and len(header) <= 6 else 0.0
    if header.endswith(word):
        return 0.62 + 0.3 * len(word) / len(header)
    if word.endswith(header) and len(header) >= 3:
        return 0.58 + 0.25 * len(header) / len(word)
    if header.startswith(word) and len(header) - len(word) <= 2:
        return 0.5 + 0.3 * len(word) / len(header)
    if len(header) >= 4 and len(set(header) & set(word)) >= 0.7 * max(len(header), len(word)):
        ratio = difflib.SequenceMatcher(None, header, word).ratio()
        return 0.75 * ratio if ratio >= 0.8 else 0.0
    return 0.0
