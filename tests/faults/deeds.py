"""The deeds that faults are tried on, each with a 账套 to start from and what must hold afterwards."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from core.exchange.verify import verify
from core.records import Ledger, attachments, health
from core.standard import load_default
from core.standard.load import load_files
from core.storage import backup, grow, pack

from . import strace

SAMPLE = strace.ROOT / "resources" / "sample" / "完整台账（样例）.xlsx"
COVER = {
    "unit": "綦江区样例",
    "region": "500110",
    "leader": "孙样",
    "deputy": "吴样",
    "filler": "周样",
    "reviewer": "郑样",
    "phone": "023-48660000",
    "address": "綦江区古南街道样例路1号",
    "postcode": "401420",
    "report_date": "2026-11-24",
    "non_secret": True,
    "public": "不公开",
}
GOOD = (0, 10)
State = dict[str, Any]


@dataclass(frozen=True)
class Deed:
    """One command. `prepare` fills a fresh sandbox; `words` are those of the command."""

    name: str
    prepare: Callable[[Path], None]
    words: Callable[[Path], list[object]]
    changes: bool = True
    reads: bool = field(default=False)


def data(sandbox: Path) -> Path:
    return sandbox / "data"


def fresh(folder: Path) -> Path:
    """A sandbox: data and out are the deed's, in holds its input, nothing else may change."""
    for part in ("out", "in", "tmp", "home"):
        (folder / part).mkdir(parents=True)
    return folder


# --- what a ledger holds, whatever its uids are -----------------------------------------------------


def state(place: Path) -> State:
    """Everything that people would miss, without the uids that each run makes anew."""
    with Ledger.open(place, readonly=True) as ledger:
        found: State = {}
        for code, table in ledger.standard.tables.items():
            columns = [c.code for c in table.columns if getattr(c, "type", "") != "ref"]
            rows = [[*map(str, row)] for row in ledger.select(code, columns, include_deleted=True)]
            found[code] = sorted(rows)
        o, s = ledger.tables.origin, ledger.tables.submission
        found["doubts"] = sorted(
            map(list, ledger.conn.execute(sa.select(o.c.field, o.c.raw, o.c.code, o.c.state)).all())
        )
        found["reported"] = [list(r) for r in ledger.conn.execute(sa.select(s.c.period, s.c.version))]
        found["attached"] = [a.sha256 for a in attachments.listed(ledger)]
        found["undo"] = ledger.undo_label()
        found["columns"] = [c.code for c in ledger.standard.tables["asset"].columns]
        return found


# --- the promises (DESIGN §5) --------------------------------------------------------------------------


def hold(sandbox: Path, before: State, after: State) -> State:
    """I1, I2, I3 and I6; the state that was found."""
    place = data(sandbox)
    report = health.examine(place, full=True)
    assert report.ok, report.problems
    now = state(place)
    assert now in (before, after), _difference(now, before, after)
    for path in (sandbox / "out").iterdir():
        if path.name.startswith(".") or path.suffix in (".tmp", ".part"):
            continue
        assert _proved(path), path
    for path in backup.listed(place):
        assert backup.flaw(path) == "", path
    for path in (place / "附件").glob("*"):
        if path.suffix != ".tmp":
            assert hashlib.sha256(path.read_bytes()).hexdigest().startswith(path.name[:12])
    assert sorted(p.name for p in sandbox.iterdir()) == ["data", "home", "in", "out", "tmp"]
    return now


def _proved(path: Path) -> bool:
    if path.suffix == ".db":
        return backup.flaw(path) == ""
    if pack.is_pack(path):
        pack._prove(path)
        return True
    return verify(path).verdict == "valid"


def _difference(now: State, before: State, after: State) -> str:
    keys = [k for k in now if now[k] != before.get(k) or now[k] != after.get(k)]
    return "\n".join(
        f"{k}: {now[k]!r:.300}\n  before {before.get(k)!r:.300}\n  after {after.get(k)!r:.300}" for k in keys
    )


# --- the deeds --------------------------------------------------------------------------------------------


def _made(sandbox: Path, rows: int = 12) -> str:
    """A small 账套 with a backup-free history; the uid of its first asset."""
    with Ledger.create(
        data(sandbox), load_default(), region="500110", unit_name="样例", operator="周样"
    ) as ledger:
        with ledger.edit("单位") as edit:
            unit = edit.add("unit", {"name": "样例单位"})
        with ledger.edit("新增") as edit:
            uids = [
                edit.add("asset", {"name": f"资产{i}", "cost": i * 100, "owner_unit": unit})
                for i in range(rows)
            ]
            edit.set_shown("asset", uids[0], "cert_no", "证1")
    return uids[0]


