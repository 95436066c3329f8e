"""Forms of payment: other contracts for the same plan, as data. One is laid over the plan, never written into it."""

from __future__ import annotations

from typing import Annotated

from pydantic import BeforeValidator, SerializeAsAny

from placeplan.contracts.base import Contract
from placeplan.core.records import Id, Name, Record
from placeplan.core.tables import Month
from placeplan.plan.initiatives import SignOff, Text
from placeplan.plan.scenarios import Rule

ContractField = Annotated[SerializeAsAny[Contract], BeforeValidator(Contract.parse)]
"""A contract of any registered kind, chosen by its ``kind``."""


class PaymentForm(Record):
    """A form of payment: contracts that take the place of those of the plan, come beside them, or go.

    A contract under `contracts` takes the place of the plan's of the same id; one of a new id comes beside. Where it begins
    later than the run, the plan's own is paid until then. One that replaces a contract which an initiative begins waits for
    that initiative too, unless a month is said.
    """

    id: Id
    name: Name
    """A few plain words: aligned payment."""
    about: Text
    """How it pays, in a sentence."""
    local_start: Month | None = None
    """First month in which this place pays so; blank: the national start, else each contract's own, else the run's first."""
    national_start: Month | None = None
    """First month in which it is the rule for everybody: from then on `rules` hold; blank: from the local start."""
    contracts: tuple[ContractField, ...] = ()
    """What this place agrees, as in the folder contracts; what a contract says of its own start goes before the dates above."""
    removes: tuple[Id, ...] = ()
    """Contracts of the plan that end with it. Of one that an initiative begins, that never happens: what it would have ended goes on."""
    rules: tuple[Rule, ...] = ()
    """National rules: fields that are replaced in every contract of a kind, or in one. What this form agrees itself keeps its rule."""
    sign_offs: tuple[SignOff, ...] = ()
    """Who agreed to be paid, and to pay, in this way, or objected; who is not named has not signed."""
    source: Text
    note: str = ""

    @property
    def start(self) -> str | None:
        """Month from which the place's own contracts count, where these do not say."""
        return self.local_start or self.national_start
