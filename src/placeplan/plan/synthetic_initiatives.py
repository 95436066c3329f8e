"""What a made-up place means to do: initiatives of every kind of effect, in turn, and the assumptions behind them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from placeplan.core.calendar import month_index, month_of
from placeplan.futures.assumptions import Assumption, Correlation
from placeplan.plan.initiatives import Initiative
from placeplan.plan.synthetic_people import sites_of
from placeplan.plan.synthetic_place import Place


def later(month: str, months: int) -> str:
    """The month so many months later.

    >>> later("2016-04", 9)
    '2017-01'
    """
    return month_of(month_index(month) + months)


@dataclass
class Programme:
    """Initiatives made so far, and the assumptions that they name."""

    place: Place
    months: int = 60
    initiatives: list[Initiative] = field(default_factory=list)
    assumptions: list[Assumption] = field(default_factory=list)

    def strength(self, initiative: str, what: str, middle: float, unit: str = "share") -> str:
        """An assumption of an initiative's own, half to one and a half times its middle; returns its id."""
        name = f"effect.{initiative}.{what}"
        middle = round(middle * self.place.dice.between(0.8, 1.2, "strength", name), 4)
        low, high = sorted((round(0.5 * middle, 4), round(1.5 * middle, 4)))
        self.assumptions.append(
            Assumption(
                id=name, about=f"Made-up strength of {initiative}: {what}", unit=unit, kind="judgement",
                distribution={"kind": "pert", "low": low, "mode": middle, "high": high},  # type: ignore[arg-type]
                driver="effect_strength", source=self.place.dice.source,
            )
        )  # fmt: skip
        return name

    def hospital(self, number: int) -> str:
        """An acute organisation, each in turn."""
        acute = self.place.of_type("acute")
        return acute[number % len(acute)]

    def start(self, id_: str, number: int) -> str:
        """Month in which an initiative is to begin: in the first or second year after; in a whole place, soon."""
        dice, year = self.place.dice, int(self.place.start[:4])
        month = 1 + int(dice.between(0, 11.999, "start month", id_))
        if not self.place.whole:
            return f"{year + 1 + number % 2}-{month:02d}"
        return later(self.place.start, 3 + int(dice.between(0, min(self.months, 36) - 8.001, "start", id_)))

    def add(self, id_: str, owner: str, number: int, effects: list[dict[str, Any]], **more: Any) -> None:
        """One initiative; more fields may be given."""
        dice = self.place.dice
        fields: dict[str, Any] = {
            "id": id_, "name": f"Made-up initiative {number + 1}: {id_.partition('_')[0]} (synthetic)",
            "about": "Made up for trying the model; nobody plans it.", "owner": owner, "status": "commitment",
            "theme": "hospital", "origin": "local", "evidence_grade": "weak",
            "start": self.start(id_, number),
            "ramp_months": 6 + int(dice.between(0, 18.999, "ramp", id_)) if not self.place.whole else 2, "peak": "initiative.peak",
            "effects": effects, "source": dice.source, "budget": 1_000_000.0,
        }  # fmt: skip
        self.initiatives.append(Initiative(**(fields | more)))


def _prevent(p: Programme, id_: str, number: int) -> None:
    """Falls and frailty: fewer emergencies of the old; the commissioner pays; its owners claim far more."""
    payer = p.place.of_type("commissioner")[0]
    effects: list[dict[str, Any]] = [
        {"kind": "prevent", "scope": {"pods": ["emergency_admission"], "age_from": 75}, "share": p.strength(id_, "share", 0.05)},
        {"kind": "spend", "organisation": payer, "recurrent": 800_000.0, "once": 150_000.0},
    ]  # fmt: skip
    claim = {"what": "Saves three million pounds a year", "outcome": "position", "value": 3_000_000.0, "unit": "£ a year",
             "year": f"{int(p.place.start[:4]) + 3}/{(int(p.place.start[:4]) + 4) % 100:02d}", "source": p.place.dice.source}  # fmt: skip
    p.add(id_, payer, number, effects, theme="prevention", evidence_grade="moderate", claims=[claim])


def _shift(p: Programme, id_: str, number: int) -> None:
    """Follow-up visits move out of hospital, and bring some new need to light."""
    community = p.place.of_type("community")
    org = p.hospital(number)
    pod, site = (
        ("community_contact", community[0]) if community else ("outpatient_first", sites_of(p.place.tables, org)[0])
    )
    scope = {"pods": ["outpatient_followup"], "sites": sites_of(p.place.tables, org)}
    effects: list[dict[str, Any]] = [
        {"kind": "shift", "scope": scope, "share": p.strength(id_, "share", 0.12), "to_pod": pod, "to_site": site,
         "ratio": 0.9, "induced": p.strength(id_, "induced", 0.1)},
        {"kind": "spend", "organisation": (community or [org])[0], "recurrent": 400_000.0},
    ]  # fmt: skip
    partners = [{"organisation": org, "role": "step_aside"}] if community else []
    p.add(id_, (community or [org])[0], number, effects, theme="out_of_hospital", partners=partners)


def _shorten(p: Programme, id_: str, number: int) -> None:
    """Shorter treatment and quicker discharge at one trust."""
    org = p.hospital(number)
    scope = {"sites": sites_of(p.place.tables, org)}
    effects: list[dict[str, Any]] = [
        {"kind": "shorten", "scope": scope, "part": "clinical", "share": p.strength(id_, "clinical", 0.04)},
        {"kind": "shorten", "scope": scope, "part": "delay", "share": p.strength(id_, "delay", 0.2)},
        {"kind": "spend", "organisation": org, "recurrent": 600_000.0},
    ]
    p.add(id_, org, number, effects, evidence_grade="moderate")


