"""The 填报说明: one HTML page written from labels, help, code lists, rules and figures of a standard."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from html import escape

from core.standard.figures import figures_of
from core.standard.model import SEVERITY_NAMES, CodeList, Field, Rule, Standard, TableDef

_LONG_LIST = 60
"""Code lists with more entries are given in short: a manual is read, not searched."""

TYPE_NAMES = {
    "text": "文字",
    "id": "标识号（按文本填写）",
    "cert": "权证号（按文本填写）",
    "money": "金额",
    "area": "面积",
    "decimal": "小数",
    "integer": "整数",
    "date": "日期（知道多细填多细）",
    "period": "期间（如 2026Q3）",
    "bool": "是 / 否",
    "code": "单选",
    "codes": "多选",
    "ref": "选自其他台账",
}

_STYLE = """
body { font-family: "Microsoft YaHei", "Noto Sans CJK SC", SimSun, sans-serif; font-size: 14px; line-height: 1.6; margin: 24px; }
h1 { font-size: 22px; } h2 { font-size: 18px; margin-top: 28px; } h3 { font-size: 15px; }
table { border-collapse: collapse; width: 100%; margin: 8px 0 16px; }
th, td { border: 1px solid #b8bec6; padding: 4px 8px; text-align: left; vertical-align: top; }
th { background: #eef1f5; }
.note { color: #5b6570; }
"""


def manual(standard: Standard) -> str:
    """The whole page."""
    parts = [
        f"<h1>{escape(standard.title)}　填报说明</h1>",
        _head(standard),
        _contents(standard),
        *(_table(standard, t) for t in standard.tables.values()),
        _codes(standard.codes.values()),
        _rules(standard),
        _figures(standard),
        _params(standard),
    ]
    body = "\n".join(p for p in parts if p)
    return (
        f'<!DOCTYPE html>\n<html lang="zh-CN"><head><meta charset="utf-8"><title>填报说明</title>'
        f"<style>{_STYLE}</style></head>\n<body>\n{body}\n</body></html>\n"
    )


def _head(standard: Standard) -> str:
    draft = "草案，未经市办确认" if standard.status == "draft" else "已发布"
    lines = [
        f"口径编号：{standard.name}（{draft}）",
        f"制发单位：{standard.issuer or '—'}",
        f"报送对象：{standard.recipient or '—'}",
        f"适用起始：{standard.effective_from or '—'}",
        "金额在程序内按“分”、面积按 0.01 ㎡ 保存，合计由整数相加，最后一次四舍五入；分母为零的占比记“—”。",
        "“没有填写”与“0”不同；不适用的栏目不填，导出写“—”。",
    ]
    return "<p>" + "<br>".join(escape(line) for line in lines) + "</p>"


def _contents(standard: Standard) -> str:
    links = [f'<a href="#t-{t.code}">{escape(t.label)}</a>' for t in standard.tables.values()]
    more = [
        '<a href="#codes">代码表</a>',
        '<a href="#rules">审核规则</a>',
        '<a href="#figures">指标</a>',
        '<a href="#params">参数</a>',
    ]
    return f"<p>目录：{'　'.join([*links, *more])}</p>"


def _grid(head: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    """A table; cells are HTML already."""
    made = "".join(f"<tr>{''.join(f'<td>{c}</td>' for c in row)}</tr>\n" for row in rows)
    return f"<table><tr>{''.join(f'<th>{h}</th>' for h in head)}</tr>\n{made}</table>"


def _table(standard: Standard, table: TableDef) -> str:
    parts = [f'<h2 id="t-{table.code}">{escape(table.label)}</h2>']
    if table.help:
        parts.append(f"<p>{escape(table.help)}</p>")
    for code, label in ({"": ""} | dict(table.groups)).items():
        fields = [
            f for f in table.fields.values() if f.group == code and not f.auto and f.code != table.parent
        ]
        if fields:
            if label:
                parts.append(f"<h3>{escape(label)}</h3>")
            parts.append(_grid(("栏目", "怎么填", "必填", "说明"), (_field(standard, f) for f in fields)))
    return "\n".join(parts)


def _field(standard: Standard, field: Field) -> Iterator[str]:
    yield escape(field.title)
    yield escape(_how(standard, field))
    yield escape(
        "是"
        if field.required is True
        else f"条件：{words(standard, field.table, field.required)}"
        if field.required
        else ""
    )
    said = [field.help]
    if field.applies:
        said.append(f"适用：{words(standard, field.table, field.applies)}。")
    if field.source:
        said.append(f"依据：{field.source}。")
    yield escape("".join(said))


def _how(standard: Standard, field: Field) -> str:
    name = TYPE_NAMES.get(field.type, field.type)
    if field.codes is not None:
        items = [i.name for i in field.codes.items.values()]
        return f"{name}：{'、'.join(items)}" if len(items) <= 8 else f"{name}，见代码表“{field.codes.label}”"
    if field.ref:
        return f"选自“{standard.tables[field.ref].label}”"
    return name


def words(standard: Standard, table: str, expression: str | bool) -> str:
    """A condition with field codes and codes replaced by their names, as far as that reads well."""
    text = str(expression)
    fields = standard.tables[table].fields

    def named(m: re.Match[str]) -> str:
        word = m[0]
        return fields[word].label if word in fields else word

    for field in sorted(fields.values(), key=lambda f: -len(f.code)):
        if field.codes is None or not re.search(rf"\b{field.code}\b", text):
            continue
        for code, item in field.codes.items.items():
            text = text.replace(f"'{code}'", f"“{item.name}”")
    text = re.sub(r"\b[a-z_][a-z0-9_]*\b(?!\()", named, text)
    for word, said in (
        (r"\bfilled\(([^()]+)\)", r"已填\1"),
        (r"\bempty\(([^()]+)\)", r"未填\1"),
        (r"\bhas\(([^(),]+),\s*([^()]+)\)", r"\1含\2"),
        (r"\bnot in\b", "不属于"),
        (r"\bin\b", "属于"),
        (r"\band\b", "且"),
        (r"\bor\b", "或"),
        (r"\bnot\b", "非"),
        (r"==", "为"),
        (r"!=", "不为"),
    ):
        text = re.sub(word, said, text)
    return text


def _codes(lists: Iterable[CodeList]) -> str:
    parts = ['<h2 id="codes">代码表</h2>']
    for found in lists:
        items = list(found.items.values())
        parts.append(f"<h3>{escape(found.label)}</h3>")
        shown = items[:_LONG_LIST]
        parts.append(
            _grid(
                ("代码", "名称", "说明"),
                (
                    (escape(i.code), escape(i.name), escape(_item_note(i.help, i.valid_from, i.valid_to)))
                    for i in shown
                ),
            )
        )
        if len(items) > len(shown):
            parts.append(f'<p class="note">共 {len(items)} 项，其余见程序内的选项或上报包的代码表。</p>')
    return "\n".join(parts)


def _item_note(text: str, valid_from: str, valid_to: str) -> str:
    span = f"有效期 {valid_from or '—'} 至 {valid_to or '—'}" if valid_from or valid_to else ""
    return "；".join(p for p in (text, span) if p)


def _rules(standard: Standard) -> str:
    live = [r for r in standard.rules.values() if not r.merged and r.enabled]
    parts = [
        '<h2 id="rules">审核规则</h2>',
        "<p>错误：改正后才能上报。需说明：数字可以不改，但要逐条写明原因（不少于 8 个字）。提示：仅供参考。</p>",
        _grid(("编号", "程度", "内容", "怎么处理"), (_rule(r) for r in live)),
    ]
    return "\n".join(parts)


def _rule(rule: Rule) -> Iterator[str]:
    yield escape(rule.id)
    yield SEVERITY_NAMES[rule.severity]
    yield escape(rule.label)
    yield escape(re.sub(r"\{[^{}]*\}", "…", rule.fix))


def _figures(standard: Standard) -> str:
    measures = figures_of(standard).measures.values()
    rows = ((escape(m.label), escape(m.unit), escape(m.help)) for m in measures)
    return '<h2 id="figures">指标</h2>\n' + _grid(("指标", "单位", "说明"), rows)


def _params(standard: Standard) -> str:
    rows = (
        (escape(p.label), escape(f"{p.value}{p.unit}"), "" if p.verified else "未经市办确认", escape(p.note))
        for p in standard.params.values()
        if not isinstance(p.value, list | dict)
    )
    return '<h2 id="params">参数</h2>\n' + _grid(("参数", "取值", "确认", "说明"), rows)
