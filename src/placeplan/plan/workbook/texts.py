"""The sheets of a workbook as the files of a plan: what was not changed keeps its bytes, and every line knows its cell."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import PurePosixPath

from placeplan.core.errors import nearest
from placeplan.core.tables import TABLES
from placeplan.plan.located import Path, written
from placeplan.plan.reader import LISTS, SET
from placeplan.plan.spreadsheet import short
from placeplan.plan.workbook.book import unstored
from placeplan.plan.workbook.columns import MORE
from placeplan.plan.workbook.csvrows import Written, write_rows
from placeplan.plan.workbook.flat import Flat
from placeplan.plan.workbook.gone import tell_gone
from placeplan.plan.workbook.kept import Piece, joined
from placeplan.plan.workbook.kin import NAME, Kin, children_of, flats, settle, tell_orphans
from placeplan.plan.workbook.layout import ABOUT, ELEMENTS, KEPT, Layout, fields_of_files, file_of, is_folder, layouts
from placeplan.plan.workbook.listed import Element, list_text, single_text
from placeplan.plan.workbook.opened import Row, Workbook

Spot = tuple[str, int, str]
"""Sheet, row, column."""


@dataclass
class Texts:
    """The files of a plan, and where each field of them stands in the workbook."""

    files: dict[str, str] = field(default_factory=dict)
    spots: dict[tuple[str, str], Spot] = field(default_factory=dict)
    """By file and field as problems write it."""
    lines: dict[tuple[str, int], tuple[str, int]] = field(default_factory=dict)
    """Sheet and row by file (of a table) and line."""
    before: dict[str, str] = field(default_factory=dict)
    """The files as they were written when the workbook was made."""


def texts_of(book: Workbook) -> Texts:
    """The files that a workbook stands for; what cannot be placed is told in ``book.problems``."""
    made = Texts()
    pieces = _pieces(book)
    for piece in pieces:
        if piece.file.endswith(".yaml"):
            made.before[piece.file] = made.before.get(piece.file, "") + piece.text
    for name in TABLES:
        _table(book, made, layouts()[name], [p for p in pieces if p.file == f"{name}.csv"])
    _elements(book, made, _of_yaml(pieces))
    tell_gone(book, pieces)
    return made


def _pieces(book: Workbook) -> list[Piece]:
    """The files as they were written, in pieces; long pieces joined again."""
    found: list[Piece] = []
    sheet = book.sheets.get(KEPT)
    if sheet is None or not sheet.places:
        what = "The sheet “as written” is not there: comments in the files, and how they were laid out, cannot be kept."
        mend = "Import the workbook that has it, or go on without them."
        book.tell(KEPT, 0, 0, "sheet-gone", what, mend, severity="warning")
        return found
    whole: list[tuple[Row, str]] = []
    for number, row in sheet.rows:
        file = str(row.get("file", ""))
        if not _may_be(file):
            what, mend = f"“{short(file)}” is no file of a plan.", "Leave this sheet as the export wrote it."
            book.tell(KEPT, number, sheet.places.get("file", 1), "unknown-file", what, mend)
        elif row.get("part") == "…" and whole:
            whole[-1] = (whole[-1][0], whole[-1][1] + str(row.get("text", "")))
        else:
            whole.append((row, str(row.get("text", ""))))
    return [Piece(str(r["file"]), str(r.get("part", "")), str(r.get("name", "")), unstored(t)) for r, t in whole]


def _may_be(file: str) -> bool:
    """Whether a plan may have a file of this name; nothing outside the folder can be named."""
    if is_folder(file):
        folder, _, name = file.partition("/")
        return (
            f"{folder}/" in {f for _, f in ELEMENTS.values()} and NAME.fullmatch(name.removesuffix(".yaml")) is not None
        )
    names = ("plan.yaml", *LISTS, *(f"{t}.csv" for t in TABLES))
    of_set = re.fullmatch(r"assumptions-(.+)\.yaml", file)
    return file in names or (of_set is not None and SET.fullmatch(of_set[1]) is not None)


def _table(book: Workbook, made: Texts, layout: Layout, pieces: Sequence[Piece]) -> None:
    """One CSV; none where neither a row nor, for a table that is needed, a head is there."""
    text = {p.part: p.text for p in pieces if p.part != "row"}
    kept = Written(text.get("header", ""), [p.text for p in pieces if p.part == "row"], text.get("end", ""))
    sheet = book.sheets.get(layout.sheet)
    rows = sheet.rows if sheet else []
    if not rows and not (sheet and sheet.head and TABLES[layout.sheet][1]):
        return
    if sheet and kept.header and not set(kept.names) <= set(sheet.places):
        kept = Written("", [], "")
    columns = [c for c in layout.columns if sheet is None or c.name in sheet.places]
    lines = list(write_rows([row for _, row in rows], kept, columns))
    made.files[layout.file] = joined(lines)
    line = 1 + lines[0].count("\n")
    for (number, _), written_line in zip(rows, lines[1:], strict=False):
        blank = len(written_line) - len(written_line.lstrip("\r\n"))
        made.lines[layout.file, line + written_line[:blank].count("\n")] = (layout.sheet, number)
        line += written_line.count("\n")


def _of_yaml(pieces: Iterable[Piece]) -> dict[str, list[Piece]]:
    by_file: dict[str, list[Piece]] = {}
    for piece in pieces:
        if piece.file.endswith(".yaml"):
            by_file.setdefault(piece.file, []).append(piece)
    return by_file


def _elements(book: Workbook, made: Texts, kept: Mapping[str, list[Piece]]) -> None:
    """The YAML files: plan.yaml, one file for each element of a folder, lists."""
    children = children_of(book)
    about = _about(book, made, children)
    lists: dict[str, dict[str, list[Element]]] = {file: {} for file in about if file != "plan.yaml"}
    for sheet_name in ELEMENTS:
        layout = layouts()[sheet_name]
        first: dict[str, int] = {}
        for number, row in book.sheets[sheet_name].rows if sheet_name in book.sheets else ():
            settle(book, layout, number, row)
            name, lead = str(row.get("id", "")), str(row.get(layout.lead, "")) if layout.lead else ""
            own = children.get(sheet_name, {}).pop(name, {})
            element = Element(name, Flat({k: v for k, v in row.items() if k != layout.lead}, flats(own)), number, own)
            if layout.file.endswith("/"):
                if first.setdefault(name, number) != number and name:
                    _twice(book, layout, element, first[name])
                    continue
                file = _own_file(book, made, layout, element, kept)
                made.files[file] = single_text(layout.own, element.flat, kept.get(file, []), file)
                _remember(made, layout, file, element, ())
                continue
            file = file_of(layout, lead if _good_set(book, layout, number, lead) else "", name)
            entries = lists.setdefault(file, {}).setdefault(sheet_name, [])
            _remember(made, layout, file, element, (sheet_name, len(entries)))
            entries.append(element)
    for file, parts in lists.items():
        own_fields = fields_of_files((file[12:-5],) if file.startswith("assumptions-") else ()).get(file, ())
        text = list_text(file, about.get(file, Flat()), own_fields, parts, kept.get(file, []))
        if text:
            made.files[file] = text
    if "plan.yaml" in about:
        columns = fields_of_files(())["plan.yaml"]
        made.files["plan.yaml"] = single_text(columns, about["plan.yaml"], kept.get("plan.yaml", []), "plan.yaml")
    for sheet_name, parents in children.items():
        tell_orphans(book, sheet_name, parents)


def _good_set(book: Workbook, layout: Layout, number: int, name: str) -> bool:
    if not name or SET.fullmatch(name):
        return True
    what, mend = f"“{short(name)}” is no name of a set of assumptions.", "Write letters, digits, dash and underscore."
    book.tell(layout.sheet, number, book.sheets[layout.sheet].places[layout.lead], "outside-folder", what, mend)
    return False


def _twice(book: Workbook, layout: Layout, element: Element, first: int) -> None:
    """Tells of an id that another row has; a file has room for one of them."""
    what = f"“{short(element.name)}” stands here a second time; the first is in row {first}."
    place = book.sheets[layout.sheet].places["id"]
    book.tell(layout.sheet, element.row, place, "duplicate-id", what, "Keep one of them, or give it another id.")


def _own_file(
    book: Workbook, made: Texts, layout: Layout, element: Element, kept: Mapping[str, Sequence[Piece]]
) -> str:
    """The file of an element that has one of its own: the one it stood in, else named by its id."""
    name = element.name
    for file, pieces in kept.items():
        mine = pieces[0].name or PurePosixPath(file).stem
        if file.startswith(layout.file) and mine == name and file not in made.files:
            return file
    if not NAME.fullmatch(name):
        place = book.sheets[layout.sheet].places.get("id", 1)
        if name:
            what = f"“{short(name)}” is no id that a file could have."
            free = [f for f in kept if f.startswith(layout.file) and f not in made.files]
            near = nearest(name, [kept[f][0].name or PurePosixPath(f).stem for f in free])
            usual = "letters, digits, dot, dash and underscore, beginning with a letter"
            mend = f"Write “{near}”, or another id: {usual}." if near else f"Write {usual}."
            book.tell(layout.sheet, element.row, place, "bad-id", what, mend, near)
        name = f"row-{element.row}"
    file = f"{layout.file}{name}.yaml"
    return file if file not in made.files else f"{layout.file}{name}-row-{element.row}.yaml"


def _remember(made: Texts, layout: Layout, file: str, element: Element, base: Path) -> None:
    """Where each field of an element stands."""
    made.spots[file, written(base)] = (layout.sheet, element.row, "")
    for column in layout.own:
        made.spots[file, written((*base, *column.path))] = (layout.sheet, element.row, column.name)
    for name, rows in element.kin.items():
        _remember_kin(made, f"{layout.sheet}.{name}", file, (*base, name), rows)


def _remember_kin(made: Texts, sheet: str, file: str, base: Path, rows: Sequence[tuple[int, Row]]) -> None:
    for n, (number, _) in enumerate(rows):
        made.spots[file, written((*base, n))] = (sheet, number, "")
        for column in layouts()[sheet].own:
            made.spots[file, written((*base, n, *column.path))] = (sheet, number, column.name)


def _about(book: Workbook, made: Texts, children: dict[str, dict[str, Kin]]) -> dict[str, Flat]:
    """The fields of plan.yaml and of the files of lists, as the sheet ``about`` has them."""
    sheet = book.sheets.get(ABOUT)
    found: dict[str, Flat] = {}
    first: dict[tuple[str, str], int] = {}
    for number, row in sheet.rows if sheet else ():
        file, name = str(row.get("file", "")), str(row.get("field", ""))
        set_name = file[12:-5] if file.startswith("assumptions-") else ""
        columns = {c.name: c for c in fields_of_files((set_name,) if SET.fullmatch(set_name) else ()).get(file, ())}
        if name not in columns and not (name == MORE and columns):
            _no_field(book, number, file, name, columns)
        elif first.setdefault((file, name), number) != number:
            what = f"“{name}” of {file} stands here a second time; the first is in row {first[file, name]}."
            place = book.sheets[ABOUT].places.get("field", 0)
            book.tell(ABOUT, number, place, "duplicate-row", what, "Keep one of the two rows.")
        else:
            flat = found.setdefault(file, Flat())
            path = columns[name].path if name in columns else (MORE,)
            made.spots[file, written(path)] = (ABOUT, number, "value")
            if "value" in row:
                flat.cells[name] = row["value"]
    for field_name, rows in children.pop(ABOUT, {}).get("", {}).items():
        found.setdefault("plan.yaml", Flat()).children[field_name] = [Flat(dict(row)) for _, row in rows]
        _remember_kin(made, f"plan.{field_name}", "plan.yaml", (field_name,), rows)
    return found


def _no_field(book: Workbook, number: int, file: str, name: str, columns: Iterable[str]) -> None:
    """Tells of a row of the sheet ``about`` that is about no field, or no file that has any."""
    known = list(columns)
    if known:
        what, near = f"There is no field “{short(name)}” of {file}.", nearest(name, known)
    else:
        files = fields_of_files(())
        what, near = f"“{short(file)}” has no fields of its own.", nearest(file, {*files, *LISTS})
        near = near if near in files else ""
    mend = f"Write “{near}”." if near else "Take the row away."
    place = book.sheets[ABOUT].places.get("field" if known else "file", 1)
    book.tell(ABOUT, number, place, "unknown-field", what, mend, near)
