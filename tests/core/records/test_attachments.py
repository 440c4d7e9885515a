"""Attachments lie in the 账套 under their hash, follow undo, and tell when they are gone or altered."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.errors import DamagedError, InputRefused, SurroundingsError
from core.records import Ledger, attachments


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    made = tmp_path / "现场照片:1.jpg"
    made.write_bytes(b"jpeg" * 1000)
    return made


def test_an_attached_file_lies_in_the_account_set_under_its_hash(
    ledger: Ledger, asset: str, photo: Path
) -> None:
    before = ledger.fingerprint()
    made = attachments.attach(ledger, "asset", asset, photo, kind="现场照片")
    photo.unlink()
    path = attachments.path_of(ledger, made)
    assert path.read_bytes() == b"jpeg" * 1000
    assert path.parent == ledger.folder / "附件" and path.name.startswith(made.sha256[:12])
    assert made.name == "现场照片_1.jpg" and made.size == 4000
    assert attachments.listed(ledger, asset) == [made]
    assert ledger.fingerprint() != before
    ledger.undo()
    assert ledger.fingerprint() == before and attachments.listed(ledger) == []
    ledger.redo()
    assert attachments.listed(ledger) == [made]


def test_a_detached_file_comes_back_with_undo(ledger: Ledger, asset: str, photo: Path) -> None:
    made = attachments.attach(ledger, "asset", asset, photo)
    attachments.detach(ledger, made.uid)
    assert attachments.listed(ledger, asset) == []
    ledger.undo()
    assert attachments.path_of(ledger, attachments.listed(ledger, asset)[0]).is_file()


def test_the_same_content_is_kept_once(ledger: Ledger, asset: str, photo: Path) -> None:
    unit = str(ledger.value("asset", asset, "owner_unit"))
    for _ in range(2):
        attachments.attach(ledger, "asset", asset, photo)
        attachments.attach(ledger, "unit", unit, photo)
    assert len(list((ledger.folder / "附件").iterdir())) == 1
    assert [a.record for a in attachments.listed(ledger)] == [asset, unit]


def test_an_image_is_shrunk_on_request(ledger: Ledger, asset: str, photo: Path) -> None:
    made = attachments.attach(ledger, "asset", asset, photo, shrink=lambda path: path.read_bytes()[:10])
    assert made.size == 10
    kept = attachments.attach(ledger, "asset", asset, photo, shrink=lambda path: None)
    assert kept.size == 4000


def test_what_is_gone_or_altered_is_told(ledger: Ledger, asset: str, photo: Path) -> None:
    made = attachments.attach(ledger, "asset", asset, photo)
    path = attachments.path_of(ledger, made)
    path.write_bytes(b"other")
    assert [why for _, why in attachments.flaws(ledger)] == ["内容与登记时不同"]
    path.unlink()
    assert [why for _, why in attachments.flaws(ledger)] == ["文件不见了"]
    with pytest.raises(DamagedError, match="不见了"):
        attachments.path_of(ledger, made)
    attachments.attach(ledger, "asset", asset, photo)
    assert attachments.flaws(ledger) == []


def test_refusals_leave_nothing_behind(ledger: Ledger, asset: str, photo: Path, tmp_path: Path) -> None:
    with pytest.raises(InputRefused, match="没有这条记录"):
        attachments.attach(ledger, "asset", "没有", photo)
    with pytest.raises(SurroundingsError, match="找不到文件"):
        attachments.attach(ledger, "asset", asset, tmp_path / "没有.pdf")
    with pytest.raises(InputRefused, match="不能作附件"):
        attachments.attach(ledger, "asset", asset, tmp_path)
    assert list((ledger.folder / "附件").iterdir()) == []
