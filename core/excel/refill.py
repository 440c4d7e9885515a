"""One sheet of a given workbook: rows inserted, cells filled, everything around them kept in place."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

from core.errors import InputRefused
from core.excel import moving
from core.excel.formulas import RowShift, moved, shifted
from core.excel.grid import column_number, letter
from core.excel.parts import Look, Node, Package, is_place, place_of, relations_of
from core.excel.rows import clean, protect, serial_of

TEXT, NUMBER, DATE = "text", "number", "date"


@dataclass(frozen=True, slots=True)
class Put:
    """What a cell gets: its text, and how it is stored."""

    text: str
    kind: str = TEXT


class SheetEdit:
    """A sheet on its way from blank to filled; rows are told in new numbers after `insert`."""

    def __init__(self, package: Package, name: str) -> None:
        self.package, self.name = package, name
        self.part = package.sheets[name]
        self.root = package.tree(self.part)
        self.looks: Sequence[Look] = package.looks()
        self.touched: set[str] = set()
        """Parts that have been changed and must be written."""
        data = self.root.first("sheetData")
        if data is None:
            raise InputRefused(f"工作表“{name}”不是普通表格", next="请选择普通工作表。", code="no-sheet")
        self.data = data
        self._spans: dict[tuple[int, str], int] | None = None
        self._number_rows()
        self.rows: dict[int, Node] = {int(r.attributes["r"]): r for r in data.nodes("row")}
        self._unshare()

    def _number_rows(self) -> None:
        """Some writers leave out r="…" where it goes without saying."""
        row_number = 0
        for row in self.data.nodes("row"):
            row_number = int(row.attributes.get("r", row_number + 1))
            row.attributes["r"] = str(row_number)
            column = 0
            for cell in row.nodes("c"):
                if "r" in cell.attributes:
                    column = column_number(place_of(cell.attributes["r"])[0])
                else:
                    column += 1
                    cell.attributes["r"] = f"{letter(column)}{row_number}"

    def _unshare(self) -> None:
        """Give every cell of a shared formula its own, so that each can be moved by itself."""
        masters: dict[str, tuple[str, str]] = {}
        for cell in self._cells():
            f = cell.first("f")
            if f is None or f.attributes.get("t") != "shared":
                continue
            key, place = f.attributes.get("si", ""), cell.attributes["r"]
            if f.text:
                masters[key] = (f.text, place)
            elif key in masters:
                text, origin = masters[key]
                f.text = moved(text, origin, place)
            f.attributes = {}

    def _cells(self) -> Iterator[Node]:
        for row in self.rows.values():
            yield from row.nodes("c")

    # --- looking ---------------------------------------------------------------------------

    def cell(self, row: int, column: str) -> Node | None:
        """The element of a cell, when the sheet has one."""
        place = f"{column}{row}"
        found = self.rows.get(row)
        return next((c for c in found.nodes("c") if c.attributes["r"] == place), None) if found else None

    def style(self, row: int, column: str) -> int:
        cell = self.cell(row, column)
        return int(cell.attributes.get("s", "0")) if cell else 0

    def formula(self, row: int, column: str) -> str:
        """The formula of a cell without =; "" when it has none."""
        cell = self.cell(row, column)
        f = cell.first("f") if cell else None
        return f.text if f else ""

    def is_empty(self, row: int, column: str) -> bool:
        cell = self.cell(row, column)
        return cell is None or not cell.children

    def is_lined(self, row: int, columns: Sequence[str]) -> bool:
        """Whether most cells of a row are drawn with lines."""
        found = self.rows.get(row)
        if found is None:
            return False
        wanted = set(columns)
        lined = sum(
            1
            for c in found.nodes("c")
            if place_of(c.attributes["r"])[0] in wanted
            and self.look(int(c.attributes.get("s", "0"))).bordered
        )
        return lined * 2 > len(wanted)

    def look(self, style: int) -> Look:
        return self.looks[style] if style < len(self.looks) else Look()

    @property
    def last_row(self) -> int:
        return max(self.rows, default=0)

    @property
    def has_formulas(self) -> bool:
        return any(c.first("f") is not None for c in self._cells())

    def merges(self) -> list[str]:
        holder = self.root.first("mergeCells")
        return [m.attributes.get("ref", "") for m in holder.nodes()] if holder else []

    def choices(self, row: int, column: str) -> str:
        """The source of the drop-down list of a cell; "" when it has none.

        Lists from another sheet stand in the extensions of the sheet, with their places as an element.
        """
        for rule in self._lists:
            places = rule.attributes.get("sqref") or "".join(n.text for n in rule.nodes("sqref"))
            if _covers(places, row, column_number(column)):
                first = rule.first("formula1")
                return first.text if first else ""
        return ""

    @cached_property
    def _lists(self) -> list[Node]:
        return [
            rule
            for node in self.root.nodes()
            if node.name in ("dataValidations", "extLst")
            for rule in node.all("dataValidation")
            if rule.attributes.get("type") == "list"
        ]

    # --- inserting ---------------------------------------------------------------------------

    def insert(self, shift: RowShift) -> None:
        """Move everything below the inserted rows: cells, merges, formulas, names, pictures, notes."""
        if not shift:
            return
        for row in list(self.rows.values()):
            self._move_row(row, shift)
        self.rows = {int(r.attributes["r"]): r for r in self.rows.values()}
        self._spans = None
        moving.move_frame(self.root, self.name, shift)
        self.touched |= moving.move_around(self.package, self.part, self.name, shift)
        self.touched |= moving.move_elsewhere(self.package, self.name, shift)

    def _move_row(self, row: Node, shift: RowShift) -> None:
        number = shift.row(int(row.attributes["r"]))
        row.attributes["r"] = str(number)
        for cell in row.nodes("c"):
            cell.attributes["r"] = f"{place_of(cell.attributes['r'])[0]}{number}"
            f = cell.first("f")
            if f is not None:
                f.text = shifted(f.text, shift, self.name, own=True)
                if "ref" in f.attributes:
                    f.attributes["ref"] = shift.reference(f.attributes["ref"])

    # --- filling ------------------------------------------------------------------------------

    def copy_row(self, source: int, target: int, until: int) -> None:
        """A row like another one up to column `until`: its looks, merges along it, and formulas; no content."""
        if source not in self.rows:
            self.new_row(target, {})
            return
        pattern = self.rows[source]
        row = Node(pattern.tag, dict(pattern.attributes))
        row.attributes["r"] = str(target)
        if row.attributes.get("customHeight") not in ("1", "true"):
            row.attributes.pop("ht", None)
        for cell in pattern.nodes("c"):
            column, _ = place_of(cell.attributes["r"])
            if column_number(column) > until:
                break  # what stands beside the table
            made = Node(cell.tag, {"r": f"{column}{target}"})
            if "s" in cell.attributes:
                made.attributes["s"] = cell.attributes["s"]
            f = cell.first("f")
            if f is not None and not f.attributes:
                text = moved(f.text, f"{column}{source}", f"{column}{target}")
                made.children.append(Node(f.tag, {}, [text]))
            row.children.append(made)
        self.rows[target] = row
        holder = self.root.first("mergeCells")
        for merge in list(holder.nodes()) if holder else ():
            first, _, last = merge.attributes.get("ref", "").partition(":")
            if is_place(first) and is_place(last) and place_of(first)[1] == place_of(last)[1] == source:
                ref = f"{place_of(first)[0]}{target}:{place_of(last)[0]}{target}"
                assert holder is not None
                holder.children.append(Node(merge.tag, {"ref": ref}))
                self._spans = None

    def split(self, first: int, last: int, columns: set[str]) -> list[str]:
        """Take merged ranges apart that hold several of the rows in one cell; the ranges, as A6:A9."""
        holder = self.root.first("mergeCells")
        gone = []
        for merge in list(holder.nodes()) if holder else ():
            head, _, tail = merge.attributes.get("ref", "").partition(":")
            if not (is_place(head) and is_place(tail)):
                continue
            (a, top), (b, bottom) = place_of(head), place_of(tail)
            inside = {letter(c) for c in range(column_number(a), column_number(b) + 1)}
            if top < bottom and top <= last and bottom >= first and inside & columns:
                assert holder is not None
                holder.children.remove(merge)
                gone.append(f"{head}:{tail}")
        if gone:
            self._spans = None
            if holder is not None and not any(holder.nodes()):
                self.root.children.remove(holder)
        return gone

    def new_row(self, target: int, styles: dict[str, int]) -> None:
        """A row with cells in the given looks."""
        row = Node(f"{self.data.prefix}row", {"r": str(target)})
        for column in sorted(styles, key=column_number):
            row.children.append(
                Node(f"{self.data.prefix}c", {"r": f"{column}{target}", "s": str(styles[column])})
            )
        self.rows[target] = row

    def put(self, row: int, column: str, value: Put) -> None:
        """Write a value; the look of the cell stays."""
        cell = self.cell(row, column) or self._new_cell(row, column)
        prefix = self.data.prefix
        kept = [c for c in cell.children if isinstance(c, Node) and c.name == "f"]
        kind, text = value.kind, value.text
        if kind == DATE:
            serial = serial_of(text) if self.look(int(cell.attributes.get("s", "0"))).is_date else ""
            kind, text = (NUMBER, serial) if serial else (TEXT, text)
        cell.attributes.pop("t", None)
        if kind == NUMBER:
            cell.children = [*kept, Node(f"{prefix}v", {}, [text])]
        elif kept:
            cell.attributes["t"] = "str"
            cell.children = [*kept, Node(f"{prefix}v", {}, [clean(text)])]
        else:
            cell.attributes["t"] = "inlineStr"
            t = Node(f"{prefix}t", {"xml:space": "preserve"}, [protect(clean(text))])
            cell.children = [Node(f"{prefix}is", {}, [t])]

    def _new_cell(self, row: int, column: str) -> Node:
        if row not in self.rows:
            self.rows[row] = Node(f"{self.data.prefix}row", {"r": str(row)})
        cell = Node(f"{self.data.prefix}c", {"r": f"{column}{row}"})
        holder = self.rows[row]
        number = column_number(column)
        at = next(
            (
                i
                for i, c in enumerate(holder.children)
                if isinstance(c, Node)
                and c.name == "c"
                and column_number(place_of(c.attributes["r"])[0]) > number
            ),
            len(holder.children),
        )
        holder.children.insert(at, cell)
        holder.attributes.pop("spans", None)
        return cell

    @property
    def spans(self) -> dict[tuple[int, str], int]:
        """First place of each merged range that lies in one row → its last column."""
        if self._spans is None:
            self._spans = {}
            for ref in self.merges():
                head, _, tail = ref.partition(":")
                if is_place(head) and is_place(tail) and place_of(head)[1] == place_of(tail)[1]:
                    column, row = place_of(head)
                    self._spans[row, column] = column_number(place_of(tail)[0])
        return self._spans

    def forget_results(self) -> None:
        """Drop the stored results of formulas that may have changed; programs compute them on opening."""
        for title, part in self.package.sheets.items():
            root = self.root if title == self.name else self.package.tree(part)
            for cell in list(root.all("c")):
                f = cell.first("f")
                if f is None or (title != self.name and not _speaks_of(f.text, self.name)):
                    continue
                cell.drop("v")
                cell.attributes.pop("t", None)
                self.touched.add(part)
        main = self.package.tree(self.package.main)
        calc = main.first("calcPr")
        if calc is None:
            calc = Node(f"{main.prefix}calcPr")
            after = ("definedNames", "sheets", "externalReferences")
            at = max(i for i, c in enumerate(main.children) if isinstance(c, Node) and c.name in after)
            main.children.insert(at + 1, calc)
        calc.attributes["fullCalcOnLoad"] = "1"
        self.touched.add(self.package.main)
        for part in self.package.related(self.package.main, "calcChain"):
            self.package.drop(part)
            self.touched |= {"[Content_Types].xml", relations_of(self.package.main)}

    def reach(self, header: int, last: int) -> None:
        """Let the print area, and the Excel table below a header, hold the rows that were filled below them."""
        self.touched |= moving.reach(self.package, self.part, self.name, header, last)

    def finish(self) -> set[str]:
        """Put the rows back in order; the parts that must be written."""
        self.data.children = [self.rows[n] for n in sorted(self.rows)]
        holder = self.root.first("mergeCells")
        if holder is not None and "count" in holder.attributes:
            holder.attributes["count"] = str(sum(1 for _ in holder.nodes()))
        size = self.root.first("dimension")
        if size is not None:
            self._measure(size)
        self.touched |= {self.part}
        return self.touched

    def _measure(self, size: Node) -> None:
        places = [place_of(c.attributes["r"]) for r in self.rows.values() for c in r.nodes("c")]
        if places:
            columns = [column_number(c) for c, _ in places]
            rows = [r for _, r in places]
            size.attributes["ref"] = f"{letter(min(columns))}{min(rows)}:{letter(max(columns))}{max(rows)}"


def _covers(sqref: str, row: int, column: int) -> bool:
    for part in sqref.replace("$", "").split():
        first, _, last = part.partition(":")
        if not (is_place(first) and is_place(last or first)):
            continue
        a, b = place_of(first), place_of(last or first)
        if a[1] <= row <= b[1] and column_number(a[0]) <= column <= column_number(b[0]):
            return True
    return False


def _speaks_of(formula: str, sheet: str) -> bool:
    return sheet in formula.replace("''", "'")


def decimal_plain(value: Decimal) -> str:
    """A decimal as a spreadsheet stores it, without exponent and idle zeros."""
    text = format(value, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text
