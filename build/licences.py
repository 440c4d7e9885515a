"""Collect the licence texts of everything in the bundle into resources/licences: python build/licences.py.

The Python packages' texts come from their own metadata, CPython's from its library, the others from the
copyright files of Debian's packages of the same parts. Run it with the .venv after a dependency has changed.
"""

from __future__ import annotations

import sysconfig
from importlib import metadata
from pathlib import Path

from version import ROOT

TARGET = ROOT / "resources" / "licences"
COMMON = Path("/usr/share/common-licenses")
DOC = Path("/usr/share/doc")

PACKAGES = (
    *("SQLAlchemy", "typing_extensions", "openpyxl", "et_xmlfile", "python-calamine", "pypinyin"),
    "pyinstaller",
)
DEBIAN = {
    "SQLite": "libsqlite3-0",
    "libffi": "libffi8",
    "expat": "libexpat1",
    "zlib": "zlib1g",
    "bzip2": "libbz2-1.0",
    "xz": "liblzma5",
    "FreeType": "libfreetype6",
    "HarfBuzz": "libharfbuzz0b",
    "libpng": "libpng16-16",
    "libjpeg-turbo": "libjpeg62-turbo",
    "PCRE2": "libpcre2-8-0",
    "NSIS": "nsis",
}
"""Parts inside CPython, Qt and the installer, and the Debian packages that document them."""


def texts() -> dict[str, str]:
    """All texts by file name."""
    made = {
        "LGPL-3.0.txt": (COMMON / "LGPL-3").read_text("utf-8"),
        "GPL-3.0.txt": (COMMON / "GPL-3").read_text("utf-8"),
        "CPython.txt": (Path(sysconfig.get_path("stdlib")) / "LICENSE.txt").read_text("utf-8"),
    }
    for name in PACKAGES:
        made[f"{name}.txt"] = of_package(name)
    for name, package in DEBIAN.items():
        made[f"{name}.txt"] = (DOC / package / "copyright").read_text("utf-8")
    return made


def of_package(name: str) -> str:
    """The licence files that a wheel carries."""
    distribution = metadata.distribution(name)
    words = ("licen", "copying", "notice")
    files = [f for f in distribution.files or () if any(word in f.name.lower() for word in words)]
    found = [f for f in files if ".dist-info" in str(f)]
    if not found:
        raise SystemExit(f"{name} carries no licence text")
    return "\n\n".join(f.read_text("utf-8") for f in sorted(found, key=str))


def main() -> None:
    """Write the folder."""
    TARGET.mkdir(parents=True, exist_ok=True)
    for name, text in texts().items():
        (TARGET / name).write_text(text.replace("\r\n", "\n").rstrip() + "\n", "utf-8")


if __name__ == "__main__":
    main()
