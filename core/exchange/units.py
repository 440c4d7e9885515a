"""The units that records point to by name and code: which the ledger knows, which a file brings."""

from __future__ import annotations

import hashlib
import uuid
from collections import defaultdict
from dataclasses import dataclass

from core.excel.words import half
from core.exchange.plan import Plan, PlannedUnit
from core.records import Ledger
from core.standard.model import Standard
from core.standard.types import Value

_VARIANT = {d: "89ab"[int(d, 16) & 3] for d in "0123456789abcdef"}
_SPACE = uuid.UUID("6f1d7a52-3f0c-5a66-9a2e-70616e68756f").bytes


def made_uid(sha256: str, *parts: object) -> str:
    """The uid of a row of a file: the same file always makes the same one."""
    name = "|".join([sha256, *map(str, parts)])
    # uuid.uuid5 by hand (RFC 9562, 5.5): its objects cost three times the hash.
    h = hashlib.sha1(_SPACE + name.encode(), usedforsecurity=False).hexdigest()
    return f"{h[:8]}-{h[8:12]}-5{h[13:16]}-{_VARIANT[h[16]]}{h[17:20]}-{h[20:32]}"


def key_of(value: Value) -> str:
    return half(str(value)).upper() if value is not None else ""


@dataclass(slots=True)
class _Known:
    uid: str
    name: str
    code: str
    planned: PlannedUnit | None = None


class Units:
    """Resolves (name, code) to a uid. Same name with another code is another unit; a missing code goes by name."""

    def __init__(self, plan: Plan, standard: Standard, ledger: Ledger | None) -> None:
        self.plan = plan
        self.standard = standard
        self.ledger = ledger
        self.by_name: dict[str, dict[str, list[_Known]]] = {}
        self.by_code: dict[str, dict[str, list[_Known]]] = {}
        self.used: dict[str, set[str]] = {}
        self.made: dict[str, PlannedUnit] = {}
        self.names: dict[str, str] = {}

    def keys(self, table: str) -> tuple[str, str]:
        """(name field, code field) of a referenced table."""
        definition = self.standard.tables[table]
        code = next((m for m in definition.match if m != definition.name_field), "")
        return definition.name_field, code

    def load(self, table: str) -> None:
        if table in self.by_name:
            return
        self.by_name[table] = defaultdict(list)
        self.by_code[table] = defaultdict(list)
        name_field, code_field = self.keys(table)
        self.used[table] = set()
        if self.ledger is not None:
            columns = ["uid", name_field, *([code_field] if code_field else [])]
            for row in self.ledger.select(table, columns, include_deleted=True):
                self.used[table].add(str(row[0]))
            for row in self.ledger.select(table, columns):
                code = key_of(row[2]) if code_field else ""
                self._keep(table, _Known(str(row[0]), str(row[1] or ""), code))

    def _keep(self, table: str, known: _Known) -> None:
        self.by_name[table][key_of(known.name)].append(known)
        if known.code:
            self.by_code[table][known.code].append(known)
        self.names[known.uid] = known.name

    def resolve_all(
        self, table: str, wanted: list[tuple[str, str]], *, make: bool = True
    ) -> dict[tuple[str, str], str]:
        """uids for every (name, code) that a file speaks of; missing ones are planned, or "" without `make`."""
        self.load(table)
        out: dict[tuple[str, str], str] = {}
        pairs = [(n, key_of(c)) for n, c in dict.fromkeys(wanted)]
        # Those with a code first: they decide what a bare name means.
        for name, code in sorted(pairs, key=lambda p: not p[1]):
            if (name, code) in out or not (name or code):
                continue
            out[(name, code)] = self._resolve(table, name, code) if make else self._known(table, name, code)
        return {(n, c): out.get((n, key_of(c)), "") for n, c in wanted}

    def _known(self, table: str, name: str, code: str) -> str:
        """The one record with this number, or with this name where no number is given."""
        found = self.by_code[table][code] if code else self.by_name[table][key_of(name)] if name else []
        return found[0].uid if len(found) == 1 else ""

    def register(self, table: str, uid: str, name: str, code: str) -> None:
        """A record of this very file can be pointed to as well."""
        self.load(table)
        self._keep(table, _Known(uid, name, key_of(code)))

    def _resolve(self, table: str, name: str, code: str) -> str:
        named = self.by_name[table][key_of(name)] if name else []
        if code:
            for known in named:
                if known.code == code:
                    return known.uid
            if not name:
                coded = self.by_code[table][code]
                if len(coded) == 1:
                    return coded[0].uid
            bare = [k for k in named if not k.code]
            if len(bare) == 1 and len(named) == 1:
                # The unit is known without its code: the file brings it.
                bare[0].code = code
                self.by_code[table][code].append(bare[0])
                if bare[0].planned is not None:
                    bare[0].planned.uscc = code
                else:
                    self.made[bare[0].uid] = PlannedUnit(bare[0].uid, name, code, new=False)
                return bare[0].uid
        elif named:
            bare = [k for k in named if not k.code]
            if len(named) == 1:
                return named[0].uid
            if bare:
                return bare[0].uid
        uid = made_uid(self.plan.sha256, table, name, code)
        salt = 0
        while uid in self.used[table]:
            salt += 1
            uid = made_uid(self.plan.sha256, table, name, code, salt)
        self.used[table].add(uid)
        planned = PlannedUnit(uid, name, code, table=table)
        self.made[uid] = planned
        self._keep(table, _Known(uid, name, code, planned))
        return uid

    def planned(self) -> list[PlannedUnit]:
        return list(self.made.values())
