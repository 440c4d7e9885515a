"""A workbook that came back alone: what its _meta sheet says, and which rows are no longer as exported."""

from __future__ import annotations

import re
from collections import Counter
from typing import Any

from core.errors import InputRefused
from core.excel.grid import Book, Grid
from core.excel.rows import DIGEST_SIZE, digest_of
from core.exchange.book.hidden import META, META_FORMAT, META_HEADER
from core.exchange.compare import ROW_ADDED, ROW_MISSING, Difference, found_rows


def _meta(book: Book) -> Grid:
    for grid in book.sheets:
        if grid.name == META and grid.text(1, 1) == "格式":
            return grid
    raise InputRefused(
        "这不是上报包里的工作簿：没有“_meta”工作表",
        next="请选择上报包，或用“导入”读取普通台账。",
        code="not-a-package",
    )


def facts_of(book: Book) -> dict[str, str]:
    """The pairs at the top of _meta."""
    meta = _meta(book)
    found: dict[str, str] = {}
    for number in sorted(meta.rows):
        if meta.text(number, 1) == META_HEADER[0] and meta.text(number, 2) == META_HEADER[1]:
            break
        found[meta.text(number, 1)] = meta.text(number, 2)
    said = found.get("格式", "")
    if said != META_FORMAT:
        if re.fullmatch(r"panhuo-workbook/\d+", said):
            raise InputRefused(
                "工作簿由更新版本的程序导出", next="请安装新版程序后再核验。", code="newer-program"
            )
        raise InputRefused("“_meta”工作表的格式不对", next="请选择原上报包核对。", code="not-a-package")
    return found


def totals_of(told: dict[str, str]) -> dict[str, dict[str, int]]:
    """The control totals that _meta states."""
    totals: dict[str, dict[str, int]] = {}
    for key, value in told.items():
        table, dot, name = key.partition(".")
        if dot and re.fullmatch(r"-?\d+", value):
            totals.setdefault(table, {})[name] = int(value)
    return totals


def listed_rows(book: Book) -> dict[str, dict[int, str]]:
    """sheet → row → digest as _meta lists them."""
    meta = _meta(book)
    listed: dict[str, dict[int, str]] = {}
    below = False
    size = DIGEST_SIZE * 2
    for number in sorted(meta.rows):
        name, first, digests = (meta.text(number, c) for c in (1, 2, 3))
        if below and first.isdigit() and re.fullmatch(r"[0-9a-f]*", digests):
            rows = listed.setdefault(name, {})
            for place in range(len(digests) // size):
                rows[int(first) + place] = digests[place * size : (place + 1) * size]
        below = below or (name, first, digests) == META_HEADER
    return listed


def by_digests(book: Book) -> list[Difference]:
    """Rows that were changed, removed or added since the export; moved rows are none."""
    differences: list[Difference] = []
    grids = {g.name: g for g in book.sheets}
    for name, rows in listed_rows(book).items():
        if name not in grids:
            differences.append(Difference(name, "", "（工作表）", "（缺少）"))
            continue
        differences += _sheet(name, rows, grids[name])
    return differences


def _sheet(name: str, listed: dict[int, str], grid: Grid) -> list[Difference]:
    blank = digest_of([]).hex()
    texts = found_rows(grid)
    found = {n: d for n, t in texts.items() if (d := digest_of(t).hex()) != blank}
    wanted = Counter(d for d in listed.values() if d != blank)
    spare = wanted - Counter(found.values())
    changed = []
    for number, digest in found.items():
        if wanted[digest]:
            wanted[digest] -= 1
        else:
            changed.append(number)
    lost = []
    for number, digest in listed.items():
        if spare[digest]:
            spare[digest] -= 1
            lost.append(number)
    differences = []
    for number in changed:
        if lost:
            lost.remove(number if number in lost else lost[0])
            differences.append(Difference(name, f"第 {number} 行", "导出时的内容", _glance(texts[number])))
        else:
            differences.append(Difference(name, f"第 {number} 行", ROW_ADDED, _glance(texts[number])))
    differences += [Difference(name, f"第 {n} 行", "导出时的内容", ROW_MISSING) for n in lost]
    return differences


def _glance(texts: list[str]) -> str:
    shown = "，".join(t for t in texts if t)
    return shown if len(shown) <= 60 else shown[:59] + "…"


def manifest_like(told: dict[str, str]) -> dict[str, Any]:
    """What a bare workbook says of itself, under the manifest's keys."""
    keys = {
        "包编号": "package_id",
        "期间": "period",
        "性质": "nature",
        "校验码": "check_code",
        "数据指纹": "fingerprint",
    }
    return {k: told.get(name, "") for name, k in keys.items()}
