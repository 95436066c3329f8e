"""Writing a draft: a change is another version, and what two write at once is brought together file by file, or refused."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import transaction

from placeplan.core.errors import PlanError, Problem
from placeplan.plan.folder import read_draft
from placeplan.plan.located import problem
from placeplan.web.store.folders import files_of, folder_of, keep
from placeplan.web.store.models import Draft, Version

if TYPE_CHECKING:
    from placeplan.web.accounts.models import User

Change = Mapping[str, bytes | None]
"""New bytes of files by path; None: the file goes."""


@dataclass(frozen=True)
class Clash(Exception):  # noqa: N818 – no error: two people wrote the same
    """Files that somebody else has changed since they were read."""

    paths: tuple[str, ...]
    head: Version


@transaction.atomic
def write(draft: Draft, base: Version, change: Change, message: str, by: User | None) -> Version:
    """Write files of a draft as another version.

    Args:
        draft: the draft.
        base: the version that the writer had before them.
        change: what is to be different from it.
        message: why.
        by: who writes.

    Raises:
        Clash: where somebody else has changed the same files since, to something else.
        PlanError: where a path leads astray.
    """
    # The draft alone: joined to its head, PostgreSQL would find no row once another has moved it on.
    line = Draft.objects.select_for_update().get(pk=draft.pk)
    clashing = tuple(_clashing(base.tree, line.head.tree, change, line.head))
    if clashing:
        raise Clash(clashing, line.head)
    files = files_of(line.head)
    for path, data in change.items():
        if data is None:
            files.pop(path, None)
        else:
            files[path] = data
    parents = [line.head] if base.pk == line.head.pk else [line.head, base]
    version = keep(line.place, files, message, by, parents)
    if version.pk != line.head.pk:
        line.head = version
        line.save(update_fields=["head"])
    return version


def _clashing(base: Mapping[str, str], head: Mapping[str, str], change: Change, at: Version) -> Iterator[str]:
    """Paths that changed on both sides, to different things."""
    moved = [p for p in change if base.get(p) != head.get(p)]
    if moved:
        held = files_of(at)
        yield from (p for p in sorted(moved) if held.get(p) != change[p])


def whole(draft: Draft, base: Version, files: Mapping[str, bytes], message: str, by: User | None) -> Version:
    """Write a whole folder as another version: files that it lacks go, those that are the same count as not touched."""
    before = files_of(base)
    change: dict[str, bytes | None] = {p: data for p, data in files.items() if before.get(p) != data}
    change |= {p: None for p in before if p not in files}
    return write(draft, base, change, message, by)


@transaction.atomic
def begin(draft: Draft, name: str, organisation: str) -> Draft:
    """Begin a draft of one's own from where another stands.

    Raises:
        PlanError: where the name is taken.
    """
    if draft.place.drafts.filter(name=name).exists():
        raise PlanError(
            [problem("name", 0, "", "duplicate-id", f"There is a draft “{name}” already.", "Take another name.")]
        )
    return Draft.objects.create(place=draft.place, name=name, organisation=organisation, head=draft.head)


def problems_of(version: Version) -> tuple[Problem, ...]:
    """Everything that `placeplan check` tells of a version."""
    return _problems(version.pk, str(settings.ASKED.folder))


@lru_cache(maxsize=64)
def _problems(key: int, folder: str) -> tuple[Problem, ...]:
    """Versions never change, so neither does what is wrong with one."""
    version = Version.objects.get(pk=key)
    return tuple(read_draft(folder_of(version, Path(folder) / "versions"))[1])
