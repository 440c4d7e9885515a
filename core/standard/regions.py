"""Which regions a 账套 may report for: a district's those of the list `region`, the city's its own."""

from __future__ import annotations

from collections.abc import Mapping

from core.standard.model import CodeItem, Standard

CITY = "city"
"""The role of the municipal office, and the code list of what it reports for: the whole, which is no district."""
DISTRICTS = "region"


def regions_for(standard: Standard, role: str) -> Mapping[str, CodeItem]:
    """The regions offered to a role, its own first; none when the standard declares none."""
    listed = standard.codes.get(DISTRICTS)
    own = standard.codes.get(CITY) if role == CITY else None
    return {**(own.items if own else {}), **(listed.items if listed else {})}


def region_name(standard: Standard, code: str) -> str:
    """What a reported region is called; an unknown code stands for itself."""
    found = regions_for(standard, CITY).get(code)
    return found.name if found else code
