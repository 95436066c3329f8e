"""Reading challenges: all of a place, one with all that became of it, the log of moderation, and the same as a table."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final, cast

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from placeplan.plan.numbers.number import readable, shown
from placeplan.report.site.shelf import Entry
from placeplan.report.symbols import sprite, symbol
from placeplan.report.where import as_csv
from placeplan.web.challenges import answering
from placeplan.web.challenges.listing import accepted, asked_for, challenges_of, moderated, state_of, which
from placeplan.web.challenges.models import REPLIES, Challenge, Did, Step
from placeplan.web.challenges.sending import waiting
from placeplan.web.challenges.telling import found_by, told
from placeplan.web.challenges.writing import lines_for
from placeplan.web.jobs.models import ENDED, State
from placeplan.web.jobs.queue import ahead_of
from placeplan.web.public.reading import entries_of
from placeplan.web.rates.limits import limited
from placeplan.web.store.called import organisations_of
from placeplan.web.store.models import Place

if TYPE_CHECKING:
    from placeplan.web.accounts.models import User

PAGE: Final = 50
WHICH: Final = {
    "waiting": "Waiting for a reply", "overdue": "Reply overdue", "accepted": "Accepted", "declined": "Not accepted", "hidden": "Words hidden",
}  # fmt: skip
DOES: Final = {
    Did.HIDDEN: "Hide the words", Did.SHOWN: "Show the words again", Did.LINKED: "Let its links be followed",
    Did.UPHELD: "Leave it hidden: the appeal has been looked at", Did.NAMELESS: "Take the name away",
    Did.LOOKED: "Leave it as it is: there is nothing to hide",
}  # fmt: skip
"""What a moderator can do, as a choice."""
COLUMNS: Final = (
    "number", "address", "of", "field", "unit", "plan_has", "proposed", "reason", "source", "sent", "reply_owed_by", "state", "replied",
    "replied_for", "reply", "published_version",
)  # fmt: skip


def user_of(request: HttpRequest) -> User:
    """Who asks; nobody in particular, where they have not signed in."""
    return cast("User", request.user)


def place_of(slug: str) -> Place:
    """A place; raises Http404 where there is none."""
    return get_object_or_404(Place, slug=slug)


@require_safe
@limited("pages")
def listed(request: HttpRequest, place: str) -> HttpResponse:
    """Challenges of a place, of one of its versions, of a number."""
    found = place_of(place)
    asked = {name: request.GET.get(name, "")[:400] for name in ("which", "version", "at")}
    every = asked_for(found, asked["which"], asked["version"], asked["at"])
    page = Paginator(every, PAGE).get_page(request.GET.get("page"))
    rows = [{"c": c, "state": state_of(c), "before": readable(c.before), "after": readable(c.value)} for c in page]
    counts = {name: which(challenges_of(found), name).count() for name in WHICH}
    told = {
        "place": found, "page": page, "rows": rows, "asked": asked, "which": WHICH, "counts": counts, "queue": waiting(),
        "versions": _versions(found), "whole": found.challenges.count(),
    }  # fmt: skip
    return render(request, "web/challenges.html.j2", told)


def _versions(place: Place) -> list[tuple[int, str]]:
    """Published versions that were challenged: which they are, and their names."""
    named = set(place.challenges.values_list("published", flat=True))
    return [(n, e.name) for n, e in enumerate(entries_of(place), 1) if e.name in named]


@require_safe
@limited("download")
def table(request: HttpRequest, place: str) -> HttpResponse:
    """All challenges of a place as CSV; what is hidden stays hidden there too."""
    found = place_of(place)
    answer = HttpResponse(
        as_csv(_rows(challenges_of(found).prefetch_related("steps")), COLUMNS, "\r\n"),
        content_type="text/csv; charset=utf-8",
    )
    answer["Content-Disposition"] = f'attachment; filename="challenges-{found.slug}.csv"'
    return answer


def _rows(every: Iterable[Challenge]) -> Iterable[tuple[Any, ...]]:
    for c in every:
        reply = next((s for s in reversed(c.steps.all()) if s.did in REPLIES), None)
        reason, source, _ = c.words if not c.hidden else ("hidden by a moderator",) * 3
        yield (
            c.number, c.address, c.facts.get("of", ""), c.facts.get("field", ""), c.facts.get("unit", ""), shown(c.before), shown(c.value),
            reason, source, c.made.date(), c.owed, state_of(c), reply.when.date() if reply else "", reply.organisation if reply else "",
            reply.text if reply else "", c.published,
        )  # fmt: skip


@require_safe
@limited("pages")
def log(request: HttpRequest, place: str) -> HttpResponse:
    """Everything that moderators did, and appeals: anyone may see it."""
    found = place_of(place)
    return render(request, "web/challenge_log.html.j2", {"place": found, "page": Paginator(moderated(found), PAGE).get_page(request.GET.get("page"))})  # fmt: skip


@require_safe
@limited("pages")
def one(request: HttpRequest, place: str, number: int) -> HttpResponse:
    """A challenge with all that became of it."""
    return page_of(request, challenge_of(place, number))


def challenge_of(slug: str, number: int) -> Challenge:
    """A challenge; raises Http404 where there is none."""
    found = challenges_of(place_of(slug)).filter(number=number).first()
    if found is None:
        raise Http404
    return found


def page_of(request: HttpRequest, c: Challenge, status: int = HTTPStatus.OK, **more: Any) -> HttpResponse:
    """The page of a challenge, with what was wrong with what was sent."""
    found = found_by(c)
    user = user_of(request)
    steps = list(c.steps.select_related("by", "version"))
    moderator = answering.moderates(user, c)
    replies, can = answering.replies_for(user, c), answering.steps_open(c) if moderator else []
    called = organisations_of(c.place) if replies else {}
    context = {
        "c": c, "place": c.place, "before": readable(c.before), "after": readable(c.value), "state": state_of(c), "steps": steps,
        "told": told(found) if found else None, "under_way": c.job.state not in ENDED, "ahead": ahead_of(c.job),
        "failed": c.job.state in (State.FAILED, State.CANCELLED), "problems": c.job.problems, "overdue": state_of(c) == "reply overdue",
        "others": c.place.challenges.filter(address=c.address).exclude(pk=c.pk).count(), "withdrawn": _withdrawn(c),
        "accepted": accepted(c, steps), "hidden_by": next((s for s in reversed(steps) if s.did == Did.HIDDEN), None) if c.hidden else None,
        "replies": replies, "drafts_open": lines_for(user_of(request), c) if replies else (), "can": can,
        "appealed": moderator and answering.appeal_waits(c), "new": Did.LOOKED in can,
        "replying": called.get(replies.organisation) or replies.organisation if replies else "", "stands_in": replies and c.organisation not in ("", replies.organisation),
        "whose": _called(c), "happened": _happened(c, steps), "sprite": sprite(), "symbol": symbol, "replied": REPLIES, "refused": (), "typed": {}, "does": DOES,
    }  # fmt: skip
    return render(request, "web/challenge.html.j2", context | more, status=status)


def _withdrawn(c: Challenge) -> Entry | None:
    """The version that was challenged, where it is not published any more."""
    entry = next((e for e in entries_of(c.place) if e.name == c.published), None)
    return entry if entry is not None and entry.withdrawn else None


def _called(c: Challenge) -> str:
    """Who owes a reply, by name."""
    return c.facts.get("whose") or c.organisation or "those who publish the plan"


def _happened(c: Challenge, steps: list[Step]) -> list[tuple[datetime, str, Step | None]]:
    """All that happened, one after the other; the run among it."""
    found: list[tuple[datetime, str, Step | None]] = [(s.when, s.get_did_display(), s) for s in steps]
    if c.job.ended and c.job.state in ENDED:
        ran = (
            "the plan was run with this number"
            if c.job.state == State.DONE
            else f"the run ended: {c.job.get_state_display()}"
        )
        found.append((max(c.job.ended, steps[0].when), ran, None))
    return sorted(found, key=lambda each: each[0])
