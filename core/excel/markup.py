"""XML from outside: no document types, no entities, names without prefixes."""

from __future__ import annotations

import xml.parsers.expat as expat
from collections.abc import Callable, Iterable

from core.errors import InputRefused
from core.excel.zips import damaged

Start = Callable[[str, dict[str, str]], None]
End = Callable[[str], None]


def refuse(*_: object) -> None:
    raise InputRefused(
        "文件中含有不允许的 XML 实体，可能是恶意文件。",
        next="请不要使用这个文件，向提供人核实后重新索取。",
        code="xml-entities",
    )


def parse(
    chunks: Iterable[bytes], start: Start, end: End | None = None, data: Callable[[str], None] | None = None
) -> None:
    """Feed the chunks to expat; element names arrive without their prefix."""
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = refuse
    parser.EntityDeclHandler = refuse

    def start_plain(name: str, attributes: dict[str, str]) -> None:
        start(name.rpartition(":")[2] if ":" in name else name, attributes)

    parser.StartElementHandler = start_plain
    if end is not None:
        finish = end
        parser.EndElementHandler = lambda name: finish(name.rpartition(":")[2] if ":" in name else name)
    if data is not None:
        parser.CharacterDataHandler = data
    try:
        for piece in chunks:
            parser.Parse(piece, False)
        parser.Parse(b"", True)
    except expat.ExpatError as e:
        raise damaged() from e


def local(attributes: dict[str, str], name: str) -> str:
    """An attribute by its name without prefix."""
    if name in attributes:
        return attributes[name]
    return next((v for k, v in attributes.items() if k.rpartition(":")[2] == name), "")
