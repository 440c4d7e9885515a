"""A workbook as its parts: some sheets are rewritten, everything else stays byte for byte."""

from __future__ import annotations

import re
import xml.parsers.expat as expat
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Self

from core.errors import InputRefused
from core.excel import formats
from core.excel.markup import refuse
from core.excel.zips import SafeZip, damaged

MAX_PART = 60 * 2**20
"""A blank form with more than this in one part has a million formatted rows; a tree of it would not fit."""

_DEEPEST = 200


@dataclass(slots=True)
class Node:
    """One element: its name and attributes as written, its children in order."""

    tag: str
    attributes: dict[str, str] = field(default_factory=dict)
    children: list[Node | str] = field(default_factory=list)

    @property
    def name(self) -> str:
        """The name without its prefix."""
        return self.tag.rpartition(":")[2]

    @property
    def prefix(self) -> str:
        return self.tag[: -len(self.name)]

    def nodes(self, name: str = "") -> Iterator[Node]:
        """Child elements, of one name or all."""
        for child in self.children:
            if isinstance(child, Node) and (not name or child.name == name):
                yield child

    def first(self, name: str) -> Node | None:
        return next(self.nodes(name), None)

    def all(self, name: str) -> Iterator[Node]:
        """Elements of one name anywhere below."""
        for child in self.nodes():
            if child.name == name:
                yield child
            yield from child.all(name)

    def drop(self, name: str) -> None:
        self.children = [c for c in self.children if not (isinstance(c, Node) and c.name == name)]

    @property
    def text(self) -> str:
        return "".join(c if isinstance(c, str) else c.text for c in self.children)

    @text.setter
    def text(self, value: str) -> None:
        self.children = [value]


def parse(data: bytes) -> Node:
    """A tree that keeps every name and attribute as written; no document types, no entities."""
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = refuse
    parser.EntityDeclHandler = refuse
    root: list[Node] = []
    stack: list[Node] = []

    def start(tag: str, attributes: dict[str, str]) -> None:
        if len(stack) > _DEEPEST:
            raise damaged()
        node = Node(tag, attributes)
        if stack:
            stack[-1].children.append(node)
        else:
            root.append(node)
        stack.append(node)

    def end(tag: str) -> None:
        stack.pop()

    def text(data: str) -> None:
        if stack:
            stack[-1].children.append(data)

    parser.StartElementHandler, parser.EndElementHandler, parser.CharacterDataHandler = start, end, text
    try:
        parser.Parse(data, True)
    except expat.ExpatError as e:
        raise damaged() from e
    return root[0]


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("\r", "&#13;")


def _quoted(text: str) -> str:
    return _escaped(text).replace('"', "&quot;").replace("\n", "&#10;").replace("\t", "&#9;")


class Raw(str):
    """Text that is XML already."""


def _write(node: Node, add: Callable[[str], None]) -> None:
    add(f"<{node.tag}")
    for key, value in node.attributes.items():
        add(f' {key}="{_quoted(value)}"')
    if not node.children:
        add("/>")
        return
    add(">")
    for child in node.children:
        if isinstance(child, Node):
            _write(child, add)
        else:
            add(child if isinstance(child, Raw) else _escaped(child))
    add(f"</{node.tag}>")


def serialise(root: Node) -> bytes:
    """The tree as a document."""
    parts: list[str] = ['<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n']
    _write(root, parts.append)
    return "".join(parts).encode("utf-8")


@dataclass(frozen=True, slots=True)
class Look:
    """What matters of a cell format: lines around it, number format, whether text wraps, size of letters."""

    bordered: bool = False
    code: str = "General"
    wraps: bool = False
    size: float = 11

    @property
    def is_date(self) -> bool:
        return formats.is_date(self.code)


