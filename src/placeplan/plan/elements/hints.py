"""What a form says beside a field: its docstring as people read it, and what is assumed where it is left empty."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

from pydantic import BaseModel
from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined

from placeplan.plan.elements.parts import said
from placeplan.plan.workbook.columns import Facts

Names = Mapping[str, Sequence[tuple[str, str]]]
"""By kind of element its ids, each with what people call it."""
NONE: Final = re.compile(r"[;,]? \[\] where [^.;]*")
"""How a docstring says what is written where there is none; a form has a control for that, or says it itself."""
VALUES: Final = "values of assumptions"
"""Where names have the middle of each assumption, in words; no field is called so."""


def plain(text: str) -> str:
    """A docstring as people read it.

    >>> plain("Who else takes part; ``[]`` where nobody does.")
    'Who else takes part.'
    """
    return NONE.sub("", re.sub(r"\s+", " ", text.replace("`", ""))).strip()


def assumed(info: FieldInfo, facts: Facts, names: Names) -> str:
    """What is assumed where nothing is said, in words; an assumption by its name and value. "" where that is nothing."""
    default = info.get_default(call_default_factory=True)
    if info.is_required() or default in (None, "", PydanticUndefined) or isinstance(default, BaseModel | dict):
        return ""
    about = dict(names.get("assumption", ())).get(str(default), "")
    if about:
        value = dict(names.get(VALUES, ())).get(str(default), "")
        return f"the assumption “{about}” is used{f', about {value}' if value else ''}"
    words = _in_words(default, facts)
    return f"“{words}” is assumed" if words else ""


def _in_words(default: Any, facts: Facts) -> str:
    if isinstance(default, tuple | list):
        return ", ".join(map(str, default))
    if isinstance(default, bool):
        return "yes" if default else "no"
    return said(default) if isinstance(default, str) and facts.choices else str(default)
