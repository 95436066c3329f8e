"""The random words of the beds are the same, whether a day's are made by themselves or with those of other days."""

from __future__ import annotations

import numpy as np

from placeplan.core import streams
from placeplan.model.pool_chance import AHEAD, ROOM, PoolChance

KEYS = streams.keys(7, "beds leave", ("A", "B", "C"))


def chance(futures: int, expected: bool = False) -> PoolChance:
    return PoolChance({"leave": KEYS}, np.arange(futures, dtype=np.uint64), expected)


def test_a_days_words_do_not_depend_on_the_days_made_with_it() -> None:
    of = chance(4)
    for day in (*range(AHEAD + 3), 5, 400, 399):
        for made, alone in zip(
            of.pair("leave", day), streams.halves(streams.words(KEYS, of.futures, day)), strict=True
        ):
            assert (made == alone).all()


def test_many_words_are_made_day_by_day() -> None:
    of = chance(1 + ROOM // (len(KEYS) * AHEAD))
    assert of.pairs("leave", 0, AHEAD) is None
    alone = streams.halves(streams.words(KEYS, of.futures, 3))
    assert all((a == b).all() for a, b in zip(of.pair("leave", 3), alone, strict=True))


def test_nothing_is_made_where_chance_is_held() -> None:
    assert chance(4, expected=True).pair("leave", 3) == (None, None)
    assert chance(4, expected=True).pairs("leave", 3, 5) is None
