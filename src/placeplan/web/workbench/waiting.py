"""What waits for somebody: told on their own first page, the most urgent first. Each room that asks people for something adds its own."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from datetime import date
from typing import TYPE_CHECKING, Final, NamedTuple

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
    most: int | None = None
    """Of each kind that are read, the soonest due first; None: all."""


MOST: Final = 10
"""Of each kind that are told at first."""

ALSO: Final[list[Callable[[Asked], Iterable[Waits | More]]]] = []
"""What other rooms ask of people; whoever does adds its own here."""


def waits_for(user: User, place: Place | None = None, most: int | None = None) -> tuple[list[Waits], dict[str, int]]:
    """What waits for somebody, in one place or in every one, the soonest due first, then what has waited longest; and by kind how many more there are."""
    told = [one for other in ALSO for one in other(Asked(user, place, most))]
    more, seen, shown = Counter[str](), Counter[str](), list[Waits]()
    for one in told:
        if isinstance(one, More):
            more[one.kind] += one.many
    found = (one for one in told if isinstance(one, Waits))
    for w in sorted(found, key=lambda w: (w.until or date.max, w.since, w.href)):
        seen[w.kind] += 1
        if most is None or seen[w.kind] <= most:
            shown.append(w)
        else:
            more[w.kind] += 1
    return shown, dict(more)
