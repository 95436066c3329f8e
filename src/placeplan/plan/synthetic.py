"""A made-up place: for tests, benchmarks, and people without data of their own."""

from __future__ import annotations

from typing import Literal

import placeplan.contracts
import placeplan.effects  # noqa: F401 – registers the kinds, as does the line above
from placeplan.core.tables import TABLES, Row
from placeplan.plan.promises import Promise
from placeplan.plan.schema import Plan, PlanFile
from placeplan.plan.synthetic_contracts import whole_contracts
from placeplan.plan.synthetic_initiatives import MAKERS, correlations, programme
from placeplan.plan.synthetic_money import contracts, money
from placeplan.plan.synthetic_more import WHOLE
from placeplan.plan.synthetic_people import Dice
from placeplan.plan.synthetic_place import Place, place
from placeplan.plan.synthetic_published import published
from placeplan.plan.synthetic_whole import whole_promises, whole_tables

START = 2016
MOST_HARD = 12
Detail = Literal["plain", "whole"]
"""How much of the model a made-up place has: people, care, beds and money; or every part that there is."""


def make(
    areas: int = 4, organisations: int = 6, initiatives: int = 8, seed: int = 1, *, months: int = 60, detail: Detail = "plain"
) -> Plan:  # fmt: skip
    """A made-up place of any size, labelled synthetic everywhere; the same arguments give the same plan anywhere.

    Args:
        areas: parts of the footprint, at least 1.
        organisations: at least 2: a commissioner, then acute (with sites), community, council, mental health and so on;
            one more, beyond the footprint, pays for people from there.
        initiatives: 0 or more, of all kinds of effect in turn.
        seed: another seed, another place.
        months: months of the run, whole years.
        detail: ``plain``, or ``whole``: staff, doors that run out and spill, packages and pathways, waiting lists, cohorts,
            travel, building money and cash besides, contracts of every form and initiatives of every kind; with nine
            organisations there is one of every type.

    Returns:
        A plan without the library's rows (`plan.library.with_library` adds them) whose base year balances within about
        one in a hundred and whose beds are about nine tenths full.

    Raises:
        ValueError: where there are too few areas or organisations.

    >>> plan = make(areas=2, organisations=3, initiatives=1)
    >>> plan.about.name, len(plan.tables["organisations"]), plan.initiatives[0].id
    ('Made-up plan 1 (synthetic)', 4, 'prevent_01')
    >>> make().digest == make().digest, make(seed=2).digest == make().digest
    (True, False)
    """
    if areas < 1 or organisations < 2 or initiatives < 0:
        raise ValueError("a place has at least one area and two organisations, and no fewer than no initiatives")
    years = tuple(range(START, START + months // 12 + 1))
    whole = detail == "whole"
    made_up = place(Dice(seed), areas, organisations, years, whole)
    made = programme(made_up, initiatives, WHOLE if whole else MAKERS, months)
    begun = {p.new for i in made.initiatives for e in i.effects for p in e.primitives()}
    agreed = contracts(made_up)
    tables: dict[str, tuple[Row, ...]] = {name: made_up.tables.get(name, ()) for name in TABLES}
    tables["money"] = money(made_up)
    promised = promises(made_up)
    if whole:
        tables |= whole_tables(made_up, tables["money"], years)
        agreed += whole_contracts(made_up, made.initiatives[0].id if made.initiatives else "")
        promised += whole_promises(made_up)
    tables["reconcile"] = published(made_up.dice, tables, START)
    return Plan(
        about=_about(seed, months),
        tables=tables,
        initiatives=tuple(made.initiatives),
        contracts=tuple(c for c in agreed if c.starts != "by_initiative" or c.id in begun),
        assumptions=tuple(made.assumptions),
        correlations=correlations(made),
        promises=promised,
    )


def _about(seed: int, months: int) -> PlanFile:
    year = f"{START}/{(START + 1) % 100:02d}"
    return PlanFile(
        placeplan=1, name=f"Made-up plan {seed} (synthetic)", place=f"Made-up place {seed} (synthetic)", synthetic=True,
        about="Everything here is made up; it describes no real place, organisation or plan.", start=f"{START}-04",
        months=months, base_year=year, judge_from=f"{START + 1}/{(START + 2) % 100:02d}" if months > 12 else year,
        price_base=year, data_date=f"{START}-10",
    )  # fmt: skip


def promises(place: Place) -> tuple[Promise, ...]:
    """Money of the system and of each organisation, beds of each acute one; the first twelve are hard."""
    every = place.of_type("commissioner", "acute", "community", "mental_health", "council")
    acute = place.of_type("acute")
    rows = [
        _promise(place, "balance_system", "system", "The place lives within its means", "position", at_least=0.0),
        *(_promise(place, f"balance_{o}", o, "No deficit in any year", "position", at_least=0.0) for o in every),
        *(
            _promise(place, f"beds_{o}", o, "Beds at most 92 % full on average", "occupancy", at_most=0.92)
            for o in acute
        ),
    ]
    aims = [_aim(place, org) for org in acute]
    hard = [p.model_copy(update={"hard": n < MOST_HARD}) for n, p in enumerate(rows)]
    return (*hard, *aims)


def _aim(place: Place, org: str) -> Promise:
    name = "Hardly anybody waits without a bed"
    promise = _promise(place, f"waiting_{org}", org, name, "waiting_without_bed", at_most=2.0)
    return promise.model_copy(update={"hard": False, "asks": 0.7})


def _promise(place: Place, id_: str, org: str, name: str, outcome: str, **bound: float) -> Promise:
    group = "money" if outcome == "position" else "beds"
    return Promise(
        id=id_, name=name, group=group, organisation=org, outcome=outcome, source=place.dice.source, **bound  # type: ignore[arg-type]
    )  # fmt: skip
