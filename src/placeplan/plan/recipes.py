"""Recipes: an initiative made from rows of the evidence, so that a plan need not say again what studies found."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import PurePosixPath
from typing import Any, Literal

from placeplan.core.errors import Problem, nearest
from placeplan.core.records import Id, NameOrBlank, Quantity, described
from placeplan.core.tables import Activity, Evidence, Grade
from placeplan.effects.base import Effect, Scope
from placeplan.futures.assumptions import Assumption
from placeplan.futures.evidence import as_share, pooled
from placeplan.plan.draft import Draft
from placeplan.plan.initiatives import Initiative
from placeplan.plan.library import evidence_of
from placeplan.plan.located import Item

Theme = Literal[
    "prevention", "out_of_hospital", "hospital", "mental_health", "primary_care", "efficiency", "records",
    "workforce", "payment", "organisation",
]  # fmt: skip
THEMES: Mapping[str, Theme] = {"prevent": "prevention", "los": "hospital", "productivity": "efficiency"}
"""Theme of an initiative by the evidence's category; out of hospital for the others."""
EFFECTS: Mapping[str, Mapping[str, str]] = {
    "demand": {"kind": "prevent"},
    "stay": {"kind": "shorten", "part": "clinical"},
    "delay": {"kind": "shorten", "part": "delay"},
}
"""The effect that says what a row says, by what it acts on."""
WORDS: Mapping[str, str] = {
    "odds": "It gives a change of odds, and an effect takes a share of care.",
    "points": "It gives points of growth, and an effect takes a share of care.",
    "days": "It gives days, and an effect takes a share of the stay.",
    "months": "It gives months by which other things come later, and no change of care.",
    "amount": "Its figure is no share of care.",
}
"""Why a figure of a measure cannot become an effect."""


class Recipe(Initiative):
    """An initiative made from the evidence: `recipe` and `owner` are enough, with `start` and, for some, who is reached.

    What is not said comes from the rows: name, theme, grade, months to full uptake and an effect on the care that was counted,
    with an assumption `effect.<id>` spread as the studies say. Any other field of an initiative may be said too, and goes before;
    an assumption of that id in the plan goes before as well.
    """

    recipe: Id
    """Id of a row of the evidence, or the name of a group of rows, which are pooled."""
    name: NameOrBlank = ""
    """What it is called; blank: as the row says."""
    about: str = ""
    """What changes, in plain words; blank: what was done and for whom, as the row says."""
    status: Literal["aspiration", "commitment"] = "aspiration"
    theme: Theme = "out_of_hospital"
    """Blank: by the row's category."""
    origin: Literal["national", "regional", "local", "public", "supplier"] = "local"
    evidence_grade: Grade = "weak"
    """Blank: the row's; of several rows, what they say together."""
    peak: Quantity = described("share of those in scope reached when full", default="initiative.peak")
    scope: Scope = Scope()
    """Whom and where it touches; without `pods`, those of the rows that the plan has."""
    source: str = ""
    """Blank: the rows' sources."""


def as_recipe(cls: type[Any], data: Any, file: str) -> tuple[type[Any], Any]:
    """The class that reads an initiative's file, and its data: a recipe that gives no id has its file's name as id."""
    if cls is not Initiative or not isinstance(data, dict) or "recipe" not in data:
        return cls, data
    return Recipe, {"id": PurePosixPath(file).stem} | data


def made_whole(draft: Draft) -> tuple[Draft, list[Problem]]:
    """The draft with each recipe as an initiative and its assumption, and what is wrong with those that cannot be made."""
    rows = evidence_of(draft)
    pods = {item.value.pod for item in draft.rows("activity", Activity)}
    own = {item.value.id for item in draft.assumptions}
    problems: list[Problem] = []
    refused = set(draft.refused)
    initiatives: list[Item[Initiative]] = []
    assumptions = list(draft.assumptions)
    for item in draft.initiatives:
        recipe = item.value
        if not isinstance(recipe, Recipe):
            initiatives.append(item)
            continue
        named = _named(recipe.recipe, rows)
        found = list(_wrong(draft, item.holding(recipe), named, rows))
        problems += found
        if found or not named:
            refused.add(item.file)
            continue
        initiative, assumption = made(recipe, named, pods)
        initiatives.append(item.holding(initiative))
        assumptions += [item.holding(assumption)] if assumption.id not in own else []
    whole = replace(draft, initiatives=tuple(initiatives), assumptions=tuple(assumptions), refused=frozenset(refused))
    return whole, problems


