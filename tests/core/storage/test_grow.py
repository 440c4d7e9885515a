"""A file grows with its standard and with the program; what is in it stays."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.records import Ledger, health
from core.standard.load import load_files
from core.storage import backup, grow

ASSET = "tables/asset.toml"
NEW = '\nnew_field = { label = "新增栏目", type = "text" }\n'


def _with_new_field(place: Path, text: str = NEW) -> None:
    """Give the stored standard a field more, as adopting a newer version does."""
    with Ledger.open(place) as ledger:
        files = dict(ledger.standard.files)
        files[ASSET] = files[ASSET] + text.encode()
        standard = load_files(files)
        with ledger.transaction():
            grow.store_standard(ledger.conn, ledger.tables, standard)


@pytest.mark.parametrize("readonly", [True, False])
def test_a_field_more_in_the_standard_becomes_a_column_after_a_backup(place: Path, readonly: bool) -> None:
    _with_new_field(place)
    assert backup.listed(place) == []
    with Ledger.open(place, readonly=readonly) as ledger:
        assert list(ledger.select("asset", ["cost", "new_field"]))[3] == (300, None)
        assert ledger.readonly == readonly
    assert [b.reason for b in backup.descriptions(place)] == ["升级前"]
    Ledger.open(place).close()
    assert len(backup.listed(place)) == 1, "nothing to grow, no backup"


def test_a_renamed_field_keeps_its_values(place: Path) -> None:
    with Ledger.open(place) as ledger:
        uid = next(ledger.select("asset", ["uid"]))[0]
        with ledger.edit("改") as edit:
            edit.set("asset", uid, {"ext_system": "资产云"})
        files = dict(ledger.standard.files)
        old, new = "ext_system = { ", 'outer_system = { renamed = "ext_system", '
        files[ASSET] = files[ASSET].decode().replace(old, new).encode()
        standard = load_files(files)
        with ledger.transaction():
            grow.store_standard(ledger.conn, ledger.tables, standard)
    with Ledger.open(place) as ledger:
        assert ledger.value("asset", uid, "outer_system") == "资产云"


def test_a_data_step_runs_once(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ran: list[int] = []
    number = grow.SCHEMA + 1
    monkeypatch.setattr(grow, "SCHEMA", number)
    monkeypatch.setattr(grow, "STEPS", {number: lambda conn, tables: ran.append(number)})
    Ledger.open(place).close()
    with Ledger.open(place) as ledger:
        assert ledger.meta("schema") == str(number)
    assert ran == [number]


def test_a_file_of_the_first_program_learns_what_was_redone_last(place: Path) -> None:
    with Ledger.open(place) as ledger:
        uid = next(ledger.select("asset", ["uid"]))[0]
        for word in ("一", "二"):
            with ledger.edit(word) as edit:
                edit.set("asset", uid, {"note": word})
        first = ledger.batches()[1]["id"]
        ledger.undo(first)
        ledger.redo()
        with ledger.transaction():
            ledger.conn.exec_driver_sql("DROP INDEX ix_batch_redone")
            ledger.conn.exec_driver_sql("ALTER TABLE batch DROP COLUMN redone")
            ledger.conn.exec_driver_sql("UPDATE meta SET value = '1' WHERE \"key\" = 'schema'")
    with Ledger.open(place) as ledger:
        assert ledger.undo_label() == "一"
        assert health.inspect(ledger, full=True).ok


def test_a_missing_index_is_made(place: Path) -> None:
    with Ledger.open(place) as ledger, ledger.transaction():
        ledger.conn.exec_driver_sql("DROP INDEX ix_asset_sort")
    with Ledger.open(place) as ledger:
        assert grow.missing(ledger.conn, ledger.tables) == []
