"""Several packages at once: each is checked and listed, the chosen ones come in one after the other."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QBrush, QColor
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from core.errors import InputRefused
from core.jobs import Progress
from core.standard.dates import period_name
from core.standard.regions import region_name
from gui import theme
from gui.icons import icon
from gui.session import Session
from gui.tables.sheet import Sheet

if TYPE_CHECKING:
    from core.exchange.inbox import Incoming
    from core.exchange.receive import Received
    from core.records import Ledger

_HEADS = ("装入", "报送区域", "报送单位", "期间", "版本", "性质", "资产", "校验码", "情况")
_WIDTHS = (46, 84, 190, 104, 46, 46, 50, 116)
_NAMES = {
    "ready": ("完好", theme.GOOD),
    "again": ("重复", theme.MUTED),
    "older": ("旧版本", theme.MUTED),
    "two": ("同一版本有两个", theme.WORD_COLOURS["explain"]),
    "sketch": ("草稿", theme.WORD_COLOURS["explain"]),
    "refused": ("不能装入", theme.WORD_COLOURS["error"]),
}
_STATE = len(_HEADS) - 1


class InboxView(QWidget):
    """told(text); left(): the clerk goes on to other files; audit_asked(); taken(): something came in."""

    told = Signal(str)
    left = Signal()
    audit_asked = Signal()
    taken = Signal()

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.session = session
        self.found: list[Incoming] = []
        self.title = QLabel()
        self.title.setObjectName("title")
        self.counts = QLabel()
        self.counts.setWordWrap(True)
        note = QLabel(
            "先逐个校验；重复的、有新版本的、损坏的不会自己装入。每个包是一步操作，可以在「历史」里单独撤销。"
        )
        note.setObjectName("muted")
        note.setWordWrap(True)
        self.table = Sheet(_HEADS, _WIDTHS, numbers=(6,), many=True)
        self.table.itemChanged.connect(lambda item: self._refresh())
        self.table.itemSelectionChanged.connect(self._on_selected)
        self.detail = QLabel()
        self.detail.setWordWrap(True)
        self.detail.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.detail.hide()
        self.back = QPushButton("换一些文件")
        self.back.clicked.connect(self.left)
        self.audit = QPushButton(icon("audit"), "查看审核结果")
        self.audit.clicked.connect(self.audit_asked)
        self.take = QPushButton()
        self.take.setObjectName("primary")
        self.take.clicked.connect(self._on_take)
        row = QHBoxLayout()
        row.addWidget(self.back)
        row.addStretch(1)
        row.addWidget(self.audit)
        row.addWidget(self.take)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(14, 10, 14, 10)
        for widget in (self.title, self.counts, note):
            layout.addWidget(widget)
        layout.addWidget(self.table, 1)
        layout.addWidget(self.detail)
        layout.addLayout(row)

    def look_at(self, paths: Sequence[Path], waiting: int) -> None:
        """Check these packages and list them; `waiting` other files come afterwards."""
        self.back.setText(f"导入其余 {waiting} 个文件" if waiting else "换一些文件")
        self.title.setText(f"正在校验 {len(paths):,} 个上报包")
        self.counts.setText("")
        self.found = []
        self.table.fill([])
        self.audit.hide()
        self.take.hide()

        def work(ledger: Ledger, progress: Progress) -> list[Incoming]:
            from core.exchange.inbox import look

            return look(ledger, paths, progress=progress)

        job = self.session.run(work, f"正在校验 {len(paths)} 个上报包")
        job.then(self, self._on_looked)
        job.cancelled.connect(self.left)
        job.failed.connect(lambda error: self.left.emit())

    def _on_looked(self, found: list[Incoming] | None) -> None:
        self.found = found or []
        self.title.setText(f"收到 {len(self.found):,} 个上报包")
        counts = Counter(each.state for each in self.found)
        words = [theme.coloured(c, f"{n} <b>{counts[s]:,}</b>") for s, (n, c) in _NAMES.items() if counts[s]]
        self.counts.setText(theme.GAP.join(words))
        self.audit.hide()
        self.take.show()
        self.table.blockSignals(True)
        self.table.fill([self._row(each) for each in self.found])
        self.table.offer([n for n, each in enumerate(self.found) if each.state != "refused"])
        for n, each in enumerate(self.found):
            self._colour(n, _NAMES[each.state][1])
        self.table.tick(True, [n for n, each in enumerate(self.found) if each.state == "ready"])
        self.table.blockSignals(False)
        self._refresh()

    def _row(self, each: Incoming) -> list[str]:
        state = f"{_NAMES[each.state][0]}：{each.note}" if each.note else _NAMES[each.state][0]
        if not each.verdict.manifest:
            return ["", "", each.path.name, "", "", "", "", "", state]
        code = str(each.said("check_code"))
        return [
            "",
            region_name(self.session.standard, str(each.said("region"))),
            str(each.said("unit")),
            period_name(str(each.said("period"))),
            f"V{int(each.said('version')):02d}",
            str(each.said("nature")),
            f"{int((each.said('rows') or {}).get('asset', 0)):,}",
            " ".join(code[i : i + 4] for i in range(0, len(code), 4)).upper(),
            state,
        ]

    def _colour(self, number: int, colour: str) -> None:
        item = self.table.cell(number, _STATE)
        if item is not None:
            item.setForeground(QBrush(QColor(colour)))

    def _refresh(self) -> None:
        count = len(self.table.ticked())
        self.take.setText(f"装入选中的 {count:,} 个" if count else "没有选中的")
        self.take.setEnabled(count > 0 and not self.session.state.readonly)

    def _on_selected(self) -> None:
        """What the narrow last column has no room for."""
        numbers = self.table.chosen()
        item = self.table.cell(numbers[0], _STATE) if len(numbers) == 1 else None
        self.detail.setText(item.text() if item is not None else "")
        self.detail.setVisible(bool(self.detail.text()))

    def _on_take(self) -> None:
        chosen = [self.found[n] for n in self.table.ticked()]

        def work(ledger: Ledger, progress: Progress) -> list[tuple[Incoming, Received | InputRefused]]:
            from core.exchange.inbox import take_in

            return take_in(ledger, chosen, progress=progress)

        self.session.run(work, f"正在装入 {len(chosen)} 个上报包").then(
            self, lambda done: self._on_taken(len(chosen), done)
        )

    def _on_taken(self, count: int, done: list[tuple[Incoming, Received | InputRefused]] | None) -> None:
        if done is None:
            return
        came = 0
        self.table.blockSignals(True)
        for each, result in done:
            number = self.found.index(each)
            if isinstance(result, InputRefused):
                text, colour = f"没有装入：{result.reason}。{result.next}", theme.WORD_COLOURS["error"]
            else:
                came += 1
                told = result.counts()
                text, colour = (
                    "已装入：新增 {added:,} 条，修改 {changed:,} 条，无变化 {same:,} 条".format(**told),
                    theme.GOOD,
                )
            item = self.table.cell(number, _STATE)
            if item is not None:
                item.setText(text)
                item.setToolTip(text)
            self._colour(number, colour)
        self.table.tick(False)
        self.table.blockSignals(False)
        self._refresh()
        stopped = f"，其余 {count - len(done):,} 个没有开始" if len(done) < count else ""
        self.title.setText(f"已装入 {came:,} 个上报包{stopped}")
        self.take.hide()
        self.audit.show()
        self.told.emit(f"已装入 {came:,} 个上报包")
        if came:
            self.taken.emit()
