"""Undo and redo: the journal read backwards, in any sequence, across restarts, with later edits kept."""

from __future__ import annotations

import random
import tempfile
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from core.records import Ledger
from core.standard import load_default


def test_undo_survives_a_restart(ledger: Ledger, asset: str) -> None:
    with ledger.edit("改") as edit:
        edit.set("asset", asset, {"cost": 5})
    ledger.close()
    with Ledger.open(ledger.folder) as again:
        assert again.undo_label() == "改"
        again.undo()
        assert again.value("asset", asset, "cost") == 100_000_00
        assert again.redo_label() == "改"


def test_a_new_action_ends_the_chance_to_redo(ledger: Ledger, asset: str) -> None:
    ledger.undo()
    with ledger.edit("另") as edit:
        edit.add("unit", {"name": "乙"})
    assert ledger.redo_label() == ""
    assert ledger.redo() is None


def test_undo_of_an_import_keeps_rows_edited_since_and_names_them(ledger: Ledger) -> None:
    with ledger.edit("导入 a.xlsx", kind="import") as edit:
        uids = edit.add_many("asset", [("", {"name": f"资产{i}"}, "") for i in range(300)])
    batch = edit.batch
    with ledger.edit("改") as edit:
        edit.set("asset", uids[7], {"name": "改过的"})
    result = ledger.undo(batch)
    assert result is not None
    assert [(k.uid, k.name) for k in result.kept] == [(uids[7], "改过的")]
    assert ledger.totals("asset")["count"] == 1


def test_the_clerk_decides_row_by_row(ledger: Ledger) -> None:
    with ledger.edit("导入", kind="import") as edit:
        one, two = edit.add_many("asset", [("", {"name": "甲"}, ""), ("", {"name": "乙"}, "")])
    batch = edit.batch
    with ledger.edit("改") as edit:
        edit.set("asset", one, {"cost": 1})
        edit.set("asset", two, {"cost": 2})
    ledger.undo(batch, decide=lambda kept: kept.uid == one)
    assert [r[0] for r in ledger.select("asset", ["name"])] == ["乙"]


def test_undo_of_an_old_edit_keeps_the_newer_cell_and_takes_the_rest(ledger: Ledger, asset: str) -> None:
    with ledger.edit("改两格") as edit:
        edit.set("asset", asset, {"cost": 1, "note": "旧"})
    batch = edit.batch
    with ledger.edit("再改") as edit:
        edit.set("asset", asset, {"cost": 2})
    result = ledger.undo(batch)
    assert result is not None and result.kept[0].fields == ("cost",)
    assert ledger.value("asset", asset, "cost") == 2
    assert ledger.value("asset", asset, "note") is None


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 2**32))
def test_undoing_everything_gives_the_start_and_redoing_everything_the_end(seed: int) -> None:
    chance = random.Random(seed)
    with tempfile.TemporaryDirectory() as folder, Ledger.create(Path(folder) / "z", load_default()) as ledger:
        start = ledger.fingerprint()
        for step in range(chance.randint(1, 15)):
            _random_action(ledger, chance, step)
        end = ledger.fingerprint()
        while ledger.undo() is not None:
            pass
        assert ledger.fingerprint() == start
        while ledger.redo() is not None:
            pass
        assert ledger.fingerprint() == end


def _random_action(ledger: Ledger, chance: random.Random, step: int) -> None:
    live = [r[0] for r in ledger.select("asset", ["uid"])]
    dead = [r[0] for r in ledger.select("asset", ["uid"], where="", include_deleted=True) if r[0] not in live]
    with ledger.edit(f"第{step}步") as edit:
        kind = chance.choice(["add", "set", "set", "shown", "delete", "restore", "many"])
        if kind == "add" or not live:
            edit.add("asset", {"name": f"资产{step}", "cost": chance.randint(0, 10**9)})
        elif kind == "many":
            edit.add_many(
                "asset", [("", {"name": f"批{step}-{i}"}, "") for i in range(chance.choice([2, 210]))]
            )
        elif kind == "set":
            edit.set(
                "asset",
                chance.choice(live),
                {"cost": chance.randint(0, 99), "note": chance.choice([None, "记"])},
            )
        elif kind == "shown":
            edit.set_shown("asset", chance.choice(live), "cert_no", chance.choice(["证1", "证2", None]))
            edit.set_shown("asset", chance.choice(live), "owner_unit_name", f"单位{step}")
        elif kind == "delete":
            edit.delete("asset", chance.choice(live))
        elif dead:
            edit.restore("asset", chance.choice(dead))


def test_redo_brings_back_only_what_the_undo_took_away(ledger: Ledger) -> None:
    with ledger.edit("导入", kind="import") as edit:
        one, _, three = edit.add_many(
            "asset", [("", {"name": n}, "") for n in ("一号楼", "二号楼", "三号楼")]
        )
    batch = edit.batch
    with ledger.edit("改") as edit:
        edit.set("asset", one, {"cost": 1})
    with ledger.edit("删") as edit:
        edit.delete("asset", three)
    before = ledger.fingerprint()
    ledger.undo(batch)
    assert [r[0] for r in ledger.select("asset", ["name"])] == ["一号楼"]
    ledger.redo()
    assert ledger.fingerprint() == before


def test_redo_after_a_decided_undo_gives_back_the_later_value(ledger: Ledger, asset: str) -> None:
    with ledger.edit("导入改值", kind="import") as edit:
        edit.set("asset", asset, {"cost": 12_50})
    batch = edit.batch
    with ledger.edit("再改") as edit:
        edit.set("asset", asset, {"cost": 13_00})
    ledger.undo(batch, decide=lambda kept: True)
    assert ledger.value("asset", asset, "cost") == 100_000_00
    ledger.redo()
    assert ledger.value("asset", asset, "cost") == 13_00
