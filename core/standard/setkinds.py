"""The kinds of set rules: which keys each wants and which placeholders its message may use.

A rule with `kind` looks at many records at once, or at what the fields themselves declare; it is
carried out by `core.audit`. The README of the standards describes each kind in words. What a key
means decides how it is checked when a standard is loaded:

    field     one field of the rule's table (a path over refs is allowed)
    fields    a list of such fields
    path      one table.field of any table
    paths     a list of them
    number    a number, or the name of a parameter
    word      one of the listed words
    where     a condition over the rule's table
    value     an expression over the rule's table that gives a number
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class SetKind:
    """One kind: wanted keys, optional keys, words allowed per key, and extra placeholders.

    `own` are keys of the rule itself (table, field) that the kind cannot do without.
    """

    wanted: Mapping[str, str] = field(default_factory=dict)
    optional: Mapping[str, str] = field(default_factory=dict)
    words: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    says: tuple[str, ...] = ()
    own: tuple[str, ...] = ("table",)


KINDS: dict[str, SetKind] = {
    # What the fields declare; told in the same scan as the rules of rows.
    "required": SetKind(optional={"fields": "fields"}, says=("missing",), own=()),
    "options": SetKind(says=("value", "label"), own=()),
    "unfit": SetKind(says=("fields",), own=()),
    "origin": SetKind(says=("raw", "reason", "label", "file", "sheet", "row"), own=()),
    "dates": SetKind(
        wanted={"until": "word"},
        optional={"except": "paths"},
        words={"until": ("period_end", "today")},
        says=("label", "value", "until"),
        own=(),
    ),
    # Many records of one table.
    "unique": SetKind(wanted={"fields": "fields"}, says=("others",)),
    "outlier": SetKind(
        wanted={"value": "value", "group": "fields", "times": "number"},
        optional={"per": "value"},
        says=("times", "median"),
        own=("table", "field"),
    ),
    "concentration": SetKind(wanted={"over": "number"}, says=("name", "share"), own=("table", "field")),
    "share": SetKind(wanted={"where": "where", "over": "number"}, says=("count", "share")),
    "missing_codes": SetKind(optional={"unless": "path"}, says=("names",), own=("table", "field")),
    # Now against what was reported before.
    "change": SetKind(
        wanted={"compare": "word", "values": "fields", "group": "fields", "over": "number"},
        words={"compare": ("last_period", "last_year")},
        says=("unit", "name", "now", "then", "pct"),
        own=("table", "field"),
    ),
    "same": SetKind(wanted={"fields": "fields"}),
    "unchanged": SetKind(wanted={"over": "number"}, says=("share",)),
    "postponed": SetKind(wanted={"times": "number"}, says=("times", "dates"), own=("table", "field")),
    "balance": SetKind(
        wanted={"measure": "word"},
        words={"measure": ("count", "area_and_net")},
        says=("name", "opening", "added", "removed", "adjusted", "expected", "closing"),
    ),
    "opening_share": SetKind(wanted={"where": "where", "over": "number"}, says=("count", "opening", "share")),
    "version_change": SetKind(wanted={"over": "number"}, says=("share",), own=()),
    "elsewhere": SetKind(says=("package",)),
}
