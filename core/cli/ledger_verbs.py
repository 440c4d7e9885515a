"""init, list, set, undo, redo, history, fingerprint: the 账套 and its records."""

from __future__ import annotations

import argparse
import csv
import io
from collections.abc import Sequence
from typing import Any

from core.cli.outcome import DONE, FINDINGS, Add, Outcome
from core.errors import UsageError
from core.records import Ledger, Origin
from core.records.histories import of_cell
from core.records.query import Narrowing
from core.standard import Field, Standard, TableDef, available, load_default
from core.standard.model import Column
from core.standard.regions import DISTRICTS, regions_for
from core.standard.types import parse, to_text


def register(add: Add) -> None:
    p = add("init", "新建账套")
    p.add_argument(
        "--role", required=True, choices=("unit", "group", "district", "city"), help="单位、集团、区县、市级"
    )
    p.add_argument("--region", required=True, help="区划代码，如 500103；市级为 500000")
    p.add_argument("--unit", required=True, help="填报单位名称")
    p.add_argument("--operator", dest="operator_name", default="", help="经办人")
    p.add_argument("--standard", default="", help="口径，如 chongqing@2026.1")
    p.set_defaults(run=init)

    p = add("list", "列出记录")
    p.add_argument("table", help="表，如 asset")
    p.add_argument("--where", default="", help="条件表达式，如 net > cost")
    p.add_argument("--path", default="", help="盘活路径 10/20/30/none")
    p.add_argument("--search", default="", help="查找文字或拼音首字母")
    p.add_argument("--unit", default="", metavar="记录", help="只看一个单位的")
    p.add_argument("--finding", default="", help="只看有问题的：规则编号、error、explain、hint 或 any")
    p.add_argument("--flagged", action="store_true", help="只看有存疑的")
    p.add_argument("--deleted", action="store_true", help="只看已删除的")
    p.add_argument("--all", action="store_true", help="连同已删除、已拆分和已合并的")
    p.add_argument("--format", choices=("json", "csv"), default="json")
    p.set_defaults(run=list_rows)

    p = add("set", "改一个值")
    p.add_argument("uid")
    p.add_argument("field")
    p.add_argument("value", help="金额用元，面积用 ㎡；空文字表示清空")
    p.add_argument("--why", default="", help="原因")
    p.set_defaults(run=set_value)

    p = add("undo", "撤销")
    p.add_argument("batch", nargs="?", type=int, help="操作编号；省略为最近一次")
    p.add_argument("--why", default="", help="原因（涉及已报出的数据时必写）")
    p.set_defaults(run=undo)
    p = add("redo", "恢复刚才撤销的操作")
    p.add_argument("--why", default="", help="原因（涉及已报出的数据时必写）")
    p.set_defaults(run=redo)

    p = add("history", "修改历史")
    p.add_argument("uid", nargs="?", default="")
    p.add_argument("--field", default="", help="只看这一格")
    p.set_defaults(run=history)
    add("fingerprint", "数据指纹").set_defaults(run=fingerprint)


def init(given: argparse.Namespace) -> Outcome:
    standard = load_default(given.standard) if given.standard else load_default()
    regions = regions_for(standard, given.role)
    if regions and given.region not in regions:
        first = next(iter(regions.values()))
        raise UsageError(
            f"没有区划代码 {given.region}",
            next=f"请查代码表 {DISTRICTS}，例如 {first.code} {first.name}。",
            code="region",
        )
    ledger = Ledger.create(
        given.data,
        standard,
        role=given.role,
        region=given.region,
        unit_name=given.unit,
        operator=given.operator_name or given.operator,
    )
    ledger.close()
    return Outcome(
        DONE,
        {"ok": True, "folder": str(given.data), "standard": standard.name, "standards": list(available())},
        [f"已新建账套：{given.data}", f"口径：{standard.title}（{standard.name}）"],
    )


def require_table(standard: Standard, code: str) -> TableDef:
    if code not in standard.tables:
        raise UsageError(f"没有表 {code}", next="可用的表：" + "、".join(standard.tables), code="no-table")
    return standard.tables[code]


def _json_values(ledger: Ledger, columns: Sequence[Column], row: Sequence[Any]) -> dict[str, str]:
    """Field codes → canonical texts; codes and references with their names beside them."""
    values: dict[str, str] = {}
    for column, value in zip(columns, row, strict=True):
        target = column if isinstance(column, Field) else column.target
        if value is None:
            continue
        values[column.code] = to_text(value, target)
        if target.codes is not None:
            names = [target.codes.name_of(c) for c in str(value).split("|")]
            values[f"{column.code}_name"] = "、".join(names)
        elif target.type == "ref" and f"{column.code}_name" not in values:
            values[f"{column.code}_name"] = ledger.name_of(target.ref, str(value))
    return values


def _source(origins: Sequence[Origin]) -> dict[str, Any]:
    for o in origins:
        if o.field == "":
            return {"file": o.file, "sheet": o.sheet, "row": o.row}
    return {}


