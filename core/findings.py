"""What the audit found: one finding, with its parameters and its words."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

ERROR, EXPLAIN, HINT = "error", "explain", "hint"
SEVERITY_NAMES = {ERROR: "错误", EXPLAIN: "需说明", HINT: "提示"}
"""错误 blocks the upload, 需说明 wants a written explanation, 提示 is only shown."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong or wants an explanation.

    `uid` is "" for a finding about the whole ledger or package. `text` says what is wrong with
    the numbers put in, `fix` what to do, `clause` on what ground. `params` are the stored values
    that the finding speaks of; an explanation lapses when they change.
    """

    rule: str
    severity: str
    table: str
    uid: str
    field: str = ""
    params: Mapping[str, Any] = dataclasses.field(default_factory=dict)
    text: str = ""
    fix: str = ""
    clause: str = ""
    label: str = ""
    explained: bool = False
    explanation: str = ""
    digest: str = ""

    @property
    def fields(self) -> tuple[str, ...]:
        """Every cell that it speaks of; the first is `field`."""
        listed = self.params.get("missing") or self.params.get("fields")
        return tuple(listed) if isinstance(listed, list) else (self.field,) if self.field else ()

    @property
    def lapsed(self) -> bool:
        """Whether it was explained before the numbers changed."""
        return bool(self.explanation) and not self.explained

    @property
    def blocks(self) -> bool:
        """Whether it stands in the way of an upload."""
        return self.severity == ERROR or (self.severity == EXPLAIN and not self.explained)
