"""Files get their name once they are whole; a system's refusal becomes a reason and a way out."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from core.errors import SurroundingsError
from core.storage import files


def test_a_file_held_for_a_moment_is_waited_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real, tries = os.replace, []

    def held(source: Path, target: Path) -> None:
        tries.append(1)
        if len(tries) < 3:
            raise PermissionError(errno.EACCES, "held")
        real(source, target)

    monkeypatch.setattr(os, "replace", held)
    (tmp_path / "新").write_text("1")
    files.replace(tmp_path / "新", tmp_path / "旧")
    assert (tmp_path / "旧").read_text() == "1" and len(tries) == 3


def test_a_file_held_for_good_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def held(source: Path, target: Path) -> None:
        raise PermissionError(errno.EACCES, "held")

    monkeypatch.setattr(os, "replace", held)
    monkeypatch.setattr(files, "PATIENCE", 0.2)
    with pytest.raises(SurroundingsError) as told, files.told("没有写成"):
        files.replace(tmp_path / "新", tmp_path / "旧")
    assert told.value.code == "readonly" and told.value.next


@pytest.mark.parametrize(
    ("number", "code"),
    [
        (errno.ENOSPC, "disk-full"),
        (errno.EFBIG, "disk-full"),
        (errno.EIO, "disk-io"),
        (errno.EROFS, "readonly"),
        (errno.ENODEV, "disk-gone"),
        (errno.ENAMETOOLONG, "too-long"),
        (errno.ENOENT, "missing"),
        (errno.ELOOP, "surroundings"),
    ],
)
def test_each_refusal_has_a_code_and_a_way_out(number: int, code: str) -> None:
    made = files.explained(OSError(number, "x"), "没有写成")
    assert made.code == code and made.next and made.reason.startswith("没有写成")


@pytest.mark.parametrize(
    ("windows", "code"), [(32, "held"), (33, "held"), (21, "disk-gone"), (1117, "disk-io"), (5, "readonly")]
)
def test_the_numbers_of_windows_say_more_than_those_of_python(windows: int, code: str) -> None:
    refused = PermissionError(errno.EACCES, "x")
    refused.winerror = windows  # type: ignore[attr-defined]
    assert files.explained(refused, "没有写成").code == code


def test_what_may_be_a_bug_stays_one(tmp_path: Path) -> None:
    assert files.is_of_surroundings(OSError(errno.EIO, "x"))
    assert not files.is_of_surroundings(FileNotFoundError(errno.ENOENT, "x"))
    assert not files.is_of_surroundings(OSError("x"))
