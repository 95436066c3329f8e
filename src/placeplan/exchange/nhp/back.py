"""A plan as a parameter file: what it holds of it, over the file that it came from where that is given."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from placeplan.exchange.nhp.drawing import DIGITS, ends, faithful, multipliers
from placeplan.exchange.nhp.layout import (
    BOUNDS,
    BY_SPECIALTY,
    GROUPS,
    MITIGATORS,
    NO_PROFILES,
    SPECIALTIES,
    VALUES,
    Path,
    Version,
    strategies,
    top_keys,
)
from placeplan.exchange.nhp.places import GROWS, PREFIX, id_of
from placeplan.exchange.nhp.reading import YEARLY, Params
from placeplan.futures.assumptions import Assumption
from placeplan.futures.distributions import Choice
from placeplan.plan.schema import Plan

PRINCIPAL: Mapping[bool, str] = {True: "migration_category", False: "principal_proj"}
"""Name of the principal projection: from version 5 on, and before."""
NO_GROWTH = [1.0, 1.0]
RUNS = 256
"""Model runs where no file says how many."""


@dataclass
class Exported:
    """A parameter file, and what of the plan it cannot hold or has had to assume."""

    data: dict[str, Any]
    told: list[tuple[str, str]] = field(default_factory=list)

    @property
    def text(self) -> str:
        """The file."""
        return json.dumps(self.data, indent=2, ensure_ascii=False) + "\n"


def export_plan(plan: Plan, version: Version, like: Params | None = None, trust: str = "") -> Exported:
    """The plan's parameters.

    Args:
        plan: the plan.
        version: of the file; that of ``like`` where it is given.
        like: a file that gives what a plan does not hold.
        trust: organisation whose parameters they are; needed without ``like``.
    """
    made = Exported(copy.deepcopy(dict(like.data)) if like else _blank(plan, version, trust))
    if not like:
        made.told.append(
            ("model_runs, seed, demographic_factors, health_status_adjustment", "Assumed: a plan has none.")
        )
    version = like.version if like else version
    own = {a.id: a for a in plan.assumptions if a.level != "default"}
    for path in paths(version):
        if id_of(path) in own:
            _put(made, path, own[id_of(path)], profile=not like and version < NO_PROFILES)
    _put_growth(made, own)
    _put_variants(made, own)
    made.told += [(i.id, "An initiative of the plan's own.") for i in plan.initiatives if not i.id.startswith(PREFIX)]
    return made


def _blank(plan: Plan, version: Version, trust: str) -> dict[str, Any]:
    """A file that changes nothing."""
    groups: dict[str, Any] = {t: {g: list(NO_GROWTH) for g in names} for t, names in GROUPS.items()}
    ip: dict[str, Any] = {g: {} for g in GROUPS["ip"]}
    data: dict[str, Any] = {
        "id": plan.about.name, "scenario": plan.about.name, "dataset": trust, "seed": 1, "model_runs": RUNS,
        "start_year": int(plan.about.start[:4]), "end_year": int(plan.about.start[:4]) + plan.about.months // 12 - 1,
        "app_version": f"v{version[0]}.{version[1]}",
        "demographic_factors": {"variant_probabilities": {PRINCIPAL[version >= (5, 0)]: 1.0}},
        "health_status_adjustment": True,
        "non-demographic_adjustment": {"variant": plan.about.name, "value-type": YEARLY, "values": groups},
        "covid_adjustment": copy.deepcopy(groups),
        "baseline_adjustment": {"ip": copy.deepcopy(ip), "op": {g: {} for g in GROUPS["op"]}, "aae": {}},
        "waiting_list_adjustment": {"ip": {}, "op": {}},
        "inequalities": {}, "activity_avoidance": {"ip": {}, "op": {}, "aae": {}}, "efficiencies": {"ip": {}, "op": {}},
        "time_profile_mappings": {"activity_avoidance": {"ip": {}, "op": {}, "aae": {}}, "efficiencies": {"ip": {}, "op": {}}},
    }  # fmt: skip
    data |= {k: {"ip": copy.deepcopy(ip), "op": {}, "aae": {}} for k in ("expat", "repat_local", "repat_nonlocal")}
    keys = top_keys(version)
    return {key: value for key, value in data.items() if key in keys}


def paths(version: Version) -> Iterator[Path]:
    """Every path at which a multiplier may stand, growth apart."""
    for path, strategy in strategies().items():
        if strategy.known_to(version):
            yield path
    for key in (k for k in BOUNDS if k in top_keys(version)):
        for kind, groups in GROUPS.items():
            if key in BY_SPECIALTY and (kind == "ip" or (kind == "op" and key == "baseline_adjustment")):
                yield from ((key, kind, g, s) for g in groups for s in SPECIALTIES)
            elif (key in BY_SPECIALTY and kind == "op") or (key == "waiting_list_adjustment" and kind != "aae"):
                yield from ((key, kind, s) for s in SPECIALTIES)
            elif key in (*BY_SPECIALTY, "covid_adjustment") and (kind == "aae" or key == "covid_adjustment"):
                yield from ((key, kind, g) for g in groups)


def _put(made: Exported, path: Path, assumed: Assumption, profile: bool) -> None:
    """Write what an assumption removes as what is kept; profile: whether its time profile is lacking."""
    low, high = ends(assumed.distribution)
    kept = [round(1.0 - high, DIGITS), round(1.0 - low, DIGITS)]
    value: Any = kept
    if path[0] in VALUES:
        value = kept[0]
        if kept[0] != kept[1]:
            value = round(sum(kept) / 2, DIGITS)
            made.told.append((".".join(path), f"One number can stand there: the middle of {kept[0]:g} to {kept[1]:g}."))
    elif not faithful(assumed.distribution):
        made.told.append(
            (".".join(path), f"The 10th and 90th percentile of a distribution “{assumed.distribution.name}”.")
        )
    if path[0] in MITIGATORS:
        strategy = strategies()[path]
        value = {"type": strategy.type} if strategy.type and strategy.type != "aec" else {}
        value |= {"pre-op_days": strategy.days} if strategy.days else {}
        value["interval"] = kept
    _set(made.data, path, value)
    if path[0] in MITIGATORS and profile:
        _set(made.data, ("time_profile_mappings", *path), "linear")


def _put_growth(made: Exported, own: Mapping[str, Assumption]) -> None:
    """Write the plan's own growth of kinds of care as yearly multipliers."""
    said: dict[Path, dict[str, list[float]]] = {}
    for pod, groups in GROWS.items():
        assumed = own.get(f"growth.{pod}")
        for path in groups if assumed else ():
            assert assumed is not None
            said.setdefault(path, {})[pod], exact = multipliers(assumed.distribution)
            if not exact:
                why = f"10th and 90th percentile of a distribution “{assumed.distribution.name}”."
                made.told.append((f"growth.{pod}", why))
    for path, found in said.items():
        first = next(iter(found.values()))
        if any(ends_ != first for ends_ in found.values()):
            made.told.append((", ".join(f"growth.{p}" for p in found), f"They differ: {'.'.join(path)} has the first."))
        _set(made.data, ("non-demographic_adjustment", "values", *path), first)


def _put_variants(made: Exported, own: Mapping[str, Assumption]) -> None:
    """Write the chances of the variants by which people are spread."""
    spread = own["people.total"].distribution if "people.total" in own else None
    if isinstance(spread, Choice) and spread.names:
        _set(
            made.data,
            ("demographic_factors", "variant_probabilities"),
            dict(zip(spread.names, spread.weights, strict=True)),
        )


def _set(data: dict[str, Any], path: Path, value: Any) -> None:
    """Set what stands at a path, in place; what stands there as the same number stays as it was written."""
    for part in path[:-1]:
        data = data.setdefault(part, {})
    if data.get(path[-1]) != value:
        data[path[-1]] = value
