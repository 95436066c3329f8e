"""The site's folder: versions at addresses that stay, a front page of the newest, what is different between them, and a list with digests."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

from pydantic import ValidationError

from placeplan.core.errors import PlanError, Problem
from placeplan.core.records import Record, described
from placeplan.plan.located import problem
from placeplan.report.site.build import Page, Version, draw, files, front, shared
from placeplan.report.site.differences import Differences, differences
from placeplan.report.site.names import Names
from placeplan.stress.findings import Findings

LIST: Final = "site.json"
VERSIONS: Final = "v"
Files = dict[str, bytes]


class Act(Record):
    """Who did something to a site, and when, as its list of versions says it."""

    day: str = ""
    """Day such as 2026-11-27; blank: not said."""
    by: str = ""
    """Who, as they wish to be known; blank: not said."""


class Withdrawal(Act):
    """That a version was taken back. Its pages stay, and say so."""

    why: str
    files: dict[str, str]
    """SHA-256 of each page with the notice, by its path from the version's folder."""


class Entry(Record):
    """One version of a site."""

    name: str
    """Its folder under ``v``: the first letters of its digest."""
    digest: str
    """Digest of what its pages are made of."""
    plan: str
    """Name of the plan."""
    plan_digest: str
    sentence: str
    futures: int
    data_date: str
    files: dict[str, str]
    """SHA-256 of each file as it was published, by its path from the version's folder."""
    published: Act = Act()
    assured_by: str = ""
    """Who put their name to the inputs; blank: nobody."""
    withdrawn: Withdrawal | None = None

    @property
    def held(self) -> dict[str, str]:
        """SHA-256 of each file as it has to stand there."""
        return self.files | (self.withdrawn.files if self.withdrawn else {})


class Site(Record):
    """`site.json`: what was published here, the oldest first."""

    placeplan_site: Literal[1] = 1
    place: str
    draft: bool = False
    versions: tuple[Entry, ...] = ()
    pages: dict[str, str] = described(default={})
    """SHA-256 of each page that shows the newest or lists all, by its path; these alone are written anew."""


@dataclass(frozen=True)
class Published:
    """What publishing came to."""

    files: Files
    """Files to write, by path from the site's folder; none where all is there already."""
    version: Entry
    number: int
    """Which version it is, counted from 1."""
    newest: int


