"""Opening a package from outside: limits of DESIGN §5, and what is wrong with which entry."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from pathlib import Path

from core.errors import AppError, DamagedError, InputRefused
from core.excel.zips import SafeZip
from core.exchange.package import STANDARD
from core.standard.load import load_files
from core.standard.model import Standard

_BROKEN = "文件不完整或已损坏，打不开压缩包"
_NEXT = "请向报送单位索取完好的文件，不要使用这一份。"


class DamagedEntry(DamagedError):
    """An entry's bytes do not agree with its own checksum."""

    code = "damaged"


def open_package(path: Path) -> SafeZip:
    """Open a zip that should be a package; refuse what is none, and what is unsafe."""
    try:
        with path.open("rb") as f:
            head = f.read(4)
    except FileNotFoundError as e:
        raise InputRefused(
            f"没有这个文件：{path.name}", next="请检查文件名和所在文件夹。", code="missing"
        ) from e
    except OSError as e:
        raise AppError(
            f"文件打不开：{path.name}", next="请关闭正在使用它的程序，或检查读取权限。", code="unreadable"
        ) from e
    if not head.startswith(b"PK"):
        raise InputRefused(
            "这不是上报包：上报包是本软件导出的 .zip 文件",
            next="请选择“渝国资盘活_….zip”，或其中的 .xlsx。",
            code="not-a-package",
        )
    try:
        opened = SafeZip(path)
    except InputRefused as e:
        if e.code == "damaged":
            raise DamagedEntry(_BROKEN, next=_NEXT) from e
        raise
    if _is_cut(path):
        opened.__exit__()
        raise DamagedEntry(_BROKEN, next=_NEXT)
    return opened


def _is_cut(path: Path) -> bool:
    """Whether the zip does not begin where the file begins.

    A package that lost its end still ends with the directory of the workbook stored in it, and
    would be taken for that workbook.
    """
    with zipfile.ZipFile(path) as z:
        return min((i.header_offset for i in z.infolist()), default=0) != 0


def pieces(package: SafeZip, name: str) -> Iterator[bytes]:
    """The bytes of one entry; damage names the entry."""
    count = 0
    try:
        for piece in package.chunks(name):
            count += len(piece)
            yield piece
    except InputRefused as e:
        if e.code == "damaged":
            raise DamagedEntry(f"“{name}”已损坏（校验不符或不完整）", next=_NEXT) from e
        raise
    except (zipfile.BadZipFile, RuntimeError, ValueError) as e:
        raise DamagedEntry(f"“{name}”已损坏，读不出来", next=_NEXT) from e
    if count != package.size(name):
        raise DamagedEntry(f"“{name}”已损坏（长度与记载不符）", next=_NEXT)


def read(package: SafeZip, name: str) -> bytes:
    return b"".join(pieces(package, name))


def standard_of(package: SafeZip) -> Standard:
    """The standard that travels in a package."""
    names = [n for n in package.names if n.startswith(STANDARD)]
    return load_files({n[len(STANDARD) :]: read(package, n) for n in names})