def _close(p: Programme, id_: str, number: int) -> None:
    """A ward closes, once the stays that should empty it are shorter."""
    org = p.hospital(number - 1)
    pool = max(p.place.pools(org), key=lambda b: b.available)
    before = [i.id for i in p.initiatives if i.id.startswith("shorten_") and i.owner == org]
    effects: list[dict[str, Any]] = [
        {"kind": "resize", "site": pool.site, "pool": pool.pool, "beds": -float(max(4, round(pool.available * 0.04))),
         "double_running_months": 3, "double_running_cost": 900_000.0, "redundancy": 250_000.0},
    ]  # fmt: skip
    p.add(id_, org, number, effects, requires=before[-1:], closes=["One made-up ward"], evidence_grade="none")


def _build(p: Programme, id_: str, number: int) -> None:
    """A building with new beds, if the money for it comes."""
    org = p.hospital(number + 1)
    pool = min(p.place.pools(org), key=lambda b: (b.available, b.site, b.pool))
    effects: list[dict[str, Any]] = [
        {"kind": "resize", "site": pool.site, "pool": pool.pool, "beds": 12.0},
        {"kind": "spend", "organisation": org, "recurrent": 1_500_000.0},
    ]
    capital = {"need": 24_000_000.0, "organisation": org, "build_months": 18, "life_years": 40}
    start = f"{int(p.place.start[:4]) + 2}-10"
    if p.place.whole:
        ahead = min(18, p.months - 4)
        capital |= {"build_months": ahead, "source_of_funds": "Nobody yet: made up"}
        start = later(p.place.start, ahead + 1)
    p.add(id_, org, number, effects, status="aspiration", capital=capital, start=start)


def _save(p: Programme, id_: str, number: int) -> None:
    """Cost-improvement lines: one identified, one not."""
    org = p.hospital(number)
    saving = {
        "line": "supplies",
        "amount": p.strength(id_, "amount", 2_000_000.0, "£ a year"),
        "maturity": "identified",
    }
    unknown = {"line": "unidentified", "amount": 1_000_000.0, "maturity": "unidentified"}
    effects: list[dict[str, Any]] = [
        {"kind": "spend", "organisation": org, "once": 100_000.0, "saving": saving},
        {"kind": "spend", "organisation": org, "saving": unknown},
    ]
    p.add(id_, org, number, effects, theme="efficiency", peak=1.0)


def _pay(p: Programme, id_: str, number: int) -> None:
    """Planned care is paid in one block instead of by price; only once at each trust."""
    before = sum(i.id.startswith("pay_") for i in p.initiatives)
    org = p.hospital(before)
    effects: list[dict[str, Any]] = [{"kind": "recontract", "old": f"planned_{org}", "new": f"planned_block_{org}"}]
    if before >= len(p.place.of_type("acute")):
        effects = [{"kind": "spend", "organisation": org, "recurrent": 50_000.0}]
    p.add(id_, org, number, effects, theme="payment", peak=1.0, ramp_months=0, delay=0.0)


def _door(p: Programme, id_: str, number: int) -> None:
    """A new door for urgent care: fewer at A&E, and need that nobody met before."""
    community = p.place.of_type("community")
    scope = {"pods": ["ae_type1"], "areas": [f"A{1 + number % p.place.areas:02d}"]}
    new = {"pods": ["ae_other"]} if community else {"pods": ["outpatient_first"]}
    effects: list[dict[str, Any]] = [
        {"kind": "prevent", "scope": scope, "share": p.strength(id_, "share", 0.06)},
        {"kind": "prevent", "scope": new, "share": p.strength(id_, "new_need", -0.08)},
    ]
    owner = (community or [p.hospital(number)])[0]
    p.add(id_, owner, number, effects, status="aspiration", theme="primary_care", evidence_grade="adverse")


Maker = tuple[str, Callable[[Programme, str, int], None]]
MAKERS: tuple[Maker, ...] = (
    ("prevent", _prevent), ("shift", _shift), ("shorten", _shorten), ("close", _close),
    ("build", _build), ("save", _save), ("pay", _pay), ("door", _door),
)  # fmt: skip


def programme(place: Place, count: int, makers: Sequence[Maker] = MAKERS, months: int = 60) -> Programme:
    """As many initiatives as asked for, the kinds in turn."""
    made = Programme(place, months)
    for number in range(count):
        name, maker = makers[number % len(makers)]
        maker(made, f"{name}_{number + 1:02d}", number)
    made.assumptions.append(
        Assumption(
            id="volume.prescribing", about="Growth of what is prescribed, at the same prices", unit="share a year",
            distribution={"kind": "normal", "mean": 0.015, "sd": 0.008}, kind="judgement",  # type: ignore[arg-type]
            driver="demand_growth", source=place.dice.source,
        )
    )  # fmt: skip
    return made


def correlations(made: Programme) -> tuple[Correlation, ...]:
    """The strengths of the first two initiatives that have one move together a little."""
    names = [a.id for a in made.assumptions if a.driver == "effect_strength"][:2]
    if len(names) < 2:
        return ()
    return (Correlation(members=tuple(names), rank_correlation=0.3, source=made.place.dice.source),)
