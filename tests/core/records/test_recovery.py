"""Bringing back: what a restore would lose is shown row by row, single rows come back, nothing is overwritten."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from core.errors import DamagedError, InputRefused, SurroundingsError
from core.records import Ledger, attachments, health, recovery
from core.standard import load_default
from core.storage import pack


@pytest.fixture
def former(ledger: Ledger, asset: str) -> Path:
    """A backup, and what happened since: one asset changed, one added, one deleted."""
    with ledger.edit("前") as edit:
        gone = edit.add("asset", {"name": "将被删除"})
        edit.set_shown("asset", gone, "cert_no", "证1")
    made = ledger.backup("甲")
    with ledger.edit("后") as edit:
        edit.set("asset", asset, {"cost": 7})
        edit.add("asset", {"name": "后加的"})
        edit.delete("asset", gone)
    return made


def _kinds(losses: list[recovery.Loss]) -> set[tuple[str, str, str]]:
    return {(one.table, one.name, one.kind) for one in losses}


def test_every_row_that_differs_from_the_backup_is_shown(ledger: Ledger, former: Path) -> None:
    with recovery.looked_at(former) as then:
        found = recovery.compare(ledger, then)
    assert _kinds(found) >= {
        ("asset", "解放碑旧办公楼", "changed"),
        ("asset", "后加的", "added"),
        ("asset", "将被删除", "deleted"),
    }
    changed = next(one for one in found if one.kind == "changed")
    assert changed.fields == (("cost", 7, 100_000_00),)
    assert {one.table for one in found} == {"asset", "title"}


def test_a_backup_of_another_line_is_compared_in_full(ledger: Ledger, former: Path, tmp_path: Path) -> None:
    with Ledger.create(tmp_path / "别的", load_default()) as other, recovery.looked_at(former) as then:
        with other.edit("x") as edit:
            edit.add("asset", {"name": "别处"})
        found = recovery.compare(other, then)
    assert ("asset", "别处", "added") in _kinds(found) and ("asset", "将被删除", "deleted") in _kinds(found)


def test_single_rows_come_back_with_their_children_and_can_be_undone(
    ledger: Ledger, asset: str, former: Path
) -> None:
    start = ledger.fingerprint()
    with recovery.looked_at(former) as then:
        gone = next(r[0] for r in then.select("asset", ["uid"], search="将被删除"))
        recovery.restore_rows(ledger, then, [("asset", gone), ("asset", asset)], why="误删")
        with pytest.raises(InputRefused, match="备份里没有"):
            recovery.restore_rows(ledger, then, [("asset", "00000000-0000-0000-0000-000000000000")])
    assert ledger.value("asset", asset, "cost") == 100_000_00
    assert list(ledger.select("asset", ["cert_no"], search="将被删除")) == [("证1",)]
    assert ledger.totals("asset")["count"] == 3
    assert health.inspect(ledger, full=True).ok
    ledger.undo()
    assert ledger.fingerprint() == start


def test_a_row_unknown_to_the_ledger_comes_back_from_a_backup(
    ledger: Ledger, asset: str, tmp_path: Path
) -> None:
    copy = ledger.backup("甲")
    with Ledger.create(tmp_path / "新", load_default()) as other, recovery.looked_at(copy) as then:
        recovery.restore_rows(other, then, [("asset", asset)])
        assert other.value("asset", asset, "name") == "解放碑旧办公楼"


def test_a_restore_keeps_what_was_there_as_a_backup(ledger: Ledger, former: Path) -> None:
    with recovery.looked_at(former) as then:
        wanted = then.fingerprint()
    end, place = ledger.fingerprint(), ledger.folder
    ledger.close()
    made = recovery.restore(place, former)
    assert made.kept is not None and "恢复前" in made.kept.name and not made.was_damaged
    with Ledger.open(place) as again:
        assert again.fingerprint() == wanted
    assert health.examine(place, full=True).ok
    recovery.restore(place, made.kept)
    with Ledger.open(place) as again:
        assert again.fingerprint() == end and again.undo_label() == "后"


def test_a_damaged_file_is_kept_aside_byte_by_byte(ledger: Ledger, former: Path) -> None:
    place = ledger.folder
    ledger.close()
    database = place / "台账.db"
    broken = bytearray(database.read_bytes())
    broken[9000:12000] = b"\xff" * 3000
    database.write_bytes(bytes(broken))
    (place / "台账.db-journal").write_bytes(b"left over")
    made = recovery.restore(place, former)
    assert made.was_damaged and made.kept is not None and made.kept.name.startswith("损坏_")
    assert made.kept.read_bytes() == bytes(broken)
    assert made.kept.with_name(made.kept.name + "-journal").read_bytes() == b"left over"
    assert health.examine(place, full=True).ok


def test_a_bad_backup_is_refused_and_nothing_is_touched(ledger: Ledger, former: Path) -> None:
    place, end = ledger.folder, ledger.fingerprint()
    ledger.close()
    data = bytearray(former.read_bytes())
    data[5000] ^= 4
    former.write_bytes(bytes(data))
    with pytest.raises(DamagedError, match="不能用"):
        recovery.restore(place, former)
    with Ledger.open(place) as again:
        assert again.fingerprint() == end
    assert [p.name for p in place.iterdir() if p.name.startswith(".")] == []


def test_the_backup_of_another_account_set_is_refused(ledger: Ledger, asset: str, tmp_path: Path) -> None:
    place, end = ledger.folder, ledger.fingerprint()
    ledger.close()
    with Ledger.create(tmp_path / "别的", load_default()) as other:
        foreign = other.backup("乙")
        wanted = other.fingerprint()
    with pytest.raises(InputRefused, match="另一个账套"):
        recovery.restore(place, foreign)
    with Ledger.open(place) as again:
        assert again.fingerprint() == end
    recovery.restore(place, foreign, foreign=True)
    with Ledger.open(place) as again:
        assert again.fingerprint() == wanted


def test_an_open_account_set_is_not_replaced(ledger: Ledger, former: Path) -> None:
    with pytest.raises(SurroundingsError, match="已被打开"):
        recovery.restore(ledger.folder, former)


# --- handing over as one file ---------------------------------------------------------------


@pytest.fixture
def packed(ledger: Ledger, asset: str, tmp_path: Path) -> Path:
    photo = tmp_path / "照片.jpg"
    photo.write_bytes(b"jpeg" * 100)
    attachments.attach(ledger, "asset", asset, photo)
    return pack.write(ledger.conn, ledger.folder, tmp_path / "移交.zip", {"unit_name": "渝中区"})


def test_a_pack_opens_elsewhere_as_the_same_account_set(ledger: Ledger, packed: Path, tmp_path: Path) -> None:
    place = tmp_path / "另一台电脑"
    made = recovery.restore(place, packed)
    assert made.kept is None
    with Ledger.open(place) as there:
        assert there.fingerprint() == ledger.fingerprint()
        assert there.meta("ledger_id") == ledger.meta("ledger_id")
        assert there.undo_label() == ledger.undo_label()
        assert attachments.path_of(there, attachments.listed(there)[0]).read_bytes() == b"jpeg" * 100
    assert health.examine(place, full=True).ok
    assert sorted(p.name for p in packed.parent.iterdir()) == ["另一台电脑", "照片.jpg", "移交.zip", "账套"]


def test_a_changed_pack_is_refused(packed: Path, tmp_path: Path) -> None:
    data = bytearray(packed.read_bytes())
    data[len(data) // 3] ^= 1
    packed.write_bytes(bytes(data))
    with pytest.raises(InputRefused) as refused:
        recovery.restore(tmp_path / "新", packed)
    assert refused.value.code == "bad-pack" and refused.value.next
    assert not (tmp_path / "新" / "台账.db").exists()


def test_a_pack_with_a_name_that_leads_outside_is_refused(packed: Path, tmp_path: Path) -> None:
    import json
    import zipfile

    evil = tmp_path / "坏.zip"
    with zipfile.ZipFile(packed) as old, zipfile.ZipFile(evil, "w") as new:
        told = json.loads(old.read(pack.LIST))
        for name in told["files"]:
            new.writestr(name, old.read(name))
        new.writestr("附件/../../x", b"x")
        told["files"]["附件/../../x"] = {"size": 1, "sha256": "2" * 64}
        new.writestr(pack.LIST, json.dumps(told))
    with pytest.raises(InputRefused, match="文件名不合规"):
        recovery.restore(tmp_path / "新", evil)
    assert not (tmp_path.parent / "x").exists()


def test_what_a_crashed_restore_left_is_swept_away(ledger: Ledger) -> None:
    place = ledger.folder
    ledger.close()
    (place / ".恢复-1234").mkdir()
    (place / ".恢复-1234" / "台账.db").write_bytes(b"x")
    (place / "备份" / "2026.tmp").write_bytes(b"x")
    (place / "附件" / "aa.tmp").write_bytes(b"x")
    assert {p.code for p in health.examine(place).problems} >= {"leftover"}
    Ledger.open(place).close()
    assert not list(place.glob(".恢复*")) and not list((place / "备份").iterdir())
    shutil.rmtree(place)
