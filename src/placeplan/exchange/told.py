"""Why a problem with somebody else's file matters. Each code is provoked by a test."""

from __future__ import annotations

from placeplan.core.errors import Problem, Severity

WHY: dict[str, str] = {
    "broken-json": "What comes after this place cannot be told apart.",
    "key-twice": "One of the two would be lost.",
    "not-params": "Only a file of parameters can be read as one.",
    "other-version": "Keys mean other things, or are not there, in other versions.",
    "unsaid-version": "Keys mean other things, or are not there, in other versions.",
    "unknown-key": "What is not known would seem to count although it does not.",
    "missing-key": "Nothing is filled in silently.",
    "wrong-value": "A value of another kind cannot be read.",
    "out-of-bounds": "The model that the file is for would refuse it, or cut it off.",
    "reversed-interval": "An interval goes from its lower to its upper end.",
    "no-such-trust": "The parameters are those of one trust, which has to be in the plan.",
    "unknown-share": "A share of something that the file does not speak of would do nothing.",
    "no-return": "What is not read cannot be set against the others.",
    "unreadable-return": "What is not read cannot be set against the others.",
    "missing-heading": "Without it the other columns of the row say nothing.",
    "no-figure-given": "A row without a figure would seem to count although it does not.",
    "unknown-word": "The figure beside it would go to nobody.",
    "wrong-map": "A layout says in which field of a plan each column belongs.",
    "variants-differ": "Without the people of each variant their mixture cannot be worked out.",
}
"""Why each kind of problem matters."""


def problem(
    file: str, row: int, column: str, code: str, what: str, mend: str, nearest: str = "", severity: Severity = "error"
) -> Problem:
    """A `Problem` whose reason is that of its code.

    >>> problem("params.json", 3, "expat", "wrong-value", "It is a list.", "Write a group.").why
    'A value of another kind cannot be read.'
    """
    return Problem(file, row, column, code, what, WHY[code], mend, nearest, severity)
