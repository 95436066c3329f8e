"""What there is of a place and is not public yet, and why, in plain words; no draft is named."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Final, NamedTuple

from django.utils.text import capfirst

from placeplan.report.words import day
from placeplan.web.public.publishing import site_of
from placeplan.web.public.reading import entry_of, findings_of
from placeplan.web.publishing.models import Offer
from placeplan.web.store.models import Place


class Kept(NamedTuple):
    """Something that is not public."""

    what: str
    why: str


ALSO: Final[list[Callable[[Place], Iterable[Kept]]]] = []
"""What other rooms keep back; whoever does adds its own here."""


def kept_back(place: Place) -> tuple[Kept, ...]:
    """All that is not public of a place."""
    own = (*_offered(place), *_written(place), *_withheld(place))
    return (*own, *(kept for other in ALSO for kept in other(place)))


def _offered(place: Place) -> Iterator[Kept]:
    for made in Offer.objects.filter(place=place, state=Offer.State.OPEN):
        answered = made.answers.values("organisation").distinct().count()
        count = made.shown.count()
        many = f"{count} {'organisation' if count == 1 else 'organisations'}"
        what = f"A new version is with the {many} that it names. They can answer until {day(made.until.isoformat())}. So far {answered or 'none'} {'has' if answered == 1 else 'have'} answered."  # fmt: skip
        yield Kept(what, "Nobody is written about before they could answer. Then it is published, with what they said.")


def _written(place: Place) -> Iterator[Kept]:
    public = Offer.objects.filter(place=place, state=Offer.State.PUBLISHED).values("version__digest")
    if place.drafts.filter(closed=False).exclude(head__digest__in=public).exists():
        what = "People are writing at the plan. What they write is a draft."
        yield Kept(
            what, "A draft can be wrong, and those it names have not seen it yet. So it is not shown, and not named."
        )


def _withheld(place: Place) -> Iterator[Kept]:
    site = site_of(place)
    for entry in site.versions[-1:] if site and not site.draft else ():
        for part in findings_of(place, entry_of(place, entry.name)).not_published:
            yield Kept(f"{capfirst(part.what).rstrip('.')}.", f"{capfirst(part.why).rstrip('.')}.")
