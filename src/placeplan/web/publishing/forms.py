"""What is typed to sign, answer, offer, publish and withdraw."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from django import forms

from placeplan.web.publishing.signing import POSITIONS

BY: Final = {"required": "Say which board or office it is."}
LONGEST: Final = 20_000
"""Letters of an answer."""


def _words(required: str, most: int) -> forms.CharField:
    return forms.CharField(
        max_length=most,
        error_messages={"required": required, "max_length": f"Write at most {most:,} letters."},
    )


class Signing(forms.Form):
    """What an organisation says of parts of the plan."""

    version = forms.CharField(max_length=64)
    parts = forms.MultipleChoiceField(error_messages={"required": "Choose one or more parts of the plan.", "invalid_choice": "The plan has no part “%(value)s”."})  # fmt: skip
    draft = forms.SlugField(max_length=64)
    position = forms.ChoiceField(choices=[(p, p) for p in POSITIONS], error_messages={"required": "Choose what your organisation says.", "invalid_choice": "Choose one of the three."})  # fmt: skip
    by = forms.CharField(max_length=200, error_messages=BY)
    words = _words("Say it in words: they stand beside what you say.", 2_000)

    def __init__(self, *given: Any, parts: Iterable[str], **named: Any) -> None:
        super().__init__(*given, **named)
        self.fields["parts"].choices = [(p, p) for p in parts]  # type: ignore[attr-defined]


class Answering(forms.Form):
    """What an organisation answers to what is said about it."""

    what = forms.ChoiceField(choices=[("text", "text"), ("nothing", "nothing")], error_messages={"required": "Choose whether your organisation has something to say.", "invalid_choice": "Choose one of the two."})  # fmt: skip
    by = forms.CharField(max_length=200, error_messages=BY)
    text = forms.CharField(required=False, max_length=LONGEST, error_messages={"max_length": f"Write at most {LONGEST:,} letters."})  # fmt: skip

    def clean(self) -> dict[str, object]:
        """An answer has a text, or says that there is none; what was typed is never dropped in silence."""
        told = super().clean() or {}
        if told.get("what") == "text" and not told.get("text"):
            self.add_error("text", "Write your answer, or choose that you have nothing to say.")
        if told.get("what") == "nothing" and told.get("text"):
            self.add_error("text", "You chose that you have nothing to say, and have written something. Keep one of the two.")  # fmt: skip
        return told


class Offering(forms.Form):
    """Until when those named can answer."""

    until = forms.DateField(input_formats=["%Y-%m-%d"], error_messages={"required": "Give the last day for answers.", "invalid": "Write the day such as 2026-12-18."})  # fmt: skip


class Reason(forms.Form):
    """Why an offer is taken back."""

    why = _words("Say why: it stands on record.", 500)


class Publishing(forms.Form):
    """Who publishes, having seen what."""

    seen = forms.CharField(max_length=64)
    by = forms.CharField(max_length=200, error_messages=BY)
    sure = forms.BooleanField(error_messages={"required": "Tick that you know that nobody can undo this."})


class Withdrawing(forms.Form):
    """Why a version is withdrawn."""

    by = forms.CharField(max_length=200, error_messages=BY)
    why = _words("Say why: it stands on each of its pages.", 500)
    sure = forms.BooleanField(error_messages={"required": "Tick that you know that nobody can undo this."})
