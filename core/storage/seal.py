"""The seal of a closed database file: its size, its change counter and a check sum of every byte."""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

_BLOCK = 1 << 20
_COUNTER = slice(24, 28)  # SQLite's header: raised by each transaction that changes the file


@dataclass(frozen=True, slots=True)
class Seal:
    """What the file was when this program closed it."""

    size: int
    counter: int
    crc: int

    def note(self) -> dict[str, int]:
        return {"size": self.size, "counter": self.counter, "crc": self.crc}

    @classmethod
    def read(cls, note: Any) -> Seal | None:
        """A seal from its note; None when there is none."""
        try:
            return cls(int(note["size"]), int(note["counter"]), int(note["crc"]))
        except (TypeError, KeyError, ValueError):
            return None


def make(path: Path) -> Seal:
    """Read the whole file; CRC-32 misses one random change in four thousand million."""
    crc = size = 0
    head = b""
    with open(path, "rb") as f:
        while block := f.read(_BLOCK):
            head = head or block[:100]
            crc = zlib.crc32(block, crc)
            size += len(block)
    return Seal(size, int.from_bytes(head[_COUNTER], "big"), crc)


def counter(path: Path) -> int:
    with open(path, "rb") as f:
        return int.from_bytes(f.read(100)[_COUNTER], "big")


def is_broken(path: Path, seal: Seal | None) -> bool | None:
    """Whether bytes changed that no transaction changed; None when the seal says nothing about this file."""
    if seal is None or counter(path) != seal.counter:
        return None
    return make(path) != seal
