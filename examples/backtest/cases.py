"""What is forecast: a series of one trust, or of all trusts of a place together, so many years after an origin."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from published import MAR, Published
from ruamel.yaml import YAML

from placeplan.model.outcomes import Outcomes

Array = np.ndarray[Any, np.dtype[np.float64]]
WHOLE = "all"
"""In place of a trust: all trusts of the place that are forecast, together."""
ADDED = frozenset(
    {*MAR, "beds_occupied", "ae_type1", "ae_other", "income", "cost", "position", "consultants", "managers"}
)
"""Series that may be added over trusts."""


@dataclass(frozen=True, order=True)
class Case:
    """One forecast."""

    series: str
    place: str
    trust: str
    origin: int
    horizon: int

    @property
    def key(self) -> str:
        """Its name in a file of forecasts."""
        return f"{self.series}/{self.place}/{self.trust}/{self.origin}/{self.horizon}"


def settings_of(folder: Path, number: int = 1) -> dict[str, Any]:
    """The settings beside the scripts, with the assumptions and correlations of one round."""
    found: dict[str, Any] = YAML(typ="safe").load(folder / "settings.yaml")
    return found | {name: found["rounds"][number][name] for name in ("assumptions", "correlations")}


def origins(settings: Mapping[str, Any]) -> list[int]:
    """All base years from which anything is forecast."""
    rules = settings["series"].values()
    return list(range(min(r["first"] for r in rules), max(r["last"] for r in rules)))


def followed(series: str, place: str, data: Published, settings: Mapping[str, Any]) -> dict[str, float]:
    """Trusts of a place of which a series is forecast from the origin, with its base year; none beyond the series' years."""
    rule = settings["series"][series]
    if not rule["first"] <= data.origin < rule["last"]:
        return {}
    least = settings["series"]["beds_occupied"]["least"] if series == "occupancy" else rule["least"]
    size = "beds_occupied" if series == "occupancy" else series
    found = {}
    for trust in settings["places"][place]["trusts"]:
        value, large = (data.year(s, trust, data.origin) for s in (series, size))
        if value is not None and large is not None and (series == "position" or large >= least):
            found[trust] = value
    return found


def horizons(series: str, origin: int, settings: Mapping[str, Any]) -> range:
    """Years after the origin of which there will be an outcome."""
    return range(1, min(settings["horizon"], settings["series"][series]["last"] - origin) + 1)


def fans(
    series: str, place: str, data: Published, settings: Mapping[str, Any], outcomes: Outcomes
) -> Iterator[tuple[Case, Array]]:
    """The model's futures of every case of a series, ``[future]``; a position over the base year's income."""
    base = followed(series, place, data, settings)
    scale = {t: data.year("income", t, data.origin) or 1.0 for t in base} if series == "position" else {}
    found = {t: _of(series, t, outcomes) for t in base if _has(series, t, outcomes)}
    for h in horizons(series, data.origin, settings):
        for trust, values in found.items():
            yield Case(series, place, trust, data.origin, h), values[:, h] / scale.get(trust, 1.0)
        if series in ADDED and len(found) > 1:
            together = np.sum([v[:, h] for v in found.values()], axis=0)
            yield (
                Case(series, place, WHOLE, data.origin, h),
                together / (sum(scale[t] for t in found) if scale else 1.0),
            )


OUTCOME = {
    "beds_occupied": "occupied", "occupancy": "occupancy", "income": "income", "cost": "operating_cost",
    "position": "position", "consultants": "staff_in_post", "managers": "staff_in_post",
}  # fmt: skip
ENTITY = {
    "beds_occupied": "{}/general", "occupancy": "{}/general", "consultants": "{}/doctors", "managers": "{}/managers",
    "income": "{}", "cost": "{}", "position": "{}",
}  # fmt: skip
KEEP = frozenset({"activity", *OUTCOME.values()})
"""Outcomes that the runs write down."""


def _name(series: str, trust: str) -> tuple[str, str]:
    """Outcome and entity of the model that a series is."""
    return OUTCOME.get(series, "activity"), ENTITY.get(series, "{}/" + series).format(trust)


def _has(series: str, trust: str, outcomes: Outcomes) -> bool:
    outcome, entity = _name(series, trust)
    return outcome in outcomes.series and entity in outcomes[outcome].entities


def _of(series: str, trust: str, outcomes: Outcomes) -> Array:
    """Yearly futures of a trust, ``[future, year]``."""
    outcome, entity = _name(series, trust)
    return outcomes[outcome].by_year(entity)


def actual(case: Case, among: Sequence[str], until: Published, at: Published) -> float | None:
    """What happened; None where it was not published whole, of all trusts ``among`` in a case of the whole place.

    until: everything; at: what had been published at the origin (a position is over its income).
    """
    trusts = among if case.trust == WHOLE else [case.trust]
    values = [until.year(case.series, t, case.origin + case.horizon) for t in trusts]
    if not values or any(v is None for v in values):
        return None
    scale = sum(at.year("income", t, case.origin) or 1.0 for t in trusts) if case.series == "position" else 1.0
    return sum(v for v in values if v is not None) / scale
