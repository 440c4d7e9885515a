"""Edits, bulk insertion, search, sorting and backup against raw SQLite doing the same (perf.md §3)."""

from __future__ import annotations

import gc
import os
import random
import shutil
import sqlite3
import statistics
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from itertools import count, islice
from pathlib import Path

from core.records import Ledger, health
from core.standard import load_default
from core.standard.model import Field
from core.standard.types import Value, example, parse
from core.storage import engine

Row = tuple[str, float, str]
Times = tuple[float, float]
"""Wall and CPU seconds."""

_TURN = count(1)
"""A value that no cell had before."""

_TOWNS = ("古南街道", "文龙街道", "三江街道", "石角镇", "东溪镇", "赶水镇", "永新镇", "篆塘镇")
_KINDS = ("仓库", "办公楼", "门面", "厂房", "宿舍", "地块", "学校", "粮站")


def run(quick: bool) -> list[Row]:
    size = 5_000 if quick else 100_000
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        rows: list[Row] = []
        with _ledger(place / "小", 1_000) as small, _ledger(place / "大", size) as large:
            rows += _edits(small, large, size)
            rows += _bulk(place, 2_000 if quick else 10_000)
            rows += _search(large, size)
            rows += _backup(large, place, size)
            rows += _round_trip(large, size)
        rows += _sorting(place / "百万", 20_000 if quick else 1_000_000)
        return rows


# --- data -------------------------------------------------------------------------------------


@contextmanager
def _ledger(place: Path, size: int) -> Iterator[Ledger]:
    ledger = Ledger.create(place, load_default(), operator="基准")
    with ledger:
        units = [str(uuid.UUID(int=n)) for n in range(1, 51)]
        with ledger.edit("单位") as edit:
            edit.add_many("unit", [(u, {"name": f"单位{i}局"}, "") for i, u in enumerate(units)])
        made = _assets(ledger, size, units)
        with ledger.edit("导入", kind="import") as edit:
            for start in range(0, size, 5_000):
                edit.add_many("asset", made[start : start + 5_000])
        with ledger.edit("权证", kind="import") as edit:
            titles = [
                ("", {"asset": u, "cert_no": f"渝（2024）不动产权第{i:09d}号"}, "")
                for i, (u, _, _) in enumerate(made)
            ]
            edit.add_many("title", titles)
        yield ledger


def _assets(ledger: Ledger, size: int, units: list[str]) -> list[tuple[str, dict[str, Value], str]]:
    """Rows with sixty fields filled, as a district's full form has them."""
    chance = random.Random(5)
    fields = [f for f in ledger.standard.tables["asset"].fields.values() if f.type != "ref" and not f.auto][
        :60
    ]
    blank = {f.code: _value(f) for f in fields}
    rows: list[tuple[str, dict[str, Value], str]] = []
    for n in range(size):
        town, kind = chance.choice(_TOWNS), chance.choice(_KINDS)
        values = blank | {
            "name": f"{town}{kind}{n}号",
            "asset_no": f"500110-S-{n:07d}",
            "owner_unit": units[n % len(units)],
            "location": f"綦江区{town}河西路{n % 997}号",
            "path": ("10", "20", "30")[n % 3],
            "cost": chance.randint(10**6, 10**10),
            "note": None if n % 3 else f"原{kind}，{town}移交",
        }
        rows.append((str(uuid.UUID(int=10**9 + n)), values, ""))
    return rows


def _value(field: Field) -> Value:
    try:
        return parse(example(field), field)
    except ValueError:
        return None


def _timed(deed: Callable[[], object]) -> Times:
    gc.collect()
    wall, cpu = time.perf_counter(), time.process_time()
    deed()
    return time.perf_counter() - wall, time.process_time() - cpu


def _median(times: list[Times]) -> Times:
    return statistics.median(t[0] for t in times), statistics.median(t[1] for t in times)


def _pairs(ours: Callable[[], object], raw: Callable[[], object], rounds: int) -> tuple[Times, Times]:
    """Ours and the raw one in turn; the median of each."""
    a, b = [], []
    for _ in range(rounds):
        a.append(_timed(ours))
        b.append(_timed(raw))
    return _median(a), _median(b)


def _raw(path: Path) -> sqlite3.Connection:
    """A raw connection with the pragmas of the program."""
    conn = sqlite3.connect(path, isolation_level=None)
    for pragma in engine.PRAGMAS:
        conn.execute(pragma)
    return conn


# --- one edit -------------------------------------------------------------------------------------


