"""CPython 3.11.7 for Windows, put together on Linux for the build alone.

The DLL and the compiled standard modules are CPython's own, taken from the wheel in runtime.txt, whose hash
is checked. The pure-Python standard library is that of this machine's Python of the same patch version. Made
here: python.exe (a call of Py_Main) and python3.dll (forwarders, asked for by PySide6's stable-ABI modules).
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import sysconfig
import zipfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
VERSION = "3.11.7"
NOT_COPIED = (
    *("site-packages", "__pycache__", "test", "tests", "idlelib", "tkinter", "turtledemo", "lib-dynload"),
    *("config-3*", "_sysconfigdata*", "lib2to3", "ensurepip"),
)
_FOR_WINDOWS = ("--platform", "win_amd64", "--python-version", "3.11", "--implementation", "cp")
_PIP = (sys.executable, "-m", "pip")
_FLAGS = ("--quiet", "--disable-pip-version-check", "--require-hashes", "--only-binary=:all:", "--no-deps")


def fetch(work: Path) -> Path:
    """Download the wheel with the runtime, check its hash, and unpack the part of CPython."""
    download, unpacked = work / "download", work / "cpython"
    shutil.rmtree(unpacked, ignore_errors=True)
    _quietly(
        [*_PIP, "download", *_FLAGS, *_FOR_WINDOWS, "-d", str(download), "-r", str(HERE / "runtime.txt")]
    )
    (wheel,) = download.glob("panda3d-*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(unpacked, [n for n in archive.namelist() if n.startswith("deploy_libs/")])
    return unpacked / "deploy_libs"


def compile_parts(libraries: Path, out: Path) -> None:
    """Compile python.exe, python3.dll and the stand-ins for what Wine 8 lacks."""
    out.mkdir(parents=True, exist_ok=True)
    names = exports(libraries / "python311.dll")
    (out / "python311.def").write_text(_def("python311", names), "ascii")
    (out / "python3.def").write_text(_def("python3", [f"{n}=python311.{n}" for n in names]), "ascii")
    cc, sources, stub = "x86_64-w64-mingw32-gcc", HERE / "runtime", ("-O2", "-s", "-shared")
    for command in (
        ["x86_64-w64-mingw32-dlltool", "-d", "python311.def", "-l", "libpython311.a", "-D", "python311.dll"],
        [cc, "-O2", "-s", "-municode", str(sources / "python.c"), "-o", "python.exe", "-L.", "-lpython311"],
        [
            cc,
            "-shared",
            "-s",
            "-nostdlib",
            "-o",
            "python3.dll",
            str(sources / "python3.c"),
            "python3.def",
            "-eDllMain",
        ],
        [cc, *stub, "-w", "-o", "uisettings_stub.dll", str(sources / "uisettings_stub.c")],
        [cc, *stub, "-o", "bcryptprimitives.dll", str(sources / "bcryptprimitives_stub.c"), "-ladvapi32"],
    ):
        subprocess.run(command, cwd=out, check=True)


def exports(library: Path) -> list[str]:
    """Name everything that a DLL exports."""
    dump = ["x86_64-w64-mingw32-objdump", "-p", str(library)]
    said = subprocess.run(dump, check=True, capture_output=True, text=True).stdout
    table = said.split("[Ordinal/Name Pointer] Table", 1)[1].split("\n\n", 1)[0]
    line = r"\[\s*\d+\]\s+(?:\+base\[\s*\d+\]\s+)?(?:[0-9a-f]{4}\s+)?([A-Za-z_]\w*)\s*$"
    return re.findall(line, table, re.MULTILINE)


def install(libraries: Path, parts: Path, target: Path) -> None:
    """Lay out a Python with our Windows wheels in the folder `target`."""
    shutil.rmtree(target, ignore_errors=True)
    (target / "DLLs").mkdir(parents=True)
    for file in (parts / "python.exe", parts / "python3.dll", libraries / "python311.dll"):
        shutil.copy(file, target)
    for file in [*libraries.glob("*.pyd"), *libraries.glob("lib*.dll"), libraries / "sqlite3.dll"]:
        if file.name != "_tkinter.pyd":
            shutil.copy(file, target / "DLLs")
    shutil.copytree(sysconfig.get_path("stdlib"), target / "Lib", ignore=shutil.ignore_patterns(*NOT_COPIED))
    packages = target / "Lib" / "site-packages"
    wheels = ["--target", str(packages), "-r", str(HERE / "requirements-win.txt")]
    _quietly([*_PIP, "install", *_FLAGS, *_FOR_WINDOWS, "--root-user-action=ignore", *wheels])
    # Beside python.exe, so that PyInstaller never takes Wine's own.
    for name in ("vcruntime140.dll", "vcruntime140_1.dll", "msvcp140.dll"):
        shutil.copy(packages / "shiboken6" / name, target)


def _def(library: str, lines: list[str]) -> str:
    return f"LIBRARY {library}.dll\nEXPORTS\n" + "".join(f"  {line}\n" for line in lines)


def _quietly(command: list[str]) -> None:
    """Run pip; show what it says only when it fails."""
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode != 0:
        raise SystemExit(f"下载或安装 Windows 部件失败：\n{done.stderr or done.stdout}")
