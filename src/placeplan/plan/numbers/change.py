"""The plan with other numbers: the files that change, each with nothing different but them, checked as any plan is."""

from __future__ import annotations

import re
import shutil
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from placeplan.core.errors import PlanError, Problem, Together, instead, nearest
from placeplan.plan.draft import Draft
from placeplan.plan.folder import read_draft
from placeplan.plan.located import problem
from placeplan.plan.numbers.address import parsed
from placeplan.plan.numbers.find import Numbers, numbers_in
from placeplan.plan.numbers.number import Number, Value, shown
from placeplan.plan.numbers.texts import with_cell, with_scalar
from placeplan.plan.spreadsheet import NUMBER, as_number, short
from placeplan.plan.yamlfile import typed

GIVEN = "--with"
"""The option by which another number is given, as problems name it."""
LONGEST = 40
"""Letters that a value may have."""
IN_SET = "assumptions-"
"""How the name of a file of a set of assumptions begins."""
PERCENT = re.compile(r"-?[0-9]+(\.[0-9]+)?\s*%")


@dataclass(frozen=True)
class Setting:
    """Another value for a number, as somebody wrote it."""

    address: str
    value: str


@dataclass(frozen=True)
class Change:
    """A number, what it was and what it is to be."""

    number: Number
    value: Value


@dataclass(frozen=True)
class Changed:
    """A plan with other numbers."""

    changes: tuple[Change, ...]
    files: dict[str, bytes]
    """The files that change, whole, by path."""
    asked: tuple[Problem, ...]
    """What should be asked about and was not before."""

    @property
    def assumption_set(self) -> str:
        """The set of assumptions whose numbers they are: the plan has to be run with it for them to count; "" where they are of none.

        Raises:
            PlanError: where they are of several, as a plan is run with one.
        """
        files = {c.number.address.file for c in self.changes if c.number.address.file.startswith(IN_SET)}
        named = sorted(f.removeprefix(IN_SET).removesuffix(".yaml") for f in files)
        if len(named) > 1:
            what = f"These are numbers of {len(named)} sets of assumptions: {', '.join(named)}."
            raise PlanError([problem(GIVEN, 0, "", "one-or-other", what, "Give numbers of one set at a time.")])
        return named[0] if named else ""


def setting_of(text: str) -> Setting:
    """What somebody gave as ADDRESS=VALUE; raises PlanError where there is no “=”.

    >>> setting_of("beds.csv/RBD01,general/available=280")
    Setting(address='beds.csv/RBD01,general/available', value='280')
    """
    address, mark, value = text.rpartition("=")
    if not mark:
        what = f"“{short(text)}” gives no value."
        raise PlanError([problem(GIVEN, 0, "", "missing-value", what, "Write ADDRESS=VALUE, such as beds.csv/RBD01,general/available=280.")])  # fmt: skip
    return Setting(address.strip(), value.strip())


def changed(folder: Path, settings: Sequence[Setting], *, half_done: bool = False) -> Changed:
    """The plan of a folder with other numbers; the folder stays as it is.

    Args:
        folder: the plan's folder.
        settings: the numbers to change, and what to.
        half_done: whether the plan may have errors of its own, as a draft may; the numbers may add none.

    Raises:
        PlanError: with all that is wrong: of the plan itself, of addresses that name no number (with the nearest), of values
            that are none, and of the plan that would come of it.
    """
    draft, before = read_draft(folder)
    if not half_done and any(p.severity == "error" for p in before):
        raise PlanError(before)
    changes = _meant(numbers_in(draft), settings)
    files: dict[str, bytes] = {}
    for change in changes:
        files |= _written(folder, files, change, draft)
    with laid_over(folder, files) as copy:
        after = read_draft(copy)[1]
    new = [p for p in after if not _told_before(p, before)]
    if any(p.severity == "error" for p in new):
        raise PlanError(new)
    return Changed(tuple(changes), files, tuple(new))


def _told_before(found: Problem, before: Iterable[Problem]) -> bool:
    """Whether a problem was there before the change, wherever its line has moved."""
    return any((p.file, p.code, p.what) == (found.file, found.code, found.what) for p in before)


