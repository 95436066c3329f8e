"""How hard a password is to guess: about how many tries it takes whoever knows how people make them.

A password is cut into pieces: words, numbers, other signs. Of each piece the cheapest way to guess it counts: sign by sign,
as a word of a list, as what stood there before, or as a row of a keyboard. Ways multiply, so their bits add up.
The measure is rough. What could be a word counts as one, whatever it is; that words go together, as in a saying, it does not see.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from itertools import groupby
from typing import Final, NamedTuple

PIECES: Final = re.compile(r"[^\W\d_]+|\d+|[\W_]+")
HARD_TO_SAY: Final = re.compile(r"[bcdfghjklmnpqrstvwxz]{5}")
"""Letters that stand together in hardly any word."""
WORD: Final = math.log2(7776)
"""Bits of one word of a list for dice (EFF's long list of 2016)."""
LETTERS: Final = 8
"""Of words that are run together: as many as each has at least, so that none is counted that is not there."""
CAPITALS: Final = 1.0
"""Bits of capitals in a piece: there are some, or none."""
ROW: Final = 4.0
"""Bits of a row of a keyboard, or of the alphabet: where it begins and how long it is, of the few that people take."""
LETTER, DIGIT, SIGN = math.log2(26), math.log2(10), math.log2(33)
"""Bits of one letter, digit, or other sign of a keyboard."""
YEAR: Final = math.log2(100)
"""Bits of a year of this century or the one before, of those that mean something to somebody."""
ROWS: Final = ("abcdefghijklmnopqrstuvwxyz", "01234567890", "qwertyuiop", "asdfghjkl", "zxcvbnm", "qwertzuiop")


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


def bits(password: str) -> float:
    """How many bits it takes to guess a password, about.

    >>> [round(bits(p)) for p in ("otter lantern quarry", "aaaaaaaaaaaaaaaa", "abcdefghijkl", "otter otter otter")]
    [45, 9, 4, 20]
    >>> round(bits("Xk9#mQ2$vL7p"))
    56
    """
    return sum(_bits(password))


def degree(password: str) -> Degree:
    """How hard a password is to guess, in words.

    >>> degree("otter lantern quarry plover").words
    'very hard to guess'
    """
    found = bits(password)
    return next(d for most, d in DEGREES if found < most)


def _bits(password: str) -> Iterator[float]:
    """Bits of each piece that stands there for the first time, and of how often others come again."""
    pieces = PIECES.findall(password)
    for piece in {p.casefold(): p for p in reversed(pieces)}.values():
        yield min(_ways(piece.casefold())) + (CAPITALS if piece != piece.casefold() else 0.0)
    yield math.log2(1 + len(pieces) - len({p.casefold() for p in pieces}))


def _ways(piece: str) -> Iterator[float]:
    """Bits of each way to guess a piece."""
    each = LETTER if piece.isalpha() else DIGIT if piece.isdigit() else SIGN
    yield sum(each + math.log2(sum(1 for _ in same)) for _, same in groupby(piece))
    if len(piece) > 2 and any(piece in row or piece[::-1] in row for row in ROWS):
        yield ROW
    if piece.isalpha() and not HARD_TO_SAY.search(piece):
        yield WORD * max(1, len(piece) // LETTERS)
    if re.fullmatch(r"(19|20)\d\d", piece):
        yield YEAR
