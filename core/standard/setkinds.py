"""The kinds of set rules: which keys each wants and which placeholders its message may use.

A rule with `kind` looks at many records at once and is carried out by `core.audit.sets`. Each key
has a meaning that is checked when the standard is loaded:

    field     one field of the rule's table (a path over refs is allowed)
    fields    a list of such fields
    number    a whole or decimal number, or the name of a parameter
    word      one of the listed words
    table     the code of a table
    where     a condition over the rule's table
    value     an expression that gives a number over the rule's table
    text      free text

`when` narrows the records of every kind; `field` names the cell that is shown.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class SetKind:
    """One kind: wanted keys, optional keys, words allowed per key, and extra placeholders."""

    wanted: Mapping[str, str] = field(default_factory=dict)
    optional: Mapping[str, str] = field(default_factory=dict)
    words: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    says: tuple[str, ...] = ()


KINDS: dict[str, SetKind] = {}
