"""Places, their versions and drafts. A version is a folder of files by their digests; versions share files that are the same."""

from __future__ import annotations

from typing import Any, ClassVar

from auditlog.registry import auditlog
from django.conf import settings
from django.db import models


class Place(models.Model):
    """A place whose plan is kept here."""

    slug = models.SlugField(unique=True, max_length=64)
    """Its part of every address."""
    name = models.CharField(max_length=200)
    shown_as_draft = models.BooleanField(default=False)
    """Whether what a run finds is shown at once, marked as a draft, to whoever reaches this workbench."""

    def __str__(self) -> str:
        return self.name


class Blob(models.Model):
    """The bytes of a file, kept once however many versions have it."""

    digest = models.CharField(primary_key=True, max_length=64)
    """SHA-256 of the bytes."""
    data = models.BinaryField()

    def __str__(self) -> str:
        return self.digest[:12]


class Version(models.Model):
    """A plan's folder as it was once. It is never changed; a change is another version."""

    place = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    """Counted from 1 for each place."""
    tree: models.JSONField[dict[str, str], dict[str, str]] = models.JSONField()
    """Digest of each file by its path in the folder."""
    digest = models.CharField(max_length=64, db_index=True)
    """Digest of the whole folder: of paths and of what they hold."""
    parents: models.ManyToManyField[Version, Any] = models.ManyToManyField(
        "self", symmetrical=False, related_name="children"
    )
    message = models.CharField(max_length=500)
    """Why it was made."""
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True)
    """Nobody, where it was brought in from a folder by the command line."""
    made = models.DateTimeField(auto_now_add=True)
    added = models.PositiveBigIntegerField(default=0)
    """Bytes that it added to what was kept (`web.room`)."""

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["place", "number"], name="each_number_once")]
        ordering: ClassVar = ["place", "number"]

    def __str__(self) -> str:
        return f"{self.place.slug} {self.number}"


class Draft(models.Model):
    """A line of versions on which somebody works; it shows its newest."""

    place = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="drafts")
    name = models.SlugField(max_length=64)
    organisation = models.CharField(max_length=64, blank=True)
    """Id of the organisation whose draft it is; blank: everybody's who works on the plan."""
    head = models.ForeignKey(Version, on_delete=models.PROTECT, related_name="+")
    closed = models.BooleanField(default=False)
    """Whether it is finished with."""

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["place", "name"], name="each_draft_once")]

    def __str__(self) -> str:
        return f"{self.place.slug}/{self.name}"


for kept in (Place, Version, Draft):
    auditlog.register(kept, exclude_fields=["tree", "added"] if kept is Version else [])
