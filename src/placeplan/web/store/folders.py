"""Folders into versions and back, byte for byte."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Final

from django.db import transaction

from placeplan.core.errors import PlanError, Problem
from placeplan.core.records import digest_of
from placeplan.core.units import size_of
from placeplan.plan.aside import put_in_place
from placeplan.plan.located import problem
from placeplan.web.room import added_by, refuse_full
from placeplan.web.store.models import Blob, Draft, Place, Version

if TYPE_CHECKING:
    from placeplan.web.accounts.models import User

MOST_BYTES: Final = 32 * 2**20
"""Of one plan, all files together: three times what a made-up place of 400 areas has, and read within some 20 seconds whatever stands in it."""
MOST_FILES: Final = 2000
Files = Mapping[str, bytes]


def read_files(folder: Path) -> dict[str, bytes]:
    """Every file of a plan's folder by its path from there, but for hidden ones.

    Raises:
        PlanError: where something in it is no plain file, or it is too large.
    """
    paths = [
        p for p in sorted(folder.rglob("*")) if not any(part.startswith(".") for part in p.relative_to(folder).parts)
    ]
    odd = [p for p in paths if p.is_symlink() or not (p.is_file() or p.is_dir())]
    if odd:
        raise PlanError([_odd(p.relative_to(folder).as_posix()) for p in odd])
    files = [p for p in paths if p.is_file()]
    refuse_too_large(((p.name, p.stat().st_size) for p in files), folder.name)
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in files}


def refuse_too_large(sizes: Iterable[tuple[str, int]], name: str) -> None:
    """Raise PlanError where a folder has more files or bytes than a plan may."""
    every = list(sizes)
    whole = sum(size for _, size in every)
    if whole > MOST_BYTES:
        what = f"The folder holds {size_of(whole)}; a plan may have {size_of(MOST_BYTES)}."
        raise PlanError([problem(name, 0, "", "too-large", what, "Take away what is no part of the plan.")])
    if len(every) > MOST_FILES:
        what = f"The folder holds {len(every):,} files; a plan may have {MOST_FILES:,}."
        raise PlanError([problem(name, 0, "", "too-large", what, "Take away what is no part of the plan.")])


def refuse_astray(paths: Iterable[str]) -> None:
    """Raise PlanError where a path leads out of the folder or is none that every system can write."""
    wrong = [p for p in paths if not plain(p)]
    if wrong:
        raise PlanError([_odd(p) for p in wrong])


def plain(path: str) -> bool:
    """Whether a path stays in its folder and every system can write it.

    >>> plain("initiatives/beds.yaml"), plain("../x"), plain("/etc/passwd"), plain("a//b"), plain("c:x"), plain(".git/x")
    (True, False, False, False, False, False)
    """
    parts = path.split("/")
    return (
        bool(path)
        and PurePosixPath(path).as_posix() == path
        and not any(p in ("", ".", "..") or p.startswith(".") for p in parts)
        and not set(path) & set('\\:*?"<>|')
        and all(ord(c) >= ord(" ") for c in path)
    )


def _odd(path: str) -> Problem:
    what = f"“{path}” is no plain file inside the plan’s folder."
    return problem(path, 0, "", "unknown-file", what, "Put the file itself there, under a plain name.")


def tree_of(files: Files) -> dict[str, str]:
    """SHA-256 of each file by its path."""
    return {path: hashlib.sha256(data).hexdigest() for path, data in sorted(files.items())}


@transaction.atomic
def keep(place: Place, files: Files, message: str, by: User | None = None, parents: Iterable[Version] = ()) -> Version:
    """Keep a folder as a version of a place; where its one parent is the same folder, that parent.

    Raises:
        PlanError: where a path leads astray, or there is no room for it.
    """
    refuse_astray(files)
    tree = tree_of(files)
    before = list(parents)
    if len(before) == 1 and before[0].tree == tree:
        return before[0]
    Place.objects.select_for_update().get(pk=place.pk)  # numbers go one after the other
    there = set(Blob.objects.filter(digest__in=set(tree.values())).values_list("digest", flat=True))
    new = {digest: files[path] for path, digest in tree.items() if digest not in there}
    added = added_by(tree, {digest: len(data) for digest, data in new.items()})
    refuse_full(place, by, added)
    Blob.objects.bulk_create([Blob(digest=d, data=data) for d, data in new.items()], ignore_conflicts=True)
    last = place.versions.order_by("-number").values_list("number", flat=True).first() or 0
    made = Version.objects.create(
        place=place, number=last + 1, tree=tree, digest=digest_of(tree), message=message, made_by=by, added=added
    )
    made.parents.set(before)
    return made


def files_of(version: Version) -> dict[str, bytes]:
    """Every file of a version by its path."""
    held = {b.digest: bytes(b.data) for b in Blob.objects.filter(digest__in=set(version.tree.values()))}
    return {path: held[digest] for path, digest in version.tree.items()}


def folder_of(version: Version, under: Path) -> Path:
    """A version as a folder on disk, for what reads folders; it is made ready once, and again where somebody took files out of it."""
    folder = under / version.digest
    there = folder.is_dir()  # asked first: one that comes from now on is whole, and stays
    if not there or not all((folder / path).is_file() for path in version.tree):
        with put_in_place(folder, once=not there) as aside:
            aside.mkdir()
            for path, data in files_of(version).items():
                file = aside / path
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_bytes(data)
    return folder


@transaction.atomic
def bring_in(slug: str, name: str, files: Files, message: str, draft: str = "main") -> Version:
    """Keep a folder as the newest version of a place's draft; both are made where they are not there."""
    place, _ = Place.objects.get_or_create(slug=slug, defaults={"name": name})
    line = place.drafts.filter(name=draft).select_related("head").first()
    version = keep(place, files, message, parents=[line.head] if line else [])
    Draft.objects.update_or_create(place=place, name=draft, defaults={"head": version})
    return version
