"""A parameter file into a plan: assumptions and initiatives, and a list of all that has no counterpart."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from placeplan.core.calendar import months_from
from placeplan.exchange.nhp.beside import ShareRow, has_ranges
from placeplan.exchange.nhp.drawing import between, growing, mixture, removed
from placeplan.exchange.nhp.layout import BOUNDS, MITIGATORS, Path
from placeplan.exchange.nhp.places import GROWS, PREFIX, Reach, Trust, effects_of, id_of, reach_of, said
from placeplan.exchange.nhp.reading import Entry, Params
from placeplan.futures.assumptions import Assumption, Correlation
from placeplan.plan.initiatives import Initiative
from placeplan.plan.schema import Plan

Fate = Literal["carried", "kept", "neutral", "aside", "note"]
"""``carried``: it acts in the plan; ``kept``: its values stand there, and nothing uses them; ``neutral``: it changes nothing;
``aside``: the plan has no place for it; ``note``: it acts, though not quite as it was meant."""
GROWTH: Path = ("non-demographic_adjustment", "values")
TOGETHER = 0.999
"""Rank correlation of what one variant gives for all people and for old ones: as near to 1 as a plan allows."""
MEANT: Mapping[str, str] = {
    "seed": "Draws are keyed by name here: say --seed when you test.",
    "model_runs": "Say --futures when you test.",
    "create_datetime": "Only what the file says of itself.", "id": "Only what the file says of itself.",
    "user": "Only what the file says of itself.", "viewable": "Only what the file says of itself.",
    "interval_type": "How the other program shows its intervals.", "reasons": "Words of the other program.",
    "health_status_adjustment": "Health at each age goes by years of life there; here write an assumption people.health_shift.",
    "inequalities": "It goes by HRG, and a plan has none; see level and quintile of areas.csv.",
    "bed_occupancy": "Write a promise on occupancy.",
    "theatres": "Theatre slots stand in beds.csv.",
}  # fmt: skip
"""Why each of these keys is not carried over."""


@dataclass(frozen=True)
class Told:
    """What became of one key."""

    key: str
    line: int
    fate: Fate
    why: str


@dataclass
class Imported:
    """A plan with what a parameter file says, and what became of every key."""

    plan: Plan
    told: list[Told] = field(default_factory=list)
    asked: list[tuple[str, str]] = field(default_factory=list)
    """Keys that act once a share says how far they reach, and what each is about."""

    def of(self, *fates: Fate) -> list[Told]:
        """Keys with these fates."""
        return [t for t in self.told if t.fate in fates]


@dataclass(frozen=True)
class Given:
    """What goes with the file: the trust, shares, and how variants depart from the plan's people."""

    trust: Trust
    shares: Mapping[str, ShareRow] = field(default_factory=dict)
    variants: Mapping[str, tuple[float, float]] | None = None


def into_plan(params: Params, plan: Plan, given: Given) -> Imported:
    """The plan with the parameters' assumptions and initiatives; what an earlier file brought is replaced."""
    made = Imported(plan)
    assumptions: list[Assumption] = []
    initiatives: list[Initiative] = []
    for entry in params.entries:
        if entry.path[:2] == GROWTH:
            continue
        if entry.neutral:
            made.told.append(Told(entry.key, entry.line, "neutral", "It changes nothing."))
            continue
        assumptions.append(_assumption(entry, params))
        initiatives += _initiative(entry, params, given, made)
    assumptions += _growth(params, given.trust, made)
    more, correlations = _variants(params, plan, given, made)
    made.told += _others(params, plan)
    made.plan = _joined(plan, [*assumptions, *more], initiatives, correlations, made)
    return made


def source_of(params: Params) -> str:
    """What the elements that come from a file give as their source."""
    return f"NHP parameters “{params.data['scenario']}” of {params.data['dataset']}, {params.data['app_version']}"


def _assumption(entry: Entry, params: Params) -> Assumption:
    """What is removed by a multiplier: one minus what is kept."""
    least, most = BOUNDS[entry.path[0]]
    spread = between(removed(entry.high), removed(entry.low), removed(most), removed(least))
    return Assumption(
        id=id_of(entry.path),
        about=f"{said(entry.path)}: share removed; negative adds",
        unit="share",
        distribution=spread,
        kind="judgement",
        driver="effect_strength" if entry.path[0] in MITIGATORS else "demand_growth",
        source=source_of(params),
        note=f"{entry.key}, kept: {entry.low:g} to {entry.high:g}",
    )


