"""The package's layout: entry names, manifest, check code, and a zip written the same way each time."""

from __future__ import annotations

import hashlib
import json
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Self

FORMAT = "panhuo-package"
FORMAT_VERSION = 2
"""1: before 附件清单.xlsx and SHA256.txt came along."""
LAYOUT = 1
"""Version of the workbook's layout; only an equal one can be compared cell by cell."""

MANIFEST, AUDIT = "manifest.json", "audit.json"
DATA, STANDARD, ATTACHMENTS = "data/", "standard/", "附件/"
EXPLANATIONS, ATTACHMENT_LIST = "data/_explanation.csv", "data/_attachment.csv"
OPENING, CLOSING = "data/_opening.csv", "data/_closing.csv"
REVISION = "revision.json"
ATTACHMENT_BOOK, SUMS = "附件清单.xlsx", "SHA256.txt"
SINCE_2 = (ATTACHMENT_BOOK, SUMS)
"""Entries that every package of format 2 holds."""

MANIFEST_KEYS = (
    "format",
    "format_version",
    "layout",
    "program",
    "package_id",
    "period",
    "version",
    "nature",
    "reason",
    "unit",
    "region",
    "cover",
    "standard",
    "rows",
    "totals",
    "fingerprint",
    "check_code",
    "previous",
    "opening",
    "created_at",
    "operator",
    "workbook",
    "entries",
)

_EPOCH = (1980, 1, 1, 0, 0, 0)
_BIG = 1 << 20


def check_code(hashes: Mapping[str, str], standard_hash: str, period: str, version: int) -> str:
    """12 hex digits over the hashes of data/*.csv, standard, period and version (DESIGN D7)."""
    h = hashlib.sha256()
    for name in sorted(n for n in hashes if n.startswith(DATA)):
        h.update(f"{name} {hashes[name]}\n".encode())
    h.update(f"standard {standard_hash}\nperiod {period}\nversion {version}\n".encode())
    return h.hexdigest()[:12]


def sums_text(hashes: Mapping[str, str]) -> bytes:
    """SHA256.txt as `sha256sum -c` reads it: every entry but itself and the manifest, which lists it."""
    names = sorted(n for n in hashes if n not in (SUMS, MANIFEST))
    return "".join(f"{hashes[n]}  {n}\n" for n in names).encode()


def json_bytes(value: Any) -> bytes:
    """JSON for a package: readable, in the order given."""
    return (json.dumps(value, ensure_ascii=False, indent=1) + "\n").encode("utf-8")


@dataclass(frozen=True, slots=True)
class Entry:
    """What the manifest says of one entry."""

    sha256: str
    size: int


class Pouring:
    """An entry on its way into a package: counted and hashed, forwards only."""

    def __init__(self, out: IO[bytes]) -> None:
        self._out = out
        self.hash, self.size = hashlib.sha256(), 0

    def write(self, data: bytes) -> int:
        self._out.write(data)
        self.hash.update(data)
        self.size += len(data)
        return len(data)

    def flush(self) -> None:
        """Nothing waits here; a zip that is poured asks for it."""


class PackageWriter:
    """Writes entries into a zip with fixed times and remembers their hashes."""

    def __init__(self, path: Path) -> None:
        self._zip = zipfile.ZipFile(path, "w", allowZip64=True)
        self.entries: dict[str, Entry] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._zip.close()

    @contextmanager
    def entry(self, name: str, *, stored: bool = False, size: int = 0) -> Iterator[Pouring]:
        """One entry to write into; `stored` is for what is compressed already."""
        info = zipfile.ZipInfo(name, _EPOCH)
        info.create_system = 3
        info.external_attr = 0o644 << 16
        info.compress_type = zipfile.ZIP_STORED if stored else zipfile.ZIP_DEFLATED
        # WORKAROUND: until Python 3.13 a ZipInfo takes its level only under this name.
        info._compresslevel = 1 if size > _BIG else 6  # type: ignore[attr-defined]
        with self._zip.open(info, "w", force_zip64=size > _BIG * 1024) as out:
            pouring = Pouring(out)
            yield pouring
        self.entries[name] = Entry(pouring.hash.hexdigest(), pouring.size)

    def passing(self, name: str, pieces: Iterable[bytes]) -> Iterator[bytes]:
        """Write one entry and hand each piece on; the entry is there when all were taken."""
        with self.entry(name) as out:
            for piece in pieces:
                out.write(piece)
                yield piece

    def add(self, name: str, pieces: Iterable[bytes], *, stored: bool = False, size: int = 0) -> Entry:
        """Write one entry."""
        with self.entry(name, stored=stored, size=size) as out:
            for piece in pieces:
                out.write(piece)
        return self.entries[name]

    def add_file(self, name: str, source: Path, *, stored: bool = True) -> Entry:
        with source.open("rb") as f:
            return self.add(name, iter(lambda: f.read(_BIG), b""), stored=stored, size=source.stat().st_size)

    def hashes(self) -> dict[str, str]:
        return {n: e.sha256 for n, e in self.entries.items()}

    def listing(self) -> dict[str, dict[str, Any]]:
        """The `entries` part of the manifest."""
        return {n: {"sha256": e.sha256, "size": e.size} for n, e in self.entries.items()}
