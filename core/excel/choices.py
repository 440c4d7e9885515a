"""Free wording against code lists: paths, methods, statuses, yes and no."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from core.excel.grid import Raw, text_of
from core.excel.readings import EMPTY, Reader, Reading, is_placeholder, without_value
from core.excel.words import half
from core.standard import types
from core.standard.model import CodeItem, CodeList, Field

TICKS = frozenset(
    [
        "√",
        "✓",
        "✔",
        "☑",
        "■",
        "●",
        "★",
        "▲",
        "◆",
        "v",
        "y",
        "是",
        "1",
        "1.0",
        "有",
        "对",
        "勾",
        "√√",
        "o",
        "○",
        "✕?",
        "打勾",
    ]
) - {"✕?"}
_CHECKED = "☑☒■√✓✔●◉"
_UNCHECKED = "□☐○◯"
_NOT = "不未非无没否免"
_NO_LONGER = (
    "不再",
    "不存在",
    "没有",
    "尚无",
    "并无",
    "解除",
    "取消",
    "终止",
    "停止",
    "无法",
    "不能",
    "不可",
    "难以",
)
"""What turns the word behind it into its contrary."""
_STRIP = re.compile(
    r"^(?:\d{1,2}(?:[.、．]|(?=[\u4e00-\u9fff]))|[(（]?[一二三四五六七八九十\d]{1,2}[)）][.、]?|[一二三四五六七八九十][、.．]|拟|已|目前|现|正在|计划|建议|准备|属于|属|为|按)+"
    r"|(?:一批|类|型|资产|状态|中|的|了|方式|路径|处理|盘活|一类|。|;|；|,|，)+$"
)


_PLANNED = re.compile(r"^(?:拟|计划|建议|准备|待)")
"""拟出租 is no 出租 yet; a plan's own fields are said so."""
_UNTICKS = frozenset(("否", "×", "✗", "✕", "x", "0", "n", "不", "□", "☐"))


def is_untick(raw: Raw) -> bool:
    """否 · × in a tick column: not this one."""
    return half(text_of(raw)).lower() in _UNTICKS


def is_tick(raw: Raw) -> bool:
    """A mark in a tick column."""
    t = half(text_of(raw)).lower()
    return t in TICKS


_NO = _UNTICKS | {"无", "没有", "没", "未"}


def is_question(header: str) -> bool:
    """是否有证 · 有无权证: a header that asks for yes or no."""
    return re.match(r"^(?:是否|有无|是不是|有没有)|[?？]$|(?:与否|是/否|有/无)", half(header)) is not None


def answer(raw: Raw) -> Raw:
    """A mark under a question (√, ×, TRUE, 1) as the word it stands for; other cells as they are."""
    if isinstance(raw, bool):
        return "是" if raw else "否"
    if raw is None or isinstance(raw, tuple):
        return raw
    t = half(text_of(raw)).lower()
    return "是" if t in TICKS else "否" if t in _UNTICKS else raw


_ENTRY = re.compile(
    r"(?:^|(?<=[^0-9a-z]))([0-9]{1,2}|[a-z])\s*[.、．:：=—-]?\s*([\u4e00-\u9fff][^0-9a-z,，;；、。()（）]*)"
)


def legend(header: str, codes: CodeList) -> dict[str, str]:
    """盘活路径（1调剂使用 2完善经营 3转让变现）: sign → name; {} when the header explains no signs."""
    found: dict[str, str] = {}
    for sign, words in _ENTRY.findall(unicodedata.normalize("NFKC", header).lower()):
        items, sure = match(words.strip(), codes)
        if not sure or len(items) != 1 or sign in found:
            return {}
        found[sign] = items[0].name
    return found if len(found) >= 2 else {}


def is_no(raw: Raw) -> bool:
    """否 · 无 · ×: the answer no to a question."""
    return raw is not None and half(text_of(raw)).lower() in _NO


def reader(field: Field) -> Reader:
    """Read one code (or several for `codes`) from names, synonyms and free wording."""
    codes = field.codes
    assert codes is not None
    yes = types.find_code("有", field) or types.find_code("是", field)
    """What a mark means in a list that answers a question; 无 is an answer there too, and no blank."""

    def unknown(text: str, why: str = "") -> Reading:
        names = "、".join(i.name for i in list(codes.items.values())[:8])
        more = "……" if len(codes.items) > 8 else ""
        return Reading(
            None, "unknown-code", f"“{text[:40]}”{why or '不在选项里'}。请从 {names}{more} 中选择。"
        )

    def read(raw: Raw) -> Reading:
        if nothing := without_value(raw, field.label):
            return nothing
        text = text_of(raw).strip()
        if isinstance(raw, int | float) and not isinstance(raw, bool) and text not in codes.items:
            padded = [c for c in codes.items if c.lstrip("0") == text]
            if len(padded) == 1:
                return Reading(padded[0])
        item = types.find_code(text, field) if text else None
        if item is not None:
            return Reading(item.code)
        if yes is not None and text and text in _CHECKED:
            return Reading(yes.code)
        if is_placeholder(text) and not (yes is not None and half(text) in _NO):
            return EMPTY
        boxed = _boxes(text)
        if boxed is not None:
            if not boxed:
                return EMPTY
            text = "、".join(boxed)
        if field.type == "codes":
            return _several(text, field, unknown)
        found, sure = match(text, codes)
        if len(found) == 1:
            if sure and (field.group == "plan" or not _PLANNED.match(half(text))):
                return Reading(found[0].code)
            return Reading(
                found[0].code, "free-wording", f"“{text[:40]}”按“{found[0].name}”读取。请核对后确认或改选。"
            )
        if len(found) > 1:
            return unknown(text, f"同时像{'、'.join(i.name for i in found[:4])}，不能确定")
        return unknown(text)

    return read


