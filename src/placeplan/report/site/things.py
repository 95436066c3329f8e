"""What the pages of single things draw: an initiative, an organisation, an area, a promise."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby
from typing import Any, Final, NamedTuple

from placeplan.report import charts, grid, shocks, views, words
from placeplan.report.site import maps
from placeplan.report.site.closures import closures, least_said, modes_said
from placeplan.report.site.hangs import goes_with, hangs, rows_of
from placeplan.report.site.names import SYSTEM
from placeplan.report.site.replies import Standings
from placeplan.stress.elements.places import in_order
from placeplan.stress.findings import Findings
from placeplan.stress.results.elements import AreaResult, CareAt, InitiativeResult, Move, OrganisationResult, Touched
from placeplan.stress.results.promises import PromiseResult
from placeplan.stress.results.tests import StressFinding, StressRow

LEAST: Final = 5e4
"""£ below which a payment or a change of money is not told."""


@dataclass(frozen=True)
class Drawn:
    """Findings with what several pages draw of them, each drawn once."""

    f: Findings

    @cached_property
    def rows(self) -> tuple[grid.Row, ...]:
        """Rows of the grid."""
        return grid.build(self.f).rows

    @cached_property
    def shocks(self) -> Sequence[shocks.Scenario]:
        """What shocks do."""
        return shocks.scenarios(self.f)

    def of(self, organisation: str) -> list[grid.Row]:
        """Rows of an organisation."""
        return [r for r in self.rows if r.promise.organisation == organisation]


def initiative(drawn: Drawn, i: InitiativeResult) -> dict[str, Any]:
    """An initiative: its claim, what waits for it, whom it changes."""
    f = drawn.f
    return {
        "i": i,
        "claim": next((c for c in f.claims if c.initiative == i.id), None),
        "awaited": [j for j in f.initiatives if i.id in j.requires],
        "requires": [(j, next((k for k in f.initiatives if k.id == j), None)) for j in i.requires],
        "reached": [a for a in f.areas if any(x == i.id for x, _ in a.initiatives)],
        "moves": list(_together(f, i.id)),
        "closing": next((c for c in closures(f) if c.initiative.id == i.id), None),
        "begins": begins(i),
        "hangs": hangs(f, i),
        "goes_with": goes_with(f, i),
        "found": rows_of(f, i),
        "reach": reach(f, i),
        "by_area": by_area(f, i),
        "closing_said": f"{modes_said(f)} {least_said(f)}",
        "map": own_map(f, i),
        "line": i.about,
    }


def reach(f: Findings, i: InitiativeResult) -> str:
    """How many people it can reach, in a sentence or two."""
    if i.people is None:
        return "The model follows no care that this change acts on. So it cannot say how many people it reaches."
    whole = sum(a.people for a in f.areas)
    if i.people >= WHOLE * whole > 0:
        return f"It can reach everyone who lives here: {i.people:,.0f} people."
    many = len(i.people_by_area)
    where = (
        f"They live in {'every area' if many == len(f.areas) else words.count(many, 'area') + f' of {len(f.areas)}'}."
    )
    return f"It can reach {i.people:,.0f} people, by where they live and how old they are. {where}"


WHOLE: Final = 1 - 1e-6
"""Share of all people from which on they are everyone."""


def by_area(f: Findings, i: InitiativeResult) -> list[tuple[AreaResult, float, list[tuple[Touched, float]]]]:
    """Each area that it can reach: people, and care by kind and what becomes of it."""
    people = dict(i.people_by_area)
    care = {a.id: [(t, many) for t in i.touches for area, many in t.by_area if area == a.id] for a in f.areas}
    return [(a, people.get(a.id, 0.0), care[a.id]) for a in f.areas if a.id in people or care[a.id]]


def own_map(f: Findings, i: InitiativeResult) -> maps.Map | None:
    """Where it happens and whom it can reach; None where that is no place in particular, or no shape is known."""
    reached = {area for area, _ in i.people_by_area}
    some = reached if len(reached) < len(f.areas) else set()
    drawn = maps.build(f, some, i.id)
    at = drawn is not None and any(s.mark != "none" for s in drawn.sites)
    return drawn if at or some else None


def _together(f: Findings, initiative: str) -> Iterator[tuple[AreaResult, Move]]:
    """Moves of an initiative, one for each area and way, whatever kinds of care take it."""
    for a in f.areas:
        ways: dict[tuple[str, str], Move] = {}
        for m in a.moves:
            if m.initiative == initiative:
                way = ways.setdefault((m.old, m.new), m)
                ways[m.old, m.new] = way.model_copy(update={"pods": tuple(dict.fromkeys((*way.pods, *m.pods)))})
        yield from ((a, m) for m in ways.values())


def begins(i: InitiativeResult) -> str:
    """When it begins in the run, in a sentence or two.

    A late start is told as plainly as an early one.
    """
    b = i.begun
    if b is None:
        return ""
    if not b.share:
        return "It begins in none of the futures that were tried."
    early, middle, late = (words.month(m) for m in b.months)
    if not middle:
        first = f"It begins in fewer than half of the futures that were tried{f', in the early ones in {early}' if early else ''}."
        return f"{first} In the others it does not begin within the years that were looked at."
    if early == late:
        return f"It begins in {middle} in nearly all futures."
    last = f"{late}" if late else "after the years that were looked at"
    return f"In the middle future it begins in {middle}. Early futures have it in {early}, late ones {'in ' if late else ''}{last}."


def organisation(drawn: Drawn, name: str, standings: Standings) -> dict[str, Any]:
    """An organisation: its promises, figures, initiatives, payments and replies."""
    f = drawn.f
    o = next((o for o in f.organisations if o.id == name), None)
    rows = drawn.of(name)
    standing, said = standings.of(name, f.digest)
    return {
        "o": o, "own": rows, "org_fans": [charts.draw(fan) for fan in (o.fans if o else ())],
        "sides": [(i, s) for i in f.initiatives for s in i.sides if s.organisation == name],
        "gain": gain(o), "payments": [p for p in (o.payments if o else ()) if max(abs(p.plan), abs(p.do_nothing)) >= LEAST],
        "choice": next((r for t in f.tests if t.test == views.LOSERS for r in t.rows if o and r.what == o.name), None),
        "standing": standing, "said": said, "last": standings.last(name, f.digest), "whole": name == SYSTEM,
        "line": promises_line(rows),
    }  # fmt: skip


def promises_line(rows: list[grid.Row]) -> str:
    """How many of an organisation's promises are kept often enough, over all years."""
    hard = [r.promise for r in rows if r.promise.hard]
    if not hard:
        return "Nothing is promised for it that decides whether the plan works."
    kept = sum(p.state == "kept" for p in hard)
    one = len(hard) == 1
    if one or kept in (0, len(hard)):
        said = (
            ("Its one promise is" if one else f"All {len(hard)} promises are")
            if kept
            else ("Its one promise is not" if one else f"None of its {len(hard)} promises is")
        )
        return f"{said} kept often enough, over all years."
    return f"{kept} of its {len(hard)} promises {'is' if kept == 1 else 'are'} kept often enough, over all years."


