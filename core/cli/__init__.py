"""The panhuo command: every deed of the window, for scripts and tests."""

from core.cli.main import main

__all__ = ["main"]
