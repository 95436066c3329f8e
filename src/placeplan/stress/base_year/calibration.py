"""Whether a plan's base year is calibrated: what has to hold, and what it was held against."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from placeplan.core.tables import (
    OUTSIDE,
    Activity,
    BedStock,
    MoneyLine,
    Organisation,
    Reconciliation,
    Site,
    UnitCost,
)
from placeplan.model.outcomes import Outcomes
from placeplan.plan.schema import Plan
from placeplan.stress.base_year.reconcile import WIDEST, not_computed, reconcile
from placeplan.stress.called import names
from placeplan.stress.results.ground import Calibrated, Criterion, Reconciled

MOST = 0.5
"""More than this share of care, of beds and of money has to be held against a published total."""
CLEAR = 0.5
"""Two standard errors of a row may be this part of its limit; with fewer futures nobody can tell."""
JUDGED = 1e9
"""A row with a tolerance below this is judged."""
JUDGEMENT = "judgement (decision 42)"
OWN = frozenset({"activity", "occupied"})
"""Outcomes that are held against the plan's own tables."""
YEARLY = "a year"
"""Unit of counts."""
NAMED = 5
"""Rows named in a sentence."""


def base_rows(plan: Plan) -> tuple[Reconciliation, ...]:
    """Published totals of the base year."""
    rows = (r for r in plan.tables.get("reconcile", ()) if isinstance(r, Reconciliation))
    return tuple(r for r in rows if r.period.startswith(plan.about.base_year))


def own_rows(plan: Plan) -> tuple[Reconciliation, ...]:
    """What the plan's tables say was given and used, as totals to be met: activity by organisation and pod, beds occupied.

    A model that cannot give in its base year what was given then starts from somewhere else.
    """
    whose, year = _whose(plan), plan.about.base_year
    care: dict[tuple[str, str], list[Activity]] = defaultdict(list)
    for row in plan.tables["activity"]:
        if isinstance(row, Activity) and row.site != OUTSIDE:
            care[row.site, row.pod].append(row)
    found = [
        _own(f"{pod} at {site}", whose.get(site, site), "activity", f"{site}/{pod}", year, "sum", sum(r.activity for r in rows))
        for (site, pod), rows in sorted(care.items())
    ]  # fmt: skip
    beds: dict[tuple[str, str], list[float]] = defaultdict(list)
    for bed in plan.tables["beds"]:
        if isinstance(bed, BedStock) and bed.occupied is not None:
            beds[bed.site, bed.pool].append(bed.occupied)
    found += [
        _own(f"beds occupied, {pool} at {site}", whose.get(site, site), "occupied", f"{site}/{pool}", year, "mean", sum(n))
        for (site, pool), n in sorted(beds.items())
    ]  # fmt: skip
    return tuple(r for r in found if r.published > 0)


def _own(what: str, who: str, outcome: str, entity: str, year: str, statistic: Any, published: float) -> Reconciliation:
    table = "beds.csv" if outcome == "occupied" else "activity.csv"
    return Reconciliation(
        what=what, organisation=who, outcome=outcome, entity=entity, period=year, statistic=statistic,
        published=published, unit="beds" if outcome == "occupied" else YEARLY, kind="fitted",
        tolerance=WIDEST["counts"], source=f"the plan’s own {table}",
    )  # fmt: skip


def small(rows: Sequence[Reconciled]) -> tuple[Reconciled, ...]:
    """Rows of the plan's own tables, with room for the chance that is in a small count itself (`room`)."""
    found = []
    for row in rows:
        limit = max(row.tolerance, room(row.published)) if row.unit == YEARLY else row.tolerance
        found.append(row.model_copy(update={"tolerance": limit, "ok": abs(row.difference) <= limit}))
    return tuple(found)


def room(count: float) -> float:
    """How far a count of a year may lie off by its own chance, as a share of it: ``2 / √count``.

    Source: two standard deviations of a Poisson count.

    >>> room(400.0)
    0.1
    """
    return float(2.0 / count**0.5)


