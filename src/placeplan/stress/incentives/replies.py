"""What an organisation may do instead of its part once it has left: a named list, each an option of ours in the same run."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

import numpy as np

from placeplan.contracts.base import Contract
from placeplan.contracts.piecewise import Piecewise
from placeplan.contracts.pooled import Pooled
from placeplan.contracts.tariff import Tariff
from placeplan.core.records import Quantity
from placeplan.core.tables import Package, Site
from placeplan.futures.assumptions import Assumption
from placeplan.futures.distributions import Fixed
from placeplan.model.outcomes import Array
from placeplan.plan.initiatives import Initiative
from placeplan.plan.schema import Plan
from placeplan.stress.levers.amounts import named

MORE_ACTIVITY = 0.02
"""Share more of the care that is paid by the contact, of who leaves to be paid for more of it; our judgement."""
FEWER_PACKAGES = 0.05
"""Share of its public packages that a council that leaves gives no more; our judgement."""
Kind = Literal["keep", "activity", "withhold", "packages"]
WORDS: Mapping[Kind, str] = {
    "keep": "keeps its beds, posts and contracts as they are",
    "activity": f"takes {MORE_ACTIVITY:.0%} more of the patients that it is paid for by the contact",
    "withhold": "pays nothing into pooled budgets",
    "packages": f"gives {FEWER_PACKAGES:.0%} fewer packages of care",
}


class Reply(NamedTuple):
    """One thing that an organisation may do once it has left."""

    organisation: str
    kind: Kind
    option: str = ""
    """Initiative of ours that begins where it does so."""
    withheld: tuple[str, ...] = ()
    """Names of the contributions that are nought where it does so."""

    @property
    def words(self) -> str:
        """What it does."""
        return WORDS[self.kind]


class Contribution(NamedTuple):
    """What stands behind the name of a contribution to a pool."""

    amount: Quantity
    entities: tuple[str, ...]
    """Whose draw of the amount comes first."""

    def drawn(self, drawn: Mapping[str, Array], count: int) -> Array:
        """£ a year, ``[lane]``."""
        if not isinstance(self.amount, str):
            return np.full(count, float(self.amount))
        own = (f"{self.amount}@{entity}" for entity in self.entities)
        return drawn[next((name for name in own if name in drawn), self.amount)]


@dataclass(frozen=True)
class Ready:
    """A plan with every reply in it: where nobody uses one it is the plan."""

    plan: Plan
    replies: Mapping[str, tuple[Reply, ...]]
    """By player, what it may do once it has left; the first is to keep what it has."""
    contributions: Mapping[str, Contribution]
    """What stands behind the name of each contribution to a pool."""

    @property
    def options(self) -> tuple[str, ...]:
        """Initiatives of ours, in order of id."""
        return tuple(sorted(r.option for own in self.replies.values() for r in own if r.option))


def with_replies(plan: Plan, players: Sequence[str]) -> Ready:
    """The plan with the options of all players in it, and names in place of what they pay into pools."""
    contracts, contributions = _opened(plan, frozenset(players))
    options: dict[str, Initiative] = {}
    replies: dict[str, tuple[Reply, ...]] = {}
    for player in players:
        own = [Reply(player, "keep")]
        for kind, effects in (("activity", _more_activity(plan, player)), ("packages", _fewer_packages(plan, player))):
            if effects:
                option = _option(plan, player, kind, effects)  # type: ignore[arg-type] # one of the kinds
                options[option.id] = option
                own.append(Reply(player, kind, option.id))  # type: ignore[arg-type]
        names = tuple(n for n, c in sorted(contributions.items()) if c.entities[0] == player)
        replies[player] = (*own, Reply(player, "withhold", "", names)) if names else tuple(own)
    assumptions = (*plan.assumptions, *(_named(n) for n in contributions))
    ready = plan.changed(
        initiatives=(*plan.initiatives, *options.values()), contracts=contracts, assumptions=assumptions
    )
    return Ready(ready, replies, contributions)


def _opened(plan: Plan, players: frozenset[str]) -> tuple[tuple[Contract, ...], dict[str, Contribution]]:
    """Contracts with a name in place of each player's contribution to a pool, and what stands behind the names."""
    contracts: list[Contract] = []
    found: dict[str, Contribution] = {}
    for c in plan.contracts:
        if not isinstance(c, Pooled) or c.by_law:
            contracts.append(c)
            continue
        paid = dict(c.contributors)
        for player in sorted(players & set(paid)):
            name = named("pool", c.id, player)
            found[name] = Contribution(paid[player], (player, c.payee, c.payer))
            paid[player] = name
        contracts.append(c.model_copy(update={"contributors": paid}))
    return tuple(contracts), found


def _more_activity(plan: Plan, player: str) -> list[dict[str, Any]]:
    """More of the care for which its contracts of the base year pay by the contact, at its own sites."""
    pods = sorted({pod for c in plan.contracts if c.payee == player for pod in _by_contact(c)})
    there = sorted(s.id for s in plan.tables["sites"] if isinstance(s, Site) and s.organisation == player)
    scope = {"pods": pods, "sites": there or [player]}
    return [{"kind": "prevent", "about": WORDS["activity"], "scope": scope, "share": -MORE_ACTIVITY}] if pods else []


def _by_contact(c: Contract) -> Iterator[str]:
    """Kinds of care of which each further contact brings money from the start, whatever the plan does."""
    if c.starts == "by_initiative":
        return
    if isinstance(c, Tariff):
        yield from (pod for pod, price in c.prices.items() if price != 0)
    if isinstance(c, Piecewise) and c.rate_above > 0 and c.price != 0:
        yield c.pod


def _fewer_packages(plan: Plan, player: str) -> list[dict[str, Any]]:
    """Fewer packages of each kind that it pays for."""
    own = [r for r in plan.tables.get("packages", ()) if isinstance(r, Package) and r.council == player]
    public = {r.kind: r.capacity for r in own if r.funder == "public" and r.capacity > 0}
    if plan.level("packages") == "off":
        return []
    return [
        {"kind": "resize", "about": WORDS["packages"], "organisation": player, "pod": kind, "packages": -FEWER_PACKAGES * capacity}
        for kind, capacity in sorted(public.items())
    ]  # fmt: skip


def _option(plan: Plan, player: str, kind: Kind, effects: Sequence[dict[str, Any]]) -> Initiative:
    """A reply as an initiative, from the first month judged on."""
    return Initiative.model_validate(
        {"id": named("reply", kind, player), "name": f"{player} {WORDS[kind]}", "about": "What one does who leaves; not of the plan",
         "owner": player, "status": "commitment", "theme": "payment", "origin": "local", "evidence_grade": "none",
         "start": f"{plan.about.judge_from[:4]}-04", "delay": 0.0, "effects": list(effects), "source": "Test of incentives"}
    )  # fmt: skip


def _named(name: str) -> Assumption:
    """A contribution's name, as an assumption of the plan."""
    return Assumption.model_validate(
        {"id": name, "about": "Paid into a pooled budget", "unit": "£ a year", "kind": "judgement",
         "distribution": Fixed(kind="fixed", value=0.0), "source": "Test of incentives"}
    )  # fmt: skip
