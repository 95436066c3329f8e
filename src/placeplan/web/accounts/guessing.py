"""How hard a password is to guess: about how many tries it takes whoever knows how people make them, as zxcvbn counts them (Wheeler 2016, USENIX Security)."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Final, NamedTuple

from zxcvbn import zxcvbn

LONGEST: Final = 100
"""Letters that are looked at: more take long, and make it no easier."""


class Degree(NamedTuple):
    """How hard it is to guess, in words."""

    number: int
    """From 1 to 3, the hardest."""
    words: str
    more: str
    """What would make it harder."""


DEGREES: Final = (
    (40.0, Degree(1, "not hard to guess", "Add a word that has nothing to do with the others.")),
    (55.0, Degree(2, "hard to guess", "One more word makes it very hard.")),
    (math.inf, Degree(3, "very hard to guess", "")),
)
"""Bits below which each counts. At a thousand tries a second 40 bits take 17 years on average; at a million, 55 bits take 570."""


def bits(password: str, about: Sequence[str] = ()) -> float:
    """Logarithm to base 2 of the tries that it takes to guess a password, about. about: words of the person, which are tried first.

    >>> round(bits("aaaaaaaaaaaaaaaa")), bits("hillside quarry", ["Hillside"]) < bits("hillside quarry")
    (8, True)
    """
    found = zxcvbn(password[:LONGEST], user_inputs=list(about), max_length=LONGEST)
    return math.log2(float(found["guesses"]))


def degree(password: str, about: Sequence[str] = ()) -> Degree:
    """How hard a password is to guess, in words; about: as in `bits`.

    >>> degree("otter lantern quarry plover").words
    'very hard to guess'
    """
    found = bits(password, about)
    return next(d for most, d in DEGREES if found < most)
