"""Values as cells and back: lists one entry a line, numbers as Excel holds them."""

from __future__ import annotations

import json
import re
from typing import Any

from placeplan.plan.workbook.columns import Facts
from placeplan.plan.yamlfile import typed

Cell = str | float | int | bool
"""What a cell holds; a blank one is ""."""
NUMERIC = re.compile(r"-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][-+]?[0-9]{1,3})?")
LONGEST = 32_767
"""Longest text that a cell holds."""


def held(number: float) -> float:
    """A number as a workbook holds it: 16 digits.

    >>> held(0.1 + 0.2), held(1200)
    (0.3, 1200.0)
    """
    return float(f"{number:.16G}")


def as_cell(text: str, facts: Facts) -> Cell:
    """The text of a CSV cell as a workbook holds it: a number where one may stand, else text.

    >>> as_cell("5327.80", Facts(number=True)), as_cell("5E1", Facts(text=True)), as_cell("true", Facts(truth=True))
    (5327.8, '5E1', True)
    """
    if facts.truth and text in ("true", "false"):
        return text == "true"
    if facts.number and NUMERIC.fullmatch(text):
        number = float(text)
        return held(number) if abs(number) < 1e300 else text
    return text


def as_text(value: Cell) -> str:
    """A cell as the text of a CSV cell.

    >>> as_text(12.0), as_text(0.12), as_text(True), as_text("5E1")
    ('12', '0.12', 'true', '5E1')
    """
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    number = float(value)
    return str(int(number)) if number.is_integer() and abs(number) < 1e15 else repr(number)


def encoded(value: Any, facts: Facts) -> Cell | None:
    r"""A value of YAML as a cell; None where no cell of this column gives it back.

    >>> encoded(["north", "south"], Facts(text=True, many=True)), encoded({"RBD": 0.4}, Facts(number=True, named=True))
    ('north\nsouth', 'RBD: 0.4')
    """
    cell = _cell(value, facts)
    return cell if cell is not None and _same(decoded(cell, facts), value) else None


def _cell(value: Any, facts: Facts) -> Cell | None:
    if isinstance(value, bool | str):
        return value
    if isinstance(value, int | float):
        return held(value) if abs(value) < 1e300 else None
    if isinstance(value, list) and facts.many:
        lines = "\n".join(_word(v) for v in value) if all(isinstance(v, str | int | float) for v in value) else ""
        return lines if lines and _same(decoded(lines, facts), value) else json.dumps(value, ensure_ascii=False)
    if isinstance(value, dict) and facts.named:
        lines = "\n".join(f"{k}: {_word(v)}" for k, v in value.items())
        return lines if lines and _same(decoded(lines, facts), value) else json.dumps(value, ensure_ascii=False)
    return None


def _word(value: Any) -> str:
    """A plain value in a line, in quotes where it would else be read as another."""
    if isinstance(value, str):
        return value if typed(value) == value and value == value.strip() and value[:1] not in "\"'[{" else json.dumps(value, ensure_ascii=False)  # fmt: skip
    return "null" if value is None else as_text(held(value) if isinstance(value, float) else value)


def _same(one: Any, other: Any) -> bool:
    """Whether two values are the same but for the last digit of numbers, which a workbook does not hold."""
    if isinstance(one, float | int) and isinstance(other, float | int) and not isinstance(other, bool):
        return abs(float(one)) < 1e300 and held(float(one)) == held(float(other))
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(_same(a, b) for a, b in zip(one, other, strict=True))
    if isinstance(one, dict) and isinstance(other, dict):
        return list(one) == list(other) and all(_same(one[k], other[k]) for k in one)
    return type(one) is type(other) and bool(one == other)


def decoded(cell: Cell, facts: Facts) -> Any:
    r"""What a cell means: a number, a word, a list or names with values.

    >>> decoded("north\nsouth", Facts(text=True, many=True)), decoded("RBD: 0.4", Facts(number=True, named=True))
    (['north', 'south'], {'RBD': 0.4})
    >>> decoded(12.0, Facts(number=True)), decoded("[]", Facts(many=True)), decoded(3.0, Facts(number=True, many=True))
    (12, [], [3])
    """
    if isinstance(cell, bool):
        return cell
    if isinstance(cell, int | float):
        number = int(cell) if float(cell).is_integer() and abs(cell) < 1e15 else float(cell)
        return [number] if facts.many and not facts.named else number
    if facts.many or facts.named:
        given = _json(cell)
        if given is not None:
            return given
    if facts.named and (pairs := _pairs(cell)):
        return pairs
    if facts.many and not facts.named:
        return [_typed(line, facts) for line in cell.split("\n") if line.strip()]
    return cell


def _pairs(cell: str) -> dict[str, Any] | None:
    """Names with values, one a line; None where a line is none."""
    pairs = [re.fullmatch(r"\s*([^:\n]+?)\s*:\s+(.*?)\s*", line) for line in cell.split("\n") if line.strip()]
    return {p[1]: _quoted(p[2]) for p in pairs if p} if pairs and all(pairs) else None


def _typed(line: str, facts: Facts) -> Any:
    return _quoted(line.strip()) if facts.number or line.strip()[:1] == '"' else line.strip()


def _quoted(word: str) -> Any:
    given = _json(word) if word[:1] == '"' else None
    return typed(word) if given is None else given


def _json(text: str) -> Any:
    """A list, a group or a word in quotes that is written as JSON; None where it is none."""
    if text.strip()[:1] not in ("[", "{", '"'):
        return None
    try:
        return json.loads(text)
    except ValueError:
        return None
