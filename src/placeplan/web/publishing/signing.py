"""Signing: an organisation says yes, no, or neither any more, of parts of a plan that it was shown; an entry in the plan's own folder."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

from django.conf import settings
from django.db import transaction

from placeplan.core.errors import PlanError, Problem
from placeplan.plan.adding import with_entry
from placeplan.plan.folder import read_draft, read_plan
from placeplan.plan.initiatives import SignOff
from placeplan.plan.located import problem
from placeplan.plan.textfile import decode
from placeplan.stress.findings import Findings
from placeplan.web.jobs.models import Job, State
from placeplan.web.jobs.queue import jobs_of
from placeplan.web.store.folders import files_of, folder_of
from placeplan.web.store.models import Draft, Version
from placeplan.web.workbench.drafts import as_folder, write

if TYPE_CHECKING:
    from placeplan.web.accounts.models import User

BOM: Final = b"\xef\xbb\xbf"
POSITIONS: Final = {"signed": "signs", "objects": "refuses", "withdrawn": "withdraws what it had said of"}
"""What can be said, and how the version's message tells it."""


class Part(NamedTuple):
    """An initiative, and what an organisation said of it last."""

    id: str
    name: str
    about: str
    file: str
    last: SignOff | None


@dataclass(frozen=True)
class Signature:
    """What an organisation says."""

    organisation: str
    position: str
    parts: Sequence[str]
    """Ids of the initiatives."""
    by: str
    words: str


class Moved(Exception):  # noqa: N818 – no error: somebody wrote at the plan meanwhile
    """The plan is not any more what somebody was shown."""


def parts_of(version: Version, organisation: str) -> tuple[Part, ...]:
    """The initiatives of a version, each with the last that an organisation said of it itself."""
    found = []
    for item in read_draft(_folder(version))[0].initiatives:
        i = item.value
        own = [(s.date or "", n, s) for n, s in enumerate(i.sign_offs) if s.organisation == organisation]
        found.append(Part(i.id, i.name, i.about, item.file, max(own, key=lambda s: s[:2])[2] if own else None))
    return tuple(found)


def _folder(version: Version) -> Path:
    return folder_of(version, settings.ASKED.folder / "versions")


class Digests(NamedTuple):
    """What a version's plan is told by."""

    plan: str
    """Of the plan, as reports have it."""
    substance: str
    """Of all that it says but for who has signed it."""


def digests(version: Version) -> Digests:
    """Digests of a version's plan; raises PlanError where it has problems."""
    return _digests(version.digest, str(settings.ASKED.folder), version.pk)


@lru_cache(maxsize=64)
def _digests(digest: str, folder: str, key: int) -> Digests:
    del digest, folder  # a version never changes, so neither does this
    plan = read_plan(_folder(Version.objects.get(pk=key)))
    bare = plan.changed(initiatives=tuple(i.model_copy(update={"sign_offs": ()}) for i in plan.initiatives))
    return Digests(plan.digest, bare.digest)


def last_run(version: Version) -> tuple[Job, Findings] | None:
    """The newest test of this very plan, or of it with fewer signatures: what its parts bring each organisation is the same."""
    done = jobs_of(version.place).filter(kind="test", state=State.DONE)
    for job in done.order_by("-ended", "-pk"):
        if _same(job.version, version):
            held = job.files.select_related("blob").get(path="findings.json")
            return job, Findings.model_validate_json(bytes(held.blob.data))
    return None


def _same(one: Version, other: Version) -> bool:
    """Whether two versions say the same but for who signed; files are looked at first, as most versions differ in others."""
    if one.digest == other.digest:
        return True
    apart = {p for p in {*one.tree, *other.tree} if one.tree.get(p) != other.tree.get(p)}
    if not all(p.startswith("initiatives/") for p in apart):
        return False
    try:
        return digests(one).substance == digests(other).substance
    except PlanError:
        return False


@transaction.atomic
def sign(draft: Draft, seen: Version, said: Signature, today: date, user: User) -> Version:
    """Write a signature into a draft as another version.

    Args:
        draft: the draft.
        seen: the version that was on the page.
        said: what the organisation says.
        today: the day on which it does.
        user: who writes it.

    Raises:
        Moved: where the plan says something else by now.
        PlanError: where it cannot be said.
    """
    line = Draft.objects.select_for_update().get(pk=draft.pk)
    head = line.head
    if not _same(seen, head):
        raise Moved
    parts = {p.id: p for p in parts_of(head, said.organisation)}
    wrong = list(_wrong(said, parts, today, head))
    if wrong:
        raise PlanError(wrong)
    entry = {
        "organisation": said.organisation, "position": said.position, "by": said.by, "date": today.isoformat(), "words": said.words,
        "version": digests(seen).plan, "source": f"Said in the workbench, of version {seen.number}",
    }  # fmt: skip
    change = _change(files_of(head), [parts[i] for i in said.parts], entry)
    _refuse_broken(head, change)
    names = ", ".join(parts[i].name for i in said.parts)
    message = f"{said.organisation} {POSITIONS[said.position]}: {names}"
    return write(line, head, change, message[:500], user)


def _wrong(said: Signature, parts: Mapping[str, Part], today: date, head: Version) -> Iterator[Problem]:
    for name in said.parts:
        if name not in parts:
            yield problem(
                "parts", 0, "", "unknown-choice", f"The plan has no part “{name}”.", "Choose one that it has."
            )
            continue
        last = parts[name].last
        if last is not None and last.date == today.isoformat():
            what = f"Your organisation has said something of “{parts[name].name}” today already."
            yield problem("parts", 0, "", "two-positions", what, "From tomorrow on it can say otherwise.")
        elif said.position == "withdrawn" and (last is None or last.position not in ("signed", "objects")):
            what = f"Your organisation has said neither yes nor no of “{parts[name].name}”."
            yield problem("parts", 0, "", "unknown-choice", what, "There is nothing to withdraw.")
    if said.position == "signed" and last_run(head) is None:
        what = "Nobody has run this version, so nobody knows what it brings your organisation."
        yield problem("position", 0, "", "not-run", what, "Run it first; then this page tells what you gain or lose.")


def _change(files: Mapping[str, bytes], parts: Sequence[Part], entry: Mapping[str, str]) -> dict[str, bytes | None]:
    """Files of initiatives, each with the entry added."""
    found: dict[str, bytes | None] = {}
    for part in parts:
        data = files[part.file]
        text = decode(data, part.file)
        if isinstance(text, Problem):
            raise PlanError([text])
        found[part.file] = (BOM if data.startswith(BOM) else b"") + with_entry(text, part.file, "sign_offs", entry).encode()  # fmt: skip
    return found


def _refuse_broken(head: Version, change: Mapping[str, bytes | None]) -> None:
    """Raise PlanError where the plan would not be read any more, whatever the reason."""
    files = {**files_of(head), **{p: d for p, d in change.items() if d is not None}}
    with as_folder(files) as folder:
        errors = [p for p in read_draft(folder)[1] if p.severity == "error"]
    if errors:
        raise PlanError(errors)
