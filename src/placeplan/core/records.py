"""The base of every declared thing: frozen, strict, described by its own docstrings."""

from __future__ import annotations

import hashlib
import json
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

Id = Annotated[str, StringConstraints(pattern=r"^[0-9]*[A-Za-z][A-Za-z0-9_.\-]*$", max_length=64)]
"""A name that stays: letters, digits, dot, dash and underscore, beginning with a letter or with digits and a letter (11J)."""

LONGEST_NAME = 150
"""Letters of the longest name: twice the longest of the examples, and what a page 400 wide shows in a few lines."""

Name = Annotated[str, StringConstraints(min_length=1, max_length=LONGEST_NAME)]
"""What something is called: it stands in tables, pictures, headings and links."""

NameOrBlank = Annotated[str, StringConstraints(max_length=LONGEST_NAME)]
"""The same, where blank means the name that the library has."""

Title = Annotated[str, StringConstraints(min_length=1, max_length=2 * LONGEST_NAME)]
"""What a source is called: papers have longer names than places."""

Quantity = float | Id
"""A number, or the id of the assumption that gives it."""


class Record(BaseModel):
    """A frozen declaration that refuses unknown fields, NaN and infinities."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", use_attribute_docstrings=True, allow_inf_nan=False, str_strip_whitespace=True
    )


def described(unit: str = "", **kwargs: Any) -> Any:
    """A field with a unit, which the schema, the reference page and the workbook show."""
    return Field(json_schema_extra={"unit": unit} if unit else None, **kwargs)


def digest_of(value: Any) -> str:
    """SHA-256 of a value's canonical JSON: the same content, the same digest, on any machine.

    >>> digest_of({"b": 1, "a": 2}) == digest_of({"a": 2, "b": 1})
    True
    """
    text = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
    return hashlib.sha256(text.encode("utf-8")).hexdigest()
