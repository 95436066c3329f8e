"""A form for what a job is asked, made from its class: one field each, with its bounds, its words and what it is unless somebody says otherwise."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms

from placeplan.core.records import Record


def form_of(asks: type[Record], typed: Mapping[str, Any] | None = None) -> forms.Form:
    """The form of a class of whole numbers and numbers.

    Args:
        asks: the class.
        typed: what was filled in; None: nothing yet, so the form has what holds by default.
    """
    fields = {name: _field(about) for name, about in asks.model_fields.items()}
    made: forms.Form = type("Asked", (forms.Form,), fields)(typed)
    return made


def _field(about: Any) -> forms.Field:
    label = about.title or about.description or ""
    bounds = {name: getattr(m, name) for m in about.metadata for name in ("ge", "le") if hasattr(m, name)}
    kind = forms.IntegerField if about.annotation is int else forms.FloatField
    least, most = bounds.get("ge"), bounds.get("le")
    between = f"{label}: write a number between {least:,} and {most:,}."
    told = dict.fromkeys(("required", "invalid", "min_value", "max_value"), between)
    return kind(
        label=label, help_text=about.description or "", initial=about.default, min_value=least, max_value=most, error_messages=told
    )  # fmt: skip
