"""The worked example of the format's README is true: its pieces load, and its rule finds what it says."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from core.audit import check
from core.records import Ledger
from core.standard import load_default
from core.standard.load import load_files
from core.standard.model import Standard

README = Path(__file__).parents[2] / "resources" / "standards" / "README.md"
PIECE = re.compile(r"```toml\n# (\S+\.toml)\n(.*?)```", re.S)


@pytest.fixture(scope="module")
def extended() -> Standard:
    """The shipped standard with the pieces of the example added, as the README says."""
    files = dict(load_default("chongqing@2026.1").files)
    pieces = PIECE.findall(README.read_text("utf-8"))
    assert len(pieces) == 5
    for name, text in pieces:
        files[name] = files.get(name, b"") + b"\n" + text.encode()
    return load_files(files)


def test_the_example_loads(extended: Standard) -> None:
    field = extended.table("asset").fields["overall_opinion"]
    assert field.codes is not None and field.codes.name_of("20") == "不同意"
    assert "opinion" in extended.table("asset").groups
    assert extended.sheets[-1].options["summary"] in extended.figures["summary"]


def test_the_example_finds_a_refusal_without_a_reason(extended: Standard, tmp_path: Path) -> None:
    with Ledger.create(
        tmp_path / "账套", extended, region="500110", unit_name="綦江区", operator="张三"
    ) as ledger:
        with ledger.edit("样例") as edit:
            unit = edit.add("unit", {"name": "某局"})
            common = {"name": "某处", "domain": "ADMIN", "owner_unit": unit, "overall_opinion": "20"}
            wrong = edit.add("asset", common)
            right = edit.add("asset", common | {"opinion_reason": "另有专项安排"})
        found = [f for f in check(ledger, period="2026Q3").findings if f.rule == "H-201"]
        assert [f.uid for f in found] == [wrong] and right != wrong
        assert found[0].text == "统筹意见为“不同意”，没有写说明。"
