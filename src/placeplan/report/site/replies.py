"""Right of reply: who was shown what is to be published, by when it could answer, and what it said."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Annotated, Literal

from pydantic import StringConstraints

from placeplan.core.errors import PlanError, Problem, nearest
from placeplan.core.records import Id, Record
from placeplan.plan.adding import quoted
from placeplan.plan.located import Item, problem
from placeplan.plan.textfile import read_text
from placeplan.plan.validate import build
from placeplan.plan.yamlfile import read_yaml
from placeplan.report.site.names import SYSTEM
from placeplan.stress.findings import Findings

Text = Annotated[str, StringConstraints(min_length=1)]
DAYS = ("asked", "until", "answered")
DIGEST = r"[0-9a-f]{8,64}"
"""The digest of a plan, or its first letters, eight at least."""
Standing = Literal["answered", "nothing", "silent", "earlier", "not asked", "made up", "draft"]


class Reply(Record):
    """One organisation that was asked, and what it answered."""

    organisation: Id
    shown: Text
    """Digest of the plan whose findings it was shown, or its first letters."""
    asked: Text
    """Day on which it was shown them."""
    until: Text
    """Day by which it could answer."""
    answered: Text | None = None
    """Day of its answer; blank: it has not answered."""
    by: Text | None = None
    """Who answered for it: a board, or a person with their office."""
    text: Text | None = None
    """Its answer, as it wrote it."""
    nothing: bool = False
    """Whether it answered that it has nothing to say."""


class RepliesFile(Record):
    """`replies.yaml`."""

    replies: tuple[Reply, ...] = ()


@dataclass(frozen=True)
class Standings:
    """What each organisation's page says of its right of reply."""

    replies: tuple[Reply, ...] = ()
    without: str = ""
    """Why nobody was asked; blank: all were."""
    draft: bool = False
    made_up: bool = False

    def of(self, organisation: str, digest: str) -> tuple[Standing, tuple[Reply, ...]]:
        """How it stands with an organisation, and what it said, the newest first."""
        own = sorted((r for r in self.replies if r.organisation == organisation), key=lambda r: r.asked, reverse=True)
        said = tuple(r for r in own if r.text)
        if any(digest.startswith(r.shown) and r.text for r in own):
            return "answered", said
        if any(digest.startswith(r.shown) for r in own):
            return ("nothing" if any(digest.startswith(r.shown) and r.nothing for r in own) else "silent"), said
        if self.made_up:
            return "made up", said
        if self.draft:
            return "draft", said
        return ("earlier" if said else "not asked"), said

    def last(self, organisation: str, digest: str) -> Reply | None:
        """The last time it was asked about these findings."""
        own = [r for r in self.replies if r.organisation == organisation and digest.startswith(r.shown)]
        return max(own, key=lambda r: r.asked, default=None)


def read_replies(path: Path, findings: Findings) -> tuple[Reply, ...]:
    """The replies of a file; raises PlanError with all that is wrong with it."""
    name = path.name
    text = read_text(path, str(path))
    if isinstance(text, Problem):
        raise PlanError([text])
    tree = read_yaml(text, name)
    if tree.problems:
        raise PlanError(tree.problems)
    data = tree.data if tree.data is not None else {}
    where = Item(None, name, 1, tree.lines, data)
    found, problems = build(RepliesFile, data, where)
    if found is None:
        raise PlanError(problems)
    problems = list(_faults(found.replies, findings, where))
    if problems:
        raise PlanError(problems)
    return found.replies


def _faults(replies: Sequence[Reply], findings: Findings, where: Item[None]) -> Iterator[Problem]:
    known = asked_of(findings)
    seen: dict[tuple[str, str, str], int] = {}
    for n, r in enumerate(replies):
        at = ("replies", n)
        if r.organisation not in known:
            near = nearest(r.organisation, known)
            what = f"There is no organisation “{r.organisation}” in these findings."
            mend = f"Write “{near}”." if near else f"Write one of {', '.join(known)}."
            yield where.problem("unknown-organisation", what, mend, (*at, "organisation"), near)
        yield from _written(r, at, where)
        yield from _order(r, at, where)
        key = (r.organisation, r.shown, r.asked)
        if key in seen:
            what = f"{r.organisation} was asked about the same on the same day in the entry of line {where.at(('replies', seen[key]))}."
            yield where.problem("duplicate-id", what, "Keep one of the two.", (*at, "asked"))
        seen.setdefault(key, n)


