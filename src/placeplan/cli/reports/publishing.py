"""``placeplan publish``: a report as a site for the public, one version more each time."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

import typer

from placeplan.cli.reports.packing import read_findings
from placeplan.core.errors import PlanError, Together
from placeplan.plan.aside import put_in_place, refuse_unwritable
from placeplan.plan.located import problem
from placeplan.report.page import environment
from placeplan.report.site.build import Version
from placeplan.report.site.replies import Reply, Standings, form, read_replies, refuse_unasked
from placeplan.report.site.shelf import VERSIONS, Act, Published, Site, publish, read_site, refuse_other
from placeplan.report.site.withdrawing import withdraw
from placeplan.stress.findings import Findings

REPLIES = "replies.yaml"


@dataclass(frozen=True)
class Asked:
    """How a report is to be published."""

    replies: Path | None = None
    without: str = ""
    """Why nobody was asked."""
    draft: bool = False
    renamed: bool = False
    by: str = ""
    """Who publishes it, as the list of versions is to say."""


def publish_report(report: Path, out: Path, asked: Asked, today: date | None = None) -> None:
    """Add a report to a site, or tell all that stands in the way; the site stays as it was where anything fails.

    today: the day up to which organisations could answer; None: this day.
    """
    day = today or datetime.now(UTC).date()
    refused = Together()
    refused.of(refuse_unwritable, out)
    refused.of(_refuse_both, asked)
    site = refused.of(read_site, out)
    findings = refused.of(read_findings, report)
    replies: tuple[Reply, ...] = ()
    if findings is not None:
        refused.of(refuse_other, site, findings, asked.draft, asked.renamed)
        if asked.replies is not None:
            given = refused.of(read_replies, asked.replies, findings)
            replies = given or ()
        if not (asked.draft or asked.without or findings.synthetic) and (asked.replies is None or given is not None):
            refused.of(refuse_unasked, findings, replies, day)
    if findings is None or refused.problems:
        raise PlanError(refused.problems)
    standings = Standings(replies, " ".join(asked.without.split()), asked.draft, findings.synthetic)
    act = Act(day=day.isoformat(), by=" ".join(asked.by.split()))
    made = publish(site, Version(findings, standings), _held(site, out), act)
    if made.files:
        _write(made, findings, asked.draft, out)
    typer.echo(said(made, out))


def _refuse_both(asked: Asked) -> None:
    if asked.without and asked.replies is not None:
        what = "A file of replies is given, and a reason why nobody was asked."
        raise PlanError([problem("--without-replies", 0, "", "asked-or-not", what, "Give one of the two.")])


def _held(site: Site | None, out: Path) -> Mapping[str, bytes]:
    """Findings of each version that stands there."""
    names = [e.name for e in site.versions] if site else []
    return {name: (out / VERSIONS / name / "data" / "findings.json").read_bytes() for name in names}


def withdraw_version(out: Path, name: str, why: str, by: str, today: date | None = None) -> None:
    """Withdraw a version of a site: its pages stay, and say so; the site stays as it was where anything fails."""
    site = read_site(out)
    if site is None:
        raise PlanError([problem("SITE", 0, "", "unreadable-file", f"“{out}” is no folder of a site.", "Give the folder that placeplan publish wrote.")])  # fmt: skip
    refuse_unwritable(out)
    act = Act(day=(today or datetime.now(UTC).date()).isoformat(), by=" ".join(by.split()))
    made = withdraw(site, name, act, why, lambda path: (out / path).read_bytes(), environment())
    _put(made, out)
    typer.echo(f"Withdrawn. Its address stays, and each of its pages says so: {out.resolve() / 'versions.html'}")


def _write(made: Published, findings: Findings, draft: bool, out: Path) -> None:
    """Put the site with its new version in place, and beside a draft the file to fill in."""
    files = dict(made.files)
    if draft and not (out / REPLIES).exists():
        files[REPLIES] = form(findings).encode()
    _put(files, out)


def _put(files: Mapping[str, bytes], out: Path) -> None:
    """Put files into a site's folder, all or none."""
    with put_in_place(out) as aside:
        if out.exists():
            shutil.copytree(out, aside, symlinks=True)
        for path, data in files.items():
            file = aside / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(data)


def said(made: Published, out: Path) -> str:
    """What came of it, in a line or two."""
    page = out.resolve() / "index.html"
    if made.files:
        return f"Version {made.number} is published ({made.version.name}): {page}"
    if made.number == made.newest:
        return f"This is published already, as version {made.number} ({made.version.name}). Nothing was changed: {page}"
    return (
        f"This is published already, as version {made.number} ({made.version.name}); the newest is version {made.newest}. "
        f"Nothing was changed: {page}"
    )
