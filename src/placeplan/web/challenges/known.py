"""The numbers of a published plan: found once for each version, as versions never change."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from django.conf import settings
from django.http import Http404

from placeplan.plan.numbers.find import Numbers
from placeplan.plan.numbers.number import Number, shown
from placeplan.report.site.shelf import Entry
from placeplan.web.challenges.kept import numbers_of_version
from placeplan.web.public.reading import entries_of, findings_of
from placeplan.web.slider.asking import version_of
from placeplan.web.store.folders import folder_of
from placeplan.web.store.models import Place, Version

KEPT: Final = 4
"""Versions whose numbers each process keeps at hand."""


@dataclass(frozen=True)
class Open:
    """What of a place can be challenged: the newest version that is published and not withdrawn."""

    entry: Entry
    version: Version
    number: int
    """Which of the published versions it is, counted from 1."""

    @property
    def numbers(self) -> Numbers:
        """Its numbers."""
        return numbers_of(self.version)


def open_of(place: Place) -> Open | None:
    """The published version whose numbers anyone may challenge; None where there is none, or its folder is not kept here."""
    every = entries_of(place)
    number, entry = next(((n, e) for n, e in reversed([*enumerate(every, 1)]) if e.withdrawn is None), (0, None))
    if entry is None:
        return None
    try:
        version = version_of(place, findings_of(place, entry))
    except Http404:
        return None
    return Open(entry, version, number) if version is not None else None


def numbers_of(version: Version) -> Numbers:
    """Numbers of a version."""
    return _numbers(version.pk, version.digest, str(settings.ASKED.folder))


@lru_cache(maxsize=KEPT)
def _numbers(key: int, digest: str, folder: str) -> Numbers:
    del digest, folder  # versions of another database may have the same key
    return numbers_of_version(Version.objects.get(pk=key))


def folder(version: Version) -> Path:
    """A version as a folder on the disk."""
    return folder_of(version, settings.ASKED.folder / "versions")


def has(version: Version, address: str, value: Any) -> bool:
    """Whether a version has a value at an address."""
    found = numbers_of(version).open.get(address)
    return found is not None and shown(found.value) == shown(value)


def title(number: Number) -> str:
    """What a number is called: of what, and which of its figures."""
    return f"{number.of}: {number.field.replace('_', ' ')}" if number.of else number.field
