"""A waterfall as a page of its own, and as a picture alone: the bars of the gap bridge, from the base year to the year."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from markupsafe import Markup

from placeplan.compare.tell import Amounts, amounts, few, parts_say, percent, sentence, shows, subject, told
from placeplan.compare.waterfall import Step, Waterfall
from placeplan.report.bridge import Bar, Scale
from placeplan.report.page import html_of, style

COLUMNS: Final = ("Step", "Mean", "4 in 5 futures", "Alone", "Last", "Of the change")
DATA: Final = {
    "Step": "name", "Kind": "kind", "Amount": "amount", "Low": "low", "High": "high", "Alone": "alone", "Last": "last",
    "Error of so few orders": "error", "Error of so few futures": "futures_error",
}  # fmt: skip
"""Columns of the data, and what of a step they hold, unrounded."""
ENDS: Final = ("start", "end")
WIDTH: Final = 960
ROW: Final = 44
NAMES: Final = 330
FIGURES: Final = 120
LETTERS: Final = 40
"""Of a picture alone: width, height of a row, room for names and figures, px, and letters in a line of a name."""
FILL: Final = {"start": "#4c6272", "saves": "#005eb8", "costs": "#f0a24a", "none": "#768692"}


@dataclass(frozen=True)
class Drawing:
    """Where the bars stand, per cent of the width of the plot, and the same as a table."""

    bars: tuple[Bar, ...]
    zero: float
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    alternative: str
    limit: None = None


def draw(found: Waterfall) -> Drawing:
    """The bars of a waterfall: it begins and ends at nought, and each step goes on where the last one stopped."""
    scale, amount, parts = Scale(_reach(found)), amounts(found), parts_say(found)
    bars, at = [], 0.0
    for step in _drawn(found):
        begin = 0.0 if step.kind in ENDS else at
        bars.append(_bar(step, begin, scale, amount, parts))
        at = begin + step.amount
    columns = COLUMNS if parts else COLUMNS[:-1]
    rows = tuple(_row(s, amount)[: len(columns)] for s in found.steps)
    said = " ".join(f"{r[0]}: {r[1]}." for r in rows)
    alternative = (
        f"{found.outcome} from {found.base_year} to {found.year}. {said} The same figures are in the table below."
    )
    return Drawing(tuple(bars), scale.at(0.0), columns, rows, alternative)


def page(found: Waterfall, called: Mapping[str, str]) -> str:
    """One HTML document with the sentence, the picture and its table; it needs no network and no script."""
    return html_of(
        "waterfall", w=found, d=draw(found), data=data(found), data_columns=(*DATA, "Unit"), told=told(found), few=few(found),
        subject=subject(found, called), sentence=sentence(found, called),
        style=style(found.place, found.plan_digest, found.synthetic),
    )  # fmt: skip


def data(found: Waterfall) -> list[tuple[object, ...]]:
    """The steps as numbers that add up: amounts from the first row to the last but one make the last, to the last digit."""
    return [(*(getattr(s, of) for of in DATA.values()), found.unit) for s in found.steps]


def picture(found: Waterfall, called: Mapping[str, str]) -> str:
    """The picture alone, as an SVG file of a fixed width with its title and description."""
    d = draw(found)
    heading = _lines(sentence(found, called), 110)
    top = 24 * len(heading) + 16
    rows = Markup("").join(_svg_row(b, top + n * ROW, d.zero) for n, b in enumerate(d.bars))
    title = Markup("").join(
        Markup('<text x="0" y="{}" font-weight="600">{}</text>').format(18 + 24 * n, line)
        for n, line in enumerate(heading)
    )
    height = top + ROW * len(d.bars) + 8
    return Markup(
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="-12 -8 {w} {h}" width="{w}" height="{h}" role="img"'
        ' font-family="Frutiger, Arial, sans-serif" font-size="16" fill="#212b32">'
        '<title>{title}</title><desc>{desc}</desc><metadata>placeplan waterfall</metadata><rect x="-12" y="-8" width="{w}" height="{h}" fill="#fff"/>{head}{rows}</svg>\n'
    ).format(w=WIDTH + 24, h=height + 16, title=f"{subject(found, called)}, {found.base_year} to {found.year}",
             desc=d.alternative, head=title, rows=rows)  # fmt: skip


def _drawn(found: Waterfall) -> Sequence[Step]:
    """The steps that have a bar: initiatives that change nothing to be seen share one."""
    scale = amounts(found)
    still = [s for s in found.of("initiative") if not shows(s, scale)]
    if len(still) < 2:
        return found.steps
    name = f"{len(still)} others that hardly change it"
    low, high = min(s.low for s in still), max(s.high for s in still)
    one = Step("others", name, "initiative", sum(s.amount for s in still), low, high)
    return [*(s for s in found.steps[:-1] if s not in still), one, found.steps[-1]]


def _reach(found: Waterfall) -> tuple[float, float]:
    """Smallest and largest figure that a bar or the spread of an end reaches; nought is always in view."""
    seen, at = [0.0], 0.0
    for step in found.steps:
        at = step.amount if step.kind in ENDS else at + step.amount
        seen += [at, step.low, step.high] if step.kind in ENDS else [at]
    return min(seen), max(seen)


def _bar(step: Step, at: float, scale: Scale, amount: Amounts, parts: bool) -> Bar:
    left, width = scale.span(at, at + step.amount)
    if step.kind in ENDS:
        whisker = (scale.at(step.low), scale.at(step.high))
        spread = f"{amount.figure(step.low)} to {amount.figure(step.high)}"
        return Bar(step.name, "start", left, width, amount.figure(step.amount), "", None, whisker, spread)
    kind = "none" if not shows(step, amount) else "saves" if step.amount > 0 else "costs"
    of_it = f"{percent(step)} of it" if parts and step.share is not None else ""
    return Bar(step.name, kind, left, width, amount.change(step.amount), of_it, None)


def _row(step: Step, amount: Amounts) -> tuple[str, ...]:
    """A step in words, as the table has it."""
    say = amount.figure if step.kind in ENDS else amount.change
    mean = say(step.amount) + ("" if step.error is None else f" ± {amount.figure(step.error)}")
    sides = ("" if v is None else amount.change(v) for v in (step.alone, step.last))
    return (step.name, mean, f"{say(step.low)} to {say(step.high)}", *sides, percent(step))


def _lines(text: str, letters: int) -> list[str]:
    """Text in lines of at most so many letters, broken between words."""
    lines = [""]
    for word in text.split():
        if lines[-1] and len(lines[-1]) + len(word) >= letters:
            lines.append(word)
        else:
            lines[-1] = f"{lines[-1]} {word}".strip()
    return lines


def _svg_row(bar: Bar, top: float, zero: float) -> Markup:
    """One row of a picture alone: name, bar and figure."""

    def x(place: float) -> float:
        return round(NAMES + place / 100 * (WIDTH - NAMES - FIGURES), 1)

    bold = "600" if bar.kind == "start" else "400"
    lines = _lines(bar.name, LETTERS)[:2]
    name = Markup("").join(
        Markup('<text x="0" y="{}" font-weight="{}">{}</text>').format(top + (28 if len(lines) == 1 else 18 + 18 * n), bold, line)
        for n, line in enumerate(lines)
    )  # fmt: skip
    whisker = Markup("")
    if bar.whisker:
        first, last = (x(w) for w in bar.whisker)
        whisker = Markup(
            '<path d="M{0} {1}H{2}M{0} {3}v12M{2} {3}v12" stroke="#212b32" stroke-width="2" fill="none"/>'
        ).format(first, top + 22, last, top + 16)
    return Markup(
        '<line x1="0" x2="{w}" y1="{t}" y2="{t}" stroke="#d8dde0"/>{name}'
        '<line x1="{z}" x2="{z}" y1="{t}" y2="{b}" stroke="#768692"/>'
        '<rect x="{x}" y="{y}" width="{width}" height="24" fill="{fill}"{edge}/>{whisker}'
        '<text x="{w}" y="{ty}" text-anchor="end" font-weight="600">{shown}</text>'
    ).format(
        w=WIDTH, t=top, b=top + ROW, name=name, z=x(zero), x=x(bar.left), y=top + 10,
        width=max(2.0, round(x(bar.left + bar.width) - x(bar.left), 1)), fill=FILL[bar.kind],
        edge=Markup(' stroke="#212b32"') if bar.kind == "costs" else "", whisker=whisker, ty=top + 28, shown=bar.shown,
    )  # fmt: skip
