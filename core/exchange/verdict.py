"""What is said of a package or a workbook that was looked through: valid, readable but different, or invalid."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from core.exchange.book.facts import DRAFT, spaced
from core.exchange.compare import Difference
from core.standard import available, load_default
from core.standard.dates import period_name
from core.standard.model import Standard

VALID, WARNING, INVALID = "valid", "warning", "invalid"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What `verify` found; `exit_code` is that of the command."""

    ok: bool
    verdict: str
    code: str
    reason: str
    next: str = ""
    exit_code: int = 0
    differences: tuple[Difference, ...] = ()
    totals: Mapping[str, Any] = field(default_factory=dict)
    manifest: Mapping[str, Any] = field(default_factory=dict)


def given(
    differences: Sequence[Difference],
    reason: str,
    hint: str,
    totals: Mapping[str, Any],
    told: Mapping[str, Any],
) -> Verdict:
    """The verdict of a comparison: `reason` and the first differences, or that there is none."""
    if not differences:
        return Verdict(True, VALID, "equal", reason + "。", hint, 0, (), totals, told)
    first = "；".join(d.text() for d in differences[:3])
    return Verdict(
        False,
        WARNING,
        "differs",
        f"{reason}：{first}。",
        hint or "请与报送单位核对这些单元格。",
        10,
        tuple(differences),
        totals,
        told,
    )


def of_package(
    manifest: Mapping[str, Any],
    totals: Mapping[str, Any],
    standard: Standard,
    known: Iterable[str],
    differences: Sequence[Difference],
) -> Verdict:
    """The verdict of a package that is whole; `known` are hashes of standards adopted here."""
    m = manifest
    draft = "（草稿，不作上报依据）" if m["nature"] == DRAFT else ""
    if not is_known(standard, known):
        reason, hint = _unknown(standard)
        return Verdict(
            False, WARNING, "unknown-standard", reason, hint, 3, tuple(differences), totals, manifest
        )
    if differences:
        count = len(differences)
        return given(differences, f"工作簿或压缩包与数据有 {count} 处不同{draft}", "", totals, manifest)
    what = f"{m['unit']} {period_name(m['period'])} V{m['version']:02d} {m['nature']}"
    text = f"有效{draft}：{what}，校验码 {spaced(m['check_code'])}。"
    return Verdict(True, VALID, "draft" if draft else "valid", text, "", 0, (), totals, manifest)


def is_known(standard: Standard, known: Iterable[str] = ()) -> bool:
    """Whether a package's standard is one that this program ships or the 账套 has adopted."""
    if standard.hash in known:
        return True
    return standard.name in available() and load_default(standard.name).hash == standard.hash


def _unknown(standard: Standard) -> tuple[str, str]:
    """Why a standard is not known, and what to do."""
    if standard.name in available():
        return (
            f"上报包所用口径的版本（{standard.version}）本程序也有，但内容不同，可能被人改过：{standard.title}。",
            "请向报送单位核实口径文件从何而来；市办换发了口径的，请先装入市办的那一份再核验。",
        )
    return (
        f"本程序没有上报包所用的口径：{standard.title}，{standard.version} 版。包内随附的口径文件完好。",
        "可以作为随包口径查看和核对；要长期使用，请由市办确认后装入这套口径。",
    )
