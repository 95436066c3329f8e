"""What a challenge would change, in plain words: the sentence first, then promises and money before and after."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any, Final

from placeplan.stress.grid.wilson import state, wilson
from placeplan.stress.say import pounds_apart
from placeplan.web.challenges.models import Challenge
from placeplan.web.jobs.models import State

COMPARISON: Final = "comparison.json"
SAID: Final = {"surer": "kept more surely", "less sure": "kept less surely", "alike": "this does not settle it"}
STATES: Final = {
    "kept": "kept often enough", "close": "too close to call", "short": "falls short", "fail": "more likely to fail",
}  # fmt: skip


@dataclass(frozen=True)
class Share:
    """In how many futures a promise is kept, and whether that is as surely as it asks."""

    shown: str
    state: str
    words: str


@dataclass(frozen=True)
class Moved:
    """A promise that is kept in another share of futures."""

    name: str
    who: str
    aim: bool
    own_bound: bool
    before: Share
    after: Share
    change: str
    """``surer``, ``less sure`` or ``alike``."""
    words: str
    by: str


@dataclass(frozen=True)
class Money:
    """An organisation that ends with another surplus."""

    who: str
    year: str
    before: str
    after: str
    words: str


@dataclass(frozen=True)
class Told:
    """What a run of a challenge found."""

    sentence: str
    futures: int
    promises: tuple[Moved, ...]
    still: int
    """Promises that are kept in the same futures either way."""
    money: tuple[Money, ...]
    asked: tuple[dict[str, Any], ...]
    """What should be asked about the plan with the other number."""
    assumption_set: str
    """The set of assumptions with which both were run; blank: the plan's own."""


def found_by(challenge: Challenge) -> dict[str, Any] | None:
    """The comparison that was found, as the command line writes it; None: not yet, or it could not be done."""
    if challenge.job.state != State.DONE:
        return None
    held = challenge.job.files.filter(path=COMPARISON).select_related("blob").first()
    found: dict[str, Any] | None = json.loads(bytes(held.blob.data)) if held else None
    return found


def told(found: dict[str, Any]) -> Told:
    """A comparison in words."""
    moved = tuple(
        _moved(p, found) for p in found["promises"] if p["first"] != p["second"] or found["changes"][p["id"]] != "alike"
    )
    order = {"less sure": 0, "surer": 1, "alike": 2}
    money = _money(found)
    return Told(
        _sentence(found, moved, money), found["futures"], tuple(sorted(moved, key=lambda m: order[m.change])),
        len(found["promises"]) - len(moved), money, tuple(found.get("asked", ())), found.get("assumption_set", ""),
    )  # fmt: skip


def _sentence(found: dict[str, Any], moved: tuple[Moved, ...], money: tuple[Money, ...]) -> str:
    """What a reader wants to know first."""
    less, more = (sum(m.change == c for m in moved) for c in ("less sure", "surer"))
    if less or more:
        sides = [f"{_count(more)} more surely"] * bool(more) + [f"{_count(less)} less surely"] * bool(less)
        return f"With this number, the plan keeps {' and '.join(sides)}."
    if moved:
        return f"{found['futures']:,} futures do not settle whether any promise is kept more or less surely with this number."
    if money:
        return "With this number, every promise is kept as often as before, but somebody’s money changes."
    return "This number changes nothing that was looked at: promises and money stay as they are in every future."


def _count(n: int) -> str:
    return f"{n} promise{'s' if n != 1 else ''}"


def _moved(p: dict[str, Any], found: dict[str, Any]) -> Moved:
    change = str(found["changes"][p["id"]])
    low, high = (f"{abs(100 * p[end]):.0f} {'fewer' if p[end] < 0 else 'more'}" for end in ("low", "high"))
    before, after = (_share(p[at], p["asks"][n], found["futures"]) for n, at in enumerate(("first", "second")))
    who = (
        "the whole system"
        if p["organisation"] == "system"
        else found["called"].get(p["organisation"], p["organisation"])
    )
    return Moved(
        p["name"], who, not p["hard"], p["id"] in found.get("rebound", ()), before, after, change, SAID[change],
        f"between {low} and {high} of 100 futures",
    )  # fmt: skip


def _share(p: float, asks: float, futures: int) -> Share:
    judged = state(wilson(p * futures, futures), asks)
    return Share(f"{p:.0%}", judged, STATES[judged])


def _money(found: dict[str, Any]) -> tuple[Money, ...]:
    """Surpluses of the last year that differ in some future, the largest difference first."""
    rows = found["figures"]
    last = rows[-1]["year"] if rows else ""
    apart = [r for r in rows if r["year"] == last and (r["paired"]["more"] or r["paired"]["less"])]
    apart.sort(key=lambda r: -abs(r["paired"]["second"] - r["paired"]["first"]))
    return tuple(_of_money(r, found["called"]) for r in apart)


def _of_money(row: dict[str, Any], called: dict[str, str]) -> Money:
    p = row["paired"]
    before, after = pounds_apart(p["first"], p["second"])
    settled = p["low"] is not None and (p["low"] > 0 or p["high"] < 0)
    words = ("better off" if p["second"] > p["first"] else "worse off") if settled else "this does not settle it"
    who = "All together" if row["entity"] == "system" else called.get(row["entity"], row["entity"])
    return Money(who, row["year"], before, after, words)
