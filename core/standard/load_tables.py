"""Record tables of a standard: one main file a table, extension files that add groups and fields."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any

from core.errors import StandardError
from core.standard.kernel import KERNEL
from core.standard.model import CodeList, Field, Show, TableDef
from core.standard.source import Section, Source, require_known
from core.standard.types import TYPES

_TABLE_KEYS = {"code", "label", "parent", "order", "name", "match", "unique", "help"}
_FIELD_KEYS: dict[str, type | tuple[type, ...]] = {
    "label": str,
    "type": str,
    "unit": str,
    "codes": str,
    "table": str,
    "scale": int,
    "group": str,
    "width": int,
    "help": str,
    "synonyms": list,
    "required": (bool, str),
    "applies": str,
    "options": str,
    "max": int,
    "min": (str, int, float),
    "most": (str, int, float),
    "list": bool,
    "sheet": bool,
    "auto": bool,
    "sensitive": bool,
    "multiline": bool,
    "names": bool,
    "check": str,
    "example": str,
    "source": str,
    "renamed": str,
}
_SHOW_KEYS = {"via", "label", "width", "synonyms", "list"}
_CODE = re.compile(r"^[a-z][a-z0-9_]*$")
_RESERVED = {"id", "uid", "deleted", "search", "sort", "extra", "option"}

Part = tuple[str, dict[str, Any]]
"""(file, content) of one file that speaks of a table."""


@dataclasses.dataclass(frozen=True, slots=True)
class _Group:
    """A group of the form: its label, and the condition that all its fields share."""

    label: str
    applies: str = ""


def read_tables(source: Source, codes: Mapping[str, CodeList]) -> dict[str, TableDef]:
    """Every table with its fields and shown columns, in order."""
    heads: dict[str, tuple[str, Section]] = {}
    parts: dict[str, list[Part]] = {}
    for file, data in source.under("tables"):
        require_known(file, "", data, {"table", "group", "field", "show"})
        head = data.get("table", {})
        code = head.get("code", "")
        require_known(file, "table", head, _TABLE_KEYS)
        if not _CODE.match(code):
            raise StandardError(file, "table.code", "应为小写英文单词")
        parts.setdefault(code, []).append((file, data))
        if set(head) - {"code"}:
            if code in heads:
                raise StandardError(file, "table", f"表 {code} 已在 {heads[code][0]} 声明；扩展文件只写 code")
            heads[code] = (file, head)
    for code, found in parts.items():
        if code not in heads:
            raise StandardError(found[0][0], "table", f"表 {code} 没有主文件（须有 label）")
        main = heads[code][0]
        parts[code] = [p for p in found if p[0] == main] + [p for p in found if p[0] != main]
    order = sorted(heads, key=lambda c: (heads[c][1].get("order", 500), c))
    tables = {c: _Table(c, *heads[c], parts[c], codes, set(heads)).read() for c in order}
    return {c: _with_shows(table, parts[c], tables) for c, table in tables.items()}


class _Table:
    """One table in the making, from its main file and its extensions."""

    def __init__(
        self,
        code: str,
        file: str,
        head: Section,
        parts: list[Part],
        codes: Mapping[str, CodeList],
        known: set[str],
    ) -> None:
        self.code, self.file, self.head, self.parts = code, file, head, parts
        self.codes, self.known = codes, known
        self.groups: dict[str, _Group] = {}
        self.fields: dict[str, Field] = {}

    def read(self) -> TableDef:
        if not self.head.get("label"):
            raise StandardError(self.file, "table.label", "必须填写")
        parent = self.head.get("parent", "")
        if parent and parent not in self.known:
            raise StandardError(self.file, "table.parent", f"没有表 {parent}")
        if parent and parent not in {k for _, d in self.parts for k in d.get("field", {})}:
            self.fields[parent] = Field(
                self.code, parent, "所属记录", "ref", 0, ref=parent, required=True, group=""
            )
        self._read_fields()
        return TableDef(
            self.code,
            self.head["label"],
            self.head.get("order", 500),
            parent,
            self._name_field(parent),
            tuple(self.head.get("match", ())),
            tuple(tuple(u) for u in self.head.get("unique", ())),
            MappingProxyType({k: g.label for k, g in self.groups.items()}),
            MappingProxyType(self.fields),
            MappingProxyType({}),
            self.head.get("help", ""),
        )

    def _read_fields(self) -> None:
        labels: dict[str, str] = {}
        owned = [dict(self._groups(file, data.get("group", {}))) for file, data in self.parts]
        for own in owned:
            self.groups |= own
        for (file, data), own in zip(self.parts, owned, strict=True):
            first = next(iter(own), next(iter(self.groups), ""))
            for name, given in data.get("field", {}).items():
                if name in self.fields:
                    raise StandardError(file, f"field.{name}", "字段重复")
                made = self._field(file, name, given, first)
                if made.label in labels:
                    raise StandardError(file, f"field.{name}.label", f"与 {labels[made.label]} 同名")
                labels[made.label] = name
                self.fields[name] = made

    def _groups(self, file: str, given: Section) -> Iterator[tuple[str, _Group]]:
        for code, group in given.items():
            if isinstance(group, str):
                yield code, _Group(group)
                continue
            require_known(file, f"group.{code}", group, {"label", "applies"})
            if not isinstance(group.get("label"), str):
                raise StandardError(file, f"group.{code}.label", "必须填写")
            yield code, _Group(group["label"], group.get("applies", ""))

    def _name_field(self, parent: str) -> str:
        for key in [*self.head.get("match", []), *(f for u in self.head.get("unique", []) for f in u)]:
            if key not in self.fields:
                raise StandardError(self.file, "table.match", f"没有字段 {key}")
        name = str(self.head.get("name") or next(iter(f for f in self.fields if f != parent), ""))
        if name not in self.fields:
            raise StandardError(self.file, "table.name", f"没有字段 {name}")
        return name

    def _field(self, file: str, name: str, given: Any, first_group: str) -> Field:
        key = f"field.{name}"
        if not _CODE.match(name) or name in _RESERVED:
            raise StandardError(file, key, "字段代码应为小写英文，且不是保留字")
        if not isinstance(given, dict):
            raise StandardError(file, key, "应为一节")
        require_known(file, key, given, set(_FIELD_KEYS))
        for k, v in given.items():
            if not isinstance(v, _FIELD_KEYS[k]) or (isinstance(v, bool) and _FIELD_KEYS[k] is int):
                raise StandardError(file, f"{key}.{k}", "值的类型不对")
        kind = given.get("type", "")
        if kind not in TYPES:
            raise StandardError(file, f"{key}.type", f"没有类型“{kind}”；可用：{'、'.join(TYPES)}")
        if not given.get("label"):
            raise StandardError(file, f"{key}.label", "必须填写")
        made = {k: v for k, v in given.items() if k not in ("type", "codes", "table", "group", "applies")}
        group = given.get("group", first_group)
        if group and group not in self.groups:
            raise StandardError(file, f"{key}.group", f"没有分组 {group}")
        for bound in ("min", "most"):
            if bound in made:
                made[bound] = str(made[bound])
        made["synonyms"] = tuple(made.get("synonyms", ()))
        made.setdefault("width", TYPES[kind].width)
        made.setdefault("unit", {"money": "元", "area": "㎡"}.get(kind, ""))
        return Field(
            table=self.code,
            code=name,
            type=kind,
            order=len(self.fields),
            codes=self._code_list(file, key, kind, given),
            ref=self._ref(file, key, kind, given),
            group=group,
            applies=_both(self.groups[group].applies if group else "", given.get("applies", "")),
            **made,
        )

    def _code_list(self, file: str, key: str, kind: str, given: Section) -> CodeList | None:
        if (kind in ("code", "codes")) != ("codes" in given):
            raise StandardError(file, f"{key}.codes", "单选、多选字段要写代码表名，其他类型不写")
        if "codes" not in given:
            return None
        found = self.codes.get(given["codes"])
        if found is None:
            raise StandardError(file, f"{key}.codes", f"没有代码表 {given['codes']}")
        return found

    def _ref(self, file: str, key: str, kind: str, given: Section) -> str:
        if (kind == "ref") != ("table" in given):
            raise StandardError(file, f"{key}.table", "ref 字段要写指向的表，其他类型不写")
        ref = str(given.get("table", ""))
        if ref and ref not in self.known:
            raise StandardError(file, f"{key}.table", f"没有表 {ref}")
        return ref


def _both(shared: str, own: str) -> str:
    """The group's condition and the field's own, both in force."""
    if shared and own and shared != own:
        return f"({shared}) and ({own})"
    return shared or own


def _with_shows(table: TableDef, parts: list[Part], tables: Mapping[str, TableDef]) -> TableDef:
    shows: dict[str, Show] = {}
    for file, data in parts:
        for name, given in data.get("show", {}).items():
            require_known(file, f"show.{name}", given, _SHOW_KEYS)
            if name in table.fields or name in shows or not _CODE.match(name):
                raise StandardError(file, f"show.{name}", "代码重复或不是小写英文")
            shows[name] = _show(file, table, name, given, tables)
    return dataclasses.replace(table, shows=MappingProxyType(shows))


def _show(
    file: str, table: TableDef, name: str, given: Mapping[str, Any], tables: Mapping[str, TableDef]
) -> Show:
    hop, _, last = str(given.get("via", "")).partition(".")
    to_child = hop in tables and tables[hop].parent == table.code
    if not to_child and (hop not in table.fields or table.fields[hop].type != "ref"):
        raise StandardError(file, f"show.{name}.via", f"{hop} 既不是 ref 字段也不是子表")
    other = tables[hop] if to_child else tables[table.fields[hop].ref]
    if last not in other.fields:
        raise StandardError(file, f"show.{name}.via", f"{other.label}没有字段 {last}")
    target = other.fields[last]
    return Show(
        table.code,
        name,
        given.get("label", target.label),
        given["via"],
        hop,
        to_child,
        target,
        given.get("width", target.width),
        tuple(given.get("synonyms", target.synonyms)),
        given.get("list", True),
    )


def check_kernel(tables: Mapping[str, TableDef]) -> None:
    """Refuse a standard that lacks what the code itself computes with."""
    for code, fields in KERNEL.items():
        if code not in tables:
            raise StandardError("tables/", code, "缺少程序必需的表")
        for name, kind in fields.items():
            made = tables[code].fields.get(name)
            # A certificate number may be declared as cert, which is a kind of identifier.
            if made is None or (made.type != kind and not (kind == "id" and made.type == "cert")):
                raise StandardError(
                    f"tables/{code}.toml", f"field.{name}", f"程序必需的字段，类型应为 {kind}"
                )
