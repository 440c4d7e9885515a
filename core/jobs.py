"""Long work: its steps and labels, the way to cancel, and no collector in its way."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator
from contextlib import contextmanager


class Cancelled(Exception):
    """The user asked to stop; whatever was being made leaves no trace."""


class Progress:
    """What long work reports to and asks.

    `listener(done, total, label)` hears each step; `should_stop()` is asked at each step.
    Both default to nothing, so that a command or a test passes `Progress()`.
    """

    def __init__(
        self,
        listener: Callable[[int, int, str], None] | None = None,
        should_stop: Callable[[], bool] | None = None,
    ) -> None:
        self._listener = listener
        self._should_stop = should_stop

    def step(self, done: int, total: int, label: str) -> None:
        """Report `done` of `total` (0 = unknown) and raise Cancelled when asked to stop."""
        if self._should_stop is not None and self._should_stop():
            raise Cancelled(label)
        if self._listener is not None:
            self._listener(done, total, label)

    def under(self, label: str) -> Progress:
        """The progress of a part: its steps are told under the label of the whole."""
        listener = self._listener
        told = (
            None if listener is None else lambda done, total, part: listener(done, total, f"{label}　{part}")
        )
        return Progress(told, self._should_stop)


@contextmanager
def without_collector() -> Iterator[None]:
    """A million cells are made and none is garbage: the collector would only walk them (a fifth of the time)."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()
