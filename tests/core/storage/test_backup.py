"""Backups are whole, proved by their name, and thinned by age."""

from __future__ import annotations

import shutil
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from core.errors import DamagedError, SurroundingsError
from core.records import Ledger
from core.storage import backup, files


def test_a_backup_is_a_whole_ledger(place: Path, tmp_path: Path) -> None:
    with Ledger.open(place) as ledger:
        fingerprint = ledger.fingerprint()
        made = ledger.backup("导入前 a/b")
    (tmp_path / "另").mkdir()
    made.rename(tmp_path / "另" / "台账.db")
    with Ledger.open(tmp_path / "另") as again:
        assert again.fingerprint() == fingerprint


def test_the_name_tells_time_reason_and_check_sum(place: Path) -> None:
    with Ledger.open(place) as ledger:
        made = ledger.backup("导入前 a/b")
    (described,) = backup.descriptions(place)
    assert described.path == made and described.reason == "导入前ab"
    assert datetime.now() - described.at < timedelta(minutes=1)
    assert files.sha256(made).startswith(described.digest)
    assert backup.flaw(made) == ""


def test_a_changed_byte_makes_a_backup_useless(place: Path) -> None:
    with Ledger.open(place) as ledger:
        made = ledger.backup("甲")
    data = bytearray(made.read_bytes())
    data[-1] ^= 1
    made.write_bytes(bytes(data))
    assert "校验值" in backup.flaw(made)
    with pytest.raises(DamagedError):
        backup.refuse_bad(made)
    assert backup.newest_good(place) is None


def test_a_clock_that_was_set_back_does_not_make_the_newest_backup_old(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An empty battery sets the PC back by years; the backups of that day must not be thinned as old ones."""

    class Reset(datetime):
        @classmethod
        def now(cls, tz: object = None) -> datetime:  # type: ignore[override]
            return datetime(2009, 1, 1)

    with Ledger.open(place) as ledger:
        ledger.backup("对的时间")
        monkeypatch.setattr(backup, "datetime", Reset)
        made = [ledger.backup(f"钟退回{n}") for n in range(12)]
        assert backup.listed(place)[:12] == made[::-1]
        assert backup.newest_good(place) == made[-1]


def test_the_folder_of_backups_may_be_missing_but_not_a_file(place: Path) -> None:
    with Ledger.open(place) as ledger:
        (place / "备份").rmdir()
        assert backup.flaw(ledger.backup("甲")) == ""
        shutil.rmtree(place / "备份")
        (place / "备份").write_text("")
        with pytest.raises(SurroundingsError, match="已有同名") as refused:
            ledger.backup("乙")
    assert refused.value.next


def test_nothing_half_written_stays(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(path: Path) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(files, "sync", full)
    with Ledger.open(place) as ledger, pytest.raises(SurroundingsError, match="磁盘空间已满"):
        ledger.backup("甲")
    assert list((place / "备份").iterdir()) == []


def test_old_backups_thin_out_with_age(tmp_path: Path) -> None:
    now = datetime(2026, 11, 24, 12)
    for hours in range(0, 24 * 400, 6):
        at = now - timedelta(hours=hours)
        (tmp_path / f"{at:%Y%m%d-%H%M%S}-000_自动_{'0' * 12}.db").write_bytes(b"")
    aside = tmp_path / "损坏_20200101-000000-000.db"
    aside.write_bytes(b"")
    backup.thin(tmp_path, now)
    ages = sorted((now - b.at).days for p in tmp_path.glob("2*.db") if (b := backup._described(p)))
    assert sum(age < 2 for age in ages) == 8
    assert sum(2 <= age < 14 for age in ages) in (12, 13, 14)
    assert sum(14 <= age < 91 for age in ages) in (11, 12, 13)
    assert sum(age >= 91 for age in ages) in (10, 11, 12)
    assert aside.exists()
    before = sorted(tmp_path.iterdir())
    backup.thin(tmp_path, now)
    assert sorted(tmp_path.iterdir()) == before


def test_the_newest_ten_stay_at_any_age(tmp_path: Path) -> None:
    for minute in range(15):
        (tmp_path / f"20200101-00{minute:02d}00-000_自动_{'0' * 12}.db").write_bytes(b"")
    backup.thin(tmp_path, datetime(2026, 11, 24))
    assert len(list(tmp_path.iterdir())) == 10
