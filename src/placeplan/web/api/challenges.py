"""Operations on numbers of what is published, challenges to them, replies, and what moderators did."""

from collections import Counter
from typing import Annotated, Any, Final

from django.http import HttpRequest
from django.urls import reverse
from ninja import Query

from placeplan.plan.numbers.find import search
from placeplan.plan.numbers.number import Number
from placeplan.web.api.api import Limit, Offset, page, reads
from placeplan.web.api.published import href
from placeplan.web.api.records import Page, ProblemGiven
from placeplan.web.api.said import Accepted, ChallengeGiven, ChallengeWhole, NumberGiven, StepGiven
from placeplan.web.challenges.known import open_of
from placeplan.web.challenges.listing import Which, accepted, asked_for, challenges_of, moderated, word_of
from placeplan.web.challenges.models import REPLIES, Challenge, Step
from placeplan.web.challenges.telling import found_by, told
from placeplan.web.public.reading import NotHere, place_of
from placeplan.web.store.models import Place

TEXT: Final = r"^[^\x00]*$"
"""Text that every database takes."""


@reads("/places/{slug:place}/numbers", Page[NumberGiven], "challenges")
def numbers(
    request: HttpRequest, place: str,
    words: Annotated[str | None, Query(max_length=200, pattern=TEXT, description="Words that its meaning, name or address has.")] = None,
    organisation: Annotated[str | None, Query(max_length=64, pattern=TEXT, description="Id of the organisation whose numbers they are; blank: of the plan as a whole.")] = None,
    limit: Limit = 50, offset: Offset = 0,
) -> Page[NumberGiven]:  # fmt: skip
    """Numbers of the newest published plan, which anyone may challenge."""
    found = place_of(place)
    now = open_of(found)
    every: list[Number] = []
    if now is not None:
        every = [*search(now.numbers, words)] if words else [*now.numbers.open.values()]
    kept = [n for n in every if organisation is None or n.organisation == organisation]
    counts = Counter(found.challenges.values_list("address", flat=True))
    items = [_number(found, n, counts[str(n.address)]) for n in kept[offset : offset + limit]]
    return page(request, items, limit, offset, len(kept))


def _number(place: Place, n: Number, count: int) -> NumberGiven:
    return NumberGiven(
        address=str(n.address), value=n.value, of=n.of, field=n.field, unit=n.unit, meaning=n.meaning, where=n.where, source=n.source,
        organisation=n.organisation, challenges=count,
        page=reverse("challenge-number", args=[place.slug, str(n.address)]),
    )  # fmt: skip


@reads("/places/{slug:place}/challenges", Page[ChallengeGiven], "challenges")
def challenges(
    request: HttpRequest, place: str,
    state: Annotated[Which | None, Query(description="How far the reply is, or that the words are hidden.")] = None,
    version: Annotated[str | None, Query(max_length=64, pattern=TEXT, description="Id of a published version.")] = None,
    address: Annotated[str | None, Query(max_length=400, pattern=TEXT, description="Address of a number.")] = None,
    organisation: Annotated[str | None, Query(max_length=64, pattern=TEXT, description="Id of the organisation that owes a reply; blank: those who publish the plan.")] = None,
    limit: Limit = 50, offset: Offset = 0,
) -> Page[ChallengeGiven]:  # fmt: skip
    """Challenges to numbers of a place's plan, the newest first."""
    every = asked_for(place_of(place), state or "", version or "", address or "", organisation)
    found = [ChallengeGiven(**_given(c)) for c in every[offset : offset + limit]]
    return page(request, found, limit, offset, every.count())


def _given(c: Challenge) -> dict[str, Any]:
    reason, source, name = c.words
    return {
        "number": c.number, "state": word_of(c), "address": c.address, "of": c.facts.get("of", ""), "field": c.facts.get("field", ""),
        "unit": c.facts.get("unit", ""), "version": c.published, "organisation": c.organisation, "before": c.before, "proposed": c.value,
        "hidden": c.hidden, "reason": reason, "source": source, "name": name, "sent": c.made, "owed": c.owed,
        "replied": getattr(c, "replied", None), "run": c.job.state, "href": href("challenge", c.place.slug, c.number),
        "page": reverse("challenge", args=[c.place.slug, c.number]),
    }  # fmt: skip


@reads("/places/{slug:place}/challenges/{int:number}", ChallengeWhole, "challenges")
def challenge(request: HttpRequest, place: str, number: int) -> ChallengeWhole:
    """One challenge: what would change, and all that became of it."""
    c = _found(place, number)
    steps = list(c.steps.select_related("by", "version"))
    held, taken = found_by(c), accepted(c, steps)
    return ChallengeWhole(
        **_given(c), meaning=c.facts.get("meaning", ""), where=c.facts.get("where", ""), number_source=c.facts.get("source", ""),
        command=c.command,
        found=told(held) if held else None, problems=tuple(ProblemGiven(**p) for p in c.job.problems),
        accepted=Accepted(**taken) if taken else None, steps=tuple(_step(s, c.number) for s in steps),
    )  # fmt: skip


def _found(place: str, number: int) -> Challenge:
    every = challenges_of(place_of(place))
    c = every.filter(number=number).first()
    if c is None:
        raise NotHere("number", "challenge", str(number), [str(n) for n in every.values_list("number", flat=True)])
    return c


@reads("/places/{slug:place}/challenges/{int:number}/steps", Page[StepGiven], "challenges")
def steps(request: HttpRequest, place: str, number: int, limit: Limit = 50, offset: Offset = 0) -> Page[StepGiven]:
    """All that became of a challenge, replies among it, the oldest first."""
    c = _found(place, number)
    every = c.steps.select_related("by", "version")
    return page(request, [_step(s, number) for s in every[offset : offset + limit]], limit, offset, every.count())


def _step(s: Step, number: int) -> StepGiven:
    return StepGiven(
        challenge=number, did=s.did, when=s.when, by=s.by.name if s.by and s.did in REPLIES else "", role=s.role,
        organisation=s.organisation, text=s.words, version=s.version.number if s.version else None,
    )  # fmt: skip


@reads("/places/{slug:place}/moderation", Page[StepGiven], "challenges")
def moderation(request: HttpRequest, place: str, limit: Limit = 50, offset: Offset = 0) -> Page[StepGiven]:
    """All that moderators did, and appeals, the newest first."""
    every = moderated(place_of(place))
    found = [_step(s, s.challenge.number) for s in every[offset : offset + limit]]
    return page(request, found, limit, offset, every.count())
