"""Money by organisation: how each stands year by year, with the plan and without it, and who gains and who loses by it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from placeplan.report import charts, words
from placeplan.report.site.things import LEAST
from placeplan.stress.findings import Findings
from placeplan.stress.results.elements import Fan, OrganisationResult

POSITION: Final = "position."
"""How the picture of an organisation's money at the end of a year is called, before its id."""


@dataclass(frozen=True)
class Row:
    """One organisation: its picture over the years, and what the plan does to it by the last."""

    o: OrganisationResult
    fan: Fan
    drawn: charts.Drawing
    result: str
    """gains, loses, same; blank: not followed."""


def sure(o: OrganisationResult) -> bool:
    """Whether 4 in 5 futures agree that it gains, or that it loses."""
    return o.gain is not None and (o.gain[0] > 0 or o.gain[2] < 0)


WORDS: Final = {"gains": "Better off", "loses": "Worse off", "same": "About the same", "": "Not known"}
SIGNS: Final = {"gains": "kept", "loses": "fail"}
"""Symbols of the grid, so that colour is never alone."""


def rows(f: Findings) -> list[Row]:
    """Organisations whose money is followed, in the order of the plan."""
    pictures = ((o, next((fan for fan in o.fans if fan.id.startswith(POSITION)), None)) for o in f.organisations)
    return [Row(o, fan, charts.draw(fan), _result(o)) for o, fan in pictures if fan is not None]


def _result(o: OrganisationResult) -> str:
    if o.gain is None:
        return ""
    middle = o.gain[1]
    return "same" if abs(middle) < LEAST else "gains" if middle > 0 else "loses"


def told(f: Findings) -> dict[str, Any]:
    """What the page draws."""
    every = rows(f)
    periods = list(dict.fromkeys(p.period for r in every for p in r.fan.points))
    cells = [(r, {p.period: p for p in r.fan.points}) for r in every]
    return {"rows": every, "cells": cells, "periods": periods, "line": line(every), "result_words": WORDS, "result_signs": SIGNS, "sure": sure}  # fmt: skip


def line(every: list[Row]) -> str:
    """How many gain and how many lose, and of how many that is sure."""
    if not every:
        return "These findings do not follow the money of each organisation."
    count = {word: sum(r.result == word for r in every) for word in WORDS}
    gains, loses = (words.count(count[w], "organisation") for w in ("gains", "loses"))
    open_ = sum(r.result in SIGNS and not sure(r.o) for r in every)
    unsure = f" For {open_} of them that is not sure." if open_ else ""
    return f"The plan leaves {gains} better off and {loses} worse off in the middle future, by the last year.{unsure}"
