"""The first page: what this period still needs, and the assets by path."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import (
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from core.findings import ERROR, EXPLAIN
from core.jobs import Progress
from core.standard.dates import period_name
from core.standard.model import Field
from gui import theme
from gui.icons import icon
from gui.reading import ASSET
from gui.session import Session
from gui.tables.cells import show_sum

if TYPE_CHECKING:
    from core.records import Ledger


class _Step(NamedTuple):
    """One line of 待办."""

    done: bool
    name: str
    note: str
    where: str
    verb: str


class HomePage(QWidget):
    """待办 and the table by path.

    go_asked(where): "doubts", "errors", "explain", "report", "import", "cover" or "path:<code>".
    """

    go_asked = Signal(str)

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.session = session
        self._sums: dict[str, dict[str, int]] = {}
        self.title = QLabel()
        self.title.setObjectName("title")
        self.subtitle = QLabel()
        self.subtitle.setObjectName("muted")
        self.line = QLabel()
        self.line.setWordWrap(True)
        self.steps = _card()
        self.steps_grid = QGridLayout(self.steps)
        self.steps_grid.setContentsMargins(16, 12, 16, 12)
        self.steps_grid.setVerticalSpacing(10)
        self.steps_grid.setHorizontalSpacing(12)
        self.steps_grid.setColumnStretch(1, 1)
        self.figures = _card()
        self.figures_grid = QGridLayout(self.figures)
        self.figures_grid.setContentsMargins(16, 12, 16, 12)
        self.figures_grid.setHorizontalSpacing(28)
        self.figures_grid.setVerticalSpacing(8)
        body = QWidget()
        layout = QVBoxLayout(body)
        layout.setContentsMargins(20, 14, 20, 14)
        layout.setSpacing(8)
        layout.addWidget(self.title)
        layout.addWidget(self.subtitle)
        layout.addSpacing(4)
        layout.addWidget(self.line)
        layout.addWidget(self.steps)
        layout.addSpacing(8)
        heading = QLabel("三条路径")
        heading.setObjectName("heading")
        layout.addWidget(heading)
        layout.addWidget(self.figures)
        layout.addStretch(1)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setWidget(body)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(area)
        session.state_changed.connect(self.refresh)
        session.findings_changed.connect(self.refresh)
        self.refresh()

    def refresh(self) -> None:
        """Show the present state."""
        if not self.session.is_open:
            return
        state, standard = self.session.state, self.session.standard
        self.title.setText(state.unit_name or "未填单位")
        period = period_name(state.period) if state.period else "未选报送期间"
        self.subtitle.setText(
            f"{period}　{standard.title}（{standard.version}）　经办人 {state.operator or '未填'}"
        )
        self._show_steps()
        if self.isVisible():
            self._read_sums()

    def _read_sums(self) -> None:
        def work(ledger: Ledger, progress: Progress) -> dict[str, dict[str, int]]:
            return {path: ledger.totals(ASSET, path=path) for path in ledger_paths}

        ledger_paths = list(self.session.state.paths)
        self.session.read(work).succeeded.connect(self._on_sums)

    def _on_sums(self, sums: dict[str, dict[str, int]] | None) -> None:
        if sums is not None and self.session.is_open:
            self._sums = sums
            self._show_figures()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.refresh()

    # --- 待办 --------------------------------------------------------------------------------------------

    def _show_steps(self) -> None:
        _empty(self.steps_grid)
        counts = self.session.marks.counts
        doubts, errors, explain = self.session.doubt_count, counts[ERROR], counts[EXPLAIN]
        assets = self.session.state.counts.get(ASSET, 0)
        exported = self.session.state.period_state if self.session.state.is_reported else ""
        steps = [
            _Step(
                assets > 0,
                "导入台账",
                f"已有 {assets:,} 宗资产" if assets else "把手头的 Excel 台账读进来",
                "import",
                "导入",
            ),
            _Step(
                assets > 0 and not doubts,
                f"核对 {doubts:,} 格没读准的内容" if doubts else "核对没读准的内容",
                "读入时有疑问的格，逐格录入或确认" if doubts else "没有待核对的格",
                "doubts",
                "去核对",
            ),
            _Step(
                assets > 0 and not errors,
                f"处理 {errors:,} 处错误" if errors else "处理错误",
                "错误会阻断上报" if errors else "没有错误",
                "errors",
                "去处理",
            ),
            _Step(
                assets > 0 and not explain,
                f"写明 {explain:,} 处需说明" if explain else "写明需说明的事项",
                "数字可以不改，但要写清原因" if explain else "没有待说明的事项",
                "explain",
                "去说明",
            ),
            _Step(
                bool(exported),
                "生成上报包",
                exported or "选期间、核对封面，写出 Excel 与数据包",
                "report",
                "去生成",
            ),
        ]
        todo: list[str] = []
        for n, step in enumerate(steps):
            done, name, note, where, verb = step
            mark = QLabel()
            colour = theme.GOOD if done else theme.ACCENT
            mark.setPixmap(icon("done" if done else "path-none", colour).pixmap(20, 20))
            text = QLabel(f"<b>{name}</b>{theme.GAP}<span style='color:{theme.MUTED}'>{note}</span>")
            button = QPushButton(verb)
            button.setMinimumWidth(88)
            if not done and not todo:
                button.setObjectName("primary")
            button.clicked.connect(lambda checked=False, w=where: self.go_asked.emit(w))
            self.steps_grid.addWidget(mark, n, 0)
            self.steps_grid.addWidget(text, n, 1)
            self.steps_grid.addWidget(button, n, 2)
            if not done:
                todo.append(name)
        left = " → ".join([*todo, "打印封面签字盖章"])
        self.line.setText(
            f"本期还需：<b>{left}</b>" if todo else "本期上报包已生成，请打印封面签字盖章后报出。"
        )

    # --- figures -----------------------------------------------------------------------------------------

    def _show_figures(self) -> None:
        _empty(self.figures_grid)
        table = self.session.standard.table(ASSET)
        fields = [f for f in table.fields.values() if f.list and f.type in ("money", "area")]
        paths = self._sums
        heads = ["盘活路径", "宗数", *(f.title for f in fields)]
        for c, head in enumerate(heads):
            label = QLabel(head)
            label.setObjectName("muted")
            label.setAlignment(Qt.AlignmentFlag.AlignRight if c else Qt.AlignmentFlag.AlignLeft)
            self.figures_grid.addWidget(label, 0, c)
        codes = table.fields["path"].codes
        sums: dict[str, int] = {}
        for n, (path, totals) in enumerate(paths.items(), 1):
            name = codes.items[path].name if codes and path in codes.items else "未定"
            link = QPushButton(icon(path_icon(path), theme.ACCENT), name)
            link.setObjectName("link")
            link.clicked.connect(lambda checked=False, p=path: self.go_asked.emit(f"path:{p}"))
            self.figures_grid.addWidget(link, n, 0)
            for code in ("count", *(f.code for f in fields)):
                sums[code] = sums.get(code, 0) + totals.get(code, 0)
            self._figures_line(n, totals, fields, bold=False)
        last = len(paths) + 1
        rule = QFrame()
        rule.setFrameShape(QFrame.Shape.HLine)
        rule.setStyleSheet(f"color: {theme.LINE};")
        self.figures_grid.addWidget(rule, last, 0, 1, len(heads))
        self.figures_grid.addWidget(QLabel("<b>合计</b>"), last + 1, 0)
        self._figures_line(last + 1, sums, fields, bold=True)
        self.figures_grid.setColumnStretch(len(heads), 1)

    def _figures_line(self, n: int, totals: dict[str, int], fields: list[Field], *, bold: bool) -> None:
        texts = [f"{totals.get('count', 0):,}", *(show_sum(totals.get(f.code, 0), f) for f in fields)]
        for c, text in enumerate(texts, 1):
            label = QLabel(f"<b>{text}</b>" if bold else text)
            label.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            self.figures_grid.addWidget(label, n, c)


def path_icon(path: str) -> str:
    """The icon of a path; the undecided ones have their own."""
    return f"path-{path}"


def _card() -> QFrame:
    frame = QFrame()
    frame.setObjectName("card")
    return frame


def _empty(grid: QGridLayout | QHBoxLayout) -> None:
    while grid.count():
        item = grid.takeAt(0)
        if item is not None and (w := item.widget()) is not None:
            w.deleteLater()
