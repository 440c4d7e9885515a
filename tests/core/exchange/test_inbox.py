"""Many packages at once: which of them should come in, and that one bad one keeps no other out."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

from core.errors import InputRefused
from core.exchange import inbox
from core.exchange.export import PackageSummary
from core.exchange.receive import Received
from core.exchange.verdict import VALID, Verdict
from core.jobs import Cancelled, Progress
from core.records import Ledger
from tests.core.exchange.reporting import new_ledger


def test_a_copy_and_a_damaged_one_stay_out_and_what_came_in_is_known(
    made: PackageSummary, out: Path, tmp_path: Path
) -> None:
    copy, broken = out / "渝国资盘活_副本.zip", out / "坏.zip"
    shutil.copy(made.path, copy)
    broken.write_bytes(made.path.read_bytes()[:5000])
    with new_ledger(tmp_path / "收") as office:
        found = inbox.look(office, [made.path, copy, broken])
        assert [each.state for each in found] == [inbox.READY, inbox.AGAIN, inbox.REFUSED]
        assert made.path.name in found[1].note and "报送单位" in found[2].note
        done = inbox.take_in(office, [found[2], found[0]])
        results = {each.path: result for each, result in done}
        assert isinstance(results[broken], InputRefused)
        came = results[made.path]
        assert isinstance(came, Received) and came.counts()["added"] == 21
        assert any("收件前" in p.name for p in (office.folder / "备份").iterdir())
        assert inbox.look(office, [made.path])[0].state == inbox.AGAIN
        office.undo()
        assert inbox.look(office, [made.path])[0].state == inbox.READY


def test_the_last_version_of_a_report_comes_in_and_doubtful_ones_wait(
    ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    mine = {"hash": ledger.standard.hash, "version": ledger.standard.version}

    def package(name: str, unit: str, version: int, *, code: str = "a", **more: Any) -> tuple[Path, Verdict]:
        said = {"unit": unit, "region": "500110", "period": "2026Q3", "version": version, "nature": "正式"}
        said |= {"package_id": name, "check_code": code, "standard": mine, **more}
        return Path(f"{name}.zip"), Verdict(True, VALID, "valid", "有效", manifest=said)

    packages = dict(
        [
            package("甲一", "甲", 1),
            package("甲二", "甲", 2),
            package("乙一", "乙", 1, code="a"),
            package("乙又", "乙", 1, code="b"),
            package("丙", "丙", 1, nature="草稿"),
            package("丁", "丁", 1, standard={"hash": "x", "version": "2025.9"}),
        ]
    )
    monkeypatch.setattr(inbox, "verify", lambda path, **more: packages[path])
    found = {each.path.stem: each for each in inbox.look(ledger, list(packages))}
    assert {name: each.state for name, each in found.items()} == {
        "甲一": inbox.OLDER,
        "甲二": inbox.READY,
        "乙一": inbox.TWO,
        "乙又": inbox.TWO,
        "丙": inbox.SKETCH,
        "丁": inbox.REFUSED,
    }
    assert "V02" in found["甲一"].note and "2025.9" in found["丁"].note
    order: list[str] = []

    def stopping(done: int, total: int, label: str) -> None:
        if len(order) == 1:
            raise Cancelled

    monkeypatch.setattr(
        inbox, "receive", lambda opened, path, **more: order.append(path.stem) or Received(packages[path])
    )
    chosen = [found["甲二"], found["甲一"]]
    done = inbox.take_in(ledger, chosen, progress=Progress(stopping))
    assert [each.path.stem for each, _ in done] == order == ["甲一"], (
        "earlier versions first; what came in stays"
    )