def read_site(out: Path) -> Site | None:
    """What stands in a folder; None where it is not there, or empty. Raises PlanError where it is no site of ours, or was changed."""
    if not out.exists() and not out.is_symlink():
        return None
    if out.is_symlink() or not out.is_dir():
        raise PlanError([_taken(out, "is no folder")])
    if not any(out.iterdir()):
        return None
    try:
        site = Site.model_validate_json((out / LIST).read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise PlanError([_taken(out, "is there and holds something other than a site")]) from None
    except (OSError, UnicodeDecodeError, ValidationError) as failed:
        raise PlanError([_taken(out, f"has a {LIST} that cannot be read")]) from failed
    changed = list(_changed(site, out))
    if changed:
        raise PlanError(changed)
    return site


def _taken(out: Path, what: str) -> Problem:
    return problem(
        "--out", 0, "", "folder-in-use", f"“{out}” {what}.", "Give another folder with --out, or the folder of a site."
    )


SHOWN: Final = 3
"""Files named one by one where more were changed."""


def _changed(site: Site, out: Path) -> Iterator[Problem]:
    """Files that are not what was published."""
    for entry in site.versions:
        wrong = _wrong(out / VERSIONS / entry.name, entry.held)
        if wrong:
            what = f"Version {entry.name} is not what was published: {_few(wrong)}."
            yield problem(f"{VERSIONS}/{entry.name}", 0, "", "site-changed", what, MEND)
    wrong = _wrong(out, site.pages)
    if wrong:
        what = f"Pages that would be written anew were changed by somebody: {_few(wrong)}."
        yield problem(LIST, 0, "", "site-changed", what, MEND)


MEND: Final = "Bring the files back from a copy, or publish into another folder."


def _wrong(folder: Path, digests: Mapping[str, str]) -> list[str]:
    """Files that are gone, or have another digest."""
    found = []
    for path, digest in sorted(digests.items()):
        try:
            held = (folder / path).read_bytes()
        except OSError:
            found.append(path)
            continue
        if hashlib.sha256(held).hexdigest() != digest:
            found.append(path)
    return found


def _few(names: Sequence[str]) -> str:
    more = len(names) - SHOWN
    return ", ".join(names[:SHOWN]) + (f" and {more} more" if more > 0 else "")


def refuse_other(site: Site | None, findings: Findings, draft: bool, renamed: bool) -> None:
    """Raise PlanError where these findings are of another place or plan than those of the site, or a draft meets what is published."""
    if site is None:
        return
    found = []
    if site.place != findings.place:
        what = f"The site is of {site.place}, and this report of {findings.place}."
        found.append(problem("REPORT", 0, "", "other-plan", what, "Give another folder with --out."))
    elif site.versions and site.versions[-1].plan != findings.plan and not renamed:
        what = f"The site’s newest version is of “{site.versions[-1].plan}”, and this report of “{findings.plan}”."
        mend = "Give another folder with --out; or, if it is the same plan under a new name, say --renamed."
        found.append(problem("REPORT", 0, "", "other-plan", what, mend))
    if site.draft != draft:
        what = (
            "This is a draft, and the site is published."
            if draft
            else "The site is a draft, and this is to be published."
        )
        found.append(problem("--out", 0, "", "draft-and-site", what, "Give another folder with --out."))
    if found:
        raise PlanError(found)


def publish(site: Site | None, version: Version, held: Mapping[str, bytes], act: Act | None = None) -> Published:
    """The files that a site gets by one more version.

    Args:
        site: what stands there; None: nothing.
        version: what is published: findings, and what those named said.
        held: findings of each version that stands there, as bytes, by the version's name.
        act: who publishes it, and when.

    Returns:
        Files of the new version, and of the pages that show the newest and list all.

    Raises:
        PlanError: where this very version was withdrawn.
    """
    findings = version.findings
    before = site.versions if site else ()
    for n, entry in enumerate(before, 1):
        if entry.name == version.name:
            _refuse_withdrawn(entry)
            return Published({}, entry, n, len(before))
    made = files(version)
    entry = Entry(
        name=version.name, digest=version.digest, plan=findings.plan, plan_digest=findings.digest, sentence=findings.sentence,
        futures=findings.futures, data_date=findings.data_date, files=digests(made), published=act or Act(), assured_by=findings.assured_by,
    )  # fmt: skip
    every = (*before, entry)
    top = top_pages(version, every, {e.name: _old(held.get(e.name)) for e in before})
    kept = {path: digest for path, digest in (site.pages if site else {}).items() if path.startswith("changes/")}
    listed = Site(place=findings.place, draft=version.standings.draft, versions=every, pages=kept | digests(top))
    written = {f"{VERSIONS}/{version.name}/{path}": data for path, data in made.items()} | top
    written[LIST] = as_json(listed)
    return Published(written, entry, len(every), len(every))


def as_json(site: Site) -> bytes:
    """The list of a site as its file has it."""
    return f"{site.model_dump_json(indent=1)}\n".encode()


def _refuse_withdrawn(entry: Entry) -> None:
    if entry.withdrawn is not None:
        what = f"This very version ({entry.name}) was withdrawn on {entry.withdrawn.day}: {entry.withdrawn.why}"
        raise PlanError([problem("REPORT", 0, "", "withdrawn", what, "Mend the plan, run it again, and publish what is found then.")])  # fmt: skip


def digests(made: Mapping[str, bytes]) -> dict[str, str]:
    """SHA-256 of files by path."""
    return {path: hashlib.sha256(data).hexdigest() for path, data in sorted(made.items())}


def _old(held: bytes | None) -> Findings | None:
    """Findings of an older version; None where they are not there, or another version of placeplan wrote them."""
    try:
        return Findings.model_validate_json(held) if held is not None else None
    except ValidationError:
        return None


def top_pages(version: Version, every: Sequence[Entry], old: Mapping[str, Findings | None]) -> Files:
    """The front page, which is the newest version's; the list of versions; and what is different from each one before."""
    f = version.findings.model_copy(update={"seconds": None})
    names, base = Names(f), f"{VERSIONS}/{version.name}/"
    context, frame = shared(version, f, names), version.frame
    found = {"index.html": draw(frame, front(f), names, {}, context, base, "./")}
    found["versions.html"] = draw(frame, versions_page(every), names, {}, context, base, "./")
    for n, before in enumerate(every[:-1], 1):
        then = old[before.name]
        apart: Differences | None = differences(then, f) if then else None
        page = Page(
            f"changes/{before.name}-{every[-1].name}.html", "changes", f"What changed from version {n} to version {len(every)}",
            told={"apart": apart, "before": before, "after": every[-1], "first": n, "number": len(every)},
        )  # fmt: skip
        found[page.path] = draw(frame, page, names, {}, context, f"../{base}", "../")
    return found


def versions_page(every: Sequence[Entry]) -> Page:
    """The list of all versions."""
    return Page("versions.html", "versions", "All versions", told={"entries": list(enumerate(every, 1))})
