"""docs/understand/model.md: the model in the order of a month, each equation from the function that computes it.

The words between the equations are kept in `model_page.md` beside this file, with markers where equations, contents and
symbols go; which field goes into which symbol of which function is kept in `symbols.csv`.
"""

from __future__ import annotations

import csv
import doctest
import importlib
import inspect
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from placeplan.contracts.base import Contract
from placeplan.core.kinds import Kind
from placeplan.core.tables import TABLES
from placeplan.effects.base import Effect
from placeplan.plan.authority import AuthorityFile
from placeplan.plan.initiatives import Initiative
from placeplan.plan.library import library

HERE = Path(__file__).resolve().parent
MARKER = re.compile(r"<!-- (?P<what>contents|equations|symbols) ?(?P<modules>[^>]*?) ?-->")
FORMULA = re.compile(r"``[^`]*([=×÷+−∫ΠΣ√^|<>≤]| / |\b(least|most|floor)\()[^`]*``")
HEADING = re.compile(r"^(?P<level>#{1,4}) (?P<title>.+)$", re.MULTILINE)
USE = re.compile(r"(?P<function>[\w.]+)\((?P<symbol>\w+)\)")
NUMBERS = {"number", "integer"}
INSIDE = ("anyOf", "items", "prefixItems", "additionalProperties")


@dataclass(frozen=True)
class Use:
    """One field, and a function that uses it as one of its symbols."""

    field: str
    """``table.csv/column``, the id of an assumption (``*`` for the rest of a name), or ``kind.field``."""
    function: str
    symbol: str


def model_page(titles: Mapping[str, str]) -> str:
    """The whole page; titles: heading by module of equations."""
    text = (HERE / "model_page.md").read_text(encoding="utf-8")
    for found in list(MARKER.finditer(text)):
        if found["what"] == "equations":
            parts = "\n".join(line for module in found["modules"].split() for line in _module(module, titles[module]))
            text = text.replace(found[0], parts)
    text = text.replace("<!-- symbols -->", "\n".join(_symbols(equation_anchors(text))))
    return text.replace("<!-- contents -->", "\n".join(_contents(text)))


def equations(module: str) -> list[Callable[..., Any]]:
    """Public functions of a module that state an equation and a worked number, in their order there."""
    room = importlib.import_module(f"placeplan.{module}")
    own = [f for _, f in inspect.getmembers(room, inspect.isfunction) if f.__module__ == room.__name__]
    stated = [f for f in own if not f.__name__.startswith("_") and ">>>" in (f.__doc__ or "")]
    stated = [f for f in stated if FORMULA.search((f.__doc__ or "").partition(">>>")[0])]
    return sorted(stated, key=lambda f: f.__code__.co_firstlineno)


def placed() -> list[str]:
    """Modules whose equations the page shows, in its order."""
    text = (HERE / "model_page.md").read_text(encoding="utf-8")
    return [m for found in MARKER.finditer(text) if found["what"] == "equations" for m in found["modules"].split()]


def _module(module: str, title: str) -> Iterator[str]:
    """The equations of one module."""
    path = f"src/placeplan/{module.replace('.', '/')}.py"
    yield from (f"### {title}", "", f"[{path}](../../{path})", "")
    for function in equations(module):
        yield from (f"#### `{function.__name__}`", "", *_equation(function))


def _equation(function: Callable[..., Any]) -> Iterator[str]:
    """What it says, with its symbols; the worked number and the source."""
    told, _, _ = inspect.cleandoc(function.__doc__ or "").partition(">>>")
    symbols = "|".join(inspect.signature(function).parameters)
    named = re.compile(rf"(?:^|(?<=[;.] ))((?:{symbols})(?:, (?:{symbols}))*):(?= )")
    words = [" ".join(p.replace("``", "`").split()) for p in told.strip().split("\n\n")]
    lead = words.pop().rstrip(":") + ": " if words[-1].endswith(":") else ""
    source = ""
    for n, paragraph in enumerate(words):
        words[n], _, cited = paragraph.partition("Source: ")
        source = f" *Source:* {cited}" if cited else source
    for paragraph in filter(None, (w.strip() for w in words)):
        yield from (named.sub(lambda m: f"`{m[1].replace(', ', '`, `')}`:", paragraph), "")
    pairs = [(e.source.strip(), e.want.strip()) for e in doctest.DocTestParser().get_examples(function.__doc__ or "")]
    worked = "; ".join(f"`{typed}` → `{shown}`" if shown else f"`{typed}`" for typed, shown in pairs)
    yield from (f"*Worked:* {lead}{worked}.{source}", "")


def anchors(text: str) -> dict[str, str]:
    """Link target by heading as written; of headings written alike, the first."""
    found: dict[str, str] = {}
    for title, link in _headings(text):
        found.setdefault(title, link)
    return found


def _headings(text: str) -> Iterator[tuple[str, str]]:
    """Every heading with its link target, as forges give them: of those that read alike, the later ones are numbered."""
    seen: dict[str, int] = {}
    for heading in HEADING.finditer(text):
        slug = re.sub(r"[^\w\- ]", "", heading["title"].lower()).replace(" ", "-")
        number = seen.get(slug, 0)
        seen[slug] = number + 1
        yield heading["title"], f"#{slug}-{number}" if number else f"#{slug}"


