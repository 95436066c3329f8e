"""Fans over time as inline SVG: shapes stretch with the page, text keeps its size.

The plot lies in a nested box without an aspect ratio, in hundredths of its width; words stand outside it at shares of
the width, so that one drawing fits 288 px and 560 px and no text goes under 14 px.
"""

from __future__ import annotations

import math
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from markupsafe import Markup

from placeplan.report import labels, words
from placeplan.stress.results.elements import Fan

HEIGHT: Final = 250
TOP: Final = 14
BOTTOM: Final = 212
FONTS: Final = "Arial, Liberation Sans, DejaVu Sans, sans-serif"
KINDS: Final = (
    ("If nothing is done", "#4c6272", [1, 0]),
    ("With the plan", "#005eb8", [4, 2]),
    ("", "#7c2d12", [1, 0]),
)
"""Lines of an exported picture: name, colour, dashes; the last is the limit. Told apart by dashes as well."""
HAIR: Final = 1e-9
"""Share of a value below which a difference is rounding."""
TITLE: Final = 80
"""Letters of a line of a picture's title."""


@dataclass(frozen=True)
class Scale:
    """Values to heights: y = bottom − (value − low) / (high − low) · (bottom − top)."""

    low: float
    high: float
    ticks: tuple[float, ...]

    def y(self, value: float) -> float:
        """Height in px from the top."""
        return round(BOTTOM - (value - self.low) / (self.high - self.low) * (BOTTOM - TOP), 1)


@dataclass(frozen=True)
class Drawing:
    """What the template needs to draw a fan."""

    fan: Fan
    unit: str
    height: int
    ticks: tuple[tuple[str, float], ...]
    bands: tuple[tuple[str, str], ...]
    lines: tuple[tuple[str, str], ...]
    labels: tuple[labels.Label, ...]
    periods: tuple[tuple[str, float], ...]
    alternative: str
    rows: tuple[tuple[str, ...], ...]
    """The table: period, plan, low to high, do nothing, low to high, limit."""


def scale(values: Sequence[float], steps: int = 5) -> Scale:
    """Round bounds around the values, with about ``steps`` ticks.

    >>> scale([3, 97]).ticks
    (0.0, 20.0, 40.0, 60.0, 80.0, 100.0)

    What differs by rounding alone is drawn as one value.

    >>> scale([6.0, 6.0 + 1e-12]).ticks
    (6.0, 8.0)
    """
    low, high = min(values), max(values)
    size = max(abs(low), abs(high))
    room = high - low if high - low > HAIR * size else size or 1.0
    rough = room / steps
    ten = 10.0 ** math.floor(math.log10(rough))
    by = next(ten * m for m in (1, 2, 2.5, 5, 10) if ten * m >= rough * 0.999)
    first, last = math.floor(low / by + 1e-9), math.ceil(high / by - 1e-9)
    return Scale(first * by, max(last, first + 1) * by, tuple(n * by for n in range(first, max(last, first + 1) + 1)))


def unit_of(fan: Fan) -> tuple[str, float]:
    """Unit as shown, and what values are multiplied by: £ become £m, shares per cent.

    >>> unit_of(Fan(id="x", title="t", unit="£ a year", finding="", points=()))
    ('£m a year', 1e-06)
    """
    unit = fan.unit
    if unit.startswith("£") and not unit.startswith("£m"):
        return f"£m{unit[1:]}", 1e-6
    if words.is_share(unit):
        return f"per cent{unit.removeprefix('share').removeprefix('probability')}", 100.0
    largest = max((max(*p.plan, *p.do_nothing) for p in fan.points), default=0.0)
    return (f"thousands of {unit}", 1e-3) if largest >= 10_000 else (unit, 1.0)


def draw(fan: Fan) -> Drawing:
    """Where everything of a fan stands."""
    unit, by = unit_of(fan)
    points = fan.points
    limits = [p.limit * by for p in points if p.limit is not None]
    values = [v * by for p in points for v in (*p.plan, *p.do_nothing)] + limits
    measure = scale(values or [0.0, 1.0])
    xs = _across(len(points))
    ys = {
        "nothing": [[measure.y(p.do_nothing[n] * by) for p in points] for n in range(3)],
        "plan": [[measure.y(p.plan[n] * by) for p in points] for n in range(3)],
    }
    limit = [(x, measure.y(p.limit * by)) for x, p in zip(xs, points, strict=True) if p.limit is not None]
    return Drawing(
        fan=fan,
        unit=words.sentence_case(unit),
        height=HEIGHT,
        ticks=tuple((words.number(t), measure.y(t)) for t in measure.ticks),
        bands=tuple((kind, _band(xs, y)) for kind, y in ys.items()),
        lines=(
            *((kind, _line(list(zip(xs, y[1], strict=True)))) for kind, y in ys.items()),
            ("limit", _limit(limit, xs)),
        ),
        labels=labels.place(fan, xs, ys["plan"], ys["nothing"], limit),
        periods=_periods([p.period for p in points]),
        alternative=_alternative(fan, unit, by),
        rows=table(fan),
    )


