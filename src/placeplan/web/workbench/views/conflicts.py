"""What two have said in different ways: shown side by side with who, and chosen."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from placeplan.plan.elements.merge import TEXT
from placeplan.plan.elements.parts import said
from placeplan.plan.elements.threeway import GONE, Conflict
from placeplan.plan.elements.words import shown
from placeplan.web.store.models import Draft, Version
from placeplan.web.workbench.drafts import Choice, Choices, Clash

SIDES = ("ours", "theirs", "base", "typed")
LEFT = ("csrfmiddlewaretoken",)


def choices_in(posted: Mapping[str, str]) -> Choices:
    """What was chosen for conflicts, by their keys."""
    return {
        name.removeprefix("choice."): Choice(side, posted.get(f"typed.{name.removeprefix('choice.')}", ""))  # type: ignore[arg-type]
        for name, side in posted.items()
        if name.startswith("choice.") and side in SIDES
    }


def conflicts_page(
    request: HttpRequest, draft: Draft, clash: Clash, refused: list[Any] | None = None, ours_by: str = "What you wrote"
) -> HttpResponse:
    """The page on which conflicts are settled; all that was typed before comes along."""
    posted = request.POST
    keys = {c.key for c in clash.conflicts}
    carried = [
        (name, value)
        for name in posted
        for value in posted.getlist(name)
        if name not in LEFT and name.partition(".")[2] not in keys
    ]
    told = {
        "draft": draft, "place": draft.place, "refused": refused or _not_chosen(clash, posted), "carried": carried, "ours_by": ours_by,
        "theirs_by": _by(clash.head), "conflicts": [_told(c, posted) for c in clash.conflicts],
    }  # fmt: skip
    return render(request, "web/conflicts.html.j2", told, status=HTTPStatus.CONFLICT)


def _not_chosen(clash: Clash, posted: Mapping[str, str]) -> list[str]:
    """What was asked before, and nothing was chosen for it; nothing of what is asked for the first time."""
    return [
        f"Choose what is to stand for “{titled(c)}”."
        for c in clash.conflicts
        if f"typed.{c.key}" in posted and f"choice.{c.key}" not in posted
    ]


def _by(version: Version) -> str:
    return f"What {version.made_by.name if version.made_by else 'somebody else'} wrote (version {version.number})"


def _told(c: Conflict, posted: Mapping[str, str]) -> dict[str, Any]:
    text = c.ours if c.ours is not GONE else c.theirs
    return {
        "key": c.key, "spot": c.spot, "title": titled(c),
        "base": shown(c.base), "ours": shown(c.ours), "theirs": shown(c.theirs),
        "chosen": posted.get(f"choice.{c.key}", ""), "typed": posted.get(f"typed.{c.key}", shown(text)),
    }  # fmt: skip


def titled(c: Conflict) -> str:
    """What both changed, as people say it: the element, and which of its fields."""
    where = " ".join(filter(None, (f"{said(c.spot.part)}:" if c.spot.part else "", c.spot.name)))
    return " – ".join(filter(None, (where or c.spot.file, _field(c))))


def _field(c: Conflict) -> str:
    return "" if c.spot.at[-1:] == (TEXT,) else c.field.replace("_", " ")
