"""What a verb hands back: exit code, JSON, lines for people."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from core.errors import AppError

DONE, FINDINGS = 0, 10

Add = Callable[[str, str], argparse.ArgumentParser]
"""add(name, help) gives the parser of a new verb."""


@dataclass(slots=True)
class Outcome:
    exit: int
    data: dict[str, Any]
    lines: list[str] = field(default_factory=list)

    @classmethod
    def refusal(cls, error: AppError) -> Outcome:
        """A refusal with its reason and way out."""
        data = {"ok": False, "reason": error.reason, "code": error.code, "next": error.next}
        data |= getattr(error, "data", {})
        lines = [error.reason, *([f"下一步：{error.next}"] if error.next else [])]
        return cls(error.exit_code, data, lines)
