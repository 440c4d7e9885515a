"""Whatever a 账套 holds comes back from its package: exported, verified, taken into an empty one, equal."""

from __future__ import annotations

import hashlib
import os
import random
import shutil
import tempfile
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from core.cli import demo
from core.exchange import export
from core.exchange.export import export_package
from core.exchange.intake import apply, propose
from core.exchange.receive import receive
from core.records import Ledger
from core.records.carrier import carried_fields, carrier
from core.standard.model import Field
from core.standard.types import Value
from tests.core.exchange.reporting import COVER, PERIOD, new_ledger

FULL = int(os.environ.get("PANHUO_ROUNDTRIPS", "100"))
"""Generated ledgers of the slow test; 1,000 take half an hour."""
LARGEST = 99_999_999_999_999
AWKWARD = (
    "=cmd|' /C calc'!A0",
    "+1+1",
    "-2+3",
    "@SUM(A1)",
    '=HYPERLINK("http://x","点")',
    "\t=1",
    "𠮷野家𠀀㐂",
    "e\u0301\u0323",
    "\u0301",
    "_x000D_",
    "_x0041_ _X005F_x000A_",
    "一行\n二行\n",
    "回车\r之后\r\n",
    "孤\r立",
    "\x00\x01\x0b\x1f\x7f\x85",
    "\ufffe\uffff\ufeff",
    " 首尾空格 ",
    "\u3000",
    '引号"逗号,分号;',
    "<b>&amp;</b>]]>",
    "'开头单引号",
    "00123",
    "1E5",
    "2026-01-01",
    "—",
    "\u202e倒写\u200b",
    "👩‍👧‍👦",
    "长" * 2000,
    "a" * 40_000,
)
TEXTS = st.one_of(st.sampled_from(AWKWARD), st.text(st.characters(exclude_categories=["Cs"]), max_size=40))


@dataclass(frozen=True)
class Recipe:
    """What a generated ledger is made of."""

    texts: Sequence[str]
    numbers: Sequence[int]
    seed: int
    most: int
    density: float


RECIPES = st.builds(
    Recipe,
    st.lists(TEXTS, min_size=1, max_size=12),
    st.lists(st.one_of(st.integers(-LARGEST, LARGEST), st.sampled_from([0, 1, -1, LARGEST])), min_size=1),
    st.integers(0, 2**32),
    st.integers(0, 4),
    st.floats(0, 1),
)


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty 账套 to copy; making one takes longer."""
    folder = tmp_path_factory.mktemp("空") / "账套"
    new_ledger(folder).close()
    return folder


@pytest.fixture(scope="module", autouse=True)
def _calm() -> Iterator[None]:
    """The audit finds nothing; `receive` proves what the export would have proven too."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(export, "_checked", lambda ledger, period, progress: ())
        patch.setattr(export._Export, "_prove", lambda self, part, content: None)
        yield


def fill(ledger: Ledger, recipe: Recipe) -> None:
    """Records in every table, with explanations and attachments."""
    chance = random.Random(recipe.seed)
    tables = ledger.standard.tables
    uids = {t: [str(uuid.UUID(int=chance.getrandbits(128))) for _ in range(recipe.most)] for t in tables}

    def value(field: Field, must: bool) -> Value:
        if not must and chance.random() > recipe.density:
            return None
        if field.type == "ref":
            return chance.choice(uids[field.ref]) if uids.get(field.ref) else None
        if field.type == "period":
            return PERIOD
        if field.type in ("money", "area", "decimal", "integer"):
            return chance.choice(recipe.numbers)
        if field.type == "bool":
            return chance.randrange(2)
        if field.codes:
            codes = list(field.codes.items)
            if field.type == "codes":
                return "|".join(sorted(chance.sample(codes, min(2, len(codes)))))
            return chance.choice(codes)
        if field.type == "date":
            return chance.choice(["2023", "2023-05", "2024-02-29", "1949-10-01", "2099-12-31"])
        return chance.choice(recipe.texts)

    with ledger.edit("造数") as edit:
        for code, table in tables.items():
            fields = [f for f in carried_fields(table) if not f.auto]
            for uid in uids[code]:
                values = {f.code: value(f, f.code == table.parent) for f in fields}
                edit.add(code, {c: v for c, v in values.items() if v not in (None, "")}, uid=uid)
        for number, asset in enumerate(uids["asset"]):
            text = chance.choice(recipe.texts) or "说明"
            row = {
                "rule": "H-030",
                "table": "asset",
                "uid": asset,
                "text": text,
                "digest": "",
                "who": "",
                "at": "",
            }
            edit.put_aux("explanation", f"H-030 {asset}", row, None)
            name, data = f"附件 {number} 𠮷（扫描）.pdf", text.encode()
            (ledger.folder / "附件" / name).write_bytes(data)
            told = {
                "uid": str(uuid.uuid5(uuid.NAMESPACE_OID, f"{asset}{name}")),
                "table": "asset",
                "record": asset,
                "kind": "权证",
                "file": name,
                "sha256": hashlib.sha256(data).hexdigest(),
                "size": len(data),
                "deleted": 0,
            }
            edit.put_aux("attachment", str(told["uid"]), told, None)