def equation_anchors(text: str) -> dict[str, str]:
    """Link target by equation, as ``module.function``; functions of one name stand in several modules."""
    slugs: dict[str, list[str]] = {}
    for title, link in _headings(text):
        slugs.setdefault(title, []).append(link)
    names = [(module, f.__name__) for module in placed() for f in equations(module)]
    return {f"{module}.{name}": slugs[f"`{name}`"].pop(0) for module, name in names}


def _contents(text: str) -> Iterator[str]:
    """One line a section, with its parts."""
    links, parts = anchors(text), []
    for heading in HEADING.finditer(text):
        link = f"[{heading['title']}]({links[heading['title']]})"
        if heading["level"] == "##":
            parts.append([link])
        elif heading["level"] == "###" and parts:
            parts[-1].append(link)
    for section, *inside in parts:
        yield f"- {section}" + (f": {' · '.join(inside)}" if inside else "")


def rows() -> list[dict[str, str]]:
    """The rows of `symbols.csv`: a field, and the symbols and functions in which it ends."""
    with (HERE / "symbols.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def uses() -> list[Use]:
    """The same, one for each function."""
    return [Use(row["field"], m["function"], m["symbol"]) for row in rows() for m in USE.finditer(row["used_by"])]


def fields() -> dict[str, str]:
    """Unit by field: every numeric column, every assumption of the library, every number of initiatives, contracts and boards."""
    found: dict[str, str] = {}
    for table, (row, _) in TABLES.items():
        found |= _numbers(row.model_json_schema(), f"{table}.csv/")
    found |= {item.value.id: item.value.unit for item in library().assumptions}
    for family in (Effect, Contract):
        for name, kind in family.kinds().items():
            found |= _of_kind(kind, name)
    found |= _records(AuthorityFile.model_json_schema(), "AuthorityFile.")
    return found | _records(Initiative.model_json_schema(), "Initiative.")


def _of_kind(kind: type[Kind], name: str) -> dict[str, str]:
    return _records(kind.model_json_schema(), f"{name}.")


def _records(schema: dict[str, Any], before: str) -> dict[str, str]:
    """Numbers of a record, and of the records inside it under their own names."""
    found = _numbers(schema, before)
    for name, part in schema.get("$defs", {}).items():
        found |= _numbers(part, f"{name}.")
    return found


def _numbers(schema: dict[str, Any], before: str) -> dict[str, str]:
    return {
        f"{before}{name}": field.get("unit", "")
        for name, field in schema.get("properties", {}).items()
        if NUMBERS & set(_types(field))
    }


def _types(field: Any) -> Iterator[str]:
    """Every JSON type that a field may hold, in lists and by name too."""
    if isinstance(field, dict):
        if isinstance(field.get("type"), str):
            yield field["type"]
        by_name = field.get("patternProperties", {})
        for inside in (*(field.get(name) for name in INSIDE), *by_name.values()):
            for part in inside if isinstance(inside, list) else [inside]:
                yield from _types(part)


def unit_of(field: str, units: Mapping[str, str]) -> str:
    """Unit of a field; of a name with ``*`` that of the first it stands for."""
    known = [unit for name, unit in units.items() if matches(field, name)]
    return known[0] if known else ""


def matches(field: str, name: str) -> bool:
    """Whether a row of `symbols.csv` stands for a field."""
    return name == field or (field.endswith("*") and name.startswith(field[:-1]))


def _symbols(links: Mapping[str, str]) -> Iterator[str]:
    """The table symbol → field → function, by where the field is written."""
    by_field: dict[str, list[Use]] = {}
    for use in uses():
        by_field.setdefault(use.field, []).append(use)
    units = fields()
    parts: dict[str, list[str]] = {"Tables": [], "Assumptions": [], "Initiatives, effects and contracts": []}
    for field, used in by_field.items():
        where = "Tables" if ".csv/" in field else "Initiatives, effects and contracts"
        where = "Assumptions" if any(matches(field, i.value.id) for i in library().assumptions) else where
        told = ", ".join(f"`{u.symbol}` of {_linked(u.function, links)}" for u in used)
        parts[where].append(f"| `{field}` | {unit_of(field, units).replace('|', '')} | {told} |")
    for title, lines in parts.items():
        yield from (f"### {title}", "", "| field | unit | symbol and function |", "| --- | --- | --- |", *lines, "")


def _linked(function: str, links: Mapping[str, str]) -> str:
    """A function with a link: to its equation above, else to its code."""
    parts = function.split(".")
    if function in links:
        return f"[`{parts[-1]}`]({links[function]})"
    files = ["/".join(["src/placeplan", *parts[:n]]) + ".py" for n in range(1, len(parts))]
    at, path = next((n, f) for n, f in enumerate(files, start=1) if (HERE.parent / f).exists())
    return f"[`{'.'.join(parts[at:])}`](../../{path})"


def resolved(use: Use) -> Any:
    """The function that a row names; raises where there is none."""
    parts = use.function.split(".")
    for n in range(len(parts) - 1, 0, -1):
        try:
            found: Any = importlib.import_module(".".join(["placeplan", *parts[:n]]))
        except ModuleNotFoundError:
            continue
        for name in parts[n:]:
            found = getattr(found, name)
        return found
    raise LookupError(use.function)


def written(titles: Mapping[str, str]) -> Iterable[str]:
    """The page, line by line."""
    return model_page(titles).splitlines()
