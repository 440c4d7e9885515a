"""The panel beside a list: what was found, grouped by rule, with a jump to the cell and a box to explain."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QColor
from PySide6.QtWidgets import (
    QCheckBox,
    QHBoxLayout,
    QLabel,
    QPlainTextEdit,
    QPushButton,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from core.findings import ERROR, EXPLAIN, HINT, SEVERITY_NAMES, Finding
from gui import theme
from gui.icons import icon
from gui.pages.names import NameBook, Names
from gui.session import Session

DOUBT_NAME = "没读准"
_RANK = {theme.DOUBT: 0, ERROR: 1, EXPLAIN: 2, HINT: 3}
_SHOWN = 300
_DATA = Qt.ItemDataRole.UserRole


class FindingsPanel(QWidget):
    """Findings and open doubts of one table, of the chosen record or of all.

    jump_asked(table, uid, field); confirm_asked(table, uid, field).
    """

    jump_asked = Signal(str, str, str)
    confirm_asked = Signal(str, str, str)
    explain_asked = Signal(object, str)

    def __init__(self, session: Session, names: NameBook, table: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.session, self.names, self.table = session, names, table
        self.uid = ""
        self.summary = QLabel()
        self.summary.setWordWrap(True)
        self.only = QCheckBox("只看选中的一行")
        self.only.toggled.connect(lambda on: self.refresh())
        self.tree = QTreeWidget()
        self.tree.setHeaderHidden(True)
        self.tree.setRootIsDecorated(True)
        self.tree.setIndentation(14)
        self.tree.setUniformRowHeights(True)
        self.tree.itemClicked.connect(self._on_clicked)
        self.tree.itemActivated.connect(self._on_clicked)
        self.tree.currentItemChanged.connect(lambda item, before: self._show(item))
        self.detail = QLabel()
        self.detail.setWordWrap(True)
        self.detail.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.box = QPlainTextEdit()
        self.box.setPlaceholderText(
            "写明原因，不少于 8 个字，例如：资产 2019 年划入时即为简装，按移交清单计价。"
        )
        self.box.setFixedHeight(70)
        self.explain = QPushButton("写入说明")
        self.explain.clicked.connect(self._on_explain)
        self.confirm = QPushButton("确认此值")
        self.confirm.setToolTip("核对原文后，现在的值无误（空也算），不再标记")
        self.confirm.clicked.connect(self._on_confirm)
        row = QHBoxLayout()
        row.addWidget(self.confirm)
        row.addStretch(1)
        row.addWidget(self.explain)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(8, 8, 4, 4)
        layout.addWidget(self.summary)
        layout.addWidget(self.only)
        layout.addWidget(self.tree, 1)
        layout.addWidget(self.detail)
        layout.addWidget(self.box)
        layout.addLayout(row)
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.setInterval(60)
        self._later.timeout.connect(self._ask_names)
        session.findings_changed.connect(self.refresh)
        self.refresh()

    def show_record(self, uid: str) -> None:
        """Follow the chosen row."""
        if uid != self.uid:
            self.uid = uid
            if self.only.isChecked():
                self.refresh()

    def refresh(self) -> None:
        """Fill the tree again soon."""
        self._later.start()

    # --- the tree --------------------------------------------------------------------------------------

    def _entries(self) -> list[Finding]:
        found = [f for f in self.session.findings if f.table == self.table or not f.table]
        found += doubts_as_findings(self.session, self.table)
        if self.only.isChecked():
            found = [f for f in found if f.uid == self.uid]
        return found

    def _ask_names(self) -> None:
        if not self.session.is_open:
            return
        entries = self._entries()
        wanted = {(f.table, f.uid) for f in entries if f.table and f.uid}
        self.names.ask(wanted, lambda names: self._fill(entries, names))

    def _fill(self, entries: list[Finding], names: Names) -> None:
        if not self.session.is_open:
            return
        here = self._current_key()
        self.tree.setUpdatesEnabled(False)
        self.tree.clear()
        self._show(None)
        counts = {s: sum(1 for f in entries if f.severity == s and not f.explained) for s in _RANK}
        self.summary.setText(summary_html(counts) or "没有发现问题。")
        groups: dict[tuple[int, str], list[Finding]] = {}
        for f in entries:
            groups.setdefault((_RANK.get(f.severity, 4), f.rule), []).append(f)
        for (_, rule), members in sorted(groups.items()):
            head = self._group(rule, members)
            for f in members[:_SHOWN]:
                name = names.get((f.table, f.uid), ("", ""))[0]
                line = f"{name}：{finding_line(f)}" if name else finding_line(f)
                item = QTreeWidgetItem(head, [line])
                item.setData(0, _DATA, f)
                item.setToolTip(0, f.text)
                if f.explained:
                    item.setForeground(0, QColor(theme.MUTED))
                    item.setText(0, f"（已说明）{line}")
                if here == (f.rule, f.uid, f.field):
                    self.tree.setCurrentItem(item)
            if len(members) > _SHOWN:
                QTreeWidgetItem(head, [f"……还有 {len(members) - _SHOWN} 条，请到「审核」页查看"])
        if self.tree.topLevelItemCount() <= 3 or len(entries) <= 12:
            self.tree.expandAll()
        self.tree.setUpdatesEnabled(True)

    def _group(self, rule: str, members: Sequence[Finding]) -> QTreeWidgetItem:
        first = members[0]
        label = rule_label(self.session, first)
        head = QTreeWidgetItem(self.tree, [f"{label}（{len(members)}）"])
        head.setIcon(0, icon(first.severity, theme.WORD_COLOURS.get(first.severity, theme.INK)))
        head.setForeground(0, QColor(theme.WORD_COLOURS.get(first.severity, theme.INK)))
        head.setToolTip(0, label)
        return head

    def _current_key(self) -> tuple[str, str, str] | None:
        f = self._current()
        return (f.rule, f.uid, f.field) if f else None

    def _current(self) -> Finding | None:
        item = self.tree.currentItem()
        f = item.data(0, _DATA) if item else None
        return f if isinstance(f, Finding) else None

    def _on_clicked(self, item: QTreeWidgetItem) -> None:
        f = item.data(0, _DATA)
        if isinstance(f, Finding) and f.uid:
            self.jump_asked.emit(f.table, f.uid, f.field)

    # --- one finding ---------------------------------------------------------------------------------------

    def _show(self, item: QTreeWidgetItem | None) -> None:
        data = item.data(0, _DATA) if item else None
        f = data if isinstance(data, Finding) else None
        self.detail.setVisible(f is not None)
        needs_words = f is not None and f.severity == EXPLAIN
        self.box.setVisible(needs_words)
        self.explain.setVisible(needs_words)
        self.confirm.setVisible(f is not None and f.severity == theme.DOUBT)
        if f is None:
            return
        self.detail.setText(finding_html(f))
        self.box.setPlainText(f.explanation)

    def _on_explain(self) -> None:
        f = self._current()
        if f is not None:
            self.explain_asked.emit([f], self.box.toPlainText().strip())

    def _on_confirm(self) -> None:
        f = self._current()
        if f is not None:
            self.confirm_asked.emit(f.table, f.uid, f.field)


# --- words ---------------------------------------------------------------------------------------


def doubts_as_findings(session: Session, table: str = "") -> list[Finding]:
    """Open doubts of the import, in the shape of findings."""
    made: list[Finding] = []
    for code, by_uid in session.doubts.items():
        if table and code != table:
            continue
        for uid, origins in by_uid.items():
            for o in origins:
                if o.field:
                    place = (
                        f"{o.file}"
                        + (f" {o.sheet}" if o.sheet else "")
                        + (f" 第 {o.row} 行" if o.row else "")
                    )
                    made.append(
                        Finding(
                            rule=DOUBT_NAME,
                            severity=theme.DOUBT,
                            table=code,
                            uid=uid,
                            field=o.field,
                            text=f"{o.text}（原文“{o.raw}”，{place}）",
                            fix="请录入正确的值；现值无误的，点「确认此值」。",
                            label="导入时没读准，请核对",
                        )
                    )
    return made


def rule_label(session: Session, f: Finding) -> str:
    """The rule's id and its name."""
    rule = session.standard.rules.get(f.rule)
    name = f.label or (rule.label if rule else "")
    return f"{f.rule}　{name}" if f.severity != theme.DOUBT else name


