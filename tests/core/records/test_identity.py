"""Identifiers of new records are UUIDs that grow."""

from __future__ import annotations

import uuid

import pytest

from core.records import identity
from core.records.identity import new_uid


def test_each_is_greater_than_the_one_before() -> None:
    made = [new_uid() for _ in range(20_000)]
    assert made == sorted(set(made))
    assert {uuid.UUID(u).version for u in made} == {8} and {uuid.UUID(u).variant for u in made} == {
        uuid.RFC_4122
    }
    assert all(str(uuid.UUID(u)) == u for u in made)


def test_a_clock_set_back_does_not_turn_the_order(monkeypatch: pytest.MonkeyPatch) -> None:
    before = new_uid()
    monkeypatch.setattr(identity.time, "time_ns", lambda: 1_600_000_000_000_000_000)
    assert new_uid() > before
