"""Read web tables that systems save under the name .xls, and the .mht form of them."""

from __future__ import annotations

import re
from html.parser import HTMLParser

from core.errors import InputRefused
from core.excel.grid import Cell, Grid, Raw, text_of
from core.excel.stored import MAX_CELLS, MAX_COLUMNS, too_many
from core.excel.text import decode

_DECLARATION = re.compile(r"<!--|<!|<\?")
_SHEET_LABEL = re.compile(r"^(?:Sheet|工作表)\s*\d+\s*[:：]\s*")
"""Sheet 2: 调剂使用: how LibreOffice writes the name of a sheet into a page."""
_MONTH = re.compile(r"^(?:19|20)\d\d\.\d0$")
"""2010.10: as a number it would lose what tells October from January."""
_HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6", "caption", "p"))
MAX_HEADINGS, MAX_HEADING = 3, 60
"""How many lines above a table are kept, and how long each may be."""
MAX_NESTED = 16
"""Tables inside each other that are still taken for parts of a cell."""
_NUMBER = re.compile(r"^-?\d{1,15}(?:\.\d+)?$")


def read(data: bytes) -> tuple[list[Grid], str]:
    """One grid with all tables of the page, one below the other (sheet name "")."""
    text, encoding = _decoded(data)
    reader = _Reader()
    try:
        reader.feed(_without_declarations(text))
        reader.close()
    except (AssertionError, ValueError) as e:
        raise _no_table() from e
    if not reader.grid.rows:
        raise _no_table()
    return [reader.grid], encoding


def _without_declarations(text: str) -> str:
    """The page without comments, declarations and instructions; what follows one that never ends is lost."""
    kept = []
    at = 0
    while (start := _DECLARATION.search(text, at)) is not None:
        kept.append(text[at : start.start()])
        sign = "-->" if start[0] == "<!--" else ">"
        end = text.find(sign, start.end())
        if end < 0:
            return "".join(kept)
        at = end + len(sign)
    return "".join([*kept, text[at:]])


def _no_table() -> InputRefused:
    return InputRefused(
        "这是网页文件，里面没有表格。",
        next="请在浏览器或 Excel 中打开，把表格复制到新的工作簿另存为 .xlsx 再导入。",
        code="not-a-table",
    )


def _decoded(data: bytes) -> tuple[str, str]:
    named = re.search(rb"charset\s*=\s*[\"']?([\w-]+)", data[:4096], re.IGNORECASE)
    if named and not data.startswith((b"\xff\xfe", b"\xfe\xff", b"\xef\xbb\xbf")):
        name = named[1].decode("ascii", "replace").lower()
        codec = "gb18030" if name in ("gb2312", "gbk", "gb18030", "x-gbk") else name
        try:
            return data.decode(codec), "GB18030" if codec == "gb18030" else name.upper()
        except (LookupError, UnicodeDecodeError):
            pass
    return decode(data)


def read_mht(data: bytes) -> tuple[list[Grid], str]:
    """The web pages inside an .mht (single file web page), each a grid."""
    import email

    message = email.message_from_bytes(data)
    grids: list[Grid] = []
    encoding = ""
    for part in message.walk():
        if part.get_content_type() == "text/html":
            payload = part.get_payload(decode=True)
            if not isinstance(payload, bytes):
                continue
            try:
                found, encoding = read(payload)
            except InputRefused:
                continue
            grids += found
    if not grids:
        raise _no_table()
    for i, grid in enumerate(grids[1:], 2):
        grid.name = f"表{i}"
    return grids, encoding