def contents(ledger: Ledger) -> dict[str, list[bytes]]:
    """Every record, explanation and attachment as canonical lines, and the attached files."""
    found = {name: list(lines) for name, lines in carrier(ledger)}
    for path in sorted((ledger.folder / "附件").iterdir()):
        found[f"附件/{path.name}"] = [path.read_bytes()]
    return found


def comes_back(ledger: Ledger, empty: Path, place: Path) -> None:
    (place / "上报").mkdir()
    made = export_package(ledger, period=PERIOD, target=place / "上报", cover=COVER)
    shutil.copytree(empty, place / "收")
    with Ledger.open(place / "收") as other:
        receive(other, made.path)
        assert contents(other) == contents(ledger)
        assert other.fingerprint() == ledger.fingerprint() == made.fingerprint


def _generated_ledger_comes_back(recipe: Recipe, empty: Path) -> None:
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        shutil.copytree(empty, place / "账套")
        with Ledger.open(place / "账套") as ledger:
            fill(ledger, recipe)
            comes_back(ledger, empty, place)


# Shrinking takes minutes where an example takes a second; the recipe is small enough to read.
QUICK = settings(
    deadline=None, suppress_health_check=list(HealthCheck), phases=(Phase.explicit, Phase.generate)
)


@settings(QUICK, max_examples=3)
@given(recipe=RECIPES)
def test_some_generated_ledgers_come_back(recipe: Recipe, empty: Path) -> None:
    _generated_ledger_comes_back(recipe, empty)


@pytest.mark.slow
@settings(QUICK, max_examples=FULL)
@given(recipe=RECIPES)
def test_many_generated_ledgers_come_back(recipe: Recipe, empty: Path) -> None:
    _generated_ledger_comes_back(recipe, empty)


def test_every_awkward_text_comes_back_in_one_ledger(empty: Path, tmp_path: Path) -> None:
    shutil.copytree(empty, tmp_path / "账套")
    with Ledger.open(tmp_path / "账套") as ledger:
        fill(ledger, Recipe(AWKWARD, [LARGEST, -LARGEST, 0, 1], 5, 6, 1.0))
        comes_back(ledger, empty, tmp_path)


@pytest.mark.parametrize("sample", [demo.MESSY, demo.COMPLETE])
def test_the_samples_come_back(sample: str, empty: Path, tmp_path: Path) -> None:
    shutil.copytree(empty, tmp_path / "账套")
    with Ledger.open(tmp_path / "账套") as ledger:
        apply(ledger, propose(demo.sample(sample), ledger.standard, ledger=ledger))
        assert ledger.totals("asset")["count"] > 5
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(export, "hindrances", lambda ledger, findings, cover: [])
            comes_back(ledger, empty, tmp_path)


def test_the_certificate_shown_first_is_the_same_on_both_sides(empty: Path, tmp_path: Path) -> None:
    shutil.copytree(empty, tmp_path / "账套")
    with Ledger.open(tmp_path / "账套") as ledger:
        with ledger.edit("两本证") as edit:
            asset = edit.add("asset", {"name": "仓库", "path": "10"})
            for number in range(6):
                edit.add("title", {"asset": asset, "cert_no": f"证{number}"})
            edit.add(
                "title", {"asset": asset, "cert_no": "导入的证"}, uid="7" * 8 + "-0000-5000-8000-" + "0" * 12
            )
        comes_back(ledger, empty, tmp_path)
        assert list(ledger.select("asset", ["cert_no"])) == [("导入的证",)]
    with Ledger.open(tmp_path / "收") as other:
        assert list(other.select("asset", ["cert_no"])) == [("导入的证",)]
