"""Writing a draft: a change is another version, and what two write at once is brought together by element, or told as a conflict."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from django.conf import settings
from django.db import transaction

from placeplan.core.errors import PlanError, Problem
from placeplan.core.records import digest_of
from placeplan.plan.elements.edit import Files
from placeplan.plan.elements.merge import merged
from placeplan.plan.elements.threeway import Conflict
from placeplan.plan.elements.words import typed_for
from placeplan.plan.entries import HOLD, Saying, gone, said_anew
from placeplan.plan.folder import read_draft
from placeplan.plan.located import problem
from placeplan.plan.missing import ANY
from placeplan.web.store.folders import files_of, folder_of, keep, refuse_astray, tree_of
from placeplan.web.store.models import Draft, Place, Version
from placeplan.web.workbench.rights import Act, may, signs_here

if TYPE_CHECKING:
    from placeplan.web.accounts.models import User

Change = Mapping[str, bytes | None]
"""New bytes of files by path; None: the file goes."""


@dataclass(frozen=True)
class Clash(Exception):  # noqa: N818 – no error: two people wrote the same
    """What somebody else has said in another way since it was read."""

    conflicts: tuple[Conflict, ...]
    head: Version

    @property
    def paths(self) -> tuple[str, ...]:
        """Files in which they stand."""
        return tuple(dict.fromkeys(c.spot.file for c in self.conflicts))


@dataclass(frozen=True)
class Choice:
    """What is chosen for a conflict: one side, or what is typed in place of both."""

    side: Literal["ours", "theirs", "base", "typed"]
    text: str = ""

    def value(self, conflict: Conflict) -> Any:
        """What stands there then; raises PlanError where what is typed cannot stand there."""
        return typed_for(conflict, self.text) if self.side == "typed" else getattr(conflict, self.side)


Choices = Mapping[str, Choice]
"""By the key of a conflict."""


@transaction.atomic
def write(
    draft: Draft, base: Version, change: Change, message: str, by: User | None, choices: Choices | None = None
) -> Version:
    """Write files of a draft as another version.

    Args:
        draft: the draft.
        base: the version that the writer had before them.
        change: what is to be different from it.
        message: why.
        by: who writes.
        choices: what stands in place of conflicts that were told before.

    Raises:
        Clash: where somebody else has changed the same fields since, to something else.
        PlanError: where a path leads astray, what is typed for a conflict cannot stand there, or a record would be gone.
    """
    # The draft alone: joined to its head, PostgreSQL would find no row once another has moved it on.
    line = Draft.objects.select_for_update().get(pk=draft.pk)
    now = files_of(line.head)
    if base.pk != line.head.pk:
        before = files_of(base)
        change = together(before, applied(before, change), now, line.head, choices or {})
    files = applied(now, change)
    if tree_of(files) == line.head.tree:  # as where a form is sent twice
        return line.head
    return put(line, files, message, by, [line.head] if base.pk == line.head.pk else [line.head, base])


def together(base: Files, ours: Files, theirs: Files, head: Version, choices: Choices) -> Change:
    """What of their files is to change so that they say what both say; raises Clash where that has to be chosen."""
    found = merged(base, ours, theirs)
    if found.conflicts and choices:
        found = merged(
            base, ours, theirs, {c.key: choices[c.key].value(c) for c in found.conflicts if c.key in choices}
        )
    if found.conflicts:
        raise Clash(found.conflicts, head)
    return found.change


def applied(files: Files, change: Change) -> dict[str, bytes]:
    """Files with a change made."""
    return {path: data for path, data in (dict(files) | dict(change)).items() if data is not None}


def put(line: Draft, files: Files, message: str, by: User | None, parents: list[Version]) -> Version:
    """Keep files as the newest version of a draft that is locked."""
    refuse_astray(files)
    _refuse_no_plan(files)
    _refuse_of_record(line.place, files, by, parents)
    version = keep(line.place, files, message, by, parents)
    if version.pk != line.head.pk:
        line.head = version
        line.save(update_fields=["head"])
    return version


def _refuse_no_plan(files: Files) -> None:
    """Raise PlanError where nothing of a plan would be left, of which no page could say anything."""
    if not any(name in files for name in ANY):
        what = "Nothing of the plan would be left: neither plan.yaml nor any of its tables."
        raise PlanError([problem("plan.yaml", 0, "", "no-plan", what, "Keep plan.yaml, or begin a draft for what you try.")])  # fmt: skip


def _refuse_of_record(place: Place, files: Files, by: User | None, parents: Sequence[Version]) -> None:
    """Raise PlanError where something that was said on record would be changed or gone, or is said for others. parents: the first is the one that is written on."""
    tree, head = tree_of(files), parents[0]
    held = {p for p in {*tree, *head.tree} if p.startswith(HOLD)}
    if all(tree.get(p) == head.tree.get(p) for p in held):
        return
    before = [read_draft(folder_of(v, settings.ASKED.folder / "versions"))[0] for v in parents]
    with as_folder(files) as folder:
        now = read_draft(folder)[0]
    wrong = [p for p in gone(before[0], now, strictly=True) if p.severity == "error"]
    if wrong := [*wrong, *_said_for_others(place, by, said_anew(before, now))]:
        raise PlanError(wrong)


def _said_for_others(place: Place, by: User | None, said: Iterable[Saying]) -> Iterator[Problem]:
    """What is said for organisations whose people sign here themselves; what was said elsewhere, anybody may write down."""
    here = signs_here(place)
    for entry, whose, board in said:
        own = sorted(whose & here)
        if by is None or not own or any(may(by, Act.SIGN, place, o) for o in own):
            continue
        who = f"members of {board}" if board else own[0]
        what = f"{entry.said}: people of {who} sign here themselves, and you are none of them."
        yield entry.item.problem("signed-for-others", what, "Take the entry away, and ask them to write it.", entry.at)


@contextmanager
def as_folder(files: Files) -> Iterator[Path]:
    """Files as a folder for as long as it is looked at."""
    with tempfile.TemporaryDirectory(prefix="placeplan-") as name:
        for path, data in files.items():
            to = Path(name) / path
            to.parent.mkdir(parents=True, exist_ok=True)
            to.write_bytes(data)
        yield Path(name)


def whole(
    draft: Draft, base: Version, files: Files, message: str, by: User | None, choices: Choices | None = None
) -> Version:
    """Write a whole folder as another version: files that it lacks go, those that are the same count as not touched."""
    before = files_of(base)
    change: dict[str, bytes | None] = {p: data for p, data in files.items() if before.get(p) != data}
    change |= {p: None for p in before if p not in files}
    return write(draft, base, change, message, by, choices)


@transaction.atomic
def begin(draft: Draft, name: str, organisation: str) -> Draft:
    """Begin a draft of one's own from where another stands.

    Raises:
        PlanError: where the name is taken.
    """
    if name in _names(draft.place):
        raise PlanError(
            [problem("name", 0, "", "duplicate-id", f"There is a draft “{name}” already.", "Take another name.")]
        )
    return Draft.objects.create(place=draft.place, name=name, organisation=organisation, head=draft.head)


@transaction.atomic
def beside(draft: Draft, version: Version, change: Change, message: str, by: User) -> Draft:
    """A draft of its own that stands on a version from which another came, and says something else; for the same organisation.

    Raises:
        PlanError: where a record would be gone.
    """
    line = _another(draft, "changed", version)
    write(line, version, change, message, by)
    return line


def _another(draft: Draft, what: str, head: Version) -> Draft:
    """A draft beside one, of the same people, under a name that none has yet."""
    taken = _names(draft.place)
    names = (f"{draft.name[:40]}-{what}-{n}" for n in range(1, len(taken) + 2))
    name = next(n for n in names if n not in taken)
    return Draft.objects.create(place=draft.place, name=name, organisation=draft.organisation, head=head)


def _names(place: Place) -> set[str]:
    """Names of a place's drafts, to which nobody adds another before this is written."""
    Place.objects.select_for_update().get(pk=place.pk)
    return set(place.drafts.values_list("name", flat=True))


@transaction.atomic
def aside(draft: Draft, base: Version, files: Files, message: str, by: User) -> Draft:
    """A draft of its own with a folder that could not be brought into another: for its own organisation, where that is one's.

    It stands on the version that its writer had before them, so that it can be merged.

    Raises:
        PlanError: where a path leads astray, a record would be gone, or something is signed for others.
    """
    refuse_astray(files)
    _refuse_no_plan(files)
    _refuse_of_record(draft.place, files, by, [base])
    sent = {"head__digest": digest_of(tree_of(files)), "name__startswith": f"{draft.name[:40]}-upload-"}
    before = draft.place.drafts.filter(organisation=draft.organisation, head__parents=base, **sent).first()
    return before or _another(draft, "upload", keep(draft.place, files, message, by, [base]))


def problems_of(version: Version) -> tuple[Problem, ...]:
    """Everything that `placeplan check` tells of a version."""
    return _problems(version.digest, str(settings.ASKED.folder))


@lru_cache(maxsize=64)
def _problems(digest: str, folder: str) -> tuple[Problem, ...]:
    """A folder is its digest: what is wrong with it never changes."""
    version = Version.objects.filter(digest=digest)[0]
    return tuple(read_draft(folder_of(version, Path(folder) / "versions"))[1])
