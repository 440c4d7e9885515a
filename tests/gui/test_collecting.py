"""Garbage is collected in the thread that paints, and what a large piece of work made is left alone."""

from __future__ import annotations

import gc
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QObject

from gui import collecting
from gui.collecting import LARGE, Collector


class Ring:
    """Garbage that only the collector finds."""

    left = 0

    def __init__(self) -> None:
        self.me = self
        Ring.left += 1

    def __del__(self) -> None:
        Ring.left -= 1


@pytest.fixture
def collector(qapp: QObject) -> Iterator[Collector]:
    gc.collect()
    yield Collector(QObject())
    gc.unfreeze()
    gc.enable()
    gc.collect()


def test_small_garbage_goes_and_what_a_large_work_made_is_set_aside(
    collector: Collector, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert not gc.isenabled(), "no other thread collects"
    collector.tidy()
    Ring()
    assert Ring.left == 1
    collector.tidy()
    assert Ring.left == 0
    before = gc.get_freeze_count()
    kept = [[n] for n in range(LARGE + 1000)]
    Ring()
    collector.tidy()
    assert gc.get_freeze_count() >= before + len(kept)
    assert Ring.left == 1, "set aside with the rest"
    collector.look_through()
    assert Ring.left == 1, "not worth the time yet"
    monkeypatch.setattr(collecting, "MUCH", 0)
    collector.look_through()
    assert Ring.left == 0
