"""The gap bridge: from the gap if nothing changes to the gap that is left; a claim is a hatched ghost beside a bar."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from placeplan.report import words
from placeplan.stress.findings import BridgeStep, Findings


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
    bars: tuple[Bar, ...]
    limit: tuple[float, str] | None
    zero: float
    alternative: str
    year: str
    steps: tuple[BridgeStep, ...]
    costs: bool
    ghosts: bool


def build(findings: Findings) -> Bridge | None:
    """Where the bars stand; None where there is nothing to bridge."""
    steps = findings.bridge
    if not steps:
        return None
    limit = _limit(findings)
    scale = _Scale(_reach(steps, limit))
    bars, at = [], 0.0
    for step in steps:
        bars.append(_bar(step, at, scale))
        at = -step.amount if step.kind == "start" else at - step.amount
    return Bridge(
        heading=heading(steps),
        bars=tuple(bars),
        limit=None if limit is None else (scale.at(limit), words.money(limit)),
        zero=scale.at(0.0),
        alternative=_alternative(steps, findings.years[-1], limit),
        year=findings.years[-1],
        steps=steps,
        costs=any(bar.kind == "costs" for bar in bars),
        ghosts=any(bar.ghost for bar in bars),
    )


def heading(steps: Sequence[BridgeStep]) -> str:
    """The finding in words: what is claimed against the gap, and what the model leaves."""
    start = sum(-s.amount for s in steps if s.kind == "start")
    left = sum(-s.amount for s in steps if s.kind == "left")
    claimed = sum(s.claimed or 0.0 for s in steps)
    leaves = f"The model leaves {words.money(left)}." if left > 0 else "The model finds that it closes."
    if start <= 0:
        return f"If nothing changes there is {words.gap(-start)}. With the plan there is {words.gap(-left)}."
    if not claimed:
        return f"The gap is {words.money(start)}. {leaves}"
    if claimed >= start * 0.995:
        return f"The plan claims to close the gap. {leaves}"
    return f"The plan claims {words.money(claimed)} of a gap of {words.money(start)}. {leaves}"


@dataclass(frozen=True)
class _Scale:
    """Gap in £ to per cent of the width, with a little room at both ends."""

    reach: tuple[float, float]

    def at(self, value: float) -> float:
        low, high = self.reach
        return round(1 + (value - low) / ((high - low) or 1.0) * 98, 2)

    def span(self, one: float, other: float) -> tuple[float, float]:
        low, high = self.at(min(one, other)), self.at(max(one, other))
        return low, round(high - low, 2)


def _reach(steps: Sequence[BridgeStep], limit: float | None) -> tuple[float, float]:
    """Smallest and largest gap that any bar, ghost, whisker or limit reaches; 0 is always in view."""
    seen, at = [0.0] + ([limit] if limit is not None else []), 0.0
    for step in steps:
        seen += [at - step.claimed] if step.claimed is not None and step.kind == "step" else []
        at = -step.amount if step.kind == "start" else at - step.amount
        seen += [-step.amount] if step.kind != "step" else [at]
        seen += [-v for v in (step.low, step.high) if v is not None and step.kind == "left"]
    return min(seen), max(seen)


def _bar(step: BridgeStep, at: float, scale: _Scale) -> Bar:
    if step.kind != "step":
        left, width = scale.span(0.0, -step.amount)
        whisker, spread = None, ""
        if step.kind == "left" and step.low is not None and step.high is not None:
            ends = sorted((-step.low, -step.high))
            whisker, spread = (scale.at(ends[0]), scale.at(ends[1])), words.money_range(*ends)
        return Bar(step.name, step.kind, left, width, words.money(-step.amount), "", None, whisker, spread)
    left, width = scale.span(at, at - step.amount)
    small = words.money(abs(step.amount)) == "£0m"
    kind = "none" if small else "saves" if step.amount > 0 else "costs"
    ghost = None if step.claimed is None else scale.span(at, at - step.claimed)
    claim = "" if step.claimed is None else f"claims {signed(-step.claimed)}"
    return Bar(step.name, kind, left, width, signed(-step.amount), claim, ghost)


def signed(pounds: float) -> str:
    """A change of the gap with its sign.

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
    for step in steps:
        claim = "" if step.claimed is None else f", claimed {signed(-step.claimed)}"
        figure = signed(-step.amount) if step.kind == "step" else words.money(-step.amount)
        said.append(f"{step.name}: {figure}{claim}.")
    if limit is not None:
        said.append(f"The agreed limit is {words.money(limit)}.")
    return " ".join([*said, "The same figures are in the table below."])
