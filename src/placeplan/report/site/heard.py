"""What each organisation said to what is published, as data: the same as its page says."""

from __future__ import annotations

from typing import Final

from placeplan.core.records import Record
from placeplan.report.site.replies import Reply, Standing, Standings, asked_of
from placeplan.stress.findings import Findings

REPLIES: Final = "replies.json"
"""File of a version's data."""


class Heard(Record):
    """How it stands with one organisation's right of reply."""

    organisation: str
    """Its id in the plan."""
    name: str
    standing: Standing
    """answered; nothing (it answered that it has nothing to say); silent (it was shown these findings and has not answered); earlier (its answers are to other findings); not asked; made up; draft."""
    replies: tuple[Reply, ...]
    """What it was shown and what it said, the newest first."""
    asked: Reply | None = None
    """The last time it was asked about these findings: until when, and who answered, also that it has nothing to say; null: it was not."""


class AllHeard(Record):
    """`replies.json`: the right of reply of a version."""

    plan_digest: str
    """Digest of the plan whose findings these are."""
    without: str
    """Why nobody was asked; blank: all were."""
    organisations: tuple[Heard, ...]


def heard(findings: Findings, standings: Standings) -> AllHeard:
    """How it stands with every organisation of which something is told."""
    found = []
    for name, called in asked_of(findings).items():
        standing, said = standings.of(name, findings.digest)
        found.append(
            Heard(
                organisation=name,
                name=called,
                standing=standing,
                replies=said,
                asked=standings.last(name, findings.digest),
            )
        )
    return AllHeard(plan_digest=findings.digest, without=standings.without, organisations=tuple(found))
