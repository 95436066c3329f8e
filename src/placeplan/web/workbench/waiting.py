"""What waits for somebody: told on their own first page, the most urgent first. Each room that asks people for something adds its own."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import date
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from django.db.models import QuerySet

from placeplan.web.store.models import Place

if TYPE_CHECKING:
    from placeplan.web.accounts.models import User


class Waits(NamedTuple):
    """Something that somebody is asked to do."""

    place: Place
    what: str
    """What is to be done, as a link says it."""
    href: str
    since: date
    until: date | None = None
    """The last day for it; None: there is none."""
    late: bool = False
    kind: str = "things"
    """What many of its kind are called."""


class More(NamedTuple):
    """How many further things of a kind wait that were not read."""

    kind: str
    many: int


class Asked(NamedTuple):
    """What is asked of each room."""

    user: User
    place: Place | None = None
    """In which place; None: in every one."""
    most: int = 0
    """Of each kind that are read, the soonest due first."""


MOST: Final = 10
"""Of each kind that are told at first."""
EVER: Final = 500
"""Of each kind that are told where somebody asks for all: a page that anybody can read, however long nobody did anything."""

ALSO: Final[list[Callable[[Asked], Iterable[Waits | More]]]] = []
"""What other rooms ask of people; whoever does adds its own here."""


def as_far(every: QuerySet[Any], most: int, kind: str, told: Callable[[Any], Waits]) -> Iterator[Waits | More]:
    """The first of a kind in the order in which they are read; how many more there are, the database counts."""
    shown = list(every[:most])
    yield from map(told, shown)
    if len(shown) == most and (more := every.count() - most) > 0:
        yield More(kind, more)


def waits_for(user: User, place: Place | None = None, most: int = MOST) -> tuple[list[Waits], dict[str, int]]:
    """What waits for somebody, in one place or in every one, the soonest due first, then what has waited longest; and by kind how many more there are."""
    told = [one for other in ALSO for one in other(Asked(user, place, most))]
    found = (one for one in told if isinstance(one, Waits))
    shown = sorted(found, key=lambda w: (w.until or date.max, w.since))
    return shown, {one.kind: one.many for one in told if isinstance(one, More)}
