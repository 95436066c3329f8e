"""What is typed of a challenge: plain text of a length that is read, and a field that only machines fill in."""

from __future__ import annotations

import secrets
import unicodedata
from typing import Any, Final

from django import forms
from django.core import signing

from placeplan.web.challenges.models import LINE, WORDS, Did

SOONEST: Final = 2
"""Seconds in which nobody fills in the form."""
LATEST: Final = 24 * 60 * 60
"""Seconds after which a page has to be loaded again."""
SALT: Final = "placeplan.web.challenges.began"


def began() -> str:
    """A mark of when a form was given out, which nobody else can make or has: what is sent by it twice is the same."""
    return signing.TimestampSigner(salt=SALT).sign(secrets.token_urlsafe(16))


class Plain(forms.CharField):
    """Text without signs that turn it round or hide it."""

    def to_python(self, value: Any) -> str:
        """The text; what is no sign of writing is left out."""
        text = super().to_python(value) or ""
        kept = (c for c in unicodedata.normalize("NFC", text) if c in "\n\t" or unicodedata.category(c)[0] != "C")
        return "".join(kept).strip()


class Send(forms.Form):
    """Propose another value."""

    value = forms.CharField(max_length=60, error_messages={"required": "Write the number that you think is right.", "max_length": "Write a number, at most 60 letters long."})  # fmt: skip
    reason = Plain(max_length=WORDS, error_messages={"required": "Say why, in a few words.", "max_length": f"Write at most {WORDS:,} letters."})  # fmt: skip
    source = Plain(max_length=LINE, error_messages={"required": "Say where the number comes from, so that others can look.", "max_length": f"Write at most {LINE} letters."})  # fmt: skip
    name = Plain(max_length=100, required=False)
    website = forms.CharField(required=False)
    """Hidden from people, who leave it blank."""
    began = forms.CharField(required=False)

    def clean(self) -> dict[str, Any]:
        """Refuse what a machine sent, in words that a person would understand too."""
        found: dict[str, Any] = super().clean() or {}
        if found.get("website"):
            self.add_error("website", "Leave the field “Website” blank: it is there to catch machines.")
        try:
            signing.TimestampSigner(salt=SALT).unsign(found.get("began", ""), max_age=LATEST)
        except signing.BadSignature:
            self.add_error(
                "began", "This page was open for more than a day. What you wrote is still here: send it once more."
            )
        else:
            self._too_soon(found["began"])
        return found

    def _too_soon(self, mark: str) -> None:
        try:
            signing.TimestampSigner(salt=SALT).unsign(mark, max_age=SOONEST)
        except signing.SignatureExpired:
            return
        self.add_error("began", "That was very fast. Look at what you wrote once more, and send it again.")


class Reply(forms.Form):
    """Reply for the organisation whose number it is."""

    did = forms.ChoiceField(
        choices=[(d, d.label) for d in (Did.ACCEPTED, Did.DECLINED, Did.ANSWERED)],
        error_messages={"required": "Say whether it is accepted.", "invalid_choice": "Say whether it is accepted."},
    )
    text = Plain(max_length=WORDS, error_messages={"required": "Give your reasons."})
    draft = forms.SlugField(required=False, max_length=64)
    """The draft into which it is written, where it is accepted; blank: a version has it already."""
    version = forms.IntegerField(
        required=False, min_value=1, max_value=2**31 - 1, error_messages={"invalid": "Write the number of the version."}
    )


class Moderate(forms.Form):
    """Hide, show again, let links be followed, look at an appeal, find nothing to hide."""

    did = forms.ChoiceField(
        choices=Did.choices, error_messages={"required": "Choose what to do.", "invalid_choice": "Choose what to do."}
    )
    text = Plain(max_length=WORDS, required=False)

    def clean(self) -> dict[str, Any]:
        """Whatever changes something has a reason; that there is nothing to hide needs none."""
        found: dict[str, Any] = super().clean() or {}
        if found.get("did") != Did.LOOKED and not found.get("text") and "text" not in self.errors:
            self.add_error("text", "Say why. The reason is public.")
        return found


class Appeal(forms.Form):
    """Ask for it to be shown again."""

    text = Plain(max_length=WORDS, error_messages={"required": "Say why it should be shown again."})
