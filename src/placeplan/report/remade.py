"""What each bar of the bridge is, as the difference of two runs, and the command that makes it again."""

from __future__ import annotations

from typing import Final, NamedTuple

from placeplan.stress.findings import Findings
from placeplan.stress.results.money import BridgeStep, bridge_futures

RUNS: Final = {
    "start": "The run in which nothing changes.",
    "do_minimum": "The run with what is committed and the usual savings, less the run in which nothing changes.",
    "left": "The run of the whole plan.",
}
"""Bars that are of no initiative."""


class Remade(NamedTuple):
    """A bar, and the runs of which it is the difference."""

    number: str
    """Of an initiative: its place in the order in which they are added, as in 3; else blank."""
    name: str
    initiative: str
    """Its id; blank: it is of none."""
    what: str
    address: str
    """What ``placeplan explain`` takes."""
    written: str
    """Where the plan has it; blank: it is of all together."""


class How(NamedTuple):
    """All bars, and how all of them are made again."""

    bars: tuple[Remade, ...]
    futures: int
    """In which each run was done, the same for all."""
    again: str
    by_cause: str
    """The command that shares the same figure out over what moves it, the initiatives among it."""


def remade(f: Findings) -> How | None:
    """How the bars of a run are made again; None where it has none.

    Initiatives are added in order of id, and once more in the reverse order (`stress.bridge`): so each comes to those before it
    alone, and to those after it alone.
    """
    if not f.bridge:
        return None
    order = sorted(s.id for s in f.bridge if s.kind == "step" and s.id != "do_minimum")
    cells = {h.address: "; ".join(h.cells) for h in f.headlines}
    rest = [s for s in f.bridge if s.id not in order]
    own = sorted((s for s in f.bridge if s.id in order), key=lambda s: s.id)
    first, last = [s for s in rest if s.kind != "left"], [s for s in rest if s.kind == "left"]
    bars = tuple(_bar(s, order, cells) for s in (*first, *own, *last))
    chosen = f"--seed {f.seed}{f' --set {f.assumption_set}' if f.assumption_set else ''}"
    count = bridge_futures(f.futures)
    again = f"placeplan test PLAN --futures {f.futures} {chosen} --out FOLDER"
    return How(bars, count, again, f"placeplan waterfall PLAN position --year {f.years[-1]} --futures {count} {chosen}")


def _bar(s: BridgeStep, order: list[str], cells: dict[str, str]) -> Remade:
    address = f"bridge/{s.id}"
    if s.id not in order:
        return Remade("", s.name, "", RUNS[s.id if s.id in RUNS else s.kind], address, cells.get(address, ""))
    n, count = order.index(s.id) + 1, len(order)
    what = f"The run with it, less the run without it: {beside(n, count)}."
    return Remade(str(n), s.name, s.id, what, address, cells.get(address, ""))


def beside(n: int, count: int) -> str:
    """Which other initiatives were in the two pairs of runs of the n-th of them.

    >>> beside(1, 1), beside(1, 3)
    ('no other was in both', 'once with no other in both, once with 2 to 3')
    >>> beside(2, 3), beside(3, 4)
    ('once with 1 in both, once with 3', 'once with 1 to 2 in both, once with 4')
    """
    before, after = _span(1, n - 1), _span(n + 1, count)
    if not before and not after:
        return "no other was in both"
    return f"once with {before or 'no other'} in both, once with {after or 'no other'}"


def _span(first: int, last: int) -> str:
    return "" if last < first else str(first) if first == last else f"{first} to {last}"
