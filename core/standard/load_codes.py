"""Code lists of a standard: sections of codes/*.toml, and long ones in codes/*.csv."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from pathlib import PurePosixPath
from types import MappingProxyType
from typing import Any

from core.errors import StandardError
from core.standard.model import CodeItem, CodeList
from core.standard.source import Source, require_known


def read_code_lists(source: Source) -> dict[str, CodeList]:
    """Every code list by name, from TOML sections and from CSV files."""
    lists: dict[str, CodeList] = {}
    labels: dict[str, str] = {}
    for file, data in source.under("codes"):
        for code, given in data.items():
            require_known(file, code, given, {"label", "items", "note"})
            label = given.get("label") or code
            if "items" not in given:
                labels[code] = label
                continue
            if code in lists:
                raise StandardError(file, code, f"代码表重复，已有“{lists[code].label}”")
            items = {k: _item(file, code, k, v) for k, v in given["items"].items()}
            lists[code] = CodeList(code, label, MappingProxyType(items))
    for file in source.files:
        if file.startswith("codes/") and file.endswith(".csv"):
            code = PurePosixPath(file).stem
            lists[code] = CodeList(code, labels.get(code, code), _csv_items(file, source.files[file]))
    return lists


def _item(file: str, list_code: str, code: str, given: Any) -> CodeItem:
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


def _csv_items(file: str, data: bytes) -> Mapping[str, CodeItem]:
    rows = list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"))))
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
