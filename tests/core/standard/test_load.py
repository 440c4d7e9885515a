"""A wrong standard is refused, naming file and key."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from core.errors import StandardError
from core.standard.load import load_files, newest, standards_root

ROOT = standards_root() / newest().replace("@", "/")


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
        ("standard.toml", lambda t: t + "\nx = " + "[" * 3000 + "]" * 3000, "格式"),
        ("standard.toml", lambda t: t.replace('"chongqing"', '"../x"'), "id"),
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


@pytest.mark.parametrize(
    "sheet",
    ['name = "甲/乙"', f'name = "{"长" * 32}"', 'name = "封面"\nkind = "cover"', 'kind = "cover"'],
)
def test_a_sheet_name_that_excel_refuses_or_that_stands_twice_is_refused(sheet: str) -> None:
    made = changed("sheets.toml", lambda t: f"{t}\n[[sheet]]\n{sheet}\n")
    with pytest.raises(StandardError) as refused:
        load_files(made)
    assert refused.value.file == "sheets.toml"


def test_a_group_of_one_file_serves_the_fields_of_every_other() -> None:
    made = files()
    made["tables/asset_a.toml"] = (
        '[table]\ncode = "asset"\n[field]\nfoo = { label = "甲栏", type = "text", group = "house" }\n'.encode()
    )
    assert load_files(made).tables["asset"].fields["foo"].group == "house"


def test_a_rule_number_says_its_severity() -> None:
    made = files()
    made[RULES] = b'[X-201]\nlabel = "x"\n'
    with pytest.raises(StandardError, match="三位数"):
        load_files(made)
