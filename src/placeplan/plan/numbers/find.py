"""The numbers of a plan, found by walking over what was written, with the classes that read it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final, Literal, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from placeplan.core.tables import KEYS, TABLES, AreaPeople, Organisation, Pod, Row, Site
from placeplan.futures.assumptions import AssumptionFile
from placeplan.plan.classes import class_at, model_in
from placeplan.plan.draft import Draft, once
from placeplan.plan.located import Item, Path, written
from placeplan.plan.numbers.address import Address, escaped, key_of
from placeplan.plan.numbers.number import Number
from placeplan.plan.reader import FOLDERS, LISTS
from placeplan.plan.recipes import Recipe
from placeplan.plan.schema import PlanFile
from placeplan.plan.workbook.columns import Facts, facts_at

MONTH = r"^\d{4}-(0[1-9]|1[0-2])$"
"""The pattern of a month."""
CALLED = {
    "area": ("areas",),
    "pod": ("pods",),
    "site": ("sites", "organisations"),
    "to_site": ("sites", "organisations"),
}
"""Tables that say how people call what a column names; for any other: organisations."""
Names = Mapping[str, Mapping[str, str]]
"""What people call things, by table and id."""
TITLES = ("name", "about", "title", "what")
"""Fields that say in words what an element is, the first that it has."""
PLAN = "plan.yaml"


@dataclass(frozen=True)
class Numbers:
    """All numbers of a plan by their addresses, in the order of its files."""

    every: Mapping[str, Number]
    """Each number by its address; those that an assumption gives are there too, and name it."""

    @cached_property
    def open(self) -> Mapping[str, Number]:
        """Those that are numbers themselves, and so can be another."""
        return {at: n for at, n in self.every.items() if not n.assumption}

    def inside(self, address: Address) -> list[Number]:
        """Numbers that stand in a row, an element or a file."""
        return [n for n in self.open.values() if address.holds(n.address)]


def numbers_in(draft: Draft) -> Numbers:
    """The numbers of a plan that was read."""
    found = [*_of_tables(draft), *_of_yaml(draft)]
    return Numbers({str(n.address): n for n in found})


def search(numbers: Numbers, text: str) -> list[Number]:
    """Numbers in which all words stand: in the address, or in what they are of, mean or come from."""
    words = text.casefold().split()
    return [n for n in numbers.open.values() if all(w in _told(n) for w in words)]


def nearly(numbers: Numbers, text: str) -> list[Number]:
    """Numbers in which some of the words stand, those with the most first."""
    words = text.casefold().split()
    counted = ((n, _told(n)) for n in numbers.open.values())
    found = [(n, many) for n, told in counted if (many := sum(w in told for w in words))]
    return [n for n, _ in sorted(found, key=lambda one: -one[1])]


def _told(number: Number) -> str:
    """All words of a number."""
    said = (number.address, number.of, number.field, number.meaning, number.unit, number.source, number.shown)
    return " ".join(map(str, said)).casefold().replace("_", " ") + f" {number.address}".casefold()


POD_UNIT: Final = "contacts a year, in the pod's unit"
"""What a field says whose unit is that of its kind of care."""


def _names(draft: Draft) -> Names:
    """Organisations, sites, areas and kinds of care by id, as people call them."""
    return {
        table: {str(getattr(i.value, KEYS[table][0])): str(getattr(i.value, "name", "")) for i in draft.tables.get(table, ())}
        for table in ("pods", "areas", "sites", "organisations")
    } | {"units": {i.value.id: i.value.unit for i in draft.rows("pods", Pod)}}  # fmt: skip


def _called(names: Names, column: str, value: str) -> str:
    """A part of a row's key as people call it."""
    found = (names[table].get(value) for table in CALLED.get(column, ("organisations",)))
    return next((name for name in found if name), value.replace("_", " "))


