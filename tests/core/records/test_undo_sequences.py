"""Random companies of actions: undoing everything gives the start, redoing everything the end."""

from __future__ import annotations

import contextlib
import functools
import random
import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.errors import InputRefused
from core.excel import child
from core.excel.grid import Book
from core.exchange.applying import apply
from core.exchange.intake import plan_book
from core.records import Ledger, attachments, health, kernelrows, lineage, periods, recovery
from core.standard import load_default

PERIODS = ("2026Q3", "2026Q4")


@settings(max_examples=4, deadline=None)
@given(st.integers(0, 2**32))
def test_undoing_everything_gives_the_start_and_redoing_everything_the_end(seed: int) -> None:
    _there_and_back(seed)


@pytest.mark.slow
@settings(max_examples=60, deadline=None)
@given(st.integers(0, 2**32))
def test_so_it_is_for_many_companies_of_actions(seed: int) -> None:
    _there_and_back(seed)


def _there_and_back(seed: int) -> None:
    chance = random.Random(seed)
    with tempfile.TemporaryDirectory() as folder, Ledger.create(Path(folder) / "z", load_default()) as ledger:
        start = _picture(ledger)
        for step in range(chance.randint(1, 20)):
            with contextlib.suppress(InputRefused):  # a locked period, an asset that was split already
                ACTIONS[chance.choice(list(ACTIONS))](ledger, chance, step)
            with contextlib.suppress(InputRefused):
                if chance.random() < 0.2:
                    ledger.undo()
                if chance.random() < 0.1:
                    ledger.redo()
        for one in periods.listed(ledger):
            if not one.is_open:
                periods.reopen(ledger, one.period, why="演练")
        end = _picture(ledger)
        back = []
        while label := ledger.undo_label():
            back.append(label)
            assert ledger.undo() is not None
        assert _picture(ledger) == start
        for label in reversed(back):
            assert ledger.redo_label() == label
            ledger.redo()
        assert _picture(ledger) == end
        assert health.inspect(ledger, full=True).ok


def _picture(ledger: Ledger) -> tuple[object, ...]:
    """Everything that undo must bring back."""
    doubts = {
        t: {k: [(o.field, o.raw) for o in v] for k, v in ledger.origins(t).items()}
        for t in ("asset", "progress")
    }
    tables = ("unit", "asset", "title", "progress")
    attached = [(a.record, a.file) for a in attachments.listed(ledger)]
    sums = [ledger.totals(t) for t in tables]
    return (ledger.fingerprint(), doubts, sums, attached, lineage.roots(ledger))


# --- what a clerk does ----------------------------------------------------------------------


def _live(ledger: Ledger, table: str = "asset") -> list[str]:
    return [str(r[0]) for r in ledger.select(table, ["uid"])]


def _one(ledger: Ledger, chance: random.Random) -> str:
    """A live asset, made when there is none."""
    if live := _live(ledger):
        return chance.choice(live)
    with ledger.edit("新增") as edit:
        return edit.add("asset", {"name": "资产", "cost": chance.randint(0, 10**9)})


def _add(ledger: Ledger, chance: random.Random, step: int) -> None:
    with ledger.edit("新增") as edit:
        edit.add("asset", {"name": f"资产{step}", "cost": chance.randint(0, 10**9)})


def _set(ledger: Ledger, chance: random.Random, step: int) -> None:
    uid = _one(ledger, chance)
    with ledger.edit("改") as edit:
        edit.set("asset", uid, {"cost": chance.randint(0, 99), "note": chance.choice([None, "记"])})


def _paste(ledger: Ledger, chance: random.Random, step: int) -> None:
    """Cells of some rows, shown columns among them, and new rows below."""
    _one(ledger, chance)
    live = _live(ledger)
    with ledger.edit("粘贴") as edit:
        for uid in chance.sample(live, min(4, len(live))):
            edit.set("asset", uid, {"cost": step, "name": f"贴{step}"})
            edit.set_shown("asset", uid, "cert_no", chance.choice(["证1", "证2", None]))
            edit.set_shown("asset", uid, "owner_unit_name", f"单位{step}")
        for i in range(chance.randint(0, 3)):
            uid = edit.add("asset", {"name": f"贴{step}-{i}"})
            edit.set_shown("asset", uid, "cert_no", f"证{i}")


def _bulk(ledger: Ledger, chance: random.Random, step: int) -> None:
    with ledger.edit("整批") as edit:
        edit.add_many("asset", [("", {"name": f"批{step}-{i}"}, "") for i in range(chance.choice([2, 210]))])


@functools.cache
def _book() -> tuple[Book, Path]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "台账.csv"
        lines = ["资产编号,资产名称,单位名称,账面原值（万元）,账面净值（万元）,坐落,权证号"]
        lines += [
            f"A{i},导入{i},导入单位{i % 2},{i}.5,{'约3' if i == 4 else i},某路{i}号,证{i}" for i in range(8)
        ]
        path.write_text("\n".join(lines), "utf-8-sig")
        return child.read(path), path