def calibration(plan: Plan, nothing: Outcomes, baseline: Any) -> Calibrated:
    """Whether the base year is calibrated, from a run with nothing done that has its twelve months."""
    called = names(plan)
    rows = reconcile(base_rows(plan), nothing, baseline, called)
    own = small(reconcile(own_rows(plan), nothing, baseline, called))
    lost = not_computed(base_rows(plan), nothing, baseline)
    criteria = (
        _published(rows), _met(rows, "fitted"), _met(rows, "predicted"), *([_given(own)] if own else []),
        *_covered(plan, rows), *([_settled(rows)] if rows else []), *([_found(lost)] if lost else []),
    )  # fmt: skip
    return told(criteria, rows)


def told(criteria: Sequence[Criterion], rows: Sequence[Reconciled]) -> Calibrated:
    """The word, and why."""
    wrong = [c for c in criteria if not c.ok]
    judged = [r for r in rows if r.tolerance < JUDGED]
    if wrong:
        more = f" And {len(wrong) - 1} more." if len(wrong) > 1 else ""
        return Calibrated(
            ok=False, sentence=f"The base year is not calibrated. {wrong[0].sentence}{more}", criteria=tuple(criteria)
        )
    held = sum(r.kind == "predicted" for r in judged)
    sentence = f"The base year is calibrated: all {len(judged)} published totals lie within their limits, {held} of them kept back."
    return Calibrated(ok=True, sentence=sentence, criteria=tuple(criteria))


def _published(rows: Sequence[Reconciled]) -> Criterion:
    judged = [r for r in rows if r.tolerance < JUDGED]
    some = f"{len(judged)} published totals of the base year are compared."
    none = "Nothing published stands beside it: reconcile.csv gives no total of the base year with a tolerance."
    return Criterion(
        name="Something to hold it against", ok=bool(judged), sentence=some if judged else none,
        limit="at least one published total", source=JUDGEMENT,
    )  # fmt: skip


def _met(rows: Sequence[Reconciled], kind: str) -> Criterion:
    judged = [r for r in rows if r.kind == kind and r.tolerance < JUDGED]
    off = sorted((r for r in judged if not r.ok), key=lambda r: -abs(r.difference) / r.tolerance)
    words = "used to set it up" if kind == "fitted" else "kept back"
    if not judged:
        sentence = f"No total was {words}." if kind == "predicted" else f"No total that was {words} is compared."
    elif off:
        lie = "lies beyond its limit" if len(off) == 1 else "lie beyond their limits"
        sentence = f"{len(off)} of {len(judged)} totals that were {words} {lie}: {listed(off)}."
    else:
        sentence = f"All {len(judged)} totals that were {words} lie within their limits."
    share, money, counts = (f"{100 * WIDEST[k]:g} %" for k in ("share", "£", "counts"))
    limits = {
        "fitted": f"counts within {counts}, money within {money}, or less where the plan says so",
        "predicted": f"at least one, each within {100 * WIDEST['predicted']:g} %, shares within {share.replace(' %', ' points')}",
    }
    ok = not off and (kind == "fitted" or bool(judged))
    return Criterion(
        name=f"Totals {words}", ok=ok, sentence=sentence, limit=limits[kind], source=f"{JUDGEMENT}; a margin kept back: the model’s law 12.3"
        if kind == "predicted" else JUDGEMENT,
    )  # fmt: skip


def listed(rows: Sequence[Reconciled], most: int = NAMED) -> str:
    """Rows by organisation and what they are about, with how far off they are."""
    said = [f"{r.organisation}, {r.of} ({difference(r)}, limit {100 * r.tolerance:.3g} %)" for r in rows[:most]]
    return "; ".join(said) + (f"; and {len(rows) - most} more" if len(rows) > most else "")


def difference(row: Reconciled) -> str:
    """The difference with its sign, per cent."""
    sign = "−" if row.difference < 0 else "+"
    return (
        f"{sign}{100 * abs(row.difference):.1f} %" if abs(row.difference) < 100 else f"{sign} more than a hundredfold"
    )


def _given(own: Sequence[Reconciled]) -> Criterion:
    off = sorted((r for r in own if not r.ok), key=lambda r: -abs(r.difference) / r.tolerance)
    fine = f"The model gives in its base year what activity.csv and beds.csv say, in all {len(own)} pods and pools."
    wrong = f"The model gives something else than its own tables say: {listed(off)}."
    return Criterion(
        name="What the plan’s own tables say", ok=not off, sentence=wrong if off else fine,
        limit=f"within {100 * WIDEST['counts']:g} %, or two standard deviations of a small count", source=f"{JUDGEMENT}; Poisson",
    )  # fmt: skip


