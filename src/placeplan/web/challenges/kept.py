"""The numbers of a version, found once and laid down beside it, so that nobody who looks for one waits until a plan is read.

They can be found again at any time: nothing is lost with a file that is not there, and one that cannot be read is none.
"""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import fields
from operator import attrgetter
from pathlib import Path
from typing import Any, Final

from django.conf import settings

from placeplan.engine.caches import sources
from placeplan.plan.aside import put_in_place
from placeplan.plan.folder import read_draft
from placeplan.plan.numbers.address import Address
from placeplan.plan.numbers.find import Numbers, numbers_in
from placeplan.plan.numbers.number import Number
from placeplan.web.jobs.models import Job, State
from placeplan.web.store.folders import folder_of
from placeplan.web.store.models import Version

FOLDER: Final = "numbers"
"""Of the workbench's folder: a file for each version, by its bytes and by the program and library that found them."""
MOST: Final = 40
"""Files that stay, the newest; 2 MB each of a large plan."""
FIELDS: Final = tuple(f.name for f in fields(Number) if f.name != "address")
_told: Final = attrgetter(*FIELDS)


def make_ready(job: Job, **_sent: object) -> None:
    """Find the numbers of a version that was tested, as no other is published: whoever looks for one finds them there."""
    if job.kind == "test" and job.state == State.DONE:
        numbers_of_version(job.version)


def numbers_of_version(version: Version) -> Numbers:
    """The numbers of a version: as they were laid down, else found and laid down."""
    at = Path(settings.ASKED.folder) / FOLDER / f"{version.digest}-{sources()}.json"
    with suppress(OSError, ValueError, TypeError, LookupError):
        return _read(at.read_text(encoding="utf-8"))
    found = numbers_in(read_draft(folder_of(version, Path(settings.ASKED.folder) / "versions"))[0])
    with suppress(OSError):  # on a full disk they are found again each time
        with put_in_place(at) as aside:
            aside.write_text(_written(found), encoding="utf-8")
        _let_go(at.parent)
    return found


def _written(numbers: Numbers) -> str:
    rows = [[n.address.file, n.address.parts, *_told(n)] for n in numbers.every.values()]
    return json.dumps({"fields": FIELDS, "numbers": rows}, ensure_ascii=False)


def _read(text: str) -> Numbers:
    """Numbers as they were laid down; raises ValueError, TypeError or LookupError where that is not what they are."""
    held: dict[str, Any] = json.loads(text)
    if held["fields"] != list(FIELDS):
        raise ValueError
    each = (Number(Address(file, tuple(parts)), *told) for file, parts, *told in held["numbers"])
    return Numbers({str(n.address): n for n in each})


def _let_go(folder: Path) -> None:
    """Let the oldest files go."""
    there = sorted(folder.glob("*.json"), key=lambda p: p.stat().st_mtime, reverse=True)
    for old in there[MOST:]:
        old.unlink(missing_ok=True)
