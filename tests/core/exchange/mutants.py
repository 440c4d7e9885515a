"""Changed packages of every kind, for tests of `verify`."""

from __future__ import annotations

import hashlib
import io
import json
import random
import re
import struct
import tempfile
import warnings
import zipfile
import zlib
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


def resealed(inside: dict[str, bytes], *, sums: bool = True) -> dict[str, bytes]:
    """All that can be computed without the program computed anew: sizes, hashes, fingerprint, check code."""
    m = json.loads(inside["manifest.json"])
    hashes = {n: hashlib.sha256(d).hexdigest() for n, d in inside.items() if n != "manifest.json"}
    if sums:
        inside = inside | {package.SUMS: package.sums_text(hashes)}
        hashes[package.SUMS] = hashlib.sha256(inside[package.SUMS]).hexdigest()
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
    text = inside["manifest.json"].decode()
    for what, old, new in (
        ("a code before the code", '"check_code": ', '"check_code": "000000000000", "check_code": '),
        ("no number", '"count": 12', '"count": NaN'),
        ("format 0", '"format_version": 2', '"format_version": 0'),
    ):
        yield f"manifest: {what}", zipped(inside | {"manifest.json": text.replace(old, new, 1).encode()})
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

    sums = inside[package.SUMS].replace(b"a", b"b", 1)
    yield "SHA256.txt says another sum", zipped(resealed(inside | {package.SUMS: sums}, sums=False))
    other = with_cell(inside[package.ATTACHMENT_BOOK], "附件清单", "A1", "别的")
    yield "附件清单 says something else", zipped(resealed(inside | {package.ATTACHMENT_BOOK: other}))
    counts = b'{"counts": {"error": 5}, "findings": []}'
    yield "audit.json counts what is not there", zipped(resealed(inside | {"audit.json": counts}))


def looks(data: bytes, inside: dict[str, bytes]) -> Iterator[Mutant]:
    """The workbook shows something else although each cell has its value, all sums repaired."""
    book = book_name(inside)
    with zipfile.ZipFile(io.BytesIO(inside[book])) as z:
        parts = {n: z.read(n) for n in z.namelist()}
    number = re.search(r'name="完善经营清单" sheetId="(\d+)"', parts["xl/workbook.xml"].decode())
    assert number
    sheet = f"xl/worksheets/sheet{number[1]}.xml"
    for what, part, old, new in (
        ("hidden sheet", "xl/workbook.xml", rb'(sheetId="11" state=)"visible"', rb'\1"veryHidden"'),
        ("other order", "xl/workbook.xml", rb"(<sheet [^>]+/>)(<sheet [^>]+/>)", rb"\2\1"),
        (
            "a macro's name",
            "xl/workbook.xml",
            rb"</definedNames>",
            rb'<definedName name="Auto_Open">A1</definedName>\g<0>',
        ),
        ("white letters", "xl/styles.xml", rb"(<font>)", rb'\1<color rgb="FFFFFFFF"/>'),
        (
            "a number format that shows another number",
            "xl/styles.xml",
            rb'formatCode="[^"]+"',
            rb'formatCode="0!.0"',
        ),
        ("hidden row", sheet, rb'<row r="5"', rb'\g<0> hidden="1"'),
        ("two rows in each other's place", sheet, rb'(<row r="5".*?</row>)(<row r="6".*?</row>)', _exchanged),
        ("a cell twice", sheet, rb'<c r="P5"', rb'<c r="P5"><v>1</v></c>\g<0>'),
        ("a formula with the right result", sheet, rb'(<c r="P5"[^>]*>)', rb"\1<f>1+1</f>"),
        (
            "a number as text",
            sheet,
            rb'(<c r="P5" s="\d+")><v>(.*?)</v>',
            rb'\1 t="inlineStr"><is><t>\2</t></is>',
        ),
        ("hidden column", sheet, rb'(max="16")', rb'\1 hidden="1"'),
        ("another code at the foot", sheet, rb"[0-9A-F]{4} [0-9A-F]{4} [0-9A-F]{4}", b"0000 0000 0000"),
        (
            "a far cell",
            sheet,
            rb"</sheetData>",
            rb'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>\g<0>',
        ),
        ("another chart", "xl/charts/chart1.xml", rb'barDir val="col"', rb'barDir val="bar"'),
    ):
        changed, times = re.subn(old, new, parts[part], count=1, flags=re.DOTALL)
        assert times and changed != parts[part], what
        yield what, zipped(resealed(inside | {book: zipped(parts | {part: changed})}))


def _exchanged(found: re.Match[bytes]) -> bytes:
    first, second = found.groups()
    return re.sub(rb'r="([A-Z]*)6"', rb'r="\g<1>5"', second) + re.sub(
        rb'r="([A-Z]*)5"', rb'r="\g<1>6"', first
    )


def headers(data: bytes, inside: dict[str, bytes]) -> Iterator[Mutant]:
    """The zip says of an entry what another program would go by, or what none can read."""
    other = b"evil.csv"

    def named(info: zipfile.ZipInfo) -> None:
        name = info.filename.encode()
        info.extra = struct.pack("<HHBL", 0x7075, 5 + len(other), 1, zlib.crc32(name)) + other

    yield "a second name for programs that know it", _zip_with(inside, "data/asset.csv", named)
    with zipfile.ZipFile(io.BytesIO(data)) as z:
        at = z.start_dir
    for what, offset, value in (("a version of zip to come", 6, 99), ("a way of packing to come", 10, 93)):
        yield what, data[: at + offset] + struct.pack("<H", value) + data[at + offset + 2 :]
    size = data.index(b"PK\1\2", at) + 24
    longer = struct.pack("<L", struct.unpack_from("<L", data, size)[0] + 7)
    local = data[:22] + longer + data[26:size] + longer + data[size + 4 :]
    yield "a length that lies in both places", local


def _zip_with(inside: dict[str, bytes], name: str, change: Callable[[zipfile.ZipInfo], None]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as z:
        for n, content in inside.items():
            info = zipfile.ZipInfo(n)
            if n == name:
                change(info)
            z.writestr(info, content)
    return out.getvalue()


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
    looks,
    headers,
)
