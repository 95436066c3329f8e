"""Values of a plan as people read and type them."""

from __future__ import annotations

from typing import Any

from placeplan.core.errors import PlanError
from placeplan.plan.elements.merge import TEXT
from placeplan.plan.elements.threeway import GONE, Conflict
from placeplan.plan.located import problem
from placeplan.plan.workbook.kept import written_anew
from placeplan.plan.yamlfile import read_yaml, typed

NOTHING = "(not there)"
"""What is shown in place of a value that is not there."""


def shown(value: Any) -> str:
    r"""A value as it is shown: a word, a number, or the lines of YAML that it takes.

    >>> shown(0.5), shown(True), shown(["a", "b"]), shown(GONE)
    ('0.5', 'true', '- a\n- b', '(not there)')
    """
    if value is GONE or value is None:
        return NOTHING
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str | int | float):
        return str(value)
    return written_anew(value, 0).rstrip("\n")


def one_word(conflict: Conflict) -> bool:
    """Whether what stands there is a word, a text or a number on each side, and no list or record."""
    sides = (v for v in (conflict.base, conflict.ours, conflict.theirs) if v is not GONE and v is not None)
    return conflict.spot.at[-1:] != (TEXT,) and all(isinstance(v, str | int | float) for v in sides)


def typed_for(conflict: Conflict, text: str) -> Any:
    """What somebody typed in place of both sides of a conflict; a field left empty is one that is not there.

    Raises:
        PlanError: where it is no YAML, and YAML should stand there.
    """
    plain = text.replace("\r\n", "\n")
    if conflict.spot.at[-1:] == (TEXT,):
        return plain
    sides = [v for v in (conflict.base, conflict.ours, conflict.theirs) if v is not GONE and v is not None]
    if one_word(conflict):
        word = plain.strip()
        return GONE if not word else word if all(isinstance(v, str) for v in sides) else typed(word)
    tree = read_yaml(plain, conflict.spot.file)
    if tree.problems or tree.data is None:
        raise PlanError(tree.problems or [problem(conflict.spot.file, 0, conflict.field, "missing-value", "Nothing is typed.", "Type what is to stand there, or choose a side.")])  # fmt: skip
    return tree.data
