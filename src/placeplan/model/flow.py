"""From need to care: effects on demand, where the care is given, and what moves elsewhere."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from placeplan.baseline.build import Baseline
from placeplan.core.calendar import financial_year, years_from_middle
from placeplan.effects import combine
from placeplan.effects.base import Primitive
from placeplan.model.demand import BEYOND, Home, Segment, demand_of, departures, growth_factor, people_factor
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
    """By (site, pod), of everybody."""
    untouched: dict[tuple[str, str], Any] = field(default_factory=dict)
    """By (site, pod), of everybody, as it would be without any effect."""
    resident: dict[Home, dict[tuple[str, str], Any]] = field(default_factory=dict)
    """By (site, pod), of residents whom the same contracts pay for."""
    prevented: dict[str, Any] = field(default_factory=dict)
    """By initiative: contacts fewer (negative: more) in the pods it touches, by Shapley on the product."""

    given: list[dict[str, Any]] = field(default_factory=list)
    """For each segment, its contacts by the site that gives them; what shifts create is not among them."""
    moved: dict[str, Any] = field(default_factory=dict)
    """By initiative: contacts given at another site than before."""

    def give(self, place: tuple[str, str], contacts: Any) -> None:
        """Sets what is given of a pod at a site, contacts of the month ``[future]``; all who asked get the same share."""
        asked = self.activity[place]
        share = np.where(asked > 0, contacts / np.where(asked > 0, asked, 1.0), 0.0)
        self.activity[place] = contacts + np.zeros_like(share)
        for own in self.resident.values():
            if place in own:
                own[place] = own[place] * share


class Need:
    """Growth, departure, season and people of a run, for one block of futures."""

    def __init__(self, baseline: Baseline, draws: Draws) -> None:
        self.baseline, self.draws = baseline, draws
        self.years = list(dict.fromkeys(financial_year(m) for m in baseline.months))
        self.departure = departures(baseline, draws, len(self.years))

    def month(self, number: int) -> tuple[Any, Any, dict[str, Any]]:
        """People factors (all, old) and, by pod, growth × season of one month."""
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
        for pod in self.baseline.pods:
            factor = growth_factor(self._drift(pod), years, self.departure[pod][year])
            if name[5:] in WINTER and pod in self.baseline.urgent:
                factor = factor * (1.0 + self.draws.of("winter.emergency", pod))
            growth[pod] = factor * self.baseline.season[pod][int(name[5:]) - 1]
        return more, more_old, growth

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
    kept = {t: combine.keep([shares[n] for n in own]) for t, own in on_need.items()}
    parts = {t: combine.divided([shares[n] for n in own]) for t, own in on_need.items() if own}
    arriving: dict[tuple[str, str, Home], Any] = {}
    for s in segments:
        demand = demand_of(s.young[number], s.old[number], more, more_old, growth[s.pod], 1.0)
        if s.home != BEYOND:
            found.demand[s.pod] = found.demand[s.pod] + demand
        _add(found.untouched, (s.site, s.pod), demand)
        given = _by_site(demand * kept[s.touched], s, effects, shares, found.moved)
        found.given.append(given)
        for site, contacts in given.items():
            _arrive(found, site, s.pod, s.home, contacts)
        for n, part in zip(on_need[s.touched], parts.get(s.touched, ()), strict=True):
            e, removed = effects[n], demand * part
            _add(found.prevented, e.initiative, removed)
            if e.primitive.verb == "move":
                p = e.primitive
                _add(
                    arriving,
                    (p.to_site, p.to_pod, s.home),
                    combine.moved(removed, draws.of(p.ratio, e.initiative), draws.of(p.induced, e.initiative)),
                )
    for site, pod, home in sorted(arriving):
        _arrive(found, site, pod, home, arriving[site, pod, home])
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


def _add(to: dict[Any, Any], name: Any, amount: Any) -> None:
    """Adds to an entry, beginning at 0."""
    to[name] = to[name] + amount if name in to else amount
