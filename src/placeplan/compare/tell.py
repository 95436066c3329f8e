"""A waterfall in words: the sentence before the numbers, figures as people read them, and how they were found."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from placeplan.compare.waterfall import UNDER_WAY, Step, Waterfall

MINUS = "−"
MOST_NAMED = 2
"""Steps that a sentence names in each direction."""
SURE = 2.0
"""Standard errors by which a figure must differ from nought to be told as something that happens."""
FEW = 200
"""Futures below which a reader is warned."""
MOST_SHARE = 2.0
"""Part of the change above which parts of it are left out: the change is then too small to be a measure of its steps."""
SIGNS = {"position": " (surplus +, deficit −)"}
"""What the signs of an outcome mean, where its name does not say."""


@dataclass(frozen=True)
class Amounts:
    """Figures of one outcome, all as exact as each other."""

    before: str
    by: float
    places: int
    after: str
    said: str = ""
    """What bare figures leave out."""

    @property
    def bare(self) -> Amounts:
        """The same without a unit, for a table that says it once."""
        return Amounts("", self.by, self.places, "", self.before + self.after)

    def unit_of(self, unit: str) -> str:
        """The unit of bare figures.

        >>> Amounts("£", 1e-6, 1, "m").bare.unit_of("£ a year"), Amounts("", 1.0, 0, "").bare.unit_of("beds")
        ('£m a year', 'beds')
        """
        return unit.replace("£", self.said, 1) if "£" in self.said else f"{self.said} {unit}".strip()

    def figure(self, value: float) -> str:
        """A figure.

        >>> Amounts("£", 1e-6, 1, "m").figure(-12_340_000.0), Amounts("", 100.0, 1, "%").figure(0.9234)
        ('−£12.3m', '92.3%')
        """
        shown = f"{abs(value * self.by):,.{self.places}f}"
        return f"{MINUS if value < 0 and shown.strip('0.,') else ''}{self.before}{shown}{self.after}"

    def change(self, value: float) -> str:
        """A change, with its sign; of a share in points.

        >>> Amounts("£", 1e-6, 1, "m").change(5e6), Amounts("", 100.0, 1, "%").change(-0.02)
        ('+£5.0m', '−2.0 points')
        """
        shown = self.figure(value)
        sign = "+" if value > 0 and shown.strip(f"{self.before}{self.after}0.,") else ""
        return f"{sign}{shown.removesuffix('%')} points" if self.after == "%" else sign + shown


def amounts(found: Waterfall) -> Amounts:
    """How the figures of a waterfall are shown: £ in millions or thousands, shares in per cent, three digits that count."""
    largest = max(abs(s.amount) for s in found.steps)
    if found.unit.startswith("£"):
        by, after = (1e-6, "m") if largest >= 1e6 else (1e-3, "k") if largest >= 1e4 else (1.0, "")
        return Amounts("£", by, _places(largest * by), after)
    if found.unit.partition(" ")[0].rstrip(",") == "share":
        return Amounts("", 100.0, 1, "%")
    return Amounts("", 1.0, _places(largest), "")


def _places(largest: float) -> int:
    """Digits after the point so that the largest has about four that count."""
    return 0 if largest >= 1000 or not largest else 1 if largest >= 10 else 2 if largest >= 1 else 4


def sentence(found: Waterfall, called: Mapping[str, str] | None = None) -> str:
    """What a reader wants to know first: from where to where, what does most of it, and what the plan's own part is."""
    scale = amounts(found)
    start, end = found.steps[0], found.steps[-1]
    whose = subject(found, called or {}) + SIGNS.get(found.outcome, "")
    unit = "" if scale.before or scale.after else f" {found.unit.partition(',')[0]}"
    first = (
        f"{upper_first(whose)}: {scale.figure(start.amount)}{unit} in {found.base_year},"
        f" {scale.figure(end.amount)} in {found.year}, a change of {_told(found, scale, found.change, found.change_error)}."
    )
    if not any(s.amount for s in found.steps[1:-1]):
        return f"{first} Nothing in the plan or around it moves it."
    return f"{first} {_most(found, scale)} {_own(found, scale)}".strip()


def subject(found: Waterfall, called: Mapping[str, str]) -> str:
    """Whose outcome it is, in words: position of the whole system."""
    first, _, rest = found.entity.partition("/")
    name = "the whole system" if first == "system" else called.get(first, first)
    return f"{found.outcome.replace('_', ' ')} of {name}{f', {rest}' if rest else ''}"


