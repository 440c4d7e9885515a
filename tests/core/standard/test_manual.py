"""The 填报说明 names every field, code list and rule that a clerk meets."""

from __future__ import annotations

from html.parser import HTMLParser

from core.standard import load_default
from core.standard.manual import manual, words


class _Balanced(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.texts: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in ("meta", "br"):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.texts.append(data)


def test_the_manual_is_well_formed_and_names_every_field_list_and_rule() -> None:
    standard = load_default()
    page = _Balanced()
    page.feed(manual(standard))
    assert page.open == []
    texts = set(page.texts)
    for table in standard.tables.values():
        for field in table.fields.values():
            assert field.auto or field.code == table.parent or field.title in texts, field
    assert {c.label for c in standard.codes.values()} <= texts
    assert {r.id for r in standard.rules.values() if r.enabled and not r.merged} <= texts


def test_a_condition_reads_in_words() -> None:
    standard = load_default()
    assert (
        words(standard, "asset", "path == '10' and filled(net)") == "盘活路径 为 “调剂使用” 且 已填账面净值"
    )
