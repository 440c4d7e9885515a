"""Expressions of a standard: parsing, and the check that a whole standard makes sense.

`parse` knows the grammar only; `core.standard.meaning` resolves names and kinds over a standard;
`core.records.compile` makes SQL of the result. README of resources/standards has the format.
"""

from __future__ import annotations

import re
import tomllib

from core.errors import StandardError
from core.standard.grammar import Expression, ExpressionError, parse
from core.standard.meaning import understand
from core.standard.model import Field, Rule, Standard
from core.standard.nodes import First, Path, own
from core.standard.setkinds import KINDS

__all__ = ["Expression", "ExpressionError", "check_standard", "parse", "placeholders"]

_PLACEHOLDER = re.compile(r"\{([^{}]*)\}")


def placeholders(message: str) -> tuple[str, ...]:
    """What stands in braces in a message: `net`, `net.label`, `owner_unit.name`, `= cost - net`."""
    return tuple(_PLACEHOLDER.findall(message))


def check_standard(standard: Standard) -> None:
    """Raise StandardError, with file and key, for the first expression that means nothing."""
    for field in standard.all_fields():
        _check_field(standard, field)
    for rule in standard.rules.values():
        if not rule.merged:
            _check_rule(standard, rule)
    for number, sheet in enumerate(standard.sheets, 1):
        if sheet.where and sheet.table:
            _check(standard, "sheets.toml", f"sheet[{number}].where", sheet.table, sheet.where)


def _check_field(standard: Standard, field: Field) -> None:
    given = {"required": field.required, "applies": field.applies, "options": field.options}
    for key, text in given.items():
        if not isinstance(text, str) or not text:
            continue
        option = field.code if key == "options" else ""
        try:
            if option and field.codes is None:
                raise ExpressionError("只有代码字段才有选项")
            understand(standard, field.table, text, option=option)
        except ExpressionError as e:
            file = _file_of(standard, field)
            raise StandardError(file, f"field.{field.code}.{key}", str(e)) from e


def _check(
    standard: Standard, file: str, key: str, table: str, text: object, *, condition: bool = True
) -> None:
    if not isinstance(text, str):
        raise StandardError(file, key, "条件应写成文字")
    try:
        understand(standard, table, text, condition=condition)
    except ExpressionError as e:
        raise StandardError(file, key, str(e)) from e


_RULE_TEXTS = ("table", "label", "message", "fix", "clause", "when", "must", "found", "field", "kind")


def _check_rule(standard: Standard, rule: Rule) -> None:
    for key in _RULE_TEXTS:
        if not isinstance(getattr(rule, key), str):
            raise StandardError(rule.file, f"{rule.id}.{key}", "应为文字")
    if not isinstance(rule.enabled, bool):
        raise StandardError(rule.file, f"{rule.id}.enabled", "应为 true 或 false")
    if rule.table and rule.table not in standard.tables:
        raise StandardError(rule.file, f"{rule.id}.table", f"没有表 {rule.table}")
    for key in ("when", "must", "found"):
        if text := getattr(rule, key):
            if not rule.table:
                raise StandardError(rule.file, f"{rule.id}.table", "写了条件就要写表")
            _check(standard, rule.file, f"{rule.id}.{key}", rule.table, text)
    extra: tuple[str, ...] = ()
    if rule.kind != "row":
        extra = _check_kind(standard, rule)
    if rule.table:
        if rule.field and standard.tables[rule.table].column(rule.field) is None:
            raise StandardError(rule.file, f"{rule.id}.field", f"没有字段 {rule.field}")
        if rule.kind == "row" and not field_of(standard, rule):
            raise StandardError(rule.file, f"{rule.id}.field", "表达式里没有本表的字段，请写明跳到哪一格")
    for key, message in (("message", rule.message), ("fix", rule.fix)):
        for said in placeholders(message):
            if said not in extra:
                _check_placeholder(standard, rule, f"{rule.id}.{key}", said)


