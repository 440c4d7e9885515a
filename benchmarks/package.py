"""What the package costs, as ratios to joining the XML of its rows by hand and deflating it.

The floor does what cannot be left out: fetch the rows, give each value its text, escape it, join
the cells, deflate at level 1. Styles, summaries, digests and proofs come on top.
"""

from __future__ import annotations

import random
import resource
import subprocess
import sys
import tempfile
import time
import uuid
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

PERIOD = "2026Q3"
Row = tuple[str, float, str]
_CHUNK = 2000


def run(quick: bool = False) -> list[Row]:
    """Workbook, whole package and openpyxl write-only against the floor; memory of many rows against few."""
    small, large = (1000, 5000) if quick else (4000, 20_000)
    sizes = [small, large] if quick else [small, large, 100_000]
    with tempfile.TemporaryDirectory() as folder:
        found: list[Row] = []
        memory: dict[int, int] = {}
        for count in sizes:
            place = Path(folder) / str(count)
            _once("fill", place, count)
            cpu = {name: _once(name, place, count) for name in ("floor", "book", "export")}
            memory[count] = cpu["export"][1]
            floor = cpu["floor"][0]
            seconds = f"{floor:.2f} CPU 秒"
            found.append(
                (f"工作簿 {count} 宗", cpu["book"][0] / floor, f"拼接行 XML 并压缩 = 1（{seconds}）")
            )
            found.append((f"整个上报包 {count} 宗", cpu["export"][0] / floor, "含数据、回读核验；同上"))
            if count <= large:
                slow = _once("openpyxl", place, count)[0]
                found.append((f"openpyxl 只写 {count} 宗", slow / cpu["book"][0], "工作簿 = 1"))
        most, least = max(sizes), min(sizes)
        found.append((f"峰值内存 {most} 宗", memory[most] / memory[least], f"{least} 宗 = 1"))
    return found


def _once(name: str, place: Path, count: int) -> tuple[float, int]:
    """CPU seconds and peak MB of one task in a process of its own."""
    command = [sys.executable, "-m", "benchmarks.package", name, str(place), str(count)]
    root = Path(__file__).resolve().parent.parent
    answer = subprocess.run(command, cwd=root, capture_output=True, text=True, check=True)
    seconds, peak = answer.stdout.split()[-2:]
    return float(seconds), int(peak)


# --- the tasks ----------------------------------------------------------------------


def fill(place: Path, count: int) -> None:
    """A 账套 with so many assets on three paths, each with a certificate, most with progress."""
    from core.records import Ledger
    from core.standard import load_default

    chance = random.Random(7)
    standard = load_default()
    fields = standard.tables["asset"].fields
    codes = {c: list(f.codes.items) for c, f in fields.items() if f.codes is not None}
    units = [str(uuid.UUID(int=n)) for n in range(1, 51)]
    with Ledger.create(place, standard, region="500110", unit_name="綦江区", operator="基准") as ledger:
        with ledger.edit("单位") as edit:
            edit.add_many(
                "unit", [(u, {"name": f"綦江区第{n}示范单位有限公司"}, "") for n, u in enumerate(units)]
            )
        for start in range(0, count, _CHUNK):
            numbers = range(start, min(start + _CHUNK, count))
            assets = [(str(uuid.UUID(int=10**6 + n)), _asset(chance, n, units, codes), "") for n in numbers]
            with ledger.edit("造数") as edit:
                edit.add_many("asset", assets)
                edit.add_many("title", [(_child(u, 1), _title(u, v), "") for u, v, _ in assets])
                edit.add_many(
                    "progress", [(_child(u, 2), _progress(chance, u, v), "") for u, v, _ in assets[::2]]
                )


def _child(uid: str, number: int) -> str:
    return str(uuid.UUID(int=uuid.UUID(uid).int + number * 2**100))


def _asset(chance: random.Random, n: int, units: list[str], codes: dict[str, list[str]]) -> dict[str, Any]:
    cost = chance.randrange(10**6, 10**10)
    return {
        "asset_no": f"500110-S-2026-{n:05d}",
        "name": chance.choice(["古南街道原粮站仓库", "文龙街道闲置办公用房", "永城镇老小学校舍"]) + f"{n}号",
        "domain": chance.choice(["SOE", "LAND", "ADMIN", "PRH"]),
        "asset_class": chance.choice(["10", "20"]),
        "owner_unit": chance.choice(units),
        "path": chance.choice(["10", "20", "30"]),
        "method": chance.choice(codes["method"]),
        "cost": cost,
        "net": chance.randrange(cost),
        "area_land": chance.randrange(10**6),
        "area_building": chance.randrange(10**6),
        "location": f"重庆市綦江区古南街道河西路{n}号",
        "use_status": chance.choice(codes["use_status"]),
        "idle_class": chance.choice(codes["idle_class"]),
        "idle_since": chance.choice(["2023", "2023-05", "2023-05-01"]),
        "measure": "面向社会公开招租，用作社区养老服务站",
        "plan_amount": chance.randrange(10**9),
        "plan_end": "2026-12",
        "resp_person": "张三",
        "resp_phone": "023-48662345",
        "acquire_date": "2010-06-30",
        "region_code": "500110",
        "depreciation": 0,
        "note": None if n % 3 else "证载面积与实测不符，正在办理变更",
    }