def gain(o: OrganisationResult | None) -> str:
    """What the plan does to an organisation's money in the last year, in a sentence; nothing where no money is followed."""
    if o is None or o.gain is None:
        return ""
    low, middle, high = o.gain
    between = f"4 in 5 futures lie between {words.money(low)} and {words.money(high)}"
    if abs(middle) < LEAST:
        return f"In the middle future the plan leaves its money as it is; {between}."
    word = "better off" if middle > 0 else "worse off"
    return (
        f"In the middle future the plan makes it {words.money(abs(middle))} a year {word} by the last year; {between}."
    )


MANY: Final = 30
"""Areas from which on they stand under letters."""


def by_letter(areas: Sequence[AreaResult]) -> list[tuple[str, list[AreaResult]]]:
    """Areas under the first letter of their name, where there are many; nothing where there are few."""
    if len(areas) < MANY:
        return []
    ordered = sorted(areas, key=lambda a: (_letter(a), a.name, a.id))
    return [(letter, list(rows)) for letter, rows in groupby(ordered, key=_letter)]


def _letter(a: AreaResult) -> str:
    """The first letter of a name; all that begin otherwise stand together."""
    first = a.name[:1].upper()
    return first if first.isalpha() and first.isascii() else "Others"


def found_by(f: Findings) -> dict[str, list[AreaResult]]:
    """Areas by each postcode district and town that lies in them, in order of the name."""
    found: dict[str, list[AreaResult]] = {}
    named = [(name, a) for a in f.areas for name in a.localities]
    for name, where in sorted(named, key=lambda x: (in_order(x[0]), x[1].name)):
        found.setdefault(name, []).append(where)
    return found


