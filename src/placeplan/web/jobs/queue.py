"""Asking for a job, and taking one up: by the database alone, so that any number of workers can share a queue."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

from django.db import IntegrityError, connection, transaction
from django.db.models import Case, Q, QuerySet, When
from django.utils import timezone

from placeplan import __version__
from placeplan.core.records import digest_of
from placeplan.engine.caches import sources
from placeplan.web.jobs.kinds import KINDS
from placeplan.web.jobs.models import ENDED, Job, State
from placeplan.web.room import refuse_full

if TYPE_CHECKING:
    from placeplan.web.accounts.models import User
    from placeplan.web.store.models import Place, Version

LAST: Final = "compare"
AFTER_OTHERS: Final = Case(When(kind=LAST, then=1), default=0)
"""What anybody may ask for without an account waits for those who write the plan."""
LEASE: Final = timedelta(seconds=60)
"""How long a worker that says nothing is believed to be at work."""
MOST_ATTEMPTS: Final = 3
"""Workers that a job may lose before it counts as failed."""


def ask(kind: str, version: Version, asked: Mapping[str, Any] | None = None, by: User | None = None) -> Job:
    """The job that does what is asked: a new one, or the one that was asked for before, whatever became of it.

    A job that was cancelled, or failed for a reason other than the plan, is put in the queue again.

    Raises:
        KeyError: where there is no such kind.
        pydantic.ValidationError: where an argument is not one of it, or too large.
        PlanError: where the place, or who asks, has no room left for what it would write.
    """
    arguments = KINDS[kind].asks.model_validate(dict(asked or {})).model_dump(mode="json")
    digest = digest_of([kind, version.digest, arguments, __version__, sources()])
    if not Job.objects.filter(digest=digest).exists():
        refuse_full(version.place, by, 0)
    try:
        with transaction.atomic():
            return Job.objects.create(digest=digest, kind=kind, version=version, arguments=arguments, asked_by=by)
    except IntegrityError:
        job = Job.objects.get(digest=digest)
    again = {
        "state": State.QUEUED,
        "attempts": 0,
        "begun": None,
        "to_cancel": False,
        "ended": None,
        "log": "",
        "problems": [],
    }
    Job.objects.filter(pk=job.pk, state__in=(State.CANCELLED, State.FAILED)).update(**again)
    job.refresh_from_db()
    return job


@transaction.atomic
def take() -> Job | None:
    """The next job for a worker: the oldest that waits, or whose worker has not been heard of. None where there is none."""
    now = timezone.now()
    free = Job.objects.filter(Q(state=State.QUEUED) | Q(state=State.RUNNING, lease__lt=now)).order_by(
        AFTER_OTHERS, "made", "pk"
    )
    job = free.select_for_update(skip_locked=connection.features.has_select_for_update_skip_locked).first()
    if job is None:
        return None
    job.state, job.begun, job.lease = State.RUNNING, job.begun or now, now + LEASE
    job.attempts += 1
    job.save(update_fields=["state", "begun", "lease", "attempts"])
    return job


def jobs_of(place: Place) -> QuerySet[Job]:
    """Jobs of all plans of which a place has a version: the same bytes are run once, whichever place asked first."""
    return Job.objects.filter(version__digest__in=place.versions.values("digest")).select_related("version")


def ahead_of(job: Job) -> int:
    """How many jobs are done before one that waits: those under way, and those that are taken up sooner."""
    if job.state != State.QUEUED:
        return 0
    sooner = Q(made__lt=job.made) | Q(made=job.made, pk__lt=job.pk)
    waits = (Q(kind=LAST) & sooner | ~Q(kind=LAST)) if job.kind == LAST else (~Q(kind=LAST) & sooner)
    return Job.objects.filter(Q(state=State.RUNNING) | Q(state=State.QUEUED) & waits).exclude(pk=job.pk).count()


def heard_of(job: Job, done: int, total: int, doing: str) -> bool:
    """Tell how far a job is; whether to go on: not where it is to be cancelled, or another worker has it."""
    mine = _mine(job)
    told = {"lease": timezone.now() + LEASE, "done": done, "total": total, "doing": doing[:200]}
    return mine.update(**told) == 1 and not mine.filter(to_cancel=True).exists()


def holds(job: Job) -> bool:
    """Whether a worker still has a job that it took up, and for the next while: nobody else writes where it does."""
    return _mine(job).update(lease=timezone.now() + LEASE) == 1


def _mine(job: Job) -> QuerySet[Job]:
    """A job for as long as the worker has it that took it up: another begins it anew, or counts one attempt more."""
    return Job.objects.filter(pk=job.pk, state=State.RUNNING, attempts=job.attempts, begun=job.begun)


def cancel(job: Job) -> None:
    """Cancel a job: at once where it waits, as soon as its worker looks where it is under way."""
    Job.objects.filter(pk=job.pk, state=State.QUEUED).update(state=State.CANCELLED, ended=timezone.now())
    Job.objects.filter(pk=job.pk, state=State.RUNNING).update(to_cancel=True)


def give_back(job: Job) -> None:
    """Let a job wait its turn again, as if this worker had not taken it up."""
    _mine(job).update(state=State.QUEUED, attempts=job.attempts - 1, lease=None)


def end(job: Job, state: State, **told: Any) -> bool:
    """End a job, unless another worker has it by now."""
    assert state in ENDED
    return _mine(job).update(state=state, ended=timezone.now(), lease=None, **told) == 1
