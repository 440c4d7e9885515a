"""Changed packages of every kind, for tests of `verify`."""

from __future__ import annotations

import hashlib
import io
import json
import random
import struct
import tempfile
import warnings
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

from core.exchange import package
from tests.core.exchange.test_verify import book_name, with_cell

Mutant = tuple[str, bytes]
"""What was done, and the file."""
FLIPS = 60


def zipped(inside: dict[str, bytes], *more: tuple[str, bytes]) -> bytes:
    """Entries as the program writes them, so that nothing but the change tells."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "made.zip"
        with package.PackageWriter(path) as out:
            for name, data in [*inside.items(), *more]:
                out.add(name, [data], stored=name.endswith(".xlsx"))
        return path.read_bytes()


def resealed(inside: dict[str, bytes]) -> dict[str, bytes]:
    """All that can be computed without the program computed anew: sizes, hashes, fingerprint, check code."""
    m = json.loads(inside["manifest.json"])
    hashes = {n: hashlib.sha256(d).hexdigest() for n, d in inside.items() if n != "manifest.json"}
    m["entries"] = {n: {"sha256": h, "size": len(inside[n])} for n, h in hashes.items()}
    m["check_code"] = package.check_code(hashes, m["standard"]["hash"], m["period"], m["version"])
    tables = sorted(n for n in inside if n.startswith("data/") and not n.startswith("data/_"))
    h = hashlib.sha256()
    for name in [*tables, package.EXPLANATIONS, package.ATTACHMENT_LIST]:
        h.update(name.removeprefix("data/").encode() + b"\0" + inside[name])
    m["fingerprint"] = h.hexdigest()
    return inside | {"manifest.json": json.dumps(m, ensure_ascii=False).encode()}


def bit_flips(data: bytes, inside: dict[str, bytes]) -> Iterator[Mutant]:
    chance = random.Random(5)
    places = [chance.randrange(len(data)) for _ in range(FLIPS)]
    with zipfile.ZipFile(io.BytesIO(data)) as z:
        heads = [i.header_offset + chance.randrange(30) for i in z.infolist()]
        directory = [chance.randrange(z.start_dir, len(data)) for _ in range(40)]
    for place in [*places, *chance.sample(heads, 30), *directory]:
        changed = bytearray(data)
        changed[place] ^= 1 << chance.randrange(8)
        yield f"bit at {place} of {len(data)}", bytes(changed)


def cuts_and_company(data: bytes, inside: dict[str, bytes]) -> Iterator[Mutant]:
    for share in (0.01, 0.3, 0.6, 0.9, 0.999):
        yield f"cut at {share}", data[: int(len(data) * share)]
    yield "without its beginning", data[100:]
    yield "bytes before", b"MZ" + b"\0" * 62 + data
    yield "bytes after", data + b"\0" * 50
    yield "text after", data + "补充说明".encode()
    yield "a package after the package", data + data
    at = data.rindex(b"PK\5\6")
    yield "with a comment", data[:at] + data[at:-2] + struct.pack("<H", 5) + b"hello"


def entries_moved(data: bytes, inside: dict[str, bytes]) -> Iterator[Mutant]:
    for name in inside:
        yield f"without {name}", zipped({n: d for n, d in inside.items() if n != name})
        renamed = {(n if n != name else n + "x"): d for n, d in inside.items()}
        yield f"renamed {name}", zipped(renamed)
    for name in ("manifest.json", "data/asset.csv", book_name(inside)):
        with warnings.catch_warnings(action="ignore", category=UserWarning):  # zipfile minds the name
            made = zipped(inside, (name, inside[name] + b" "))
        yield f"double {name}", made
    for name in (
        "data/other.csv",
        "附件/空.pdf",
        "data/_more.csv",
        "standard/more.toml",
        "读我.txt",
        "附件/",
    ):
        yield f"with {name}", zipped(inside, (name, b"x"))
        if not name.endswith("/"):
            yield f"with {name}, listed", zipped(resealed(inside | {name: b"x"}))


def unsafe_names(data: bytes, inside: dict[str, bytes]) -> Iterator[Mutant]:
    for name in (
        "../外面.txt",
        "/etc/外面",
        "C:\\外面",
        "a/../../外面",
        "..\\外面",
        "CON",
        "data/nul.csv",
        "DATA/ASSET.CSV",
    ):
        yield f"named {name}", zipped(inside, (name, b"x"))


def bombs(data: bytes, inside: dict[str, bytes]) -> Iterator[Mutant]:
    zeros = b"\0" * (210 << 20)
    yield "a bomb in an entry more", zipped(inside, ("附件/大.bin", zeros))
    yield "a bomb in the place of data", zipped(inside | {"data/asset.csv": zeros})
    yield "a bomb in the place of the manifest", zipped(inside | {"manifest.json": zeros})
    yield "2,000 entries", zipped(inside | {f"附件/{i}": b"" for i in range(2000)})
    yield "a size that lies", lied(data)
    yield "entries that overlap", overlapping(data)
    yield "a link", linked(inside)


def lied(data: bytes) -> bytes:
    """The directory claims 16 bytes for an entry that has more."""
    with zipfile.ZipFile(io.BytesIO(data)) as z:
        at = data.index(b"PK\1\2", z.start_dir)
    return data[: at + 24] + struct.pack("<L", 16) + data[at + 28 :]


def overlapping(data: bytes) -> bytes:
    """The directory leads to the first entry from two names of one length."""
    with zipfile.ZipFile(io.BytesIO(data)) as z:
        at = z.start_dir
        second = data.index(b"PK\1\2", at + 4)
    first = data[at + 42 : at + 46]
    return data[: second + 42] + first + data[second + 46 :]


def linked(inside: dict[str, bytes]) -> bytes:
    """One entry is a symbolic link out of the folder."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as z:
        for name, content in inside.items():
            z.writestr(name, content)
        link = zipfile.ZipInfo("附件/链接.pdf")
        link.create_system, link.external_attr = 3, 0o120777 << 16
        z.writestr(link, "../../外面.txt")
    return out.getvalue()


