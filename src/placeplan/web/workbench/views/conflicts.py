"""What two have said in different ways: shown side by side with who, and chosen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from placeplan.plan.elements.controls import Leaf, leaf_of
from placeplan.plan.elements.differ import names_of
from placeplan.plan.elements.edit import Element, Files, element
from placeplan.plan.elements.hints import Names
from placeplan.plan.elements.merge import TEXT
from placeplan.plan.elements.parts import group_of, parts, said
from placeplan.plan.elements.threeway import GONE, Conflict
from placeplan.plan.elements.worded import Place, called_element, place_of, told_apart
from placeplan.plan.elements.words import one_word, shown
from placeplan.web.store.folders import files_of
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


@dataclass(frozen=True)
class Told:
    """A conflict in words: by the names, labels and units that forms have."""

    conflict: Conflict
    of: str
    """The element that it is about; of a file that has none the file."""
    place: Place
    names: Names
    worded: bool = True
    """Whether it is a field or an element, and no text of a file."""

    @property
    def title(self) -> str:
        """What both changed: the element, and which of its fields."""
        return " – ".join(filter(None, (self.of, self.place.label)))

    @property
    def sides(self) -> dict[str, str]:
        """What each says."""
        c = self.conflict
        three = (c.base, c.ours, c.theirs)
        told = told_apart(three, self.place, self.names) if self.worded else [shown(v) for v in three]
        return dict(zip(("base", "ours", "theirs"), told, strict=True))

    def control(self, text: Any) -> Leaf | None:
        """The control of the form for something else; None where lines of the file are typed."""
        c, info = self.conflict, self.place.info
        if not (self.worded and one_word(c) and info is not None):
            return None
        return leaf_of(self.place.name, info, self.place.facts, text, self.names, ("typed", c.key), "")


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
    every = worded_clash(clash)
    told = {
        "draft": draft, "place": draft.place, "refused": refused or _not_chosen(every, posted), "carried": carried, "ours_by": ours_by,
        "theirs_by": _by(clash.head), "conflicts": [_shown(t, posted) for t in every],
    }  # fmt: skip
    return render(request, "web/conflicts.html.j2", told, status=HTTPStatus.CONFLICT)


def _not_chosen(every: list[Told], posted: Mapping[str, str]) -> list[str]:
    """What was asked before, and nothing was chosen for it; nothing of what is asked for the first time."""
    return [
        f"Choose what is to stand for “{t.title}”."
        for t in every
        if f"typed.{t.conflict.key}" in posted and f"choice.{t.conflict.key}" not in posted
    ]


def _by(version: Version) -> str:
    return f"What {version.made_by.name if version.made_by else 'somebody else'} wrote (version {version.number})"


def worded_clash(clash: Clash) -> list[Told]:
    """Every conflict in words."""
    files = files_of(clash.head)
    names = names_of(files)
    return [_told(c, files, names) for c in clash.conflicts]


def _told(c: Conflict, files: Files, names: Names) -> Told:
    spot, part = c.spot, parts().get(c.spot.part)
    if part is None:
        return Told(c, " ".join(filter(None, (spot.file, spot.name))), Place(), names, worded=False)
    there = element(part, files, spot.name, group_of(spot.file))
    data = there.data if there else next((v for v in (c.ours, c.base) if not spot.at and v is not GONE), None)
    if spot.at == ("name",) and isinstance(data, dict) and isinstance(c.base, str):
        data = data | {"name": c.base}  # by the name that both knew
    called = f"{said(part.name)}: {called_element(Element(part, spot.file, spot.name, data, 0), names)}"
    if spot.at[-1:] == (TEXT,):
        return Told(c, called, Place(), names, worded=False)
    return Told(c, called, place_of(part, data, spot.at, names, spot.file), names)


def _shown(t: Told, posted: Mapping[str, str]) -> dict[str, Any]:
    c = t.conflict
    text = posted.get(f"typed.{c.key}", c.ours if c.ours is not GONE else c.theirs)
    return {
        "key": c.key, "spot": c.spot, "title": t.title, "worded": t.worded, **t.sides, "chosen": posted.get(f"choice.{c.key}", ""),
        "typed": text if isinstance(text, str) else shown(text), "control": t.control(text),
    }  # fmt: skip
