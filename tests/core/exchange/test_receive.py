"""A package comes back losslessly."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.errors import InputRefused
from core.exchange.export import PackageSummary, export_package
from core.exchange.receive import receive
from core.exchange.verify import verify
from core.records import Ledger
from tests.core.exchange.mutants import resealed, zipped
from tests.core.exchange.reporting import COVER, PERIOD, attach, new_ledger
from tests.core.exchange.test_verify import entries, rebuilt


def test_an_empty_ledger_gets_the_same_fingerprint(
    made: PackageSummary, ledger: Ledger, tmp_path: Path
) -> None:
    with new_ledger(tmp_path / "收") as other:
        got = receive(other, made.path)
        assert other.fingerprint() == ledger.fingerprint() == made.fingerprint
        assert got.counts() == {"added": 21, "changed": 0, "same": 0}
        again = receive(other, made.path)
        assert again.counts() == {"added": 0, "changed": 0, "same": 21}


def test_explanations_and_attachments_come_along(
    ledger: Ledger, out: Path, tmp_path: Path, calm: None
) -> None:
    ((uid,),) = list(ledger.select("asset", ["uid"], where="asset_no == '500110-S-2026-00001'"))
    attach(ledger, uid, "附件_1_权证_01.pdf", b"scan")
    row = {
        "rule": "H-030",
        "table": "asset",
        "uid": uid,
        "text": "正在办理, 见“批复”\n二",
        "digest": "d",
        "who": "甲",
        "at": "t",
    }
    with ledger.edit("说明") as edit:
        edit.put_aux("explanation", f"H-030 {uid}", row, None)
    made = export_package(ledger, period=PERIOD, target=out, cover=COVER)
    with new_ledger(tmp_path / "收") as other:
        got = receive(other, made.path)
        assert (got.explanations, got.attachments) == (1, 1)
        assert other.fingerprint() == ledger.fingerprint()
        assert (other.folder / "附件" / "附件_1_权证_01.pdf").read_bytes() == b"scan"
    _names_of_attachments_are_proven(made, tmp_path)


def _names_of_attachments_are_proven(made: PackageSummary, folder: Path) -> None:
    """The first test versions named an entry like its file; no other name passes, nor one that is a path."""
    inside = entries(made.path)
    now = "附件/附件_500110-S-2026-00001_权证_01.pdf"
    data = {n: d for n, d in inside.items() if n != now}
    forged = inside["data/_attachment.csv"].replace("附件_1_权证_01.pdf".encode(), b"../1.pdf")
    cases = [
        (data | {"附件/附件_1_权证_01.pdf": inside[now]}, ""),
        (data | {"附件/别名.pdf": inside[now]}, f"上报包不完整：缺少附件“{now}”"),
        (data | {now: b"other"}, f"附件“{now}”与附件清单记载的不符"),
        (inside | {"附件/多.pdf": b"?"}, "上报包被改动：多出附件“附件/多.pdf”"),
        (inside | {"data/_attachment.csv": forged}, "附件清单里的文件名不合规：“../1.pdf”"),
    ]
    for changed, reason in cases:
        path = folder / "改.zip"
        path.write_bytes(zipped(resealed(changed)))
        verdict = verify(path)
        assert verdict.ok == (not reason) and reason in verdict.reason, verdict.reason


def test_changed_rows_are_told_and_the_action_can_be_undone(
    made: PackageSummary, ledger: Ledger, out: Path, tmp_path: Path
) -> None:
    with new_ledger(tmp_path / "收") as other:
        receive(other, made.path)
        before = other.fingerprint()
        ((uid,),) = list(ledger.select("asset", ["uid"], where="asset_no == '500110-S-2026-00001'"))
        with ledger.edit("改") as edit:
            edit.set("asset", uid, {"net": 7})
            edit.add("asset", {"name": "新增一宗", "path": "10"})
        second = export_package(ledger, period=PERIOD, target=out, cover=COVER)
        assert receive(other, second.path).counts() == {"added": 1, "changed": 1, "same": 20}
        assert other.fingerprint() == ledger.fingerprint()
        other.undo()
        assert other.fingerprint() == before


def test_a_package_that_does_not_verify_is_not_taken(made: PackageSummary, tmp_path: Path) -> None:
    bad = tmp_path / "坏.zip"
    bad.write_bytes(made.path.read_bytes()[:-40])
    with new_ledger(tmp_path / "收") as other:
        with pytest.raises(InputRefused):
            receive(other, bad)
        assert not list(other.select("asset", ["uid"]))


def test_a_proven_package_is_not_proven_again_but_taken_only_as_it_was(
    made: PackageSummary, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    verdict = verify(made.path)

    def renamed(inside: dict[str, bytes]) -> None:
        inside["data/asset.csv"] = inside["data/asset.csv"].replace("古南".encode(), "古北".encode())

    changed = rebuilt(made.path, tmp_path / "a.zip", renamed, repair=True)
    monkeypatch.setattr("core.exchange.receive.verify", None)
    with new_ledger(tmp_path / "收") as office:
        with pytest.raises(InputRefused) as refused:
            receive(office, changed, verdict=verdict)
        assert refused.value.code == "changed" and "asset.csv" in refused.value.reason
        assert not list(office.select("asset", ["uid"])) and not list(office.select("unit", ["uid"]))
        assert receive(office, made.path, verdict=verdict).counts()["added"] == 21
