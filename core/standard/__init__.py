"""The standard (口径): what is filled in, shown, checked and exported, as data."""

from core.standard.load import available, load, load_default
from core.standard.model import CodeItem, CodeList, Field, Param, Rule, Sheet, Show, Standard, TableDef

__all__ = [
    "CodeItem",
    "CodeList",
    "Field",
    "Param",
    "Rule",
    "Sheet",
    "Show",
    "Standard",
    "TableDef",
    "available",
    "load",
    "load_default",
]
