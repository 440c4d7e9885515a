"""The zip around a package: every byte of its own records must follow from the entries.

Checksums cover what is in the entries, not the headers between them. Local and central headers say the
same twice, entries lie end to end, and all were made by one program: what does not agree was changed
after the package had been written (APPNOTE.TXT 6.3.10, 4.3.7 to 4.3.16).
"""

from __future__ import annotations

import struct
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from core.excel.zips import opened

_LOCAL = struct.Struct("<4s2B4HL2L2H")
_END = struct.Struct("<4s4H2LH")
_FIELD, _CRC = struct.Struct("<HH"), struct.Struct("<L")
_UNICODE_PATH = 0x7075
_DESCRIBED, _UTF8 = 0x8, 0x800
_DESCRIPTOR = 24
"""At most so many bytes follow an entry whose sizes were not known when it was begun."""
_ZIP64 = 0xFFFFFFFF
_ZIP64_END = 76


def faults(path: Path) -> list[tuple[str, str]]:
    """Entry (empty for the whole) and what is wrong with its headers, for a zip that opens."""
    with opened(path) as z, path.open("rb") as f:
        return [*_headers(z, f), *_end(z, f)]


def _headers(z: zipfile.ZipFile, f: BinaryIO) -> Iterator[tuple[str, str]]:
    infos = sorted(z.infolist(), key=lambda i: i.header_offset)
    made = [_maker(i) for i in infos]
    usual = Counter(made).most_common(1)[0][0] if made else None
    place = 0
    for info, maker in zip(infos, made, strict=True):
        if info.header_offset < place or info.header_offset > place + _DESCRIPTOR:
            yield info.filename, "前面有不属于任何部分的内容"
        f.seek(info.header_offset)
        head = _LOCAL.unpack(f.read(_LOCAL.size))
        name = f.read(head[10])
        if not _agrees(info, head, name == _raw(z, info)) or _other_name(info, name):
            yield info.filename, "前后两处记载不一致"
        elif maker != usual and not info.is_dir():
            yield info.filename, "记载与其他部分不同"
        place = info.header_offset + _LOCAL.size + head[10] + head[11] + info.compress_size
    if not place <= z.start_dir <= place + _DESCRIPTOR:
        yield "", "目录前有不属于任何部分的内容"


def _maker(info: zipfile.ZipInfo) -> tuple[object, ...]:
    """What the directory alone says of an entry; one program says the same of all."""
    by = (info.create_system, info.create_version)
    return (*by, info.internal_attr, info.external_attr, info.volume, info.comment)


def _other_name(info: zipfile.ZipInfo, name: bytes) -> bool:
    """Whether the Unicode Path field (4.6.9), which 7-Zip and WinRAR go by, gives the entry another name."""
    place = 0
    while place + 4 <= len(info.extra):
        kind, length = _FIELD.unpack_from(info.extra, place)
        value = info.extra[place + 4 : place + 4 + length]
        if kind == _UNICODE_PATH and value[1:5] == _CRC.pack(zlib.crc32(name)):
            return value[5:] != info.filename.encode()
        place += 4 + length
    return False


def _agrees(info: zipfile.ZipInfo, head: tuple[int, ...], is_named: bool) -> bool:
    _, version, reserved, flags, method, time, day, crc, packed, size, *_ = head
    y, mo, d, h, mi, s = info.date_time
    said = (info.extract_version, info.reserved, info.flag_bits, info.compress_type)
    if (version, reserved, flags, method) != said:
        return False
    if (day, time) != ((y - 1980) << 9 | mo << 5 | d, h << 11 | mi << 5 | s // 2):
        return False
    if not is_named:
        return False
    if flags & _DESCRIBED and (crc, packed, size) == (0, 0, 0):
        return True
    sizes = (packed, size) == (info.compress_size, info.file_size) or _ZIP64 in (packed, size)
    return crc == info.CRC and sizes


def _raw(z: zipfile.ZipFile, info: zipfile.ZipInfo) -> bytes:
    """The name as it stands in the directory."""
    encoding: str = z.metadata_encoding or "cp437"  # type: ignore[attr-defined]  # typeshed lacks it
    return info.orig_filename.encode("utf-8" if info.flag_bits & _UTF8 else encoding)


def _end(z: zipfile.ZipFile, f: BinaryIO) -> Iterator[tuple[str, str]]:
    infos = z.infolist()
    size = sum(46 + len(_raw(z, i)) + len(i.extra) + len(i.comment) for i in infos)
    f.seek(0, 2)
    length = f.tell()
    f.seek(length - _END.size)
    told = _END.unpack(f.read(_END.size))
    expected = (b"PK\5\6", 0, 0, len(infos), len(infos), size, z.start_dir, 0)
    if told != expected or length - z.start_dir - size not in (_END.size, _END.size + _ZIP64_END):
        yield "", "末尾的记载与内容不符，或后面多出内容"