def _edits(small: Ledger, large: Ledger, size: int) -> list[Row]:
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "roh.db"
        shutil.copyfile(large.backup("基准"), copy)
        raw = _raw(copy)
        ours, floor = _pairs(_editor(large), _raw_editor(raw, large), 15)
        raw.close()
    few, many = _pairs(_editor(small), _editor(large), 15)
    return [
        (
            f"一次落盘的修改，{size} 行 ÷ 同样语句的 sqlite3（≤ 2）",
            ours[0] / floor[0],
            f"每次 {ours[0] / 20 * 1e3:.2f} 对 {floor[0] / 20 * 1e3:.2f} 毫秒；CPU 之比 {ours[1] / floor[1]:.2f}",
        ),
        (f"一次修改，{size} 行 ÷ 1000 行（≤ 1.3）", many[0] / few[0], f"CPU 之比 {many[1] / few[1]:.2f}"),
    ]


def _editor(ledger: Ledger) -> Callable[[], None]:
    uids = [r[0] for r in islice(ledger.select("asset", ["uid"]), 0, None, 7)]

    def edit() -> None:
        for _ in range(20):
            n = next(_TURN)
            with ledger.edit("修改账面原值") as one:
                one.set("asset", uids[n % len(uids)], {"cost": n, "note": f"第{n}次"})

    edit()  # statements are compiled at their first use
    return edit


def _raw_editor(conn: sqlite3.Connection, ledger: Ledger) -> Callable[[], None]:
    """The statements of one edit, with values made beforehand."""
    uids = [r[0] for r in islice(ledger.select("asset", ["uid"]), 0, None, 7)]
    shape = ledger.shape("asset")
    read = ", ".join(f'"{c}"' for c in shape.to_read(("cost", "note")))
    head = ("基准", "edit", "修改账面原值", "", "", 0, "0" * 64, "0" * 64)

    def edit() -> None:
        for _ in range(20):
            n = next(_TURN)
            uid = uids[n % len(uids)]
            conn.execute("BEGIN IMMEDIATE")
            last = conn.execute("SELECT id, hash FROM batch ORDER BY id DESC LIMIT 1").fetchone()[0]
            conn.execute(f"SELECT {read} FROM asset WHERE uid = ? AND deleted = 0", (uid,)).fetchone()
            conn.execute(
                "SELECT * FROM origin WHERE uid = ? AND \"table\" = ? AND state = 'open'", (uid, "asset")
            ).fetchall()
            conn.execute(
                "UPDATE asset SET cost = ?, note = ?, search = ? WHERE uid = ?",
                (n, f"第{n}次", "x" * 200, uid),
            )
            conn.execute(
                "INSERT INTO batch (id, at, who, kind, label, why, source, target, prev, hash, undone) "
                "VALUES (?, '2026-11-24 10:00:00', ?, ?, ?, ?, ?, ?, ?, ?, 0)",
                (last + 1, *head),
            )
            conn.executemany(
                'INSERT INTO "change" (batch, "table", uid, kind, before, after) VALUES (?, ?, ?, ?, ?, ?)',
                [(last + 1, "asset", uid, "set", '{"cost":1,"note":"第1次"}', '{"cost":2,"note":"第2次"}')],
            )
            conn.execute("COMMIT")

    edit()
    return edit


# --- many rows --------------------------------------------------------------------------------------


def _bulk(place: Path, size: int) -> list[Row]:
    ours, floor = [], []
    for number in range(5):
        with Ledger.create(place / f"批{number}", load_default()) as ledger:
            rows = _assets(ledger, size, [str(uuid.UUID(int=1))])
            shape = ledger.shape("asset")
            codes = list(rows[0][1])
            writer = shape.writer(codes)
            tuples = list(
                writer.rows([(u, extra, tuple(map(values.get, codes))) for u, values, extra in rows])
            )
            names = ", ".join(f'"{c}"' for c in writer.columns)
            marks = ", ".join("?" * len(writer.columns))

            empty = place / f"批{number}.db"
            shutil.copyfile(ledger.backup("空"), empty)
            raw = _raw(empty)

            statement = f"INSERT INTO asset ({names}) VALUES ({marks})"
            floor.append(_timed(partial(_insert, raw, statement, tuples)))
            ours.append(_timed(partial(_add, ledger, rows)))
            raw.close()
    a, b = _median(ours), _median(floor)
    note = f"{a[0]:.2f} 对 {b[0]:.2f} 秒；时间之比 {a[0] / b[0]:.2f}"
    return [(f"整批加入 {size} 行连日志 ÷ executemany（≤ 2.5）", a[1] / b[1], note)]


