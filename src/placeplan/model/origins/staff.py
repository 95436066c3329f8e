"""Where staff comes from: posts, people, labour markets, pay."""

from __future__ import annotations

from collections.abc import Iterator

from placeplan.core.tables import SYSTEM, StaffGroup
from placeplan.model import trace as ex
from placeplan.model.trace import Origin, Step, Traced


def _groups(t: Traced, entity: str) -> list[StaffGroup]:
    """Rows of a group of an employer, of an employer, or of the system."""
    rows = [r for r in t.plan.tables["staff"] if isinstance(r, StaffGroup)]
    return [
        r for r in rows
        if f"{r.organisation}/{r.group}" == entity or (not r.unpaid and entity in (r.organisation, SYSTEM))
    ]  # fmt: skip


def _staff(outcome: str, column: str, own: tuple[str, ...], *assumptions: str) -> ex.Parents:
    """Parents of an outcome of staff: an employer's groups; a group's row, other outcomes, assumptions and initiatives."""

    def parents(t: Traced, entity: str) -> Iterator[Step]:
        if "/" not in entity:
            yield from ((outcome, e) for e in t.outcomes[outcome].entities if _inside(t, e, entity))
            return
        org, _, group = entity.partition("/")
        yield from ((name, entity) for name in own)
        yield from ex.rows(t, "staff", lambda r: (r.organisation, r.group) == (org, group), column)
        for name in assumptions:
            yield from _assumption(t, name, group, org)
        for i in t.plan.initiatives:
            touched = (p for e in i.effects for p in e.primitives())
            if any(p.group == group and p.organisation in ("", org) for p in touched):
                yield from ex.initiative(t, i.id)

    return parents


def _inside(t: Traced, entity: str, whole: str) -> bool:
    """Whether a group of an employer belongs to an employer, or to the system; the unpaid belong to neither."""
    org, _, group = entity.partition("/")
    unpaid = any(r.unpaid for r in _groups(t, entity))
    return bool(group) and whole in (org, SYSTEM) and not unpaid


def _assumption(t: Traced, name: str, group: str, org: str = "") -> Iterator[Step]:
    """The assumption of a group, or that of all."""
    own = f"{name}.{group}"
    yield from ex.assumption(t, own if any(a.id == own for a in t.plan.assumptions) else name, org)


def _market(*own: str, assumptions: tuple[str, ...] = ()) -> ex.Parents:
    """Parents of an outcome of a labour market: its groups, its row and its assumptions."""

    def parents(t: Traced, market: str) -> Iterator[Step]:
        yield from ((name, market) for name in own)
        yield from ex.rows(t, "labour", lambda r: r.market == market, "entrants")
        rows = [r for r in t.plan.tables["staff"] if isinstance(r, StaffGroup) and r.hired_from == market]
        yield from (("staff_left", f"{r.organisation}/{r.group}") for r in rows)
        for name in assumptions:
            yield from _assumption(t, name, market)

    return parents


def _staffed(t: Traced, initiative: str) -> Iterator[Step]:
    added = [p for i in t.plan.initiatives if i.id == initiative for e in i.effects for p in e.primitives()]
    yield from (("vacancies", f"{p.organisation}/{p.group}") for p in added if p.table == "posts")
    yield from ex.initiative(t, initiative)


_MISSING = ("vacancies", "absence")
_STANDINS = ("staff.cover", "staff.cap", "staff.agency_share")
ORIGINS: dict[str, Origin] = {
    "staff_in_post": Origin("capacity.staff.next_staff", _staff("staff_in_post", "in_post", ("staff_funded", "staff_hired", "staff_left", "redundancies"))),
    "staff_funded": Origin("model.workforce.Workforce", _staff("staff_funded", "funded", ())),
    "staff_at_work": Origin("capacity.staff.at_work", _staff("staff_at_work", "in_post", ("staff_in_post", "absence", "bank", "agency"))),
    "vacancies": Origin("capacity.staff.vacant", _staff("vacancies", "funded", ("staff_funded", "staff_in_post"))),
    "vacancy_rate": Origin("capacity.staff.rate", _staff("vacancy_rate", "funded", ("vacancies", "staff_funded"))),
    "absence": Origin("capacity.staff.away", _staff("absence", "in_post", (), "staff.absence", "winter.absence")),
    "bank": Origin("capacity.staff.temporary", _staff("bank", "bank", _MISSING, *_STANDINS)),
    "agency": Origin("capacity.staff.temporary", _staff("agency", "agency", _MISSING, *_STANDINS)),
    "staff_hired": Origin("capacity.staff.wanted", _staff("staff_hired", "in_post", ("vacancies",), "staff.hire_months", "staff.entrants")),
    "staff_left": Origin("capacity.staff.kept", _staff("staff_left", "in_post", (), "staff.leave")),
    "redundancies": Origin("capacity.staff.made_redundant", _staff("redundancies", "in_post", ())),
    "staff_cost": Origin("capacity.staff.pay_bill", _staff("staff_cost", "pay", ("staff_in_post", "bank", "agency"), "staff.bank_premium", "staff.agency_premium", "prices.pay")),
    "agency_cost": Origin("capacity.staff.pay_bill", _staff("agency_cost", "pay", ("agency",), "staff.agency_premium", "prices.pay")),
    "staffed": Origin("capacity.staff.staffed", _staffed),
    "labour_market": Origin("capacity.staff.looking", _market("labour_entrants", "labour_left")),
    "labour_entrants": Origin("capacity.staff.entrants", _market(assumptions=("staff.entrants", "staff.return", "staff.give_up"))),
    "labour_left": Origin("capacity.staff.left_market", _market(assumptions=("staff.return", "staff.give_up"))),
}  # fmt: skip