def finding_line(f: Finding) -> str:
    """One line of the list."""
    return f.text.replace("\n", " ")


def finding_html(f: Finding) -> str:
    """A finding in full: what, how to mend, on what ground."""
    colour = theme.WORD_COLOURS.get(f.severity, theme.INK)
    name = SEVERITY_NAMES.get(f.severity, DOUBT_NAME)
    lines = [f"<b style='color:{colour}'>{name}</b>{theme.GAP}{f.text}"]
    if f.fix:
        lines.append(f.fix)
    if f.lapsed:
        colour = theme.WORD_COLOURS[ERROR]
        lines.append(
            f"<span style='color:{colour}'>数字改过，原来的说明已失效，请重新写明：{f.explanation}</span>"
        )
    ground = theme.GAP.join(
        x
        for x in (
            f"规则 {f.rule}" if f.severity != theme.DOUBT else "",
            f"依据 {f.clause}" if f.clause else "",
        )
        if x
    )
    if ground:
        lines.append(f"<span style='color:{theme.MUTED}'>{ground}</span>")
    return "<br>".join(lines)


def summary_html(counts: dict[str, int]) -> str:
    """没读准 2　错误 3　需说明 1, coloured."""
    names = {theme.DOUBT: DOUBT_NAME, **SEVERITY_NAMES}
    return theme.GAP.join(
        f"<span style='color:{theme.WORD_COLOURS[s]}'>{names[s]} <b>{counts.get(s, 0):,}</b></span>"
        for s in _RANK
        if counts.get(s)
    )
