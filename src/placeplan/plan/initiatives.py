"""Initiatives: what a plan promises to do, who does it, when, on what evidence, and what it claims."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, SerializeAsAny, StringConstraints

from placeplan.core.records import Id, Name, Quantity, Record, described
from placeplan.core.tables import Month
from placeplan.effects.base import Effect

Text = Annotated[str, StringConstraints(min_length=1)]
FinancialYear = Annotated[str, StringConstraints(pattern=r"^\d{4}/\d{2}$")]
"""A financial year, ``2016/17``."""


Day = Annotated[str, StringConstraints(pattern=r"^\d{4}-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?$")]
"""A day or, where that is all that is known, a month: ``2017-09-20``, ``2017-09``."""


EffectField = Annotated[SerializeAsAny[Effect], BeforeValidator(Effect.parse)]
"""An effect of any registered kind, chosen by its ``kind``."""


SAID = ("partners", "requires", "claims")
"""What an initiative should say even where there is nothing to say."""
MERGER = "organisation"
"""Theme of what changes organisations themselves."""


class Partner(Record):
    """An organisation that takes part in an initiative, and how."""

    organisation: Id
    role: Literal["lead", "follow", "step_aside"]
    """One role a partner and initiative."""


class Claim(Record):
    """What the plan or its owners said the initiative would bring. Never an input of the model."""

    what: Text
    """The claim in words, as it was made."""
    outcome: Text | None = None
    """Outcome of the model to compare it with, such as ``position``; blank where none fits."""
    pod: Id | None = None
    """Point of delivery of which it claims less (unit ``share``: −0.1 is a tenth less than if nothing is done); blank: it claims no such thing."""
    value: float | None = described("as `unit` says", default=None)
    """The figure claimed; blank where none was published."""
    unit: Text | None = None
    """Unit of the figure: £ a year, share, beds."""
    year: FinancialYear | None = None
    """Year by which it was to be true."""
    source: Text


def of_nothing(claim: Claim) -> bool:
    """Whether it is a figure in £ a year of which nobody said with what to compare it."""
    unit = (claim.unit or "").casefold()
    return claim.value is not None and claim.outcome is None and unit.startswith("£") and "year" in unit


class Capital(Record):
    """Building money that an initiative needs before it can start."""

    need: Annotated[float, Field(ge=0)] = described("£, base-year prices")
    overrun: Quantity = described("ratio of outturn to estimate", default="capital.overrun")
    secured: Quantity = described("probability that the money comes", default="capital.secured")
    organisation: Id
    """Organisation that bears depreciation and interest."""
    build_months: Annotated[int, Field(ge=0, le=120)] = described("months of spending before the start", default=24)
    life_years: Annotated[int, Field(ge=1, le=100)] = described("years of depreciation", default=40)
    source_of_funds: Text | None = None
    """Who is to give the money; blank where nobody is named."""
    priority: Annotated[int, Field(ge=1)] | None = described("place in the queue, 1 first", default=None)
    """Who comes first to a year's building money; blank: after those that have one, by date and id."""


class Trigger(Record):
    """What has to happen in the run before an initiative begins: a management action, or plan B.

    It looks at the end of each month. Once the outcome has lain beyond the bound for `months` months in a row it fires, once
    and for all, and the initiative begins `lead_months` later.
    """

    outcome: Id
    """Outcome of the model that is watched."""
    entity: Text = "system"
    """Whose: an organisation, a pool as ``site/pool``, care as ``site/pod``, ``system`` …"""
    above: float | None = described("the outcome's unit", default=None)
    """Fires where the outcome is larger."""
    below: float | None = described("the outcome's unit", default=None)
    """Fires where the outcome is smaller."""
    over: Literal["month", "year"] = "month"
    """``month``: each month's figure; ``year``: the figure of the last twelve months, summed or averaged as a year is."""
    months: Annotated[int, Field(ge=1, le=60)] = described("months in a row", default=1)
    lead_months: Annotated[int, Field(ge=1, le=120)] = described(
        "months from firing to the start; longer where building or double running needs it", default=1
    )
    owner: Id
    """Organisation that watches and decides."""
    not_before: Month | None = None
    """First month that is looked at; blank: the run's first."""


