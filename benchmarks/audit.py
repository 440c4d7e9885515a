"""How long the audit takes, as ratios to fetching the same rows (perf.md §5, §9 goals 8 and 9)."""

from __future__ import annotations

import math
import random
import statistics
import sys
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import sqlalchemy as sa

from core.audit import check, recheck
from core.audit.plan import ROW_KINDS
from core.audit.rules import rules_in_force
from core.audit.scan import auditor
from core.jobs import Progress
from core.records import Ledger
from core.records.compile import now
from core.records.search import sort_key
from core.standard import load_default
from core.standard.types import Value
from core.storage import engine

PERIOD = "2026Q3"
Row = tuple[str, float, str]


@contextmanager
def ledger_of(count: int) -> Iterator[Ledger]:
    """A 账套 with so many assets, each with a certificate and a row of progress; 2 % have mistakes."""
    with tempfile.TemporaryDirectory() as folder:
        ledger = Ledger.create(Path(folder) / "账套", load_default(), operator="基准")
        with ledger:
            fill(ledger, count)
            yield ledger


def fill(ledger: Ledger, count: int, *, wrong: float = 0.02) -> None:
    """Assets with a certificate and a row of progress each; this share of them has mistakes."""
    chance = random.Random(7)
    units = [str(uuid.UUID(int=n)) for n in range(1, 51)]
    named: list[tuple[dict[str, Value], str]] = [({"name": f"单位{n}"}, u) for n, u in enumerate(units)]
    _insert(ledger, "unit", named)
    for start in range(0, count, 5000):
        rows = [
            (_asset(chance, n, units, wrong), str(uuid.UUID(int=10**6 + n)))
            for n in range(start, min(start + 5000, count))
        ]
        _insert(ledger, "asset", rows)
        titles: list[tuple[dict[str, Value], str]] = [
            ({"asset": u, "cert_no": f"渝（2024）綦江区不动产权第{int(u[-8:], 16):09d}号"}, _child(u, 1))
            for _, u in rows
        ]
        _insert(ledger, "title", titles)
        progress: dict[str, Value] = {
            "period": PERIOD,
            "method": "2001",
            "stage": "70",
            "revived": 0,
            "recovered": 0,
            "external": 0,
        }
        _insert(
            ledger,
            "progress",
            [({**progress, "asset": u, "work_note": "本期继续推进招租"}, _child(u, 2)) for _, u in rows],
        )


def _child(uid: str, number: int) -> str:
    return f"{number:08x}{uid[8:]}"


def _asset(chance: random.Random, n: int, units: list[str], share: float) -> dict[str, Value]:
    area = chance.randrange(5_000, 900_000)
    cost = area * chance.randrange(800, 9000)
    gone = cost // 3
    wrong = chance.random() < share
    return {
        "asset_no": f"A{n:07d}",
        "name": f"第{n}号仓库",
        "domain": "SOE",
        "asset_class": "10",
        "owner_unit": units[n % 50],
        "acquire_date": "2010-05",
        "built_year": 2009,
        "location": f"古南街道河西路{n}号",
        "region_code": "500110",
        "area_building": area,
        "area_idle": area + 1 if wrong else area // 2,
        "area_revivable": area // 2,
        "use_status": "40",
        "idle_class": "10",
        "idle_since": "2024-03",
        "idle_reason": "01",
        "cost": cost,
        "depreciation": gone,
        "net": cost - gone + wrong,
        "book_date": "2026-06-30",
        "in_book": "10",
        "path": "20",
        "method": "2001",
        "measure": "面向社会公开招租用作社区服务站",
        "plan_start": "2026-01",
        "plan_end": "2026-12",
        "plan_amount": cost // 10,
        "resp_unit": units[n % 50],
        "resp_person": "张三",
        "resp_phone": "023-48662345",
    }


def _insert(ledger: Ledger, table: str, rows: list[tuple[dict[str, Value], str]]) -> None:
    codes = sorted({c for values, _ in rows for c in values})
    name = ledger.standard.tables[table].name_field
    tuples: list[tuple[object, ...]] = [
        (uid, 0, sort_key(str(values.get(name) or "")), *(values.get(c) for c in codes))
        for values, uid in rows
    ]
    columns = ["uid", "deleted", "sort", *codes]
    with ledger.transaction():
        engine.bulk_insert(ledger.conn, ledger.tables.record[table], columns, tuples)


def timed(deed: Callable[[], object]) -> float:
    """CPU seconds of one call."""
    start = time.process_time()
    deed()
    return time.process_time() - start


def fetched(ledger: Ledger) -> None:
    """Fetch every asset with all its columns from the bare driver and drop it."""
    cursor = engine.raw(ledger.conn).execute('SELECT * FROM "asset"')
    while cursor.fetchmany(2000):
        pass


def scanned(ledger: Ledger) -> None:
    """All rules of rows on every asset, findings with their numbers included."""
    rules = rules_in_force(ledger)
    for _ in auditor(ledger, rules).scan(ledger.conn, "asset", now(PERIOD), Progress()):
        pass


def ratio(ledger: Ledger, times: int) -> tuple[float, float]:
    """Median ratio of scanning to fetching in interleaved runs, and the median seconds of a scan."""
    scanned(ledger)
    pairs = [(timed(lambda: scanned(ledger)), timed(lambda: fetched(ledger))) for _ in range(times)]
    return statistics.median(a / b for a, b in pairs), statistics.median(a for a, _ in pairs)


def one_edit(ledger: Ledger, times: int) -> float:
    """Median CPU milliseconds of the review after one edit."""
    uid = ledger.conn.execute(sa.select(ledger.tables.record["asset"].c.uid).limit(1)).scalar()
    recheck(ledger, "asset", str(uid))
    taken = []
    for _ in range(times):
        taken.append(timed(lambda: recheck(ledger, "asset", str(uid))) * 1000)
    return statistics.median(taken)


def run(quick: bool) -> list[Row]:
    """Name, value and a note for each figure."""
    small, large = (2_000, 20_000) if quick else (10_000, 100_000)
    made: list[Row] = []
    seconds, edits = [], []
    for count in (small, large):
        with ledger_of(count) as ledger:
            found, taken = ratio(ledger, 3 if quick else 5)
            seconds.append(taken)
            edits.append(one_edit(ledger, 20 if quick else 50))
            rules = sum(1 for r in rules_in_force(ledger).values() if r.kind in ROW_KINDS)
            made.append(
                (f"审核 {count:,} 宗 ÷ 取出这些行", found, f"目标 ≤ 2；行规则 {rules} 条，{taken:.2f} CPU 秒")
            )
            if count == large:
                whole = timed(lambda: check(ledger, period=PERIOD))
                made.append((f"全部规则、全部表，{count:,} 宗", whole, "CPU 秒，含集合规则与存储"))
    growth = math.log(seconds[1] / seconds[0]) / math.log(large / small)
    made.append((f"增长指数 {small:,} → {large:,}", growth, "目标 ≤ 1.15"))
    made.append((f"改一格后的审核（{large:,} 宗）", edits[1], "CPU 毫秒，目标 ≤ 5"))
    made.append((f"同上 ÷ {small:,} 宗时", edits[1] / edits[0], "与行数无关：约 1"))
    return made


if __name__ == "__main__":
    for name, value, note in run("--quick" in sys.argv):
        print(f"{name}\t{value:.3g}\t{note}")
