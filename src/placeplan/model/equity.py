"""Who gets how much by deprivation, and the need that nobody meets."""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence
from typing import Any

import numpy as np

from placeplan.baseline.build import Baseline
from placeplan.baseline.population import band_start
from placeplan.core.outcomes import EQUITY
from placeplan.model.demand import OLD, Segment
from placeplan.model.draws import Draws
from placeplan.model.flow import Flow, Named, Need, arrived
from placeplan.model.record import Recorder

Place = tuple[str, str]


def latent_need(met: Any, waits: Any, unmet: Any) -> Any:
    """All need: ``(met + waits) / (1 − unmet)``; contacts of the month.

    met: demand at base-year access; waits: people on a recorded list or backlog; unmet: share of all need that is on no
    record, below 1.

    >>> float(latent_need(90.0, 5.0, 0.05))
    100.0
    """
    return (met + waits) / (1.0 - unmet)


def unmet_need(met: Any, waits: Any, unmet: Any) -> Any:
    """Need that is not met: ``latent_need − met``: those who wait, and those on no record; contacts of the month.

    met, waits, unmet: as in `latent_need`.

    >>> float(unmet_need(90.0, 5.0, 0.05))
    10.0
    """
    return latent_need(met, waits, unmet) - met


def unmet_share(unmet: Any, latent: Any) -> Any:
    """Share of all need that is not met: ``unmet / latent``, 0 where there is none.

    >>> float(unmet_share(10.0, 100.0)), float(unmet_share(0.0, 0.0))
    (0.1, 0.0)
    """
    return np.where(latent > 0, unmet / np.where(latent > 0, latent, 1.0), 0.0)


def per_1000(contacts: Any, people: Any) -> Any:
    """Contacts a month for each 1,000 people: ``contacts / people × 1000``; 0 where nobody lives.

    >>> float(per_1000(30.0, 60000.0))
    0.5
    """
    return np.where(people > 0, contacts / np.where(people > 0, people, 1.0) * 1000.0, 0.0)


def ratio_of(deprived: Any, other: Any) -> Any:
    """The most deprived against the least deprived: ``deprived / other``; 1 where neither has any, 0 where one has none.

    >>> float(ratio_of(3.0, 2.0)), float(ratio_of(0.0, 0.0))
    (1.5, 1.0)
    """
    found = np.where(other > 0, deprived / np.where(other > 0, other, 1.0), 0.0)
    return np.where((other <= 0) & (deprived <= 0), 1.0, found)


def residents_of(waits: Mapping[Place, Any], care: Flow) -> dict[str, Any]:
    """Residents among those who wait, by pod, ``[future]``: as many as among those who ask at the site."""
    found: dict[str, Any] = {}
    for (site, pod), people in sorted(waits.items()):
        every = care.activity.get((site, pod), 0.0)
        own = sum(by_place.get((site, pod), 0.0) for by_place in care.resident.values())
        _add(found, pod, people * np.where(every > 0, own / np.where(every > 0, every, 1.0), 0.0))
    return found


