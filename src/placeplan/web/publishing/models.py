"""What is offered to those it names, what they answered, and what was published of it. Rows are added; an answer is never changed."""

from __future__ import annotations

from typing import ClassVar

from auditlog.registry import auditlog
from django.conf import settings
from django.db import models
from django.db.models import Q


class Offer(models.Model):
    """What a run found, shown to every organisation that it names before anybody else sees it."""

    class State(models.TextChoices):
        """What became of it."""

        OPEN = "open", "with those it names"
        PUBLISHED = "published", "published"
        TAKEN_BACK = "taken back", "taken back"

    place = models.ForeignKey("store.Place", on_delete=models.PROTECT, related_name="offers")
    version = models.ForeignKey("store.Version", on_delete=models.PROTECT, related_name="+")
    findings = models.ForeignKey("store.Blob", on_delete=models.PROTECT, related_name="+")
    """The findings that were offered, byte for byte."""
    asked = models.DateField()
    until = models.DateField()
    """Last day on which it is waited for answers."""
    offered_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    made = models.DateTimeField(auto_now_add=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.OPEN)
    ended_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    why = models.CharField(max_length=500, blank=True)
    """Why it was taken back."""

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["place"], condition=Q(state="open"), name="one_open_offer_a_place"),
        ]
        ordering: ClassVar = ["-made"]

    def __str__(self) -> str:
        return f"offer {self.pk} of {self.version}"


class OfferFile(models.Model):
    """A page or file that those named are shown."""

    offer = models.ForeignKey(Offer, on_delete=models.CASCADE, related_name="files")
    path = models.CharField(max_length=300)
    blob = models.ForeignKey("store.Blob", on_delete=models.PROTECT)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["offer", "path"], name="each_offered_page_once")]

    def __str__(self) -> str:
        return self.path


class Shown(models.Model):
    """An organisation that was shown an offer, and how."""

    offer = models.ForeignKey(Offer, on_delete=models.CASCADE, related_name="shown")
    organisation = models.CharField(max_length=64)
    name = models.CharField(max_length=300)
    how = models.CharField(max_length=300, blank=True)
    """How, where nobody of it can sign in here; blank: in the workbench."""

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["offer", "organisation"], name="each_shown_once")]
        ordering: ClassVar = ["name"]

    def __str__(self) -> str:
        return f"{self.organisation}: {self.offer}"


class Answer(models.Model):
    """What an organisation answered. It is never changed: who thinks again answers again, and the last one is published."""

    offer = models.ForeignKey(Offer, on_delete=models.PROTECT, related_name="answers")
    organisation = models.CharField(max_length=64)
    by = models.CharField(max_length=200)
    """The board or office that answers."""
    text = models.TextField(blank=True)
    """Its answer, as it wrote it; blank: it has nothing to say."""
    day = models.DateField()
    written_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    made = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering: ClassVar = ["pk"]

    def __str__(self) -> str:
        return f"{self.organisation}: {self.offer}"


class Publication(models.Model):
    """That a version was published, and perhaps withdrawn. What it says stands in the site itself."""

    place = models.ForeignKey("store.Place", on_delete=models.PROTECT, related_name="publications")
    offer = models.OneToOneField(Offer, on_delete=models.PROTECT)
    name = models.CharField(max_length=12)
    """Of the version, in its address."""
    published_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    made = models.DateTimeField(auto_now_add=True)
    withdrawn_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    withdrawn = models.DateTimeField(null=True)
    why = models.CharField(max_length=500, blank=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["place", "name"], name="each_publication_once")]
        ordering: ClassVar = ["-made"]

    def __str__(self) -> str:
        return f"{self.place.slug} {self.name}"


for kept in (Offer, Shown, Answer, Publication):
    auditlog.register(kept)
