"""A changed plan as a plan: what a search set otherwise, written into the plan's own files, so that people can go on from it.

A lever sets what is drawn; a file says numbers and assumptions. What hangs on an assumption, and of which only a part is
done, becomes an assumption of its own with the same three points in that part. It is drawn by itself, so such a plan has
the search's figures to within chance; any other has them to the last bit.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from placeplan.core.calendar import month_index, month_of
from placeplan.core.errors import PlanError, nearest
from placeplan.core.records import Quantity
from placeplan.plan.elements.edit import Change, Element, Files, changed, elements
from placeplan.plan.elements.parts import parts
from placeplan.plan.initiatives import Initiative
from placeplan.plan.located import Path, problem
from placeplan.plan.schema import Plan
from placeplan.plan.write import as_written
from placeplan.stress.levers.lever import Base, Lever
from placeplan.stress.levers.levered import Levered, lever
from placeplan.stress.results.tests import LeverMove

POINTS = (0.1, 0.5, 0.9)
"""Shares below which the points of an assumption lie that is written anew."""
RECIPE, OWN = "recipe", ("peak",)
"""What makes effects of rows of the evidence, and the one amount that is its own."""


@dataclass(frozen=True)
class Written:
    """What of a plan's files says a changed plan."""

    change: Change
    told: tuple[str, ...]
    """What is otherwise than in the search, and what went besides, in sentences."""


def written(files: Files, plan: Plan, moves: Sequence[LeverMove], source: str) -> Written:
    """The files of a plan in which levers are set otherwise.

    Args:
        files: of the plan's folder.
        plan: as it was read from them.
        moves: what is set otherwise.
        source: where that comes from, as new elements are to say.

    Raises:
        PlanError: with every move that the plan does not have, or that cannot be written into its files.
    """
    made = _Writing(dict(files), plan, lever(plan), source)
    made.refuse(moves)
    made.write(moves)
    return Written(made.change, tuple(made.told))


