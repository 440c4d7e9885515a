"""The doctor: whether everything that a 账套 holds agrees with itself, down to the single value."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from core.errors import AppError, DamagedError
from core.jobs import Progress
from core.records import attachments, journal, kernelrows, opening, replay
from core.standard.load import hash_of
from core.storage import doctor, folder, grow, lock, seal
from core.storage.doctor import ERROR, HINT, RESTORE, Problem

if TYPE_CHECKING:
    from core.records.ledger import Ledger

_MOST = 200
"""Problems of one kind that are listed."""


@dataclass(frozen=True, slots=True)
class Report:
    """What was found; `ok` when nothing is wrong, hints aside."""

    problems: tuple[Problem, ...]
    full: bool

    @property
    def ok(self) -> bool:
        return not any(p.level == ERROR for p in self.problems)


def examine(place: Path, *, full: bool = False, progress: Progress | None = None) -> Report:
    """Check a 账套 that this process has not open; nothing is written, except to play back a crash."""
    from core.records.ledger import Ledger

    folder.require(place)
    found: list[Problem] = []
    try:
        ledger = Ledger.open(place, readonly=True)
    except DamagedError as e:
        found.append(Problem("damaged", ERROR, e.reason, e.next))
        try:
            ledger = Ledger.open(place, damaged=True)
        except AppError as worse:
            if worse.reason != e.reason:
                found.append(Problem("unreadable", ERROR, worse.reason, worse.next))
            return Report((*found, *doctor.surroundings(place, full=full)), full)
    with ledger:
        return Report((*found, *inspect(ledger, full=full, progress=progress).problems), full)


def inspect(ledger: Ledger, *, full: bool = False, progress: Progress | None = None) -> Report:
    """Check an open 账套 by its content."""
    progress = progress or Progress()
    checks: list[tuple[str, Callable[[], Iterator[Problem]]]] = [
        ("检查数据库页", lambda: doctor.pages(ledger.conn, ledger.folder / folder.DATABASE, full=full)),
        ("检查口径", lambda: _standard(ledger)),
        ("检查附件", lambda: _attachments(ledger, full)),
        ("检查备份", lambda: doctor.surroundings(ledger.folder, full=full)),
    ]
    if full:
        checks += [
            ("核对日志链", lambda: _chain(ledger)),
            ("逐行核对记录", lambda: replay.problems(ledger)),
            ("核对说明与存疑", lambda: _kernel_rows(ledger)),
            ("核对引用关系", lambda: _references(ledger)),
            ("核对报送存档", lambda: _submissions(ledger)),
        ]
    found: list[Problem] = []
    for number, (label, check) in enumerate(checks):
        progress.step(number, len(checks), label)
        try:
            found += islice(check(), _MOST)
        except (AppError, sa.exc.DBAPIError, ValueError, TypeError, LookupError) as e:
            # Damaged bytes can make any reading fail; that is itself the finding.
            found.append(Problem("unreadable", ERROR, f"{label}时读不出数据（{type(e).__name__}）", RESTORE))
    return Report(tuple(found), full)


def accept(place: Path) -> Report:
    """Seal a file anew that was changed outside, if a full check of its content finds nothing wrong."""
    report = examine(place, full=True)
    only_seal = all(
        p.code == "damaged" and p.text == opening.CHANGED for p in report.problems if p.level == ERROR
    )
    if report.ok or not only_seal:
        return report
    owner = lock.Lock(place)
    owner.acquire()
    owner.release(seal.make(folder.database(place)))
    return examine(place, full=True)


# --- single checks ----------------------------------------------------------------------------


def _standard(ledger: Ledger) -> Iterator[Problem]:
    stored = ledger.conn.exec_driver_sql('SELECT path, data FROM "standard"').all()
    if hash_of({str(p): bytes(d) for p, d in stored}) != ledger.meta(grow.HASH, ledger.standard.hash):
        yield Problem("standard", ERROR, "账套里的口径文件与其校验值不符", RESTORE)


def _attachments(ledger: Ledger, full: bool) -> Iterator[Problem]:
    if full:
        flaws = attachments.flaws(ledger)
    else:
        kept = ledger.folder / folder.ATTACHMENTS
        flaws = [(a, "文件不见了") for a in attachments.listed(ledger) if not (kept / a.file).is_file()]
    for one, why in flaws:
        yield Problem(
            "attachment",
            ERROR,
            f"附件“{one.name}”{why}",
            "请重新添加这个附件，或从备份找回。",
            one.table,
            one.record,
        )


def _chain(ledger: Ledger) -> Iterator[Problem]:
    batch = journal.broken_link(ledger.conn, ledger.tables)
    if batch:
        yield Problem("chain", ERROR, f"修改日志从第 {batch} 步起对不上（被改动或损坏）", RESTORE)
    b = ledger.tables.batch
    wanted: dict[int, tuple[int, int]] = {}
    marked: dict[int, tuple[int, int]] = {}
    query = sa.select(b.c.id, b.c.kind, b.c.target, b.c.undone, b.c.redone).order_by(b.c.id)
    for number, kind, target, *marks in ledger.conn.execute(query):
        marked[number] = (marks[0], marks[1])
        if target:
            wanted[target] = (number, 0) if kind == "undo" else (0, number)
    for number, found in marked.items():
        if found != wanted.get(number, (0, 0)):
            yield Problem("undone", ERROR, f"第 {number} 步的撤销标记与修改日志不符", RESTORE)


def _kernel_rows(ledger: Ledger) -> Iterator[Problem]:
    """The last word of the journal on each explanation, doubt, attachment and period against the row."""
    c = ledger.tables.change
    last = sa.select(sa.func.max(c.c.id)).where(c.c.kind == "aux").group_by(c.c.table, c.c.uid)
    query = sa.select(c.c.table, c.c.uid, c.c.after).where(c.c.id.in_(last)).order_by(c.c.id)
    for table, key, after in ledger.conn.execute(query).all():
        if table not in kernelrows.AUX:
            continue
        wanted = journal.values_of(after)
        now = kernelrows.read(ledger.conn, ledger.tables, table, key)
        if not _agree(table, now, wanted):
            yield Problem("kernel-row", ERROR, f"表 {table} 的 {key} 与修改日志不符", RESTORE, table, key)


def _agree(table: str, now: Mapping[str, Any], wanted: Mapping[str, Any]) -> bool:
    if bool(now) != bool(wanted):
        return False
    # The state of a doubt also follows from undoing the import that left it.
    free = {"state"} if table == "origin" else set()
    return all(now[k] == v for k, v in wanted.items() if k in now and k not in free)


def _references(ledger: Ledger) -> Iterator[Problem]:
    """Children without a parent, and references to records that were never there."""
    for f in ledger.standard.all_fields():
        if f.type != "ref":
            continue
        t, other = ledger.tables.record[f.table], ledger.tables.record[f.ref]
        target = other.alias("target")
        query = (
            sa.select(t.c.uid, target.c.deleted)
            .outerjoin_from(t, target, target.c.uid == t.c[f.code])
            .where(t.c.deleted == 0, t.c[f.code].is_not(None))
            .where(sa.or_(target.c.uid.is_(None), target.c.deleted != 0))
        )
        owned = ledger.standard.tables[f.table].parent == f.code
        for uid, deleted in ledger.conn.execute(query).all():
            label = ledger.standard.tables[f.table].label
            if deleted is None or owned:
                level = ERROR if owned else HINT
                text = (
                    f"{label}的{f.label}指向不存在的记录" if deleted is None else f"{label}的上级记录已删除"
                )
                yield Problem("reference", level, text, "请改填，或从备份找回那条记录。", f.table, uid)
            else:
                yield Problem(
                    "deleted-reference",
                    HINT,
                    f"{label}“{ledger.name_of(f.table, uid)}”的{f.label}已被删除",
                    "请改填，或在“已删除”中找回那条记录。",
                    f.table,
                    uid,
                )


def _submissions(ledger: Ledger) -> Iterator[Problem]:
    """The carriers kept with the submissions against their manifests."""
    s = ledger.tables.submission
    query = sa.select(s.c.period, s.c.version, s.c.manifest, s.c.carrier).where(s.c.carrier.is_not(None))
    for period, version, manifest, carrier in ledger.conn.execute(query):
        if not _proved(manifest, carrier):
            yield Problem("submission", ERROR, f"{period} V{version:02d} 的报送存档已损坏", RESTORE)


def _proved(manifest: str, carrier: bytes) -> bool:
    import hashlib

    told = json.loads(manifest or "{}").get("entries", {})
    listed = told if isinstance(told, dict) else {e.get("name", ""): e for e in told if isinstance(e, dict)}
    try:
        with zipfile.ZipFile(io.BytesIO(carrier)) as kept:
            for name in kept.namelist():
                data = kept.read(name)
                entry = listed.get(name)
                wanted = entry.get("sha256") if isinstance(entry, dict) else entry
                if wanted and hashlib.sha256(data).hexdigest() != wanted:
                    return False
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        return False
    return True
