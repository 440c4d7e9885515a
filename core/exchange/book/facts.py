"""What a workbook states beside the records: all of it is in the manifest and in audit.json."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from core.exchange.cover import Cover
from core.standard.dates import period_name, to_cn

FORMAL, REVISED, LATE, NIL, DRAFT = "正式", "修订", "补报", "零报告", "草稿"
NATURES = (FORMAL, REVISED, LATE, NIL, DRAFT)


@dataclass(frozen=True, slots=True)
class Facts:
    """Ids, version, codes and audit result of one package."""

    package_id: str
    period: str
    version: int
    nature: str
    cover: Cover
    check_code: str
    fingerprint: str
    created_at: str
    program: str
    totals: Mapping[str, Mapping[str, int]]
    reason: str = ""
    previous_id: str = ""
    previous_code: str = ""
    operator: str = ""
    layout: int = 1
    opening: str = ""
    """the period whose reported closing is the opening; "" for a first report"""
    revision: Mapping[str, Any] = field(default_factory=dict)
    audit: Mapping[str, Any] = field(default_factory=dict)

    @property
    def is_draft(self) -> bool:
        return self.nature == DRAFT

    @property
    def period_name(self) -> str:
        return period_name(self.period)

    @property
    def findings(self) -> Sequence[Mapping[str, Any]]:
        found: Sequence[Mapping[str, Any]] = self.audit.get("findings", [])
        return found

    def counts(self, severity: str) -> int:
        return sum(1 for f in self.findings if f.get("severity") == severity)


def day(text: str) -> str:
    """A day as written in letters; other text stays as it is."""
    return to_cn(text) if re.fullmatch(r"\d{4}(-\d\d){0,2}", text) else text


def spaced(code: str) -> str:
    """A check code in groups of four, as read aloud: A1B2 C3D4 E5F6."""
    return " ".join(code[i : i + 4] for i in range(0, len(code), 4)).upper()