def _most(found: Waterfall, scale: Amounts) -> str:
    """What surely moves it most either way, initiatives aside."""
    around = sorted(found.of("under_way", "driver", "commitment"), key=lambda s: -abs(s.amount))
    seen = [s for s in around if shows(s, scale)]
    up, down = ([s for s in seen if (s.amount > 0) == rising and sure(s)][:MOST_NAMED] for rising in (True, False))
    sides = [
        f"{word} {_listed(side, scale)}" for word, side in (("pushed up by", up), ("pulled down by", down)) if side
    ]
    if sides:
        return f"It is {', and '.join(sides)}."
    return f"Of what moves it, nothing can be told from chance in {found.futures:,} futures." if seen else ""


def sure(step: Step) -> bool:
    """Whether a step differs from nought by more than chance in drawing so few futures may make."""
    return step.futures_error is not None and abs(step.amount) > SURE * step.futures_error


def _told(found: Waterfall, scale: Amounts, value: float, error: float | None) -> str:
    """A change, and whether it may be none at all."""
    unsure = error is not None and 0 < abs(value) <= SURE * error
    return scale.change(value) + (f" (not to be told from none in {found.futures:,} futures)" if unsure else "")


def shows(step: Step, scale: Amounts) -> bool:
    """Whether a change can be seen at the exactness of the figures."""
    return any(c in "123456789" for c in scale.change(step.amount))


def parts_say(found: Waterfall) -> bool:
    """Whether steps can be told as parts of the whole change: not where it is small beside them."""
    return max((abs(s.share) for s in found.steps if s.share is not None), default=0.0) <= MOST_SHARE


def percent(step: Step) -> str:
    """A step's part of the whole change, blank where there is none."""
    if step.share is None:
        return ""
    shown = f"{abs(step.share):.0%}"
    return f"{MINUS if step.share < 0 and shown != '0%' else ''}{shown}"


def _listed(steps: list[Step], scale: Amounts) -> str:
    return " and ".join(f"{lower_first(s.name)} ({scale.change(s.amount)})" for s in steps)


def lower_first(text: str) -> str:
    """A name inside a sentence."""
    return text[:1].lower() + text[1:]


def upper_first(text: str) -> str:
    """A sentence's first letter."""
    return text[:1].upper() + text[1:]


def _own(found: Waterfall, scale: Amounts) -> str:
    """What all initiatives bring together."""
    own = found.of("initiative")
    if not own:
        return "The plan has no initiatives."
    whose = "one initiative makes" if len(own) == 1 else f"{len(own)} initiatives make"
    return f"The plan's {whose} {_told(found, scale, sum(s.amount for s in own), found.own_error)} of it."


def few(found: Waterfall) -> str:
    """A warning where there are few futures: how far they may be off."""
    if found.futures >= FEW:
        return ""
    off = "" if found.change_error is None else amounts(found).change(SURE * found.change_error).removeprefix("+")
    how = f", so every figure may be off by chance: the change by about {off} either way" if off else ""
    return f"Only {found.futures} futures were run{how}."


def told(found: Waterfall, data: str = "the data") -> list[str]:
    """How the figures were found, and how to read them; data: where they are whole."""
    drawn = f"over {found.orders} orders drawn for each future; ± is the standard error of drawing them"
    ways = {0: "over every order in which the steps may come", 1: "of steps one after the other, in the order shown"}
    lines = [
        f"Mean: of {found.futures:,} futures, the same for all steps, seed {found.seed}, {ways.get(found.orders, drawn)}. 4 in 5 futures lie in the range.",
        f"Alone: what a step adds to the base year if nothing else moves. Last: what it adds once all else has. {_together(found)}",
        f"“{UNDER_WAY}” is what cannot be switched off here: the calendar, contracts' own terms, posts, lists and care that had not settled, and day-to-day chance, which differs between the two years.",
        f"Figures are shown rounded; those in {data} add up to the last digit.",
    ]
    if not parts_say(found):
        lines.append("Parts of the change are not shown: it is small beside its steps.")
    if (found.outcome, found.entity) == ("position", "system"):
        lines.append(
            "The report's gap bridge starts from doing nothing, not from the base year. There + is a larger gap."
        )
    return lines


def _together(found: Waterfall) -> str:
    """What all make together beyond what each makes alone."""
    scale = amounts(found)
    beyond = scale.change(abs(found.together)).removeprefix("+")
    if not any(c in "123456789" for c in beyond):
        return "Together they make the sum of what each makes alone."
    more = "more" if found.together > 0 else "less"
    return f"Together they make {beyond} {more} than the sum of what each makes alone."