def _of_tables(draft: Draft) -> Iterator[Number]:
    names = _names(draft)
    for table, (cls, _) in TABLES.items():
        facts = {name: facts_at(field) for name, field in cls.model_fields.items() if name not in KEYS[table]}
        for item in draft.tables.get(table, ()):
            yield from _of_row(draft, table, item, facts, names)


def _of_row(draft: Draft, table: str, item: Item[Row], facts: Mapping[str, Facts], names: Names) -> Iterator[Number]:
    key = {k: "" if (v := getattr(item.value, k)) is None else str(v) for k in KEYS[table]}
    of = ", ".join(_called(names, k, v) for k, v in key.items() if v)
    fields = type(item.value).model_fields
    counted = names["units"].get(str(getattr(item.value, "pod", "")), "")
    for column, fact in facts.items():
        value = getattr(item.value, column)
        if not _is_number(value, fact):
            continue
        yield Number(
            Address(f"{table}.csv", (key_of(tuple(key.values())), column)), value, of, column, item.file, item.row,
            **_in_units(_said(fields[column], fact, value), counted), written=fields[column].is_required() or value != fields[column].default, source=item.value.source, level=item.value.level,
            note=item.value.note, organisation=owner(draft, item.value),
        )  # fmt: skip


def _is_number(value: Any, facts: Facts) -> bool:
    """Whether a value is one that can be asked about: a number, a month, or the name of what gives a number."""
    if isinstance(value, bool) or value is None or value == "":
        return False
    return isinstance(value, int | float) or (isinstance(value, str) and (facts.number or _is_month(facts)))


def _in_units(told: dict[str, Any], counted: str) -> dict[str, Any]:
    """What is said of a field; where its unit is that of its kind of care, with that unit.

    >>> _in_units({"unit": "contacts a year, in the pod's unit"}, "admissions")
    {'unit': 'admissions a year'}
    """
    return told | {"unit": f"{counted} a year"} if told["unit"] == POD_UNIT and counted else told


def _is_month(facts: Facts) -> bool:
    return facts.pattern == MONTH and not facts.number


def _said(field: FieldInfo, facts: Facts, value: Any) -> dict[str, Any]:
    """What the class says of a field."""
    extra = field.json_schema_extra
    unit = str(extra.get("unit", "")) if isinstance(extra, dict) else ""
    month = _is_month(facts)
    return {
        "unit": unit.replace("`", ""), "meaning": " ".join((field.description or "").replace("`", "").split()),
        "month": month, "whole": facts.whole, "least": facts.least, "most": facts.most,
        "assumption": value if isinstance(value, str) and not month else "",
    }  # fmt: skip


def owner(draft: Draft, value: Any) -> str:
    """Id of the organisation whose number it is: that of the row or element, or of its site or area; blank where it is nobody's alone."""
    for field in ("owner", "payer", "organisation", "council"):
        if name := getattr(value, field, ""):
            return "" if name == "system" else str(name)
    of_sites, of_areas = _owners(draft)
    site, area = getattr(value, "site", ""), getattr(value, "area", "")
    return of_sites[site] if site and site in of_sites else of_areas.get(area, "") if area else ""


@once
def _owners(draft: Draft) -> tuple[Mapping[str, str], Mapping[str, str]]:
    """Organisation of each site, of which each organisation is one itself, and council of each area; by the first row of each."""
    organisations = {o.value.id: o.value.id for o in draft.rows("organisations", Organisation)}
    sites = {s.value.id: s.value.organisation for s in reversed(draft.rows("sites", Site))}
    areas = {a.value.area: a.value.council or "" for a in reversed(draft.rows("areas", AreaPeople))}
    return organisations | sites, areas


