"""Jobs and what came of them."""

from __future__ import annotations

from typing import Any, ClassVar

from django.conf import settings
from django.db import models

from placeplan.web.jobs.kinds import KINDS, JobKind


class State(models.TextChoices):
    """How far a job is."""

    QUEUED = "queued", "waits its turn"
    RUNNING = "running", "under way"
    DONE = "done", "done"
    REFUSED = "refused", "the plan has problems"
    FAILED = "failed", "failed"
    CANCELLED = "cancelled", "cancelled"


ENDED = (State.DONE, State.REFUSED, State.FAILED, State.CANCELLED)


class Job(models.Model):
    """One run of a version: by what is asked, on which version, with which code. The same is never run twice."""

    digest = models.CharField(max_length=64, unique=True)
    """Digest of all that its result hangs on."""
    kind = models.CharField(max_length=20)
    version = models.ForeignKey("store.Version", on_delete=models.PROTECT, related_name="jobs")
    arguments: models.JSONField[dict[str, Any], dict[str, Any]] = models.JSONField(default=dict)
    state = models.CharField(max_length=10, choices=State.choices, default=State.QUEUED, db_index=True)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True)
    made = models.DateTimeField(auto_now_add=True)
    begun = models.DateTimeField(null=True)
    ended = models.DateTimeField(null=True)
    attempts = models.PositiveIntegerField(default=0)
    """How often a worker has taken it up; more than once where one was stopped."""
    lease = models.DateTimeField(null=True)
    """Until when the worker that has it is believed to be at work."""
    to_cancel = models.BooleanField(default=False)
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    doing = models.CharField(max_length=200, blank=True)
    """What is under way, and how much of it is done."""
    problems: models.JSONField[list[dict[str, Any]], list[dict[str, Any]]] = models.JSONField(default=list)
    """What is wrong with the plan or with what was asked, as `placeplan check --json` tells it."""
    log = models.TextField(blank=True)
    """The last that it said; for administrators."""

    class Meta:
        ordering: ClassVar = ["made"]

    def __str__(self) -> str:
        return f"{self.kind} of {self.version}"

    @property
    def kind_of(self) -> JobKind:
        """What is asked."""
        return KINDS[self.kind]

    @property
    def called(self) -> str:
        """What it is, in a few words."""
        return self.kind_of.called(self.arguments)


class JobFile(models.Model):
    """A file that a job wrote."""

    job = models.ForeignKey(Job, on_delete=models.CASCADE, related_name="files")
    path = models.CharField(max_length=200)
    blob = models.ForeignKey("store.Blob", on_delete=models.PROTECT)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["job", "path"], name="each_file_once")]

    def __str__(self) -> str:
        return self.path
