"""What waits for somebody: told on their own first page, the most urgent first. Each room that asks people for something adds its own."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
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


MOST: Final = 10
"""Of each kind that are told at first."""

ALSO: Final[list[Callable[[User], Iterable[Waits]]]] = []
"""What other rooms ask of people; whoever does adds its own here."""


def waits_for(user: User, place: Place | None = None) -> list[Waits]:
    """All that waits for somebody, in one place or in every one; the soonest due first, then what has waited longest."""
    every = (w for other in ALSO for w in other(user))
    found = [w for w in every if place is None or w.place.pk == place.pk]
    return sorted(found, key=lambda w: (w.until or date.max, w.since, w.href))


def shortened(waits: Sequence[Waits], most: int = MOST) -> tuple[list[Waits], dict[str, int]]:
    """The first of each kind, in the order that they have, and by kind how many more there are."""
    shown, seen = list[Waits](), Counter[str]()
    for w in waits:
        seen[w.kind] += 1
        if seen[w.kind] <= most:
            shown.append(w)
    return shown, {kind: n - most for kind, n in seen.items() if n > most}
