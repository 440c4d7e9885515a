"""A whole 账套 as one file: the database, its attachments and a list of both, for another PC or person."""

from __future__ import annotations

import hashlib
import json
import os
import re
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from core.errors import InputRefused, SurroundingsError
from core.jobs import Progress
from core.storage import backup, engine, files
from core.storage.folder import ATTACHMENTS, DATABASE

FORMAT = "panhuo-ledger"
LIST = "目录.json"

_BLOCK = 1 << 20
_NAME = re.compile(rf"^(?:{re.escape(DATABASE)}|{ATTACHMENTS}/[^/\\:*?\"<>|\x00-\x1f]+)$")
_LARGEST_LIST = 16 << 20


def write(
    conn: sa.Connection, place: Path, target: Path, facts: Mapping[str, str], progress: Progress | None = None
) -> Path:
    """Write the pack to `target`, completely or not at all, and read it back before it gets its name."""
    progress = progress or Progress()
    making = target.with_name(f".{target.name}.{os.getpid()}.tmp")
    copied = making.with_suffix(".db")
    try:
        with files.told("账套没有打包成功"):
            progress.step(0, 3, "复制数据库")
            backup.copy(conn, copied)
            listed: dict[str, dict[str, Any]] = {}
            with zipfile.ZipFile(making, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as out:
                listed[DATABASE] = _add(out, DATABASE, copied)
                attached = sorted(p for p in (place / ATTACHMENTS).glob("*") if _is_attachment(p))
                for number, path in enumerate(attached):
                    progress.step(number, len(attached), "打包附件")
                    listed[f"{ATTACHMENTS}/{path.name}"] = _add(out, f"{ATTACHMENTS}/{path.name}", path)
                content = {"format": FORMAT, "format_version": 1, **facts, "files": listed}
                out.writestr(LIST, json.dumps(content, ensure_ascii=False, indent=1))
            files.sync(making)
            progress.step(2, 3, "核对")
            _prove(making)
            copied.unlink()
            files.replace(making, target)
    finally:
        files.discard(making, copied, *engine.companions(copied))
    return target


def _is_attachment(path: Path) -> bool:
    return path.is_file() and path.suffix != ".tmp"


def _add(out: zipfile.ZipFile, name: str, source: Path) -> dict[str, Any]:
    h = hashlib.sha256()
    size = 0
    with open(source, "rb") as given, out.open(name, "w", force_zip64=True) as entry:
        while block := given.read(_BLOCK):
            h.update(block)
            size += len(block)
            entry.write(block)
    return {"sha256": h.hexdigest(), "size": size}


def _prove(path: Path) -> None:
    with zipfile.ZipFile(path) as pack:
        for name, told in contents(pack)["files"].items():
            _copy_out(pack, name, told, None)


def is_pack(path: Path) -> bool:
    """Whether a file looks like a packed 账套."""
    try:
        with zipfile.ZipFile(path) as pack:
            return LIST in pack.namelist()
    except (OSError, zipfile.BadZipFile):
        return False


def contents(pack: zipfile.ZipFile) -> dict[str, Any]:
    """The list of a pack, checked: known format, safe names, each entry once."""
    try:
        info = pack.getinfo(LIST)
        if info.file_size > _LARGEST_LIST:
            raise ValueError("目录过大")
        told = json.loads(pack.read(LIST))
        listed = told["files"]
        names = [n for n in pack.namelist() if n != LIST]
        if told["format"] != FORMAT or sorted(names) != sorted(listed) or DATABASE not in listed:
            raise ValueError("目录与内容不符")
        if any(not _NAME.match(n) for n in names):
            raise ValueError("文件名不合规")
        for name, facts in listed.items():
            if pack.getinfo(name).file_size != int(facts["size"]) or len(str(facts["sha256"])) != 64:
                raise ValueError(f"{name} 的大小与目录不符")
    except (KeyError, TypeError, ValueError, zipfile.BadZipFile) as e:
        raise InputRefused(f"不是完整的账套包（{e}）", next="请重新打包或另取一份。", code="bad-pack") from e
    if int(told.get("format_version", 1)) > 1:
        raise SurroundingsError(
            "账套包由更新版本的程序打包", next="请安装新版程序后再打开。", code="newer-file"
        )
    return dict(told)


def read(path: Path, into: Path, progress: Progress | None = None) -> dict[str, Any]:
    """Unpack into an existing folder, each file proved by its SHA-256; returns the pack's list."""
    progress = progress or Progress()
    with files.told("账套包没有解开"):
        try:
            with zipfile.ZipFile(path) as pack:
                told = contents(pack)
                (into / ATTACHMENTS).mkdir(parents=True, exist_ok=True)
                for number, (name, facts) in enumerate(told["files"].items()):
                    progress.step(number, len(told["files"]), "解开账套包")
                    _copy_out(pack, name, facts, into / name)
        except zipfile.BadZipFile as e:
            raise InputRefused("账套包已损坏，解不开", next="请重新打包或另取一份。", code="bad-pack") from e
    return told


def _copy_out(pack: zipfile.ZipFile, name: str, told: Mapping[str, Any], target: Path | None) -> None:
    """Read one entry to its declared size, and to a file that is synced; None only proves it."""
    h = hashlib.sha256()
    left = int(told["size"])
    out = open(target, "wb") if target else None  # noqa: SIM115
    try:
        with pack.open(name) as entry:
            while block := entry.read(_BLOCK):
                left -= len(block)
                if left < 0:
                    break
                h.update(block)
                if out:
                    out.write(block)
        if out:
            out.flush()
            os.fsync(out.fileno())
    finally:
        if out:
            out.close()
    if left or h.hexdigest() != told["sha256"]:
        raise InputRefused(
            f"账套包里的“{name}”与目录中的校验值不符", next="请重新打包或另取一份。", code="bad-pack"
        )
