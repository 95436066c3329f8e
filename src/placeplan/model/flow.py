"""From need to care: effects on demand, where the care is given, and what moves elsewhere."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from placeplan.core.sums import rows_of
from placeplan.model.courses import Courses
from placeplan.model.demand import BEYOND, Home
from placeplan.model.need import Need

Array = np.ndarray[Any, np.dtype[np.float64]]


@dataclass
class Flow:
    """Activity of one month, contacts, ``[future]``."""

    demand: dict[str, Any] = field(default_factory=dict)
    """By pod, before any effect, of residents."""
    activity: dict[tuple[str, str], Any] = field(default_factory=dict)
    """By (site, pod), of everybody: asked for, then what is given."""
    wanted: dict[tuple[str, str], Any] = field(default_factory=dict)
    """By (site, pod), of everybody: what need and effects ask for, before any plan, door or bed limits it."""
    asked: dict[tuple[str, str], Any] = field(default_factory=dict)
    """By (site, pod), of everybody, before any limit of capacity."""
    untouched: dict[tuple[str, str], Any] = field(default_factory=dict)
    """By (site, pod), of everybody, as it would be without any effect."""
    resident: dict[Home, dict[tuple[str, str], Any]] = field(default_factory=dict)
    """By (site, pod), of residents whom the same contracts pay for."""
    prevented: dict[str, Any] = field(default_factory=dict)
    """By initiative: contacts fewer in the pods it touches, by Shapley on the product, at least 0."""
    added: dict[str, Any] = field(default_factory=dict)
    """By initiative: contacts more, where its effect is adverse or it moves them there, at least 0."""
    kept: Array = field(default_factory=lambda: np.ones((1, 1)))
    """Share of need left by set of effects, ``[set, future]`` (`Courses.sets`)."""
    parts: Array = field(default_factory=lambda: np.zeros((0, 1)))
    """Each effect's part of what its set removes, ``[part, future]`` (`Courses.parts`)."""
    given: Array = field(default_factory=lambda: np.zeros((0, 1)))
    """Contacts by segment and site that gives them, ``[parcel, future]``; what shifts create is not among them."""
    moved: dict[str, Any] = field(default_factory=dict)
    """By initiative: contacts given at another site than before."""

    def give(self, place: tuple[str, str], contacts: Any, residents: Mapping[Home, Any] | None = None) -> None:
        """Sets what is given of a pod at a site, contacts of the month ``[future]``.

        residents: of it, what people of each home are given; without it, all who asked get the same share.
        """
        if residents is not None:
            self.activity[place] = contacts
            for home, own in residents.items():
                self.resident.setdefault(home, {})[place] = own
            return
        asked = self.activity[place]
        share = np.where(asked > 0, contacts / np.where(asked > 0, asked, 1.0), 0.0)
        self.activity[place] = contacts + np.zeros_like(share)
        for own in self.resident.values():
            if place in own:
                own[place] = own[place] * share

    def asked_by(self, place: tuple[str, str], homes: frozenset[Home]) -> Any:
        """Contacts of a pod at a site by the people of some homes (`BEYOND`: from beyond the footprint), ``[future]``."""
        own = [
            by_place[place] for home, by_place in sorted(self.resident.items()) if place in by_place and home in homes
        ]
        if BEYOND not in homes:
            return sum(own, 0.0)
        return self.activity[place] - sum((r[place] for _, r in sorted(self.resident.items()) if place in r), 0.0)

    def limit(self, place: tuple[str, str], homes: frozenset[Home], share: Any) -> None:
        """Gives the people of some homes a share of what they ask of a pod at a site, ``[future]``; others lose nothing."""
        lost = self.asked_by(place, homes) * (1.0 - share)
        self.activity[place] = np.maximum(self.activity[place] - lost, 0.0)
        for home in homes:
            if home in self.resident and place in self.resident[home]:
                self.resident[home][place] = self.resident[home][place] * share


def flow(
    number: int, courses: Courses, need: Need, uptake: Mapping[str, Array], closing: Mapping[str, Array] | None = None
) -> Flow:
    """Care demanded and given in one month, after effects; what a shift creates lands after the target's own effects.

    closing: uptake of moves away from what closes; None: as all else.
    """
    closing = uptake if closing is None else closing
    count, touches = need.draws.count, courses.touches
    shares = (
        rows_of([(closing if e.primitive.closes else uptake)[e.initiative] for e in courses.effects], count)
        * courses.strength
    )
    kept, parts = courses.combined(shares)
    demand = need.of(courses.pieces, number)
    given, moved = courses.divided(demand * kept[touches.kept], shares)
    found = Flow(kept=kept, parts=parts, given=given, moved=moved, untouched=courses.untouched.by_name(demand))
    found.demand = {pod: np.zeros(count) for pod in need.baseline.pods} | courses.demand.by_name(
        demand[courses.resident]
    )
    removed = demand[touches.rows] * parts[touches.parts]
    arrived = touches.arrived(removed[touches.moving])
    found.prevented = courses.prevented.by_name(np.maximum(removed, 0.0))
    found.added = courses.added.by_name(np.concatenate((np.maximum(-removed, 0.0), arrived))[courses.more])
    there = np.concatenate((given, courses.landed(arrived)))
    found.activity = courses.activity.by_name(there)
    for (home, place), contacts in courses.by_home.by_name(there[courses.of_home]).items():
        found.resident.setdefault(home, {})[place] = contacts
    found.wanted = dict(found.activity)
    return found
