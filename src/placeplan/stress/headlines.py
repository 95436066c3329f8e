"""From a number of the report or its pack back to the plan: what is traced of it, and in which file it is written."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final

from placeplan.core.errors import PlanError, instead, nearest
from placeplan.core.tables import SYSTEM, BedStock, Pod
from placeplan.plan.located import problem
from placeplan.plan.schema import Plan
from placeplan.stress.called import names
from placeplan.stress.results.elements import Fan
from placeplan.stress.results.ground import Headline
from placeplan.stress.results.money import BridgeStep

PROMISES, FANS, BRIDGE, CLAIMS = "promises", "fans", "bridge", "claims"
"""Tables of the pack that hold headline numbers; an address begins with one."""
OF_INITIATIVE: Final = ("initiative_cost", "cip_saving", "contacts_prevented", "contacts_moved", "uptake")
"""Outcomes of an initiative by itself; the model has some of them for each."""


def headlines(plan: Plan, fans: Sequence[Fan], bridge: Iterable[BridgeStep]) -> tuple[Headline, ...]:
    """Every headline number of a run, in order of address."""
    every = known(plan)
    drawn = {f"{FANS}/{f.id}" for f in fans} | {f"{BRIDGE}/{s.id}" for s in bridge}
    return tuple(every[a] for a in sorted(every) if a in drawn or a.startswith((f"{PROMISES}/", f"{CLAIMS}/")))


def headline(plan: Plan, address: str) -> Headline:
    """The headline number at an address; raises PlanError with the nearest where there is none."""
    every = known(plan)
    if address in every:
        return every[address]
    kind = address.partition("/")[0]
    among = [a for a in every if a.partition("/")[0] == kind] or every
    mend = instead(address, among, "The board’s pack lists all of them, each with its address.")
    what = f"There is no number at “{address}”."
    raise PlanError([problem("OUTCOME", 0, "", "unknown-headline", what, mend, nearest(address, among))])


def is_address(text: str) -> bool:
    """Whether somebody wrote the address of a headline number, rather than an outcome.

    >>> is_address("promises/wh.beds"), is_address("position")
    (True, False)
    """
    return "/" in text


def known(plan: Plan) -> Mapping[str, Headline]:
    """Each headline number that a plan can have, by its address; pictures of all pools of beds are among them."""
    return {h.address: h for h in (*_promises(plan), *_pictures(plan), *_initiatives(plan))}


def _promises(plan: Plan) -> Iterator[Headline]:
    called = names(plan)
    for p in plan.promises:
        what = f"{p.name}: {called.get(p.organisation, p.organisation)}"
        yield _of(PROMISES, p.id, what, [(p.outcome, p.entity or p.organisation)], plan.places.get(f"promise/{p.id}"))


def _pictures(plan: Plan) -> Iterator[Headline]:
    """Money of the system and the ends of its bridge, beds of each pool, emergency admissions."""
    money = [("position", SYSTEM)]
    yield _of(FANS, "position.system", "Money of the whole system, by year", money)
    yield _of(BRIDGE, "do_nothing", "Money if nothing changes", money)
    yield _of(BRIDGE, "do_minimum", "Committed capacity and background efficiency", money)
    yield _of(BRIDGE, "left", "Money that is left with the plan", money)
    pods = [p.id for p in plan.tables["pods"] if isinstance(p, Pod) and p.beds == "emergency"]
    admissions = [("activity", f"{SYSTEM}/{pod}") for pod in pods]
    yield _of(FANS, "emergency_admissions.system", "Emergency admissions, by quarter", admissions)
    for n, row in enumerate(plan.tables["beds"]):
        if isinstance(row, BedStock):
            pool, place = f"{row.site}/{row.pool}", plan.places.get(f"table/beds/{n}")
            yield _of(
                FANS,
                f"beds.{row.site}.{row.pool}",
                f"Beds of {pool}, by quarter",
                [("occupied", pool), ("beds_open", pool)],
                place,
            )


def _initiatives(plan: Plan) -> Iterator[Headline]:
    for kind, what in ((BRIDGE, "what it brings in money"), (CLAIMS, "what it claims, and what is found")):
        for i in plan.initiatives:
            own = [(outcome, i.id) for outcome in OF_INITIATIVE]
            yield _of(kind, i.id, f"{i.name}: {what}", own, plan.places.get(f"initiative/{i.id}"))


def _of(kind: str, name: str, what: str, traces: Sequence[tuple[str, str]], place: str | None = None) -> Headline:
    return Headline(address=f"{kind}/{name}", what=what, traces=tuple(traces), cells=(place,) if place else ())
