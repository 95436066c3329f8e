"""From need to care: effects on demand, where the care is given, and what moves elsewhere."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from placeplan.baseline.build import Baseline
from placeplan.core.calendar import financial_year, years_from_middle
from placeplan.effects import combine
from placeplan.effects.base import Primitive
from placeplan.model.demand import (
    BEYOND,
    Home,
    Piece,
    Segment,
    demand_of,
    departures,
    growth_factor,
    healthier,
    in_a_winter,
    people_factor,
)
from placeplan.model.departure import area_departures, most_shift, shift_of, shocks
from placeplan.model.draws import Draws
from placeplan.model.places import relocated

Array = np.ndarray[Any, np.dtype[np.float64]]
WINTER = ("12", "01", "02")


@dataclass(frozen=True)
class Named:
    """A primitive with the initiative it belongs to."""

    initiative: str
    primitive: Primitive


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
    kept: dict[tuple[int, ...], Any] = field(default_factory=dict)
    """By the effects that touch people: share of their need that is left."""
    parts: dict[tuple[int, ...], list[tuple[int, Any]]] = field(default_factory=dict)
    """By the same: the number of each effect on need, and its part of what is removed."""
    given: list[dict[str, Any]] = field(default_factory=list)
    """For each segment, its contacts by the site that gives them; what shifts create is not among them."""
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


class Need:
    """Growth, departure, shocks, season and people of a run, for one block of futures."""

    def __init__(self, baseline: Baseline, draws: Draws, by_area: bool = False) -> None:
        self.baseline, self.draws = baseline, draws
        self.years = list(dict.fromkeys(financial_year(m) for m in baseline.months))
        self.departure = departures(baseline, draws, len(self.years))
        self.apart = area_departures(baseline, draws, len(self.years)) if by_area else {}
        self.shock = shocks(baseline, draws)
        self.shift = draws.of("people.health_shift") if draws.has("people.health_shift") else 0.0
        self.most = most_shift(baseline.ages)
        self.found: dict[int, tuple[Any, Any, dict[tuple[str, str], Any]]] = {}

    def month(self, number: int) -> tuple[Any, Any, dict[tuple[str, str], Any]]:
        """People factors (all, old) and, by pod and area (blank: all), growth × season of one month."""
        if number not in self.found:
            self.found = {number: self._month(number)}
        return self.found[number]

    def _month(self, number: int) -> tuple[Any, Any, dict[tuple[str, str], Any]]:
        """The same, worked out anew."""
        name = self.baseline.months[number]
        year = self.years.index(financial_year(name))
        if self.baseline.sigma is not None:
            sigma_total, sigma_old = (float(s[year]) for s in self.baseline.sigma)
        else:
            sigma_total, sigma_old = (self.draws.of(f"people.sigma_{w}") * year for w in ("total", "old"))
        more, more_old = people_factor(
            self.draws.of("people.total"), sigma_total, self.draws.of("people.old"), sigma_old
        )
        years = years_from_middle(name, self.years[0])
        growth = {}
        for pod, area, departure in self._departures():
            factor = growth_factor(self._drift(pod), years, departure[year])
            if name[5:] in WINTER and pod in self.baseline.urgent:
                factor = in_a_winter(factor, self.draws.of("winter.emergency", pod))
            if pod in self.shock:
                factor = factor * self.shock[pod][number]
            growth[pod, area] = factor * self.baseline.season[pod][int(name[5:]) - 1]
        return more, more_old, growth

    def _departures(self) -> Iterator[tuple[str, str, Array]]:
        """Each pod and area (blank: all alike) with its departure from trend, ``[year, future]``."""
        if not self.apart:
            yield from ((pod, "", self.departure[pod]) for pod in self.baseline.pods)
        for (pod, area), departure in self.apart.items():
            yield pod, area, departure

    def of(self, piece: Piece, number: int, more: Any, more_old: Any, growth: Any) -> Any:
        """Contacts that some people ask for in one month, before any effect, ``[future]``."""
        young, old = piece.young[number], piece.old[number]
        if piece.steps is not None:
            years = shift_of(self.shift, years_from_middle(self.baseline.months[number], self.years[0]), self.most)
            steps = np.where(np.asarray(years) > 0, *piece.steps[:, :, number, None])
            young, old = (np.maximum(healthier(n, s, years), 0.0) for n, s in zip((young, old), steps, strict=True))
        return demand_of(young, old, more, more_old, growth, 1.0)

    def _drift(self, pod: str) -> Any:
        """Growth of a pod beyond people and age, share a year."""
        own = f"growth.{pod}"
        return self.draws.of(own if self.draws.has(own, pod) else "growth.other", pod)


def flow(
    number: int, segments: tuple[Segment, ...], effects: list[Named], need: Need, uptake: dict[str, Array], draws: Draws
) -> Flow:
    """Care demanded and given in one month, after effects; what a shift creates lands after the target's own effects.

    effects: those on need, and those on where care is given; a segment's ``touched`` counts them.
    """
    more, more_old, growth = need.month(number)
    found = Flow(demand={pod: np.zeros(draws.count) for pod in need.baseline.pods})
    shares = [uptake[e.initiative] * draws.of(e.primitive.quantity, e.initiative) for e in effects]
    needs = [e.primitive.table == "demand" for e in effects]
    on_need = {t: [n for n in t if needs[n]] for t in dict.fromkeys(s.touched for s in segments)}
    found.kept = {t: combine.keep([shares[n] for n in own]) for t, own in on_need.items()}
    divided = {t: combine.divided([shares[n] for n in own]) for t, own in on_need.items()}
    found.parts = {t: list(zip(on_need[t], divided[t], strict=True)) for t in on_need}
    arriving: dict[tuple[str, str, Home], Any] = {}
    for s in segments:
        demand = need.of(s, number, more, more_old, growth[s.pod, s.area])
        if s.home != BEYOND:
            found.demand[s.pod] = found.demand[s.pod] + demand
        _add(found.untouched, (s.site, s.pod), demand)
        given = _by_site(demand * found.kept[s.touched], s, effects, shares, found.moved)
        found.given.append(given)
        for site, contacts in given.items():
            _arrive(found, site, s.pod, s.home, contacts)
        for n, part in found.parts[s.touched]:
            e, removed = effects[n], demand * part
            _add(found.prevented, e.initiative, np.maximum(removed, 0.0))
            _add(found.added, e.initiative, np.maximum(-removed, 0.0))
            if e.primitive.verb == "move":
                p, contacts = e.primitive, arrived(e, removed, draws)
                _add(found.added, e.initiative, contacts)
                _add(arriving, (p.to_site, p.to_pod, s.home), contacts)
    for site, pod, home in sorted(arriving):
        _arrive(found, site, pod, home, arriving[site, pod, home])
    found.wanted = dict(found.activity)
    return found


def _by_site(
    contacts: Any, segment: Segment, effects: list[Named], shares: list[Any], moved: dict[str, Any]
) -> dict[str, Any]:
    """A segment's contacts by the site that gives them: each move takes its share of what is left, in order of id."""
    found: dict[str, Any] = {}
    for n in segment.touched:
        if effects[n].primitive.table == "sites":
            going = relocated(contacts, shares[n])
            contacts = contacts - going
            for site, part in effects[n].primitive.to_sites:
                _add(found, site, going * part)
            _add(moved, effects[n].initiative, going)
    _add(found, segment.site, contacts)
    return found


def _arrive(found: Flow, site: str, pod: str, home: Home, contacts: Any) -> None:
    """Adds contacts to what is given at a site, and to whose people they are."""
    _add(found.activity, (site, pod), contacts)
    if home != BEYOND:
        _add(found.resident.setdefault(home, {}), (site, pod), contacts)


def arrived(effect: Named, removed: Any, draws: Draws) -> Any:
    """Contacts that one effect makes elsewhere for those it removed, ``[future]``."""
    p = effect.primitive
    return combine.moved(removed, draws.of(p.ratio, effect.initiative), draws.of(p.induced, effect.initiative))


def _add(to: dict[Any, Any], name: Any, amount: Any) -> None:
    """Adds to an entry, beginning at 0."""
    to[name] = to[name] + amount if name in to else amount
