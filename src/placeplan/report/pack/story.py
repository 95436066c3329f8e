"""What the pack says, in order: headings, sentences, tables and pictures, before anybody decides how they are set."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

from placeplan.report import bridge, charts, grid, shocks, tested, views, words
from placeplan.report.pack.back import shorts, tell_back
from placeplan.report.pack.blocks import Block, Contents, Heading, Picture, Points, Said, Sheet, Story
from placeplan.stress.findings import Findings
from placeplan.stress.results.ground import NotModelled
from placeplan.stress.results.tests import StressRow

SHOWN_ASSUMED: Final = 25
"""Assumptions in the pack, those that matter most first; all are in the workbook."""
CLOSER: Final = ("fail", "amber")
"""Results of a test that a board has to read about."""
DECIDED: Final = ("conflict", "repairs", "plan-b", "incentives")
"""Tests whose table says what could be decided otherwise, or on what terms."""
CHAPTER: Final = 2
"""Level of the headings that stand in the contents."""
MANY: Final = 3
"""So many things with the same reason have it said once."""
WARNINGS: Final = 8
"""Warnings in the pack; all are in the workbook."""
EFFECT: Final = ("large", "some", "small", "none", "not measured")


def tell(findings: Findings) -> Story:
    """The pack's content; all from findings, nothing computed again."""
    f = findings
    made = "Made up. " if f.synthetic else ""
    foot = (
        f"{made}{f.place}: {f.plan} · plan {words.short_digest(f.digest)} · {f.futures:,} futures, seed {f.seed} · "
        f"placeplan {f.placeplan}"
    )
    parts = (_promises, _reasons, _pictures, _money, _shocks, _tests, _people, _knows, tell_back, _again)
    body = [*_closes(f), *(b for part in parts for b in part(f))]
    chapters = [b for b in body if isinstance(b, Heading) and b.level == CHAPTER]
    marked = {id(b): replace(b, anchor=f"chapter-{n}") for n, b in enumerate(chapters, start=1)}
    listed = Contents(tuple(marked.values()))
    return Story(
        f"{f.place}: {f.plan}",
        f.sentence,
        foot,
        (*_verdict(f), Said("In this pack:"), listed, *(marked.get(id(b), b) for b in body)),
    )


def _verdict(f: Findings) -> Iterator[Block]:
    yield Heading(1, f"{f.place}: {f.plan}")
    if f.synthetic:
        yield Said(f"Made up. {f.place} is not a real place. Every number here was invented to show how this works.")
    yield Said(f.sentence, leads=True)
    if f.under_sentence:
        yield Said(f.under_sentence)
    if f.hangs_on:
        yield Said("What would settle it:" if f.verdict == "withheld" else "It hangs on:")
        yield Points(f.hangs_on)


def _closes(f: Findings) -> Iterator[Block]:
    if f.closes:
        yield Heading(2, "What closes or is downgraded")
        yield Points(f.closes)


def _promises(f: Findings) -> Iterator[Block]:
    drawn = grid.build(f)
    if not drawn.rows:
        return
    yield Heading(2, "Which promises hold, year by year")
    if drawn.callout:
        yield Said(f.first_break.headline if f.first_break else drawn.callout.heading)
    yield Said(
        "Each cell is the share of futures that keep the promise. ✓ kept often enough, ≈ too close to call, ▼ falls short, ✗ more likely to fail."
    )
    for group in drawn.groups:
        rows = tuple(
            (row.promise.name, row.asks, *(_cell(b) for b in row.boxes), _cell(row.whole)) for row in group.rows
        )
        refs = shorts(f, "promises", (row.promise.id for row in group.rows))
        yield Sheet(group.name, ("Promise", "Asks", *drawn.years, "All years"), rows, refs)


SIGNS: Final = {"kept": "✓", "close": "≈", "short": "▼", "fail": "✗"}


def _cell(box: grid.Box) -> str:
    """A cell of the grid in words: sign and share, never colour alone."""
    said = f"{SIGNS.get(box.state, '')}\N{NO-BREAK SPACE}{box.shown}".strip()
    return box.word or (f"{said} (first break)" if box.first else said)


