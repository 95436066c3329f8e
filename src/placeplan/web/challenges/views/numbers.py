"""Finding a number of a published plan, and proposing another."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from http import HTTPStatus
from typing import Any, Final
from urllib.parse import urlencode

import numpy as np
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from placeplan.core.errors import PlanError, Problem
from placeplan.futures.assumptions import Assumption
from placeplan.plan.elements.parts import group_of
from placeplan.plan.library import library
from placeplan.plan.numbers.address import parsed
from placeplan.plan.numbers.change import number_at
from placeplan.plan.numbers.find import nearly, search
from placeplan.plan.numbers.number import Number
from placeplan.web.challenges.forms import Send, began
from placeplan.web.challenges.known import Open, open_of, title
from placeplan.web.challenges.listing import challenges_of, state_of
from placeplan.web.challenges.sending import DAYS, Said, looked_at, send, waiting
from placeplan.web.challenges.views.mine import theirs
from placeplan.web.challenges.views.reading import PAGE, place_of
from placeplan.web.rates.limits import limited, refused
from placeplan.web.store.models import Place

PARTS: Final = {
    "assumptions.yaml": "What is assumed", "initiatives": "What the plan changes", "promises.yaml": "What is promised",
    "contracts": "Who pays whom", "money.csv": "Money", "beds.csv": "Beds", "staff.csv": "Staff", "activity.csv": "Care given",
    "areas.csv": "People", "population.csv": "People in later years", "rates.csv": "Care for each 1,000 people", "unit_costs.csv": "What care costs",
    "contacts.csv": "Clinics and visits", "packages.csv": "Social care", "lists.csv": "Waiting lists", "travel.csv": "Ways", "flows.csv": "Who goes where",
    "stays.csv": "Nights in beds", "seasons.csv": "Seasons", "pathways.csv": "Leaving hospital", "spills.csv": "Other doors", "councils.csv": "Councils",
    "reconcile.csv": "Published totals", "scenarios.yaml": "Shocks", "plan.yaml": "The plan as a whole", "authority.yaml": "Who decides", "payment_forms": "Other ways to pay",
}  # fmt: skip
"""What files of a plan hold, as the public reads it."""


@require_safe
@limited("search")
def find(request: HttpRequest, place: str) -> HttpResponse:
    """Find a number: by words, or among those of a file or element."""
    found = place_of(place)
    now = open_of(found)
    if now is None:
        return _none(request, found)
    words, at = (request.GET.get(name, "")[:400].strip() for name in ("q", "at"))
    if at in now.numbers.open:
        return redirect("challenge-number", place, at)
    every = _inside(now, at) if at else search(now.numbers, words) if words else []
    some = [] if every or at else nearly(now.numbers, words)
    page = Paginator(every or some, PAGE).get_page(request.GET.get("page"))
    context = {
        "place": found, "now": now, "words": words, "at": at, "page": page, "rows": _rows(found, list(page)),
        "parts": _parts(now), "query": urlencode({"at": at} if at else {"q": words}), "looked": bool(words or at), "some": bool(some),
    }  # fmt: skip
    return render(request, "web/challenge_find.html.j2", context)


def _inside(now: Open, at: str) -> list[Number]:
    """Numbers of an element, a file, or of the files of a folder."""
    found = now.numbers.inside(parsed(at))
    return found or [n for n in now.numbers.open.values() if str(n.address).startswith(f"{at.rstrip('/')}/")]


def _parts(now: Open) -> list[tuple[str, str, int]]:
    """What there is, with how many numbers."""
    counted = Counter(n.address.file.partition("/")[0] for n in now.numbers.open.values())
    known = [name for name in PARTS if name in counted] + [name for name in counted if name not in PARTS]
    return [(name, PARTS.get(name) or _called(name), counted[name]) for name in known]


def _called(file: str) -> str:
    """What a file holds of which there can be many: a set of assumptions."""
    group = group_of(file)
    return f"What is assumed otherwise, as “{group.replace('-', ' ')}”" if group else file


def _rows(place: Place, numbers: Sequence[Number]) -> list[dict[str, Any]]:
    """Numbers with how often each was challenged."""
    there = place.challenges.filter(address__in=[str(n.address) for n in numbers])
    count = Counter(there.values_list("address", flat=True))
    return [{"n": n, "title": title(n), "count": count[str(n.address)]} for n in numbers]


def _none(request: HttpRequest, place: Place) -> HttpResponse:
    """There is no published plan whose numbers are here."""
    return render(request, "web/challenge_none.html.j2", {"place": place})


@require_http_methods(["GET", "HEAD", "POST"])
@limited("pages")
def number(request: HttpRequest, place: str, address: str) -> HttpResponse:
    """One number: what it is, where it comes from, who has challenged it; and the form to propose another."""
    found = place_of(place)
    now = open_of(found)
    if now is None:
        return _none(request, found)
    try:
        n = number_at(now.numbers, address[:400])
    except PlanError as unknown:
        return _unknown(request, found, unknown)
    if request.method != "POST":
        return _page(request, found, now, n)
    return refused(request, "challenge") or _send(request, found, now, n)


def _unknown(request: HttpRequest, place: Place, unknown: PlanError) -> HttpResponse:
    near = unknown.problems[0].nearest
    told = {"place": place, "problem": unknown.problems[0], "near": near}
    return render(request, "web/challenge_unknown.html.j2", told, status=HTTPStatus.NOT_FOUND)


def _send(request: HttpRequest, place: Place, now: Open, n: Number) -> HttpResponse:
    form = Send(request.POST)
    if not form.is_valid():
        wrong = {name: [str(w) for w in words] for name, words in form.errors.items()}
        problems = _of_value(now, n, form.cleaned_data.get("value", ""))
        return _page(request, place, now, n, HTTPStatus.UNPROCESSABLE_ENTITY, form.data, wrong, problems)
    given = form.cleaned_data
    try:
        change = looked_at(now, str(n.address), given["value"])
        if slower := refused(request, "challenge-day"):  # only what is sent counts for a day, not what had to be mended
            return slower
        made, secret = send(place, now, change, Said(given["reason"], given["source"], given["name"]), given["began"])
    except PlanError as error:
        return _page(request, place, now, n, HTTPStatus.UNPROCESSABLE_ENTITY, form.data, {}, error.problems)
    return theirs(made, secret)


def _of_value(now: Open, n: Number, value: str) -> tuple[Problem, ...]:
    """What is wrong with a value, where something else is wrong too: all is told at once."""
    try:
        looked_at(now, str(n.address), value) if value else None
    except PlanError as error:
        return error.problems
    return ()


def _page(
    request: HttpRequest, place: Place, now: Open, n: Number, status: int = HTTPStatus.OK,
    typed: Any = None, wrong: dict[str, list[str]] | None = None, problems: tuple[Problem, ...] = (),
) -> HttpResponse:  # fmt: skip
    """The page of a number, with what was typed and what was wrong with it."""
    others = [{"c": c, "state": state_of(c)} for c in challenges_of(place).filter(address=str(n.address))[:PAGE]]
    context = {
        "place": place, "now": now, "n": n, "title": title(n), "others": others, "count": place.challenges.filter(address=str(n.address)).count(),
        "typed": typed or {}, "wrong": wrong or {}, "problems": problems, "began": began(), "queue": waiting(), "days": DAYS, "usual": usual(n),
    }  # fmt: skip
    return render(request, "web/challenge_number.html.j2", context, status=status)


def usual(n: Number) -> str:
    """What the library has for the same, and the limits of the format, in words; blank where there is neither."""
    told = []
    if n.address.file.startswith("assumptions") and (known := _of_library(n.address.parts[1])):
        low, high = (float(v) for v in known.distribution.quantile(np.array([0.1, 0.9])))
        told.append(f"The library has {low:.4g} to {high:.4g} in 4 of 5 futures ({known.source}).")
    ends = [f"{word} {end:g}" for word, end in (("at least", n.least), ("at most", n.most)) if end is not None]
    if ends:
        told.append(f"It has to be {' and '.join(ends)}.")
    return " ".join(told)


def _of_library(name: str) -> Assumption | None:
    return next((i.value for i in library().assumptions if i.value.id == name), None)
