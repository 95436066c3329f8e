"""The gap bridge: from the gap if nothing changes to the gap that is left; a claim is a hatched ghost beside a bar."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from placeplan.report import words
from placeplan.stress.findings import Findings
from placeplan.stress.results.money import BridgeStep


@dataclass(frozen=True)
class Bar:
    """A row of the bridge; places are per cent of the width of the plot."""

    name: str
    kind: str
    """start, saves, costs, none, left."""
    left: float
    width: float
    shown: str
    claim: str
    ghost: tuple[float, float] | None
    """Left and width of what was claimed, from where the bar starts."""
    whisker: tuple[float, float] | None = None
    spread: str = ""


@dataclass(frozen=True)
class Bridge:
    """All bars, with what the heading says."""

    heading: str
    named: str
    """How much of what is claimed as a whole single parts claim; blank where nothing is claimed as a whole."""
    bars: tuple[Bar, ...]
    limit: tuple[float, str] | None
    zero: float
    alternative: str
    year: str
    rows: tuple[tuple[str, str, str], ...]
    """The same as a table."""
    data: tuple[tuple[object, ...], ...]
    """The same as numbers: see `data`."""
    costs: bool
    ghosts: bool


def build(findings: Findings) -> Bridge | None:
    """Where the bars stand; None where there is nothing to bridge."""
    steps = findings.bridge
    if not steps:
        return None
    sign = frame(steps)
    limit = _limit(findings) if sign < 0 else None
    scale = Scale(_reach(steps, limit, sign))
    bars, at = [], 0.0
    for step in drawn(steps):
        bars.append(_bar(step, at, scale, sign))
        at = sign * step.amount if step.kind == "start" else at + sign * step.amount
    return Bridge(
        heading=heading(steps, claimed_by_the_whole(findings)),
        named=named(findings),
        bars=tuple(bars),
        limit=None if limit is None else (scale.at(limit), words.money(limit) if limit else "no gap"),
        zero=scale.at(0.0),
        alternative=_alternative(steps, findings.years[-1], limit),
        year=findings.years[-1],
        rows=tuple(rows(steps)),
        data=tuple(data(steps)),
        costs=any(bar.kind == "costs" for bar in bars),
        ghosts=any(bar.ghost for bar in bars),
    )


def drawn(steps: Sequence[BridgeStep]) -> tuple[BridgeStep, ...]:
    """The steps as they are drawn: those that change nothing and claim nothing share a bar, where the first of them stood."""
    idle = [s for s in steps if s.kind == "step" and not s.claimed and words.money(abs(s.amount)) == "£0m"]
    if len(idle) < 2:
        return tuple(steps)
    name = f"{len(idle)} others that change nothing"
    one = idle[0].model_copy(
        update={"id": "idle", "name": name, "amount": sum(s.amount for s in idle), "claimed": None}
    )
    return tuple(one if s is idle[0] else s for s in steps if s is idle[0] or s not in idle)


def frame(steps: Sequence[BridgeStep]) -> int:
    """−1 where the bars show a gap that shrinks, 1 where there is a surplus from the start."""
    return -1 if sum(s.amount for s in steps if s.kind == "start") < 0 else 1


def claimed_by_the_whole(findings: Findings) -> float | None:
    """What the plan claims as a whole, £ a year; None where it claims only for its parts."""
    whole = [c.claimed for c in findings.claims if not c.initiative and c.claimed is not None]
    return sum(whole) if whole else None


def named(findings: Findings) -> str:
    """How much of what the plan claims as a whole its parts claim; blank where it claims nothing as a whole."""
    whole = claimed_by_the_whole(findings)
    parts = [c.claimed for c in findings.claims if c.initiative and c.claimed is not None]
    if whole is None:
        return ""
    said = f"its parts claim {words.money(sum(parts))}" if parts else "no part of it claims an amount"
    return f"The {words.money(whole)} is claimed for the whole plan; {said}."


def heading(steps: Sequence[BridgeStep], whole: float | None = None) -> str:
    """The finding in words: what is claimed against the gap, for the whole or for the parts, and what the model leaves."""
    start = sum(-s.amount for s in steps if s.kind == "start")
    left = sum(-s.amount for s in steps if s.kind == "left")
    claimed = sum(s.claimed or 0.0 for s in steps)
    leaves = f"The model leaves {words.money(left)}." if left > 0 else "The model finds that it closes."
    if start <= 0:
        return f"If nothing changes there is {words.gap(-start)}. With the plan there is {words.gap(-left)}."
    if whole:
        found = words.money(start - left)
        return (
            f"The plan claims {words.money(whole)}. The model finds {found} and leaves {words.money(max(left, 0.0))}."
        )
    if not claimed:
        return f"The gap is {words.money(start)}. {leaves}"
    if claimed >= start * 0.995:
        return f"The plan claims to close the gap. {leaves}"
    return f"The plan claims {words.money(claimed)} of a gap of {words.money(start)}. {leaves}"


@dataclass(frozen=True)
class Scale:
    """Gap in £ to per cent of the width, with a little room at both ends."""

    reach: tuple[float, float]

    def at(self, value: float) -> float:
        """Place of a value, per cent of the width."""
        low, high = self.reach
        return round(1 + (value - low) / ((high - low) or 1.0) * 98, 2)

    def span(self, one: float, other: float) -> tuple[float, float]:
        """Where a bar between two values begins, and how wide it is."""
        low, high = self.at(min(one, other)), self.at(max(one, other))
        return low, round(high - low, 2)


def _reach(steps: Sequence[BridgeStep], limit: float | None, sign: int) -> tuple[float, float]:
    """Smallest and largest value that any bar, ghost, whisker or limit reaches; 0 is always in view."""
    seen, at = [0.0] + ([limit] if limit is not None else []), 0.0
    for step in steps:
        seen += [at + sign * step.claimed] if step.claimed is not None and step.kind == "step" else []
        at = sign * step.amount if step.kind == "start" else at + sign * step.amount
        seen += [sign * step.amount] if step.kind != "step" else [at]
        seen += [sign * v for v in (step.low, step.high) if v is not None and step.kind == "left"]
    return min(seen), max(seen)


def _bar(step: BridgeStep, at: float, scale: Scale, sign: int) -> Bar:
    if step.kind != "step":
        return _end(step, scale, sign)
    left, width = scale.span(at, at + sign * step.amount)
    small = words.money(abs(step.amount)) == "£0m"
    kind = "none" if small else "saves" if step.amount > 0 else "costs"
    ghost = None if step.claimed is None else scale.span(at, at + sign * step.claimed)
    claim = "" if step.claimed is None else f"claims {signed(sign * step.claimed)}"
    return Bar(step.name, kind, left, width, signed(sign * step.amount), claim, ghost)


def _end(step: BridgeStep, scale: Scale, sign: int) -> Bar:
    left, width = scale.span(0.0, sign * step.amount)
    whisker, spread = None, ""
    if step.kind == "left" and step.low is not None and step.high is not None:
        ends = sorted((sign * step.low, sign * step.high))
        whisker, spread = (scale.at(ends[0]), scale.at(ends[1])), words.money_range(*ends)
    other = sign * step.amount < 0
    said = ("surplus" if sign < 0 else "gap") if other else ""
    kind = "surplus" if step.kind == "left" and step.amount >= 0 else step.kind
    return Bar(step.name, kind, left, width, words.money(abs(step.amount)), said, None, whisker, spread)


def rows(steps: Sequence[BridgeStep]) -> list[tuple[str, str, str]]:
    """Name, what the model finds, what is claimed: the bridge as a table."""
    sign = frame(steps)
    return [
        (
            s.name,
            signed(sign * s.amount) if s.kind == "step" else words.gap(s.amount),
            "" if s.claimed is None else signed(sign * s.claimed),
        )
        for s in steps
    ]


DATA = ("Step", "Model finds", "Plan claims", "Low", "High", "Unit")
"""Columns of the data."""


def data(steps: Sequence[BridgeStep]) -> list[tuple[object, ...]]:
    """The bridge in £, unrounded and with the signs of the table: what is found adds up to the last row, to the penny."""
    sign = frame(steps)
    unit = f"£ a year of {'gap' if sign < 0 else 'surplus'}"

    def ends(step: BridgeStep) -> tuple[object, object]:
        if step.low is None or step.high is None:
            return None, None
        low, high = sorted((sign * step.low, sign * step.high))
        return low, high

    return [(s.name, sign * s.amount, None if s.claimed is None else sign * s.claimed, *ends(s), unit) for s in steps]


def signed(pounds: float) -> str:
    """A change with its sign.

    >>> signed(-27e6), signed(5e6), signed(0)
    ('−£27m', '+£5m', '£0m')
    """
    shown = words.money(pounds)
    return f"+{shown}" if pounds > 0 and shown != "£0m" else shown


def _limit(findings: Findings) -> float | None:
    """The gap that was agreed for the last year, where the fan of the whole system's position has it."""
    for fan in findings.fans:
        if fan.unit.startswith("£") and fan.points and "position" in fan.id and fan.id.endswith(("system", "position")):
            last = fan.points[-1].limit
            return None if last is None else -last
    return None


def _alternative(steps: Sequence[BridgeStep], year: str, limit: float | None) -> str:
    said = [f"Gap bridge for {year}."]
    said += [f"{name}: {found}{f', claimed {claimed}' if claimed else ''}." for name, found, claimed in rows(steps)]
    if limit is not None:
        said.append(f"The agreed limit is {words.money(limit) if limit else 'no gap'}.")
    return " ".join([*said, "The same figures are in the table below."])