def _first(sandbox: Path) -> str:
    with Ledger.open(data(sandbox), readonly=True) as ledger:
        return str(next(ledger.select("asset", ["uid"], order=["id"]))[0])


def _plain(sandbox: Path) -> None:
    _made(sandbox)


def _to_import(sandbox: Path) -> None:
    _made(sandbox, 3)
    lines = ["资产名称,单位名称,账面原值（万元）,账面净值（万元）,坐落,权证号"]
    lines += [
        f"导入资产{i},导入单位{i % 3},{i}.5,{'约3' if i == 4 else i},某镇某路{i}号,证{i}" for i in range(40)
    ]
    (sandbox / "in" / "台账.csv").write_text("\n".join(lines), "utf-8-sig")


def _to_export(sandbox: Path) -> None:
    with Ledger.create(data(sandbox), load_default(), region="500110", unit_name="样例", operator="周样"):
        pass
    answer = strace.run(["import", SAMPLE, "--data", data(sandbox), "--yes"], sandbox)
    assert answer.code in GOOD, answer
    (sandbox / "in" / "封面.json").write_text(json.dumps(COVER, ensure_ascii=False), "utf-8")
    # The first run keeps the audit's findings and the cover; the faults hit the second.
    answer = strace.run([*_export(sandbox), "--draft"], sandbox)
    assert answer.code in GOOD, answer
    for path in (sandbox / "out").iterdir():
        path.unlink()


def _export(sandbox: Path) -> list[object]:
    cover = sandbox / "in" / "封面.json"
    return [
        "export",
        "--data",
        data(sandbox),
        "--period",
        "2026Q3",
        "--out",
        sandbox / "out",
        "--cover",
        cover,
    ]


def _to_restore(sandbox: Path) -> None:
    uid = _made(sandbox)
    with Ledger.open(data(sandbox)) as ledger:
        made = ledger.backup("甲")
        shutil.copyfile(made, sandbox / "in" / made.name)
        made.unlink()
        with ledger.edit("后") as edit:
            edit.set("asset", uid, {"cost": 77})


def _restore(sandbox: Path) -> list[object]:
    return ["restore", next((sandbox / "in").glob("*.db")), "--data", data(sandbox), "--yes"]


def _to_unpack(sandbox: Path) -> None:
    uid = _made(sandbox)
    photo = sandbox / "in" / "照片.jpg"
    photo.write_bytes(b"jpeg" * 3000)
    with Ledger.open(data(sandbox)) as ledger:
        attachments.attach(ledger, "asset", uid, photo)
        pack.write(ledger.conn, ledger.folder, sandbox / "in" / "移交.zip", {})
        with ledger.edit("后") as edit:
            edit.set("asset", uid, {"cost": 77})


def _to_grow(sandbox: Path) -> None:
    _made(sandbox)
    with Ledger.open(data(sandbox)) as ledger:
        files = dict(ledger.standard.files)
        files["tables/asset.toml"] += '\nnew_field = { label = "新增栏目", type = "text" }\n'.encode()
        with ledger.transaction():
            grow.store_standard(ledger.conn, ledger.tables, load_files(files))


def _to_undo(sandbox: Path) -> None:
    _to_import(sandbox)
    answer = strace.run(["import", sandbox / "in" / "台账.csv", "--data", data(sandbox), "--yes"], sandbox)
    assert answer.code in GOOD, answer


def _to_attach(sandbox: Path) -> None:
    _made(sandbox)
    (sandbox / "in" / "照片.jpg").write_bytes(b"jpeg" * 3000)


DEEDS = {
    deed.name: deed
    for deed in (
        Deed("edit", _plain, lambda s: ["set", _first(s), "name", "改过的名称", "--data", data(s)]),
        Deed("import", _to_import, lambda s: ["import", s / "in" / "台账.csv", "--data", data(s), "--yes"]),
        Deed("export", _to_export, _export),
        Deed("backup", _plain, lambda s: ["backup", "--data", data(s)], changes=False),
        Deed(
            "pack",
            _to_attach,
            lambda s: ["backup", "--data", data(s), "--out", s / "out" / "移交.zip"],
            changes=False,
        ),
        Deed("restore", _to_restore, _restore),
        Deed("unpack", _to_unpack, lambda s: ["restore", s / "in" / "移交.zip", "--data", data(s), "--yes"]),
        Deed("grow", _to_grow, lambda s: ["period", "list", "--data", data(s)], changes=False),
        Deed("undo", _to_undo, lambda s: ["undo", "--data", data(s)]),
        Deed("attach", _to_attach, lambda s: ["attach", _first(s), s / "in" / "照片.jpg", "--data", data(s)]),
    )
}