def _import(ledger: Ledger, chance: random.Random, step: int) -> None:
    """The same file again changes what was edited since, and settles or leaves doubts."""
    book, path = _book()
    apply(ledger, plan_book(book, path, ledger.standard, ledger=ledger))


def _split(ledger: Ledger, chance: random.Random, step: int) -> None:
    lineage.split(ledger, _one(ledger, chance), [{"cost": step}, {}, {}][: chance.randint(2, 3)])


def _merge(ledger: Ledger, chance: random.Random, step: int) -> None:
    live = _live(ledger)
    if len(live) > 1:
        lineage.merge(ledger, chance.sample(live, 2), {"note": "合"})


def _renumber(ledger: Ledger, chance: random.Random, step: int) -> None:
    _one(ledger, chance)
    live = _live(ledger)
    lineage.renumber(ledger, chance.sample(live, min(3, len(live))), prefix=f"S{step}-")


def _delete(ledger: Ledger, chance: random.Random, step: int) -> None:
    table = chance.choice(["asset", "asset", "title", "unit", "progress"])
    if live := _live(ledger, table):
        with ledger.edit("删除") as edit:
            edit.delete_many(table, chance.sample(live, min(len(live), chance.randint(1, 3))))


def _bring_back(ledger: Ledger, chance: random.Random, step: int) -> None:
    if dead := [r[0] for r in ledger.select("asset", ["uid"], deleted=True)]:
        with ledger.edit("恢复") as edit:
            edit.restore("asset", chance.choice(dead))


def _doubt(ledger: Ledger, chance: random.Random, step: int) -> None:
    uid, field = _one(ledger, chance), chance.choice(["cost", "cert_no"])
    with ledger.edit("存疑") as edit:
        edit.set("asset", uid, {"cost": step})
        edit.doubt(
            "asset",
            uid,
            field,
            file="a",
            sheet="",
            row=step,
            column="A",
            raw=f"约{step}",
            code="about",
            text="",
        )


def _confirm(ledger: Ledger, chance: random.Random, step: int) -> None:
    ledger.confirm("asset", _one(ledger, chance), "cost")


def _explain(ledger: Ledger, chance: random.Random, step: int) -> None:
    uid = _one(ledger, chance)
    key = f"H-012 {uid}"
    row = {"rule": "H-012", "table": "asset", "uid": uid, "text": f"原因{step}", "digest": "", "who": ""}
    with ledger.edit("说明") as edit:
        before = kernelrows.read(ledger.conn, ledger.tables, "explanation", key)
        edit.put_aux("explanation", key, None if before and step % 2 else {**row, "at": ""}, before or None)


def _attach(ledger: Ledger, chance: random.Random, step: int) -> None:
    if (there := attachments.listed(ledger)) and chance.random() < 0.4:
        attachments.detach(ledger, chance.choice(there).uid)
        return
    source = ledger.folder.parent / f"照片{step % 3}.jpg"
    source.write_bytes(b"jpeg" * (step % 3 + 1))
    attachments.attach(ledger, "asset", _one(ledger, chance), source)


def _progress(ledger: Ledger, chance: random.Random, step: int) -> None:
    uid = _one(ledger, chance)
    values = {"asset": uid, "period": chance.choice(PERIODS), "method": f"{step:02d}", "revived": step}
    with ledger.edit("进展") as edit:
        edit.add("progress", values)


def _period(ledger: Ledger, chance: random.Random, step: int) -> None:
    """Steps that undo passes over, and the carry-over that it takes back."""
    period = chance.choice(PERIODS)
    deeds: list[Callable[[], object]] = [
        lambda: periods.open_period(ledger, period),
        lambda: periods.review(ledger, period),
        lambda: periods.lock(ledger, period),
        lambda: periods.reopen(ledger, period, why="补填"),
        lambda: periods.carry_over(ledger, *PERIODS),
    ]
    chance.choice(deeds)()


def _from_backup(ledger: Ledger, chance: random.Random, step: int) -> None:
    """Bring single rows to what a backup of a moment ago holds, after they went."""
    uid = _one(ledger, chance)
    made = ledger.backup("甲")
    with ledger.edit("删除") as edit:
        edit.delete("asset", uid)
    with recovery.looked_at(made) as then:
        recovery.restore_rows(ledger, then, [("asset", uid)])


ACTIONS: dict[str, Callable[[Ledger, random.Random, int], None]] = {
    "add": _add,
    "set": _set,
    "paste": _paste,
    "bulk": _bulk,
    "import": _import,
    "split": _split,
    "merge": _merge,
    "renumber": _renumber,
    "delete": _delete,
    "bring back": _bring_back,
    "doubt": _doubt,
    "confirm": _confirm,
    "explain": _explain,
    "attach": _attach,
    "progress": _progress,
    "period": _period,
    "from backup": _from_backup,
}
