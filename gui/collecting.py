"""Python's collector, in the thread that paints only, and never at an awkward moment."""

from __future__ import annotations

import gc
from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer

EVERY = 3000
"""Milliseconds between two rounds."""
LATER = 2000
"""Milliseconds after which nobody is expected to wait for the close of a 账套."""
LARGE = 50_000
"""More new objects than this were made by a large piece of work."""
MUCH = 1_000_000
"""So many objects set aside may hold garbage that is worth half a second."""


class Collector(QObject):
    """Takes the place of the automatic collector.

    That one runs in whichever thread makes objects: in the worker it could destroy objects of Qt that belong
    to the other thread, which Qt does not survive. And each of its rounds walks all that was ever read, half a second
    for a million objects. What a large piece of work has made is no garbage: it is set aside unseen.
    """

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        gc.disable()
        self._kept = 0
        timer = QTimer(self)
        timer.setInterval(EVERY)
        timer.timeout.connect(self.tidy)
        timer.start()

    def tidy(self) -> None:
        """Collect what little work has left behind; set aside what a large one made."""
        if gc.get_count()[0] > LARGE:
            gc.freeze()
        else:
            gc.collect()

    def look_through_later(self, is_idle: Callable[[], bool]) -> None:
        """Look through in a while, if nobody waits then: a 账套 was closed, the first page is painted before."""
        QTimer.singleShot(LATER, self, lambda: self.look_through() if is_idle() else None)

    def look_through(self) -> None:
        """Collect also what was set aside, if that is much; it takes up to a second."""
        if gc.get_freeze_count() > self._kept + MUCH:
            gc.unfreeze()
            gc.collect()
            gc.freeze()
            self._kept = gc.get_freeze_count()
