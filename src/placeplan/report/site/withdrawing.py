"""A version taken back: its address stays, each of its pages says so, and nothing of what it said is gone."""

from __future__ import annotations

from collections.abc import Callable

from jinja2 import Environment

from placeplan.core.errors import PlanError, Problem, nearest
from placeplan.plan.located import problem
from placeplan.report.page import html_of
from placeplan.report.site.build import Page, Version, draw, shared
from placeplan.report.site.names import Names
from placeplan.report.site.replies import Standings
from placeplan.report.site.shelf import (
    LIST,
    VERSIONS,
    Act,
    Entry,
    Files,
    Site,
    Withdrawal,
    as_json,
    digests,
    versions_page,
)
from placeplan.stress.findings import Findings

Held = Callable[[str], bytes]
"""Bytes of a file of the site, by its path."""
NEWEST = "newest"
"""What the newest version may be called."""


def withdraw(site: Site, name: str, act: Act, why: str, held: Held, frame: Environment) -> Files:
    """The files that are different once a version is withdrawn: its pages, each with a notice; the list of versions; and, of the newest, the front page.

    Args:
        site: what stands there.
        name: the version's, or its first letters, or ``newest``.
        act: who withdraws it, and when.
        why: the reason, which stands on each of its pages.
        held: the files that stand there.
        frame: where templates are.

    Raises:
        PlanError: where there is no such version, it is withdrawn already, or there is no reason.
    """
    entry = _known(site, name)
    why = " ".join(why.split())
    if not why:
        raise PlanError([_lacking("--why", "There is no reason.", "Say why, in a sentence that everybody can read.")])
    pages = {p: held(f"{VERSIONS}/{entry.name}/{p}") for p in entry.files if p.endswith(".html")}
    told = Withdrawal(day=act.day, by=act.by, why=why, files={})
    marked = {path: _marked(page, path, told, frame) for path, page in pages.items()}
    entry = entry.model_copy(update={"withdrawn": told.model_copy(update={"files": digests(marked)})})
    every = tuple(entry if e.name == entry.name else e for e in site.versions)
    top = _top(every, held, frame)
    listed = site.model_copy(update={"versions": every, "pages": site.pages | digests(top)})
    return {f"{VERSIONS}/{entry.name}/{p}": data for p, data in marked.items()} | top | {LIST: as_json(listed)}


def _known(site: Site, name: str) -> Entry:
    """The one version that a name begins with; raises PlanError where there is none, or it is withdrawn."""
    names = [e.name for e in site.versions]
    found = site.versions[-1:] if name == NEWEST else [e for e in site.versions if name and e.name.startswith(name)]
    if len(found) != 1:
        near = nearest(name, names)
        mend = (
            f"Write “{near}”." if near else f"Write “{NEWEST}”, or one of: {', '.join(names) or 'none is published'}."
        )
        raise PlanError([problem("VERSION", 0, "", "unknown-choice", f"There is no version “{name}”.", mend, near)])
    if found[0].withdrawn is not None:
        what = f"Version {found[0].name} was withdrawn on {found[0].withdrawn.day} already."
        raise PlanError([problem("VERSION", 0, "", "withdrawn", what, "Nothing is to be done.")])
    if site.draft:
        raise PlanError([problem("SITE", 0, "", "draft-and-site", "This is a draft, and not published.", "Make another draft in its place.")])  # fmt: skip
    return found[0]


def _lacking(option: str, what: str, mend: str) -> Problem:
    return problem(option, 0, "", "missing-value", what, mend)


def _marked(page: bytes, path: str, told: Withdrawal, frame: Environment) -> bytes:
    """A page with the notice before all that it says."""
    home = f"../../{'../' * path.count('/')}"
    notice = html_of("site/withdrawn", frame, told=told, home=home).encode()
    return page.replace(b"<main", notice + b"\n<main", 1)


def _top(every: tuple[Entry, ...], held: Held, frame: Environment) -> Files:
    """The list of versions; and the front page, where the newest is withdrawn."""
    newest = every[-1]
    f = Findings.model_validate_json(held(f"{VERSIONS}/{newest.name}/data/findings.json"))
    names, base = Names(f), f"{VERSIONS}/{newest.name}/"
    version = Version(f, Standings(made_up=f.synthetic), frame)
    context = {**shared(version, f, names), "version": newest.name}
    listed = [versions_page(every)]
    if newest.withdrawn is not None:
        stands = [(n, e) for n, e in enumerate(every, 1) if e.withdrawn is None]
        listed.append(Page("index.html", "gone", "The newest version was withdrawn", told={"entry": newest, "number": len(every), "stands": stands}))  # fmt: skip
    return {page.path: draw(frame, page, names, {}, context, base, "./") for page in listed}
