"""Read a standard's folder strictly: every mistake names its file and its key."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

from core import paths
from core.errors import InputRefused, StandardError
from core.standard.load_codes import read_code_lists
from core.standard.load_tables import check_kernel, read_tables
from core.standard.model import SEVERITY_OF_LETTER, Param, Rule, Sheet, Standard, TableDef
from core.standard.source import Source, require_known

FAMILY = "chongqing"
"""The standards that a new 账套 takes its newest from."""

_NAME = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9_.-]*")
"""An id or a version; it may become the name of a folder."""
_HEAD_KEYS = {"id", "version", "title", "status", "issuer", "recipient", "effective_from", "doc_no", "note"}
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


def standards_root() -> Path:
    """The folder of shipped standards."""
    return paths.resources() / "standards"


def available() -> tuple[str, ...]:
    """Names of the shipped standards, as id@version."""
    found = sorted(standards_root().glob("*/*/standard.toml"))
    return tuple(f"{p.parent.parent.name}@{p.parent.name}" for p in found)


def newest() -> str:
    """The newest shipped standard of the family, as id@version."""

    def order(name: str) -> list[int]:
        return [int(n) for n in re.findall(r"\d+", name.partition("@")[2])]

    mine = [n for n in available() if n.partition("@")[0] == FAMILY]
    if not mine:
        raise InputRefused("程序里没有随附的口径", next="请重新安装程序。", code="no-standard")
    return max(mine, key=order)


def load_default(name: str = "") -> Standard:
    """A shipped standard by id@version; the newest when no name is given."""
    return load_named(name or newest())


@lru_cache(maxsize=4)
def load_named(name: str) -> Standard:
    """A shipped standard by id@version, read once."""
    standard_id, _, version = name.partition("@")
    folder = standards_root() / standard_id / version
    if (
        not (_NAME.fullmatch(standard_id) and _NAME.fullmatch(version))
        or not (folder / "standard.toml").is_file()
    ):
        raise InputRefused(
            f"没有口径 {name}", next="可用的口径：" + "、".join(available()), code="unknown-standard"
        )
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
        self.source = Source(files)

    def standard(self) -> Standard:
        head = self._head()
        params = self._params()
        codes = read_code_lists(self.source)
        tables = read_tables(self.source, codes)
        check_kernel(tables)
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
            figures=MappingProxyType(self.source.toml.get("figures.toml", {})),
            files=MappingProxyType(self.files),
            hash=hash_of(self.files),
        )
        from core.standard.expressions import check_standard
        from core.standard.figures import figures_of

        check_standard(standard)
        figures_of(standard)
        return standard

    # --- head and parameters -----------------------------------------------

    def _head(self) -> dict[str, str]:
        file = "standard.toml"
        if file not in self.source.toml:
            raise StandardError(file, "全文", "缺少这个文件")
        head = self.source.toml[file]
        require_known(file, "", head, _HEAD_KEYS)
        for key in ("id", "version", "title", "status"):
            if not isinstance(head.get(key), str) or not head[key]:
                raise StandardError(file, key, "必须填写")
        for key in ("id", "version"):
            if not _NAME.fullmatch(head[key]):
                raise StandardError(file, key, "只能用字母、数字、点、横线和下划线，不能以点开头")
        if head["status"] not in ("draft", "published"):
            raise StandardError(file, "status", "应为 draft 或 published")
        return head

    def _params(self) -> dict[str, Param]:
        file = "params.toml"
        params = {}
        for code, given in self.source.toml.get(file, {}).items():
            require_known(file, code, given, {"value", "label", "note", "verified", "unit"})
            if "value" not in given or "label" not in given:
                raise StandardError(file, code, "须有 value 和 label")
            params[code] = Param(code, **given)
        return params

    # --- rules and sheets ------------------------------------------------------

    def _rules(self, tables: Mapping[str, TableDef]) -> dict[str, Rule]:
        rules: dict[str, Rule] = {}
        for file, data in self.source.under("rules"):
            for rule_id, given in data.items():
                if rule_id in rules:
                    raise StandardError(file, rule_id, f"规则重复，已在 {rules[rule_id].file}")
                rules[rule_id] = self._rule(file, rule_id, given, tables)
        return dict(sorted(rules.items()))

    def _rule(self, file: str, rule_id: str, given: Any, tables: Mapping[str, TableDef]) -> Rule:
        if not isinstance(given, dict) or not re.fullmatch(r"[BHT]-\d{3}", rule_id):
            raise StandardError(
                file, rule_id, "规则编号应为 B（错误）、H（需说明）或 T（提示）加三位数，如 B-012"
            )
        for key in _RULE_KEYS & set(given):
            if not isinstance(given[key], bool if key == "enabled" else str):
                raise StandardError(file, f"{rule_id}.{key}", "值的类型不对")
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
        sheets: list[Sheet] = []
        for number, given in enumerate(self.source.toml.get(file, {}).get("sheet", []), 1):
            key = f"sheet[{number}]"
            name = given.get("name", "")
            if not name or len(name) > 31 or re.search(r"[\\/*?:\[\]]", name):
                raise StandardError(file, f"{key}.name", "工作表名须填写，不超过 31 字，不含 \\ / * ? : [ ]")
            if name in {s.name for s in sheets}:
                raise StandardError(file, f"{key}.name", f"工作表“{name}”重复")
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
