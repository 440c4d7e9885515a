"""What goes into the bundle and what stays out; read by pyinstaller.spec."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Iterable
from pathlib import Path

Entry = tuple[str, str, str]
"""A line of PyInstaller's table of contents: name in the bundle, file, kind."""

NOT_NEEDED = [
    *("tkinter", "unittest", "pydoc", "doctest", "lib2to3", "test", "setuptools", "pkg_resources", "pip"),
    # The program opens no socket; without these there is no OpenSSL to keep up to date, and 5 MB less. The
    # hashes come from CPython's own modules: SHA-256 at 108 MB/s instead of 680.
    *("ssl", "_ssl", "_hashlib"),
    # Used by our libraries when they happen to be installed; the pinned set has none of them.
    *("numpy", "pandas", "PIL", "lxml", "defusedxml", "greenlet", "IPython", "pytest"),
    *(f"sqlalchemy.dialects.{name}" for name in ("mysql", "oracle", "mssql", "postgresql")),
    *("sqlalchemy.testing", "sqlalchemy.ext.asyncio"),
    *(f"PySide6.Qt{name}" for name in ("Network", "Qml", "Quick", "OpenGL", "Pdf")),
]

PLUGINS = re.compile(
    r"""plugins/(
        platforms/(lib)?q(windows|xcb|offscreen)
      | styles/q\w+style
      | imageformats/(lib)?q(gif|ico|jpeg|svg)
      | iconengines/(lib)?qsvgicon
      | platforminputcontexts/lib(ibus|compose)platforminputcontextplugin
      | platformthemes/libqxdgdesktopportal
      | printsupport/(libcups|windows)printersupport
      | xcbglintegrations/libqxcb-glx-integration
    )(\.dll|\.so)$""",
    re.VERBOSE,
)
"""Qt looks its plugins up at run time; these are the ones the window uses."""

TRANSLATIONS = re.compile(r"PySide6/(Qt/)?translations/(?!qtbase_zh_CN\.qm$)")
METADATA = re.compile(r"\.dist-info/")


def resources(root: Path) -> list[tuple[str, str]]:
    """The whole resources folder, in the place where core.paths looks for it."""
    return [(str(root / "resources"), "resources")]


def metadata(version: str, work: Path) -> list[Entry]:
    """Let the frozen program know its own version: importlib.metadata.version("panhuo")."""
    folder = f"panhuo-{version}.dist-info"
    file = work / folder / "METADATA"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(f"Metadata-Version: 2.1\nName: panhuo\nVersion: {version}\n", "utf-8")
    return [(f"{folder}/METADATA", str(file), "DATA")]


def modules(root: Path, *packages: str) -> list[str]:
    """Every module of ours: the verbs, for one, are imported by name."""
    found = []
    for package in packages:
        for file in sorted((root / package).rglob("*.py")):
            parts = file.relative_to(root).with_suffix("").parts
            if parts[-1] != "__main__":
                found.append(".".join(parts[:-1] if parts[-1] == "__init__" else parts))
    return found


def select(binaries: Iterable[Entry], datas: Iterable[Entry]) -> tuple[list[Entry], list[Entry]]:
    """Leave out Qt's plugins and languages that the window does not use, and all that only they need."""
    binaries = _needed(binaries)
    # On Linux, links beside the program (libfoo.so.6 -> PySide6/…) come with the data.
    there = {_file_name(entry) for entry in binaries}
    return binaries, [
        entry
        for entry in _unique(datas)
        if not TRANSLATIONS.search(_slashed(entry))
        and not METADATA.search(_slashed(entry))
        and (entry[2] != "SYMLINK" or _file_name(entry) in there)
    ]


def _needed(entries: Iterable[Entry]) -> list[Entry]:
    """Keep extension modules, the plugins named above, and the libraries that one of these asks for.

    PyInstaller has followed the libraries of every plugin, so dropping a plugin leaves orphans behind.
    """
    from PyInstaller.depend.bindepend import get_imports

    entries = _unique(entries)
    kept = {e for e in entries if _is_root(e)}
    libraries: dict[str, list[Entry]] = {}
    for entry in entries:
        if "plugins/" not in _slashed(entry):
            libraries.setdefault(_file_name(entry), []).append(entry)
    queue = list(kept)
    while queue:
        for library, path in get_imports(queue.pop()[1]):
            for name in {Path(library).name.lower(), Path(path or library).name.lower()}:
                for entry in libraries.get(name, []):
                    if entry not in kept:
                        kept.add(entry)
                        queue.append(entry)
    return [entry for entry in entries if entry in kept]


def stripped_python(entries: list[Entry], work: Path) -> list[Entry]:
    """Replace libpython by a copy without debugging symbols: 23 MB become 6."""
    out = []
    for name, path, kind in entries:
        if re.match(r"libpython3[\d.]+so", name) and kind != "SYMLINK" and shutil.which("strip"):
            work.mkdir(parents=True, exist_ok=True)
            copy = work / Path(path).name
            subprocess.run(["strip", "--strip-unneeded", "-o", str(copy), path], check=True)
            path = str(copy)
        out.append((name, path, kind))
    return out


def _is_root(entry: Entry) -> bool:
    if "plugins/" in _slashed(entry):
        return bool(PLUGINS.search(_slashed(entry)))
    return entry[2] == "EXTENSION" or bool(re.match(r"(libpython3|python3\d+\.dll)", _file_name(entry)))


def _unique(entries: Iterable[Entry]) -> list[Entry]:
    return list({_slashed(e).lower(): e for e in entries}.values())


def _slashed(entry: Entry) -> str:
    return entry[0].replace("\\", "/")


def _file_name(entry: Entry) -> str:
    return _slashed(entry).rsplit("/", 1)[-1].lower()
