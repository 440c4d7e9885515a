"""The doctor finds what does not agree with itself, down to the single value, and writes nothing."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
import sqlalchemy as sa

from core.records import Ledger, attachments, health
from core.storage.lock import NAME


@pytest.fixture
def busy(ledger: Ledger, asset: str, tmp_path: Path) -> Ledger:
    """A ledger with every kind of change in its journal."""
    with ledger.edit("导入", kind="import") as edit:
        uids = edit.add_many("asset", [("", {"name": f"资产{i}", "cost": i}, "") for i in range(250)])
        where = {"file": "a", "sheet": "", "row": 1, "column": "A"}
        edit.doubt("asset", uids[3], "cost", raw="约3", code="about", text="", **where)
    with ledger.edit("改") as edit:
        for uid in uids[:40]:
            edit.set("asset", uid, {"cost": 10, "note": "改过"})
        edit.set_shown("asset", asset, "cert_no", "证1")
        edit.set_shown("asset", uids[1], "cert_no", "证2")
    with ledger.edit("删") as edit:
        edit.delete("asset", uids[5])
        edit.delete("asset", asset)
    with ledger.edit("找回") as edit:
        edit.restore("asset", uids[5])
    ledger.undo()
    ledger.undo()
    ledger.redo()
    ledger.confirm("asset", uids[7], "cost")
    photo = tmp_path / "a.jpg"
    photo.write_bytes(b"x")
    attachments.attach(ledger, "asset", uids[0], photo)
    return ledger


def test_a_well_ledger_is_found_well(busy: Ledger) -> None:
    report = health.inspect(busy, full=True)
    assert report.ok, report.problems
    assert [p.code for p in report.problems] == ["no-backup"]
    place = busy.folder
    busy.close()
    before = {p: p.read_bytes() for p in place.rglob("*") if p.is_file()}
    assert health.examine(place, full=True).ok and health.examine(place).ok
    assert {p: p.read_bytes() for p in place.rglob("*") if p.is_file()} == before


@pytest.mark.parametrize(
    ("statement", "code"),
    [
        ("UPDATE asset SET cost = 11 WHERE name = '资产200'", "row"),
        ("UPDATE asset SET cost = 11 WHERE name = '资产20'", "row"),
        ("UPDATE asset SET note = NULL WHERE name = '资产20'", "row"),
        ("UPDATE asset SET location = 'x' WHERE name = '资产200'", "row"),
        ("UPDATE asset SET search = 'x' WHERE name = '资产200'", "row"),
        ("UPDATE asset SET sort = 'x' WHERE name = '资产200'", "row"),
        ("UPDATE asset SET deleted = 9 WHERE name = '资产200'", "row"),
        ("UPDATE asset SET deleted = 0 WHERE deleted != 0", "row"),
        ("DELETE FROM asset WHERE name = '资产200'", "row-missing"),
        ("INSERT INTO asset (uid, name) VALUES ('zz', 'x')", "row"),
        ("UPDATE \"change\" SET after = replace(after, '10', '12') WHERE kind = 'set'", "chain"),
        ("UPDATE batch SET who = '李四' WHERE id = 2", "chain"),
        ("DELETE FROM batch WHERE id = 3", "chain"),
        ('DELETE FROM "change" WHERE id = (SELECT max(id) FROM "change")', "chain"),
        ("UPDATE batch SET undone = 1 WHERE id = 2", "undone"),
        ("UPDATE attachment SET sha256 = 'x'", "attachment"),
        ("UPDATE attachment SET kind = 'x'", "kernel-row"),
        ("DELETE FROM attachment", "kernel-row"),
        ("UPDATE standard SET data = substr(data, 2) WHERE path = 'params.toml'", "standard"),
        ("UPDATE title SET asset = 'zz'", "reference"),
    ],
)
def test_each_change_behind_the_ledgers_back_is_found(busy: Ledger, statement: str, code: str) -> None:
    with busy.transaction():
        busy.conn.exec_driver_sql(statement)
    report = health.inspect(busy, full=True)
    assert code in {p.code for p in report.problems}, report.problems
    assert not report.ok and all(p.next for p in report.problems)


def test_a_lost_attachment_is_found_without_a_full_check(busy: Ledger) -> None:
    attachments.path_of(busy, attachments.listed(busy)[0]).unlink()
    assert "attachment" in {p.code for p in health.inspect(busy).problems}


def test_a_kept_carrier_is_checked(busy: Ledger) -> None:
    with busy.transaction():
        row = {"period": "2026Q3", "version": 1, "state": "reported", "manifest": "{}", "carrier": b"no zip"}
        busy.conn.execute(sa.insert(busy.tables.submission), row)
    assert "submission" in {p.code for p in health.inspect(busy, full=True).problems}


def test_flips_and_overwritten_pages_are_found_even_without_a_seal(busy: Ledger) -> None:
    """What SQLite does not notice by itself, the journal does; unused bytes harm nobody."""
    place = busy.folder
    busy.close()
    (place / NAME).unlink()
    database = place / "台账.db"
    whole = database.read_bytes()
    with Ledger.open(place, damaged=True) as ledger:
        fingerprint = ledger.fingerprint()
    chance = random.Random(7)
    harm = missed = 0
    for _ in range(16):
        page = chance.randrange(len(whole) // 4096) * 4096
        broken = bytearray(whole)
        broken[page : page + 4096] = chance.randbytes(4096)
        database.write_bytes(bytes(broken))
        report = health.examine(place, full=True)
        assert database.read_bytes() == bytes(broken)
        harm += 1
        if report.ok:
            with Ledger.open(place, damaged=True) as ledger:
                missed += ledger.fingerprint() != fingerprint
    assert missed == 0 and harm == 16


def test_a_change_outside_can_be_accepted_once_the_content_is_proved(busy: Ledger) -> None:
    place = busy.folder
    busy.close()
    database = place / "台账.db"
    data = bytearray(database.read_bytes())
    # The reserved bytes of the header mean nothing to SQLite.
    data[75] ^= 1
    database.write_bytes(bytes(data))
    assert not health.examine(place, full=True).ok
    assert health.accept(place).ok
    Ledger.open(place).close()


def test_what_does_not_prove_itself_is_not_accepted(busy: Ledger) -> None:
    place = busy.folder
    busy.close()
    database = place / "台账.db"
    data = database.read_bytes().replace("资产200".encode(), "资产290".encode())
    database.write_bytes(data)
    assert not health.accept(place).ok
    assert database.read_bytes() == data