def _add(ledger: Ledger, rows: list[tuple[str, dict[str, Value], str]]) -> None:
    with ledger.edit("导入", kind="import") as edit:
        edit.add_many("asset", rows)


def _insert(conn: sqlite3.Connection, statement: str, rows: list[tuple[Value, ...]]) -> None:
    conn.execute("BEGIN IMMEDIATE")
    conn.executemany(statement, rows)
    conn.execute("COMMIT")


def _search(ledger: Ledger, size: int) -> list[Row]:
    raw = engine.raw(ledger.conn)

    def ours() -> None:
        ledger.ids("asset", search="仓库")

    def floor() -> None:
        raw.execute("SELECT id FROM asset WHERE instr(search, ?) > 0", ("仓库",)).fetchall()

    a, b = _pairs(ours, floor, 7)
    note = f"{a[1] * 1e3:.0f} 对 {b[1] * 1e3:.0f} 毫秒；连同单位名称和权证号一起找"
    return [(f"两个字的查找，{size} 行 ÷ 一次 instr 扫描（≤ 1.5）", a[1] / b[1], note)]


def _sorting(place: Path, size: int) -> list[Row]:
    with Ledger.create(place, load_default()) as ledger:
        rows = [
            (str(uuid.UUID(int=n)), f"{n * 7919 % size:07d}", f"A{n * 104729 % size:07d}", f"资产{n}", n)
            for n in range(size)
        ]
        with ledger.transaction():
            engine.bulk_insert(
                ledger.conn, ledger.tables.record["asset"], ["uid", "sort", "asset_no", "name", "cost"], rows
            )
        results: list[Row] = []
        for code in ("name", "-asset_no"):

            def page(order: list[str]) -> None:
                list(islice(ledger.select("asset", ["uid", "name", "cost"], order=order), 100))

            a, b = _pairs(lambda code=code: page([code]), lambda: page([]), 9)  # type: ignore[misc]
            note = f"{a[1] * 1e3:.1f} 对 {b[1] * 1e3:.1f} 毫秒"
            results.append((f"按 {code} 排序的第一页，{size} 行 ÷ 不排序（≤ 5）", a[1] / b[1], note))
        raw = engine.raw(ledger.conn)
        scan = "SELECT id FROM asset INDEXED BY ix_asset_sort WHERE sort >= '' ORDER BY sort"
        a, b = _pairs(lambda: ledger.ids("asset", order=["name"]), lambda: raw.execute(scan).fetchall(), 3)
        results.append((f"{size} 行的顺序表 ÷ 只走索引（≤ 5）", a[1] / b[1], f"{a[1]:.2f} 对 {b[1]:.2f} 秒"))
        return results


# --- safety -------------------------------------------------------------------------------------------


def _backup(ledger: Ledger, place: Path, size: int) -> list[Row]:
    source = ledger.folder / "台账.db"

    def floor() -> None:
        # A new file each time, as a backup is: writing over an old one reuses its memory pages.
        target = place / f"copy{next(_TURN)}.db"
        shutil.copyfile(source, target)
        with open(target, "rb+") as f:
            os.fsync(f.fileno())

    def ours() -> None:
        ledger.backup("基准")

    a, b = _pairs(ours, floor, 5)
    note = (
        f"{source.stat().st_size / 1e6:.0f} MB，CPU {a[1]:.2f} 对 {b[1]:.2f} 秒；时间之比 {a[0] / b[0]:.1f}"
    )
    return [(f"备份连检查和校验值，{size} 行 ÷ 复制并落盘（≤ 12）", a[1] / b[1], note)]


def _round_trip(ledger: Ledger, size: int) -> list[Row]:
    """For orientation: undoing the import of everything, checking everything, opening again."""
    # With their titles the assets would stay, as rows extended since.
    ledger.undo(3)
    undone = _timed(lambda: ledger.undo(2))
    redone = _timed(lambda: ledger.redo())
    ledger.redo()
    checked = _timed(lambda: health.inspect(ledger, full=True))
    reading = _timed(lambda: ledger.fingerprint())
    ledger.close()
    opened = _timed(lambda: Ledger.open(ledger.folder).close())
    return [
        (
            f"撤销整批导入，{size} 行 ÷ 指纹",
            undone[1] / reading[1],
            f"{undone[0]:.1f} 秒；恢复 {redone[0]:.1f} 秒",
        ),
        (f"逐行检查，{size} 行 ÷ 指纹", checked[1] / reading[1], f"{checked[0]:.1f} 秒"),
        (f"打开并关闭，{size} 行 ÷ 指纹", opened[1] / reading[1], f"{opened[0]:.2f} 秒"),
    ]