class Package:
    """An .xlsx opened for rewriting: parts by name, sheets by title."""

    def __init__(self, path: Path) -> None:
        self._zip = SafeZip(path)
        self._trees: dict[str, Node] = {}
        self._dropped: set[str] = set()
        self.main = self._main()
        self.sheets: dict[str, str] = {}
        relations = self.relations(self.main)
        for sheet in self.tree(self.main).all("sheet"):
            key = next((v for k, v in sheet.attributes.items() if k.rpartition(":")[2] == "id"), "")
            if key in relations and "name" in sheet.attributes:
                self.sheets[sheet.attributes["name"]] = relations[key][1]

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._zip.__exit__()

    def _main(self) -> str:
        for kind, target in self.relations("").values():
            if kind.endswith("/officeDocument"):
                return target
        raise damaged()

    # --- parts -------------------------------------------------------------------------

    @property
    def names(self) -> list[str]:
        return [n for n in self._zip.names if n not in self._dropped]

    def find(self, name: str) -> str | None:
        return self._zip.find(name)

    def tree(self, name: str) -> Node:
        """The tree of a part; what is changed in it is written by `save`."""
        if name not in self._trees:
            found = self._zip.find(name)
            if found is None:
                raise damaged()
            if self._zip.size(found) > MAX_PART:
                raise InputRefused(
                    "模板中有一张工作表过大（可能把格式设到了最后一行）。",
                    next="请在 Excel 中删去表格以下多余的空白行后另存，再填报。",
                    code="too-large",
                )
            self._trees[name] = parse(self._zip.read(found))
        return self._trees[name]

    def drop(self, name: str) -> None:
        """Leave a part out, with its content type and the relation that names it."""
        found = self.find(name)
        if found is None:
            return
        self._dropped.add(found)
        types = self.tree("[Content_Types].xml")
        types.children = [
            c
            for c in types.children
            if not (isinstance(c, Node) and c.attributes.get("PartName", "").lstrip("/") == name)
        ]
        relations = self.tree(relations_of(self.main))
        base = PurePosixPath(self.main).parent
        relations.children = [
            c
            for c in relations.children
            if not (isinstance(c, Node) and _resolved(base, c.attributes.get("Target", "")) == name)
        ]

    def relations(self, part: str) -> dict[str, tuple[str, str]]:
        """Relation id → (kind, part) of a part; of the package itself for ""."""
        name = relations_of(part)
        if self.find(name) is None:
            return {}
        base = PurePosixPath(part).parent if part else PurePosixPath("")
        return {
            r.attributes.get("Id", ""): (
                r.attributes.get("Type", ""),
                _resolved(base, r.attributes.get("Target", "")),
            )
            for r in self.tree(name).nodes()
            if r.attributes.get("TargetMode") != "External"
        }

    def related(self, part: str, kind: str) -> list[str]:
        """Parts that a part refers to by one kind of relation."""
        return [t for k, t in self.relations(part).values() if k.rpartition("/")[2] == kind and self.find(t)]

    def looks(self) -> list[Look]:
        """The formats of cells by their number."""
        names = self.related(self.main, "styles")
        if not names:
            return []
        root = self.tree(names[0])
        codes = {
            n.attributes.get("numFmtId", ""): n.attributes.get("formatCode", "") for n in root.all("numFmt")
        }
        borders = [
            any(side.attributes.get("style") not in (None, "none") for side in border.nodes())
            for holder in root.nodes("borders")
            for border in holder.nodes("border")
        ]
        sizes = [
            float(n.attributes.get("val", "11")) if (n := font.first("sz")) is not None else 11.0
            for holder in root.nodes("fonts")
            for font in holder.nodes("font")
        ]
        made = []
        for holder in root.nodes("cellXfs"):
            for xf in holder.nodes("xf"):
                number = xf.attributes.get("numFmtId", "0")
                code = codes.get(number) or formats.BUILTIN.get(int(number or 0), "General")
                border = int(xf.attributes.get("borderId", "0") or 0)
                font = int(xf.attributes.get("fontId", "0") or 0)
                alignment = xf.first("alignment")
                wraps = alignment is not None and alignment.attributes.get("wrapText") in ("1", "true")
                made.append(
                    Look(
                        border < len(borders) and borders[border],
                        code,
                        wraps,
                        sizes[font] if font < len(sizes) else 11.0,
                    )
                )
        return made

    def plain_style(self, style: int) -> int:
        """A cell format like `style` without its fill and its bold letters, made when it is missing."""
        root = self.tree(self.related(self.main, "styles")[0])
        holder, fonts = root.first("cellXfs"), root.first("fonts")
        assert holder is not None and fonts is not None
        formats_ = list(holder.nodes("xf"))
        made = Node(formats_[style].tag, dict(formats_[style].attributes), list(formats_[style].children))
        made.attributes |= {"fillId": "0"}
        all_fonts = list(fonts.nodes("font"))
        font = all_fonts[int(made.attributes.get("fontId", "0") or 0)]
        if font.first("b") is not None:
            thin = Node(font.tag, dict(font.attributes), list(font.children))
            thin.drop("b")
            fonts.children.append(thin)
            fonts.attributes["count"] = str(len(all_fonts) + 1)
            made.attributes |= {"fontId": str(len(all_fonts)), "applyFont": "1"}
        holder.children.append(made)
        holder.attributes["count"] = str(len(formats_) + 1)
        return len(formats_)

    # --- saving ---------------------------------------------------------------------------

    def save(self, target: Path, changed: set[str]) -> None:
        """Write the package: trees of `changed` anew, all other parts as they are."""
        written = {self.find(n) or n: n for n in changed}
        with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as out:
            for name in self.names:
                info = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
                info.compress_type = zipfile.ZIP_DEFLATED
                data = serialise(self.tree(written[name])) if name in written else self._zip.read(name)
                out.writestr(info, data)


def relations_of(part: str) -> str:
    """The name of the part that holds a part's relations; of the package itself for ""."""
    place = PurePosixPath(part)
    return str(place.parent / "_rels" / f"{place.name}.rels") if part else "_rels/.rels"


def _resolved(base: PurePosixPath, target: str) -> str:
    if target.startswith("/"):
        return target.lstrip("/")
    parts: list[str] = []
    for piece in (*base.parts, *PurePosixPath(target).parts):
        if piece == "..":
            parts[-1:] = []
        elif piece != ".":
            parts.append(piece)
    return "/".join(parts)


_CELL = re.compile(r"^([A-Z]{1,3})(\d+)$")


def is_place(reference: str) -> bool:
    """Whether a text names one cell."""
    return _CELL.match(reference) is not None


def place_of(reference: str) -> tuple[str, int]:
    """(column letters, row) of A1."""
    m = _CELL.match(reference)
    if m is None:
        raise damaged()
    return m[1], int(m[2])