def _initiative(entry: Entry, params: Params, given: Given, made: Imported) -> Iterator[Initiative]:
    """The initiative by which a multiplier acts; none where it cannot, which is told."""
    reach, row = reach_of(entry.path, given.trust), given.shares.get(entry.key)
    why = _hindered(entry, reach, given.trust, made.plan)
    start, ramp, note = when(params.profile(entry.path), params, made.plan)
    if not why and not start:
        why = note
    if not why and reach.part and row is None:
        made.asked.append((entry.key, said(entry.path)))
        why = "It reaches a part of the care: give its share by --shares."
    if why:
        made.told.append(Told(entry.key, entry.line, "kept", why))
        return
    share = row.share if row else 1.0
    made.told.append(Told(entry.key, entry.line, "carried", f"initiative {id_of(entry.path)}"))
    if note:
        made.told.append(Told(entry.key, entry.line, "note", note))
    about = f"{said(entry.path)}: of {share:.4g} of {', '.join(reach.pods)}"
    mitigates = entry.path[0] in MITIGATORS
    yield Initiative.model_validate({
        "id": id_of(entry.path), "name": said(entry.path), "about": about, "owner": given.trust.id,
        "status": "aspiration" if mitigates else "commitment",
        "theme": "hospital" if entry.path[0] != "activity_avoidance" else "out_of_hospital",
        "origin": "local", "evidence_grade": "weak", "start": start, "ramp_months": ramp, "peak": share, "delay": 0.0,
        "effects": list(effects_of(reach, id_of(entry.path), given.trust, said(entry.path))),
        "source": source_of(params) + (f"; share: {row.source}" if row else ""),
    })  # fmt: skip


def _hindered(entry: Entry, reach: Reach, trust: Trust, plan: Plan) -> str:
    """Why a multiplier cannot act, "" where it can."""
    if reach.effect == "none":
        return "A plan has nothing like it."
    if not reach.pods:
        return f"{trust.id} gives no care of this kind in the plan."
    if reach.to_pods and not trust.gives(reach.to_pods):
        return f"{trust.id} gives no {reach.to_pods.replace('|', ' nor ')} to which the care could go."
    if entry.path[0] == "waiting_list_adjustment" and plan.tables["lists"]:
        return "lists.csv has the waiting list itself: twice would be too much."
    return ""


def when(profile: str, params: Params, plan: Plan) -> tuple[str, int, str]:
    """First month, months to full uptake, and what is to be told; no month where it begins after the run.

    ``none``: in full from the run's first month; ``linear``, and where no profile is said: from April of the first year to
    April of the last; ``stepYYYY``: in full from April of that year.
    """
    months = months_from(plan.about.start, plan.about.months)
    first, last = f"{params.data['start_year']}-04", f"{params.data['end_year']}-04"
    if profile == "none":
        return months[0], 0, ""
    if profile.startswith("step"):
        month = f"{profile[4:]}-04"
        if month > months[-1]:
            return "", 0, f"It begins in {month}, after the run."
        return max(month, months[0]), 0, ""
    note = f"The profile is {profile}: it rises in a line here." if profile.endswith("loaded") else ""
    start = max(first, months[0])
    ramp = (int(last[:4]) - int(start[:4])) * 12 + 4 - int(start[5:])
    return (start, min(max(ramp, 0), 120), note) if start <= months[-1] else ("", 0, "It begins after the run.")


def _growth(params: Params, trust: Trust, made: Imported) -> Iterator[Assumption]:
    """Yearly growth of each kind of care that the trust gives, in place of the library's or the plan's own."""
    every = [e for e in params.entries if e.path[:2] == GROWTH]
    found = {e.path[2:]: e for e in every if e.low > 0}
    made.told += [Told(e.key, e.line, "aside", "Nothing would be left after a year.") for e in every if e.low <= 0]
    used: set[Path] = set()
    most = BOUNDS[GROWTH[0]][1]
    for pod, groups in GROWS.items():
        entries = [found[g] for g in groups if g in found]
        alike = len({(e.low, e.high) for e in entries}) == 1
        if pod not in trust.sites or len(entries) != len(groups):
            continue
        if not alike:
            why = f"{pod} is both, and the two differ: its growth stays as it was."
            made.told += [Told(e.key, e.line, "note", why) for e in entries]
            continue
        used |= set(groups)
        e = entries[0]
        yield Assumption(
            id=f"growth.{pod}", about=f"Growth of {pod}, beyond people and age", unit="share a year",
            distribution=growing(e.low, e.high, most), kind="judgement",
            driver="demand_growth", source=source_of(params), note=f"{e.key}: {e.low:g} to {e.high:g} a year",
        )  # fmt: skip
    for path, e in found.items():
        fate: Fate = "carried" if path in used else "aside"
        pods = [p for p, groups in GROWS.items() if path in groups and p in trust.sites]
        why = (
            ", ".join(f"growth.{p}" for p in pods) if path in used else f"{trust.id} gives no care of this kind alone."
        )
        made.told.append(Told(e.key, e.line, fate, why))