class _Reader(HTMLParser):
    """Rows of every table; colspan and rowspan become merged ranges."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.grid = Grid("", typed=False)
        self.row = 0
        self.column = 0
        self.taken: dict[int, int] = {}
        self.depth = 0
        self.cell: tuple[int, int, str] | None = None
        self.text: list[str] = []
        self.outside: list[tuple[tuple[int, int, str] | None, int, int, dict[int, int]]] = []
        """For each open table the cell that it stands in (None on the page), its place and the rows taken."""
        self.within: list[list[str]] = []
        self.heading: list[str] | None = None
        self.above: list[str] = []
        self.slots = 0
        self.hidden = False
        self.quiet = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        a = {k.lower(): v or "" for k, v in attrs}
        if tag in ("style", "script", "head", "title"):
            self.quiet += 1
        elif tag in _HEADINGS and not self.cell:
            self.heading = []
        elif tag == "table":
            if not self.depth:
                self._put_headings()
            self.outside.append((self.cell, self.row, self.column, self.taken))
            self.within.append(self.text)
            self.cell, self.text = None, []
            if len(self.outside) > 1:
                self.taken = {}
            self.depth += 1
        elif tag == "tr" and self.depth:
            self._close_cell()
            self.row += 1
            self.column = 0
            self._count(len(self.taken))
            self.taken = {c: n - 1 for c, n in self.taken.items() if n > 1}
            if "display:none" in a.get("style", "").replace(" ", "").lower():
                self.grid.hidden_rows.add(self.row)
        elif tag in ("td", "th") and self.depth:
            self._close_cell()
            if self.row == 0:
                self.row = 1
            self.column += 1
            while self.taken.get(self.column, 0) > 0:
                self.column += 1
            down, across = _span(a.get("rowspan", "")), _span(a.get("colspan", ""))
            self._merge(down, across)
            style = a.get("style", "") + " " + a.get("x:str", "")
            self.cell = (self.row, self.column, style)
            self.text = []
            for c in range(self.column, self.column + across):
                if down > 1:
                    self.taken[c] = down
            self.column += across - 1
        elif tag == "br" and self.cell:
            self.text.append("\n")

    def _merge(self, down: int, across: int) -> None:
        if down > 1 or across > 1:
            self.grid.merges.append((self.row, self.column, self.row + down - 1, self.column + across - 1))

    def handle_endtag(self, tag: str) -> None:
        if tag in ("style", "script", "head", "title"):
            self.quiet = max(0, self.quiet - 1)
        elif tag in ("td", "th"):
            self._close_cell()
        elif tag in _HEADINGS and self.heading is not None:
            text = _SHEET_LABEL.sub("", "".join(self.heading).strip())
            self.above = [*self.above, text][-MAX_HEADINGS:]
            self.heading = None
            if tag == "caption":
                self._put_headings()
        elif tag == "table" and self.depth:
            self._close_cell()
            self.depth -= 1
            self._leave_table()

    def _leave_table(self) -> None:
        """A table of one row inside a cell is a part of that cell; a larger one stands in rows of its own."""
        cell, row, column, taken = self.outside.pop()
        text = self.within.pop()
        if cell is not None and self.row <= row + 1 and self.depth < MAX_NESTED:
            inner = self.grid.rows.pop(row + 1, [])
            self.cell, self.row, self.column, self.taken = cell, row, column, taken
            self.text = [*text, " ".join(text_of(raw) for raw in inner if raw is not None)]
            return
        if cell is not None and "".join(text).strip():
            self._put(cell, text)
        if not self.depth:
            self.row += 1
            self.taken = {}

    def handle_data(self, data: str) -> None:
        if self.cell and not self.quiet:
            self.text.append(data)
        elif self.heading is not None and not self.quiet:
            self.heading.append(data)

    def _put_headings(self) -> None:
        """What stands right above a table is its title, its unit, its section."""
        for text in self.above:
            if 0 < len(text) <= MAX_HEADING:
                self.row += 1
                self._put((self.row, 1, "@"), [text])
        self.above = []

    def close(self) -> None:
        super().close()
        self._close_cell()

    def _close_cell(self) -> None:
        if self.cell is None:
            return
        cell, self.cell = self.cell, None
        self._put(cell, self.text)

    def _count(self, places: int) -> None:
        self.slots += places
        if self.slots > MAX_CELLS:
            raise too_many()

    def _put(self, cell: tuple[int, int, str], text: list[str]) -> None:
        row, column, style = cell
        raw = _value("".join(text), style)
        if raw is None or column > MAX_COLUMNS:
            return
        line = self.grid.rows.setdefault(row, [])
        self._count(max(0, column - len(line)))
        line.extend([None] * (column - len(line)))
        line[column - 1] = raw


def _span(text: str) -> int:
    return min(int(text), MAX_COLUMNS) if text.strip().isdigit() and int(text) > 0 else 1


def _value(text: str, style: str) -> Raw:
    t = re.sub(r"[ \t\r\n\xa0]+", " ", text).strip()
    if not t:
        return None
    if re.fullmatch(r"#(?:DIV/0!|N/A|VALUE!|REF!|NAME\?|NUM!|NULL!)", t):
        return Cell("e", t)
    # Excel itself would read a number here; codes marked as text (mso-number-format:"\@") stay text.
    if (
        _NUMBER.match(t)
        and "@" not in style
        and not _MONTH.match(t)
        and not (t.startswith("0") and t != "0" and not t.startswith("0."))
    ):
        return float(t) if "." in t else int(t)
    return t
