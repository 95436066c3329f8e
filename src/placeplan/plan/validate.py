"""From data to classes, with every refusal told as a Problem."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from placeplan.core.errors import Problem, nearest
from placeplan.core.kinds import Kind
from placeplan.plan.classes import class_at, family_of, fields_of, names_kind
from placeplan.plan.located import Item, Path, written
from placeplan.plan.lookalike import strange
from placeplan.plan.spreadsheet import NUMBER, as_code, as_number, short

M = TypeVar("M", bound=BaseModel)


def build(cls: type[M], data: Any, where: Item[Any]) -> tuple[M | None, list[Problem]]:
    """An instance of ``cls``, or None with a problem for each field that was refused.

    ``where`` gives file and lines; a class that is a family of kinds reads the kind that ``data`` names.
    """
    try:
        if issubclass(cls, Kind):
            return cls.parse(data), []
        return cls.model_validate(data), []
    except ValidationError as error:
        return None, list(_problems(cls, data, error, where))
    except ValueError as error:
        return None, [_kind_problem(cls, data, str(error), (), where)]


@dataclass(frozen=True)
class _Refusal:
    """One refusal of the validator, with the real path of what it refuses."""

    type: str
    path: Path
    value: Any
    context: dict[str, Any]
    message: str
    or_number: bool = False
    """A number may stand there as well as a name."""


def _problems(cls: type[BaseModel], data: Any, error: ValidationError, where: Item[Any]) -> Iterable[Problem]:
    """One problem a path, in the order of the fields."""
    by_path: dict[Path, list[_Refusal]] = {}
    for e in error.errors(include_url=False):
        path = _real(data, e["loc"], e["type"])
        by_path.setdefault(path, []).append(_Refusal(e["type"], path, e["input"], e.get("ctx", {}), e["msg"]))
    for path, refusals in by_path.items():
        deeper = any(other[: len(path)] == path and other != path for other in by_path)
        if not deeper or refusals[0].type in ("missing", "extra_forbidden"):
            number = any(r.type == "float_parsing" for r in refusals)
            yield _told(cls, data, replace(_best(refusals), or_number=number), where)


def _real(data: Any, location: tuple[int | str, ...], kind: str) -> Path:
    """The part of a validator's location that exists in the data (names of union members are dropped)."""
    path: list[int | str] = []
    for number, part in enumerate(location):
        last = number == len(location) - 1
        if _holds(data, part):
            data = data[part]
        elif not (last and kind in ("missing", "extra_forbidden")):
            continue
        path.append(part)
    return tuple(path)


def _holds(data: Any, part: int | str) -> bool:
    """Whether there is something at ``part`` of a dict or list."""
    if isinstance(data, dict):
        return part in data
    return isinstance(data, list | tuple) and isinstance(part, int) and part < len(data)


def _best(refusals: list[_Refusal]) -> _Refusal:
    """Of the refusals by each member of a union, the one that fits what was written."""

    def fit(r: _Refusal) -> int:
        if isinstance(r.value, str):
            return 0 if r.type.startswith("string") else 2 if r.type.startswith(("none", "dict")) else 1
        return 0 if r.type.startswith(("float", "int", "finite", "greater", "less")) else 1

    return min(refusals, key=fit)


def _told(cls: type[BaseModel], data: Any, r: _Refusal, where: Item[Any]) -> Problem:
    """A refusal as a problem: code, what, mend, nearest name."""
    name = str(r.path[-1]) if r.path else ""
    blank = r.value is None or (r.value == "" and r.type == "string_pattern_mismatch")
    if r.type == "missing" or (blank and name in _needed(class_at(cls, data, r.path[:-1]))):
        return _missing(cls, data, r, where)
    if r.type == "extra_forbidden":
        known = list(fields_of(class_at(cls, data, r.path[:-1])))
        near = nearest(name, known)
        mend = f"Write “{near}”." if near else f"Take it away; known here: {', '.join(known)}."
        return where.problem("unknown-field", f"There is no field “{name}” here.", mend, r.path, near)
    if r.type == "value_error":
        return _kind_problem(
            class_at(cls, data, r.path), r.value, r.message.removeprefix("Value error, "), r.path, where
        )
    told = _BY_TYPE.get(r.type)
    return told(r, name, where) if told else _number_or_text(class_at(cls, data, r.path[:-1]), r, name, where)


def _needed(model: type[BaseModel] | None) -> set[str]:
    """Fields that must be given."""
    return {name for name, field in model.model_fields.items() if field.is_required()} if model is not None else set()


