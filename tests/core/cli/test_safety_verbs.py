"""backup, restore, doctor, attach, period, split, undo, history: exit codes and JSON of the command."""

from __future__ import annotations

import errno
import json
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from core import paths
from core.cli import main
from core.excel import child
from core.records import Ledger

Panhuo = Callable[..., tuple[int, dict[str, Any]]]


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return tmp_path / "账套"


@pytest.fixture
def panhuo(data: Path, capsys: pytest.CaptureFixture[str]) -> Panhuo:
    def run(*words: object) -> tuple[int, dict[str, Any]]:
        code = main([*(str(w) for w in words), "--data", str(data), "--json"])
        out = capsys.readouterr()
        assert "Traceback" not in out.out + out.err
        told = json.loads(out.out.strip().splitlines()[-1])
        if code in (2, 3, 4, 5):
            assert told["ok"] is False and told["reason"] and told["code"]
        return code, told

    assert (
        run("init", "--role", "district", "--region", "500103", "--unit", "渝中区", "--operator", "张三")[0]
        == 0
    )
    return run


@pytest.fixture
def asset(panhuo: Panhuo, data: Path) -> str:
    with Ledger.open(data) as ledger, ledger.edit("新增") as edit:
        return edit.add("asset", {"name": "旧办公楼", "cost": 100_00, "path": "10"})


def _cost(panhuo: Panhuo) -> list[str]:
    return [r["values"].get("cost", "") for r in panhuo("list", "asset")[1]["rows"]]


def test_backup_lies_in_the_account_set_and_restore_shows_what_would_be_lost(
    panhuo: Panhuo, asset: str, data: Path
) -> None:
    code, made = panhuo("backup", "--reason", "改之前")
    assert code == 0 and Path(made["path"]).parent == data / "备份" and len(made["sha256"]) == 64
    panhuo("set", asset, "cost", "7")
    code, told = panhuo("restore", Path(made["path"]).name)
    assert code == 3 and told["code"] == "would-lose"
    assert told["lost"] == [
        {
            "table": "asset",
            "uid": asset,
            "name": "旧办公楼",
            "kind": "changed",
            "fields": [{"field": "cost", "label": "账面原值", "now": "7.00", "then": "100.00"}],
        }
    ]
    assert panhuo("restore", made["path"], "--dry-run")[0] == 10 and _cost(panhuo) == ["7.00"]
    code, told = panhuo("restore", made["path"], "--yes")
    assert code == 0 and _cost(panhuo) == ["100.00"] and Path(told["kept"]).is_file()
    assert panhuo("fingerprint")[1]["fingerprint"] == told["fingerprint"]


def test_restore_without_a_name_takes_the_newest_good_backup(panhuo: Panhuo, asset: str, data: Path) -> None:
    assert panhuo("restore")[0] == 3
    good, bad = (Path(panhuo("backup")[1]["path"]) for _ in range(2))
    bad.write_bytes(bad.read_bytes()[:-1] + b"x")
    code, told = panhuo("restore", "--yes")
    assert code == 0 and told["source"] == str(good)
    assert panhuo("restore", bad, "--yes")[0] == 5


def test_single_records_are_brought_back(panhuo: Panhuo, asset: str) -> None:
    made = panhuo("backup")[1]["path"]
    panhuo("set", asset, "cost", "7")
    code, told = panhuo("restore", made, "--uid", asset)
    assert code == 0 and told["rows"] == [{"table": "asset", "uid": asset, "kind": "set"}]
    assert _cost(panhuo) == ["100.00"]
    assert panhuo("undo")[0] == 0 and _cost(panhuo) == ["7.00"]
    assert panhuo("restore", made, "--uid", "没有")[0] == 3


