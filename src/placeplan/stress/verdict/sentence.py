"""The one sentence: at most 25 words, the verdict first, a cause as a clause, no code, no brackets, no decimal."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from placeplan.stress.called import WHOLE
from placeplan.stress.results.promises import Word
from placeplan.stress.say import hundred, joined, lower_first, upper_first

MOST_WORDS = 25
LEGAL_FORMS = (
    " NHS Foundation Trust",
    " NHS Trust",
    " Clinical Commissioning Group",
    " Integrated Care Board",
    " Unitary Authority",
)
"""Dropped from a name, last first in need, only where the sentence would be too long."""
MANY_MORE = "Not settled: even ten million futures would not tell."


@dataclass(frozen=True)
class Where:
    """A promise of an organisation in a year."""

    promise: str
    """Its name, as written."""
    organisation: str
    """Full name."""
    year: str = ""

    @property
    def at(self) -> str:
        """At the organisation, or across the whole system."""
        return "across the whole system" if self.organisation == WHOLE else f"at {self.organisation}"


@dataclass(frozen=True)
class Told:
    """What the sentence may use."""

    word: Word
    first: Where | None = None
    """First break."""
    cause: str = ""
    """Clause of its cause."""
    closest: Where | None = None
    """The hard promise with least room."""
    hopeless: Where | None = None
    """The promise that is kept in fewer than 1 in 5 futures."""
    more_futures: int | None = None
    data: tuple[str, ...] = ()
    """What would settle a verdict that is withheld, what decides most first."""
    data_for: str = ""
    """Organisation whose data it is."""
    last_year: str = ""
    shock: str = ""
    """The common shock under which a plan fails that holds otherwise."""
    aims: bool = False
    """Whether there are promises that do not decide."""


def sentence(told: Told) -> str:
    """The sentence, in the grammar of its word; organisations lose their legal form only where it would be too long.

    >>> first = Where("Beds", "Westshire Community Trust", "2028/29")
    >>> sentence(Told("fragile", first=first, cause="community nurses arrive after the beds close"))
    'Fragile: fails first at Westshire Community Trust in 2028/29, because community nurses arrive after the beds close.'
    >>> sentence(Told("not settled", more_futures=3000))
    'Not settled: 3,000 more futures would tell.'
    """
    for parts in _versions(told):
        text = "".join(p for p in parts if p)
        if len(text.split()) <= MOST_WORDS:
            return text
        text = _shorter(text)
        if len(text.split()) <= MOST_WORDS:
            return text
    return " ".join(text.split()[:MOST_WORDS]).rstrip(",;") + "."


def _versions(told: Told) -> list[tuple[str, ...]]:
    """The sentence in parts, longest version first: later versions leave parts out."""
    return GRAMMAR[told.word](told)


def _unworkable(told: Told) -> list[tuple[str, ...]]:
    where = told.hopeless
    at = f" {where.at}" if where else ""
    plain = f"Unworkable: a promise{at} is kept in fewer than 1 in 5 futures."
    return (
        [(f"Unworkable: “{where.promise}”{at} is kept in fewer than 1 in 5 futures.",), (plain,)]
        if where
        else [(plain,)]
    )


def _not_settled(told: Told) -> list[tuple[str, ...]]:
    return [
        (MANY_MORE if told.more_futures is None else f"Not settled: {told.more_futures:,} more futures would tell.",)
    ]


def _no_promises(told: Told) -> list[tuple[str, ...]]:
    if told.aims:
        return [("No promises: this plan has aims alone, so nothing decides.",)]
    return [("No promises: this plan makes none yet, so there is nothing to test.",)]


def _fragile(told: Told) -> list[tuple[str, ...]]:
    if told.first is None:
        plain = "Fragile: every promise holds, but not under every common shock."
        return [(f"Fragile: every promise holds, but not under this shock: {lower_first(told.shock)}.",), (plain,)]
    head = f"Fragile: fails first {told.first.at} in {told.first.year}"
    return [(head, f", because {told.cause}" if told.cause else "", "."), (head, ".")]


def _workable(told: Told) -> list[tuple[str, ...]]:
    head = f"Workable: every promise holds to {told.last_year}"
    if told.closest is None:
        return [(head, ".")]
    closest = f"; the closest is “{told.closest.promise}” {told.closest.at} in {told.closest.year}"
    return [
        (head, closest, "."),
        (head, f"; the closest is {told.closest.at} in {told.closest.year}", "."),
        (head, "."),
    ]


def _withheld(told: Told) -> list[tuple[str, ...]]:
    owner = f" for {told.data_for}" if told.data_for and told.data_for != WHOLE else ""
    known = "every promise holds"
    if told.first is not None:
        there = "there" if told.first.organisation == told.data_for else told.first.at
        known = f"it fails first {there} in {told.first.year}"
    data = told.data or ("more data",)
    heads = [f"Withheld: {joined(list(data[:n]))}{owner} would settle it" for n in range(len(data), 0, -1)]
    return [*((head, f"; as far as known, {known}.") for head in heads), (heads[-1], ".")]


GRAMMAR: dict[Word, Callable[[Told], list[tuple[str, ...]]]] = {
    "fragile": _fragile,
    "workable": _workable,
    "unworkable": _unworkable,
    "withheld": _withheld,
    "not settled": _not_settled,
    "no promises": _no_promises,
}


def _shorter(text: str) -> str:
    for form in LEGAL_FORMS:
        text = text.replace(form, "")
    return text


def under_sentence(central_broken: list[Where], breaking: float, futures: int, hard: int) -> str:
    """The line under the sentence: the central world first, then the natural frequency.

    >>> under_sentence([], 0.69, 1000, 4)
    'If all goes as expected, every promise is kept. In 69 of 100 futures, at least one is broken.'
    """
    if hard == 0:
        return "Nothing is promised that could be broken."
    if not central_broken:
        first = "If all goes as expected, every promise is kept."
    else:
        where = central_broken[0]
        broken = len(central_broken)
        count = f"{broken} of {hard} promises {'is' if broken == 1 else 'are'}" if hard > 1 else "the promise is"
        first = f"Even if all goes as expected, {count} broken, first {where.at} in {where.year}."
    share = hundred(breaking, futures)
    often = {
        "none of 100": "In none of the futures run is any broken.",
        "all of 100": "In every future run, at least one is broken.",
    }
    return f"{first} {often.get(share, upper_first(f'in {share} futures, at least one is broken.'))}"