def manifest_keys(data: bytes, inside: dict[str, bytes]) -> Iterator[Mutant]:
    m = json.loads(inside["manifest.json"])
    assert set(m) == set(package.MANIFEST_KEYS)

    def with_manifest(changed: object) -> bytes:
        return zipped(inside | {"manifest.json": json.dumps(changed, ensure_ascii=False).encode()})

    for key, value in m.items():
        yield f"manifest without {key}", with_manifest({k: v for k, v in m.items() if k != key})
        yield f"manifest {key} null", with_manifest(m | {key: None if value is not None else {}})
        other: object = {"x": 1} | value if isinstance(value, dict) else f"{value}x"
        if isinstance(value, int):
            other = value + 1
        yield f"manifest {key} other", with_manifest(m | {key: other})
    for key in m["cover"]:
        changed = m["cover"] | {key: "改了" if isinstance(m["cover"][key], str) else not m["cover"][key]}
        yield f"cover {key}", with_manifest(m | {"cover": changed})
    yield "manifest empty", zipped(inside | {"manifest.json": b"{}"})
    yield "manifest no JSON", zipped(inside | {"manifest.json": b"[" * 100_000})


def cells(data: bytes, inside: dict[str, bytes]) -> Iterator[Mutant]:
    book = book_name(inside)
    places = [
        ("封面", "B6", "别的单位"),
        ("调剂使用清单", "C5", "改名"),
        ("完善经营清单", "H6", 1),
        ("转让变现清单", "A5", None),
    ]
    for sheet, cell, value in places:
        changed = inside | {book: with_cell(inside[book], sheet, cell, value)}
        yield f"{sheet} {cell}", zipped(changed)
        yield f"{sheet} {cell}, resealed", zipped(resealed(changed))


def carrier(data: bytes, inside: dict[str, bytes]) -> Iterator[Mutant]:
    asset = "data/asset.csv"
    lines = inside[asset].split(b"\n")
    changes = {
        "a row less": b"\n".join(lines[:-2] + lines[-1:]),
        "a row twice": b"\n".join([*lines[:-1], lines[-2], b""]),
        "another name": inside[asset].replace("古南".encode(), "古北".encode()),
        "a column less": inside[asset].replace(b",net,", b",", 1),
        "empty": b"",
        "no UTF-8": inside[asset][:-20] + b"\xff\xfe" + inside[asset][-20:],
        "rows turned": b"\n".join([lines[0], *reversed(lines[1:-1]), b""]),
    }
    for what, text in changes.items():
        yield f"asset: {what}", zipped(inside | {asset: text})
        yield f"asset: {what}, resealed", zipped(resealed(inside | {asset: text}))
    for name in (n for n in inside if n.endswith((".csv", ".toml", ".json")) and n != "manifest.json"):
        yield f"{name} longer", zipped(inside | {name: inside[name] + b"\n"})
    for name in (
        package.EXPLANATIONS,
        package.ATTACHMENT_LIST,
        package.OPENING,
        package.CLOSING,
        "audit.json",
    ):
        yield f"{name} nonsense, resealed", zipped(resealed(inside | {name: b"a,b\n1,2\n"}))


Kind = Callable[[bytes, dict[str, bytes]], Iterator[Mutant]]
KINDS: tuple[Kind, ...] = (
    bit_flips,
    cuts_and_company,
    entries_moved,
    unsafe_names,
    bombs,
    manifest_keys,
    cells,
    carrier,
)
