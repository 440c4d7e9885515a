"""The one version number, and the Windows version resource made from it."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
PRODUCT = "盘活台账"
SIMPLIFIED_CHINESE, UNICODE = 0x0804, 1200


def version() -> str:
    """Read the version from pyproject.toml."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    return str(project["version"])


def windows_resource(file_name: str, description: str) -> Any:
    """What Explorer shows under 属性 → 详细信息. PyInstaller can write it on Windows (and Wine) only."""
    from PyInstaller.utils.win32 import versioninfo as vi

    text = version()
    numbers = tuple(([int(part) for part in text.split(".")] + [0, 0, 0, 0])[:4])
    words = {
        "CompanyName": PRODUCT,
        "FileDescription": description,
        "FileVersion": text,
        "InternalName": file_name.removesuffix(".exe"),
        "LegalCopyright": "随附的第三方部件按各自许可使用，见 resources\\licences",
        "OriginalFilename": file_name,
        "ProductName": PRODUCT,
        "ProductVersion": text,
    }
    strings = [vi.StringStruct(key, value) for key, value in words.items()]
    table = vi.StringTable(f"{SIMPLIFIED_CHINESE:04X}{UNICODE:04X}", strings)
    languages = vi.VarStruct("Translation", [SIMPLIFIED_CHINESE, UNICODE])
    return vi.VSVersionInfo(
        ffi=vi.FixedFileInfo(filevers=numbers, prodvers=numbers),
        kids=[vi.StringFileInfo([table]), vi.VarFileInfo([languages])],
    )


if __name__ == "__main__":
    print(version())
