"""Read a standard's folder strictly: every mistake names its file and its key."""

from __future__ import annotations

import csv
import dataclasses
import hashlib
import io
import re
import tomllib
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path, PurePosixPath
from types import MappingProxyType
from typing import Any

from core import paths
from core.errors import InputRefused, StandardError
from core.standard.kernel import KERNEL
from core.standard.model import (
    SEVERITY_OF_LETTER,
    CodeItem,
    CodeList,
    Field,
    Param,
    Rule,
    Sheet,
    Show,
    Standard,
    TableDef,
)
from core.standard.types import TYPES

DEFAULT = ("chongqing", "2026.1")

_HEAD_KEYS = {"id", "version", "title", "status", "issuer", "recipient", "effective_from", "doc_no", "note"}
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
    "check": str,
    "example": str,
    "source": str,
    "renamed": str,
}
_SHOW_KEYS = {"via", "label", "width", "synonyms", "list"}
_RULE_KEYS = {
    "table",
    "label",
    "severity",
    "message",
    "fix",
    "clause",
    "when",
    "must",
    "found",
    "field",
    "kind",
    "enabled",
    "merged",
}
_CODE = re.compile(r"^[a-z][a-z0-9_]*$")
_RESERVED = {"id", "uid", "deleted", "search", "sort", "extra", "option"}


def standards_root() -> Path:
    """The folder of shipped standards."""
    return paths.resources() / "standards"


def available() -> tuple[str, ...]:
    """Names of the shipped standards, as id@version."""
    found = sorted(standards_root().glob("*/*/standard.toml"))
    return tuple(f"{p.parent.parent.name}@{p.parent.name}" for p in found)


@lru_cache(maxsize=4)
def load_default(name: str = "@".join(DEFAULT)) -> Standard:
    """A shipped standard by id@version."""
    standard_id, _, version = name.partition("@")
    folder = standards_root() / standard_id / version
    if not re.fullmatch(r"[\w.-]+@[\w.-]+", name) or not (folder / "standard.toml").is_file():
        raise InputRefused(f"没有口径 {name}", next="可用的口径：" + "、".join(available()), code="unknown-standard")
    return load(folder)


def load(folder: Path) -> Standard:
    """Load a standard from a folder."""
    files = {
        p.relative_to(folder).as_posix(): p.read_bytes()
        for p in sorted(folder.rglob("*"))
        if p.is_file() and p.suffix in (".toml", ".csv")
    }
    return load_files(files)


def load_files(files: Mapping[str, bytes]) -> Standard:
    """Load a standard from its files' bytes by relative path (folder, 账套 or package)."""
    return _Loader(dict(sorted(files.items()))).standard()


def hash_of(files: Mapping[str, bytes]) -> str:
    """SHA-256 over all files of a standard in order of their paths."""
    h = hashlib.sha256()
    for name, data in sorted(files.items()):
        h.update(f"{name}\0{len(data)}\0".encode())
        h.update(data)
    return h.hexdigest()


