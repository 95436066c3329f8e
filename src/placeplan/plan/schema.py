"""The plan: one frozen value that holds everything a place has written down."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Annotated, Any, Literal

from pydantic import Field, StringConstraints

from placeplan.contracts.base import Contract
from placeplan.core.forms import Form
from placeplan.core.records import Id, Name, Record, Title, described, digest_of
from placeplan.core.tables import Level, MoneyLine, Month, Row, has_quintiles
from placeplan.futures.assumptions import Assumption, Correlation
from placeplan.plan.authority import Board, Decision, Relationship
from placeplan.plan.initiatives import Claim, FinancialYear, Initiative
from placeplan.plan.payment_forms import PaymentForm
from placeplan.plan.promises import Promise
from placeplan.plan.scenarios import Scenario
from placeplan.plan.stages import Assessment, Move, Stage

Text = Annotated[str, StringConstraints(min_length=1)]

COMPONENTS: tuple[str, ...] = (
    "people", "demand", "flow", "beds", "money", "contracts", "initiatives",
    "cohorts", "staff", "contacts", "packages", "lists", "travel", "equity",
)  # fmt: skip
"""Components of the model, each with a level of detail; what a plan gives no table for is off."""

GIVEN_BY: dict[str, str] = {
    "people": "areas", "demand": "activity", "flow": "activity", "beds": "beds", "money": "money", "cohorts": "cohorts",
    "staff": "staff", "contacts": "contacts", "packages": "packages", "lists": "lists", "travel": "travel", "equity": "areas",
}  # fmt: skip
"""The table without which a component is off; of contracts and initiatives it is whether there are any."""
LATER: tuple[str, ...] = ("boards", "decisions", "relationships", "stages", "moves", "assessments", "payment_forms")
"""Parts that a plan need not have; one without them has the digest that it had before there were any."""
ELEMENTS: tuple[str, ...] = ("initiatives", "contracts", "assumptions", "promises", "scenarios", "sources", *LATER)
"""Lists of a plan whose entries have an id."""
CAN_REST: tuple[str, ...] = ("staff", "contacts", "packages", "lists")
"""Components that a plan may set to off although it has their table: they are left out of its runs then."""


class NotPublished(Record):
    """Something that the place keeps back, and why."""

    what: Text
    reason: Text


class SourceEntry(Record):
    """A source that rows and initiatives may name by its id."""

    id: Id
    title: Title
    publisher: str = ""
    date: str = ""
    licence: str = ""
    note: str = ""


class SourceFile(Record):
    """`sources.yaml`."""

    sources: tuple[SourceEntry, ...] = ()


class Contradiction(Record):
    """Two sources that do not agree, shown rather than smoothed."""

    what: Text
    values: Text
    used: Text
    """Which one the plan uses, and why."""


class PlanFile(Record):
    """`plan.yaml`."""

    placeplan: Literal[1]
    """Version of the folder's format."""
    name: Name
    """Name of the plan."""
    place: Name
    """Name of the place, as in: the people of Dorset."""
    about: str = ""
    synthetic: bool = False
    """Made up, and labelled so everywhere."""
    start: Month
    """First month of the run: April of the base year."""
    months: Annotated[int, Field(ge=12, le=240, multiple_of=12)] = described("months of the run")
    base_year: FinancialYear
    """Financial year to which activity, beds and money belong."""
    judge_from: FinancialYear
    """First financial year that counts for the verdict."""
    currency: Literal["GBP"] = "GBP"
    price_base: FinancialYear
    """Year in whose prices all costs of the plan stand; the base year."""
    data_date: Month
    """Month of the newest figure used."""
    form: Form = Form()
    """How the model is built where experts differ; the main form unless the place knows better."""
    overlap: Literal["nested", "independent", "disjoint"] = "nested"
    """How far the same people belong to several cohorts: those of the smaller are in the larger; by chance; never."""
    levels: dict[str, Level] = Field(default_factory=dict)
    """Level of detail by component, where it is not `local`."""
    not_published: tuple[NotPublished, ...] = ()
    contradictions: tuple[Contradiction, ...] = ()
    claims: tuple[Claim, ...] = ()
    """What the plan as a whole was said to bring, where no initiative bears the figure. Never an input of the model."""
    assured_by: str = ""
    """Named person who assured the inputs; blank: nobody did."""