def _reasons(f: Findings) -> Iterator[Block]:
    if f.causes:
        yield Heading(2, "What is behind the first break")
        rows = tuple(
            (
                c.name,
                words.share(c.share, f.futures),
                f"{words.share(c.low, f.futures)} to {words.share(c.high, f.futures)}",
            )
            for c in f.causes
        )
        yield Sheet("Shares of the first break, by what drives it", ("Driver", "Share", "Likely range"), rows)
    for reason in f.reasons:
        yield Heading(3, reason.heading)
        yield Said(f"{reason.text} {reason.of}.".replace("..", "."))


def _pictures(f: Findings) -> Iterator[Block]:
    if f.fans:
        yield Heading(2, "Over time")
    for fan in f.fans:
        drawn = charts.draw(fan)
        yield Heading(3, fan.title)
        yield Said(fan.finding)
        yield Picture(fan, drawn.alternative)
        head = (
            "Period",
            "With the plan",
            "Low to high",
            "If nothing is done",
            "Low to high",
            fan.limit_name or "Limit",
        )
        shown = len(head) if any(p.limit is not None for p in fan.points) else len(head) - 1
        rows = year_ends(drawn.rows, charts.months_apart([p.period for p in fan.points]))
        rest = f" (each year’s last of {len(drawn.rows)}; all are in the workbook’s sheet fans)"
        caption = f"{fan.title}: {drawn.unit}{rest if len(rows) < len(drawn.rows) else ''}"
        yield Sheet(caption, head[:shown], tuple(row[:shown] for row in rows), ref=shorts(f, "fans", (fan.id,))[0])