class _Loader:
    """Named passes over the files: head, parameters, codes, tables, kernel, rules, sheets."""

    def __init__(self, files: dict[str, bytes]) -> None:
        self.files = files
        self.toml = {name: self._read(name) for name in files if name.endswith(".toml")}

    def standard(self) -> Standard:
        head = self._head()
        params = self._params()
        codes = self._codes()
        tables = self._tables(codes)
        self._check_kernel(tables)
        standard = Standard(
            id=head["id"],
            version=head["version"],
            title=head["title"],
            status=head["status"],
            issuer=head.get("issuer", ""),
            recipient=head.get("recipient", ""),
            effective_from=head.get("effective_from", ""),
            doc_no=head.get("doc_no", ""),
            tables=MappingProxyType(tables),
            codes=MappingProxyType(codes),
            params=MappingProxyType(params),
            rules=MappingProxyType(self._rules(tables)),
            sheets=self._sheets(tables),
            figures=MappingProxyType(self.toml.get("figures.toml", {})),
            files=MappingProxyType(self.files),
            hash=hash_of(self.files),
        )
        from core.standard.expressions import check_standard

        check_standard(standard)
        return standard

    # --- files -------------------------------------------------------------

    def _read(self, name: str) -> dict[str, Any]:
        try:
            return tomllib.loads(self.files[name].decode("utf-8"))
        except UnicodeDecodeError as e:
            raise StandardError(name, "全文", "不是 UTF-8 编码") from e
        except tomllib.TOMLDecodeError as e:
            raise StandardError(name, "格式", f"不是合法的 TOML（{e}）") from e

    def _under(self, folder: str) -> list[tuple[str, dict[str, Any]]]:
        return [(n, d) for n, d in self.toml.items() if n.startswith(folder + "/")]

    def _known(self, file: str, key: str, given: Mapping[str, Any], allowed: set[str]) -> None:
        for k in given:
            if k not in allowed:
                raise StandardError(file, f"{key}.{k}", "没有这个键")

    # --- head and parameters -----------------------------------------------

    def _head(self) -> dict[str, str]:
        file = "standard.toml"
        if file not in self.toml:
            raise StandardError(file, "全文", "缺少这个文件")
        head = self.toml[file]
        self._known(file, "", head, _HEAD_KEYS)
        for key in ("id", "version", "title", "status"):
            if not isinstance(head.get(key), str) or not head[key]:
                raise StandardError(file, key, "必须填写")
        if head["status"] not in ("draft", "published"):
            raise StandardError(file, "status", "应为 draft 或 published")
        return head

    def _params(self) -> dict[str, Param]:
        file = "params.toml"
        params = {}
        for code, given in self.toml.get(file, {}).items():
            self._known(file, code, given, {"value", "label", "note", "verified", "unit"})
            if "value" not in given or "label" not in given:
                raise StandardError(file, code, "须有 value 和 label")
            params[code] = Param(code, **given)
        return params

    # --- code lists ----------------------------------------------------------

    def _codes(self) -> dict[str, CodeList]:
        lists: dict[str, CodeList] = {}
        labels: dict[str, str] = {}
        for file, data in self._under("codes"):
            for code, given in data.items():
                self._known(file, code, given, {"label", "items", "note"})
                label = given.get("label") or code
                if "items" not in given:
                    labels[code] = label
                    continue
                if code in lists:
                    raise StandardError(file, code, "代码表重复")
                items = {k: self._item(file, code, k, v) for k, v in given["items"].items()}
                lists[code] = CodeList(code, label, MappingProxyType(items))
        for file in self.files:
            if file.startswith("codes/") and file.endswith(".csv"):
                code = PurePosixPath(file).stem
                lists[code] = CodeList(code, labels.get(code, code), self._csv_items(file))
        return lists

    def _item(self, file: str, list_code: str, code: str, given: Any) -> CodeItem:
        if isinstance(given, str):
            return CodeItem(code, given)
        if not isinstance(given, dict) or not isinstance(given.get("name"), str):
            raise StandardError(file, f"{list_code}.items.{code}", "应为名称，或带 name 的一节")
        extra = {k: v for k, v in given.items() if k not in ("name", "synonyms", "help", "from", "to")}
        return CodeItem(
            code,
            given["name"],
            tuple(given.get("synonyms", ())),
            given.get("help", ""),
            given.get("from", ""),
            given.get("to", ""),
            MappingProxyType(extra),
        )

    def _csv_items(self, file: str) -> Mapping[str, CodeItem]:
        rows = list(csv.DictReader(io.StringIO(self.files[file].decode("utf-8-sig"))))
        items = {}
        for number, row in enumerate(rows, 2):
            if not row.get("code") or not row.get("name"):
                raise StandardError(file, f"第 {number} 行", "须有 code 和 name")
            if row["code"] in items:
                raise StandardError(file, f"第 {number} 行", f"代码 {row['code']} 重复")
            plain = {k: (v or "") for k, v in row.items() if k}
            known = {"code", "name", "synonyms", "help", "from", "to"}
            items[row["code"]] = CodeItem(
                row["code"],
                row["name"],
                tuple(s for s in plain.get("synonyms", "").split("|") if s),
                plain.get("help", ""),
                plain.get("from", ""),
                plain.get("to", ""),
                MappingProxyType({k: v for k, v in plain.items() if k not in known}),
            )
        return MappingProxyType(items)

    # --- tables --------------------------------------------------------------

    def _tables(self, codes: Mapping[str, CodeList]) -> dict[str, TableDef]:
        heads: dict[str, tuple[str, dict[str, Any]]] = {}
        parts: dict[str, list[tuple[str, dict[str, Any]]]] = {}
        for file, data in self._under("tables"):
            self._known(file, "", data, {"table", "group", "field", "show"})
            head = data.get("table", {})
            code = head.get("code", "")
            self._known(file, "table", head, _TABLE_KEYS)
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
            found.sort(key=lambda part, main=heads[code][0]: part[0] != main)  # type: ignore[misc]
        tables = {}
        for code, (file, head) in sorted(heads.items(), key=lambda kv: (kv[1][1].get("order", 500), kv[0])):
            tables[code] = self._table(code, file, head, parts[code], codes, set(heads))
        return self._with_shows(tables, parts)

    def _table(
        self,
        code: str,
        file: str,
        head: Mapping[str, Any],
        parts: list[tuple[str, dict[str, Any]]],
        codes: Mapping[str, CodeList],
        known: set[str],
    ) -> TableDef:
        if not head.get("label"):
            raise StandardError(file, "table.label", "必须填写")
        parent = head.get("parent", "")
        if parent and parent not in known:
            raise StandardError(file, "table.parent", f"没有表 {parent}")
        groups: dict[str, str] = {}
        fields: dict[str, Field] = {}
        if parent and parent not in {k for _, d in parts for k in d.get("field", {})}:
            fields[parent] = Field(code, parent, "所属记录", "ref", 0, ref=parent, required=True, group="")
        labels: dict[str, str] = {}
        for part_file, data in parts:
            groups |= data.get("group", {})
            for name, given in data.get("field", {}).items():
                if name in fields:
                    raise StandardError(part_file, f"field.{name}", "字段重复")
                made = self._field(part_file, code, name, given, len(fields), groups, codes, known)
                if made.label in labels:
                    raise StandardError(part_file, f"field.{name}.label", f"与 {labels[made.label]} 同名")
                labels[made.label] = name
                fields[name] = made
        for key in [*head.get("match", []), *(f for u in head.get("unique", []) for f in u)]:
            if key not in fields:
                raise StandardError(file, "table.match", f"没有字段 {key}")
        name_field = head.get("name") or next(iter(f for f in fields if f != parent), "")
        if name_field not in fields:
            raise StandardError(file, "table.name", f"没有字段 {name_field}")
        return TableDef(
            code,
            head["label"],
            head.get("order", 500),
            parent,
            name_field,
            tuple(head.get("match", ())),
            tuple(tuple(u) for u in head.get("unique", ())),
            MappingProxyType(groups),
            MappingProxyType(fields),
            MappingProxyType({}),
            head.get("help", ""),
        )

    def _field(
        self,
        file: str,
        table: str,
        name: str,
        given: Any,
        order: int,
        groups: Mapping[str, str],
        codes: Mapping[str, CodeList],
        tables: set[str],
    ) -> Field:
        key = f"field.{name}"
        if not _CODE.match(name) or name in _RESERVED:
            raise StandardError(file, key, "字段代码应为小写英文，且不是保留字")
        if not isinstance(given, dict):
            raise StandardError(file, key, "应为一节")
        self._known(file, key, given, set(_FIELD_KEYS))
        for k, v in given.items():
            if not isinstance(v, _FIELD_KEYS[k]) or (isinstance(v, bool) and _FIELD_KEYS[k] is int):
                raise StandardError(file, f"{key}.{k}", "值的类型不对")
        kind = given.get("type", "")
        if kind not in TYPES:
            raise StandardError(file, f"{key}.type", f"没有类型“{kind}”；可用：{'、'.join(TYPES)}")
        if not given.get("label"):
            raise StandardError(file, f"{key}.label", "必须填写")
        made = dict(given)
        made.pop("type")
        code_list = None
        if (kind in ("code", "codes")) != ("codes" in given):
            raise StandardError(file, f"{key}.codes", "单选、多选字段要写代码表名，其他类型不写")
        if "codes" in given:
            code_list = codes.get(made.pop("codes"))
            if code_list is None:
                raise StandardError(file, f"{key}.codes", f"没有代码表 {given['codes']}")
        if (kind == "ref") != ("table" in given):
            raise StandardError(file, f"{key}.table", "ref 字段要写指向的表，其他类型不写")
        ref = made.pop("table", "")
        if ref and ref not in tables:
            raise StandardError(file, f"{key}.table", f"没有表 {ref}")
        group = made.pop("group", next(iter(groups), ""))
        if group and group not in groups:
            raise StandardError(file, f"{key}.group", f"没有分组 {group}")
        for bound in ("min", "most"):
            if bound in made:
                made[bound] = str(made[bound])
        made["synonyms"] = tuple(made.get("synonyms", ()))
        made.setdefault("width", TYPES[kind].width)
        made.setdefault("unit", {"money": "元", "area": "㎡"}.get(kind, ""))
        return Field(table=table, code=name, type=kind, order=order, codes=code_list, ref=ref, group=group, **made)

    def _with_shows(
        self, tables: dict[str, TableDef], parts: Mapping[str, list[tuple[str, dict[str, Any]]]]
    ) -> dict[str, TableDef]:
        done = {}
        for code, table in tables.items():
            shows: dict[str, Show] = {}
            for file, data in parts[code]:
                for name, given in data.get("show", {}).items():
                    self._known(file, f"show.{name}", given, _SHOW_KEYS)
                    if name in table.fields or name in shows or not _CODE.match(name):
                        raise StandardError(file, f"show.{name}", "代码重复或不是小写英文")
                    shows[name] = self._show(file, table, name, given, tables)
            done[code] = dataclasses.replace(table, shows=MappingProxyType(shows))
        return done

    def _show(self, file: str, table: TableDef, name: str, given: Mapping[str, Any], tables: Mapping[str, TableDef]) -> Show:
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

    def _check_kernel(self, tables: Mapping[str, TableDef]) -> None:
        for code, fields in KERNEL.items():
            if code not in tables:
                raise StandardError("tables/", code, "缺少程序必需的表")
            for name, kind in fields.items():
                made = tables[code].fields.get(name)
                # A certificate number may be declared as cert, which is a kind of identifier.
                if made is None or (made.type != kind and not (kind == "id" and made.type == "cert")):
                    raise StandardError(f"tables/{code}.toml", f"field.{name}", f"程序必需的字段，类型应为 {kind}")

    # --- rules and sheets ------------------------------------------------------

    def _rules(self, tables: Mapping[str, TableDef]) -> dict[str, Rule]:
        rules: dict[str, Rule] = {}
        for file, data in self._under("rules"):
            for rule_id, given in data.items():
                if rule_id in rules:
                    raise StandardError(file, rule_id, f"规则重复，已在 {rules[rule_id].file}")
                rules[rule_id] = self._rule(file, rule_id, given, tables)
        return dict(sorted(rules.items()))

    def _rule(self, file: str, rule_id: str, given: Any, tables: Mapping[str, TableDef]) -> Rule:
        if not isinstance(given, dict) or not re.fullmatch(r"[A-Z]-[0-9A-Za-z_]+", rule_id):
            raise StandardError(file, rule_id, "规则编号应像 B-012，内容为一节")
        severity = given.get("severity") or SEVERITY_OF_LETTER.get(rule_id[0], "")
        if severity not in SEVERITY_OF_LETTER.values():
            raise StandardError(file, rule_id, "严重程度应为 error、explain 或 hint")
        plain = {k: v for k, v in given.items() if k in _RULE_KEYS and k not in ("severity",)}
        options = {k: v for k, v in given.items() if k not in _RULE_KEYS}
        kind = plain.get("kind", "row")
        if kind == "row" and options:
            raise StandardError(file, f"{rule_id}.{next(iter(options))}", "没有这个键")
        if "label" not in plain:
            raise StandardError(file, f"{rule_id}.label", "必须填写")
        if not plain.get("merged"):
            if "message" not in plain or "fix" not in plain:
                raise StandardError(file, rule_id, "须有 message（哪里不对）和 fix（怎么改）")
            if kind == "row" and bool(plain.get("must")) == bool(plain.get("found")):
                raise StandardError(file, rule_id, "must 与 found 必须且只能写一个")
            if kind == "row" and plain.get("table") not in tables:
                raise StandardError(file, f"{rule_id}.table", f"没有表 {plain.get('table')}")
        plain.setdefault("table", "")
        for key in ("message", "fix", "clause"):
            plain.setdefault(key, "")
        return Rule(id=rule_id, severity=severity, options=MappingProxyType(options), file=file, **plain)

    def _sheets(self, tables: Mapping[str, TableDef]) -> tuple[Sheet, ...]:
        file = "sheets.toml"
        sheets = []
        for number, given in enumerate(self.toml.get(file, {}).get("sheet", []), 1):
            key = f"sheet[{number}]"
            if not given.get("name"):
                raise StandardError(file, f"{key}.name", "必须填写")
            table = given.get("table", "")
            if table and table not in tables:
                raise StandardError(file, f"{key}.table", f"没有表 {table}")
            for column in given.get("columns", []):
                if table and tables[table].column(column) is None:
                    raise StandardError(file, f"{key}.columns", f"{tables[table].label}没有列 {column}")
            known = ("name", "table", "where", "columns", "kind")
            sheets.append(
                Sheet(
                    given["name"],
                    table,
                    given.get("where", ""),
                    tuple(given.get("columns", ())),
                    given.get("kind", "list"),
                    MappingProxyType({k: v for k, v in given.items() if k not in known}),
                )
            )
        return tuple(sheets)
