"""Whether the workbench is well, for whoever watches over it; and its figures, as Prometheus reads them."""

from __future__ import annotations

from collections.abc import Iterator

from axes.models import AccessAttempt
from django.db import DatabaseError, connection
from django.db.models import Count, Sum
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone

from placeplan.web import room
from placeplan.web.jobs.models import Job, State
from placeplan.web.rates.limits import held_off
from placeplan.web.store.models import Place, Version


def health(request: HttpRequest) -> HttpResponse:
    """Whether the database answers; status 503 where it does not."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("select 1")
    except DatabaseError:
        return JsonResponse({"well": False, "database": "does not answer"}, status=503)
    return JsonResponse({"well": True, "database": "answers"})


def metrics(request: HttpRequest) -> HttpResponse:
    """Figures of what is kept and what is under way, in Prometheus' text format."""
    text = "".join(f"{line}\n" for line in _lines())
    return HttpResponse(text, content_type="text/plain; version=0.0.4; charset=utf-8")


def _lines() -> Iterator[str]:
    yield "# HELP placeplan_jobs Jobs by state."
    yield "# TYPE placeplan_jobs gauge"
    count = dict(Job.objects.values_list("state").annotate(n=Count("pk")).order_by())
    for state in State.values:
        yield f'placeplan_jobs{{state="{state}"}} {count.get(state, 0)}'
    oldest = Job.objects.filter(state=State.QUEUED).values_list("made", flat=True).first()
    waited = (timezone.now() - oldest).total_seconds() if oldest else 0.0
    yield "# HELP placeplan_oldest_job_seconds How long the oldest job in the queue has waited."
    yield "# TYPE placeplan_oldest_job_seconds gauge"
    yield f"placeplan_oldest_job_seconds {waited:.1f}"
    yield "# HELP placeplan_bytes Bytes that are kept, by what they are."
    yield "# TYPE placeplan_bytes gauge"
    for what, size in room.told().items():
        yield f'placeplan_bytes{{of="{what}"}} {size}'
    yield "# HELP placeplan_held_off Who is held off just now, as they ask too often, by what they ask."
    yield "# TYPE placeplan_held_off gauge"
    for rate, many in held_off().items():
        yield f'placeplan_held_off{{what="{rate}"}} {many}'
    for name, what, number in (
        ("failed_sign_ins", "Tries to sign in that failed, and count still.", AccessAttempt.objects.aggregate(n=Sum("failures_since_start"))["n"] or 0),
        ("places", "Places.", Place.objects.count()), ("versions", "Versions of plans.", Version.objects.count()),
        ("fullest_place", "Share of its room that the fullest place has used; above 1 nothing more is kept of it.", round(room.fullest(), 4)),
    ):  # fmt: skip
        yield f"# HELP placeplan_{name} {what}"
        yield f"# TYPE placeplan_{name} gauge"
        yield f"placeplan_{name} {number}"