def year_ends(rows: Sequence[tuple[str, ...]], months: int) -> tuple[tuple[str, ...], ...]:
    """The last row of each year, and the last of all: rows are so many months apart.

    >>> year_ends([("Q1",), ("Q2",), ("Q3",), ("Q4",), ("Q1",)], 3), year_ends([("2016/17",)], 12)
    ((('Q4',), ('Q1',)), (('2016/17',),))
    """
    a_year = max(12 // months, 1)
    whole = len(rows) // a_year * a_year
    return (*rows[a_year - 1 : whole : a_year], *rows[max(whole, len(rows) - 1) :])


def _money(f: Findings) -> Iterator[Block]:
    if f.bridge:
        yield Heading(2, bridge.heading(f.bridge, bridge.claimed_by_the_whole(f)))
        if said := bridge.named(f):
            yield Said(said)
        yield Sheet(
            "From the gap to what is left, £ a year",
            ("Step", "The model finds", "The plan claims"),
            tuple(bridge.rows(f.bridge)),
            shorts(f, "bridge", (s.id for s in f.bridge)),
        )
    found = views.claims(f)
    if found and found.rows:
        rows = tuple(
            (c.name, "no amount" if c.claimed is None else words.money(c.claimed), words.money(c.found), words.money_range(c.low, c.high), c.reason)
            for c, _ in (*found.rows, *found.whole)
        )  # fmt: skip
        yield Heading(3, found.heading)
        yield Sheet(
            "What each initiative claims and what is found",
            ("Initiative", "Claimed", "Found", "Likely range", "Why"),
            rows,
            shorts(f, "claims", (c.initiative for c, _ in (*found.rows, *found.whole))),
        )


def _shocks(f: Findings) -> Iterator[Block]:
    drawn = shocks.scenarios(f)
    if not drawn:
        return
    yield Heading(2, shocks.scenario_heading(drawn))
    rows = tuple(
        (s.result.name, "yes" if s.result.decides else "no", s.worst.name if s.worst else "", _cell(s.without), _cell(s.before) if s.before else "", _cell(s.box))
        for s in drawn
    )  # fmt: skip
    head = ("Shock", "Decides", "Weakest promise", "Without the shock", "If nobody acts", "With actions")
    yield Sheet("The weakest promise under each shock", head, rows)


def _tests(f: Findings) -> Iterator[Block]:
    if not f.tests:
        return
    yield Heading(2, tested.heading(f))
    yield Said("The tables behind each test are in the workbook.")
    ordered = tested.ordered(f.tests)
    for test in ordered:
        if test.result in CLOSER or test.test in DECIDED:
            yield Heading(3, f"{tested.WORDS[test.result]}: {test.title}")
            yield Said(test.sentence)
            if test.behind:
                yield Said(test.behind)
        for heading, lines in tested.groups(test) if test.test in DECIDED else ():
            yield Sheet(heading or test.question, ("What", "Figure"), tuple(_line(r, heading) for r in lines))
    rest = [t for t in ordered if t.result not in CLOSER and t.test not in DECIDED]
    if rest:
        rows = tuple((t.title, tested.WORDS[t.result], t.sentence) for t in rest)
        yield Sheet("Every other test", ("Test", "Result", "What was found"), rows)


def _line(row: StressRow, heading: str) -> tuple[str, str]:
    """A line of a test; under a heading of its own what fails or asks for a look says so first."""
    marked = heading and row.result in CLOSER
    return (f"{tested.WORDS[row.result]}: {row.what}" if marked else row.what), row.shown


def _people(f: Findings) -> Iterator[Block]:
    if f.besides:
        yield Heading(2, "What else happens")
        rows = tuple(
            (b.what, words.amount(b.plan[1], b.unit), words.amount(b.do_nothing[1], b.unit), b.change)
            for b in f.besides
        )
        yield Sheet(
            "Middle of the futures, last year",
            ("What", "With the plan", "If nothing is done", "The plan makes it"),
            rows,
        )
    if f.involvement:
        yield Heading(2, "Who was asked")
        yield Sheet(
            "Of those affected",
            ("Who", "Asked", "Affected"),
            tuple((w, f"{a:,}", f"{n:,}") for w, a, n in f.involvement),
        )


def _knows(f: Findings) -> Iterator[Block]:
    yield Heading(2, "What it rests on, and what it does not know")
    if said := views.rests_on(f):
        yield Said(said)
    leading = sorted(f.assumed, key=lambda a: (EFFECT.index(a.effect), a.about))[:SHOWN_ASSUMED]
    if leading:
        rows = tuple((a.about, a.value, views.span(a), a.effect, a.source) for a in leading)
        caption = (
            f"{len(leading)} of {len(f.assumed):,} assumptions, those that matter most first; the workbook has all"
        )
        yield Sheet(caption, ("Assumed", "Value", "Low to high", "Effect", "Source"), rows)
    for heading, items in (
        ("Not modelled", f.not_modelled),
        ("Not tested", f.not_tested),
        ("Not published", f.not_published),
    ):
        if items:
            yield Heading(3, heading)
            yield from _with_reasons(items)
    if f.contradictions:
        yield Sheet("Where sources disagree", ("What", "Values", "Used"), tuple(f.contradictions))
    if f.warnings:
        yield Heading(3, "Warnings")
        yield Points(f.warnings[:WARNINGS])
        if (more := len(f.warnings) - WARNINGS) > 0:
            yield Said(f"And {more} more, in the workbook’s sheet warnings.")


def _with_reasons(items: Sequence[NotModelled]) -> Iterator[Block]:
    """A reason that many share is said once, above them."""
    shared = Counter(n.why for n in items)
    alone = tuple(f"{n.what}: {n.why}" for n in items if shared[n.why] < MANY)
    if alone:
        yield Points(alone)
    for why, count in shared.items():
        if count >= MANY:
            yield Said(f"{words.sentence_case(why)}:")
            yield Points(tuple(n.what for n in items if n.why == why))


def _again(f: Findings) -> Iterator[Block]:
    yield Heading(2, "How to run it again")
    yield Said(
        f"placeplan {f.placeplan}, the plan with digest {f.digest}, {f.futures:,} futures, seed {f.seed}"
        f"{f', assumption set “{f.assumption_set}”' if f.assumption_set else ''}: the same figures, bit for bit, on any machine."
    )
    if f.sources:
        yield Sheet("Sources", ("Source", "Licence"), tuple(f.sources))
