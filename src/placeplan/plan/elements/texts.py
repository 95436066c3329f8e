"""What stands in a control of a form as text, and what such a text says."""

from __future__ import annotations

import json
from typing import Any

from placeplan.plan.workbook.cells import decoded, encoded
from placeplan.plan.workbook.columns import Facts
from placeplan.plan.yamlfile import typed


def text_of(value: Any, facts: Facts) -> str:
    r"""What stands in a control.

    >>> text_of(0.25, Facts(number=True)), text_of(["a", "b"], Facts(text=True, many=True)), text_of(None, Facts())
    ('0.25', 'a\nb', '')
    """
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return value
    if isinstance(value, int | float):
        return repr(value)
    inside = list(value.values()) if isinstance(value, dict) else value
    cell = None if any(isinstance(v, list | dict) for v in inside) else encoded(value, facts)
    return cell if isinstance(cell, str) else json.dumps(value, ensure_ascii=False, default=str)


def value_of(text: str, facts: Facts) -> Any:
    r"""What a control says.

    >>> value_of("0.25", Facts(number=True)), value_of("a\nb", Facts(text=True, many=True)), value_of("12", Facts(text=True))
    (0.25, ['a', 'b'], '12')
    """
    if facts.many or facts.named:
        try:
            return decoded(text, facts)
        except RecursionError:  # brackets in brackets, deeper than anything is read
            return text
    word = text.strip()
    return typed(word) if facts.number or (facts.truth and word in ("true", "false")) else word
