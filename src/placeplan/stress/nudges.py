"""Outcomes made a little worse: the plan with one thing moved, on the same futures, and who is then paid more."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from placeplan.contracts.base import Contract
from placeplan.core.tables import SYSTEM, Activity, BedStock, ContactCapacity, Package, Pod, Site
from placeplan.model.outcomes import Array, Outcomes
from placeplan.plan.initiatives import Initiative
from placeplan.plan.schema import Plan
from placeplan.stress.say import lower_first
from placeplan.stress.touched import primitives_of

STEP = 0.01
"""Share by which something is made worse: small, so that it stands for a derivative, and large beside rounding."""


class Nudge(NamedTuple):
    """One outcome that gets worse."""

    id: str
    words: str
    """What gets worse, in words."""
    outcome: str
    entity: str
    """Of which more is worse."""
    table: str
    pod: str
    """Table and care on which an initiative acts that makes it better."""
    initiative: Initiative


def nudges(plan: Plan) -> tuple[Nudge, ...]:
    """Everything that is made worse: each kind of urgent, community and mental-health care that is needed more, longer delays, longer stays, fewer theatre slots, packages and contacts."""
    return tuple(_nudges(plan))


def _nudges(plan: Plan) -> Iterator[Nudge]:
    active = {r.pod for r in plan.tables["activity"] if isinstance(r, Activity)}
    for pod in (p for p in plan.tables["pods"] if isinstance(p, Pod) and _ill(p) and p.id in active):
        prevent = {"kind": "prevent", "scope": {"pods": [pod.id]}, "share": -STEP}
        of, better = ("activity", f"{SYSTEM}/{pod.id}"), ("demand", pod.id)
        yield _nudge(plan, f"more.{pod.id}", f"more {lower_first(pod.name)}", of, better, prevent)
    yield from _fewer_packages(plan)
    yield from _fewer_contacts(plan)
    stocks = [r for r in plan.tables["beds"] if isinstance(r, BedStock)]
    if not stocks:
        return
    for key, words, outcome, table, part in (
        ("longer.delay", "longer waits to leave hospital", "delayed_beds", "delay", "delay"),
        ("longer.stay", "longer stays", "occupied", "stay", "clinical"),
    ):
        shorten = {"kind": "shorten", "part": part, "share": -STEP}
        yield _nudge(plan, key, words, (outcome, SYSTEM), (table, ""), shorten)
    slots = [{"kind": "resize", "site": r.site, "pool": r.pool, "slots": -STEP * r.slots} for r in stocks if r.slots]
    if slots and plan.tables.get("lists"):
        yield _nudge(plan, "fewer.slots", "longer waits for planned care", ("list", SYSTEM), ("slots", ""), *slots)


def _fewer_packages(plan: Plan) -> Iterator[Nudge]:
    """Fewer packages of care that councils pay for, so that more people are refused or wait."""
    own = [r for r in plan.tables.get("packages", ()) if isinstance(r, Package) and r.funder == "public" and r.capacity]
    if own and plan.level("packages") != "off":
        fewer = [
            {"kind": "resize", "organisation": r.council, "pod": r.kind, "packages": -STEP * (r.capacity or 0.0)}
            for r in own
        ]
        yield _nudge(
            plan, "fewer.packages", "people refused packages of care", ("unmet_care", SYSTEM), ("packages", ""), *fewer
        )


def _fewer_contacts(plan: Plan) -> Iterator[Nudge]:
    """Fewer contacts that can be given where care runs out, by a share of what was given: more get none, or lists grow."""
    if plan.level("contacts") == "off":
        return
    rows = [r for r in plan.tables.get("contacts", ()) if isinstance(r, ContactCapacity)]
    listed = {(r.site, r.pod): r.unmet == "list" for r in rows}
    given = [
        r for r in plan.tables["activity"] if isinstance(r, Activity) and (r.site, r.pod) in listed and r.activity > 0
    ]
    for pod in (p for p in plan.tables["pods"] if isinstance(p, Pod)):
        for waits in (False, True):
            own = [r for r in given if r.pod == pod.id and listed[r.site, r.pod] == waits]
            fewer = [{"kind": "resize", "site": r.site, "pod": r.pod, "contacts": -STEP * r.activity / 12} for r in own]
            if waits and fewer:
                key, words = f"slower.{pod.id}", f"longer waits for {lower_first(pod.name)}"
                yield _nudge(plan, key, words, ("list", SYSTEM), ("contacts", pod.id), *fewer)
            elif fewer:
                key, words = f"fewer.{pod.id}", f"people who ask and get none: {lower_first(pod.name)}"
                yield _nudge(plan, key, words, ("not_given", f"{SYSTEM}/{pod.id}"), ("contacts", pod.id), *fewer)


def _ill(pod: Pod) -> bool:
    """Whether more of it means that more people are ill: urgent care, and care of long illness at home and of the mind."""
    return pod.rises_in_winter or pod.setting in ("community", "mental_health")


def _nudge(
    plan: Plan, key: str, words: str, of: tuple[str, str], better: tuple[str, str], *effects: dict[str, Any]
) -> Nudge:
    """A nudge from the run's first month on, as an initiative of nobody's that costs nothing."""
    owner = next(iter(plan.tables["organisations"])).id  # type: ignore[attr-defined]
    initiative = Initiative.model_validate({
        "id": f"nudge.{key}"[:64], "name": words, "about": words, "owner": owner, "status": "commitment", "theme": "efficiency", "origin": "local",
        "evidence_grade": "none", "start": plan.about.start, "delay": 0.0, "effects": effects, "source": "A finite difference",
    })  # fmt: skip
    return Nudge(key, words, *of, *better, initiative)


def one_more(plan: Plan, pod: str) -> Initiative:
    """One kind of care asked for by 1 in 100 more from the run's first month on, as an initiative of nobody's that costs nothing."""
    effect = {"kind": "prevent", "scope": {"pods": [pod]}, "share": -STEP}
    of, better = ("activity", f"{SYSTEM}/{pod}"), ("demand", pod)
    return _nudge(plan, f"asked.{pod}", pod, of, better, effect).initiative


def received(contract: Contract, organisation: str, outcomes: Outcomes) -> Array:
    """What an organisation receives under a contract less what it pays, £ a year, ``[future, year]``."""
    series = outcomes["contract_payment"]

    def paid(entity: str) -> Array:
        found: Array = series.by_year(entity)
        return found

    into, out = contract.parts(organisation, "payee"), contract.parts(organisation, "payer")
    if not into and not out:
        sign = (organisation == contract.payee) - (organisation == contract.payer)
        return sign * paid(contract.id)
    zero = 0.0 * paid(contract.id)
    return sum((paid(f"{contract.id}/{p}") for p in into), zero) - sum((paid(f"{contract.id}/{p}") for p in out), zero)


def against(plan: Plan, nudge: Nudge) -> tuple[Initiative, ...]:
    """Initiatives of the plan that make the outcome better, in order of id."""

    def helps(i: Initiative) -> bool:
        return any(
            p.table == nudge.table and p.verb in ("scale", "move", "add") and plan.middle(p.quantity) > 0
            and (not nudge.pod or not p.scope.pods or nudge.pod in p.scope.pods)
            for p in primitives_of(i)
        )  # fmt: skip

    return tuple(sorted((i for i in plan.initiatives if helps(i)), key=lambda i: i.id))


def hands(plan: Plan, nudge: Nudge) -> frozenset[str]:
    """Organisations that have a hand in it: they give the care that gets worse, or carry an initiative that makes it better."""
    sites = {s.id: s.organisation for s in plan.tables["sites"] if isinstance(s, Site)}
    where = [r.site for r in plan.tables["activity"] if isinstance(r, Activity) and nudge.pod and r.pod == nudge.pod]
    if nudge.table == "packages":
        where += [r.council for r in plan.tables["packages"] if isinstance(r, Package)]
    elif not nudge.pod:
        where += [r.site for r in plan.tables["beds"] if isinstance(r, BedStock)]
    doing = (o for i in against(plan, nudge) for o in i.together)
    return frozenset({sites.get(site, site) for site in where} | {*doing})


def brought(plan: Plan, contract: Contract) -> tuple[Initiative, ...]:
    """Initiatives that begin a contract."""
    return tuple(i for i in plan.initiatives if any(p.new == contract.id for p in primitives_of(i)))
