"""The one door: reading, writing, shown columns, doubts, one owner."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.errors import InputRefused, SurroundingsError, UsageError
from core.records import Ledger
from core.records.journal import broken_link
from core.standard import load_default


def test_a_failed_action_leaves_nothing_behind(ledger: Ledger, asset: str) -> None:
    before = ledger.fingerprint()
    with pytest.raises(InputRefused), ledger.edit("坏") as edit:
        edit.set("asset", asset, {"cost": 1})
        edit.set("asset", asset, {"没有的字段": 1})
    assert ledger.fingerprint() == before
    assert ledger.undo_label() == "新增"


def test_a_value_equal_to_what_is_there_makes_no_journal_entry(ledger: Ledger, asset: str) -> None:
    with ledger.edit("没变") as edit:
        edit.set("asset", asset, {"path": "10"})
    assert ledger.undo_label() == "新增"


def test_a_shown_column_of_a_reference_changes_the_referenced_record(ledger: Ledger, asset: str) -> None:
    with ledger.edit("改单位名") as edit:
        edit.set_shown("asset", asset, "owner_unit_name", "渝中区国资委")
    assert [r[0] for r in ledger.select("unit", ["name"])] == ["渝中区国资委"]


def test_a_shown_column_of_a_child_makes_the_child_when_it_is_missing(ledger: Ledger, asset: str) -> None:
    with ledger.edit("填权证") as edit:
        edit.set_shown("asset", asset, "cert_no", "渝（2024）渝中区不动产权第000000001号")
    assert list(ledger.select("asset", ["cert_no"])) == [("渝（2024）渝中区不动产权第000000001号",)]
    assert ledger.totals("title")["count"] == 1


def test_a_deleted_record_takes_its_children_along_and_comes_back_with_them(
    ledger: Ledger, asset: str
) -> None:
    with ledger.edit("填权证") as edit:
        edit.set_shown("asset", asset, "cert_no", "证1")
    full = ledger.fingerprint()
    with ledger.edit("删除") as edit:
        edit.delete("asset", asset)
    assert ledger.totals("asset")["count"] == ledger.totals("title")["count"] == 0
    ledger.undo()
    assert ledger.fingerprint() == full


def test_names_sort_by_pinyin(ledger: Ledger) -> None:
    with ledger.edit("新增") as edit:
        for name in ("重庆路仓库", "阿旺厂房", "北山地块"):
            edit.add("asset", {"name": name})
    assert [r[0] for r in ledger.select("asset", ["name"], order=["name"])] == [
        "阿旺厂房",
        "北山地块",
        "重庆路仓库",
    ]


@pytest.mark.parametrize("word", ["碑旧", "jfb", "解放 办公", "JFBJ"])
def test_two_characters_or_initials_find_a_record(ledger: Ledger, asset: str, word: str) -> None:
    assert [r[0] for r in ledger.select("asset", ["uid"], search=word)] == [asset]


def test_sums_are_whole_fen(ledger: Ledger, asset: str) -> None:
    with ledger.edit("新增") as edit:
        edit.add("asset", {"name": "乙", "cost": 1})
    assert ledger.totals("asset")["cost"] == 100_000_01
    assert ledger.totals("asset", path="10")["cost"] == 100_000_00
    assert ledger.totals("asset", path="none")["count"] == 1


def test_entering_a_value_settles_its_doubt_and_undo_brings_the_doubt_back(
    ledger: Ledger, asset: str
) -> None:
    with ledger.edit("导入", kind="import") as edit:
        where = {"file": "a.xlsx", "sheet": "S", "row": 2, "column": "C"}
        edit.doubt(
            "asset", asset, "owner_uscc", raw="9.15E+17", code="scientific", text="末几位已丢失", **where
        )
    assert [o.field for o in ledger.origins("asset")[asset]] == ["owner_uscc"]
    with ledger.edit("填") as edit:
        edit.set_shown("asset", asset, "owner_uscc", "11500000009276871K")
    assert not ledger.origins("asset")
    ledger.undo()
    assert [o.raw for o in ledger.origins("asset")[asset]] == ["9.15E+17"]


def test_a_doubt_can_be_confirmed_as_it_stands(ledger: Ledger, asset: str) -> None:
    with ledger.edit("导入", kind="import") as edit:
        edit.doubt(
            "asset", asset, "cost", file="", sheet="", row=1, column="A", raw="约10万", code="about", text=""
        )
    ledger.confirm("asset", asset, "cost")
    assert not ledger.origins("asset")


def test_a_second_owner_is_refused_and_told_who_holds_it(ledger: Ledger) -> None:
    with pytest.raises(SurroundingsError, match="已被打开"):
        Ledger.open(ledger.folder)


def test_reading_is_allowed_while_another_owns_it(ledger: Ledger, asset: str) -> None:
    with Ledger.open(ledger.folder, readonly=True) as reader:
        assert reader.totals("asset")["count"] == 1
        with pytest.raises(SurroundingsError, match="只读"), reader.edit("改"):
            pass


def test_an_existing_account_set_is_never_made_anew(ledger: Ledger) -> None:
    with pytest.raises(UsageError, match="已有账套"):
        Ledger.create(ledger.folder, load_default())


def test_a_missing_account_set_is_told_with_a_way_out(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="没有账套") as refused:
        Ledger.open(tmp_path)
    assert refused.value.next


def test_the_journal_chain_holds_and_a_forged_line_breaks_it(ledger: Ledger, asset: str) -> None:
    with ledger.edit("改") as edit:
        edit.set("asset", asset, {"cost": 5})
    assert broken_link(ledger.conn, ledger.tables) == 0
    with ledger.transaction():
        ledger.conn.exec_driver_sql("UPDATE \"change\" SET after = replace(after, '5', '6') WHERE batch = 2")
    assert broken_link(ledger.conn, ledger.tables) == 2


def test_a_newer_file_is_left_untouched(ledger: Ledger, tmp_path: Path) -> None:
    ledger.set_meta("schema", "999")
    folder = ledger.folder
    ledger.close()
    bytes_before = (folder / "台账.db").read_bytes()
    with pytest.raises(SurroundingsError, match="更新版本"):
        Ledger.open(folder)
    assert (folder / "台账.db").read_bytes() == bytes_before


def test_history_names_each_changed_field(ledger: Ledger, asset: str) -> None:
    with ledger.edit("改原值", why="笔误") as edit:
        edit.set("asset", asset, {"cost": 7})
    line = ledger.history(asset, "cost")[0]
    assert (line.before, line.after, line.who, line.why) == (100_000_00, 7, "张三", "笔误")