def _covered(plan: Plan, rows: Sequence[Reconciled]) -> Iterator[Criterion]:
    """How much of care, beds and money the judged totals are about."""
    judged = [r for r in rows if r.tolerance < JUDGED]
    about = {(r.owner, r.of) for r in judged}
    weights: dict[str, dict[tuple[str, str], float]] = {
        "care, weighed by what it costs": _care(plan), "beds occupied": _beds(plan), "running costs": _costs(plan),
    }  # fmt: skip
    for what, weight in weights.items():
        whole = sum(weight.values())
        if not whole:
            continue
        share = sum(w for key, w in weight.items() if key in about) / whole
        out = sorted(((w, k) for k, w in weight.items() if k not in about), reverse=True)[:3]
        called = names(plan)
        lacking = "; ".join(f"{called.get(who, who)}, {of} ({w / whole:.0%})" for w, (who, of) in out)
        rest = f" The largest without: {lacking}." if lacking else ""
        yield Criterion(
            name=f"How much of {what.partition(',')[0]} is compared", ok=share >= MOST,
            sentence=f"{share:.0%} of {what} is held against published totals.{rest}", limit=f"at least {MOST:.0%}",
            source=JUDGEMENT,
        )  # fmt: skip


def _care(plan: Plan) -> dict[tuple[str, str], float]:
    """Cost-weighted activity by organisation and pod; pods without a unit cost weigh nothing."""
    cost = {r.pod: r.cost for r in plan.tables["unit_costs"] if isinstance(r, UnitCost)}
    whose, found = _whose(plan), defaultdict[tuple[str, str], float](float)
    for row in plan.tables["activity"]:
        if isinstance(row, Activity) and row.site != OUTSIDE:
            found[whose.get(row.site, row.site), row.pod] += row.activity * cost.get(row.pod, 0.0)
    return {k: v for k, v in found.items() if v > 0}


def _beds(plan: Plan) -> dict[tuple[str, str], float]:
    whose, found = _whose(plan), defaultdict[tuple[str, str], float](float)
    for row in plan.tables["beds"]:
        if isinstance(row, BedStock) and row.occupied is not None:
            found[whose.get(row.site, row.site), row.pool] += row.occupied
    return dict(found)


def _costs(plan: Plan) -> dict[tuple[str, str], float]:
    """Running cost by organisation; commissioners pay others, whose cost it is."""
    pays = {o.id for o in plan.tables["organisations"] if isinstance(o, Organisation) and o.type == "commissioner"}
    found = defaultdict[tuple[str, str], float](float)
    for row in plan.tables["money"]:
        if isinstance(row, MoneyLine) and row.direction == "cost" and row.organisation not in pays:
            found[row.organisation, "operating_cost"] += row.amount
    return dict(found)


def _whose(plan: Plan) -> Mapping[str, str]:
    own = {o.id: o.id for o in plan.tables["organisations"] if isinstance(o, Organisation)}
    return own | {s.id: s.organisation for s in plan.tables["sites"] if isinstance(s, Site)}


def _settled(rows: Sequence[Reconciled]) -> Criterion:
    """Whether there are futures enough to tell."""
    judged = [r for r in rows if r.tolerance < JUDGED]
    worst = max(judged, key=lambda r: r.chance / r.tolerance, default=None)
    part = 2 * worst.chance / worst.tolerance if worst else 0.0
    sentence = "There are futures enough to tell." if worst is None or part <= CLEAR else (
        f"Too few futures: two standard errors of “{worst.what}” ({worst.organisation}) are {part:.0%} of its limit."
    )  # fmt: skip
    return Criterion(
        name="Futures enough", ok=part <= CLEAR, sentence=sentence,
        limit=f"two standard errors at most {CLEAR:.0%} of a limit", source=JUDGEMENT,
    )  # fmt: skip


def _found(lost: Sequence[str]) -> Criterion:
    said = "; ".join(f"“{what}”" for what in lost[:NAMED])
    return Criterion(
        name="Totals that the model can compute", ok=False,
        sentence=f"{len(lost)} totals name an entity, period or age band that the model does not have: {said}.",
        limit="all of them", source="nothing is dropped",
    )  # fmt: skip
