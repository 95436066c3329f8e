"""Asking whoever keeps plans ready, and knowing which plan a published version is of."""

from __future__ import annotations

import json
import math
import socket
from collections.abc import Iterable, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from placeplan.core.errors import Problem
from placeplan.plan.located import problem
from placeplan.stress.findings import Findings
from placeplan.web.jobs.models import JobFile, State
from placeplan.web.jobs.queue import jobs_of
from placeplan.web.slider.keeper import ADDRESS
from placeplan.web.store.models import Blob, Place, Version

SECONDS: Final = 25.0
"""How long an answer is waited for."""
LONGEST: Final = 40
"""Letters of a value."""
FIELDS: Final = 20
"""Values at once."""


def ask(
    folder: Path, plan: Mapping[str, Any], values: Mapping[str, float], futures: int, visitor: str
) -> dict[str, Any]:
    """What the keeper of a workbench's folder answers (`Keeper.ask`); ``{"state": "off"}`` where there is none."""
    told = {"plan": dict(plan), "set": dict(values), "futures": futures, "visitor": visitor}
    try:
        with socket.socket(socket.AF_UNIX) as line:
            line.settimeout(SECONDS)
            line.connect((folder / ADDRESS).read_text(encoding="utf-8"))
            line.sendall(f"{json.dumps(told)}\n".encode())
            with line.makefile(encoding="utf-8") as said:
                found: dict[str, Any] = json.loads(said.readline())
                return found
    except (OSError, ValueError):
        return {"state": "off"}


def version_of(place: Place, findings: Findings) -> Version | None:
    """The folder of which findings were made, as the test that found them tells; None where it is not here."""
    done = jobs_of(place).filter(kind="test", state=State.DONE)
    files = JobFile.objects.filter(path="findings.json", job__in=done).select_related("job__version")
    return next(
        (f.job.version for f in files.order_by("-job__made") if plan_digest(f.blob_id) == findings.digest), None
    )


@lru_cache(maxsize=256)
def plan_digest(blob: str) -> str:
    """Digest of the plan that findings are of, by the digest of their bytes."""
    found: str = json.loads(bytes(Blob.objects.get(digest=blob).data))["digest"]
    return found


def values_of(given: Iterable[tuple[str, str]]) -> tuple[dict[str, float], list[Problem]]:
    """Values by assumption from an address, and what is wrong with it; blank ones are left as the plan has them."""
    pairs = [(name, text.strip()) for name, text in given if text.strip()]
    if len(pairs) > FIELDS:
        return {}, [
            problem("the address", 0, "", "too-many-values", f"{len(pairs)} values are set.", f"Set {FIELDS} at most.")
        ]
    found, problems = dict[str, float](), list[Problem]()
    for name, text in pairs:
        try:
            value = float(text) if len(text) <= LONGEST else math.nan
        except ValueError:
            value = math.nan
        if math.isfinite(value):
            found[name] = value
        else:
            problems.append(
                problem(
                    name, 0, "", "not-a-number", f"“{text[:LONGEST]}” is no number.", "Write a number such as 0.02."
                )
            )
    return found, problems
