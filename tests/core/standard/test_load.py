"""A wrong standard is refused, naming file and key."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from core.errors import StandardError
from core.standard.load import DEFAULT, load_files, standards_root

ROOT = standards_root() / "/".join(DEFAULT)


def files() -> dict[str, bytes]:
    return {
        p.relative_to(ROOT).as_posix(): p.read_bytes()
        for p in ROOT.rglob("*")
        if p.suffix in (".toml", ".csv")
    }


def changed(name: str, change: Callable[[str], str]) -> dict[str, bytes]:
    made = files()
    made[name] = change(made[name].decode()).encode()
    return made


UNIT = "tables/unit.toml"
RULES = "rules/extra.toml"


@pytest.mark.parametrize(
    ("name", "change", "where"),
    [
        (
            UNIT,
            lambda t: t + '\nnonsense = { label = "x", type = "text", colour = 1 }',
            "field.nonsense.colour",
        ),
        (UNIT, lambda t: t + '\nfoo = { label = "x", type = "txt" }', "field.foo.type"),
        (UNIT, lambda t: t + '\nfoo = { label = "x", type = "code" }', "field.foo.codes"),
        (UNIT, lambda t: t + '\nfoo = { label = "x", type = "code", codes = "none" }', "field.foo.codes"),
        (UNIT, lambda t: t + '\nfoo = { label = "x", type = "ref", table = "none" }', "field.foo.table"),
        (UNIT, lambda t: t + '\nfoo = { label = "单位名称", type = "text" }', "field.foo.label"),
        (UNIT, lambda t: t + '\nfoo = { label = "x", type = "text", max = "9" }', "field.foo.max"),
        (UNIT, lambda t: t + '\nFoo = { label = "x", type = "text" }', "field.Foo"),
        (UNIT, lambda t: t + '\nuid = { label = "x", type = "text" }', "field.uid"),
        (
            UNIT,
            lambda t: t + '\nfoo = { label = "x", type = "text", required = "nonsense > 1" }',
            "field.foo.required",
        ),
        ("standard.toml", lambda t: t.replace("status =", "state ="), "state"),
        ("standard.toml", lambda t: t + "[", "格式"),
    ],
)
def test_a_mistake_names_its_file_and_key(name: str, change: Callable[[str], str], where: str) -> None:
    with pytest.raises(StandardError) as refused:
        load_files(changed(name, change))
    assert refused.value.file == name
    assert where in refused.value.key


@pytest.mark.parametrize(
    "rule",
    [
        "must = \"path in ('10', '77')\"",
        'must = "filled(appraisl)"',
        "must = \"net <= 'a'\"",
        'must = "net <="',
        "must = \"__import__('os')\"",
        "found = \"net > param('no_such_param')\"",
        'must = "cost > 0"\nfound = "net > 0"',
        'must = ["cost > 0"]',
        'must = "cost > 0"\nenabled = "yes"',
        "",
    ],
)
def test_a_wrong_rule_fails_when_the_standard_is_loaded(rule: str) -> None:
    made = files()
    made[RULES] = f'[B-999]\ntable = "asset"\nlabel = "x"\nmessage = "x"\nfix = "x"\n{rule}\n'.encode()
    with pytest.raises(StandardError) as refused:
        load_files(made)
    assert refused.value.file == RULES
    assert refused.value.key.startswith("B-999")


def test_a_standard_without_a_kernel_field_is_refused() -> None:
    made = changed("tables/asset.toml", lambda t: t.replace("\nnet = {", "\nnetto = {", 1))
    with pytest.raises(StandardError):
        load_files(made)


def test_the_hash_covers_every_file() -> None:
    plain = load_files(files())
    other = load_files(changed("params.toml", lambda t: t + "\n# 一个字"))
    assert plain.hash != other.hash