def _variants(
    params: Params, plan: Plan, given: Given, made: Imported
) -> tuple[list[Assumption], list[Correlation]]:  # fmt: skip
    """How many people there are: one of the variants, each as often as the file says."""
    weights = params.data["demographic_factors"]["variant_probabilities"]
    key = "demographic_factors.variant_probabilities"
    line, source = params.lines.get(tuple(key.split(".")), 0), source_of(params)
    if given.variants is None or has_ranges(plan):
        why = (
            "Give the people of each variant by --variants."
            if given.variants is None
            else "population.csv has low and high already."
        )
        made.told.append(Told(key, line, "aside", f"{why} Chances: {_listed(weights)}."))
        return [], []
    every = {v: d[0] for v, d in given.variants.items()}
    older = {v: d[1] - d[0] for v, d in given.variants.items()}
    total = mixture(every, weights)
    after = [older[v] for v in total.names]
    sign = 1 if after == sorted(after) else -1 if after == sorted(after, reverse=True) else 0
    made.told.append(Told(key, line, "carried", "people.total"))
    if sign:
        old: Any = mixture(older, weights)
    else:
        mean = sum(weights[v] * older[v] for v in older) / sum(weights[v] for v in older)
        old = between(mean, mean, 0.0, 0.0)
        made.told.append(
            Told(key, line, "note", "Old people go neither with all people nor against: they have the mean.")
        )
    spreads = {"people.total": total, "people.old": old}
    spreads |= {f"people.sigma_{w}": between(1.0, 1.0, 0.0, 1.0) for w in ("total", "old")}
    told = {"people.total": "all people", "people.old": "people of 75 and over beyond all people"}
    assumed = [
        Assumption(
            id=name, about=f"How {told.get(name, 'people')} depart from the projection: variants", kind="judgement",
            unit="a year" if "sigma" in name else "standard deviations", distribution=spread, driver="demand_growth", source=source,
        )
        for name, spread in spreads.items()
    ]  # fmt: skip
    pair = ("people.total", "people.old")
    if not sign or len(total.values) < 2:
        return assumed, []
    return assumed, [Correlation(members=pair, rank_correlation=sign * TOGETHER, source=source)]


def _others(params: Params, plan: Plan) -> Iterator[Told]:
    """Keys that are no multipliers, and have no counterpart or another."""
    for key, why in MEANT.items():
        if key in params.data and params.data[key] not in ({}, False):
            yield Told(key, params.lines.get((key,), 0), "aside", why)
    first = int(params.data["start_year"])
    if first != int(plan.about.start[:4]):
        why = f"The plan begins in {plan.about.start}: growth compounds from there, not from {first}."
        yield Told("start_year", params.lines.get(("start_year",), 0), "note", why)


def _joined(
    plan: Plan, assumptions: Iterable[Assumption], initiatives: Iterable[Initiative],
    correlations: Iterable[Correlation], made: Imported,
) -> Plan:  # fmt: skip
    """The plan with these in place of what has their ids, and of what an earlier file brought."""
    new = list(assumptions)
    ids = {a.id for a in new}
    for a in plan.assumptions:
        if a.id in ids and a.level != "default" and not a.id.startswith(PREFIX):
            made.told.append(Told(a.id, 0, "note", "The plan's own figure is replaced."))
    kept = [a for a in plan.assumptions if a.id not in ids and not a.id.startswith(PREFIX)]
    earlier = [i for i in plan.initiatives if i.id.startswith(PREFIX)]
    if earlier:
        made.told.append(Told(PREFIX + "*", 0, "note", f"{len(earlier)} initiatives of an earlier file are replaced."))
    pairs = list(correlations)
    members = {m for c in pairs for m in c.members}
    return plan.changed(
        assumptions=(*kept, *new),
        initiatives=(*(i for i in plan.initiatives if not i.id.startswith(PREFIX)), *initiatives),
        correlations=(*(c for c in plan.correlations if not members & set(c.members)), *pairs),
    )


def _listed(weights: Mapping[str, float]) -> str:
    return ", ".join(f"{name} {share:g}" for name, share in weights.items())
