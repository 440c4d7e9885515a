"""Attachments of records: files inside the 账套, named by their content, journalled with their hash."""

from __future__ import annotations

import hashlib
import re
import shutil
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from core.errors import DamagedError, InputRefused
from core.storage import files
from core.storage.folder import ATTACHMENTS

if TYPE_CHECKING:
    from core.records.ledger import Ledger

LARGEST = 200 << 20
"""Bytes; a larger file fits no package."""

Shrink = Callable[[Path], bytes | None]
"""Makes an image smaller; None when there is nothing to gain. Given by the window, core knows no images."""


@dataclass(frozen=True, slots=True)
class Attachment:
    """One attached file. `file` is its name in 附件/, `name` what people call it."""

    uid: str
    table: str
    record: str
    kind: str
    file: str
    sha256: str
    size: int

    @property
    def name(self) -> str:
        head, _, tail = self.file.partition("_")
        return tail if tail and re.fullmatch(r"[0-9a-f]{12}", head) else self.file


_COLUMNS = ("uid", "table", "record", "kind", "file", "sha256", "size")


def listed(ledger: Ledger, record: str = "") -> list[Attachment]:
    """Attachments of one record, or of all."""
    a = ledger.tables.attachment
    query = sa.select(*(a.c[c] for c in _COLUMNS)).where(a.c.deleted == 0).order_by(a.c.id)
    if record:
        query = query.where(a.c.record == record)
    return [Attachment(*row) for row in ledger.conn.execute(query)]


def path_of(ledger: Ledger, attachment: Attachment) -> Path:
    """Where the file lies; told when it is gone or is no longer what was attached."""
    path = ledger.folder / ATTACHMENTS / attachment.file
    if not path.is_file():
        raise DamagedError(
            f"附件“{attachment.name}”不见了", next="请从备份找回，或重新添加。", code="attachment-gone"
        )
    return path


def attach(
    ledger: Ledger,
    table: str,
    record: str,
    source: Path,
    *,
    kind: str = "",
    shrink: Shrink | None = None,
    why: str = "",
) -> Attachment:
    """Copy a file into the 账套 and note it with a record, as one action that can be undone.

    A file that the record has already is not noted twice.
    """
    found = ledger.get(table, record)
    if found is None or found.deleted:
        raise InputRefused("没有这条记录", next="它可能已被删除，请刷新列表。", code="no-record")
    made = take_in(ledger.folder, source, shrink)
    for one in listed(ledger, record):
        if (one.file, one.sha256) == (made["file"], made["sha256"]):
            return one
    row: dict[str, Any] = {
        "uid": str(uuid.uuid4()),
        "table": table,
        "record": record,
        "kind": kind,
        **made,
        "deleted": 0,
    }
    with ledger.edit(f"添加附件 {source.name}", why=why) as edit:
        edit.put_aux("attachment", row["uid"], row, None)
    return Attachment(*(row[c] for c in _COLUMNS))


def detach(ledger: Ledger, uid: str, *, why: str = "") -> None:
    """Take an attachment off its record; the file stays, so that it can come back."""
    a = ledger.tables.attachment
    before = ledger.conn.execute(sa.select(a).where(a.c.uid == uid, a.c.deleted == 0)).mappings().first()
    if before is None:
        raise InputRefused("没有这个附件", next="它可能已被删除，请刷新列表。", code="no-attachment")
    with ledger.edit(f"删除附件 {Attachment(*(before[c] for c in _COLUMNS)).name}", why=why) as edit:
        edit.put_aux("attachment", uid, {**before, "deleted": 1}, dict(before))


def take_in(place: Path, source: Path, shrink: Shrink | None = None) -> dict[str, Any]:
    """Copy a file into 附件/ under a name made of its hash; the same content is kept once."""
    with files.told(f"附件“{source.name}”没有添加成功"):
        size = source.stat().st_size
        if not source.is_file() or size > LARGEST:
            raise InputRefused(
                f"“{source.name}”不能作附件（{size >> 20} MB）",
                next=f"请选择不超过 {LARGEST >> 20} MB 的文件。",
                code="too-large",
            )
        target_folder = place / ATTACHMENTS
        target_folder.mkdir(exist_ok=True)
        making = target_folder / f"{uuid.uuid4().hex}.tmp"
        try:
            smaller = shrink(source) if shrink else None
            if smaller is not None:
                making.write_bytes(smaller)
            else:
                shutil.copyfile(source, making)
            digest, size = _measured(making)
            final = target_folder / f"{digest[:12]}_{_safe(source.name)}"
            if not (final.is_file() and _measured(final)[0] == digest):
                files.sync(making)
                files.replace(making, final)
        finally:
            files.discard(making)
    return {"file": final.name, "sha256": digest, "size": size}


def _measured(path: Path) -> tuple[str, int]:
    h = hashlib.sha256()
    size = 0
    with open(path, "rb") as f:
        while block := f.read(1 << 20):
            h.update(block)
            size += len(block)
    return h.hexdigest(), size


def _safe(name: str) -> str:
    """A file name that Windows takes too, short enough for a path of 260."""
    clean = re.sub(r'[\\/:*?"<>|\x00-\x1f]', "_", name).strip(" .") or "附件"
    stem, dot, ending = clean.rpartition(".")
    return f"{stem[:60]}.{ending[:10]}" if dot and stem else clean[:60]


def flaws(ledger: Ledger) -> list[tuple[Attachment, str]]:
    """Attachments whose file is gone or altered."""
    found = []
    for one in listed(ledger):
        path = ledger.folder / ATTACHMENTS / one.file
        if not path.is_file():
            found.append((one, "文件不见了"))
        elif _measured(path)[0] != one.sha256:
            found.append((one, "内容与登记时不同"))
    return found
