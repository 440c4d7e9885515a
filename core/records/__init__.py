"""The Ledger: the one door through which records are read and changed."""

from core.records.changes import Change, ChangeSet, HistoryLine, Kept, Origin, Record, UndoResult
from core.records.ledger import Ledger

__all__ = ["Change", "ChangeSet", "HistoryLine", "Kept", "Ledger", "Origin", "Record", "UndoResult"]