def list_rows(given: argparse.Namespace) -> Outcome:
    with Ledger.open(given.data, readonly=True) as ledger:
        table = require_table(ledger.standard, given.table)
        if given.path and "path" not in table.fields:
            raise UsageError(f"{table.label}不分路径", next="去掉 --path。", code="no-path")
        columns = table.columns
        codes = ["uid", *(c.code for c in columns)]
        narrowing = Narrowing(
            where=given.where,
            path=given.path,
            search=given.search,
            unit=given.unit,
            finding=given.finding,
            flagged=given.flagged,
            deleted=given.deleted,
            include_deleted=given.all,
        )
        rows = list(ledger.select(table.code, codes, **narrowing))
        origins = ledger.origins(table.code, states=("open", "source"))
        listed = []
        for uid, *values in rows:
            mine = origins.get(uid, [])
            listed.append(
                {
                    "uid": uid,
                    "source": _source(mine),
                    "values": _json_values(ledger, columns, values),
                    "flags": sorted({o.field for o in mine if o.state == "open"}),
                }
            )
    data: dict[str, Any] = {"ok": True, "table": table.code, "count": len(listed), "rows": listed}
    if given.format == "csv":
        return Outcome(DONE, data, _csv_lines(columns, listed))
    lines = [f"{r['values'].get(table.name_field, '')}  {r['uid']}" for r in listed]
    return Outcome(DONE, data, [] if given.json else [f"{table.label} {len(listed)} 条", *lines])


def _csv_lines(columns: Sequence[Column], listed: Sequence[dict[str, Any]]) -> list[str]:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(["uid", *(c.label for c in columns)])
    for r in listed:
        v = r["values"]
        writer.writerow([r["uid"], *(v.get(f"{c.code}_name", v.get(c.code, "")) for c in columns)])
    return out.getvalue().rstrip("\n").split("\n")


def set_value(given: argparse.Namespace) -> Outcome:
    from core.cli.audit_verbs import finding_data

    with Ledger.open(given.data, operator=given.operator) as ledger:
        code = ledger.find(given.uid)
        if not code:
            raise UsageError(f"没有记录 {given.uid}", next="请用 panhuo list 查看 uid。", code="no-record")
        table = ledger.standard.tables[code]
        column = table.column(given.field)
        if column is None:
            raise UsageError(
                f"{table.label}没有字段 {given.field}",
                next="可用的字段：" + "、".join(c.code for c in table.columns),
                code="no-field",
            )
        target = column if isinstance(column, Field) else column.target
        try:
            value = parse(given.value, target)
        except ValueError as e:
            raise UsageError(str(e), next="请按提示改正后重试。", code="bad-value") from e
        with ledger.edit(f"修改{column.label}", why=given.why) as edit:
            if isinstance(column, Field):
                edit.set(code, given.uid, {column.code: value})
            else:
                edit.set_shown(code, given.uid, column.code, value)
        from core.audit import recheck

        found = recheck(ledger, code, given.uid)
        data = {
            "ok": True,
            "uid": given.uid,
            "field": given.field,
            "value": to_text(value, target),
            "findings": [finding_data(f) for f in found],
        }
        return Outcome(FINDINGS if found else DONE, data, ["已保存。", *(f.text for f in found)])


def _undone(result: Any, verb: str) -> Outcome:
    if result is None:
        return Outcome(DONE, {"ok": True, "undone": "", "kept": []}, [f"没有可以{verb}的操作。"])
    kept = [{"uid": k.uid, "name": k.name, "fields": list(k.fields), "why": k.why} for k in result.kept]
    lines = [f"已{verb}：{result.label}", *(f"保留 {k['name']}：{k['why']}" for k in kept)]
    return Outcome(FINDINGS if kept else DONE, {"ok": True, "undone": result.label, "kept": kept}, lines)


def undo(given: argparse.Namespace) -> Outcome:
    with Ledger.open(given.data, operator=given.operator) as ledger:
        return _undone(ledger.undo(given.batch, why=given.why), "撤销")


def redo(given: argparse.Namespace) -> Outcome:
    with Ledger.open(given.data, operator=given.operator) as ledger:
        return _undone(ledger.redo(why=given.why), "恢复")


def history(given: argparse.Namespace) -> Outcome:
    with Ledger.open(given.data, readonly=True) as ledger:
        if given.uid:
            rows: list[dict[str, Any]] = []
            table = ledger.find(given.uid)
            of_field = given.field and table
            found = of_cell(ledger, table, given.uid, given.field) if of_field else ledger.history(given.uid)
            for h in found:
                field = (
                    ledger.standard.tables[h.table].fields.get(h.field)
                    if h.table in ledger.standard.tables
                    else None
                )
                texts = [to_text(v, field) if field else str(v or "") for v in (h.before, h.after)]
                rows.append(
                    {
                        "batch": h.batch,
                        "at": h.at,
                        "who": h.who,
                        "label": h.label,
                        "why": h.why,
                        "field": h.field,
                        "kind": h.kind,
                        "before": texts[0],
                        "after": texts[1],
                        "undone": h.undone,
                    }
                )
            lines = [
                f"{r['at']} {r['who']} {r['label']} {r['field']}：{r['before']} → {r['after']}" for r in rows
            ]
        else:
            keys = ("id", "at", "who", "kind", "label", "why", "source", "rows", "undone")
            rows = [{k: b[k] for k in keys} for b in ledger.batches()]
            lines = [
                f"{r['id']:>4} {r['at']} {r['who']} {r['label']}（{r['rows']} 处）"
                + ("（已撤销）" if r["undone"] else "")
                for r in rows
            ]
        return Outcome(DONE, {"ok": True, "history": rows}, lines)


def fingerprint(given: argparse.Namespace) -> Outcome:
    with Ledger.open(given.data, readonly=True) as ledger:
        made = ledger.fingerprint()
    return Outcome(DONE, {"ok": True, "fingerprint": made}, [made])
