"""What closes or gets smaller and what only moves, with what the way becomes: for all, for whom it grows most, for those who have least."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple, get_args

from placeplan.report.site import say
from placeplan.report.words import count, listed, sentence_case
from placeplan.stress.findings import Findings
from placeplan.stress.results.elements import AreaResult, InitiativeResult, Journey, Minutes, Mode, Move

POOREST: Final = 1
"""The national fifth of areas where people have least."""
NAMED: Final = 6
"""Areas that are named one by one."""


class Way(NamedTuple):
    """The way that grows most by one mode."""

    area: AreaResult
    move: Move
    minutes: Minutes


class Leg(NamedTuple):
    """What the way becomes by one mode, for all or for those who have least."""

    mode: Mode
    least: bool
    journey: Journey | None
    """Means over care that moves; None: of findings of before, or not known."""
    grows: Way | None
    """Where it grows most; None: nowhere."""


class Closure(NamedTuple):
    """An initiative that closes something or moves care, its lines, and what the way becomes by it."""

    initiative: InitiativeResult
    lines: tuple[str, ...]
    legs: tuple[Leg, ...]
    moved: bool
    """Whether the model has care that moves by it; else nothing is known of ways."""

    @property
    def worst(self) -> tuple[Leg, ...]:
        """Legs that say where the way grows most, each way once."""
        found = {(leg.mode, leg.grows.area.id, leg.grows.move): leg for leg in reversed(self.legs) if leg.grows}
        return tuple(reversed(found.values()))


def closures(f: Findings) -> list[Closure]:
    """Every initiative that says it closes something, then those that only move care, each in the order of the findings."""
    least = least_areas(f)
    found = []
    for i in f.initiatives:
        moved = any(m.initiative == i.id for a in f.areas for m in a.moves)
        if i.closes or moved:
            legs = tuple(_legs(f, i, f.areas, False)) + tuple(_legs(f, i, least, True))
            found.append(Closure(i, i.closes, legs, moved))
    return sorted(found, key=lambda c: not c.lines)


def least_areas(f: Findings) -> list[AreaResult]:
    """Areas of the national fifth that is lowest among those of the place."""
    fifths = [a.fifth for a in f.areas if a.fifth is not None]
    return [a for a in f.areas if fifths and a.fifth == min(fifths)]


def least_said(f: Findings) -> str:
    """Whom “where people have least” means, in a sentence or two; blank where no area says its fifth."""
    areas = least_areas(f)
    if not areas:
        return "The plan does not say in which areas people have least."
    where = listed([a.name for a in areas]) if len(areas) <= NAMED else count(len(areas), "area")
    if areas[0].fifth == POOREST:
        return f"“Where people have least” means {where}, in the fifth of places in England where people have least."
    return f"“Where people have least” means {where}. No area here is among the fifth of places in England where people have least."


def ways(a: AreaResult, m: Move) -> tuple[Minutes, ...]:
    """Minutes of a move by each mode; findings of before have one mode alone."""
    if m.by_mode or (m.minutes_old is None and m.minutes_new is None):
        return m.by_mode
    mode: Mode = "public_transport" if any(c.mode == "public_transport" for c in a.care) else "car"
    return (Minutes(mode=mode, old=m.minutes_old, new=m.minutes_new),)


def modes(f: Findings) -> tuple[Mode, ...]:
    """Modes by which any time is known."""
    moved = {w.mode for a in f.areas for m in a.moves for w in ways(a, m)}
    used = {mode for a in f.areas for c in a.care for mode in (c.mode, *(other for other, _ in c.others))}
    return tuple(m for m in get_args(Mode) if m in moved | used)


def modes_said(f: Findings) -> str:
    """By which modes times are known, and by which not."""
    known = modes(f)
    missing = [m for m in get_args(Mode) if m not in known]
    if not known:
        return "How long people travel is not known: the plan does not say."
    said = f"The minutes are one way, {listed([say.MODE[m] for m in known])}."
    lacking = "".join(f" How long it takes {say.MODE[m]} is not known: the plan does not say." for m in missing)
    return f"{said}{lacking}"


def _legs(f: Findings, i: InitiativeResult, areas: Sequence[AreaResult], least: bool) -> Iterator[Leg]:
    """By each mode, where the way is known for any of some areas."""
    fifth = areas[0].fifth if least and areas else None
    for mode in modes(f):
        journey = next((j for j in i.journeys if j.mode == mode and j.fifth == fifth), None)
        moves = [
            Way(a, m, w) for a in areas for m in a.moves if m.initiative == i.id for w in ways(a, m)
            if w.mode == mode and w.old is not None and w.new is not None
        ]  # fmt: skip
        if moves:
            most = max(moves, key=lambda w: (w.minutes.new or 0.0) - (w.minutes.old or 0.0))
            yield Leg(mode, least, journey, most if (most.minutes.new or 0.0) > (most.minutes.old or 0.0) else None)


def journey_said(j: Journey) -> str:
    """The mean way now and then, in whole minutes.

    >>> journey_said(Journey(fifth=None, mode="car", contacts=10, unknown=0, before=15.8, after=19.4))
    '16 minutes become 19'
    """
    before, after = round(j.before), round(j.after)
    return f"{before} minutes stay {before}" if before == after else f"{before} minutes become {after}"


def leg_said(leg: Leg) -> str:
    """By what and for whom, and the mean way; blank where no mean is known."""
    if leg.journey is None:
        return ""
    who = "where people have least" if leg.least else "for all who go there"
    return sentence_case(f"{say.MODE[leg.mode]}, {who}: {journey_said(leg.journey)}, on average.")
