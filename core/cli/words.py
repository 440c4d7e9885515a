"""The words of argparse in Chinese, and a parser whose refusals are refusals of ours."""

from __future__ import annotations

import argparse
from typing import Any, NoReturn

from core.errors import UsageError

_WORDS = {
    "usage: ": "用法：",
    "positional arguments": "参数",
    "options": "选项",
    "show this help message and exit": "显示本说明",
    "the following arguments are required: %s": "缺少 %s",
    "one of the arguments %s is required": "%s 中要写一个",
    "unrecognized arguments: %s": "认不出 %s",
    "ambiguous option: %(option)s could match %(matches)s": "%(option)s 写得不全，可能是 %(matches)s",
    "argument %(argument_name)s: %(message)s": "%(argument_name)s：%(message)s",
    "not allowed with argument %s": "不能与 %s 同时使用",
    "ignored explicit argument %r": "不需要值，却写了 %r",
    "expected one argument": "后面要写一个值",
    "expected at most one argument": "后面最多写一个值",
    "expected at least one argument": "后面至少写一个值",
    "expected %s argument": "后面要写 %s 个值",
    "expected %s arguments": "后面要写 %s 个值",
    "invalid %(type)s value: %(value)r": "%(value)r 不是要的值",
    "invalid choice: %(value)r (choose from %(choices)s)": "没有 %(value)r，可以写 %(choices)s",
}
"""Python's English (3.11 to 3.13) → what the clerk reads; a message not listed stays as it is."""


_PLACES = {
    "file": "文件",
    "before": "文件",
    "after": "文件",
    "out": "文件",
    "template": "文件",
    "map": "文件",
    "cover": "文件",
    "against": "文件",
    "marked": "文件夹",
    "folder": "文件夹",
    "sheet": "工作表",
    "uid": "记录",
    "uids": "记录",
    "table": "表",
    "field": "字段",
    "value": "值",
    "text": "说明",
    "why": "原因",
    "reason": "原因",
    "rule": "规则",
    "period": "期间",
    "batch": "编号",
    "where": "条件",
    "path": "路径",
    "search": "文字",
    "unit": "单位",
    "finding": "问题",
    "region": "区划代码",
    "operator_name": "姓名",
    "standard": "口径",
    "summary": "汇总表",
    "what": "内容",
    "kind": "类别",
    "nature": "性质",
    "prefix": "前缀",
    "start": "起始号",
    "digits": "位数",
}
"""Stands for a value in the help where a verb names nothing itself."""


def _singular_or_plural(one: str, many: str, number: int) -> str:
    text = one if number == 1 else many
    return _WORDS.get(text, text)


def speak_chinese() -> None:
    """Let argparse look its words up here: it takes them from two functions of its module."""
    module: Any = argparse
    module._ = lambda text: _WORDS.get(text, text)
    module.ngettext = _singular_or_plural


class Parser(argparse.ArgumentParser):
    """Raises UsageError instead of printing and leaving."""

    def add_argument(self, *words: Any, **options: Any) -> argparse.Action:
        action = super().add_argument(*words, **options)
        if action.metavar is None and action.choices is None and action.nargs != 0:
            action.metavar = _PLACES.get(action.dest)
        return action

    def error(self, message: str) -> NoReturn:
        raise UsageError(f"命令写法不对：{message}", next=f"请看 {self.prog} --help。")
