"""Where a multiplier of a parameter file acts in a plan: the trust's sites, the kinds of care, and the part of them."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from placeplan.core.errors import PlanError, either, nearest
from placeplan.core.tables import Activity, AreaPeople, Organisation, Site
from placeplan.exchange.nhp.layout import MITIGATORS, Path, Strategy, strategies
from placeplan.exchange.nhp.reading import Params
from placeplan.exchange.told import problem
from placeplan.plan.schema import Plan

PREFIX = "nhp."
"""How the ids of what comes from a parameter file begin."""
OF_GROUP: Mapping[Path, tuple[str, str]] = {
    ("ip", "elective"): ("elective_admission+day_case", ""),
    ("ip", "non-elective"): ("emergency_admission", ""),
    ("ip", "maternity"): ("maternity_admission", ""),
    ("op", "first"): ("outpatient_first", ""),
    ("op", "followup"): ("outpatient_followup", ""),
    ("op", "procedure"): ("", ""),
    ("op",): ("outpatient_first+outpatient_followup", ""),
    ("aae", "ambulance"): ("ae_majors", "ae_type1"),
    ("aae", "walk-in"): ("ae_minors+ae_other", "ae_type1"),
}
"""Care of each group: kinds that are all of it, and one of which it is a part."""
GROWS: Mapping[str, tuple[Path, ...]] = {
    "elective_admission": (("ip", "elective"),),
    "day_case": (("ip", "elective"),),
    "emergency_admission": (("ip", "non-elective"),),
    "maternity_admission": (("ip", "maternity"),),
    "outpatient_first": (("op", "first"),),
    "outpatient_followup": (("op", "followup"),),
    "ae_majors": (("aae", "ambulance"),),
    "ae_minors": (("aae", "walk-in"),),
    "ae_other": (("aae", "walk-in"),),
    "ae_type1": (("aae", "ambulance"), ("aae", "walk-in")),
}
"""Groups whose growth each kind of care has; of two only where both say the same."""


@dataclass(frozen=True)
class Trust:
    """The organisation whose parameters they are: its sites by kind of care, and the areas of the plan."""

    id: str
    sites: Mapping[str, tuple[str, ...]]
    areas: tuple[str, ...]

    def gives(self, pods: str) -> tuple[str, ...]:
        """Kinds of care that it gives: of ``a+b`` all, of ``a|b`` the first."""
        if "|" in pods:
            return tuple(p for p in pods.split("|") if p in self.sites)[:1]
        return tuple(p for p in pods.split("+") if p in self.sites)

    def at(self, pods: tuple[str, ...]) -> tuple[str, ...]:
        """Its sites that give any of these."""
        return tuple(sorted({s for p in pods for s in self.sites[p]}))


@dataclass(frozen=True)
class Reach:
    """What one multiplier reaches in a plan."""

    pods: tuple[str, ...]
    part: bool
    """Whether it reaches a part of this care, which a share has to say."""
    effect: str
    """``prevent``, ``shorten``, ``shift``, ``leave``, or ``none`` where a plan has nothing like it."""
    to_pods: str = ""
    areas: tuple[str, ...] = ()


def trust_of(plan: Plan, params: Params, named: str) -> Trust:
    """The trust named, else the one that the file's dataset names.

    Raises:
        PlanError: where the plan has no such organisation.
    """
    organisations = {o.id: o for o in plan.tables["organisations"] if isinstance(o, Organisation)}
    wanted = named or str(params.data["dataset"])
    if wanted not in organisations:
        near = nearest(wanted, organisations)
        what = f"The plan has no organisation “{wanted}”."
        mend = f"Say --trust {near or 'ID'}: the trust whose parameters they are."
        where = ("--trust", 0, "") if named else (params.name, params.lines.get(("dataset",), 0), "dataset")
        raise PlanError([problem(*where, "no-such-trust", what, mend, near)])
    own = {s.id for s in plan.tables["sites"] if isinstance(s, Site) and s.organisation == wanted} | {wanted}
    sites: dict[str, set[str]] = defaultdict(set)
    for row in plan.tables["activity"]:
        if isinstance(row, Activity) and row.site in own:
            sites[row.pod].add(row.site)
    areas = sorted({a.area for a in plan.tables["areas"] if isinstance(a, AreaPeople)})
    return Trust(wanted, {pod: tuple(sorted(found)) for pod, found in sites.items()}, tuple(areas))


def id_of(path: Path) -> str:
    """Id, in a plan, of what comes from a path: the code of a mitigator, else the path.

    >>> id_of(("expat", "ip", "elective", "Other (Medical)"))
    'nhp.expat.ip.elective.other_medical'
    >>> id_of(("activity_avoidance", "ip", "smoking"))
    'nhp.IP-AA-029'
    """
    if path in strategies():
        return PREFIX + strategies()[path].code
    return PREFIX + ".".join(
        re.sub(r"[^A-Za-z0-9-]+", "_", part).strip("_").lower() if " " in part else part for part in path
    )


def reach_of(path: Path, trust: Trust) -> Reach:
    """What the multiplier at a path reaches."""
    if path[0] in MITIGATORS:
        s = strategies()[path]
        return Reach(trust.gives(s.pods), True, s.effect, s.to_pods)
    effect = "leave" if path[0] == "expat" else "prevent"
    areas: tuple[str, ...] = trust.areas if path[0] == "repat_local" else ()
    areas = ("outside",) if path[0] == "repat_nonlocal" else areas
    if path[0] == "waiting_list_adjustment":
        pods = trust.gives("elective_admission+day_case" if path[1] == "ip" else OF_GROUP["op",][0])
        return Reach(pods, True, effect, "", areas)
    group = path[1:3] if path[1:3] in OF_GROUP else path[1:2]
    whole, partly = OF_GROUP[group]
    pods = trust.gives(whole)
    part = len(path) > len(group) + 1 or not pods
    return Reach(pods or trust.gives(partly), part, effect, "", areas)


def effects_of(reach: Reach, quantity: str, trust: Trust, about: str) -> Iterator[dict[str, Any]]:
    """The effects by which a multiplier acts, as they would stand in a plan; ``quantity``: assumption of what is removed."""
    scope: dict[str, Any] = {"pods": list(reach.pods), "sites": list(trust.at(reach.pods))}
    if reach.areas:
        scope["areas"] = list(reach.areas)
    if reach.effect == "shift":
        to_pod = trust.gives(reach.to_pods)[0]
        for site in trust.at(reach.pods):
            to_site = site if site in trust.sites[to_pod] else trust.sites[to_pod][0]
            here = {"pods": list(reach.pods), "sites": [site]}
            yield {
                "kind": "shift", "about": about, "scope": here, "share": quantity, "to_pod": to_pod, "to_site": to_site
            }  # fmt: skip
    elif reach.effect == "leave":
        yield {"kind": "relocate", "about": about, "scope": scope, "share": quantity, "to": {"outside": 1.0}}
    else:
        yield {"kind": reach.effect, "about": about, "scope": scope, "share": quantity}


def said(path: Path) -> str:
    """What a path is about, in words.

    >>> said(("activity_avoidance", "ip", "alcohol_wholly_attributable"))
    'Activity avoidance: alcohol wholly attributable (ip)'
    >>> said(("expat", "aae", "walk-in"))
    'People who go elsewhere: aae, walk-in'
    """
    if path in strategies():
        strategy: Strategy = strategies()[path]
        return f"{path[0].replace('_', ' ').capitalize()}: {path[-1].replace('_', ' ')} ({strategy.activity})"
    return f"{HEADINGS[path[0]]}: {', '.join(path[1:])}"


HEADINGS: Mapping[str, str] = {
    "expat": "People who go elsewhere", "repat_local": "People of the place who come back",
    "repat_nonlocal": "People from elsewhere who come", "covid_adjustment": "Return to before the pandemic",
    "baseline_adjustment": "Mend of the base year", "waiting_list_adjustment": "Working down the waiting list",
    "non-demographic_adjustment": "Growth beyond people and age",
}  # fmt: skip
"""What each key is about."""


def named_again(wanted: str, known: list[str]) -> str:
    """How to mend a key that is not in the file."""
    near = nearest(wanted, known)
    return f"Write {either([near])}." if near else "Take the line away."
