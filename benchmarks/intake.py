"""How long an import takes, as ratios to calamine in the same kind of child process (perf.md §2, §9)."""

from __future__ import annotations

import csv
import datetime
import json
import marshal
import math
import random
import re
import resource
import statistics
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import openpyxl

from core.exchange import intake
from core.jobs import without_collector
from core.records import Ledger
from core.standard import load_default
from core.standard.model import Field

Row = tuple[str, float, str]
FLOOR = """
import marshal, sys
from python_calamine import CalamineWorkbook
rows = CalamineWorkbook.from_path(sys.argv[1]).get_sheet_by_index(0).to_python()
open(sys.argv[2], "wb").write(marshal.dumps([[v if isinstance(v, (str, float)) else str(v) for v in r] for r in rows]))
"""
BARE = """
import sys
from python_calamine import CalamineWorkbook
CalamineWorkbook.from_path(sys.argv[1]).get_sheet_by_index(0).to_python()
"""
"""The strictest floor: the child reads and throws the rows away."""
PEER = """
import datetime, json, re, sys, openpyxl, sqlalchemy as sa
from decimal import Decimal
from sqlalchemy.orm import DeclarativeBase, Session, mapped_column
class Base(DeclarativeBase): pass
kinds = json.loads(sys.argv[3])
names = [f"c{i}" for i in range(len(kinds))]
Asset = type("Asset", (Base,), {"__tablename__": "asset", "id": mapped_column(sa.Integer, primary_key=True),
    **{n: mapped_column(sa.BigInteger if k in ("money", "integer") else sa.Text, nullable=True)
       for n, (k, _) in zip(names, kinds)}})
engine = sa.create_engine("sqlite:///" + sys.argv[2])
Base.metadata.create_all(engine)
def read(kind, codes, value):
    if value is None or value == "":
        return None
    if kind == "money":
        return int((Decimal(str(value).replace(",", "")) * 100).to_integral_value())
    if kind == "integer":
        return int(value)
    if kind == "date":
        if isinstance(value, datetime.datetime):
            return value.date().isoformat()
        parts = re.findall(r"\\d+", str(value))
        return "-".join(p.zfill(2) for p in parts)
    if kind == "codes":
        return codes[str(value).strip()]
    return str(value).strip()
sheet = openpyxl.load_workbook(sys.argv[1], data_only=True).worksheets[0]
errors, seen = [], set()
with Session(engine) as session:
    for number, row in enumerate(sheet.iter_rows(min_row=3, values_only=True), 3):
        values = {}
        for name, (kind, codes), cell in zip(names, kinds, row):
            try:
                values[name] = read(kind, codes, cell)
            except (ValueError, KeyError, ArithmeticError) as e:
                errors.append((number, name, str(e)))
        if not values["c0"] or values["c0"] in seen:
            errors.append((number, "c0", "key"))
        seen.add(values["c0"])
        session.add(Asset(**values))
    session.commit()
assert not errors, errors[:3]
"""
"""What an engineer writes without thinking of speed: read, convert by type, look codes up, check keys, store.

Not in read-only mode, which knows no merged cells and no hidden rows: ledgers cannot be read without.
"""


def columns() -> list[Field]:
    """The 58 fields that the ledger has beside 单位名称 and 权证号."""
    table = load_default().tables["asset"]
    skipped = ("ref", "codes")
    fields = [f for f in table.fields.values() if f.type not in skipped and not f.auto and not f.sensitive]
    return [f for f in fields if f.code != "gb14885_code"][:58]


def peer_kinds() -> str:
    """For each column of the ledger what the peer makes of it, as JSON."""
    kinds = {"money": "money", "area": "money", "integer": "integer", "decimal": "integer", "date": "date"}
    made: list[tuple[str, dict[str, str]]] = [
        ("codes", {i.name: i.code for i in f.codes.items.values()})
        if f.codes is not None
        else (kinds.get(f.type, "text"), {})
        for f in columns()
    ]
    return json.dumps([*made, ("text", {}), ("text", {})], ensure_ascii=False)


def ledger_rows(count: int) -> Iterator[list[object]]:
    """A ledger of so many rows × 60 columns, with blanks and repetitions as ledgers have them."""
    chance = random.Random(7)
    fields = columns()
    yield ["资产台账"]
    yield [*(f.title for f in fields), "单位名称", "权证号"]
    for n in range(count):
        cells = [_value(f, n, chance) for f in fields]
        yield [*cells, f"渝中区第{chance.randint(1, 80)}中学", f"渝（2024）渝中区不动产权第{n:09d}号"]


def ledger_file(path: Path, count: int) -> None:
    """The ledger as openpyxl writes it."""
    wb = openpyxl.Workbook(write_only=True)
    ws = wb.create_sheet("台账")
    for row in ledger_rows(count):
        ws.append(row)
    wb.save(path)


def text_file(path: Path, count: int) -> None:
    """The same as text, with a caption and a subtotal for every forty rows."""
    with path.open("w", encoding="gb18030", newline="") as file:
        out = csv.writer(file)
        for n, row in enumerate(ledger_rows(count)):
            if n > 2 and n % 40 == 2:
                out.writerows([["小计"], [f"（{n // 40}）第{n // 40}街道"]])
            out.writerow(row)


_RELATION = (
    b'<Relationship Id="words" Target="sharedStrings.xml" Type="'
    b'http://schemas.openxmlformats.org/officeDocument/2006/relationships/sharedStrings"/></Relationships>'
)
_TYPE = (
    b'<Override PartName="/xl/sharedStrings.xml" ContentType="'
    b'application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"/></Types>'
)