def _missing(cls: type[BaseModel], data: Any, r: _Refusal, where: Item[Any]) -> Problem:
    name = str(r.path[-1])
    model = class_at(cls, data, r.path[:-1])
    field = model.model_fields.get(name) if model is not None else None
    meaning = (field.description or "").splitlines()[0] if field is not None and field.description else ""
    meaning = meaning.replace("`", "").removesuffix(".")
    mend = f"Give {name}{': ' + meaning[0].lower() + meaning[1:] if meaning else ' a value'}."
    if where.file.endswith(".csv"):
        return where.problem("missing-value", f"The cell {name} is blank.", mend, r.path)
    lacks = "missing" if r.type == "missing" else "blank"
    return where.problem("missing-field", f"The field “{name}” is {lacks}.", mend, r.path)


def _choice(r: _Refusal, name: str, where: Item[Any]) -> Problem:
    choices = re.findall(r"'([^']*)'", r.context.get("expected", "")) or [str(r.context.get("expected", ""))]
    near = nearest(str(r.value), choices)
    if name == "currency":
        what = f"The currency is “{r.value}”; this version computes in pounds (GBP) only."
        return where.problem("wrong-currency", what, "Turn every amount into pounds and write GBP.", r.path, "GBP")
    if name == "placeplan":
        what = f"The folder's format is “{r.value}”; this version reads format 1."
        return where.problem("wrong-version", what, "Write placeplan: 1, or use the version that wrote it.", r.path)
    mend = f"Write “{near}”, or another of: {', '.join(choices)}." if near else f"Write one of: {', '.join(choices)}."
    return where.problem("unknown-choice", f"{name} cannot be “{r.value}”.", mend, r.path, near)


_PATTERNS = {
    r"^\d{4}-(0": ("bad-month", "is not a month", "Write a month as 2016-04."),
    r"^\d{4}/": ("bad-year", "is not a financial year", "Write a financial year as 2016/17."),
    r"^(\d{1,3}-": ("bad-age", "is not an age band", "Write a band as 0-4, or 90+ for the last one."),
}


def _pattern(r: _Refusal, name: str, where: Item[Any]) -> Problem:
    odd = strange(str(r.value))
    if odd:
        what, mend = f"In “{r.value}” {odd}.", "Type the code again with the plain characters A–Z and 0–9."
        return where.problem("look-alike", what, mend, r.path)
    trace = as_code(str(r.value))
    for start, (code, told, mend) in _PATTERNS.items():
        if str(r.context.get("pattern", "")).startswith(start):
            also = f" {trace}" if trace and code == "bad-age" else ""
            return where.problem(code, f"“{short(r.value)}” {told}.", f"{mend}{also}", r.path)
    if r.or_number and NUMBER.fullmatch(str(r.value).strip()):
        return _unit(r, name, where)
    usual = "Write a name of letters, digits, dot, dash and underscore that begins with a letter"
    mend = (
        trace or f"{usual}, or a bare number."
        if r.or_number
        else trace or f"{usual}, or with digits and a letter (11J)."
    )
    return where.problem("bad-id", f"“{short(r.value)}” is not a name that {name} can have.", mend, r.path)


def _unit(r: _Refusal, name: str, where: Item[Any]) -> Problem:
    what = f"{name} is “{short(r.value)}”: a number with a unit or separators."
    mend = "Write the bare number in the column's unit: 12 % is 0.12, £1,200 is 1200, 3m is 3000000."
    return where.problem("unit-in-number", what, mend, r.path)


_SIMPLE: tuple[tuple[str, str, str, str], ...] = (
    ("finite_number", "not-finite", "{name} is {shown}, not a finite number.", "Write the number, or leave it blank."),
    ("float", "not-a-number", "{name} is “{shown}”, not a number.", "Write a bare number."),
    ("int", "not-a-number", "{name} is “{shown}”, not a whole number.", "Write a whole number."),
    ("bool", "not-true-or-false", "{name} is “{shown}”.", "Write true or false."),
    ("string_type", "not-text", "{name} is {shown}, not text.", "Put it in quotes if it is meant as a name or text."),
    ("string", "empty-text", "{name} is empty.", "Write a few words."),
)
"""Refusals by the start of their type: code, what, mend."""


_SHAPES = {
    "list": "a list",
    "tuple": "a list",
    "dict": "a group of named fields",
    "NoneType": "blank",
    "bool": "true or false",
}
"""What stands there, in words, by its type."""


def _too_long(r: _Refusal, name: str, where: Item[Any]) -> Problem:
    what = f"{name} has {len(str(r.value)):,} letters: “{short(r.value)}”."
    return where.problem("too-long", what, f"Write at most {r.context['max_length']} letters.", r.path)


_BY_TYPE = {
    "literal_error": _choice,
    "enum": _choice,
    "string_pattern_mismatch": _pattern,
    "string_too_long": _too_long,
}
"""How a refusal is told, by its type."""