def _meant(numbers: Numbers, settings: Sequence[Setting]) -> list[Change]:
    """The numbers that are meant, with their new values; raises PlanError with all that cannot be."""
    told, found = Together(), dict[str, Change]()
    for setting in settings:
        change = told.of(_one, numbers, setting)
        if change and str(change.number.address) in found:
            what = f"{change.number.address} is given twice."
            told.problems.append(problem(GIVEN, 0, "", "duplicate-key", what, "Give one value for it."))
        elif change:
            found[str(change.number.address)] = change
    told.tell()
    return list(found.values())


def _one(numbers: Numbers, setting: Setting) -> Change:
    number = number_at(numbers, setting.address)
    return Change(number, value_of(number, setting.value))


def number_at(numbers: Numbers, address: str) -> Number:
    """The number at an address; raises PlanError with the nearest where there is none."""
    at = parsed(address)
    found = numbers.every.get(str(at))
    if found is None:
        raise PlanError([_unknown(numbers, address)])
    if found.assumption:
        inside = [str(n.address) for n in numbers.inside(parsed(f"assumptions.yaml/assumptions/{found.assumption}"))]
        what = f"{at} is given by the assumption “{found.assumption}”."
        mend = f"Change that one: {' or '.join(inside[:3])}." if inside else "Change the assumption."
        raise PlanError([problem(found.file, found.row, found.field, "number-elsewhere", what, mend, next(iter(inside), ""))])  # fmt: skip
    return found


def _unknown(numbers: Numbers, address: str) -> Problem:
    """The problem of an address at which no number stands: what stands inside it, or what is most like it."""
    at, what = parsed(address), f"There is no number at “{short(address, 120)}”."
    inside = [str(n.address) for n in numbers.inside(at)] if at.parts else []
    if inside:
        mend = f"Name one of its numbers: {', '.join(inside[:5])}{' …' if len(inside) > 5 else ''}."
        return problem(GIVEN, 0, "", "unknown-number", what, mend, inside[0])
    there = {n.address.file for n in numbers.open.values()}
    near_file = at.file if at.file in there else nearest(at.file, there)
    wanted = "/".join((near_file, *at.parts))
    there_in = [a for a, n in numbers.open.items() if n.address.file == near_file] or list(numbers.open)
    near, mend = nearest(wanted, there_in), instead(wanted, there_in, "placeplan numbers PLAN lists all of the plan.")
    return problem(GIVEN, 0, "", "unknown-number", what, mend, near)


def value_of(number: Number, text: str) -> Value:
    """What somebody wrote, as a value; raises PlanError where it is none. Its limits are checked with the plan."""
    text = text.strip()
    if number.month:
        return text
    found = typed(text)
    if isinstance(found, int | float) and not isinstance(found, bool) and len(text) <= LONGEST:
        return found
    if NUMBER.fullmatch(text) and len(text) <= LONGEST:
        what = f"“{text}” is a number with a unit or separators."
        meant = shown(float(text[:-1]) / 100) if PERCENT.fullmatch(text) else ""
        mend = "Write the bare number in its unit: 12 % is 0.12, £1,200 is 1200, 3m is 3000000."
        mend = f"{mend} If a share is meant, write {meant}." if meant else mend
        raise PlanError([problem(number.file, number.row, number.field, "unit-in-number", what, mend, meant)])
    what = f"“{short(text)}” is not a number."
    raise PlanError([problem(number.file, number.row, number.field, "not-a-number", what, as_number(text))])


def _written(folder: Path, files: dict[str, bytes], change: Change, draft: Draft) -> dict[str, bytes]:
    """The file in which a number stands, with the other in its place."""
    name = change.number.address.file
    path = folder / name
    data = files.get(name, path.read_bytes() if path.is_file() else b"")
    make = with_cell if name.endswith(".csv") else with_scalar
    return {name: make(data, change.number, change.value, draft)}


@contextmanager
def laid_over(folder: Path, files: dict[str, bytes]) -> Iterator[Path]:
    """A copy of a folder with other bytes in some of its files, for as long as it is needed."""
    with tempfile.TemporaryDirectory(prefix="placeplan-") as aside:
        copy = Path(aside) / folder.resolve().name
        shutil.copytree(folder, copy, ignore=shutil.ignore_patterns("*.py", "__pycache__", ".*"))
        for name, data in files.items():
            file = copy / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(data)
        yield copy
