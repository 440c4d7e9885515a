"""A 账套 handed over, checked up, damaged, or changed outside: each with its way out."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.storage.folder import DATABASE
from gui.dialogs import files, messages
from gui.dialogs.backups import write_pack
from gui.dialogs.checkup import CheckupDialog
from tests.gui.conftest import Desk


def close(desk: Desk) -> None:
    desk.window.close_ledger()
    desk.settle()
    assert not desk.session.is_open


def test_a_ledger_handed_over_as_one_file_is_taken_in_beside_the_own_one(
    desk: Desk,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    pack = tmp_path / "綦江区交接.zip"
    desk.session.run(lambda ledger, progress: write_pack(ledger, pack, progress), "打包")
    desk.settle()
    before = desk.ask(lambda ledger: ledger.fingerprint())
    (tmp_path / "收到").mkdir()
    (tmp_path / "收到" / "綦江区交接").mkdir()
    monkeypatch.setattr(files, "choose_file", lambda *a, **k: pack)
    monkeypatch.setattr(files, "choose_folder", lambda *a, **k: tmp_path / "收到")
    own = desk.session.folder
    desk.window.opening.take_in()
    desk.settle()
    assert desk.session.folder == tmp_path / "收到" / "綦江区交接（2）" != own
    assert desk.ask(lambda ledger: ledger.fingerprint()) == before
    assert "已接收" in desk.window.status.message.text()


def test_what_is_dropped_on_the_first_page_is_opened_or_asks_for_a_ledger(
    desk: Desk, tmp_path: Path, no_dialogs: list[str]
) -> None:
    own = desk.session.folder
    assert own is not None
    for key in ("home", "audit", "import", "figures", "report", "history", "table:asset"):
        desk.window.go(key)
        desk.settle()
    close(desk)
    desk.window.take_files([tmp_path / "台账.xlsx"])
    assert no_dialogs == ["现在没有打开账套"]
    no_dialogs.clear()
    desk.window.take_files([own])
    desk.settle()
    assert desk.session.folder == own
    desk.session.tell_changed(None)
    desk.settle()  # pages of the time before are gone, and hear of nothing


def test_a_file_that_is_no_pack_leaves_the_open_ledger_open(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, no_dialogs: list[str]
) -> None:
    wrong = tmp_path / "别的.zip"
    wrong.write_bytes(b"PK\x05\x06" + bytes(18))
    monkeypatch.setattr(files, "choose_file", lambda *a, **k: wrong)
    monkeypatch.setattr(files, "choose_folder", lambda *a, **k: tmp_path)
    own = desk.session.folder
    desk.window.opening.take_in()
    desk.settle()
    assert len(no_dialogs) == 1
    no_dialogs.clear()
    assert desk.session.is_open and desk.session.folder == own
    assert len(desk.records().model.ids) == 4


@pytest.mark.parametrize("full", [False, True])
def test_the_check_up_tells_that_all_is_well(desk: Desk, full: bool) -> None:
    dialog = CheckupDialog(desk.session, desk.window)
    desk.qtbot.addWidget(dialog)
    dialog.check(full=full)
    desk.settle()
    assert "账套完好" in dialog.verdict.text()
    assert ("全面检查" if full else "快速检查") in dialog.verdict.text()
    assert dialog.restore.isHidden() and dialog.take.isHidden()


def test_the_check_up_leads_to_the_record_whose_attachment_is_gone(desk: Desk, tmp_path: Path) -> None:
    from core.records import attachments

    scan = tmp_path / "权证.pdf"
    scan.write_bytes(b"%PDF-1.4 scan")
    uid = str(desk.ask(lambda ledger: next(u for (u,) in ledger.select("asset", ["uid"]))))
    desk.ask(lambda ledger: attachments.attach(ledger, "asset", uid, scan))
    assert desk.session.folder is not None
    for file in (desk.session.folder / "附件").iterdir():
        file.unlink()
    dialog = CheckupDialog(desk.session, desk.window)
    desk.qtbot.addWidget(dialog)
    dialog.check(full=False)
    desk.settle()
    assert "1 处错误" in dialog.verdict.text() and not dialog.restore.isHidden()
    asked: list[tuple[str, str]] = []
    dialog.jump_asked.connect(lambda table, of: asked.append((table, of)))
    dialog.table.choose(0)
    dialog.jump.click()
    assert asked == [("asset", uid)]


def test_a_damaged_file_offers_the_newest_good_backup(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = desk.session.folder
    assert folder is not None
    desk.window.deeds.save_point()
    desk.settle()
    close(desk)
    path = folder / DATABASE
    content = bytearray(path.read_bytes())
    content[len(content) // 2 : len(content) // 2 + 4096] = bytes(4096)
    path.write_bytes(bytes(content))
    offered: list[str] = []

    def choose(parent: object, text: str, verbs: list[str], more: str = "") -> str:
        assert "panhuo" not in more
        offered.extend(verbs)
        return verbs[0]

    monkeypatch.setattr(messages, "choose", choose)
    desk.window.opening.open(folder)
    desk.settle()
    assert offered == ["恢复最近的完好备份", "以只读方式打开"]
    assert desk.session.is_open and not desk.session.state.readonly
    assert len(desk.records().model.ids) == 4


def test_a_file_changed_outside_is_used_once_every_line_agrees(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = desk.session.folder
    assert folder is not None
    close(desk)
    content = bytearray((folder / DATABASE).read_bytes())
    content[75] ^= 1  # The reserved bytes of the header mean nothing to SQLite.
    (folder / DATABASE).write_bytes(bytes(content))
    monkeypatch.setattr(messages, "choose", lambda parent, text, verbs, more="": "以只读方式打开")
    desk.window.opening.open(folder)
    desk.settle()
    assert desk.session.state.damage
    desk.window.opening._accept_outside()
    desk.settle()
    assert not desk.session.state.damage and not desk.session.state.readonly
    assert len(desk.records().model.ids) == 4
