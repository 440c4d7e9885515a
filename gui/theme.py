"""Fonts, style and the few colours of the window."""

from __future__ import annotations

import sys

from PySide6.QtCore import QLibraryInfo, QLocale, QTranslator
from PySide6.QtGui import QColor, QFont, QPalette
from PySide6.QtWidgets import QApplication

FAMILIES = ["Microsoft YaHei UI", "Microsoft YaHei", "Noto Sans CJK SC", "WenQuanYi Micro Hei", "SimSun"]

ACCENT = "#1f5f9e"
INK = "#1f2933"
MUTED = "#66727f"
GOOD = "#1b6e3c"
LINE = "#d5dbe1"
PAPER = "#ffffff"
GROUND = "#f3f5f7"

GAP = "&nbsp;&nbsp;&nbsp; "
"""Space between parts of a rich text, where full-width blanks would collapse."""

ERROR, EXPLAIN, HINT, DOUBT = "error", "explain", "hint", "doubt"
CELL_COLOURS = {ERROR: "#fbd9d5", EXPLAIN: "#fdeeb8", HINT: "#dcecfb", DOUBT: "#ffd9b0"}
"""Background of a cell that something was found in."""
WORD_COLOURS = {ERROR: "#b3261e", EXPLAIN: "#8a6100", HINT: "#1f5f9e", DOUBT: "#a04a00"}
"""The same four as words on white."""
ADDED, CHANGED, REMOVED = "#d9f2df", "#d9f2df", "#fbd9d5"

_QSS = f"""
QMainWindow, QDialog {{ background: {GROUND}; }}
QTableView {{ background: {PAPER}; alternate-background-color: #fafbfc; gridline-color: #e4e8ec; outline: 0;
  border: 1px solid {LINE}; selection-background-color: #cfe2f5; selection-color: {INK}; }}
QTableView::item:focus {{ border: 2px solid {ACCENT}; }}
QHeaderView::section {{ background: #eef1f4; color: {INK}; border: none; border-right: 1px solid {LINE};
  border-bottom: 1px solid {LINE}; padding: 3px 4px; }}
QTreeView, QListView {{ background: {PAPER}; border: 1px solid {LINE}; outline: none;
  selection-background-color: #cfe2f5; selection-color: {INK}; }}
QListView::item {{ min-height: 23px; padding: 0 3px; }}
QTreeView::item {{ min-height: 23px; }}
QTreeView#navigation {{ background: {GROUND}; border: none; border-right: 1px solid {LINE}; }}
QTreeView#navigation::item {{ height: 27px; }}
QTreeView#navigation::item:selected {{ background: #d6e6f6; color: {INK}; }}
QTreeView#navigation::item:hover:!selected {{ background: #e6ebf0; }}
QToolBar {{ background: {PAPER}; border: none; border-bottom: 1px solid {LINE};
  spacing: 2px; padding: 2px 4px; }}
QStatusBar {{ background: {PAPER}; border-top: 1px solid {LINE}; }}
QStatusBar::item {{ border: none; }}
QStatusBar QLabel, QStatusBar QToolButton {{ padding: 0 8px; }}
QLabel#title {{ font-size: 15pt; font-weight: 600; color: {INK}; }}
QLabel#heading {{ font-weight: 600; color: {INK}; }}
QLabel#muted {{ color: {MUTED}; }}
QLabel#totals {{ background: {PAPER}; border: 1px solid {LINE}; border-top: none; padding: 4px 8px; }}
QLabel#bad {{ color: {WORD_COLOURS[ERROR]}; }}
QLabel#good {{ color: {GOOD}; }}
QFrame#card {{ background: {PAPER}; border: 1px solid {LINE}; border-radius: 4px; }}
QFrame#banner {{ background: #fff6e0; border: 1px solid #ecd9a0; border-radius: 4px; }}
QFrame#drop {{ background: {PAPER}; border: 2px dashed #aab6c2; border-radius: 6px; }}
QFrame#drop[over="true"] {{ border-color: {ACCENT}; background: #eef5fc; }}
QPushButton#primary {{ background: {ACCENT}; color: white; border: 1px solid {ACCENT}; border-radius: 3px;
  padding: 5px 16px; }}
QPushButton#primary:hover {{ background: #2a70b5; }}
QPushButton#primary:focus {{ border: 2px solid #9cc4ec; padding: 4px 15px; }}
QPushButton#primary:disabled {{ background: #b9c4cf; border-color: #b9c4cf; }}
QPushButton#link {{ border: none; background: transparent; color: {ACCENT}; text-align: left; padding: 2px; }}
QPushButton#link:focus {{ text-decoration: underline; }}
QPushButton#link:hover {{ text-decoration: underline; }}
QTabWidget::pane {{ border: none; border-top: 1px solid {LINE}; }}
QTabBar {{ qproperty-drawBase: 0; }}
QTabBar::tab {{ padding: 5px 12px; border: none; border-bottom: 2px solid transparent;
  background: transparent; }}
QTabBar::tab:selected {{ border-bottom: 2px solid {ACCENT}; color: {ACCENT}; }}
QTabBar::tab:hover:!selected {{ background: #e6ebf0; }}
QLineEdit[bad="true"], QPlainTextEdit[bad="true"], QComboBox[bad="true"] {{
  border: 1px solid {WORD_COLOURS[ERROR]}; background: {CELL_COLOURS[ERROR]}; }}
"""


def apply(app: QApplication) -> None:
    """Give the application its style, its font and its colours."""
    on_windows = sys.platform == "win32"
    if not on_windows:
        app.setStyle("Fusion")
        app.setPalette(_palette())
    font = QFont(app.font())
    font.setFamilies(FAMILIES)
    font.setPointSizeF(9.0 if on_windows else 9.5)
    app.setFont(font)
    app.setStyleSheet(_QSS)


def _palette() -> QPalette:
    """A light palette, also where the desktop is dark: found cells are told apart by light colours."""
    palette = QPalette(QColor("#eceff2"))
    role = QPalette.ColorRole
    for where, colour in (
        (role.Window, GROUND),
        (role.WindowText, INK),
        (role.Base, PAPER),
        (role.AlternateBase, "#fafbfc"),
        (role.Text, INK),
        (role.ButtonText, INK),
        (role.Highlight, ACCENT),
        (role.HighlightedText, "#ffffff"),
        (role.PlaceholderText, "#8b96a1"),
        (role.ToolTipBase, "#fffde8"),
        (role.ToolTipText, INK),
        (role.Link, ACCENT),
    ):
        palette.setColor(where, QColor(colour))
    for where in (role.WindowText, role.Text, role.ButtonText):
        palette.setColor(QPalette.ColorGroup.Disabled, where, QColor("#9aa5b0"))
    return palette


def speak_chinese(app: QApplication) -> None:
    """Let Qt's own dialogs and formats be Chinese; call it before the first widget is made."""
    QLocale.setDefault(QLocale(QLocale.Language.Chinese, QLocale.Country.China))
    translator = QTranslator(app)
    if translator.load("qtbase_zh_CN", QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)):
        app.installTranslator(translator)


def coloured(colour: str, text: str) -> str:
    """Rich text in a colour."""
    return f"<span style='color:{colour}'>{text}</span>"


def refresh(widget: object) -> None:
    """Let a changed dynamic property take effect on a widget's style."""
    from PySide6.QtWidgets import QWidget

    assert isinstance(widget, QWidget)
    widget.style().unpolish(widget)
    widget.style().polish(widget)