class Group(Record):
    """People who are affected, and how many of their groups were asked."""

    who: Text
    """Patients and carers, staff who would move, councils, voluntary sector …"""
    asked: Annotated[int, Field(ge=0)] = described("groups of these people")
    affected: Annotated[int, Field(ge=1)] = described("groups of these people")
    source: Text


class SignOff(Record):
    """What an organisation said of an initiative. Nothing is taken back: who thinks again gets another entry, and the last by date counts."""

    organisation: Id
    """Who said it, for itself."""
    position: Literal["signed", "objects", "withdrawn", "not_asked"]
    """``signed``: its board or council agreed; ``objects``: it said no; ``withdrawn``: it took back what it had said, and says neither; ``not_asked``: nobody asked it."""
    by: Text | None = None
    """Board, committee or person who said it; blank: not known."""
    date: Day | None = None
    """When; blank: not known, and then before all that have a date."""
    words: Text | None = None
    """What it said, word for word; blank: not kept."""
    version: Text | None = None
    """Digest of the plan that it was shown; blank: not known."""
    source: Text


class Initiative(Record):
    """A bundle of effects with an owner, dates, evidence and claims."""

    id: Id
    name: Name
    about: Text
    """What changes, where and for whom, in plain words."""
    owner: Id
    """Organisation that answers for it."""
    partners: tuple[Partner, ...] = ()
    """Who else takes part, each with one role; ``[]`` where nobody does."""
    status: Literal["aspiration", "commitment"]
    """A commitment has money, a decision or a contract behind it; only commitments count in the strict run."""
    theme: Literal[
        "prevention", "out_of_hospital", "hospital", "mental_health", "primary_care", "efficiency", "records",
        "workforce", "payment", "organisation",
    ]  # fmt: skip
    origin: Literal["national", "regional", "local", "public", "supplier"]
    """Where the idea came from."""
    evidence_grade: Literal["strong", "moderate", "weak", "none", "adverse"]
    """What studies say of it: ``none`` where they find or offer no effect, ``adverse`` where they find harm or more demand."""
    evidence: tuple[Text, ...] = ()
    """Ids of rows of the evidence library, or sources of the plan."""
    start: Month | None = None
    """Month in which it is planned to begin to work; blank where a trigger decides."""
    trigger: Trigger | None = None
    """What has to happen before it begins, in place of a month; its lead time replaces the usual delay."""
    end: Month | None = None
    """Last month in which it works; blank: it stays."""
    ramp_months: Annotated[int, Field(ge=0, le=120)] = described("months from start to full uptake", default=0)
    peak: Quantity = described("share of those in scope reached when full", default=1.0)
    delay: Quantity = described("months by which it starts late", default="initiative.delay")
    requires: tuple[Id, ...] = ()
    """Initiatives that must be at full uptake first; ``[]`` where none must."""
    capital: Capital | None = None
    budget: Annotated[float, Field(ge=0)] | None = described(
        "£ a year set aside for it; blank: none found", default=None
    )
    budget_from: Id | None = None
    """Pooled contract out of which the budget comes; blank: the owner's own money."""
    effects: tuple[EffectField, ...] = ()
    """What it does: a list of effects, each with its ``kind``."""
    not_modelled: tuple[Text, ...] = ()
    """Parts of it that this version of the model cannot hold, in words."""
    closes: tuple[Text, ...] = ()
    """Closures and downgrades, in words that the public knows."""
    claims: tuple[Claim, ...] = ()
    """What was said of it; ``[]`` where nothing was published."""
    involvement: tuple[Group, ...] = ()
    sign_offs: tuple[SignOff, ...] = ()
    """Who agreed to it or objected; who is not named has not signed."""
    source: Text
    note: str = ""

    @property
    def together(self) -> frozenset[str]:
        """Who does it: its owner, and partners who lead or follow."""
        return frozenset({self.owner, *(p.organisation for p in self.partners if p.role != "step_aside")})

    @property
    def months_ahead(self) -> int:
        """Months of building or double running before the start."""
        running = [p.months for e in self.effects for p in e.primitives() if p.verb == "add"]
        return max([self.capital.build_months if self.capital else 0, *running])