class Care(NamedTuple):
    """Where people of an area go for one kind of care."""

    pod: str
    places: tuple[CareAt, ...]


def area(drawn: Drawn, a: AreaResult) -> dict[str, Any]:
    """An area: what reaches it, what moves, where its people go."""
    by_id = {i.id: i for i in drawn.f.initiatives}
    reached = [(by_id[name], why) for name, why in a.initiatives if name in by_id]
    near = [(i, why) for i, why in reached if why != "everyone"]
    return {
        "a": a, "near": near, "everyone": [i for i, why in reached if why == "everyone"],
        "care": [Care(pod, tuple(rows)) for pod, rows in groupby(a.care, key=lambda c: c.pod)],
        "closing": [(i, line) for i, _ in near for line in i.closes],
        "own": drawn.of(a.council) if a.council else [], "map": maps.build(drawn.f, {a.id}),
        "line": area_line(a, len(near)),
    }  # fmt: skip


def area_line(a: AreaResult, near: int) -> str:
    """How much of the plan is about an area."""
    moves = len({(m.old, m.new) for m in a.moves})
    if not near:
        wide = sum(why == "everyone" for _, why in a.initiatives)
        meant = (
            f" {words.sentence_case(words.count(wide, 'part'))} of it {'is' if wide == 1 else 'are'} meant for everyone."
            if wide
            else ""
        )
        return f"{a.people:,.0f} people live in {a.name}. No part of the plan is about them alone.{meant}"
    first = f"{words.count(near, 'part')} of the plan {'changes' if near == 1 else 'change'} something for the {a.people:,.0f} people of {a.name}."
    return f"{first} Some care moves to another place." if moves else first


def promise(drawn: Drawn, p: PromiseResult) -> dict[str, Any]:
    """A promise: its row, what shocks do to it, and what tests say of it."""
    f = drawn.f
    row = next(r for r in drawn.rows if r.promise.id == p.id)
    return {
        "row": row,
        "under": [(s, match) for s in drawn.shocks for match in s.by_promise if match[0].id == p.id],
        "found": list(_found(f, p)),
        "first": f.first_break if f.first_break and f.first_break.promise == p.id else None,
        "after": next(
            (share for name, _, share in (f.first_break.next if f.first_break else ()) if name == p.id), None
        ),
        "line": promise_line(f, row),
    }


def promise_line(f: Findings, row: grid.Row) -> str:
    """How often it is kept, as a natural frequency."""
    p = row.promise
    if p.P is None:
        return "It cannot be worked out how often this is kept."
    kept = f"It is kept in {words.of_hundred(p.P, f.futures)} futures, over all years"
    return f"{kept}. It asks for {words.asks(p.asks)}."


def _found(f: Findings, p: PromiseResult) -> Iterator[tuple[StressFinding, StressRow]]:
    """Lines of tests that are about a promise."""
    for t in f.tests:
        for r in t.rows:
            if r.promise == p.id:
                yield t, r
