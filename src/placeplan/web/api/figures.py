"""Findings as figures, each with what it is of, its unit and its source."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from placeplan.core.records import Record
from placeplan.report.pack.package import described
from placeplan.stress.findings import Findings
from placeplan.stress.results.elements import Fan, Three
from placeplan.stress.results.promises import PromiseResult

About = Literal["promise", "picture", "organisation", "claim", "bridge", "beside", "shock"]
SHARE = "share of futures"
YEARLY = "£ a year"


class Spread(Record):
    """A figure and how sure it is."""

    low: float | None
    middle: float | None
    high: float | None


class Figure(Record):
    """One outcome."""

    id: str
    """Stays the same from version to version."""
    about: About
    element: str
    """Id of the promise, picture, initiative, step or shock that it is of."""
    name: str
    organisation: str
    """Id of the organisation; blank: of none, or of all."""
    period: str
    """Financial year, month or blank: over all years."""
    what: str
    unit: str
    plan: Spread
    """With the plan."""
    do_nothing: Spread | None
    """With nothing done, in the same futures; null: not told."""
    limit: float | None
    """What is asked or allowed; null: nothing."""
    spread: str
    """What low and high are."""
    source: str


INTERVAL = "95 % interval of the share"
TENTHS = "10th, 50th and 90th percentile over futures"


def source_of(f: Findings) -> str:
    """Where every figure of a run comes from: what it takes to compute it again."""
    run = described(f, (), {})["run"]
    return f"placeplan {f.placeplan}, plan {f.digest}: {run['command']}"


def figures_of(f: Findings) -> tuple[Figure, ...]:
    """Every outcome of a run as a figure."""
    source = source_of(f)
    return tuple(
        figure.model_copy(update={"source": f"{figure.source}; {source}" if figure.source else source})
        for part in (_promises, _pictures, _organisations, _claims, _bridge, _besides, _shocks)
        for figure in part(f)
    )


def _promises(f: Findings) -> Iterator[Figure]:
    for p in f.promises:
        nothing = Spread(low=None, middle=p.do_minimum_P, high=None) if p.do_minimum_P is not None else None
        yield _promise(p, "", Spread(low=p.low, middle=p.P, high=p.high), nothing)
        for cell in p.by_year:
            c = cell.probability
            spread = Spread(low=c.low, middle=c.p, high=c.high) if c else Spread(low=None, middle=None, high=None)
            yield _promise(p, cell.year, spread, None)


def _promise(p: PromiseResult, year: str, plan: Spread, nothing: Spread | None) -> Figure:
    return Figure(
        id="/".join(("promise", p.id, *([year] if year else []))), about="promise", element=p.id, name=p.name, organisation=p.organisation,
        period=year, what=f"futures in which it is kept ({p.bound})", unit=SHARE, plan=plan, do_nothing=nothing, limit=p.asks,
        spread=INTERVAL, source=f"promised in: {p.source}" if p.source else "",
    )  # fmt: skip


def _three(three: Three) -> Spread:
    return Spread(low=three[0], middle=three[1], high=three[2])


def _fan(fan: Fan, about: About, organisation: str) -> Iterator[Figure]:
    for point in fan.points:
        named = (organisation, fan.id) if organisation else (fan.id,)
        yield Figure(
            id="/".join((about, *named, point.period)), about=about, element=fan.id, name=fan.title, organisation=organisation,
            period=point.period, what=fan.title, unit=fan.unit, plan=_three(point.plan), do_nothing=_three(point.do_nothing),
            limit=point.limit, spread=TENTHS, source="",
        )  # fmt: skip


def _pictures(f: Findings) -> Iterator[Figure]:
    for fan in f.fans:
        yield from _fan(fan, "picture", "")


def _organisations(f: Findings) -> Iterator[Figure]:
    for o in f.organisations:
        for fan in o.fans:
            yield from _fan(fan, "organisation", o.id)


def _claims(f: Findings) -> Iterator[Figure]:
    for c in f.claims:
        yield Figure(
            id=f"claim/{c.initiative}", about="claim", element=c.initiative, name=c.name, organisation="", period=f.years[-1],
            what="saving that the model finds; the limit is what is claimed", unit=YEARLY, plan=Spread(low=c.low, middle=c.found, high=c.high),
            do_nothing=None, limit=c.claimed, spread="10th and 90th percentile over futures; the middle is the mean", source="",
        )  # fmt: skip


def _bridge(f: Findings) -> Iterator[Figure]:
    for step in f.bridge:
        yield Figure(
            id=f"bridge/{step.id}", about="bridge", element=step.id, name=step.name, organisation="", period=f.years[-1],
            what="step from the gap if nothing changes to the gap left", unit=YEARLY, plan=Spread(low=step.low, middle=step.amount, high=step.high),
            do_nothing=None, limit=step.claimed, spread="10th and 90th percentile over futures; the middle is the mean", source="",
        )  # fmt: skip


def _besides(f: Findings) -> Iterator[Figure]:
    for n, b in enumerate(f.besides, 1):
        yield Figure(
            id=f"beside/{n}", about="beside", element=b.group, name=b.what, organisation="", period=f.years[-1], what=b.what, unit=b.unit,
            plan=_three(b.plan), do_nothing=_three(b.do_nothing), limit=None, spread=TENTHS, source="",
        )  # fmt: skip


def _shocks(f: Findings) -> Iterator[Figure]:
    asks = {p.id: p.asks for p in f.promises}
    for s in f.scenarios:
        for promise, share in s.P.items():
            yield Figure(
                id=f"shock/{s.id}/{promise}", about="shock", element=s.id, name=s.name, organisation="", period="",
                what=f"futures in which {promise} is kept under the shock", unit=SHARE, plan=Spread(low=None, middle=share, high=None),
                do_nothing=None, limit=asks.get(promise), spread="not told", source="",
            )  # fmt: skip
