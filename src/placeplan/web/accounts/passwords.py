"""What a password has to be besides what Django looks at."""

from __future__ import annotations

from typing import Any, Final

from django.core.exceptions import ValidationError

LONGEST: Final = 128
"""Letters of a password, at most: hashing a longer one takes work that anyone could ask for."""


class NotTooLong:
    """Refuses a password that is longer."""

    def validate(self, password: str, user: Any = None) -> None:
        """Raise ValidationError where it is."""
        del user
        if len(password) > LONGEST:
            raise ValidationError(
                f"This password has {len(password):,} letters. It may have {LONGEST}.", code="password_too_long"
            )

    def get_help_text(self) -> str:
        """What the page says of it."""
        return f"Your password can have at most {LONGEST} letters."