def _title(asset: str, values: dict[str, Any]) -> dict[str, Any]:
    return {
        "asset": asset,
        "cert_no": f"渝（2024）綦江区不动产权第{values['asset_no'][-5:]}号",
        "title_status": "10",
    }


def _progress(chance: random.Random, asset: str, values: dict[str, Any]) -> dict[str, Any]:
    money = chance.randrange(10**9)
    return {
        "asset": asset,
        "period": PERIOD,
        "method": values["method"],
        "revived": money + 1,
        "recovered": money,
        "external": money // 2,
        "revived_area": chance.randrange(10**5),
        "work_note": "已完成现场踏勘和评估，正在公开招租",
    }


def _ledger(place: Path) -> Any:
    """Open the 账套, with all imports done: they belong to the start of a program."""
    import openpyxl.chart
    import openpyxl.packaging.custom  # noqa: F401

    import core.exchange.export  # noqa: F401
    from core.records import Ledger

    return Ledger.open(place, readonly=True)


def _plan(ledger: Any) -> Any:
    from core.exchange.book import Facts, plan
    from core.exchange.content import Content
    from core.exchange.cover import Cover

    facts = Facts("", PERIOD, 1, "正式", Cover(unit="綦江区"), "0" * 12, "0" * 64, "", "", {})
    return plan(Content(ledger, PERIOD), facts)


def floor(place: Path, count: int) -> float:
    """Fetch the rows of every list, join the XML of the same cells by hand, deflate it at level 1."""
    ledger = _ledger(place)
    sheets = [s for s in _plan(ledger).sheets if s.block is not None and s.name != "_meta"]
    began = time.process_time()
    packer = zlib.compressobj(1, zlib.DEFLATED, -15)
    for sheet in sheets:
        columns = [(_letters(i), c.plain) for i, c in enumerate(sheet.block.columns, 1)]
        parts: list[str] = []
        for number, row in enumerate(sheet.block.rows(), sheet.block.first):
            parts.append(f'<row r="{number}">')
            for (letter, plain), value in zip(columns, row, strict=True):
                if value is None:
                    parts.append(f'<c r="{letter}{number}" s="3"/>')
                elif isinstance(value, int):
                    parts.append(f'<c r="{letter}{number}" s="3"><v>{plain(value)}</v></c>')
                else:
                    text = escape(value if value == "—" else plain(value))
                    parts.append(f'<c r="{letter}{number}" s="3" t="inlineStr"><is><t>{text}</t></is></c>')
            parts.append("</row>")
            if not number % 256:
                packer.compress("".join(parts).encode())
                parts.clear()
        packer.compress("".join(parts).encode())
    packer.flush()
    return time.process_time() - began


def _letters(number: int) -> str:
    from core.excel.rows import column_letters

    return column_letters(number)


def book(place: Path, count: int) -> float:
    """Plan and write the whole workbook."""
    ledger = _ledger(place)
    began = time.process_time()
    with tempfile.TemporaryDirectory() as folder:
        _plan(ledger).write(Path(folder) / "book.xlsx")
    return time.process_time() - began


def export(place: Path, count: int) -> float:
    """The whole package, read back before it gets its name; the audit is measured elsewhere."""
    import core.exchange.export as export_module
    from core.exchange.cover import Cover

    export_module._checked = lambda *_: ()  # type: ignore[assignment]
    ledger = _ledger(place)
    began = time.process_time()
    children = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime
    with tempfile.TemporaryDirectory() as folder:
        export_module.export_package(
            ledger, period=PERIOD, target=Path(folder), cover=Cover(unit="綦江区"), draft=True
        )
    children = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime - children
    return time.process_time() - began + children


def openpyxl(place: Path, count: int) -> float:
    """The same lists by openpyxl's write-only mode, with number formats."""
    from openpyxl import Workbook
    from openpyxl.cell import WriteOnlyCell

    from core.excel.rows import NUMBER

    ledger = _ledger(place)
    sheets = [s for s in _plan(ledger).sheets if s.block is not None and s.name != "_meta"]
    began = time.process_time()
    made = Workbook(write_only=True)
    for sheet in sheets:
        target = made.create_sheet(sheet.name)
        columns = sheet.block.columns
        for row in sheet.block.rows():
            cells = []
            for column, value in zip(columns, row, strict=True):
                shown = value if value is None or isinstance(value, str) else column.plain(value)
                cell = WriteOnlyCell(
                    target, float(shown) if isinstance(value, int) and column.kind == NUMBER else shown
                )
                if column.number_format != "General":
                    cell.number_format = column.number_format
                cells.append(cell)
            target.append(cells)
    with tempfile.TemporaryDirectory() as folder:
        made.save(Path(folder) / "book.xlsx")
    return time.process_time() - began


TASKS: dict[str, Callable[[Path, int], float | None]] = {
    "fill": fill,
    "floor": floor,
    "book": book,
    "export": export,
    "openpyxl": openpyxl,
}

if __name__ == "__main__":
    name, place, count = sys.argv[1:]
    seconds = TASKS[name](Path(place), int(count)) or 0.0
    print(f"{seconds:.3f} {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024}")
