"""backup, restore, doctor, attach: nothing is lost, and what is damaged is found."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from core import paths
from core.cli.outcome import DONE, FINDINGS, Add, Outcome
from core.errors import DamagedError, InputRefused, UsageError
from core.records import Ledger, attachments, health, recovery
from core.records.recovery import ADDED, CHANGED, Loss
from core.standard.types import to_text
from core.storage import backup as backups
from core.storage import files, folder, pack

_REFUSED, _DAMAGED = 3, 5
_SHOWN = 40
_KINDS = {ADDED: "将消失", CHANGED: "将退回", "deleted": "将重新出现"}


def register(add: Add) -> None:
    p = add("backup", "备份账套")
    p.add_argument(
        "--out", type=Path, help="备份成一个文件（.zip 连附件，.db 只有数据库）；省略时放在账套的“备份”里"
    )
    p.add_argument("--reason", default="手工备份", help="为什么备份")
    p.set_defaults(run=backup)

    p = add("restore", "恢复备份")
    p.add_argument("file", type=Path, nargs="?", help="备份文件；省略时用最近的完好备份")
    p.add_argument("--uid", action="append", default=[], help="只找回这一条记录，可以写多次")
    p.add_argument("--dry-run", action="store_true", help="只看会失去什么，不恢复")
    p.add_argument("--foreign", action="store_true", help="确实要换上另一个账套的备份")
    p.add_argument("--why", default="", help="原因")
    p.set_defaults(run=restore)

    p = add("doctor", "检查账套")
    p.add_argument("--full", action="store_true", help="逐页、逐行核对")
    p.add_argument("--accept", action="store_true", help="逐行核对无误后，承认在外部被改动过的文件")
    p.set_defaults(run=doctor)

    p = add("attach", "给记录添加附件；不写文件时列出附件")
    p.add_argument("uid")
    p.add_argument("file", type=Path, nargs="?")
    p.add_argument("--kind", default="", help="附件类别，如 权证、现场照片")
    p.set_defaults(run=attach)


# --- backup ------------------------------------------------------------------------------


def backup(given: argparse.Namespace) -> Outcome:
    with Ledger.open(given.data, operator=given.operator, readonly=True) as ledger:
        made = ledger.backup(given.reason) if given.out is None else _out(ledger, given.out)
        digest = files.sha256(made)
    size = made.stat().st_size
    data = {"ok": True, "path": str(made), "size": size, "sha256": digest, "problems": []}
    return Outcome(DONE, data, [f"已备份：{made}（{size / 1e6:.1f} MB）"])


def _out(ledger: Ledger, out: Path) -> Path:
    if out.is_dir():
        out = out / f"{_name(ledger)}_{datetime.now():%Y%m%d-%H%M%S}.zip"
    if out.resolve() == (ledger.folder / folder.DATABASE).resolve():
        raise UsageError("不能备份到账套自己的文件上", next="请换一个文件名。", code="same-file")
    if not out.parent.is_dir():
        raise UsageError(
            f"没有这个文件夹：{out.parent}", next="请先建立文件夹，或换一个位置。", code="no-folder"
        )
    if out.suffix.lower() != ".db":
        return pack.write(ledger.conn, ledger.folder, out, _facts(ledger))
    making = out.with_name(f".{out.name}.tmp")
    with files.told("备份没有写成"):
        try:
            making.unlink(missing_ok=True)
            backups.copy(ledger.conn, making)
            files.replace(making, out)
        finally:
            files.discard(making)
    return out


def _name(ledger: Ledger) -> str:
    return ledger.folder.resolve().name or "账套"


def _facts(ledger: Ledger) -> dict[str, str]:
    return {
        "ledger_id": ledger.meta("ledger_id"),
        "unit_name": ledger.meta("unit_name"),
        "region": ledger.meta("region"),
        "standard": ledger.standard.name,
        "operator": ledger.operator,
        "made_at": datetime.now().isoformat(" ", "seconds"),
        "fingerprint": ledger.fingerprint(),
    }


# --- restore --------------------------------------------------------------------------------


def _source(given: argparse.Namespace) -> Path:
    """The file meant: a path, a name in 备份/, or the newest good backup."""
    if given.file is None:
        found = backups.newest_good(given.data)
        if found is None:
            raise InputRefused("没有完好的备份", next="请指定一个备份文件。", code="no-backup")
        return found
    if not given.file.exists() and (given.data / folder.BACKUPS / given.file.name).is_file():
        return Path(given.data / folder.BACKUPS / given.file.name)
    return Path(given.file)


def restore(given: argparse.Namespace) -> Outcome:
    source = _source(given)
    if given.uid:
        return _rows(given, source)
    losses, unread = _losses(given, source)
    data: dict[str, Any] = {"ok": True, "source": str(source), "lost": losses, "unread": unread}
    lines = _loss_lines(losses, unread)
    if given.dry_run:
        return Outcome(FINDINGS if losses or unread else DONE, data, lines)
    if (losses or unread) and not given.yes and not _agreed(lines):
        reason = "恢复会失去备份之后的修改" if losses else "恢复会换掉读不出的账套文件"
        told = {
            "reason": reason,
            "code": "would-lose",
            "next": "确认后加 --yes 再运行；只找回个别记录用 --uid。",
        }
        return Outcome(_REFUSED, {**data, "ok": False, **told}, [reason, *lines, told["next"]])
    made = recovery.restore(given.data, source, foreign=given.foreign)
    with Ledger.open(given.data, readonly=True) as ledger:
        fingerprint = ledger.fingerprint()
    data |= {
        "kept": str(made.kept or ""),
        "was_damaged": made.was_damaged,
        "fingerprint": fingerprint,
        "problems": [],
    }
    kept = f"原来的{'损坏文件' if made.was_damaged else '数据'}已另存：{made.kept}" if made.kept else ""
    return Outcome(DONE, data, [f"已恢复：{source.name}", *([kept] if kept else [])])


def _losses(given: argparse.Namespace, source: Path) -> tuple[list[dict[str, Any]], str]:
    """What the rows would lose, and why they could not be read."""
    if not folder.exists(given.data):
        return [], ""
    if not source.is_file():
        raise UsageError(f"找不到文件：{source}", next="请检查路径是否选对。", code="missing")
    try:
        with _now(given.data) as now, _then(source) as then:
            return [_loss(now, one) for one in recovery.compare(now, then)], now.damage
    except DamagedError as e:
        backups.refuse_bad(source) if not pack.is_pack(source) else None
        return [], e.reason


@contextmanager
def _now(place: Path) -> Iterator[Ledger]:
    try:
        ledger = Ledger.open(place, readonly=True)
    except DamagedError:
        ledger = Ledger.open(place, damaged=True)
    with ledger:
        yield ledger


@contextmanager
def _then(source: Path) -> Iterator[Ledger]:
    """A backup to compare with; a pack is unpacked for the moment."""
    if not pack.is_pack(source):
        backups.refuse_bad(source)
        with recovery.looked_at(source) as found:
            yield found
        return
    with paths.workroom() as work:
        pack.read(source, work)
        with recovery.looked_at(work / folder.DATABASE) as found:
            yield found


def _loss(now: Ledger, loss: Loss) -> dict[str, Any]:
    known = now.standard.tables[loss.table].fields
    fields = [
        {"field": c, "label": known[c].label, "now": to_text(n, known[c]), "then": to_text(t, known[c])}
        for c, n, t in loss.fields
    ]
    return {"table": loss.table, "uid": loss.uid, "name": loss.name, "kind": loss.kind, "fields": fields}


def _loss_lines(losses: Sequence[dict[str, Any]], unread: str) -> list[str]:
    lines = [unread] if unread else []
    lines += [f"恢复后有 {len(losses)} 条记录与现在不同："] if losses else ["恢复后的记录与现在相同。"]
    for one in losses[:_SHOWN]:
        changed = "；".join(f"{f['label']} {f['now'] or '空'} → {f['then'] or '空'}" for f in one["fields"])
        lines.append(f"· {_KINDS[one['kind']]} {one['name']} {changed}".rstrip())
    if len(losses) > _SHOWN:
        lines.append(f"……另有 {len(losses) - _SHOWN} 条。")
    return lines


def _agreed(lines: Sequence[str]) -> bool:
    if not sys.stdin.isatty():
        return False
    print("\n".join(lines))
    return input("确定恢复吗？输入 y 继续：").strip().lower() == "y"


def _rows(given: argparse.Namespace, source: Path) -> Outcome:
    with Ledger.open(given.data, operator=given.operator) as now, _then(source) as then:
        wanted = []
        for uid in given.uid:
            table = then.find(uid)
            if not table:
                raise InputRefused(f"备份里没有记录 {uid}", next="请选择另一份备份。", code="no-record")
            wanted.append((table, uid))
        changes = recovery.restore_rows(now, then, wanted, why=given.why)
    data = {
        "ok": True,
        "source": str(source),
        "rows": [{"table": c.table, "uid": c.uid, "kind": c.kind} for c in changes.changes],
        "problems": [],
    }
    return Outcome(DONE, data, [f"已找回 {len(changes.uids)} 条记录。"])


# --- doctor and attach ----------------------------------------------------------------------


def doctor(given: argparse.Namespace) -> Outcome:
    report = health.accept(given.data) if given.accept else health.examine(given.data, full=given.full)
    problems = [
        {
            "code": p.code,
            "level": p.level,
            "text": p.text,
            "next": p.next,
            "table": p.table,
            "uid": p.uid,
        }
        for p in report.problems
    ]
    data: dict[str, Any] = {"ok": report.ok, "full": report.full, "problems": problems}
    lines = [f"· {p['text']}{'。' + p['next'] if p['next'] else ''}" for p in problems]
    if report.ok:
        return Outcome(DONE, data, ["账套完好。", *lines])
    first = next(p for p in problems if p["level"] == "error")
    data |= {"reason": first["text"], "code": first["code"], "next": first["next"]}
    good = backups.newest_good(given.data)
    data["backup"] = str(good or "")
    lines.append(f"最近的完好备份：{good}" if good else "没有找到完好的备份。")
    return Outcome(_DAMAGED, data, ["账套有问题：", *lines])


def attach(given: argparse.Namespace) -> Outcome:
    with Ledger.open(given.data, operator=given.operator, readonly=given.file is None) as ledger:
        table = ledger.find(given.uid)
        if not table:
            raise UsageError(f"没有记录 {given.uid}", next="请用 panhuo list 查看 uid。", code="no-record")
        if given.file is not None:
            attachments.attach(ledger, table, given.uid, given.file, kind=given.kind)
        found = attachments.listed(ledger, given.uid)
    listed = [
        {"uid": a.uid, "name": a.name, "file": a.file, "kind": a.kind, "sha256": a.sha256, "size": a.size}
        for a in found
    ]
    return Outcome(DONE, {"ok": True, "attachments": listed, "problems": []}, [a.name for a in found])
