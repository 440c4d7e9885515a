"""The container of old Office files (OLE2): its directory and the streams in it."""

from __future__ import annotations

import struct
from pathlib import Path

from core.errors import InputRefused
from core.excel.zips import damaged

MAGIC = b"\xd0\xcf\x11\xe0"
_END = 0xFFFFFFFE


class Container:
    """Streams of an OLE2 file by name."""

    def __init__(self, data: bytes) -> None:
        if len(data) < 512:
            raise damaged()
        try:
            self._open(data)
        except (struct.error, IndexError, ValueError) as e:
            raise damaged() from e

    def _open(self, data: bytes) -> None:
        self.data = data
        (sector_shift, mini_shift) = struct.unpack_from("<HH", data, 30)
        if not 7 <= sector_shift <= 16 or not 2 <= mini_shift <= sector_shift:
            raise damaged()
        self.size, self.mini = 1 << sector_shift, 1 << mini_shift
        fat_count, directory = struct.unpack_from("<I", data, 44)[0], struct.unpack_from("<I", data, 48)[0]
        self.cutoff = struct.unpack_from("<I", data, 56)[0]
        mini_fat, _, difat, difat_count = struct.unpack_from("<IIII", data, 60)
        places = list(struct.unpack_from("<109I", data, 76))
        seen = 0
        while difat < _END - 1 and seen <= difat_count:
            block = struct.unpack_from(f"<{self.size // 4}I", data, (difat + 1) * self.size)
            places += block[:-1]
            difat = block[-1]
            seen += 1
        fat = bytearray()
        for p in places[:fat_count]:
            if p < _END - 1:
                fat += self._sector(p)
        self.fat = struct.unpack(f"<{len(fat) // 4}I", bytes(fat))
        self.entries: dict[str, tuple[int, int]] = {}
        root = (0, 0)
        for raw in self._chunks(self._chain(directory), 128):
            name_length, kind = struct.unpack_from("<H", raw, 64)[0], raw[66]
            if kind not in (2, 5) or not 2 <= name_length <= 64:
                continue
            name = raw[: name_length - 2].decode("utf-16-le", "replace")
            start, length = struct.unpack_from("<I", raw, 116)[0], struct.unpack_from("<I", raw, 120)[0]
            if kind == 5:
                root = (start, length)
            else:
                self.entries.setdefault(name, (start, length))
        raw_mini = self._chain(mini_fat) if mini_fat < _END - 1 else b""
        self.mini_fat = struct.unpack(f"<{len(raw_mini) // 4}I", raw_mini)
        self.mini_stream = self._chain(root[0])[: root[1]] if root[0] < _END - 1 else b""

    def _sector(self, number: int) -> bytes:
        at = (number + 1) * self.size
        return self.data[at : at + self.size].ljust(self.size, b"\0") if at < len(self.data) else b""

    def _chain(self, start: int) -> bytes:
        out = []
        seen = 0
        while start < _END - 1:
            piece = self._sector(start)
            seen += 1
            if not piece or seen > len(self.data) // self.size + 1:
                raise damaged()
            out.append(piece)
            start = self.fat[start]
        return b"".join(out)

    @staticmethod
    def _chunks(data: bytes, size: int) -> list[bytes]:
        return [data[i : i + size] for i in range(0, len(data) - size + 1, size)]

    def stream(self, name: str) -> bytes:
        """The bytes of a stream; names are compared without case."""
        found = next((e for n, e in self.entries.items() if n.lower() == name.lower()), None)
        if found is None:
            return b""
        start, length = found
        try:
            if length >= self.cutoff:
                return self._chain(start)[:length]
            out: list[bytes] = []
            while start < _END - 1 and len(out) * self.mini < length:
                out.append(self.mini_stream[start * self.mini : (start + 1) * self.mini])
                start = self.mini_fat[start]
            return b"".join(out)[:length]
        except IndexError as e:
            raise damaged() from e


def kind(path: Path) -> str:
    """xls for a workbook; everything else in this container is refused."""
    box = Container(path.read_bytes())
    names = {n.lower() for n in box.entries}
    if "encryptedpackage" in names:
        raise InputRefused(
            "文件有打开密码，无法读取。", next="请输入密码打开后，去掉密码另存一份再导入。", code="password"
        )
    if names & {"workbook", "book"}:
        return "xls"
    what = (
        "Word 文档"
        if "worddocument" in names
        else "演示文档"
        if "powerpoint document" in names
        else "其他类型的 Office 文件"
    )
    raise InputRefused(
        f"这是{what}，不是表格。",
        next="请选择 Excel、WPS 表格或 CSV 文件；内容在别的文件里的，请先复制到表格中。",
        code="not-a-table",
    )