def _number_or_text(model: type[BaseModel] | None, r: _Refusal, name: str, where: Item[Any]) -> Problem:
    """Refusals of numbers, texts and lists."""
    kind = type(r.value).__name__
    shown = short(r.value) if isinstance(r.value, str | int | float) else _SHAPES.get(kind, kind)
    if r.type in ("float_parsing", "int_parsing"):
        if NUMBER.fullmatch(str(r.value).strip()):
            return _unit(r, name, where)
        whole = "a whole number" if r.type == "int_parsing" else "a number"
        return where.problem("not-a-number", f"{name} is “{shown}”, not {whole}.", as_number(str(r.value)), r.path)
    if r.type.startswith(("greater_than", "less_than", "multiple_of")):
        return _beyond(r, name, where)
    if r.type == "string_type" and isinstance(r.value, int | float):
        return _number_for_text(model, r, name, where)
    for start, code, what, mend in _SIMPLE:
        if r.type.startswith(start):
            return where.problem(code, what.format(name=name, shown=shown), mend, r.path)
    what = (
        f"{name or 'This'} is {f'“{shown}”' if isinstance(r.value, str) else shown}, where {_wanted(r)} should stand."
    )
    if r.type == "too_short" and not r.value:
        what = f"{name} is empty."
    return where.problem("wrong-shape", what, _shape(r), r.path)


def _number_for_text(model: type[BaseModel] | None, r: _Refusal, name: str, where: Item[Any]) -> Problem:
    """A number where a year, the id of an assumption or words belong."""
    field = model.model_fields.get(name) if model is not None else None
    pattern = next((str(p) for m in (field.metadata if field else ()) if (p := getattr(m, "pattern", None))), "")
    for start, (code, told, mend) in _PATTERNS.items():
        if pattern.startswith(start):
            return where.problem(code, f"{name} is {r.value}, which {told}.", mend, r.path)
    what, mend = f"{name} is {r.value}, not text.", "Put it in quotes if it is meant as a name or text."
    if field and (field.description or "").startswith("Assumption that gives"):
        what = f"{name} is {r.value}, not the id of an assumption."
        mend = "Write the id of an assumption; where it is one fixed number, an assumption of kind fixed holds it."
    return where.problem("not-text", what, mend, r.path)


def _beyond(r: _Refusal, name: str, where: Item[Any]) -> Problem:
    """A number outside its limits."""
    if r.context.get("ge") == 0:
        return where.problem("negative", f"{name} is {r.value}; it cannot be negative.", "Write 0 or more.", r.path)
    if r.context.get("gt") == 0 and r.type == "greater_than":
        return where.problem("negative", f"{name} is {r.value}; it must be above 0.", "Write a number above 0.", r.path)
    if 1 in (r.context.get("le"), r.context.get("lt")):
        value = float(r.value)
        mend, near = "Write a share between 0 and 1: 12 % is 0.12.", ""
        if 2 <= value <= 100:
            mend, near = f"{mend} If {value:g} % is meant, write {value / 100:g}.", f"{value / 100:g}"
        return where.problem("above-one", f"{name} is {r.value}; a share is at most 1.", mend, r.path, near)
    limit = next((f"{words} {r.context[k]:g}" for k, words in _LIMITS.items() if k in r.context), "another number")
    return where.problem("out-of-range", f"{name} is {r.value}; it must be {limit}.", f"Write {limit}.", r.path)


_LIMITS = {"ge": "at least", "gt": "more than", "le": "at most", "lt": "less than", "multiple_of": "a multiple of"}
"""Limits of a number, in words."""


def _is_list(r: _Refusal) -> bool:
    return r.type.startswith(("tuple", "list", "too_"))


def _wanted(r: _Refusal) -> str:
    """What should stand there, in words."""
    if r.type == "too_short":
        return f"at least {r.context.get('min_length', 1)} of them"
    return "a list" if _is_list(r) else "named fields"


def _shape(r: _Refusal) -> str:
    if _is_list(r) and not isinstance(r.value, dict):
        return "Write a list: each entry on its own line after a dash, or [one, two]."
    return "Write named fields, each on its own line, indented under it."


def _kind_problem(cls: type[BaseModel] | None, value: Any, message: str, path: Path, where: Item[Any]) -> Problem:
    """A refusal by one of our own classes: an unknown kind, or fields that contradict each other."""
    if cls is not None and issubclass(cls, Kind) and (not isinstance(value, dict) or not names_kind(cls, value)):
        known = list(family_of(cls).kinds())
        given = value.get("kind") if isinstance(value, dict) else None
        near = nearest(str(given), known) if given else ""
        what = f"There is no {cls.family} kind “{given}”." if given else f"This {cls.family} does not say its kind."
        at = (*path, "kind") if given else path
        return where.problem("unknown-kind", what, f"Write kind: one of {', '.join(known)}.", at, near)
    what = message.strip().rstrip(".")
    what = f"{what[:1].upper()}{what[1:]}."
    return where.problem("bad-value", what, f"Mend {written(path) or 'the fields named'} so that this holds.", path)