def _of_yaml(draft: Draft) -> Iterator[Number]:
    """Numbers of plan.yaml, of the lists, and of the files of one element each."""
    if draft.about is not None:
        yield from _walked(draft, draft.about, PlanFile, Address(PLAN))
    for file, (cls, parts) in LISTS.items():
        for part in parts:
            yield from _of_list(draft, file, cls, part, getattr(draft, part))
    for file, lists in draft.sets.items():
        for part, items in lists.items():
            yield from _of_list(draft, file, AssumptionFile, part, items)
    for folder, family in FOLDERS.items():
        for item in getattr(draft, folder):
            cls = Recipe if isinstance(item.data, dict) and "recipe" in item.data else family
            yield from _walked(draft, item, cls, Address(item.file))


def _of_list(draft: Draft, file: str, cls: type[BaseModel], part: str, items: Iterable[Item[Any]]) -> Iterator[Number]:
    """Numbers of a list; what a set of assumptions says stands in that set's own file."""
    entry = model_in(cls.model_fields[part].annotation)
    for n, item in enumerate(items):
        name = _name(item, n)
        if entry is not None and name:
            own = item.file if item.file.startswith(file.removesuffix(".yaml")) else file
            yield from _walked(draft, item, entry, Address(own, (part, name)))


def _name(item: Item[Any], place: int) -> str:
    """How an entry of a list is called in an address; blank for one of the library that has no id."""
    return escaped(str(getattr(item.value, "id", "") or (place + 1 if item.own else "")))


def _walked(draft: Draft, item: Item[Any], cls: type[BaseModel], at: Address) -> Iterator[Number]:
    """Numbers of one element."""
    value = item.value
    data = item.data if isinstance(item.data, dict) else {}
    if not item.own and at.file == "promises.yaml":  # made from a template, which is for several organisations
        data = value.model_dump(mode="json", exclude_unset=True)
    title = next((str(t) for name in TITLES if (t := getattr(value, name, ""))), "")
    common = {
        "of": title, "file": item.file, "source": str(getattr(value, "source", "") or ""),
        "level": str(getattr(value, "level", "") or ""), "note": str(getattr(value, "note", "") or ""),
        "organisation": owner(draft, value),
    }  # fmt: skip
    unit = str(getattr(value, "unit", "") or "") if at.file.startswith("assumptions") else ""
    for path, parts, found, field in _leaves(cls, data, data, (), ()):
        facts = facts_at(field)
        said = _said(field, facts, found)
        there = _there(data, path)
        row = item.at(path) if there else 0
        yield Number(
            Address(at.file, (*at.parts, *parts)), found, field=written(path), row=row, written=there,
            **common | said | ({"unit": unit} if unit else {}),
        )  # fmt: skip


def _leaves(
    cls: type[BaseModel], root: Any, data: Any, path: Path, parts: tuple[str, ...], field: FieldInfo | None = None
) -> Iterator[tuple[Path, tuple[str, ...], Any, FieldInfo]]:
    """Every number with its way in the data, its way in an address, and the field that it is of."""
    if isinstance(data, dict):
        model = class_at(cls, root, path)
        fields = model.model_fields if model is not None and not (field and _plain_dict(field)) else {}
        for key, value in data.items():
            own = fields.get(key, field)
            if own is not None:
                yield from _leaves(cls, root, value, (*path, key), (*parts, escaped(str(key))), own)
        for name, own in fields.items():
            if name not in data and _is_number(own.default, facts_at(own)) and not own.is_required():
                yield (*path, name), (*parts, name), own.default, own
    elif isinstance(data, list):
        for n, value in enumerate(data):
            name = str(value["id"]) if isinstance(value, dict) and isinstance(value.get("id"), str) else str(n + 1)
            yield from _leaves(cls, root, value, (*path, n), (*parts, escaped(name)), field)
    elif field is not None and get_origin(field.annotation) is not Literal and _is_number(data, facts_at(field)):
        yield path, parts, data, field


def _plain_dict(field: FieldInfo) -> bool:
    """Whether a field holds names with values, rather than a record."""
    return facts_at(field).named and model_in(field.annotation) is None


def _there(data: Any, path: Path) -> bool:
    for part in path:
        try:
            data = data[part]
        except (KeyError, IndexError, TypeError):
            return False
    return True
