"""The cover of a report as the clerk fills it in, once for all periods."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QButtonGroup,
    QCheckBox,
    QComboBox,
    QFormLayout,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QRadioButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from core.standard.dates import period_name
from core.standard.model import Field
from core.standard.regions import region_name
from gui.dialogs.ledgers import last_quarter, periods_around
from gui.forms.lines import Context, DateEditor
from gui.session import Session

if TYPE_CHECKING:
    from core.exchange.cover import Cover


class CoverCard(QScrollArea):
    """changed(): something else was filled in; period_chosen(code)."""

    changed = Signal()
    period_chosen = Signal(str)

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.session = session
        self.editors: dict[str, QLineEdit] = {}
        self._loaded: Cover | None = None
        self._labels: Mapping[str, str] = {}
        self.form = QFormLayout()
        self.form.setVerticalSpacing(6)
        self.period = QComboBox()
        self.fill_periods("")
        self.period.activated.connect(lambda n: self.period_chosen.emit(str(self.period.itemData(n))))
        self.form.addRow("报送期间", self.period)
        self.region = QLabel()
        self.secret = QCheckBox("已确认数据不含国家秘密")
        self.secret.toggled.connect(self.changed)
        self.closed, self.public = QRadioButton("不公开"), QRadioButton("可公开")
        self.closed.setChecked(True)
        self._group = QButtonGroup(self)
        self._group.addButton(self.closed)
        self._group.addButton(self.public)
        heading = QLabel("封面")
        heading.setObjectName("heading")
        note = QLabel("填一次，以后沿用。")
        note.setObjectName("muted")
        card = QFrame()
        card.setObjectName("card")
        card.setFixedWidth(400)
        layout = QVBoxLayout(card)
        layout.setContentsMargins(14, 12, 14, 12)
        layout.addWidget(heading)
        layout.addWidget(note)
        layout.addLayout(self.form)
        layout.addStretch(1)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWidget(card)
        self.setFixedWidth(420)

    @property
    def is_loaded(self) -> bool:
        return self._loaded is not None

    def fill_periods(self, chosen: str) -> None:
        """Offer the periods around today, and the chosen one."""
        offered = periods_around(date.today())
        if chosen and chosen not in offered:
            offered.append(chosen)
        self.period.clear()
        for code in offered:
            self.period.addItem(period_name(code), code)
        self.period.setCurrentIndex(self.period.findData(chosen or last_quarter(date.today())))

    def show_cover(self, cover: Cover, labels: Mapping[str, str]) -> None:
        """Show what is kept in the 账套."""
        self._loaded, self._labels = cover, labels
        if not self.editors:
            self._add_rows()
        for name, editor in self.editors.items():
            editor.blockSignals(True)
            value = getattr(cover, name)
            editor.setText(value or (date.today().isoformat() if name == "report_date" else ""))
            editor.blockSignals(False)
        self.region.setText(region_name(self.session.standard, cover.region))
        self.secret.setChecked(cover.non_secret)
        (self.public if cover.public == self.public.text() else self.closed).setChecked(True)

    def cover(self) -> Cover:
        """The cover as it is filled in now."""
        assert self._loaded is not None, "the cover was not loaded yet"
        given: dict[str, Any] = {name: editor.text().strip() for name, editor in self.editors.items()}
        public = self.public.text() if self.public.isChecked() else self.closed.text()
        return dataclasses.replace(self._loaded, **given, non_secret=self.secret.isChecked(), public=public)

    def lead_to(self, problem: str) -> None:
        """Let the keys go to what a problem of the cover speaks of."""
        named = (e for name, e in self.editors.items() if f"“{self._labels.get(name)}”" in problem)
        place = next(named, self.secret)
        self.ensureWidgetVisible(place)
        place.setFocus()

    def _add_rows(self) -> None:
        """One line for each thing of the cover, made from its declaration."""
        for each in dataclasses.fields(self.cover()):
            label = self._labels.get(each.name, each.name)
            if each.name == "non_secret":
                self.form.addRow(label, self.secret)
            elif each.name == "public":
                box = QWidget()
                line = QHBoxLayout(box)
                line.setContentsMargins(0, 0, 0, 0)
                line.addWidget(self.closed)
                line.addWidget(self.public)
                line.addStretch(1)
                self.form.addRow(label, box)
            elif each.name == "region":
                self.form.addRow(label, self.region)  # decided when the 账套 was made
            else:
                editor = self._line(each.name)
                editor.textChanged.connect(lambda text: self.changed.emit())
                self.form.addRow(label, editor)
                self.editors[each.name] = editor

    def _line(self, name: str) -> QLineEdit:
        if name != "report_date":
            return QLineEdit()
        return DateEditor(self, Field("", name, "报出日期", "date", 0), Context())
