"""Another number written into a file: nothing else in it changes; what only the library says is written out first."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from placeplan.core.tables import KEYS, TABLES
from placeplan.plan.draft import Draft
from placeplan.plan.library import BY_POD
from placeplan.plan.located import Item
from placeplan.plan.numbers.address import key_of, plain
from placeplan.plan.numbers.number import Number, Value, shown
from placeplan.plan.reader import LISTS
from placeplan.plan.workbook.cells import as_cell, as_text
from placeplan.plan.workbook.csvrows import Cells, read_rows, write_rows
from placeplan.plan.workbook.kept import patched, pieces, written_anew
from placeplan.plan.workbook.layout import Layout, layouts
from placeplan.plan.write import as_written, csv_text
from placeplan.plan.yamlfile import read_yaml

MARK = "\ufeff"


def with_cell(data: bytes, number: Number, value: Value, draft: Draft) -> bytes:
    """A table's bytes with another value in one cell; every other row keeps its bytes."""
    table = number.address.file.removesuffix(".csv")
    text = data.decode("utf-8") if data else ""
    layout = layouts()[table]
    if not number.own and not any(_key(r, table) == number.address.parts[0] for r in _rows(text, layout)):
        text = _with_rows(text, table, number, draft)
    rows, written = read_rows(text, layout.columns)
    key, column = number.address.parts
    facts = {c.name: c.facts for c in layout.columns}
    row = next(r for r in rows if _key(r, table) == key)
    row[column] = as_cell(shown(value), facts[column])
    return "".join(write_rows(rows, written, layout.columns)).encode()


def _rows(text: str, layout: Layout) -> list[Cells]:
    return read_rows(text, layout.columns)[0] if text else []


def _key(row: Mapping[str, Any], table: str) -> str:
    """The key of a row, with what a blank cell stands for."""
    fields = TABLES[table][0].model_fields
    blank = {k: fields[k].get_default() for k in KEYS[table] if not fields[k].is_required()}
    cells = (row.get(k, blank.get(k)) for k in KEYS[table])
    return key_of(tuple("" if c is None else as_text(c) for c in cells))


def _with_rows(text: str, table: str, number: Number, draft: Draft) -> str:
    """A table with all rows that the library has for a kind of care: own rows go before, all or none."""
    assert table in BY_POD
    pod = plain(number.address.parts[0].split(",")[0])
    cls = TABLES[table][0]
    added = [i.value for i in draft.tables[table] if not i.own and str(getattr(i.value, KEYS[table][0])) == pod]
    if not text:
        return csv_text(cls, added)
    layout = layouts()[table]
    more, _ = read_rows(csv_text(cls, added), layout.columns)
    rows, written = read_rows(text, layout.columns)
    return "".join(write_rows([*rows, *more], written, layout.columns))


def with_scalar(data: bytes, number: Number, value: Value, draft: Draft) -> bytes:
    """A YAML file's bytes with another value in one place."""
    text = data.decode("utf-8") if data else ""
    part, name = (*number.address.parts, "")[:2]
    there = read_yaml(text.removeprefix(MARK), number.address.file).data if text.strip() else {}
    if not number.own and not any(isinstance(e, dict) and e.get("id") == plain(name) for e in there.get(part) or ()):
        text = _with_entry(text, number, draft)
    tree = read_yaml(text.removeprefix(MARK), number.address.file)
    way = _way(tree.data, number.address.parts)
    spliced = _spliced(text, way, shown(value))
    new = _with(tree.data, way, value)
    if spliced is not None and read_yaml(spliced.removeprefix(MARK), "").data == new:
        return spliced.encode()
    return patched(text, tree.data, new).encode()


def _way(data: Any, parts: Sequence[str]) -> tuple[str | int, ...]:
    """The way in the data to which an address leads; its last step may be one that is not there yet."""
    way: list[str | int] = []
    for part in map(plain, parts):
        if isinstance(data, list):
            ids = [e.get("id") if isinstance(e, dict) else None for e in data]
            at: str | int = ids.index(part) if part in ids else int(part) - 1
            data = data[int(at)]
        else:
            at = next((k for k in data if str(k) == part), part)
            data = data.get(at) if isinstance(data, dict) else None
        way.append(at)
    return tuple(way)


def _with(data: Any, way: Sequence[str | int], value: Value) -> Any:
    """A copy of data with another value at one place."""
    if not way:
        return value
    step, rest = way[0], way[1:]
    if isinstance(data, list):
        return [_with(v, rest, value) if n == step else v for n, v in enumerate(data)]
    return {**data, step: _with(data.get(step), rest, value)}


def _spliced(text: str, way: Sequence[str | int], new: str) -> str | None:
    """The text with one scalar replaced where it stands; None where nothing stands there."""
    node: Node | None = YAML(pure=True).compose(io.StringIO(text))
    for step in way:
        node = _inside(node, step)
    if not isinstance(node, ScalarNode):
        return None
    mark = text.startswith(MARK)
    begin, end = node.start_mark.index + mark, node.end_mark.index + mark
    return text[:begin] + new + text[end:]


def _inside(node: Node | None, step: str | int) -> Node | None:
    if isinstance(node, MappingNode):
        return next((v for k, v in node.value if k.value == str(step)), None)
    if isinstance(node, SequenceNode) and isinstance(step, int):
        return node.value[step] if step < len(node.value) else None
    return None


def _with_entry(text: str, number: Number, draft: Draft) -> str:
    """A list of the plan with what the library says of an element written out: of promises all, as own ones go before all or none."""
    part, name = number.address.parts[:2]
    items: tuple[Item[Any], ...] = getattr(draft, part)
    added = [
        i.value for i in items if i.file != number.address.file and (part == "promises" or i.value.id == plain(name))
    ]
    return _added(text, number.address.file, part, [as_written(v) for v in added])


def _added(text: str, file: str, part: str, entries: Sequence[Mapping[str, Any]]) -> str:
    """A list with entries at its end; what stood there keeps its bytes."""
    if not text.strip():
        return written_anew({part: list(entries)})
    cut = pieces(file, text, LISTS[file][1])
    last = max((n for n, p in enumerate(cut) if p.part == part), default=-1)
    data = read_yaml(text.removeprefix(MARK), file).data
    new = {**data, part: [*data.get(part, ()), *entries]}
    if last >= 0:
        before = "".join(p.text for p in cut[: last + 1])
        dash = len(cut[last].text.splitlines()[-1]) and _dash(cut[last].text)
        made = f"{before}{'' if before.endswith(chr(10)) else chr(10)}{_indented(entries, dash)}{''.join(p.text for p in cut[last + 1 :])}"
        if read_yaml(made.removeprefix(MARK), "").data == read_yaml(written_anew(new), "").data:
            return made
    return patched(text, data, new)


def _dash(piece: str) -> int:
    """The column in which the dash of an entry stands."""
    line = next(line for line in piece.splitlines() if line.lstrip().startswith("-"))
    return len(line) - len(line.lstrip())


def _indented(entries: Sequence[Mapping[str, Any]], dash: int) -> str:
    return written_anew(list(entries), dash)
