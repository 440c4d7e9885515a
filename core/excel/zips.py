"""Zip files from outside, opened with the limits of DESIGN §5 counted while reading."""

from __future__ import annotations

import re
import stat
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import suppress
from functools import cached_property
from pathlib import Path, PurePosixPath

from core.errors import InputRefused

MAX_ENTRIES = 500
MAX_ENTRY = 200 * 2**20
MAX_TOTAL = 2**30
MAX_RATIO = 200
RATIO_FROM = 50 * 2**20
_CHUNK = 1 << 18
_UTF8 = 0x800
"""Flag of an entry whose name is UTF-8."""
_DEVICE = re.compile(r"^(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(\..*)?$", re.IGNORECASE)

DAMAGED = "文件不完整或已损坏，无法读取。"
DAMAGED_NEXT = "请用 Excel 或 WPS 打开原文件，能打开就另存为 .xlsx 再导入；打不开请找回原件或备份。"


def damaged(reason: str = DAMAGED) -> InputRefused:
    return InputRefused(reason, next=DAMAGED_NEXT, code="damaged")


def _unsafe(reason: str) -> InputRefused:
    return InputRefused(
        f"压缩包不安全：{reason}。", next="请不要使用这个文件，向提供人核实后重新索取。", code="unsafe-zip"
    )


def _too_large(reason: str) -> InputRefused:
    return InputRefused(
        f"文件过大：{reason}。",
        next="请在 Excel 中删去多余的空白行、图片和工作表，或拆成几个文件后再导入。",
        code="too-large",
    )


def _unknown_method() -> InputRefused:
    return InputRefused(
        "压缩包用了本程序不支持的压缩方式，不能解开。",
        next="请直接使用原来的文件；只有重新压缩过的，请解压后用 Windows 自带的“压缩(zipped)文件夹”再压缩。",
        code="compression",
    )


def opened(path: Path) -> zipfile.ZipFile:
    """A zip with its names as the writer meant them: Chinese Windows writes GBK and does not say so, macOS UTF-8."""
    plain = zipfile.ZipFile(path)
    if all(i.flag_bits & _UTF8 or i.orig_filename.isascii() for i in plain.infolist()):
        return plain
    for encoding in ("utf-8", "gb18030"):
        with suppress(UnicodeDecodeError):
            named = zipfile.ZipFile(path, metadata_encoding=encoding)
            plain.close()
            return named
    return plain


class SafeZip:
    """A zip opened for reading; every byte that comes out is counted."""

    def __init__(self, path: Path) -> None:
        try:
            self._zip = opened(path)
        except NotImplementedError as e:
            raise _unknown_method() from e
        except (zipfile.BadZipFile, zipfile.LargeZipFile, ValueError, EOFError, UnicodeDecodeError) as e:
            raise damaged() from e
        try:
            self._check_names()
        except BaseException:
            self._zip.close()
            raise
        self._total = 0

    def __enter__(self) -> SafeZip:
        return self

    def __exit__(self, *_: object) -> None:
        self._zip.close()

    def starts_late(self) -> bool:
        """Whether the zip begins behind the file's start: a package that lost its end, read as the workbook in it."""
        return min((i.header_offset for i in self._zip.infolist()), default=0) > 0

    def _check_names(self) -> None:
        infos = self._zip.infolist()
        if len(infos) > MAX_ENTRIES:
            raise _too_large(f"内含 {len(infos)} 个条目，超过 {MAX_ENTRIES} 个")
        seen: set[str] = set()
        declared = 0
        for info in infos:
            name = info.filename.replace("\\", "/")
            parts = name.rstrip("/").split("/")
            if name.startswith("/") or ":" in name or ".." in parts or "\0" in name:
                raise _unsafe("含有越出文件夹的路径")
            if any(_DEVICE.match(p) for p in parts):
                raise _unsafe("含有系统设备名")
            if name.lower() in seen:
                raise _unsafe("含有重名条目")
            seen.add(name.lower())
            if stat.S_ISLNK(info.external_attr >> 16):
                raise _unsafe("含有链接")
            if info.flag_bits & 1:
                raise InputRefused(
                    "文件有打开密码，无法读取。",
                    next="请输入密码打开后，去掉密码另存一份再导入。",
                    code="password",
                )
            if info.file_size > MAX_ENTRY:
                raise _too_large(f"其中一部分解开后超过 {MAX_ENTRY >> 20} MB")
            declared += info.file_size
        if declared > MAX_TOTAL:
            raise _too_large(f"解开后超过 {MAX_TOTAL >> 20} MB")

    @cached_property
    def names(self) -> list[str]:
        """The entries, without folders of others, which many programs add when they zip again."""
        listed = self._zip.infolist()
        folders = {str(p) + "/" for i in listed for p in PurePosixPath(i.filename).parents}
        return [i.filename for i in listed if i.file_size or i.filename not in folders]

    def find(self, name: str) -> str | None:
        """The entry with this name, whatever its case and slashes (some writers mix them)."""
        wanted = name.replace("\\", "/").lstrip("/").lower()
        return next((n for n in self.names if n.replace("\\", "/").lower() == wanted), None)

    def size(self, name: str) -> int:
        """The size of an entry as the zip claims it."""
        return self._zip.getinfo(name).file_size

    def chunks(self, name: str) -> Iterator[bytes]:
        """The bytes of an entry in pieces; raises when a limit is passed or the checksum is wrong."""
        info = self._zip.getinfo(name)
        count = 0
        try:
            with self._zip.open(info) as f:
                while piece := f.read(_CHUNK):
                    count += len(piece)
                    self._total += len(piece)
                    if count > MAX_ENTRY:
                        raise _too_large(f"其中一部分解开后超过 {MAX_ENTRY >> 20} MB")
                    if self._total > MAX_TOTAL:
                        raise _too_large(f"解开后超过 {MAX_TOTAL >> 20} MB")
                    if count > RATIO_FROM and count > MAX_RATIO * max(1, info.compress_size):
                        raise _unsafe("压缩比异常（疑似压缩炸弹）")
                    yield piece
        except NotImplementedError as e:
            raise _unknown_method() from e
        except (zipfile.BadZipFile, zlib.error, EOFError, OSError) as e:
            raise damaged() from e

    def read(self, name: str) -> bytes:
        return b"".join(self.chunks(name))
