"""A plan as written, before it is checked: every element with its place in the files."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import wraps
from typing import Any, TypeVar, cast

from placeplan.contracts.base import Contract
from placeplan.core.tables import Row
from placeplan.futures.assumptions import Assumption, Correlation
from placeplan.plan.authority import Board, Decision, Relationship
from placeplan.plan.initiatives import Initiative
from placeplan.plan.located import Item
from placeplan.plan.payment_forms import PaymentForm
from placeplan.plan.promises import Promise
from placeplan.plan.scenarios import Scenario
from placeplan.plan.schema import PlanFile, SourceEntry
from placeplan.plan.stages import Assessment, Move, Stage

R = TypeVar("R", bound=Row)
T = TypeVar("T")


@dataclass(frozen=True)
class Draft:
    """All that was read, with what the library adds; rows that were refused are left out."""

    about: Item[PlanFile] | None = None
    tables: Mapping[str, tuple[Item[Row], ...]] = field(default_factory=dict)
    initiatives: tuple[Item[Initiative], ...] = ()
    contracts: tuple[Item[Contract], ...] = ()
    assumptions: tuple[Item[Assumption], ...] = ()
    correlations: tuple[Item[Correlation], ...] = ()
    promises: tuple[Item[Promise], ...] = ()
    scenarios: tuple[Item[Scenario], ...] = ()
    sources: tuple[Item[SourceEntry], ...] = ()
    boards: tuple[Item[Board], ...] = ()
    decisions: tuple[Item[Decision], ...] = ()
    relationships: tuple[Item[Relationship], ...] = ()
    stages: tuple[Item[Stage], ...] = ()
    moves: tuple[Item[Move], ...] = ()
    assessments: tuple[Item[Assessment], ...] = ()
    payment_forms: tuple[Item[PaymentForm], ...] = ()
    refused: frozenset[str] = frozenset()
    """Files of which a part was refused: sums over them would mislead."""
    cut: frozenset[str] = frozenset()
    """Files that could not be read to their end: ids that seem unknown may have stood there."""
    also: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """Ids by kind (``organisation``, ``site`` …) of elements that were refused, so that they don't seem unknown."""

    sets: Mapping[str, Mapping[str, tuple[Item[Any], ...]]] = field(default_factory=dict)
    """By file, ``assumptions-<set>.yaml``, the assumptions and correlations of each set, whichever is used."""

    found: dict[str, frozenset[str]] = field(default_factory=dict, init=False, compare=False, repr=False)
    """Ids by kind as they were last looked up: kept, since every row asks for them."""
    worked_out: dict[Any, Any] = field(default_factory=dict, init=False, compare=False, repr=False)
    """What functions `once` found."""

    def rows(self, table: str, cls: type[R]) -> tuple[Item[R], ...]:
        """The rows of a table."""
        return tuple(cast("Item[R]", item) for item in self.tables.get(table, ()) if isinstance(item.value, cls))

    def whole(self, *tables: str) -> bool:
        """Whether every row of these tables was read."""
        return not any(f"{table}.csv" in self.refused for table in tables)

    def whole_elements(self) -> bool:
        """Whether every initiative and contract was read."""
        return not any(name.startswith(("initiatives/", "contracts/")) for name in self.refused)

    def named(self, kind: str, found: Iterable[str]) -> frozenset[str]:
        """Ids of a kind: those found, and those of refused elements."""
        return frozenset(found) | self.also.get(kind, frozenset())


def once(function: Callable[[Draft], T]) -> Callable[[Draft], T]:
    """Works a function of a draft out once for each draft, since many checks ask for it."""

    @wraps(function)
    def kept(draft: Draft) -> T:
        if function not in draft.worked_out:
            draft.worked_out[function] = function(draft)
        return cast("T", draft.worked_out[function])

    return kept


def values(items: Iterable[Item[Any]]) -> tuple[Any, ...]:
    """The bare values."""
    return tuple(item.value for item in items)
