"""What a stress test found, as a sentence, a table and a picture."""

from __future__ import annotations

from typing import Literal

from placeplan.core.records import Record
from placeplan.stress.results.contracts import Laboratory
from placeplan.stress.results.incentives import Payoffs

Result = Literal["pass", "amber", "fail", "shown", "not asked"]
"""``shown``: a figure without a threshold; ``not asked``: the plan does not say what is needed."""


class StressRow(Record):
    """One line of a test's table; with a figure it has a bar in the picture."""

    what: str
    figure: float | None = None
    other: float | None = None
    """The other end of its bar, where it does not begin at 0."""
    shown: str
    """The figure as people read it."""
    threshold: float | None = None
    result: Result = "shown"
    promise: str = ""
    """Id of the promise that it is about; blank: of none, or several."""
    initiative: str = ""
    """Id of the initiative that it is about; blank: of none, or several."""
    assumption: str = ""
    """Assumption that it is about, as it is drawn: its id, and after an @ whose it is; blank: of none, or several."""
    group: str = ""
    """Heading under which it stands with the rows around it; blank: the table is one."""


class Point(Record):
    """One point of a picture: in its table the line that begins with the same label."""

    label: str
    """A few letters: A for the plan, 1, 2, 3 for others."""
    x: float
    y: float
    low: float | None = None
    """Interval of y."""
    high: float | None = None


class Points(Record):
    """A picture of two figures against each other."""

    x: str
    """What lies across, in a few words."""
    x_unit: str
    y: str
    """What goes up."""
    y_unit: str
    points: tuple[Point, ...]


class LeverMove(Record):
    """One thing of the plan that is set otherwise."""

    lever: str
    """Its id: ``size of at_home_first``."""
    step: float
    """What it is set to, in the lever's own terms."""
    words: str
    """What is done otherwise."""


class ChangedPlan(Record):
    """A changed plan that a line of the table tells of, as a draft can be made of it."""

    row: int
    """Place of its line, counted from 0."""
    moves: tuple[LeverMove, ...]


class StressFinding(Record):
    """What a test found, in three depths: the sentence, what is behind it, and how it was worked out."""

    test: str
    title: str
    question: str
    result: Result
    figure: float | None = None
    unit: str = ""
    threshold: str = ""
    """The bound in words, with its source; blank where there is none."""
    sentence: str
    behind: str = ""
    method: str
    """How it was worked out, in plain words."""
    source: str
    """Names of what the test and its threshold come from."""
    grounds: str = ""
    """What its threshold rests on, in plain words; blank where it has none, and in findings of before."""
    exactly: str = ""
    """How it was worked out in the words of the field; blank where plain words say it all, and in findings of before."""
    seed: int
    futures: int
    """How many of the run's first futures it used; 0: it reads the plan alone."""
    rows: tuple[StressRow, ...] = ()
    """The table, and the bars of the picture."""
    laboratory: Laboratory | None = None
    """What the contract laboratory found, with its term sheets."""
    payoffs: tuple[Payoffs, ...] = ()
    """What each organisation has by who carries its part, under each form of payment; blank where sets were not run."""
    points: Points | None = None
    changed_plans: tuple[ChangedPlan, ...] = ()
    """Lines of the table that tell of changed plans, with what is set otherwise in each."""
    """Two figures of each against each other, where that says more than bars."""