class Equity:
    """Care of residents by deprivation quintile; off where not every area states its quintile."""

    def __init__(self, baseline: Baseline, segments: Sequence[Segment], effects: Sequence[Named], draws: Draws) -> None:
        self.draws, self.effects = draws, effects
        self.segments = tuple(segments)
        self.quintiles = sorted(set(baseline.quintile.values()))
        old = np.array([band_start(a) >= OLD for a in baseline.ages])
        self.people: dict[int, tuple[Any, Any]] = {}
        for q in self.quintiles:
            own = [n for n, area in enumerate(baseline.areas) if baseline.quintile[area] == q]
            ages = baseline.people[:, own].sum(axis=(1, 2))
            self.people[q] = ages[:, ~old].sum(axis=1), ages[:, old].sum(axis=1)

    def asked_for(self, kept: Container[str] | None) -> bool:
        """Whether there is anything to tell apart, and some of it is kept (None: all is)."""
        return bool(self.quintiles) and (kept is None or any(name in kept for name in EQUITY))

    def record(
        self, recorder: Recorder, number: int, need: Need, care: Flow, waits: Mapping[Place, Any]
    ) -> None:  # fmt: skip
        """Writes down one month.

        care: with what is given in the end; waits: by (site, pod), people on a list or in a backlog, ``[future]``; where there
        is neither, nobody waits on record.
        """
        month = _Month(self, number, need, care)
        totals: dict[str, Any] = {}
        for pod in sorted({pod for _, pod in month.demand}):
            totals[pod] = sum(month.demand[q, pod] for q in self.quintiles if (q, pod) in month.demand)
        rates: dict[tuple[int, str], Any] = {}
        for (q, pod), contacts in sorted(month.given.items()):
            rates[q, pod] = per_1000(contacts, month.people[q])
            recorder.put("activity_per_1000", f"q{q}/{pod}", rates[q, pod])
        for (q, pod), contacts in sorted(month.prevented.items()):
            recorder.put("prevented", f"q{q}/{pod}", contacts)
        self._needs(recorder, month.demand, totals, residents_of(waits, care))
        self._gaps(recorder, rates)

    def _needs(
        self, recorder: Recorder, demand: Mapping[tuple[int, str], Any], totals: Mapping[str, Any],
        waits: Mapping[str, Any],
    ) -> None:  # fmt: skip
        """Latent and unmet need by pod, of all and by quintile; who waits is divided as the demand is."""
        every: dict[str, tuple[Any, Any]] = {}
        for (q, pod), met in sorted(demand.items()):
            total = totals[pod]
            waiting = waits.get(pod, 0.0) * np.where(total > 0, met / np.where(total > 0, total, 1.0), 0.0)
            share = np.clip(self.draws.of(f"need.unmet.q{q}", pod), 0.0, 0.99)
            found = latent_need(met, waiting, share), unmet_need(met, waiting, share)
            for name, value in zip(("latent_need", "unmet_need"), found, strict=True):
                recorder.put(name, f"q{q}/{pod}", value)
            recorder.put("unmet_share", f"q{q}/{pod}", unmet_share(found[1], found[0]))
            before = every.get(pod, (0.0, 0.0))
            every[pod] = before[0] + found[0], before[1] + found[1]
        for pod, (latent, unmet) in every.items():
            recorder.put("latent_need", pod, latent)
            recorder.put("unmet_need", pod, unmet)

    def _gaps(self, recorder: Recorder, rates: Mapping[tuple[int, str], Any]) -> None:
        """The most against the least deprived quintile that the place has, by pod."""
        first, last = self.quintiles[0], self.quintiles[-1]
        for pod in sorted({pod for _, pod in rates}) if first != last else ():
            if (first, pod) in rates and (last, pod) in rates:
                recorder.put("rate_gap", pod, ratio_of(rates[first, pod], rates[last, pod]))


class _Month:
    """Demand, care given and contacts prevented in one month, by quintile."""

    def __init__(self, equity: Equity, number: int, need: Need, care: Flow) -> None:
        more, more_old, growth = need.month(number)
        self.people = {q: young[number] * more + old[number] * more_old for q, (young, old) in equity.people.items()}
        self.care = care
        self.demand: dict[tuple[int, str], Any] = {}
        self.prevented: dict[tuple[int, str], Any] = {}
        self.given: dict[tuple[int, str], Any] = {}
        for s, by_site in zip(equity.segments, care.given, strict=True):
            for q, piece in s.quintiles:
                demand = need.of(piece, number, more, more_old, growth[s.pod, s.area])
                _add(self.demand, (q, s.pod), demand)
                _add(self.given, (q, s.pod), demand * care.kept[s.touched] * self._served(s.pod, by_site))
                for n, part in care.parts[s.touched]:
                    _add(self.prevented, (q, s.pod), demand * np.maximum(part, 0.0))
                    p = equity.effects[n].primitive
                    if p.verb == "move":
                        arriving = arrived(equity.effects[n], demand * part, need.draws)
                        _add(self.given, (q, p.to_pod), arriving * self._share(p.to_site, p.to_pod))

    def _served(self, pod: str, by_site: Mapping[str, Any]) -> Any:
        """Share of a segment's contacts that is given, over the sites where they are asked for."""
        if all(self.care.wanted[site, pod] is self.care.activity[site, pod] for site in by_site):
            return 1.0
        total = sum(by_site.values())
        given = sum(contacts * self._share(site, pod) for site, contacts in by_site.items())
        return given / np.where(total > 0, total, 1.0)

    def _share(self, site: str, pod: str) -> Any:
        """Share that is given of what is asked for at a site: the same for all who ask."""
        asked, given = self.care.wanted[site, pod], self.care.activity[site, pod]
        return 1.0 if asked is given else given / np.where(asked > 0, asked, 1.0)


def _add(to: dict[Any, Any], name: Any, amount: Any) -> None:
    to[name] = to[name] + amount if name in to else amount