def _written(r: Reply, at: tuple[str | int, ...], where: Item[None]) -> Iterator[Problem]:
    """Days that are days, and a digest that is one."""
    for field in DAYS:
        value = getattr(r, field)
        if value and not _is_day(value):
            what = f"“{value}” is no day."
            yield where.problem("bad-value", what, "Write a day such as 2026-11-27.", (*at, field))
    if not re.fullmatch(DIGEST, r.shown):
        what = f"“{r.shown}” is no digest of a plan."
        mend = "Write the digest that stands at the foot of the report and under “Check it yourself”, its first 8 letters at least."
        yield where.problem("bad-value", what, mend, (*at, "shown"))


def _order(r: Reply, at: tuple[str | int, ...], where: Item[None]) -> Iterator[Problem]:
    """Days in order, and an answer whole or not at all."""
    if not all(_is_day(d) for d in (r.asked, r.until, r.answered or r.until)):
        return
    if r.until < r.asked:
        what = f"It could answer until {r.until}, before it was asked on {r.asked}."
        yield where.problem("bad-value", what, "Mend one of the two days.", (*at, "until"))
    if r.answered and r.answered < r.asked:
        what = f"It answered on {r.answered}, before it was asked on {r.asked}."
        yield where.problem("bad-value", what, "Mend one of the two days.", (*at, "answered"))
    given = {"answered": r.answered, "by": r.by, "text": r.text or r.nothing}
    if any(given.values()) and not all(given.values()):
        lacking = " and ".join(field for field, value in given.items() if not value)
        what = f"An answer has its day, who gave it and its text; {lacking} is missing."
        mend = f"Give {lacking}, or leave all three blank; where it has nothing to say, write nothing: true in place of a text."
        yield where.problem("missing-field", what, mend, at)
    elif r.text and r.nothing:
        what = "It has a text, and is said to have nothing to say."
        yield where.problem("bad-value", what, "Keep one of the two.", (*at, "nothing"))


def _is_day(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def asked_of(findings: Findings) -> dict[str, str]:
    """Organisations that have to be asked, by id: all of which something is told."""
    found = {o.id: o.name for o in findings.organisations}
    found |= {p.organisation: p.organisation_name for p in findings.promises if p.organisation != SYSTEM}
    return found


def refuse_unasked(findings: Findings, replies: Sequence[Reply], today: date) -> None:
    """Raise PlanError with every organisation that has not been asked about these findings, or may still answer."""
    found, lacking = [], []
    for name, called in asked_of(findings).items():
        own = [r for r in replies if r.organisation == name and findings.digest.startswith(r.shown)]
        if not own:
            lacking.append(f"{called} ({name})")
        elif not any(r.answered for r in own) and (until := max(r.until for r in own)) >= today.isoformat():
            what = f"{called} may answer until {until}, and has not answered yet."
            mend = "Wait until that day is over, or write down its answer."
            found.append(problem("--replies", 0, name, "may-still-answer", what, mend))
    if lacking:
        what = f"These have not been shown the findings: {'; '.join(lacking)}."
        mend = (
            "Show them a draft (placeplan publish --draft) and write them down in its file of replies; "
            "or say with --without-replies why nobody is asked, which stands on their pages."
        )
        found.append(problem("--replies", 0, "", "not-asked", what, mend))
    if found:
        raise PlanError(found)


def form(findings: Findings) -> str:
    """A file of replies to fill in: one entry an organisation, nothing in it that nobody said."""
    lines = [
        "# Who was shown these findings, by when they could answer, and what they said.",
        "# asked, until: days such as 2026-11-27. answered, by, text: blank until there is an answer.",
        "replies:",
    ]
    for name, called in asked_of(findings).items():
        lines += [
            f"  # {' '.join(called.split())}", f"  - organisation: {_plain(name)}", f"    shown: '{findings.digest[:16]}'", "    asked:",
            "    until:", "    answered:", "    by:", "    text:",
        ]  # fmt: skip
    return "\n".join(lines) + "\n"


def written(replies: Iterable[Reply]) -> str:
    """Replies as their file has them; `read_replies` reads them back, letter for letter."""
    lines = ["replies:"]
    for r in replies:
        given = {f: v for f, v in r.model_dump(mode="json", exclude_defaults=True).items() if v}
        said = [f"{f}: {v if f in DAYS else 'true' if v is True else quoted(v)}" for f, v in given.items()]
        lines += [f"  {'-' if n == 0 else ' '} {line}" for n, line in enumerate(said)]
    return "\n".join(lines if len(lines) > 1 else ["replies: []"]) + "\n"


def _plain(name: str) -> str:
    """An id that YAML reads as text."""
    return "'" + name.replace("'", "''") + "'"


def dumped(replies: Iterable[Reply]) -> list[dict[str, str | bool | None]]:
    """Replies as plain data, in a fixed order; a field that later versions added is left out where it says nothing."""
    later = {"nothing"}
    return sorted((r.model_dump(mode="json", exclude=None if r.nothing else later) for r in replies), key=repr)
