"""Functions that SQL has not: check digits, patterns and working days, pure and safe on NULL."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta
from functools import lru_cache

from core.standard import identifiers

_LONGEST = 4000
"""Days; a longer span is answered with NULL rather than counted."""


def functions() -> list[tuple[str, int, Callable[..., object]]]:
    """Name, number of arguments, and function; the database registers each as deterministic."""
    return [
        ("uscc_ok", 1, _yes_no(identifiers.uscc_ok)),
        ("orgcode_ok", 1, _yes_no(identifiers.orgcode_ok)),
        ("parcel_ok", 1, _yes_no(identifiers.parcel_ok)),
        ("phone_ok", 1, _yes_no(identifiers.phone_ok)),
        ("cert_key", 1, cert_key),
        ("matches", 2, matches),
        ("workdays_between", 3, workdays_between),
    ]


def _yes_no(check: Callable[[str], bool]) -> Callable[[object], int | None]:
    def asked(value: object) -> int | None:
        return None if value is None else int(check(str(value)))

    return asked


def cert_key(value: object) -> str | None:
    """A certificate number for comparing."""
    return None if value is None else identifiers.cert_key(str(value))


@lru_cache(maxsize=256)
def _pattern(text: str) -> re.Pattern[str]:
    return re.compile(text)


def matches(value: object, pattern: str) -> int | None:
    """Whether a pattern is found in the text (write ^ and $ to bind it)."""
    return None if value is None else int(_pattern(pattern).search(str(value)) is not None)


def workdays_between(first: object, last: object, calendar: str) -> int | None:
    """Working days from `first` to `last`, both counted; NULL outside the calendar's years.

    `calendar` lists the days that differ from Monday–Friday: `2026-01-01` is free,
    `+2026-01-04` is worked.
    """
    if first is None or last is None:
        return None
    try:
        start, end = date.fromisoformat(str(first)), date.fromisoformat(str(last))
    except ValueError:
        return None
    free, worked, years = _calendar(calendar)
    if start.year not in years or end.year not in years or (end - start).days > _LONGEST:
        return None
    days = 0
    while start <= end:
        written = start.isoformat()
        if written in worked or (start.weekday() < 5 and written not in free):
            days += 1
        start += timedelta(days=1)
    return days


@lru_cache(maxsize=8)
def _calendar(text: str) -> tuple[frozenset[str], frozenset[str], frozenset[int]]:
    entries = text.split()
    worked = frozenset(e[1:] for e in entries if e.startswith("+"))
    free = frozenset(e for e in entries if not e.startswith("+"))
    return free, worked, frozenset(int(e.lstrip("+")[:4]) for e in entries)
