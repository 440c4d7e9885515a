"""After a crash: what was half written is played back, for a reader too; a writer at work is left alone."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from core.errors import DamagedError, SurroundingsError, UsageError
from core.records import Ledger, health, recovery
from core.standard import load_default
from core.storage import lock

Elsewhere = Callable[..., subprocess.CompletedProcess[str]]

# Pages go to the file before the commit, and the process dies: a hot journal stays.
CRASH = """
import os, sqlite3, sys
conn = sqlite3.connect(sys.argv[1], isolation_level=None)
conn.execute("PRAGMA cache_size=1")
conn.execute("BEGIN IMMEDIATE")
conn.execute("UPDATE asset SET cost = 7, note = 'x'")
conn.execute("INSERT INTO meta SELECT 'k' || id, hex(randomblob(3000)) FROM asset")
os.kill(os.getpid(), 9)
"""


@pytest.fixture
def crashed(place: Path, elsewhere: Elsewhere) -> Path:
    before = (place / "台账.db").read_bytes()
    elsewhere(CRASH, place / "台账.db")
    assert (place / "台账.db-journal").stat().st_size > 0
    assert (place / "台账.db").read_bytes() != before
    return place


@pytest.mark.parametrize("readonly", [True, False])
def test_a_crash_in_the_middle_of_writing_leaves_the_state_before(crashed: Path, readonly: bool) -> None:
    with Ledger.open(crashed, readonly=readonly) as ledger:
        assert ledger.readonly == readonly
        assert [r[0] for r in ledger.select("asset", ["cost"])] == [i * 100 for i in range(50)]
    assert not (crashed / "台账.db-journal").exists()


def test_the_journal_of_a_writer_at_work_is_not_taken_from_it(place: Path, elsewhere: Elsewhere) -> None:
    look = """
import sys
from pathlib import Path
from core.records import Ledger
with Ledger.open(Path(sys.argv[1]), readonly=True) as ledger:
    print(ledger.totals("asset")["cost"], ledger.readonly)
"""
    with Ledger.open(place) as ledger:
        total = ledger.totals("asset")["cost"]
        with ledger.edit("改") as edit:
            edit.set("asset", next(ledger.select("asset", ["uid"]))[0], {"cost": 10**9})
            assert (place / "台账.db-journal").exists()
            answer = elsewhere(look, place)
        assert answer.stdout.split() == [str(total), "True"], answer.stderr
        assert ledger.totals("asset")["cost"] == total + 10**9


# Another program opened the file in its own way, and died with its changes in a log beside it.
OTHER = """
import os, sqlite3, sys
conn = sqlite3.connect(sys.argv[1], isolation_level=None)
conn.execute("PRAGMA journal_mode=WAL")
conn.execute("UPDATE asset SET cost = 7")
os.kill(os.getpid(), 9)
"""


@pytest.mark.parametrize("readonly", [True, False])
def test_what_another_program_left_in_a_log_is_read_and_told_by_the_doctor(
    place: Path, elsewhere: Elsewhere, readonly: bool
) -> None:
    elsewhere(OTHER, place / "台账.db")
    assert (place / "台账.db-wal").stat().st_size > 0
    with Ledger.open(place, readonly=readonly) as ledger:
        assert {r[0] for r in ledger.select("asset", ["cost"])} == {7}
    assert not health.examine(place, full=True).ok
    Ledger.open(place).close()
    assert sorted(p.name for p in place.glob("台账.db*")) == ["台账.db"]


def test_a_log_of_a_damaged_file_is_kept_aside_and_not_played_into_the_restored_one(
    place: Path, elsewhere: Elsewhere
) -> None:
    with Ledger.open(place) as ledger:
        good, wanted = ledger.backup("好"), ledger.fingerprint()
    database = place / "台账.db"
    elsewhere(OTHER, database)
    database.write_bytes(b"not a database" * 5000)
    made = recovery.restore(place, good)
    assert made.was_damaged and made.kept is not None
    assert made.kept.with_name(made.kept.name + "-wal").stat().st_size > 0
    with Ledger.open(place) as ledger:
        assert ledger.fingerprint() == wanted
    assert health.examine(place, full=True).ok


def test_a_folder_that_is_moved_away_refuses_edits_and_loses_nothing(place: Path) -> None:
    away = place.with_name("挪走")
    with Ledger.open(place) as ledger:
        with ledger.edit("先") as edit:
            uid = edit.add("asset", {"name": "先加的"})
        place.rename(away)
        with pytest.raises(SurroundingsError, match="找不到账套文件夹") as refused, ledger.edit("后") as edit:
            edit.set("asset", uid, {"cost": 9})
        assert "移动" in refused.value.next
        with pytest.raises(SurroundingsError):
            ledger.backup("后")
        assert ledger.value("asset", uid, "cost") is None
    assert not place.exists()
    with Ledger.open(away) as ledger:
        assert ledger.value("asset", uid, "name") == "先加的"
    assert health.examine(away, full=True).ok


def test_of_two_programs_that_make_a_ledger_in_one_folder_the_later_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place, real = tmp_path / "新", lock.Lock.acquire

    def quicker(self: lock.Lock) -> None:
        monkeypatch.setattr(lock.Lock, "acquire", real)
        with Ledger.create(place, load_default(), unit_name="先到") as ledger, ledger.edit("先") as edit:
            edit.add("asset", {"name": "先加的"})
        real(self)

    monkeypatch.setattr(lock.Lock, "acquire", quicker)
    with pytest.raises(UsageError, match="已有账套"):
        Ledger.create(place, load_default(), unit_name="后到")
    with Ledger.open(place) as ledger:
        assert ledger.meta("unit_name") == "先到" and ledger.totals("asset")["count"] == 1


def test_a_read_only_folder_can_be_read(place: Path) -> None:
    (place / "占用.lock").unlink()
    with Ledger.open(place, readonly=True) as ledger:
        assert ledger.totals("asset")["count"] == 50
    assert not (place / "占用.lock").exists()


def test_a_full_disk_is_told_and_nothing_is_lost(place: Path) -> None:
    with Ledger.open(place) as ledger:
        before = ledger.fingerprint()
        pages = ledger.conn.exec_driver_sql("PRAGMA page_count").scalar()
        ledger.conn.exec_driver_sql(f"PRAGMA max_page_count={pages}")
        with pytest.raises(SurroundingsError, match="磁盘空间已满") as full, ledger.edit("大") as edit:
            edit.add_many("asset", [("", {"name": "占" * 100, "note": "满" * 400}, "") for _ in range(500)])
        assert full.value.code == "disk-full" and "清理磁盘" in full.value.next
        assert ledger.fingerprint() == before
        ledger.conn.exec_driver_sql("PRAGMA max_page_count=1000000")
        with ledger.edit("再试") as edit:
            edit.add("asset", {"name": "乙"})


def test_a_file_of_another_kind_is_called_damaged_and_left_alone(place: Path) -> None:
    database = place / "台账.db"
    for content in (b"", b"not a database" * 500, database.read_bytes()[:5000]):
        database.write_bytes(content)
        for readonly in (True, False):
            with pytest.raises(DamagedError) as refused:
                Ledger.open(place, readonly=readonly)
            assert refused.value.next
        assert database.read_bytes() == content


def test_a_copied_folder_opens_without_its_lock_file(place: Path, tmp_path: Path) -> None:
    copy = tmp_path / "复制"
    shutil.copytree(place, copy, ignore=shutil.ignore_patterns("*.lock"))
    with Ledger.open(copy) as ledger:
        assert ledger.totals("asset")["count"] == 50