def table(fan: Fan) -> tuple[tuple[str, ...], ...]:
    """The same figures in words, a row a period."""
    _, by = unit_of(fan)
    apart = months_apart([p.period for p in fan.points])

    def cells(three: tuple[float, float, float]) -> tuple[str, str]:
        low, middle, high = (words.number(v * by) for v in three)
        return middle, f"{low} to {high}"

    return tuple(
        (
            _period(p.period, apart),
            *cells(p.plan),
            *cells(p.do_nothing),
            "" if p.limit is None else words.number(p.limit * by),
        )
        for p in fan.points
    )


def specification(fan: Fan, *, titled: bool = True) -> dict[str, Any]:
    """The fan as a Vega-Lite specification with its data, for other tools; see `export`."""
    import altair as alt  # noqa: PLC0415 – slow to import, and the page does without

    unit, by = unit_of(fan)
    limit = fan.limit_name or "Limit"
    rows = [
        {"period": p.period, "which": which, "low": three[0] * by, "middle": three[1] * by, "high": three[2] * by}
        for p in fan.points
        for (which, _, _), three in zip(KINDS, (p.do_nothing, p.plan), strict=False)
    ]
    limits = [{"period": p.period, "which": limit, "at": p.limit * by} for p in fan.points if p.limit is not None]
    kinds = KINDS if limits else KINDS[:2]
    named = [name or limit for name, _, _ in kinds]
    legend = alt.Legend(orient="bottom", symbolType="stroke", symbolSize=500, symbolStrokeWidth=2.5, symbolOpacity=1)
    colour = alt.Color(
        "which:N", scale=alt.Scale(domain=named, range=[c for _, c, _ in kinds]), title=None, legend=legend
    )
    dashes = alt.Scale(domain=named, range=[d for _, _, d in kinds])
    across = alt.X("period:O", title=None, axis=alt.Axis(labelAngle=0, labelOverlap="greedy"))
    up = alt.Y("low:Q", title=unit, axis=alt.Axis(titleAngle=0, titleAlign="left", titleX=0, titleY=-10))
    base = alt.Chart(alt.InlineData(values=rows)).encode(across, color=colour)
    band = base.mark_area(opacity=0.24).encode(up, alt.Y2("high:Q"))
    dash = alt.StrokeDash("which:N", scale=dashes, title=None, legend=legend)
    line = base.mark_line().encode(alt.Y("middle:Q"), strokeDash=dash)
    bound = alt.Chart(alt.InlineData(values=limits)).mark_point(shape="stroke", size=700, strokeWidth=2)
    drawn = band + line + bound.encode(across, alt.Y("at:Q"), color=colour) if limits else band + line
    title = alt.TitleParams(textwrap.wrap(fan.finding, TITLE) if titled else [], anchor="start")
    made = drawn.properties(width=560, height=HEIGHT, title=title).configure(font=FONTS)
    chart: dict[str, Any] = made.to_dict()
    return chart


def export(fan: Fan, kind: str = "svg", *, titled: bool = True) -> bytes:
    """The fan as a file of its own, ``svg`` or ``png``; raises ``ValueError`` for any other kind.

    titled: whether the finding stands above it; not, where it stands in the text.
    """
    import vl_convert  # noqa: PLC0415 – heavy, and the page does without

    if kind == "svg":
        return str(vl_convert.vegalite_to_svg(specification(fan, titled=titled))).encode("utf-8")
    if kind == "png":
        return bytes(vl_convert.vegalite_to_png(specification(fan, titled=titled), scale=2))
    raise ValueError(f"a picture is svg or png, not {kind!r}")


def points(pairs: Sequence[tuple[float, float]]) -> str:
    """Points of a shape."""
    return " ".join(f"{x:.1f},{y:.1f}" for x, y in pairs)