def test_one_file_carries_the_account_set_to_another_place(
    panhuo: Panhuo, asset: str, data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    photo = tmp_path / "证.pdf"
    photo.write_bytes(b"%PDF")
    code, told = panhuo("attach", asset, photo, "--kind", "权证")
    assert code == 0 and told["attachments"][0]["name"] == "证.pdf"
    out = tmp_path / "移交.zip"
    assert panhuo("backup", "--out", out)[0] == 0
    before = panhuo("fingerprint")[1]["fingerprint"]
    new = tmp_path / "新"
    assert main(["restore", str(out), "--data", str(new), "--json"]) == 0
    told = json.loads(capsys.readouterr().out.strip().splitlines()[-1])
    assert told["fingerprint"] == before and told["lost"] == []
    assert panhuo("backup", "--out", tmp_path / "只有库.db")[0] == 0
    assert panhuo("restore", tmp_path / "只有库.db", "--yes")[0] == 0
    assert panhuo("backup", "--out", tmp_path / "没有" / "x.zip")[0] == 2
    assert panhuo("attach", asset)[1]["attachments"][0]["kind"] == "权证"


def test_doctor_finds_a_flipped_byte_and_every_writing_verb_refuses(
    panhuo: Panhuo, asset: str, data: Path
) -> None:
    assert panhuo("doctor", "--full")[1]["problems"][0]["code"] == "no-backup"
    good = panhuo("backup")[1]["path"]
    assert panhuo("doctor", "--full") == (0, {"ok": True, "full": True, "problems": []})
    database = data / "台账.db"
    broken = bytearray(database.read_bytes())
    broken[len(broken) // 2] ^= 8
    database.write_bytes(bytes(broken))
    for words in (["doctor"], ["doctor", "--full"], ["set", asset, "cost", "1"], ["undo"], ["list", "asset"]):
        code, told = panhuo(*words)
        assert code == 5 and told["backup"] == good, words
    assert database.read_bytes() == bytes(broken)
    code, told = panhuo("restore", "--yes")
    assert code == 0 and told["was_damaged"] and Path(told["kept"]).read_bytes() == bytes(broken)
    assert panhuo("doctor", "--full")[0] == 0


def test_undo_names_what_it_kept_and_history_tells_each_cell(panhuo: Panhuo, asset: str) -> None:
    panhuo("set", asset, "cost", "7", "--why", "笔误")
    assert panhuo("undo") == (0, {"ok": True, "undone": "修改账面原值", "kept": []})
    assert panhuo("redo")[1]["undone"] == "修改账面原值"
    line = panhuo("history", asset, "--field", "cost")[1]["history"][0]
    assert (line["before"], line["after"], line["who"]) == ("100.00", "7.00", "张三")
    code, told = panhuo("undo", 1)
    assert code == 10 and told["kept"] == [
        {"uid": asset, "name": "旧办公楼", "fields": ["cost"], "why": "这条记录后来又改过"}
    ]
    assert panhuo("undo", 99)[0] == 2


def test_periods_are_locked_reopened_and_turned(panhuo: Panhuo, asset: str) -> None:
    assert panhuo("period", "open", "2026Q3")[1]["state"] == "draft"
    assert panhuo("period", "lock", "2026年第三季度")[1]["state_name"] == "已锁定"
    code, told = panhuo("period", "reopen", "2026Q3")
    assert code == 3 and told["code"] == "needs-reason"
    assert panhuo("period", "reopen", "2026Q3", "--why", "漏填")[1]["state"] == "draft"
    assert panhuo("period", "lock", "2026Q4", "--zero")[1]["zero"] is True
    assert [p["period"] for p in panhuo("period", "list")[1]["periods"]] == ["2026Q3", "2026Q4"]
    code, told = panhuo("period", "close-year", "2026")
    assert code == 3 and told["code"] == "year-open"
    assert panhuo("period", "lock")[0] == 2 and panhuo("period", "lock", "去年")[0] == 2
    assert panhuo("period", "close-year", "2026Q4")[0] == 2


def test_an_asset_is_split_joined_and_renumbered(panhuo: Panhuo, asset: str) -> None:
    code, told = panhuo("split", asset, "--part", "name=一层，cost=60", "--part", "name=二层", "--rest", 2)
    assert code == 0 and told["left"] == {}
    assert _cost(panhuo) == ["60.00", "40.00"]
    code, told = panhuo("join", *told["uids"], "--with", "name=合并楼")
    assert code == 0 and _cost(panhuo) == ["100.00"]
    assert len(panhuo("list", "asset", "--all")[1]["rows"]) == 4
    assert panhuo("renumber", "--prefix", "A-", "--digits", 3)[1]["count"] == 1
    assert panhuo("list", "asset")[1]["rows"][0]["values"]["asset_no"] == "A-001"
    code, told = panhuo("split", told["uids"][0], "--part", "cost=1", "--part", "cost=2")
    assert code == 10 and told["left"] == {"cost": "97.00"}
    assert panhuo("split", asset, "--part", "没有=1", "--part", "")[0] == 2
    assert panhuo("split", asset, "--part", "cost=1", "--part", "cost=2")[0] == 3


def test_deleted_records_are_listed(panhuo: Panhuo, asset: str, data: Path) -> None:
    with Ledger.open(data) as ledger, ledger.edit("删") as edit:
        edit.delete("asset", asset)
    assert panhuo("list", "asset")[1]["count"] == 0
    assert panhuo("list", "asset", "--deleted")[1]["rows"][0]["uid"] == asset


def test_a_disk_that_fails_anywhere_is_no_bug_but_a_missing_file_may_be(
    panhuo: Panhuo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = tmp_path / "台账.csv"
    source.write_text("资产名称\n一号楼", "utf-8")

    def fail(number: int) -> Callable[..., str]:
        def made(*_: object, **__: object) -> str:
            raise OSError(number, "x")

        return made

    monkeypatch.setattr(tempfile, "mkdtemp", fail(errno.EIO))
    code, told = panhuo("import", source, "--yes")
    assert code == 4 and told["code"] == "disk-io" and told["next"]
    monkeypatch.undo()
    monkeypatch.setattr(child, "command", fail(errno.ENOENT))
    monkeypatch.setattr(paths, "settings_home", lambda: tmp_path)
    code, told = panhuo("import", source, "--yes")
    assert code == 1 and told["code"] == "bug"
