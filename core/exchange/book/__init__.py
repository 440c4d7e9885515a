"""The workbook for people: which sheets it has, planned as plain data from content and facts."""

from core.exchange.book.facts import Facts
from core.exchange.book.plan import Book, plan

__all__ = ["Book", "Facts", "plan"]