@dataclass(frozen=True)
class Plan:
    """A plan as read from a folder (or made): never changed, only replaced by a changed copy."""

    about: PlanFile
    tables: dict[str, tuple[Row, ...]]
    """Rows by table name (`core.tables.TABLES`); a table that was not given is an empty tuple."""
    initiatives: tuple[Initiative, ...] = ()
    contracts: tuple[Contract, ...] = ()
    assumptions: tuple[Assumption, ...] = ()
    """The plan's own and, for what it does not say, the library's (level ``default``)."""
    correlations: tuple[Correlation, ...] = ()
    promises: tuple[Promise, ...] = ()
    scenarios: tuple[Scenario, ...] = ()
    sources: tuple[SourceEntry, ...] = ()
    boards: tuple[Board, ...] = ()
    decisions: tuple[Decision, ...] = ()
    relationships: tuple[Relationship, ...] = ()
    stages: tuple[Stage, ...] = ()
    """As the plan writes them; `plan.ladder` completes them from the library."""
    moves: tuple[Move, ...] = ()
    assessments: tuple[Assessment, ...] = ()
    payment_forms: tuple[PaymentForm, ...] = ()
    """Other ways to be paid, which `plan.laid` lays over the plan; they change nothing of the plan as it stands."""
    assumption_set: str = ""
    """Name of the set of assumptions used; blank: `assumptions.yaml` alone."""
    places: dict[str, str] = field(default_factory=dict, compare=False)
    """Where each element was read: ``table/organisations/0`` (its first row) → ``organisations.csv, line 2``; not part of the digest."""

    @cached_property
    def digest(self) -> str:
        """SHA-256 of the plan's content, the same on any machine; elements in order of id.

        What stands at its default is left out, so that a field or table that a later version adds changes no digest.
        """

        def plain(item: Record) -> dict[str, Any]:
            return item.model_dump(mode="json", exclude_defaults=True)

        def dump(items: tuple[Any, ...], key: str) -> list[Any]:
            return sorted((plain(i) for i in items), key=lambda d: d[key])

        later = {part: getattr(self, part) for part in LATER}
        return digest_of({
            "about": plain(self.about),
            "tables": {n: sorted((plain(r) for r in rows), key=repr) for n, rows in self.tables.items() if rows},
            "initiatives": dump(self.initiatives, "id"),
            "contracts": dump(self.contracts, "id"),
            "assumptions": dump(self.assumptions, "id"),
            "correlations": [plain(c) for c in self.correlations],
            "promises": dump(self.promises, "id"),
            "scenarios": dump(self.scenarios, "id"),
            **{part: dump(items, "id") for part, items in later.items() if items},
        })  # fmt: skip

    def changed(self, **parts: Any) -> Plan:
        """A copy with some parts replaced."""
        return replace(self, **parts)

    def middle(self, quantity: float | str) -> float:
        """A number, or the middle of the assumption that it names; 0 where there is no such assumption."""
        if not isinstance(quantity, str):
            return float(quantity)
        return next((float(a.distribution.middle) for a in self.assumptions if a.id == quantity), 0.0)

    def level(self, component: str) -> Level:
        """Level of detail of a component: as stated, else ``local`` where the plan has its table, else ``off``.

        Lists that do not say how long people have waited, and contacts of which only an assumption says how many can be
        given, stand on ``default``.
        """
        if component in self.about.levels:
            return self.about.levels[component]
        rows = self.tables.get(GIVEN_BY.get(component, ""), ())
        if component in ("lists", "contacts") and not all(getattr(row, "whole", True) for row in rows):
            return "default"
        others = {"contracts": self.contracts, "initiatives": self.initiatives}
        given = has_quintiles(rows) if component == "equity" else bool(others.get(component, rows))
        return "local" if given else "off"


def yearly_rates(money: Iterable[Row], contracts: Iterable[Contract]) -> frozenset[str]:
    """Assumptions that give a yearly rate of prices or of money: of lines, contracts and activity plans."""
    lines, agreed = [r for r in money if isinstance(r, MoneyLine)], list(contracts)
    found = {q for r in lines for q in (r.inflator, r.growth)} | {c.uplift for c in agreed}
    found |= {p.growth for c in agreed for p in c.activity_plan if isinstance(p.growth, str)}
    return frozenset(found - {""})
