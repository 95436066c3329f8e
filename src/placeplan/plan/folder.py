"""A plan as a folder of files: read strictly, with every problem told at once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from placeplan.core.errors import PlanError, Problem, nearest
from placeplan.core.tables import TABLES
from placeplan.plan.checks import run_checks
from placeplan.plan.draft import Draft, values
from placeplan.plan.library import complete
from placeplan.plan.located import Item, problem
from placeplan.plan.missing import no_plan
from placeplan.plan.payment_forms import PaymentForm
from placeplan.plan.reader import Reader
from placeplan.plan.recipes import made_whole
from placeplan.plan.schema import ELEMENTS, Plan, PlanFile

ASTRAY = frozenset({"unknown-organisation", "unknown-site", "unknown-area", "unknown-pod", "look-alike"})
"""Problems of an id in a table by which nobody can say where its row belongs."""


def read_plan(folder: str | Path, assumption_set: str = "") -> Plan:
    """The plan in a folder, completed from the library.

    Args:
        folder: the plan's folder.
        assumption_set: name of a set; entries of ``assumptions-<set>.yaml`` replace those of the same id.

    Raises:
        PlanError: with every problem and warning found, if there is any problem.
    """
    return read_plan_with_warnings(folder, assumption_set)[0]


def read_plan_with_warnings(folder: str | Path, assumption_set: str = "") -> tuple[Plan, tuple[Problem, ...]]:
    """The plan in a folder and what it should be asked about; raises PlanError as `read_plan` does."""
    draft, problems = read_draft(Path(folder), assumption_set)
    if draft.about is None or any(p.severity == "error" for p in problems):
        raise PlanError(problems)
    return _plan(draft, draft.about.value, assumption_set), tuple(sorted(problems))


def read_plan_with_forms(
    folder: str | Path, named: Sequence[str], assumption_set: str = ""
) -> tuple[Plan, tuple[PaymentForm, ...], tuple[Problem, ...]]:
    """The plan in a folder, forms of payment to be laid over it, and what both should be asked about.

    Args:
        folder: the plan's folder.
        named: of each form its id in the folder ``payment_forms``, or the path of its file.
        assumption_set: as in `read_plan`.

    Raises:
        PlanError: with every problem of the plan, of the forms, and of the plan paid in each of them.
    """
    paths = [Path(name) for name in named if name.endswith(".yaml") or Path(name).is_file()]
    draft, problems = read_draft(Path(folder), assumption_set, paths)
    forms = {item.value.id: item for item in draft.payment_forms}
    by_file = {item.file: name for name, item in forms.items()}
    wanted = [by_file.get(str(Path(name)), name) for name in named]
    ids = [name for name in wanted if Path(name) not in paths]
    found = sorted(
        {*problems, *(_no_form(name, forms) for name in ids if name not in draft.named("payment_form", forms))}
    )
    if draft.about is None or any(p.severity == "error" for p in found):
        raise PlanError(found)
    return (
        _plan(draft, draft.about.value, assumption_set),
        tuple(forms[n].value for n in dict.fromkeys(wanted)),
        tuple(found),
    )


def _no_form(name: str, forms: Iterable[str]) -> Problem:
    """The problem of a form of payment that is not there."""
    near, known = nearest(name, forms), ", ".join(sorted(forms))
    mend = f"Write “{near}”." if near else f"Write one of: {known}." if known else "Give the path of its file (*.yaml)."
    return problem("--form", 0, "", "unknown-form", f"There is no form of payment “{name}”.", mend, near)


def read_draft(folder: Path, assumption_set: str = "", forms: Iterable[Path] = ()) -> tuple[Draft, list[Problem]]:
    """All that can be read of a plan, and every problem found on the way; forms: of payment, that lie elsewhere."""
    reader = Reader(folder)
    if nothing := no_plan(folder):
        return Draft(), [nothing]
    reader.scan()
    reader.read(assumption_set)
    for path in forms:
        reader.read_form(path)
    draft, unmade = made_whole(reader.draft())
    draft = complete(draft)
    return draft, sorted({*reader.problems, *unmade, *_checked(draft)})


def _checked(draft: Draft) -> list[Problem]:
    """What the checks find; a row of a table that names an unknown id counts as refused.

    Its bed, money or care stands nowhere, and whatever rests on it would seem to be wrong as well: one slip would be told
    as many, and the mend of the others would be to write the slip again.
    """
    found = run_checks(draft)
    astray = [p for p in found if p.file.endswith(".csv") and p.severity == "error" and p.code in ASTRAY]
    if not astray:
        return found
    again = run_checks(replace(draft, refused=draft.refused | {p.file for p in astray}))
    return sorted({*again, *astray} & {*found})


def _plan(draft: Draft, about: PlanFile, assumption_set: str) -> Plan:
    """The frozen plan of a draft without errors."""
    return Plan(
        about=about,
        tables={name: values(draft.tables.get(name, ())) for name in TABLES},
        correlations=values(draft.correlations),
        **{part: values(getattr(draft, part)) for part in ELEMENTS},
        assumption_set=assumption_set,
        places=dict(_places(draft)),
    )


def _places(draft: Draft) -> Iterator[tuple[str, str]]:
    for name, items in draft.tables.items():
        yield from ((f"table/{name}/{n}", _place(item)) for n, item in enumerate(items))
    for part in ELEMENTS:
        yield from ((f"{part[:-1]}/{item.value.id}", _place(item)) for item in getattr(draft, part))


def _place(item: Item[Any]) -> str:
    return f"{item.file}, line {item.row}" if item.row else item.file
