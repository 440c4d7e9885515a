"""New and changed 账套: who keeps it, for which region and unit, and where it lies."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QComboBox,
    QCompleter,
    QDialog,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from core import paths
from core.standard import available, load_default
from core.standard.dates import period_name, period_of
from core.standard.model import Standard
from core.standard.regions import CITY, regions_for
from gui.dialogs import files
from gui.dialogs.buttons import verb_and_cancel

ROLES = (
    ("unit", "单位（单个单位填报）"),
    ("group", "集团（汇总下属单位）"),
    ("district", "区县（汇总全区县）"),
    (CITY, "市级（收齐各区县上报包）"),
)
_UNITS = {
    False: "全称，与公章一致，例如：綦江区国有资产监督管理委员会",
    True: "全称，与公章一致，例如：重庆国有资产盘活领导小组办公室",
}
_ILLEGAL = re.compile(r'[\\/:*?"<>|\x00-\x1f]')


@dataclass(frozen=True)
class NewLedger:
    """What a new 账套 is made from."""

    folder: Path
    standard: str
    role: str
    region: str
    unit_name: str
    operator: str
    period: str


def last_quarter(today: date) -> str:
    """The quarter that ended last, which is the one being reported."""
    year, quarter = (today.year, (today.month - 1) // 3) if today.month > 3 else (today.year - 1, 4)
    return f"{year}Q{quarter}"


def periods_around(today: date) -> list[str]:
    """Periods offered: the last and the running year with their quarters, newest first."""
    made: list[str] = []
    for year in (today.year, today.year - 1):
        quarters = [f"{year}Q{q}" for q in (4, 3, 2, 1)]
        made += [q for q in quarters if year < today.year or q <= period_of(today)]
        made += [f"{year}H2", f"{year}H1", str(year)]
    return made


class NewLedgerDialog(QDialog):
    """Asks for everything that a new 账套 needs; each part has a sensible proposal."""

    def __init__(self, parent: QWidget | None, operator: str = "") -> None:
        super().__init__(parent)
        self.setWindowTitle("新建账套")
        self.setMinimumWidth(560)
        self._today = date.today()
        self._touched = False
        self.role = QComboBox()
        for code, label in ROLES:
            self.role.addItem(label, code)
        self.role.setCurrentIndex(2)
        self.standard = QComboBox()
        for name in available():
            offered = load_default(name)
            self.standard.addItem(f"{offered.title}（{offered.version}）", name)
        self.region = QComboBox()
        self.region.setEditable(True)
        self.region.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        completer = self.region.completer()
        if isinstance(completer, QCompleter):
            completer.setFilterMode(Qt.MatchFlag.MatchContains)
            completer.setCompletionMode(QCompleter.CompletionMode.PopupCompletion)
        self.unit = QLineEdit()
        self.unit.setPlaceholderText(_UNITS[False])
        self.operator = QLineEdit(operator)
        self.operator.setPlaceholderText("您的姓名，记入修改历史")
        self.period = QComboBox()
        for period in periods_around(self._today):
            self.period.addItem(period_name(period), period)
        self.period.setCurrentIndex(self.period.findData(last_quarter(self._today)))
        self.name = QLineEdit()
        self.place = QLineEdit(str(paths.data_home()))
        browse = QPushButton("更改")
        browse.clicked.connect(self._on_browse)
        place = QHBoxLayout()
        place.addWidget(self.place, 1)
        place.addWidget(browse)
        form = QFormLayout()
        form.setVerticalSpacing(9)
        form.addRow("账套用于", self.role)
        form.addRow("报送区域", self.region)
        form.addRow("填报单位", self.unit)
        form.addRow("经办人", self.operator)
        form.addRow("报送期间", self.period)
        form.addRow("口径", self.standard)
        form.addRow("账套名称", self.name)
        form.addRow("存放在", place)
        self.note = QLabel()
        self.note.setObjectName("bad")
        self.note.setWordWrap(True)
        buttons, self.make = verb_and_cancel(self, "新建账套", self._on_accept)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(18, 16, 18, 14)
        layout.addLayout(form)
        layout.addWidget(self.note)
        layout.addWidget(buttons)
        self.standard.currentIndexChanged.connect(lambda n: self._fill_regions())
        self.role.currentIndexChanged.connect(lambda n: self._on_role())
        self.region.currentTextChanged.connect(lambda text: self._propose())
        self.period.currentIndexChanged.connect(lambda n: self._propose())
        self.name.textEdited.connect(lambda text: setattr(self, "_touched", True))
        self._fill_regions()
        self.region.setFocus()

    def _fill_regions(self) -> None:
        standard: Standard = load_default(str(self.standard.currentData()))
        role, now = str(self.role.currentData()), self._today.isoformat()
        self.region.clear()
        for item in regions_for(standard, role).values():
            if not item.valid_to or item.valid_to >= now:
                self.region.addItem(f"{item.name}　{item.code}", item.code)
        self.region.setCurrentIndex(0 if role == CITY else -1)
        line = self.region.lineEdit()
        if line is not None:
            line.setPlaceholderText("输入名称或代码查找，例如：綦江")
        self._propose()

    def _on_role(self) -> None:
        """The municipal office reports for the whole city, the others for a district."""
        is_city = str(self.role.currentData()) == CITY
        self.unit.setPlaceholderText(_UNITS[is_city])
        self._fill_regions()

    def _region(self) -> tuple[str, str]:
        """Code and name of the chosen region; ("", "") when the text is none of them."""
        text = self.region.currentText().strip()
        for n in range(self.region.count()):
            shown = self.region.itemText(n)
            name, _, code = shown.partition("　")
            if text in (shown, name, code):
                return code, name
        return "", ""

    def _propose(self) -> None:
        if not self._touched:
            _, name = self._region()
            year = str(self.period.currentData() or self._today.year)[:4]
            self.name.setText(f"{year}年度_{name or '新账套'}")

    def _on_browse(self) -> None:
        folder = files.choose_folder(self, "账套存放在哪个文件夹", self.place.text())
        if folder is not None:
            self.place.setText(str(folder))

    def _on_accept(self) -> None:
        problem = self.problem()
        self.note.setText(problem)
        if not problem:
            self.accept()

    def problem(self) -> str:
        """What is still missing, in words."""
        if not self._region()[0]:
            return "请选择报送区域。"
        if not self.unit.text().strip():
            return "请填写填报单位的全称。"
        if not self.operator.text().strip():
            return "请填写经办人，修改历史里会记下是谁改的。"
        name = self.name.text().strip()
        if not name or _ILLEGAL.search(name):
            return '账套名称不能为空，也不能含有 \\ / : * ? " < > | 这些符号。'
        if (self.chosen().folder / "台账.db").exists():
            return "这个位置已有同名账套，请换一个名称，或关闭此窗口后打开它。"
        return ""

    def chosen(self) -> NewLedger:
        """What was entered."""
        return NewLedger(
            folder=Path(self.place.text().strip()) / self.name.text().strip(),
            standard=str(self.standard.currentData()),
            role=str(self.role.currentData()),
            region=self._region()[0],
            unit_name=self.unit.text().strip(),
            operator=self.operator.text().strip(),
            period=str(self.period.currentData()),
        )


class InfoDialog(QDialog):
    """The few things of a 账套 that may change: 填报单位, 经办人, 报送期间."""

    def __init__(self, parent: QWidget | None, unit: str, operator: str, period: str) -> None:
        super().__init__(parent)
        self.setWindowTitle("账套信息")
        self.setMinimumWidth(460)
        self.unit, self.operator, self.period = QLineEdit(unit), QLineEdit(operator), QComboBox()
        offered = periods_around(date.today())
        for code in [*offered, *([period] if period and period not in offered else [])]:
            self.period.addItem(period_name(code), code)
        self.period.setCurrentIndex(self.period.findData(period or last_quarter(date.today())))
        form = QFormLayout()
        form.addRow("填报单位", self.unit)
        form.addRow("经办人", self.operator)
        form.addRow("报送期间", self.period)
        buttons, _ = verb_and_cancel(self, "保存")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(18, 16, 18, 14)
        layout.addLayout(form)
        layout.addWidget(buttons)
