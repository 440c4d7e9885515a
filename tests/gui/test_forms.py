"""Editors and the record form: one registry, everything from the declaration."""

from __future__ import annotations

import dataclasses

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from core.standard import load_default
from core.standard.model import Field
from core.standard.types import TYPES, example, parse, show
from gui.forms.choosing import CodeEditor, code_choices, find_choices
from gui.forms.editors import EDITORS, editor_for
from gui.forms.lines import Choice, Context, LongEditor
from tests.gui.conftest import Desk

STANDARD = load_default()
FIELDS = [f for f in STANDARD.all_fields() if f.type != "ref"]


def test_every_kind_of_value_has_an_editor() -> None:
    assert set(EDITORS) == set(TYPES)


def test_every_field_survives_its_editor(qtbot: QtBot) -> None:
    """What is shown can be typed again; walks the whole standard."""
    for field in FIELDS:
        editor = editor_for(None, field, Context())
        qtbot.addWidget(editor)
        value = parse(example(field), field)
        editor.load(None, "")
        text = show(value, field)
        editor.setPlainText(text) if isinstance(editor, LongEditor) else editor.setText(text)
        assert editor.result() == (value, text), (field.table, field.code)


def test_choices_are_found_by_name_code_synonym_and_initials() -> None:
    choices = [Choice("10", "自用"), Choice("40", "闲置", ("空置",)), Choice("45", "部分闲置")]
    assert [c.name for c in find_choices(choices, "xz")] == ["闲置", "部分闲置"]
    assert [c.name for c in find_choices(choices, "闲")] == ["闲置", "部分闲置"]
    assert [c.name for c in find_choices(choices, "空置")] == ["闲置"]
    assert [c.name for c in find_choices(choices, "10")] == ["自用"]
    assert len(find_choices(choices, "")) == 3


def test_codes_out_of_force_are_not_offered() -> None:
    region = next(f for f in STANDARD.all_fields() if f.codes and f.codes.code == "region")
    offered = {c.value for c in code_choices(region)}
    assert "500157" in offered and "500112" not in offered


def test_an_unknown_word_is_refused_with_the_options(qtbot: QtBot) -> None:
    field = STANDARD.table("asset").fields["use_status"]
    editor = CodeEditor(None, field, Context())
    qtbot.addWidget(editor)
    editor.load(None, "")
    editor.setText("火星")
    with pytest.raises(ValueError, match="不在"):
        editor.result()


def test_the_form_stars_what_is_required_and_hides_what_does_not_apply(desk: Desk) -> None:
    page = desk.records()
    page.view.go(0, 1)
    page.show_detail()
    desk.settle()
    form = page.form
    assert form.title.text() == "原粮站仓库"
    label, editor = form._rows["name"]
    assert "*" in label.text() and editor.isVisible()
    assert not form._rows["rent"][1].isVisible(), "rent applies to let assets only"
    desk.session.change("出租", lambda edit: edit.set("asset", form.uid, {"use_status": "20"}))
    desk.settle()
    assert form._rows["rent"][1].isVisible()


def test_the_form_writes_one_step_per_field(desk: Desk) -> None:
    page = desk.records()
    page.view.go(1, 1)
    page.show_detail()
    desk.settle()
    editor = page.form._rows["note"][1]
    assert isinstance(editor, LongEditor)
    editor.setPlainText("已与街道核实")
    QTest.keyClick(editor, Qt.Key.Key_Return)
    desk.settle()
    uid = page.form.uid
    assert desk.ask(lambda ledger: ledger.value("asset", uid, "note")) == "已与街道核实"
    assert desk.session.state.undo_label == "修改备注"


def test_the_form_keeps_what_it_cannot_take(desk: Desk) -> None:
    page = desk.records()
    page.view.go(0, 1)
    page.show_detail()
    desk.settle()
    editor = page.form._rows["net"][1]
    editor.setText("三十多万")
    QTest.keyClick(editor, Qt.Key.Key_Return)
    assert editor.property("bad") is True and editor.text() == "三十多万"


def test_a_new_field_gets_a_form_row_without_code(qtbot: QtBot) -> None:
    field = dataclasses.replace(
        STANDARD.table("asset").fields["qty"], code="elevator_count", label="电梯数", type="integer", unit=""
    )
    assert isinstance(field, Field)
    editor = editor_for(None, field, Context())
    qtbot.addWidget(editor)
    editor.load(None, "")
    editor.setText("3")
    assert editor.result() == (3, "3")


def test_records_of_one_asset_are_shown_and_new_ones_belong_to_it(desk: Desk) -> None:
    page = desk.records()
    uid = page.model.uid_at(2)
    desk.window.show_children("title", uid, "商业裙楼")
    desk.settle()
    titles = desk.window.stack.currentWidget()
    titles.deeds.insert()  # type: ignore[attr-defined]
    desk.settle()
    assert desk.ask(lambda ledger: [r[0] for r in ledger.select("title", ["asset"])]) == [uid]
    assert len(titles.model.ids) == 1  # type: ignore[attr-defined]