@dataclass
class _Writing:
    """Files while moves are written into them, one after the other."""

    files: dict[str, bytes]
    plan: Plan
    levered: Levered
    source: str
    change: Change = field(default_factory=dict)
    told: list[str] = field(default_factory=list)

    def refuse(self, moves: Sequence[LeverMove]) -> None:
        """Raise PlanError with all that cannot be written."""
        wrong = []
        for move in moves:
            if move.lever not in self.levers:
                what = f"The plan has nothing that “{move.words}” could be done with."
                wrong.append(problem("", 0, "", "unknown-choice", what, "Search again with the plan as it is now.", nearest(move.lever, self.levers)))  # fmt: skip
            elif self._by_recipe(self.levers[move.lever], move):
                e = self._element(self.levers[move.lever].of)
                what = f"“{move.words}”: {e.label} is made from a recipe, which has no amounts of its own."
                wrong.append(problem(e.file, e.line, RECIPE, "unknown-choice", what, "Write its effects out, and search again."))  # fmt: skip
        if wrong:
            raise PlanError(wrong)

    @property
    def levers(self) -> Mapping[str, Lever]:
        """By id."""
        return {one.id: one for one in self.levered.levers}

    def _by_recipe(self, one: Lever, move: LeverMove) -> bool:
        """Whether a move sets amounts of an initiative whose amounts a recipe makes."""
        if one.opens or (one.stops and move.step == 0) or RECIPE not in self._element(one.of).data:
            return False
        return any(path != OWN for path, *_ in self._set_in(self._amounts(one.of), [move]))

    def _amounts(self, initiative: str) -> dict[Path, str]:
        """Places of an initiative in which the name of a drawn value stands that a lever sets."""
        opened = next(i for i in self.levered.plan.initiatives if i.id == initiative)
        return dict(_names_in(opened.model_dump(mode="python"), ()))

    def _element(self, initiative: str) -> Element:
        part = parts()["initiatives"]
        return next(e for e in elements(part, self.files) if isinstance(e.data, dict) and e.data.get("id", e.name) == initiative)  # fmt: skip

    def write(self, moves: Sequence[LeverMove]) -> None:
        """Write all moves: what is left out goes, what is done otherwise says so, what is new is added."""
        out = [self.levers[m.lever].of for m in moves if self.levers[m.lever].stops and m.step == 0]
        gone = self._with_those_that_wait(out)
        for own in self.plan.initiatives:
            some = [m for m in moves if self.levers[m.lever].of == own.id and not self.levers[m.lever].opens]
            if own.id in gone:
                self._put(self._element(own.id), None)
            elif some:
                self._rewrite(own, some)
        for move in moves:
            if self.levers[move.lever].opens:
                self._add(self.levers[move.lever], move)

    def _with_those_that_wait(self, out: Sequence[str]) -> set[str]:
        """What is left out, with all that would wait for it for ever."""
        found, before = set(out), set[str]()
        while found != before:
            before = set(found)
            found |= {i.id for i in self.plan.initiatives if found & set(i.requires)}
        names = {i.id: i.name for i in self.plan.initiatives}
        self.told += [f"“{names[one]}” goes too: it waits for what is left out." for one in sorted(found - set(out))]
        return found

    def _rewrite(self, own: Initiative, moves: Sequence[LeverMove]) -> None:
        """An initiative that is done otherwise."""
        e = self._element(own.id)
        data = e.data
        for path, value in self._values(self._amounts(own.id), moves, own.id):
            data = _with(data, path, value)
        later = [m.step for m in moves if self.levers[m.lever].kind == "start"]
        if later and own.start:
            data = _with(data, ("start",), month_of(month_index(own.start) + round(sum(later))))
        self._put(e, data)

    def _add(self, one: Lever, move: LeverMove) -> None:
        """An option of the search, as an initiative of the plan."""
        option = next(i for i in self.levered.plan.initiatives if i.id == one.opens)
        name = self._free(f"more_{one.kind}_{one.of}", {i.id for i in self.plan.initiatives})
        data: Any = as_written(option)
        for path, value in self._values(self._amounts(option.id), [move], name):
            data = _with(data, path, value)
        words = f"{move.words[:1].upper()}{move.words[1:]}"
        data |= {"id": name, "name": words, "about": f"{words}. A search found that this would help; nobody has decided it.", "status": "aspiration", "source": self.source}  # fmt: skip
        part = parts()["initiatives"]
        self._note(changed(self.files, part, name, data))

    def _set_in(
        self, amounts: Mapping[Path, str], moves: Sequence[LeverMove]
    ) -> Iterator[tuple[Path, Base, float, float]]:
        """Places that moves set: what stands behind each, by what it is multiplied and what is added."""
        for path, name in amounts.items():
            own = [(m, s) for m in moves for s in self.levers[m.lever].settings if s.name == name]
            if own:
                by = math.prod(m.step * s.by for m, s in own if s.how == "times")
                yield path, self.levered.bases[name], by, sum(m.step * s.by for m, s in own if s.how == "plus")

    def _values(self, amounts: Mapping[Path, str], moves: Sequence[LeverMove], of: str) -> Iterator[tuple[Path, Any]]:
        """What stands in each place that moves set."""
        for path, base, by, plus in self._set_in(amounts, moves):
            yield path, self._amount(base, by, plus, of, path)

    def _amount(self, base: Base, by: float, plus: float, of: str, path: Path) -> Quantity:
        """A number; an assumption of its own where it hangs on one."""
        known = next((a for a in self.plan.assumptions if a.id == base.quantity), None)
        if plus:  # what is made sure of is sure, whatever it was
            return 1.0
        if known is None or by == 0 or known.fixed:
            middle = float(base.quantity) if known is None else known.distribution.middle
            return _plain(middle * by)
        points = sorted(float(v) * by for v in known.distribution.quantile(np.array(POINTS)))
        name = self._free(".".join((of, str(path[-1]))), {a.id for a in self.plan.assumptions})
        data = {
            "id": name, "about": f"{known.about}, times {_plain(by)}", "unit": "£ a year" if known.unit.startswith("£") else known.unit,
            "distribution": {"kind": "elicited", **dict(zip(("p10", "p50", "p90"), map(_plain, points), strict=True))},
            "kind": "judgement", "driver": known.driver, "source": f"{known.id} ({known.source}); {self.source}",
        }  # fmt: skip
        self._note(changed(self.files, parts()["assumptions"], name, data))
        self.told.append(f"“{name}” is {_plain(by)} times “{known.id}”, with its points at 10, 50 and 90 of 100, and is drawn by itself.")  # fmt: skip
        return name

    def _free(self, name: str, taken: set[str]) -> str:
        """A name that nothing in the plan has."""
        there = taken | {f.rpartition("/")[2].removesuffix(".yaml") for f in self.files}
        there |= {
            str(e.data.get("id")) for e in elements(parts()["assumptions"], self.files) if isinstance(e.data, dict)
        }
        name = name[:60].replace("/", ".")
        return next(n for n in (name, *(f"{name}-{k}" for k in range(2, 1000))) if n not in there)

    def _put(self, e: Element, data: Any) -> None:
        self._note(changed(self.files, e.part, e.name, data, e.group))

    def _note(self, change: Change) -> None:
        self.change |= change
        for file, data in change.items():
            if data is None:
                self.files.pop(file, None)
            else:
                self.files[file] = data


def _names_in(data: Any, at: Path) -> Iterator[tuple[Path, str]]:
    """Places in which the name of a drawn value stands that a lever sets."""
    if isinstance(data, Mapping):
        for key, value in data.items():
            yield from _names_in(value, (*at, key))
    elif isinstance(data, list | tuple):
        for n, value in enumerate(data):
            yield from _names_in(value, (*at, n))
    elif isinstance(data, str) and data.startswith("lever."):
        yield at, data


def _with(data: Any, path: Path, value: Any) -> Any:
    """Data with another value at a place."""
    if not path:
        return value
    step, rest = path[0], path[1:]
    if isinstance(data, list):
        return [_with(v, rest, value) if n == step else v for n, v in enumerate(data)]
    own = dict(data or {})
    return {**own, step: _with(own.get(step), rest, value)}


def _plain(value: float) -> float | int:
    """A number as people write it.

    >>> _plain(28.0), _plain(1.0 / 3.0), _plain(30.800000000000004)
    (28, 0.3333333333, 30.8)
    """
    found = float(f"{value:.10g}")
    return int(found) if found.is_integer() and abs(found) < 1e15 else found
