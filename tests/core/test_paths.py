"""Resources, data and settings are found from a checkout, from a bundle and from a USB stick."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

import pytest

from core import paths
from core.errors import SurroundingsError


@pytest.fixture
def bundle(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Look like the bundle that PyInstaller makes: program folder with `_internal` inside."""
    folder = tmp_path / "盘活台账"
    (folder / "_internal" / "resources").mkdir(parents=True)
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    monkeypatch.setattr(sys, "_MEIPASS", str(folder / "_internal"), raising=False)
    monkeypatch.setattr(sys, "executable", str(folder / "panhuo"))
    monkeypatch.setattr(Path, "home", lambda: tmp_path / "home")
    for name in ("PANHUO_HOME", "XDG_DATA_HOME", "XDG_CONFIG_HOME", "LOCALAPPDATA"):
        monkeypatch.delenv(name, raising=False)
    return folder


def test_bundle_brings_its_own_resources(bundle: Path) -> None:
    assert paths.resources() == bundle / "_internal" / "resources"


def test_portable_program_keeps_everything_beside_itself(bundle: Path) -> None:
    (bundle / "portable.flag").touch()
    assert paths.data_home() == bundle / "账套"
    assert paths.settings_home() == bundle / "设置"


def test_portable_flag_in_a_folder_that_takes_no_files_counts_as_installed(
    bundle: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (bundle / "portable.flag").touch()
    monkeypatch.setattr(paths, "_takes_files", lambda folder: False)
    assert not paths.is_portable()
    assert bundle not in paths.data_home().parents


@pytest.mark.skipif(sys.platform == "win32", reason="Windows keeps the folder in its registry")
def test_installed_program_proposes_the_documents_folder(bundle: Path) -> None:
    home = Path.home()
    (home / ".config").mkdir(parents=True)
    (home / ".config" / "user-dirs.dirs").write_text(
        '# x\nXDG_DOCUMENTS_DIR="$HOME/文档"\n', encoding="utf-8"
    )
    assert paths.data_home() == home / "文档" / "盘活台账"
    assert paths.settings_home() == home / ".local" / "share" / "panhuo"


def test_panhuo_home_overrides_both(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PANHUO_HOME", str(tmp_path))
    assert paths.data_home() == tmp_path
    assert tmp_path in paths.settings_home().parents


def test_a_system_without_a_place_for_temporary_files_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "_candidate_tempdir_list", lambda: [str(tmp_path / "nowhere")])
    monkeypatch.setattr(tempfile, "tempdir", None)
    with pytest.raises(SurroundingsError) as told, paths.workroom():
        pass
    assert "临时文件夹" in told.value.reason and "系统盘" in told.value.next
