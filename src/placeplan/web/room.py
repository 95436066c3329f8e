"""How much is kept, of a place and of a person, and that nobody takes more room than there is for them.

What a version adds are the bytes of its files that were kept nowhere yet, and its list of files. Of runs and pages their files
count, each once. Text of challenges counts too. A run that has begun is kept whole; the next is not begun.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db.models import Q, QuerySet, Sum
from django.db.models.functions import Coalesce, Length

from placeplan.core.errors import PlanError
from placeplan.core.units import size_of
from placeplan.plan.located import problem
from placeplan.web.challenges.models import Challenge
from placeplan.web.jobs.models import JobFile
from placeplan.web.public.models import SiteFile
from placeplan.web.publishing.models import OfferFile
from placeplan.web.store.models import Blob, Place, Version

if TYPE_CHECKING:
    from placeplan.web.accounts.models import User


def added_by(tree: Mapping[str, str], sizes: Mapping[str, int]) -> int:
    """Bytes that a version adds. tree: digest of each file by path; sizes: bytes of each digest that is not kept yet.

    >>> added_by({"a.csv": "d1", "b.csv": "d1", "c.csv": "d2"}, {"d1": 1000})
    1045
    """
    return sum(sizes.get(digest, 0) for digest in set(tree.values())) + len(json.dumps(dict(tree)))


def of_place(place: Place) -> int:
    """Bytes that are kept of a place."""
    made = Q(pk__in=JobFile.objects.filter(job__version__place=place).values("blob"))
    made |= Q(pk__in=SiteFile.objects.filter(place=place).values("blob"))
    made |= Q(pk__in=OfferFile.objects.filter(offer__place=place).values("blob"))
    words = Challenge.objects.filter(place=place).annotate(size=Length("reason") + Length("source"))
    return _added(Version.objects.filter(place=place)) + _bytes(Blob.objects.filter(made)) + _sum(words, "size")


def of_person(user: User) -> int:
    """Bytes that are kept of what a person wrote, uploaded and had run."""
    ran = JobFile.objects.filter(job__asked_by=user).values("blob")
    return _added(Version.objects.filter(made_by=user)) + _bytes(Blob.objects.filter(pk__in=ran))


def refuse_full(place: Place, by: User | None, more: int) -> None:
    """Raise PlanError where a place, or a person, would have more bytes kept than there is room for: both are told."""
    wrong = []
    kept, room = of_place(place), settings.ASKED.room_place
    if kept + more > room:
        wrong.append((f"Of {place.name} {size_of(kept)} are kept, and there is room for {size_of(room)}.", "PLACE"))
    if by is not None:
        own, most = of_person(by), settings.ASKED.room_person
        if own + more > most:
            wrong.append((f"You have had {size_of(own)} kept, and there is room for {size_of(most)}.", "PERSON"))
    if wrong:
        so = f" This would add {size_of(more)}." if more else ""
        raise PlanError([problem("", 0, "", "no-room", f"{what}{so} Nothing was changed.", f"Ask whoever runs this workbench for more room (PLACEPLAN_WEB_ROOM_{of}).") for what, of in wrong])  # fmt: skip


def told() -> dict[str, int]:
    """Bytes that are kept, by what they are: of all places together, as no place that is not published is named."""
    every = {"versions": _added(Version.objects.all())}
    for name, kind in (("runs", JobFile), ("pages", SiteFile), ("offers", OfferFile)):
        every[name] = _bytes(Blob.objects.filter(pk__in=kind.objects.values("blob")))
    return every


def fullest() -> float:
    """Which share of its room the place has used that has used most; 0 where there is none."""
    return max((of_place(p) / settings.ASKED.room_place for p in Place.objects.all()), default=0.0)


def count_anew(versions: QuerySet[Any], blobs: QuerySet[Any]) -> None:
    """Find for every version what it added, the oldest first: for versions that were kept before this was counted."""
    sizes = dict(blobs.annotate(size=Length("data")).values_list("digest", "size"))
    for version in versions.order_by("pk").iterator(100):
        added = added_by(version.tree, sizes)
        for digest in version.tree.values():
            sizes.pop(digest, None)
        versions.filter(pk=version.pk).update(added=added)


def _added(versions: QuerySet[Version]) -> int:
    return _sum(versions, "added")


def _bytes(blobs: QuerySet[Blob]) -> int:
    return _sum(blobs.annotate(size=Length("data")), "size")


def _sum(rows: QuerySet[Any], column: str) -> int:
    return int(rows.aggregate(whole=Coalesce(Sum(column), 0))["whole"])
