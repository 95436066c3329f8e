"""Of whom the model computes each outcome, as far as a plan's tables say: what may be watched, and promised."""

from __future__ import annotations

from collections.abc import Iterable
from typing import get_args

from placeplan.core.outcomes import BEDS, CONTACTS, STAFF, WAITS
from placeplan.core.tables import (
    SYSTEM,
    BedStock,
    ContactCapacity,
    CouncilRules,
    MoneyLine,
    Organisation,
    Package,
    Setting,
    StaffGroup,
    WaitingList,
)
from placeplan.plan.checks.base import known, site_organisations
from placeplan.plan.checks.effects import primitives
from placeplan.plan.checks.initiatives import OF_INITIATIVES
from placeplan.plan.draft import Draft

BY_POOL = frozenset(BEDS) - {"boarders", "transfers"}
BY_POST = frozenset(STAFF) - {"staffed", "labour_market", "labour_entrants", "labour_left", "staff_cost", "agency_cost"}
BY_ORGANISATION = frozenset({
    "income", "contract_income", "contract_spend", "operating_cost", "escalation_cost", "programme_cost", "financing",
    "position", "capital_spend", "depreciation", "unforeseen_cost", "unforeseen_income",
})  # fmt: skip
BY_STOCK = frozenset({
    "packages_in_use", "package_capacity", "package_starts", "package_ends", "waiting_for_package", "unmet_care",
})  # fmt: skip
TABLES = (
    "organisations", "sites", "beds", "activity", "money", "contacts", "staff", "lists", "packages", "councils",
)  # fmt: skip
"""Tables of which the entities are made: where one could not be read, what is missing may be there."""


def entities_of(draft: Draft, outcome: str) -> set[str]:
    """Entities of an outcome; none where its component is off, or where only the run can say."""
    if not draft.whole(*TABLES) or not draft.whole_elements():
        return set()
    sites, pods = site_organisations(draft), set(known(draft, "active pod"))
    inside = {i.value.id for i in draft.rows("organisations", Organisation) if i.value.type != "outside"}
    initiatives = set(known(draft, "initiative"))
    kinds: tuple[tuple[Iterable[str], set[str]], ...] = (
        (("initiative_cost",), initiatives | {f"{org}/{i}" for org in inside for i in initiatives}),
        (OF_INITIATIVES, initiatives),
        (BY_POOL, _pools(draft, sites)),
        (BY_ORGANISATION, inside | {SYSTEM}),
        (BY_POST, _posts(draft)),
        (CONTACTS, _doors(draft)),
        (WAITS, _lists(draft, sites)),
        (BY_STOCK, _stocks(draft)),
        (("eligibility", "reserves_used"), {r.value.council for r in draft.rows("councils", CouncilRules)}),
        (("demand",), pods),
        (("activity",), {f"{site}/{pod}" for site in (SYSTEM, *sites) for pod in pods}),
        (("spend_share",), set(get_args(Setting))),
        (("contract_payment",), set(known(draft, "contract"))),
        (("pool_balance",), {i.value.id for i in draft.contracts if i.value.pays_in()}),
        (("cost_line",), {f"{r.value.organisation}/{r.value.line}" for r in draft.rows("money", MoneyLine)}),
    )
    return next((there for outcomes, there in kinds if outcome in outcomes), set())


def _pools(draft: Draft, sites: dict[str, str]) -> set[str]:
    """Each pool, each organisation that has some, and the system."""
    rows = [r.value for r in draft.rows("beds", BedStock)]
    return (
        {f"{r.site}/{r.pool}" for r in rows} | {sites.get(r.site, r.site) for r in rows} | ({SYSTEM} if rows else set())
    )


def _doors(draft: Draft) -> set[str]:
    """Each door at which people are counted here, and each of their pods in the whole system."""
    rows = [r.value for r in draft.rows("contacts", ContactCapacity) if r.value.unmet != "list"]
    return {f"{where}/{r.pod}" for r in rows for where in (r.site, SYSTEM)}


def _lists(draft: Draft, sites: dict[str, str]) -> set[str]:
    """Each list, each organisation that has some, and the system."""
    rows = [r.value for r in draft.rows("lists", WaitingList)]
    return {r.id for r in rows} | {sites.get(r.site, r.site) for r in rows} | ({SYSTEM} if rows else set())


def _stocks(draft: Draft) -> set[str]:
    """Each stock of packages, each council that has some, and the system."""
    rows = [r.value for r in draft.rows("packages", Package)]
    return {r.id for r in rows} | {r.council for r in rows} | ({SYSTEM} if rows else set())


def _posts(draft: Draft) -> set[str]:
    """Each group, those of initiatives with them, each employer of paid staff, and the system."""
    rows = [r.value for r in draft.rows("staff", StaffGroup)]
    if not rows:
        return set()
    added = [(p.organisation, p.group) for _, _, p in primitives(draft) if p.table == "posts"]
    paid = {r.organisation for r in rows if not r.unpaid} | {org for org, _ in added}
    return {f"{r.organisation}/{r.group}" for r in rows} | {f"{org}/{group}" for org, group in added} | paid | {SYSTEM}