def _across(n: int) -> list[float]:
    """Middles of n equal columns, hundredths of the width."""
    return [(i + 0.5) / n * 100 for i in range(n)]


def _band(xs: Sequence[float], ys: Sequence[Sequence[float]]) -> str:
    there = list(zip(xs, ys[2], strict=True))
    back = list(zip(xs, ys[0], strict=True))[::-1]
    return points([*there, *back])


def _line(pairs: Sequence[tuple[float, float]]) -> str:
    return points(pairs)


def _limit(pairs: Sequence[tuple[float, float]], xs: Sequence[float]) -> str:
    """A limit is a step: it holds through its whole column."""
    half = 50 / len(xs) if xs else 0
    return points([(x + side, y) for x, y in pairs for side in (-half, half)])


def months_apart(names: Sequence[str]) -> int:
    """Months from one period to the next; 12 for financial years.

    >>> months_apart(["2016-04", "2016-07"]), months_apart(["2016/17", "2017/18"]), months_apart(["2016-04"])
    (3, 12, 1)
    """
    try:
        ordinals = [int(name[:4]) * 12 + int(name[5:7]) for name in names[:2] if name[4] == "-"]
    except (ValueError, IndexError):
        return 12
    return ordinals[1] - ordinals[0] if len(ordinals) == 2 else 1 if ordinals else 12


def _period(text: str, months: int = 1) -> str:
    """A period in words: a year, a month, or the quarter that starts with it."""
    if months != 3:
        return words.month(text)
    first, last = words.month(text), int(text[5:7]) + 1
    name, _, year = first.partition(" ")
    return f"{name} to {words.MONTHS[last]} {year}" if last < 12 else first


def _periods(names: Sequence[str]) -> tuple[tuple[str, float], ...]:
    """Financial years under the axis: one a column, or one in the middle of its months or quarters."""
    if not names:
        return ()
    apart = months_apart(names)
    a_year = max(12 // apart, 1)
    if a_year == 1:
        marks = [(words.short_year(name), x) for name, x in zip(names, _across(len(names)), strict=True)]
    else:
        starts = range(0, len(names), a_year)
        half = a_year / 2
        marks = [(_financial(names[n]), (n + min(half, (len(names) - n) / 2)) / len(names) * 100) for n in starts]
    skip = -(-len(marks) // 5)
    return tuple(marks[::skip])


def _financial(text: str) -> str:
    year, calendar_month = int(text[:4]), int(text[5:7])
    first = year if calendar_month >= 4 else year - 1
    return f"{first % 100:02d}/{(first + 1) % 100:02d}"


def _alternative(fan: Fan, unit: str, by: float) -> str:
    """What the picture shows, for those who cannot see it: the finding and the end values."""
    if not fan.points:
        return fan.finding
    last = fan.points[-1]
    plan, nothing = ([words.number(v * by) for v in three] for three in (last.plan, last.do_nothing))
    end = f"{fan.title}, {unit}, in {_period(last.period, months_apart([p.period for p in fan.points]))}: with the plan {plan[1]} ({plan[0]} to {plan[2]})"
    limit = f"; {fan.limit_name.lower()} {words.number(last.limit * by)}" if last.limit is not None else ""
    return f"{fan.finding} {end}; if nothing changes {nothing[1]} ({nothing[0]} to {nothing[2]}){limit}."


def mark(low: float, middle: float, high: float, claimed: float | None, span: tuple[float, float]) -> Markup:
    """Claim ◇ beside model ●, with its band, on a scale shared by every row."""
    first, last = span

    def at(value: float) -> float:
        return round(4 + (value - first) / ((last - first) or 1.0) * 92, 2)

    zero = Markup('<line class="zero" x1="{0}%" x2="{0}%" y1="5" y2="25"/>').format(at(0.0)) if first < 0 else Markup()
    diamond = (
        Markup()
        if claimed is None
        else Markup('<svg x="{}%" y="15" class="over"><path d="M0-7.5 7.5 0 0 7.5-7.5 0z" class="dia"/></svg>').format(
            at(claimed)
        )
    )
    return Markup(
        '<svg class="mark" width="100%" height="30" aria-hidden="true" focusable="false">'
        '<line class="rule" x1="2%" x2="98%" y1="15" y2="15"/>{}'
        '<line class="range" x1="{}%" x2="{}%" y1="15" y2="15"/><circle class="dot" cx="{}%" cy="15" r="6.5"/>{}</svg>'
    ).format(zero, at(low), at(high), at(middle), diamond)