def _several(text: str, field: Field, unknown: object) -> Reading:
    codes = field.codes
    assert codes is not None
    parts = [p for p in re.split(r"[|,，;；、\n/\s]+|和|及", text) if half(p)]
    chosen: set[str] = set()
    sure = True
    missing: list[str] = []
    whole, whole_sure = match(text, codes)
    if len(whole) == 1 and whole_sure:
        return Reading(whole[0].code)
    for part in parts:
        found, clear = match(part, codes)
        if found:
            chosen |= {i.code for i in found}
            sure = sure and clear
        else:
            missing.append(part)
    value = "|".join(c for c in codes.items if c in chosen) or None
    if value is None:
        names = "、".join(i.name for i in list(codes.items.values())[:8])
        return Reading(None, "unknown-code", f"“{text[:40]}”不在选项里。请从 {names} 等选项中选择。")
    if missing or not sure:
        shown = "、".join(codes.items[c].name for c in value.split("|"))
        return Reading(value, "free-wording", f"“{text[:40]}”按“{shown}”读取。请核对后确认或改选。")
    return Reading(value)


def _boxes(text: str) -> list[str] | None:
    """☑调剂使用 □完善经营: the words behind checked boxes; None when there are no boxes."""
    if not any(c in text for c in _UNCHECKED) or len(half(text)) < 3:
        return None
    parts = re.findall(rf"([{_CHECKED}{_UNCHECKED}])\s*([^{_CHECKED}{_UNCHECKED}]*)", text)
    if not parts:
        return None
    return [half(words).strip("、,，;；") for sign, words in parts if sign in _CHECKED and half(words)]


@lru_cache(maxsize=256)
def _names(codes: _ById) -> tuple[tuple[str, CodeItem], ...]:
    out = []
    for item in codes.list.items.values():
        for name in (item.name, *item.synonyms):
            out.append((types.squeeze(name), item))
            short = types.squeeze(re.sub(r"[(（][^()（）]*[)）]", "", name))
            if short:
                out.append((short, item))
    out.sort(key=lambda pair: -len(pair[0]))
    return tuple(out)


class _ById:
    """A code list as a key: lists are made once per standard and never change."""

    def __init__(self, codes: CodeList) -> None:
        self.list = codes

    def __hash__(self) -> int:
        return id(self.list)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _ById) and other.list is self.list


def match(text: str, codes: CodeList) -> tuple[list[CodeItem], bool]:
    """(entries that a wording means, whether that is certain)."""
    t = types.squeeze(text)
    names = _names(_ById(codes))
    exact = [item for name, item in names if name == t]
    if exact:
        return _distinct(exact), True
    short = t
    previous = None
    while previous != short:
        previous = short
        short = _STRIP.sub("", short)
        exact = [item for name, item in names if name == short]
        if exact:
            return _distinct(exact), True
    inside: list[CodeItem] = []
    rest = t
    for name, item in names:
        if len(name) < 2:
            continue
        at = rest.find(name)
        if at < 0:
            continue
        if at > 0 and (rest[at - 1] in _NOT or rest[:at].endswith(_NO_LONGER)):
            return [], False
        inside.append(item)
        rest = rest.replace(name, "\0")
    return _distinct(inside), False


def _distinct(items: list[CodeItem]) -> list[CodeItem]:
    return list({i.code: i for i in items}.values())


def bool_reader(field: Field) -> Reader:
    """Yes or no, in the words of ledgers."""

    def read(raw: Raw) -> Reading:
        if nothing := without_value(raw, field.label):
            return nothing
        if isinstance(raw, bool):
            return Reading(int(raw))
        text = text_of(raw).strip()
        try:
            value = types.parse(text, field)
        except ValueError:
            t = half(text)
            if is_placeholder(t):
                return EMPTY
            if re.match(r"^(?:否|无|未|没|不)", t):
                return Reading(0, "free-wording", f"“{text[:40]}”按“否”读取。请核对后确认或改正。")
            if re.match(r"^(?:是|有|已)", t):
                return Reading(1, "free-wording", f"“{text[:40]}”按“是”读取。请核对后确认或改正。")
            return Reading(None, "unknown-code", f"“{text[:40]}”应填“是”或“否”。")
        return Reading(value)

    return read