def office_file(source: Path, path: Path) -> None:
    """A workbook of openpyxl as Excel, WPS and LibreOffice save it: its words in one shared table."""
    words: dict[bytes, int] = {}

    def shared(found: re.Match[bytes]) -> bytes:
        return b't="s"><v>%d</v></c>' % words.setdefault(found[1], len(words))

    with zipfile.ZipFile(source) as old, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            data = old.read(name)
            if name.startswith("xl/worksheets/"):
                data = re.sub(rb't="inlineStr"><is>(<t\b[^>]*>[^<]*</t>)</is></c>', shared, data)
            data = data.replace(b"</Relationships>", _RELATION if "workbook" in name else b"</Relationships>")
            new.writestr(name, data.replace(b"</Types>", _TYPE))
        start = b'<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
        table = start + b"".join(b"<si>%s</si>" % word for word in words) + b"</sst>"
        new.writestr("xl/sharedStrings.xml", table)


def _value(f: Field, n: int, chance: random.Random) -> object:
    if f.code == "name":
        return f"原红旗街道{chance.randint(1, 9000)}号楼{n}"
    if f.code == "asset_no":
        return f"ZC{n:07d}"
    if chance.random() < 0.25:
        return None
    if f.type in ("money", "area"):
        return round(chance.random() * 1e4, 2)
    if f.codes is not None:
        return chance.choice(list(f.codes.items.values())[:6]).name
    if f.type == "date":
        return chance.choice([datetime.date(2000 + n % 24, n % 12 + 1, 5), "2018年10月", "2019.3"])
    if f.type in ("integer", "decimal"):
        return chance.randint(1, 80)
    if f.type == "bool":
        return chance.choice(["是", "否"])
    return f"{f.label[:8]}{chance.randint(1, 500)}" if f.type == "text" else None


def timed(deed: Callable[[], object]) -> float:
    """CPU seconds of a deed, its child processes included."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    start = time.process_time()
    deed()
    own = time.process_time() - start
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return own + after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime


def run(quick: bool) -> list[Row]:
    times = 3 if quick else 5
    sizes = (1000, 4000) if quick else (4000, 20000)
    intake.vocabulary(load_default())
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        taken: dict[int, tuple[float, float, float, float]] = {}
        for size in sizes:
            ledger_file(place / "内联.xlsx", size)
            office_file(place / "内联.xlsx", place / f"{size}.xlsx")
            taken[size] = _measured(place, f"{size}.xlsx", times)
        big = sizes[-1]
        whole, read, floor, peer = taken[big]
        texts = [_planned(place / "文本.csv", size) for size in sizes]
        inline = _measured(place, "内联.xlsx", times)
        path = place / f"{big}.xlsx"
        bare = timed(lambda: subprocess.run([sys.executable, "-c", BARE, path], check=True))
        exponent = math.log(taken[big][0] / taken[sizes[0]][0]) / math.log(big / sizes[0])
    where = f"{big:,} 行 × 60 列，{times} 次中位数，CPU 时间"
    own = "openpyxl 自己写的文件（文字不在共享表里）"
    return [
        (
            "导入（读、换算、查对、入库）÷ 子进程中 calamine 读同一文件",
            whole / floor,
            f"{where}，{whole:.2f} 秒；目标 ≤ 3",
        ),
        ("openpyxl + ORM ÷ 导入", peer / whole, f"{peer:.2f} 秒；目标 ≥ 6"),
        (f"同上两项，{own}：÷ calamine", inline[0] / inline[2], f"{inline[0]:.2f} 秒"),
        (f"同上两项，{own}：openpyxl + ORM ÷", inline[3] / inline[0], f"{inline[3]:.2f} 秒"),
        ("导入 ÷ 子进程中 calamine 读完即弃", whole / bare, f"{bare:.2f} 秒；行不交给程序的下限"),
        ("其中只读到计划为止 ÷ 交出各行的 calamine", read / floor, f"{read:.2f} 秒"),
        (f"增长指数 {sizes[0]:,} → {big:,} 行", exponent, "1 为成正比"),
        (
            "增长指数，文本表格、四十行一个小标题和小计，只到计划",
            math.log(texts[1] / texts[0]) / math.log(big / sizes[0]),
            f"{big:,} 行 {texts[1]:.2f} 秒",
        ),
    ]


def _floor(path: Path, out: Path) -> object:
    """calamine in a child process that hands its rows over as ours does: without them nothing was read."""
    subprocess.run([sys.executable, "-c", FLOOR, path, out], check=True)
    with without_collector():
        return marshal.loads(out.read_bytes())


def _planned(path: Path, count: int) -> float:
    text_file(path, count)
    return timed(lambda: intake.propose(path, load_default()))


def _measured(place: Path, name: str, times: int) -> tuple[float, float, float, float]:
    """Medians of: the whole import, reading and planning, the floor, the peer (once)."""
    path = place / name
    wholes, reads, floors = [], [], []
    for n in range(times):
        floors.append(timed(lambda: _floor(path, place / "floor")))
        with Ledger.create(place / f"账套-{name}-{n}", load_default(), operator="基准") as ledger:
            plans: list[intake.Plan] = []
            reads.append(
                timed(lambda: plans.append(intake.propose(path, ledger.standard, ledger=ledger)))  # noqa: B023
            )
            wholes.append(reads[-1] + timed(lambda: intake.apply(ledger, plans[0])))  # noqa: B023
    command = [sys.executable, "-c", PEER, path, place / f"{name}.db", peer_kinds()]
    peer = timed(lambda: subprocess.run(command, check=True))
    return statistics.median(wholes), statistics.median(reads), statistics.median(floors), peer
