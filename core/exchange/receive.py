"""Take a package into a 账套: its records, explanations and attachments, as one action that can be undone."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from core.errors import InputRefused
from core.excel.zips import SafeZip
from core.exchange import zipsafe
from core.exchange.carried import cells, records
from core.exchange.package import ATTACHMENT_LIST, ATTACHMENTS, AUDIT, DATA, EXPLANATIONS
from core.exchange.verdict import INVALID, Verdict
from core.exchange.verify import verify
from core.jobs import Progress
from core.records import Ledger
from core.records.carrier import ATTACHMENT_COLUMNS, EXPLANATION_COLUMNS, carried_fields
from core.records.edit import Edit
from core.standard.dates import period_name
from core.standard.types import Value
from core.storage.folder import ATTACHMENTS as ATTACHMENT_FOLDER

_CHUNK = 500


@dataclass(slots=True)
class Received:
    """What came in: records by table as added, changed and same, and the batch to undo."""

    verdict: Verdict
    batch: int = 0
    added: dict[str, int] = field(default_factory=dict)
    changed: dict[str, int] = field(default_factory=dict)
    same: dict[str, int] = field(default_factory=dict)
    explanations: int = 0
    attachments: int = 0

    def counts(self) -> dict[str, int]:
        return {k: sum(getattr(self, k).values()) for k in ("added", "changed", "same")}


def receive(
    ledger: Ledger,
    path: Path,
    *,
    verdict: Verdict | None = None,
    progress: Progress | None = None,
    why: str = "",
) -> Received:
    """Read a verified package into the 账套; records that the package does not name stay as they are.

    `verdict`: what `verify` said of this file a while ago. It is not verified again, but only what has
    the checksum that was proven then is taken; the file may have changed since.
    """
    progress = progress or Progress()
    verdict = verdict or verify(path, known=[ledger.standard.hash], progress=progress)
    if verdict.verdict == INVALID or verdict.code == "unknown-standard":
        raise InputRefused(verdict.reason, next=verdict.next, code=verdict.code)
    if verdict.differences:
        raise InputRefused(verdict.reason, next="请向报送单位索取工作簿与数据一致的包。", code="differs")
    m = verdict.manifest
    if m["standard"]["hash"] != ledger.standard.hash:
        raise InputRefused(
            other_standard(m, ledger),
            next="请先把账套升级到同一口径，或新建采用该口径的账套再装入。",
            code="other-standard",
        )
    result = Received(verdict)
    label = f"装入上报包 {m['unit']} {period_name(m['period'])} V{m['version']:02d}"
    with (
        zipsafe.open_package(path) as opened,
        _files(ledger, source := _Source(opened, m["entries"])) as names,
        ledger.edit(label, kind="receive", source=path.name, why=why or label) as edit,
    ):
        for number, (code, definition) in enumerate(ledger.standard.tables.items()):
            progress.step(number, len(ledger.standard.tables), f"装入{definition.label}")
            _Table(ledger, edit, code, result).take(source)
        _explanations(ledger, edit, source, result)
        _attachments(ledger, edit, source, names, result)
        result.batch = edit.batch
    return result


def other_standard(manifest: Mapping[str, Any], ledger: Ledger) -> str:
    """That a package was made by another standard, in words."""
    theirs, ours = str(manifest["standard"]["version"]), ledger.standard.version
    if theirs == ours:
        return f"上报包所用的口径与本账套的版本相同（{ours} 版），但内容不同"
    return f"上报包用的是 {theirs} 版口径，本账套用的是 {ours} 版"


@dataclass(frozen=True, slots=True)
class _Source:
    """The entries of a package, each as it was when the package was proven, or refused."""

    opened: SafeZip
    entries: Mapping[str, Mapping[str, Any]]

    def pieces(self, name: str) -> Iterator[bytes]:
        if name in self.opened.names and name in self.entries:
            h = hashlib.sha256()
            for piece in zipsafe.pieces(self.opened, name):
                h.update(piece)
                yield piece
            if h.hexdigest() == self.entries[name]["sha256"]:
                return
        raise InputRefused(
            f"上报包在核验之后变了：“{name}”", next="请重新选择这个文件，核验后再装入。", code="changed"
        )


class _Table:
    """The rows of one table against what is there."""

    def __init__(self, ledger: Ledger, edit: Edit, code: str, result: Received) -> None:
        self.ledger, self.edit, self.code, self.result = ledger, edit, code, result
        self.codes = [f.code for f in carried_fields(ledger.standard.tables[code])]
        for counts in (result.added, result.changed, result.same):
            counts[code] = 0

    def take(self, source: _Source) -> None:
        entry = f"{DATA}{self.code}.csv"
        chunk: list[tuple[str, list[Value]]] = []
        for row in records(entry, self.ledger.standard.tables[self.code], source.pieces(entry)):
            chunk.append(row)
            if len(chunk) == _CHUNK:
                self._take(chunk)
                chunk.clear()
        self._take(chunk)

    def _take(self, chunk: Sequence[tuple[str, list[Value]]]) -> None:
        t = self.ledger.tables.record[self.code]
        query = sa.select(t.c.uid, t.c.deleted, *(t.c[c] for c in self.codes)).where(
            t.c.uid.in_([u for u, _ in chunk])
        )
        there = {r[0]: (r[1], list(r[2:])) for r in self.ledger.conn.execute(query)}
        new = []
        for uid, values in chunk:
            if uid not in there:
                new.append(
                    (uid, {c: v for c, v in zip(self.codes, values, strict=True) if v is not None}, "")
                )
                continue
            deleted, now = there[uid]
            if deleted:
                self.edit.restore_many(self.code, [uid])
            if now != values:
                self.edit.set(
                    self.code, uid, {c: v for c, v, n in zip(self.codes, values, now, strict=True) if v != n}
                )
            counts = self.result.changed if deleted or now != values else self.result.same
            counts[self.code] += 1
        if new:
            self.edit.add_many(self.code, new)
            self.result.added[self.code] += len(new)


def _explanations(ledger: Ledger, edit: Edit, source: _Source, result: Received) -> None:
    """Explanations with who wrote them and what they speak of, as audit.json tells."""
    told = {(f["rule"], f["uid"]): f for f in _findings(source)}
    e = ledger.tables.explanation
    for _, row in cells(EXPLANATIONS, source.pieces(EXPLANATIONS), EXPLANATION_COLUMNS):
        given = dict(zip(EXPLANATION_COLUMNS, row, strict=True))
        known = told.get((given["rule"], given["uid"]), {})
        after = given | {k: str(known.get(k, "")) for k in ("digest", "who", "at")}
        query = sa.select(*(c for c in e.c if c.name != "id")).where(
            e.c.rule == given["rule"], e.c.uid == given["uid"]
        )
        before = ledger.conn.execute(query).mappings().first()
        if before is None or before["text"] != given["text"] or before["table"] != given["table"]:
            edit.put_aux(
                "explanation", f"{given['rule']} {given['uid']}", after, dict(before) if before else None
            )
            result.explanations += 1


def _findings(source: _Source) -> list[dict[str, Any]]:
    found = json.loads(b"".join(source.pieces(AUDIT))).get("findings", [])
    return [f for f in found if isinstance(f, dict) and "rule" in f and "uid" in f]


def _attachments(
    ledger: Ledger, edit: Edit, source: _Source, names: dict[str, str], result: Received
) -> None:
    a = ledger.tables.attachment
    for _, row in cells(ATTACHMENT_LIST, source.pieces(ATTACHMENT_LIST), ATTACHMENT_COLUMNS):
        given: dict[str, Any] = dict(zip(ATTACHMENT_COLUMNS, row, strict=True))
        given |= {"size": int(given["size"]), "deleted": 0, "file": names.get(given["file"], given["file"])}
        before = ledger.conn.execute(sa.select(a).where(a.c.uid == given["uid"])).mappings().first()
        now = None if before is None else {k: v for k, v in before.items() if k != "id"}
        if now != given:
            edit.put_aux("attachment", str(given["uid"]), given, now)
            result.attachments += 1


@contextmanager
def _files(ledger: Ledger, source: _Source) -> Iterator[dict[str, str]]:
    """Put the attachments' files into the 账套; taken away again when the action fails.

    Yields the names that had to be changed because another file holds them.
    """
    folder = ledger.folder / ATTACHMENT_FOLDER
    by_content = {said["sha256"]: n for n, said in source.entries.items() if n.startswith(ATTACHMENTS)}
    made: list[Path] = []
    names: dict[str, str] = {}
    try:
        for _, row in cells(ATTACHMENT_LIST, source.pieces(ATTACHMENT_LIST), ATTACHMENT_COLUMNS):
            told = dict(zip(ATTACHMENT_COLUMNS, row, strict=True))
            name, entry = told["file"], by_content[told["sha256"]]
            place = folder / names.get(name, name)
            if place.exists() and _same(place, source, entry):
                continue
            number = 2
            while place.exists():
                place = folder / f"{Path(name).stem}（{number}）{Path(name).suffix}"
                number += 1
            place.parent.mkdir(parents=True, exist_ok=True)
            made.append(place)
            with place.open("wb") as out:
                for piece in source.pieces(entry):
                    out.write(piece)
            if place.name != name:
                names[name] = place.name
        yield names
    except BaseException:
        for place in made:
            place.unlink(missing_ok=True)
        raise


def _same(place: Path, source: _Source, entry: str) -> bool:
    with place.open("rb") as there:
        for piece in source.pieces(entry):
            if there.read(len(piece)) != piece:
                return False
        return not there.read(1)


__all__ = ["Received", "other_standard", "receive"]
