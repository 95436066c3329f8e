"""Looking at uploads for viruses, by a program of whoever runs the workbench."""

from __future__ import annotations

import os
import subprocess
from typing import IO, Final

from django.conf import settings

from placeplan.core.errors import PlanError
from placeplan.plan.located import problem
from placeplan.web.asked import SECRETS
from placeplan.web.secrets_in_files import without_secrets

SECONDS: Final = 60
"""For which an answer is waited."""
CLEAN, FOUND = 0, 1
"""How such a program ends: nothing was found; something was (clamdscan, clamscan and others). Anything else: it could not look."""


def refuse_unsafe(upload: IO[bytes], name: str) -> None:
    """Have an upload looked at before anything of it is read; raises PlanError where something is found, or it cannot be looked at."""
    if not settings.ASKED.scan:
        return
    upload.seek(0)
    status = _looked(upload.read())
    upload.seek(0)
    if status == FOUND:
        raise PlanError([problem(name[:300], 0, "", "unsafe-file", f"A scanner found something harmful in “{name[:300]}”. Nothing of it was kept.", "Have the machine looked at from which it came, and take the tables out of it on another.")])  # fmt: skip
    if status != CLEAN:
        raise PlanError([problem(name[:300], 0, "", "unsafe-file", f"“{name[:300]}” could not be looked at for viruses. Nothing of it was kept.", "Try again in a minute; if it happens again, tell whoever runs this workbench.")])  # fmt: skip


def _looked(data: bytes) -> int:
    """How the program ended that looks at uploads; -1: it did not."""
    try:
        done = subprocess.run(  # noqa: S603 – set by who runs the workbench
            settings.ASKED.scan, input=data, capture_output=True, timeout=SECONDS, check=False, env=without_secrets(os.environ, SECRETS)
        )  # fmt: skip
        return done.returncode
    except (OSError, subprocess.TimeoutExpired):
        return -1