def _check_placeholder(standard: Standard, rule: Rule, key: str, said: str) -> None:
    if not rule.table:
        raise StandardError(rule.file, key, f"不能写 {{{said}}}")
    text = said[1:] if said.startswith("=") else said.removesuffix(".label")
    _check(standard, rule.file, key, rule.table, text, condition=False)


# --- set rules -----------------------------------------------------------------------


def _check_kind(standard: Standard, rule: Rule) -> tuple[str, ...]:
    """The placeholders of a set rule, once its keys are found right."""
    kind = KINDS.get(rule.kind)
    if kind is None:
        raise StandardError(
            rule.file, f"{rule.id}.kind", f"没有规则种类 {rule.kind}；可用：{'、'.join(KINDS)}"
        )
    for name in (*kind.own, *kind.wanted):
        if not (getattr(rule, name) if name in kind.own else name in rule.options):
            raise StandardError(rule.file, f"{rule.id}.{name}", f"{rule.kind} 规则要写 {name}")
    known = {**kind.wanted, **kind.optional}
    for name, value in rule.options.items():
        if name not in known:
            raise StandardError(rule.file, f"{rule.id}.{name}", f"{rule.kind} 规则没有这个键")
        if (known[name] in ("fields", "paths")) != isinstance(value, list):
            raise StandardError(rule.file, f"{rule.id}.{name}", "一组字段要写成 [ ]，其余只写一个值")
        for each in value if isinstance(value, list) else [value]:
            _check_option(standard, rule, name, known[name], each, kind.words.get(name, ()))
    if rule.kind == "required":
        _check_required(standard, rule)
    return kind.says


def _check_option(
    standard: Standard, rule: Rule, name: str, meaning: str, value: object, words: tuple[str, ...]
) -> None:
    key, text = f"{rule.id}.{name}", str(value)
    if meaning == "word" and value not in words:
        raise StandardError(rule.file, key, f"应为{'、'.join(words)}之一")
    if meaning == "number":
        param = standard.params.get(text)
        number = param.value if param else value
        if isinstance(number, bool) or not isinstance(number, int | float):
            raise StandardError(rule.file, key, f"“{text}”不是数，也不是值为数的参数")
    if meaning in ("path", "paths"):
        table, _, field = text.partition(".")
        if table not in standard.tables or field not in standard.tables[table].fields:
            raise StandardError(rule.file, key, f"没有字段 {text}")
    if meaning in ("field", "fields", "value", "where"):
        if not rule.table:
            raise StandardError(rule.file, f"{rule.id}.table", "须写明是哪张表")
        _check(standard, rule.file, key, rule.table, text, condition=meaning == "where")
        node = understand(standard, rule.table, text, condition=meaning == "where")
        if meaning == "value" and node.kind.name != "number":
            raise StandardError(rule.file, key, "应为数")
        if meaning == "fields" and not isinstance(node, Path):
            raise StandardError(rule.file, key, f"“{text}”不是字段")


def _check_required(standard: Standard, rule: Rule) -> None:
    for code in rule.options.get("fields", ()):
        field = standard.tables[rule.table].fields.get(code)
        if field is None or not field.required:
            raise StandardError(rule.file, f"{rule.id}.fields", f"{code} 没有声明 required")


def field_of(standard: Standard, rule: Rule) -> str:
    """The field that a finding of a rule leads to: declared, or the first own one its expression names."""
    if rule.field or not rule.table:
        return rule.field
    for text in (rule.must, rule.found, rule.when):
        if not text:
            continue
        for node in own(understand(standard, rule.table, text)):
            if isinstance(node, Path | First):
                code = node.text.split(".")[0]
                if standard.tables[rule.table].column(code) is not None:
                    return code
    return ""


def _file_of(standard: Standard, field: Field) -> str:
    """The file that declares a field, found only when something is wrong with it."""
    for name, data in standard.files.items():
        if name.startswith("tables/") and name.endswith(".toml"):
            given = tomllib.loads(data.decode("utf-8"))
            if given.get("table", {}).get("code") == field.table and field.code in given.get("field", {}):
                return name
    return f"tables/{field.table}.toml"
