"""Check a Windows bundle: verify_bundle.py FOLDER.

Every program and library is 64-bit, is none of Wine's own, and asks only for libraries that lie in the
folder or that every Windows 10 has. The two programs carry an icon and a version.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pefile

X86_64 = 0x8664
ICON_GROUP, VERSION = 14, 16
PROGRAMS = ("盘活台账.exe", "panhuo.exe")
WINE_MARKS = (b"Wine builtin DLL", b"Wine placeholder DLL")
WINDOWS_10 = frozenset(
    """
    advapi32 authz bcrypt bcryptprimitives cabinet cfgmgr32 comctl32 comdlg32 crypt32 d2d1 d3d11 d3d12 d3d9
    dnsapi dwmapi dwrite dxgi gdi32 imagehlp imm32 iphlpapi kernel32 mpr msi msvcrt ncrypt netapi32 ntdll ole32
    oleaut32 opengl32 powrprof propsys rpcrt4 secur32 setupapi shcore shell32 shlwapi ucrtbase uiautomationcore
    user32 userenv usp10 uxtheme version winhttp winmm winspool.drv ws2_32 wsock32 wtsapi32
    """.split()  # noqa: SIM905
)
"""Libraries that every Windows 10 has."""


def problems(folder: Path) -> Iterator[str]:
    """Say what is wrong with the bundle; nothing when all is well."""
    files = [p for p in sorted(folder.rglob("*")) if p.is_file()]
    bundled = {p.name.lower() for p in files}
    for name in PROGRAMS:
        if not (folder / name).is_file():
            yield f"{name}：没有这个程序"
    for path in files:
        if path.suffix.lower() in (".dll", ".pyd", ".exe"):
            for problem in _problems_of(path, bundled):
                yield f"{path.relative_to(folder)}：{problem}"


def _problems_of(path: Path, bundled: set[str]) -> Iterator[str]:
    raw = path.read_bytes()
    if any(mark in raw[:4096] for mark in WINE_MARKS):
        yield "是 Wine 自己的文件"
        return
    pe = pefile.PE(data=raw, fast_load=True)
    kinds = ("IMPORT", "DELAY_IMPORT", "RESOURCE")
    pe.parse_data_directories([pefile.DIRECTORY_ENTRY[f"IMAGE_DIRECTORY_ENTRY_{kind}"] for kind in kinds])
    if pe.FILE_HEADER.Machine != X86_64:
        yield "不是 64 位"
    asked = [*getattr(pe, "DIRECTORY_ENTRY_IMPORT", []), *getattr(pe, "DIRECTORY_ENTRY_DELAY_IMPORT", [])]
    for name in sorted({entry.dll.decode().lower() for entry in asked}):
        if (
            name not in bundled
            and name.removesuffix(".dll") not in WINDOWS_10
            and not name.startswith("api-ms-win-")
        ):
            yield f"需要 {name}，程序文件夹和 Windows 10 里都没有"
    if path.name in PROGRAMS:
        resources = getattr(pe, "DIRECTORY_ENTRY_RESOURCE", None)
        have = {entry.id for entry in resources.entries} if resources else set()
        for kind, name in ((ICON_GROUP, "图标"), (VERSION, "版本信息")):
            if kind not in have:
                yield f"没有{name}"


def main() -> int:
    """Print the problems of one folder."""
    folder = Path(sys.argv[1])
    found = list(problems(folder))
    size = sum(p.stat().st_size for p in folder.rglob("*") if p.is_file())
    print("\n".join(found) or f"程序文件夹齐全：{size / 1e6:.1f} MB，没有缺少的 DLL，没有 Wine 的文件。")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
