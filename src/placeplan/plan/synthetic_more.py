"""What a made-up place with everything means to do besides: staff, sites, doors, packages, and plan B."""

from __future__ import annotations

from typing import Any

from placeplan.plan.synthetic_contacts import seen
from placeplan.plan.synthetic_initiatives import MAKERS, Maker, Programme
from placeplan.plan.synthetic_people import sites_of

Effects = list[dict[str, Any]]


def _provider(p: Programme) -> str:
    """A community provider, or who else has nurses."""
    return (p.place.of_type("community") or p.place.of_type("acute"))[0]


def _team(p: Programme, id_: str, number: int) -> None:
    """A team for the frail at home: posts of its own, on which its uptake hangs."""
    org = _provider(p)
    effects: Effects = [
        {"kind": "employ", "organisation": org, "group": "nurses", "posts": 18.0, "recruit_months": 3},
        {"kind": "prevent", "scope": {"pods": ["emergency_admission"], "cohorts": ["frail"]}, "share": p.strength(id_, "share", 0.06)},
    ]  # fmt: skip
    p.add(id_, org, number, effects, theme="out_of_hospital", evidence_grade="moderate")


def _retain(p: Programme, id_: str, number: int) -> None:
    """More nurses trained, fewer who leave or are away, and a little more done by each."""
    org = p.hospital(number)
    effects: Effects = [
        {"kind": "employ", "organisation": org, "group": "nurses", "fewer_leavers": p.strength(id_, "leavers", 0.1),
         "less_absence": 0.05, "more_output": 0.01, "more_hires": 0.05},
        {"kind": "employ", "group": "nurses", "entrants": 12.0},
        {"kind": "spend", "organisation": org, "recurrent": 300_000.0},
    ]  # fmt: skip
    p.add(id_, org, number, effects, theme="workforce")


def _leaner(p: Programme, id_: str, number: int) -> None:
    """Posts are cut, and some people made redundant."""
    org = p.hospital(number)
    effects: Effects = [
        {
            "kind": "employ",
            "organisation": org,
            "group": "support",
            "posts": -6.0,
            "redundancies": 3.0,
            "work": "group",
        },
    ]
    p.add(id_, org, number, effects, theme="efficiency", peak=1.0, ramp_months=0)


def _move(p: Programme, id_: str, number: int) -> None:
    """Some first visits move from one hospital site to another, or to the nearest of them."""
    sites = [s for org in p.place.of_type("acute") for s in sites_of(p.place.tables, org)]
    where: dict[str, Any] = {"nearest_of": sites[1:]} if number % 2 else {"to": {sites[-1]: 1.0}}
    scope = {"pods": ["outpatient_followup"], "sites": sites[:1]}
    effects: Effects = [{"kind": "relocate", "scope": scope, "share": p.strength(id_, "share", 0.15), **where}]
    if len(sites) < 2:
        effects = [{"kind": "spend", "organisation": p.hospital(0), "recurrent": 20_000.0}]
    p.add(id_, p.hospital(0), number, effects, theme="organisation", peak=1.0)


def _theatre(p: Programme, id_: str, number: int) -> None:
    """More theatre slots and first visits, with the staff in post; in exchange, fewer follow-up clinics."""
    org = p.hospital(number)
    site = sites_of(p.place.tables, org)[0]
    usual = seen(p.place)[site, "outpatient_followup"] / 12.0
    effects: Effects = [
        {"kind": "resize", "site": site, "pool": "surgical", "slots": 1.0},
        {"kind": "resize", "site": site, "pod": "outpatient_first", "contacts": 150.0},
        {"kind": "resize", "site": site, "pod": "outpatient_followup", "contacts": -float(round(0.3 * usual))},
        {"kind": "spend", "organisation": org, "recurrent": 700_000.0},
    ]
    p.add(id_, org, number, effects)


def _home(p: Programme, id_: str, number: int) -> None:
    """More home care, so that people wait less in hospital, and help for care homes, whose people come to it less."""
    councils = p.place.of_type("council")
    if not councils:
        p.add(
            id_,
            p.place.of_type("commissioner")[0],
            number,
            [{"kind": "spend", "organisation": p.hospital(0), "once": 50_000.0}],
        )
        return
    org = councils[number % len(councils)]
    scope = {"pods": ["emergency_admission"], "cohorts": ["care_home"]}
    effects: Effects = [
        {"kind": "resize", "organisation": org, "pod": "home_care_week", "packages": 20.0},
        {"kind": "prevent", "scope": scope, "share": p.strength(id_, "share", 0.08)},
    ]
    p.add(id_, org, number, effects, theme="out_of_hospital")


def _winter(p: Programme, id_: str, number: int) -> None:
    """Plan B: beds that open where wards have been full for two months."""
    org = p.hospital(number)
    site = sites_of(p.place.tables, org)[0]
    trigger = {"outcome": "occupancy", "entity": org, "above": 0.95, "months": 2, "lead_months": 2, "owner": org}
    effects: Effects = [
        {"kind": "resize", "site": site, "pool": "medical", "beds": 8.0},
        {"kind": "spend", "organisation": org, "recurrent": 900_000.0},
    ]
    p.add(id_, org, number, effects, start=None, trigger=trigger, ramp_months=0)


def _thrift(p: Programme, id_: str, number: int) -> None:
    """Plan B for money: less is prescribed once the commissioner is short, and it ends with the next year but one."""
    payer = p.place.of_type("commissioner")[0]
    trigger = {
        "outcome": "position",
        "entity": payer,
        "below": 0.0,
        "over": "year",
        "months": 1,
        "lead_months": 3,
        "owner": payer,
    }
    saving = {"line": "prescribing", "amount": 300_000.0, "maturity": "opportunity"}
    effects: Effects = [{"kind": "spend", "organisation": payer, "saving": saving}]
    p.add(id_, payer, number, effects, start=None, trigger=trigger, theme="efficiency", peak=1.0)


MORE: tuple[Maker, ...] = (
    ("team", _team), ("retain", _retain), ("leaner", _leaner), ("move", _move), ("theatre", _theatre), ("home", _home),
    ("winter", _winter), ("thrift", _thrift),
)  # fmt: skip
WHOLE = tuple(maker for pair in zip(MORE, MAKERS, strict=True) for maker in pair)
"""Every kind in turn, those of the whole place first."""
