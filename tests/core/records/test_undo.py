"""Undo and redo: the journal read backwards, in any sequence, across restarts, with later edits kept."""

from __future__ import annotations

import random
from collections.abc import Callable

import pytest

from core.records import Ledger, health


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


def test_undo_offers_the_step_that_was_redone_last(ledger: Ledger, asset: str) -> None:
    def labels(deed: Callable[[], object]) -> list[str]:
        """What undo offers, time after time."""
        found = []
        while label := ledger.undo_label():
            found.append(label)
            deed()
        return found

    for word in "一二三":
        with ledger.edit(word) as edit:
            edit.set("asset", asset, {"note": word, "cost": ord(word)})
    ledger.undo(ledger.batches()[2]["id"])
    ledger.redo()
    assert labels(ledger.undo) == ["一", "三", "二", "新增"]
    while ledger.redo() is not None:
        pass
    assert labels(ledger.undo) == ["一", "三", "二", "新增"]
    assert health.inspect(ledger, full=True).ok


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


def test_undo_of_an_import_keeps_what_later_records_hang_on(ledger: Ledger) -> None:
    with ledger.edit("导入", kind="import") as edit:
        unit = edit.add("unit", {"name": "甲局"})
        one, two = edit.add_many("asset", [("", {"name": "一"}, ""), ("", {"name": "二"}, "")])
    batch = edit.batch
    with ledger.edit("后来") as edit:
        edit.add("asset", {"name": "三", "owner_unit": unit})
        edit.set_shown("asset", one, "cert_no", "证1")
    preview = ledger.undo_preview(batch)
    result = ledger.undo(batch)
    assert result is not None and list(result.kept) == preview
    assert {(k.uid, k.why) for k in result.kept} == {
        (unit, "别的记录还在引用它"),
        (one, "这条记录后来加了下级记录"),
    }
    assert sorted(r[0] for r in ledger.select("asset", ["name"])) == ["一", "三"]
    assert ledger.value("asset", two, "name") == "二" and ledger.get("asset", two).deleted  # type: ignore[union-attr]


def test_a_preview_of_undo_changes_nothing(ledger: Ledger, asset: str) -> None:
    before = (ledger.fingerprint(), ledger.undo_label(), len(ledger.batches()))
    assert ledger.undo_preview(1) == []
    assert (ledger.fingerprint(), ledger.undo_label(), len(ledger.batches())) == before


def test_undo_of_an_import_takes_its_doubts_along(ledger: Ledger, asset: str) -> None:
    where = {"file": "a.xlsx", "sheet": "S", "row": 2, "column": "C"}
    with ledger.edit("导入", kind="import") as edit:
        edit.set("asset", asset, {"cost": 5})
        edit.doubt("asset", asset, "cost", raw="约5", code="about", text="", **where)
    ledger.undo()
    assert not ledger.origins("asset")
    ledger.redo()
    assert [o.raw for o in ledger.origins("asset")[asset]] == ["约5"]


def test_undo_of_an_explanation_leaves_a_newer_one(ledger: Ledger, asset: str) -> None:
    def explain(text: str, before: dict[str, object] | None) -> dict[str, object]:
        row = {
            "rule": "H-012",
            "table": "asset",
            "uid": asset,
            "text": text,
            "digest": "d",
            "who": "",
            "at": "",
        }
        with ledger.edit("说明") as edit:
            edit.put_aux("explanation", f"H-012 {asset}", row, before)
        return row

    first = explain("旧", None)
    explain("新", first)
    ledger.undo(2)
    texts = ledger.conn.exec_driver_sql("SELECT text FROM explanation").scalars().all()
    assert texts == ["新"]


def test_a_thousand_rows_are_undone_without_asking_row_by_row(ledger: Ledger) -> None:
    with ledger.edit("导入", kind="import") as edit:
        edit.add_many("asset", [("", {"name": f"资产{i}"}, "") for i in range(1200)])
    result = ledger.undo()
    assert result is not None and not result.kept
    assert ledger.totals("asset")["count"] == 0
    ledger.redo()
    assert ledger.totals("asset")["count"] == 1200


@pytest.mark.slow
def test_ten_thousand_edits_are_undone_one_by_one_after_a_restart(ledger: Ledger, asset: str) -> None:
    chance = random.Random(1)
    start = ledger.fingerprint()
    with ledger.edit("一百宗") as edit:
        uids = edit.add_many("asset", [("", {"name": f"资产{i}"}, "") for i in range(100)])
    for number in range(9_999):
        with ledger.edit(f"第{number}步") as edit:
            edit.set("asset", chance.choice(uids), {"cost": number, "note": f"记{number % 5}"})
    end = ledger.fingerprint()
    ledger.close()
    with Ledger.open(ledger.folder) as again:
        for _ in range(10_000):
            result = again.undo()
            assert result is not None and not result.kept
        assert again.fingerprint() == start and again.undo_label() == "新增"
        for _ in range(10_000):
            assert again.redo() is not None
        assert again.fingerprint() == end and again.redo() is None
        assert health.inspect(again, full=True).ok
