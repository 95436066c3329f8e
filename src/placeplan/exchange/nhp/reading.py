"""A parameter file, read strictly: every key known, every value within its bounds, all that is wrong told at once."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path as FilePath
from typing import Any

from placeplan.core.errors import PlanError, Problem, all_nearest, either
from placeplan.exchange.nhp.jsonfile import Tree, read_json
from placeplan.exchange.nhp.layout import (
    BOUNDS,
    FIRST,
    LAST,
    MITIGATORS,
    PLAIN,
    VALUES,
    Path,
    Version,
    as_version,
    keys_at,
    strategies,
    top_keys,
)
from placeplan.exchange.told import problem
from placeplan.plan.textfile import read_text

VERSIONED = re.compile(r"v\d+\.\d+(\.\d+)?")
UNSAID = re.compile(r"dev|pr-\d+")
PROFILE = re.compile(r"none|linear|front_loaded|back_loaded|step\d{4}")
OLDER: tuple[Version, ...] = ((5, 1), (4, 3), (3, 6))
"""The last versions before a key came or went, the newest first."""
YEARLY = "year-on-year-growth"
"""The only way in which the model that the file is for reads non-demographic growth."""
SHOWN = 12
"""Known keys that are listed where none is near."""


@dataclass(frozen=True)
class Entry:
    """One multiplier of the file: what is kept of some activity, as an interval or one number."""

    path: Path
    low: float
    high: float
    line: int

    @property
    def key(self) -> str:
        """Its path with dots."""
        return ".".join(self.path)

    @property
    def neutral(self) -> bool:
        """Whether it changes nothing."""
        return self.low == self.high == 1.0


@dataclass(frozen=True)
class Params:
    """A parameter file as read."""

    name: str
    version: Version
    data: Mapping[str, Any]
    entries: tuple[Entry, ...]
    lines: Mapping[Any, int] = field(repr=False)
    warnings: tuple[Problem, ...] = ()

    def profile(self, entry: Path) -> str:
        """Time profile of an entry; "" where the version has none, or the file says none for it."""
        found: Any = self.data.get("time_profile_mappings", {})
        for part in entry:
            found = found.get(part, "") if isinstance(found, dict) else found
        return found if isinstance(found, str) else ""


def read_params(file: FilePath) -> Params:
    """The parameters in a file.

    Raises:
        PlanError: with every problem, each with its line, key and the nearest key that is known.
    """
    text = read_text(file, file.name)
    if isinstance(text, Problem):
        raise PlanError([text])
    return params_of(text, file.name)


def params_of(text: str, name: str) -> Params:
    """The parameters in a text; raises PlanError as `read_params` does."""
    tree = read_json(text, name)
    data = tree.data
    if isinstance(data, dict) and isinstance(data.get("params"), dict) and "app_version" not in data:
        what = "The parameters stand inside a file of results."
        mend = "Save what stands under “params” as a file of its own."
        raise PlanError([problem(name, tree.line(("params",)), "params", "not-params", what, mend)])
    if not isinstance(data, dict) or "app_version" not in data:
        what, mend = "There is no “app_version”.", "Give a file of parameters of the NHP model, with its version."
        raise PlanError([problem(name, 1, "app_version", "not-params", what, mend)])
    version, told = _version(tree)
    reader = _Reader(tree, version)
    problems = [*told, *reader.all()]
    if any(p.severity == "error" for p in problems):
        raise PlanError(problems)
    return Params(name, version, data, tuple(reader.entries), tree.lines, tuple(problems))


def _version(tree: Tree) -> tuple[Version, list[Problem]]:
    """Version of a file; what has none is read as the newest, and told."""
    said, where = tree.data["app_version"], (tree.name, tree.line(("app_version",)), "app_version")
    if isinstance(said, str) and VERSIONED.fullmatch(said):
        version = as_version(".".join(said.split(".")[:2]))
        if FIRST <= version < (LAST[0] + 1, 0):
            return version, []
    elif isinstance(said, str) and UNSAID.fullmatch(said):
        fits = next((v for v in (LAST, *OLDER) if set(tree.data) <= top_keys(v).keys()), LAST)
        what = f"The version is “{said}”: it is read as v{fits[0]}.{fits[1]}, the newest that has its keys."
        mend = "Write the version, such as v4.1, if it was another."
        return fits, [problem(*where, "unsaid-version", what, mend, severity="warning")]
    what = f"The version is “{said}”; v{FIRST[0]}.{FIRST[1]} to v{LAST[0]} are read."
    raise PlanError([problem(*where, "other-version", what, "Save the file again from a version between these.")])


class _Reader:
    """Walks through the data, gathers entries and says what is wrong."""

    def __init__(self, tree: Tree, version: Version) -> None:
        self.tree, self.version = tree, version
        self.entries: list[Entry] = []

    def all(self) -> Iterator[Problem]:
        data, keys = self.tree.data, top_keys(self.version)
        near: set[str] = set()
        for key in (k for k in data if k not in keys):
            told = self.unknown((key,), tuple(k for k in keys if k not in data))
            near |= {told.nearest}
            yield told
        for key, needed in keys.items():
            if needed and key not in data and key not in near:
                what = f"v{self.version[0]}.{self.version[1]} asks for “{key}”, which is not there."
                yield self.problem((key,), "missing-key", what, f"Add “{key}”, or mend app_version.")
        for key in (k for k in data if k in keys):
            if key in BOUNDS:
                yield from self.tree_of((key,), data[key])
            elif key in PLAIN:
                yield from self.plain(key, data[key])
        yield from self.years()
        yield from self.variants()
        yield from self.profiles((), data.get("time_profile_mappings", {}))

    def problem(self, path: Path, code: str, what: str, mend: str, nearest: str = "") -> Problem:
        return problem(self.tree.name, self.tree.line(path), ".".join(path), code, what, mend, nearest)

    def unknown(self, path: Path, known: tuple[str, ...]) -> Problem:
        """A key that is not known here: the nearest, or the version that has it."""
        called = f"v{self.version[0]}.{self.version[1]}"
        what = f"There is no key “{path[-1]}” here in {called}."
        other = strategies().get(path)
        near = all_nearest(path[-1], known)
        if other is not None:
            last = f", and until v{other.last[0]}.{other.last[1]}" if other.last else ""
            mend = f"It is there from v{other.first[0]}.{other.first[1]} on{last}: mend app_version, or take it away."
        elif near:
            mend = f"Write {either(near)}."
        else:
            more = " …" if len(known) > SHOWN else ""
            mend = f"Take it away; known here: {', '.join(known[:SHOWN])}{more}."
        return self.problem(path, "unknown-key", what, mend, near[0] if near and other is None else "")

    def plain(self, key: str, value: Any) -> Iterator[Problem]:
        kind = PLAIN[key]
        if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
            words = {str: "a text", int: "a whole number", bool: "true or false", dict: "a group"}
            wanted = words[kind] if isinstance(kind, type) else "another value"
            yield self.problem((key,), "wrong-value", f"{key} is {_shown(value)}.", f"Write {wanted}.")

    def tree_of(self, path: Path, value: Any) -> Iterator[Problem]:
        """Everything at and below a path that ends in multipliers."""
        known = keys_at(path, self.version)
        if path[0] == "non-demographic_adjustment" and path[1:] in (("variant",), ("value-type",)):
            yield from self.way(path, value)
        elif known is None:
            yield from self.entry(path, value)
        elif not isinstance(value, dict):
            yield self.problem(path, "wrong-value", f"{path[-1]} is {_shown(value)}.", "Write a group of keys.")
        else:
            for key in value:
                if key in known:
                    yield from self.tree_of((*path, key), value[key])
                else:
                    yield self.unknown((*path, key), tuple(k for k in known if k not in value))
            if path == ("non-demographic_adjustment",):
                for key in (k for k in known if k not in value):
                    yield self.problem((*path, key), "missing-key", f"“{key}” is not there.", f"Add “{key}”.")

    def way(self, path: Path, value: Any) -> Iterator[Problem]:
        wrong = not isinstance(value, str) or (path[-1] == "value-type" and value != YEARLY)
        if wrong:
            mend = f"Write “{YEARLY}”." if path[-1] == "value-type" else "Write the name of the variant."
            yield self.problem(path, "wrong-value", f"{path[-1]} is {_shown(value)}.", mend)

    def entry(self, path: Path, value: Any) -> Iterator[Problem]:
        """One multiplier: its interval or number, within its bounds."""
        if path[0] in MITIGATORS:
            told, value = self.mitigator(path, value)
            yield from told
            if value is None:
                return
        single = path[0] in VALUES
        ends = [value, value] if single else value
        if not isinstance(ends, list) or len(ends) != 2 or not all(map(_number, ends)):
            mend = "Write one number." if single else "Write the lower and the upper end: [0.85, 0.95]."
            yield self.problem(path, "wrong-value", f"{path[-1]} is {_shown(value)}.", mend)
            return
        low, high = map(float, ends)
        least, most = BOUNDS[path[0]]
        if low > high:
            what = f"The interval goes from {low:g} to {high:g}."
            yield self.problem(path, "reversed-interval", what, f"Write [{high:g}, {low:g}].")
        elif low < least or high > most:
            what = f"{path[-1]} is {_shown(value)}; it lies between {least:g} and {most:g}."
            yield self.problem(path, "out-of-bounds", what, f"Write what is kept, from {least:g} to {most:g}.")
        else:
            self.entries.append(Entry(path, low, high, self.tree.line(path)))

    def mitigator(self, path: Path, value: Any) -> tuple[list[Problem], Any]:
        """What is wrong with a mitigator's type, and its interval."""
        strategy = strategies()[path]
        wanted: dict[str, Any] = {"interval": None}
        if strategy.type and strategy.type != "aec":
            wanted["type"] = strategy.type
        if strategy.days:
            wanted["pre-op_days"] = strategy.days
        if not isinstance(value, dict):
            what, mend = f"{path[-1]} is {_shown(value)}.", f"Write a group with: {', '.join(wanted)}."
            return [self.problem(path, "wrong-value", what, mend)], None
        told = [
            self.problem((*path, key), "missing-key", f"“{key}” is not there.", f"Add “{key}”.")
            for key in wanted if key not in value
        ]  # fmt: skip
        allowed = {*wanted, *({"type"} if strategy.type else ())}
        told += [self.unknown((*path, key), tuple(allowed)) for key in value if key not in allowed]
        told += [
            self.problem((*path, key), "wrong-value", f"{key} is {_shown(value[key])}.", f"Write {_shown(right)}.")
            for key, right in wanted.items() if right is not None and key in value and value[key] != right
        ]  # fmt: skip
        return told, value.get("interval")

    def years(self) -> Iterator[Problem]:
        start, end = (self.tree.data.get(key) for key in ("start_year", "end_year"))
        if isinstance(start, int) and isinstance(end, int) and end <= start:
            what = f"end_year is {end}, and start_year {start}."
            yield self.problem(("end_year",), "out-of-bounds", what, "Write a year after the first.")

    def variants(self) -> Iterator[Problem]:
        """The probabilities of the variants are shares, and there is one at least."""
        path: Path = ("demographic_factors",)
        found = self.tree.data.get(path[0])
        if found is None:
            return
        inside = found.get("variant_probabilities") if isinstance(found, dict) else None
        if not isinstance(inside, dict) or not inside:
            mend = "Write variant_probabilities, with a share for each variant."
            yield self.problem(path, "wrong-value", "There are no variants with their probabilities.", mend)
            return
        for key, share in inside.items():
            if not _number(share) or not 0 <= share <= 1:
                at = (*path, "variant_probabilities", key)
                yield self.problem(at, "out-of-bounds", f"{key} is {_shown(share)}.", "Write a share from 0 to 1.")
        if all(_number(share) for share in inside.values()) and sum(inside.values()) <= 0:
            at = (*path, "variant_probabilities")
            yield self.problem(at, "out-of-bounds", "No variant has a chance.", "Give one at least.")

    def profiles(self, path: Path, value: Any) -> Iterator[Problem]:
        """Time profiles stand at keys of the file, and are of a known kind."""
        at = ("time_profile_mappings", *path)
        if isinstance(value, dict):
            known = self.profiled(path)
            for key in value:
                if key in known:
                    yield from self.profiles((*path, key), value[key])
                else:
                    yield self.unknown((*at, key), known)
        elif not path or not isinstance(value, str) or not PROFILE.fullmatch(value):
            mend = "Write none, linear, front_loaded, back_loaded or step with its year: step2030."
            yield self.problem(at, "wrong-value", f"{at[-1]} is {_shown(value)}.", mend)

    def profiled(self, path: Path) -> tuple[str, ...]:
        if not path:
            return tuple(k for k in (*BOUNDS, "inequalities") if k in top_keys(self.version))
        return (keys_at(path, self.version) or ()) if path[0] in MITIGATORS else ()


def _number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _shown(value: Any) -> str:
    """A value as it is shown in a message.

    >>> _shown("x"), _shown([0.1, 0.2]), _shown({"a": 1})
    ('“x”', '[0.1, 0.2]', 'a group')
    """
    if isinstance(value, dict):
        return "a group"
    text = f"“{value}”" if isinstance(value, str) else str(value)
    return text if len(text) <= 60 else f"{text[:60]}…"
