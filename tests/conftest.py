"""Settings of the whole suite: no screen, steady hypothesis, no network, and a home of its own."""

from __future__ import annotations

import os
import socket
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

settings.register_profile("local", deadline=None)
settings.register_profile("ci", deadline=None, derandomize=True)
settings.load_profile("ci" if os.environ.get("CI") else "local")

INTERNET = (socket.AF_INET, socket.AF_INET6)


class NetworkGuard:
    """Refuses each internet socket of this process and remembers it, also one whose error was swallowed.

    An audit hook hears `_socket.socket` itself, which a replaced `socket.socket` would not.
    """

    def __init__(self) -> None:
        self.opened: list[str] = []
        self.active = False
        sys.addaudithook(self._hear)

    def _hear(self, event: str, arguments: tuple[Any, ...]) -> None:
        if event == "socket.__new__" and self.active and arguments[1] in INTERNET:
            self.opened.append(os.environ.get("PYTEST_CURRENT_TEST", "?"))
            raise PermissionError("测试中不允许打开网络套接字：程序必须能离线工作。")


_GUARD = NetworkGuard()


@pytest.fixture(scope="session", autouse=True)
def network_guard() -> Iterator[NetworkGuard]:
    """Prove that the program works offline: no AF_INET or AF_INET6 socket in the whole suite."""
    _GUARD.active = True
    yield _GUARD
    _GUARD.active = False
    assert not _GUARD.opened, f"网络套接字被打开：{_GUARD.opened}"


@pytest.fixture(scope="session", autouse=True)
def home_of_the_suite(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Keep the suite, and every program it starts, away from the machine's own settings and logs."""
    home = tmp_path_factory.mktemp("panhuo-home")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PANHUO_HOME", str(home))
        yield home