def made(recipe: Recipe, rows: Sequence[Evidence], pods: set[str]) -> tuple[Initiative, Assumption]:
    """An initiative and the assumption that gives its strength.

    rows: those it rests on, all about the same care; pods: points of delivery of the plan, to which those of the rows are
    narrowed where it has any of them.
    """
    first, prior = rows[0], pooled(rows)
    called = first.initiative if len(rows) == 1 else first.group.replace("_", " ").capitalize()
    whom = "; ".join(dict.fromkeys(row.population_reached or "everybody" for row in rows))
    source = "; ".join(f"{row.id}: {row.source}" for row in rows)
    name = f"effect.{recipe.id}"[:64]
    counted = [pod for pod in first.pods.split() if pod in pods] or first.pods.split()
    scope = recipe.scope if recipe.scope.pods else recipe.scope.model_copy(update={"pods": tuple(counted)})
    effect = Effect.parse({**EFFECTS[first.acts_on], "scope": scope, "share": name, "about": called})
    usual = {
        "name": called, "about": f"{called}: {whom}", "source": source,
        "status": recipe.status, "origin": recipe.origin, "peak": recipe.peak, "evidence_grade": graded(rows),
        "theme": THEMES.get(first.category, "out_of_hospital"), "ramp_months": max(row.rampup_months for row in rows),
    }  # fmt: skip
    said = {f: v for f in recipe.model_fields_set & Initiative.model_fields.keys() if (v := getattr(recipe, f)) != ""}
    named = tuple(dict.fromkeys((*(row.id for row in rows), *recipe.evidence)))
    initiative = Initiative(**{**usual, **said, "evidence": named, "effects": (*recipe.effects, effect)})
    what = {"demand": "care", "stay": "the stay", "delay": "the wait to leave"}[first.acts_on]
    levels = [row.level for row in rows if row.level != "default"]
    assumption = Assumption(
        id=name, about=f"Share of {what} that “{initiative.name}” takes away from those reached; negative adds", unit="share",
        distribution=as_share(prior.distribution), kind="evidence", driver="effect_strength",
        level=levels[0] if levels else "default", source=source,
    )  # fmt: skip
    return initiative, assumption


def graded(rows: Sequence[Evidence]) -> Grade:
    """The grade of one row; of several adverse where they find more and one is adverse, weak where they may find nothing.

    Otherwise that of the least sure.
    """
    if len(rows) == 1:
        return rows[0].grade
    grades, effect = [row.grade for row in rows], pooled(rows).distribution
    if effect.p50 > 0 and "adverse" in grades:
        return "adverse"
    if set(grades) == {"none"}:
        return "none"
    order: tuple[Grade, ...] = ("weak", "moderate", "strong")
    return next((g for g in order if g in grades), "weak") if effect.p90 < 0 else "weak"


def why_not(rows: Sequence[Evidence]) -> str:
    """Why no effect can say what rows say, in a sentence; "" where one can."""
    first = rows[0]
    if first.category == "plan_expectation":
        return "It is what plans hoped for, and no study found it."
    if all(row.effect_central is None for row in rows):
        return "It has no figure: no study that can be relied on gives one."
    if first.measure != "change":
        return WORDS.get(first.measure, "It does not say what its figure is of.")
    if first.acts_on not in EFFECTS or (first.acts_on != "delay" and not first.pods):
        return f"It counts {first.pod_affected or 'nothing of the model'}, which no effect changes."
    try:
        pooled(rows)
    except ValueError as error:
        return f"{str(error).capitalize()}."
    return ""


def _named(name: str, rows: Mapping[str, Evidence]) -> tuple[Evidence, ...]:
    """The row of an id, or the rows of a group that have a figure (all of them where none has)."""
    if name in rows:
        return (rows[name],)
    group = tuple(row for row in rows.values() if row.group == name)
    return tuple(row for row in group if row.effect_central is not None) or group


def _wrong(
    draft: Draft, item: Item[Recipe], named: Sequence[Evidence], rows: Mapping[str, Evidence]
) -> Iterator[Problem]:
    recipe = item.value
    if not named:
        near = nearest(recipe.recipe, {*rows, *(row.group for row in rows.values() if row.group)})
        what = f"There is no evidence “{recipe.recipe}” to make an initiative from."
        mend = (
            f"Write “{near}”, or add a row to evidence.csv."
            if near
            else "Name a row of evidence, or add it to evidence.csv."
        )
        if draft.whole("evidence"):
            yield item.problem("unknown-recipe", what, mend, "recipe", near)
        return
    reason = why_not(named)
    if reason:
        mend = "Write the initiative with its effects, and name this under evidence."
        yield item.problem("no-recipe", f"No initiative can be made from “{recipe.recipe}”. {reason}", mend, "recipe")
    elif named[0].part and not _says_who(recipe):
        what = f"“{recipe.recipe}” is about {named[0].population_reached or 'a part of those who have this care'}."
        mend = "Say in scope who they are here (cohorts, ages, areas or sites), or give peak, the share of this care that is theirs."
        yield item.problem("recipe-for-whom", what, mend, "recipe")


def _says_who(recipe: Recipe) -> bool:
    return "peak" in recipe.model_fields_set or bool(recipe.scope.model_fields_set - {"pods"})
