"""Where the people of each provider come from, and where residents go: counts by council, divided over its districts."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from placeplan.baseline.raking import Margin, rake
from placeplan.core.tables import OUTSIDE
from placeplan.footprint.ground import Ground, Row, row
from placeplan.footprint.judged import county_of, renamed
from placeplan.footprint.people import AGES
from placeplan.footprint.shelf import title
from placeplan.footprint.trusts import Trust

Cell = tuple[str, str]
"""Area and site."""


@dataclass
class Flows:
    """Emergency admissions of residents by area and site, and of everybody by site."""

    counts: dict[Cell, float] = field(default_factory=dict)
    everybody: dict[str, float] = field(default_factory=dict)
    judged: set[str] = field(default_factory=set)
    """Areas whose council was divided without a published catchment."""
    planned: float | None = None
    """Share of residents' planned care given beyond the footprint; None: not known."""

    @property
    def leaving(self) -> float | None:
        """Share of residents' emergency admissions given beyond the footprint; None: not known."""
        whole = sum(self.counts.values())
        return sum(n for (_, s), n in self.counts.items() if s == OUTSIDE) / whole if whole else None

    def shares(self, site: str) -> dict[str, float]:
        """Share of a site's activity by area and `outside`; none where nothing was counted. They sum to 1."""
        own = {a: n for (a, s), n in sorted(self.counts.items()) if s == site}
        inside = sum(own.values())
        if not inside:
            return {}
        whole = max(self.everybody.get(site, inside), inside)
        away = 0.0 if site == OUTSIDE else 1 - inside / whole
        found = {} if site == OUTSIDE else {OUTSIDE: round(away, 6)}
        found |= {a: round((1 - away) * n / inside, 6) for a, n in own.items()}
        last = max(own)
        found[last] = round(1 - sum(v for a, v in found.items() if a != last), 6)
        return found

    def away(self, site: str) -> float:
        """Share of a site's people who come from beyond the footprint."""
        return self.shares(site).get(OUTSIDE, 0.0)


def flows(ground: Ground) -> Flows:
    """Count, divide and add up."""
    found = Flows()
    sites = _sites(ground)
    if not ground.figures.admissions:
        return found
    for council in ground.councils:
        counts = _by_site(ground, sites, council.code)
        if not sum(counts.values()):
            continue
        districts = sorted({a for a, _, _ in ground.people.around if county_of(a) == council.code})
        cells, judged = _divided(ground, sites, districts, counts)
        for area in (a for a in ground.people.areas if a.council == council.code):
            for site in counts:
                found.counts[area.code, site] = cells[area.code, site] * area.share
            if judged:
                found.judged.add(area.code)
    for trust, (code, part) in sites.items():
        whole = sum(ground.figures.admissions[code].values()) * part
        inside = sum(n for (_, s), n in found.counts.items() if s == trust.code)
        found.everybody[trust.code] = inside if trust.part < 1 else whole
    found.planned = _planned(ground)
    return found


def _sites(ground: Ground) -> dict[Trust, tuple[str, float]]:
    """Trust → code under which its admissions are counted, and its part of them where several trusts merged into it."""
    coded = {}
    for trust in ground.trusts:
        code = next((c for c in ground.figures.heirs(trust.code) if c in ground.figures.admissions), "")
        if code:
            coded[trust] = code
    whole = {code: sum(ground.income(t) for t, c in coded.items() if c == code) for code in coded.values()}
    return {t: (code, ground.income(t) / whole[code]) for t, code in coded.items()}


def _by_site(ground: Ground, sites: dict[Trust, tuple[str, float]], council: str) -> dict[str, float]:
    """Admissions of a council's people by site, with all other providers as `outside`."""
    known = {code for code, _ in sites.values()}
    admissions = ground.figures.admissions
    found = {trust.code: admissions[code].get(council, 0.0) * part for trust, (code, part) in sites.items()}
    return found | {OUTSIDE: sum(n.get(council, 0.0) for code, n in admissions.items() if code not in known)}


def _divided(
    ground: Ground, sites: dict[Trust, tuple[str, float]], districts: list[str], counts: dict[str, float]
) -> tuple[dict[Cell, float], bool]:
    """A council's counts over its districts: need by age, and catchments by district where they are published.

    Rescaled by turns to the counts by site and to each district's need until both hold (iterative proportional fitting).
    """
    columns = list(counts)
    if len(districts) == 1:
        return {(districts[0], c): counts[c] for c in columns}, False
    need = np.array([_need(ground, d) for d in districts])
    seeds = [_seed(ground, sites, d, columns) for d in districts]
    judged = any(s is None for s in seeds)
    pattern = np.array([counts[c] for c in columns])
    start = np.array([pattern if judged else s for s in seeds], dtype=float)
    start = np.where(pattern > 0, np.maximum(start / start.sum(axis=1, keepdims=True), 1e-9), 0.0) * need[:, None]
    rows_, columns_ = np.indices(start.shape)
    margins = (
        Margin(columns_.ravel(), pattern),
        Margin(rows_.ravel(), need * pattern.sum() / need.sum()),
    )
    cells = rake(start.ravel(), margins).people.reshape(start.shape)
    return {(d, c): float(cells[i, j]) for i, d in enumerate(districts) for j, c in enumerate(columns)}, judged


def _need(ground: Ground, district: str) -> float:
    rates = ground.rates("emergency_admission")
    around = ground.people.around
    return sum(around.get((district, sex, age), 0.0) * rates[age] for sex in ("F", "M") for age in AGES)


def _seed(ground: Ground, sites: dict[Trust, tuple[str, float]], district: str, columns: list[str]) -> list[float] | None:  # fmt: skip
    """Shares of a district's admissions by site as catchments say them; None where they do not."""
    shares = ground.figures.catchments.get(district) or ground.figures.catchments.get(renamed().get(district, ""))
    if not shares:
        return None
    own = {}
    for trust, (code, part) in sites.items():
        later = next((c for c in ground.figures.heirs(trust.code) if c in shares), code)
        own[trust.code] = shares.get(later, 0.0) * part
    own[OUTSIDE] = max(1.0 - sum(own.values()), 0.0)
    return [own.get(c, 0.0) for c in columns]


def _planned(ground: Ground) -> float | None:
    """Share of residents' admissions of all kinds that go beyond the footprint, by catchments; weighed by people."""
    ours = {c for t in ground.trusts for c in ground.figures.heirs(t.code)}
    kept = weight = 0.0
    for area in ground.people.areas:
        shares = ground.figures.catchments.get(area.code) or ground.figures.catchments.get(area.parent)
        if shares:
            people = ground.people.total(area.code)
            kept += people * sum(share for code, share in shares.items() if code in ours)
            weight += people
    return 1 - kept / weight if weight else None


def rows(ground: Ground, found: Flows) -> list[Row]:
    """Rows of ``flows.csv``."""
    made: list[Row] = []
    counted = title("admissions_by_council")
    for site in sorted({s for _, s in found.counts}):
        for area, share in found.shares(site).items():
            judged = area in found.judged
            alone = area == OUTSIDE or len({a for a, _, _ in ground.people.around if county_of(a) == county_of(area)}) == 1  # fmt: skip
            how = "" if alone else "; a county divided by need" + ("" if judged else " and catchments of about 2019")
            made.append(row(f"{counted} (about 2017/18){how}", "default" if judged else "published", pod="all", site=site, area=area, share=share))  # fmt: skip
    return made
