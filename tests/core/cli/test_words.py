"""The command's help and its refusals are Chinese."""

from __future__ import annotations

import argparse
import re
from collections.abc import Iterator

import pytest

from core.cli.main import parser
from core.cli.words import _WORDS
from core.errors import UsageError


def parsers(one: argparse.ArgumentParser) -> Iterator[argparse.ArgumentParser]:
    yield one
    for action in one._actions:
        if isinstance(action, argparse._SubParsersAction):
            for below in action.choices.values():
                yield from parsers(below)


ALL = {p.prog: p for p in parsers(parser())}


@pytest.mark.parametrize("prog", ALL)
def test_help_names_what_to_write_in_chinese(prog: str) -> None:
    text = ALL[prog].format_help()
    assert not [w for w in ("usage", "positional", "show this") if w in text]
    for action in ALL[prog]._actions:
        if action.nargs != 0 and action.choices is None:
            assert action.metavar and not re.search("[a-z]", str(action.metavar)), action.dest


@pytest.mark.parametrize(
    "words",
    [
        ["imprt"],
        ["import"],
        ["list", "asset", "--wher"],
        ["list", "asset", "more"],
        ["list", "asset", "--json=1"],
        ["undo", "abc"],
        ["list", "asset", "--format", "xml"],
        ["split"],
    ],
)
def test_a_wrong_command_line_is_refused_in_chinese(words: list[str]) -> None:
    with pytest.raises(UsageError) as e:
        parser().parse_args(words)
    reason = re.sub(r"'[^']*'|--[a-z]+", "", str(e.value))
    assert not re.search("[a-z]{3,}", reason.replace("more", "")), reason


def test_every_listed_message_is_one_of_argparse() -> None:
    with open(argparse.__file__, encoding="utf-8") as f:
        source = f.read()
    assert [w for w in _WORDS if w not in source] == []
