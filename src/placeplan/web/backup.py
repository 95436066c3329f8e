"""A backup: all that the workbench keeps, in one file that any database can be restored from.

A ZIP archive: ``backup.json`` (what it is, and how many rows of each kind), ``rows/KIND.jsonl`` (a row a line) and
``blobs/DIGEST`` (the bytes of files). It is read from one moment of the database. What is left out stands in `LEFT_OUT`.
"""

from __future__ import annotations

import hashlib
import json
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from auditlog.context import disable_auditlog
from auditlog.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.core import serializers
from django.core.management.color import no_style
from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection, models, transaction

from placeplan import __version__
from placeplan.core.errors import PlanError, Problem
from placeplan.core.units import size_of
from placeplan.plan.aside import put_in_place
from placeplan.plan.located import problem
from placeplan.web.accounts.models import Membership, Notice, User
from placeplan.web.accounts.recorded import NOT_KEPT
from placeplan.web.challenges.models import Challenge, Step
from placeplan.web.jobs.models import Job, JobFile
from placeplan.web.public.models import SiteFile
from placeplan.web.publishing.models import Answer, Offer, OfferFile, Publication, Shown
from placeplan.web.room import count_anew
from placeplan.web.store.models import Blob, Draft, Place, Version

KINDS: Final[tuple[type[models.Model], ...]] = (
    User,
    Notice,
    Place,
    Membership,
    Version,
    Draft,
    Job,
    JobFile,
    SiteFile,
    Offer,
    OfferFile,
    Shown,
    Answer,
    Publication,
    Challenge,
    Step,
    LogEntry,
)
"""What is kept besides the bytes of files, each after what it refers to."""
LEFT_OUT: Final = {
    "sessions.session": "who is signed in: everybody signs in again",
    "rates.count": "counts, gone after their stretch of time",
    "axes.accessattempt": "failed tries to sign in, which count for an hour",
    "axes.accesslog": "not written (AXES_DISABLE_ACCESS_LOG)",
    "axes.accessfailurelog": "not written",
    "axes.accessattemptexpiration": "how long failed tries count",
    "auth.permission": "Django's own, which nobody here has: what each role may is a table in the code",
    "auth.group": "Django's own, which nobody here has",
    "contenttypes.contenttype": "names of kinds, which every database makes for itself; the log refers to them by name",
}
"""Kinds that no backup has, and why."""
EVERY: Final[tuple[type[models.Model], ...]] = (*KINDS, Blob)
HEAD: Final = "backup.json"
FORMAT: Final = 5
"""Raised with each change of what a kind has, or of which kinds there are (`SHAPE`, tests/web/test_backup.py); what is read of formats before stands in `LACKING`."""
SHAPE: Final = "ace668ddc28cfcf7"
"""Digest of all kinds and their columns in this format (`shape`)."""
LACKING: Final[Mapping[int, tuple[type[models.Model], ...]]] = {
    1: (Notice, Offer, OfferFile, Shown, Answer, Publication, Challenge, Step),
    2: (Notice,),
    3: (Notice,),
    4: (),
}
"""Formats of before that are read: kinds that their backups may lack, as they came while it was the newest. Columns that came later take what they begin with."""
AT_ONCE: Final = 500
"""Rows that are in memory at once."""


def back_up(out: Path) -> dict[str, int]:
    """Write all that is kept to a file, whole or not at all; how many rows there are of each kind."""
    with (
        put_in_place(out, sure=True) as aside,
        zipfile.ZipFile(aside, "w", zipfile.ZIP_DEFLATED) as archive,
        _one_moment(),
    ):
        counts = {name_of(kind): _write(archive, kind) for kind in KINDS}
        counts[name_of(Blob)] = 0
        for digest, data in Blob.objects.values_list("digest", "data").iterator(AT_ONCE):
            archive.writestr(f"blobs/{digest}", bytes(data))
            counts[name_of(Blob)] += 1
        archive.writestr(
            HEAD, json.dumps({"placeplan_backup": FORMAT, "placeplan": __version__, "rows": counts}, indent=1)
        )
    return counts


def _every(kind: type[models.Model]) -> models.QuerySet[Any]:
    return kind._default_manager.all()  # noqa: SLF001 – Django's public way to it


def _of(kind: type[models.Model]) -> Any:
    return kind._meta  # noqa: SLF001 – Django's public way to it


def name_of(kind: type[models.Model]) -> str:
    """What rows of a kind are called."""
    return str(kind._meta.label_lower)  # noqa: SLF001 – Django's public way to it


class Exact(DjangoJSONEncoder):
    """Writes times to the microsecond, as they are kept; Django's own cuts them to milliseconds."""

    def default(self, o: Any) -> Any:
        """A value that JSON does not know."""
        return o.isoformat() if isinstance(o, datetime) else super().default(o)


@contextmanager
def _one_moment() -> Iterator[None]:
    """Whatever is read inside is from one moment, however long reading takes."""
    with transaction.atomic():
        if connection.vendor == "postgresql" and not connection.savepoint_ids:
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        yield


def _write(archive: zipfile.ZipFile, kind: type[models.Model]) -> int:
    """Write the rows of a kind; how many there are."""
    count = 0
    with archive.open(f"rows/{name_of(kind)}.jsonl", "w") as file:
        for row in _every(kind).order_by("pk").iterator(AT_ONCE):
            text: str = serializers.serialize("jsonl", [row], use_natural_foreign_keys=True, cls=Exact)
            file.write(text.encode())
            count += 1
    return count


def restore(source: Path) -> dict[str, int]:
    """Bring back all that a backup holds into a database that holds nothing yet, whole or not at all.

    Raises:
        PlanError: where the file is no backup, was changed or cut off, or the database holds something.
    """
    try:
        with zipfile.ZipFile(source) as archive:
            counts = _head(archive, source)
            _refuse_full(source)
            with transaction.atomic(), disable_auditlog():
                _blobs(archive, counts[name_of(Blob)], source)
                for kind in KINDS:
                    if name_of(kind) in counts:
                        _rows(archive, kind, counts[name_of(kind)], source)
                if not Version.objects.filter(added__gt=0).exists():  # backups of formats 1 and 2 do not say it
                    count_anew(Version.objects.all(), Blob.objects.all())
                LogEntry.objects.update(**dict.fromkeys(NOT_KEPT))  # the first backups had addresses in the log
                _count_on()
    except FileNotFoundError:
        raise PlanError(
            [_refused(source, "missing-file", "is not there", "Give the file that placeplan web backup wrote.")]
        ) from None
    except (
        zipfile.BadZipFile,
        KeyError,
        EOFError,
        serializers.base.DeserializationError,
        UnicodeDecodeError,
    ) as failed:
        raise PlanError(
            [_refused(source, "not-a-backup", "cannot be read whole", "Take another copy of it.")]
        ) from failed
    return counts


def _head(archive: zipfile.ZipFile, source: Path) -> dict[str, int]:
    """How many rows of each kind a backup says it has; kinds that came after it are not among them."""
    try:
        head = json.loads(archive.read(HEAD))
        rows, written = {str(name): int(count) for name, count in head["rows"].items()}, head["placeplan_backup"]
    except (ValueError, TypeError, KeyError, AttributeError):
        written, rows, head = None, {}, {}
    if isinstance(written, int) and written > FORMAT:
        what = f"was written by a later version of placeplan ({head.get('placeplan', 'which does not say')}); this is {__version__}"
        raise PlanError([_refused(source, "not-a-backup", what, "Restore it with that version or a later one.")])
    may_lack = {name_of(kind) for kind in LACKING.get(written, ())} if isinstance(written, int) else set()
    every, files = {name_of(kind) for kind in EVERY}, {f"rows/{name}.jsonl" for name in rows}
    there = {name for name in archive.namelist() if name.startswith("rows/")}
    known = written == FORMAT or written in LACKING
    if not (known and set(rows) <= every and every - set(rows) <= may_lack and there == files - {f"rows/{name_of(Blob)}.jsonl"}):  # fmt: skip
        mend = "Give a whole file that placeplan web backup wrote."
        raise PlanError([_refused(source, "not-a-backup", "is no backup that placeplan can read", mend)])
    return rows


def shape() -> str:
    """Digest of what this version keeps: kinds and the columns of each. Where it is another, `FORMAT` is raised."""
    kinds = {
        name_of(kind): sorted(f.attname for f in (*_of(kind).concrete_fields, *_of(kind).many_to_many))
        for kind in EVERY
    }
    return hashlib.sha256(json.dumps(kinds, sort_keys=True).encode()).hexdigest()[:16]


def _refuse_full(source: Path) -> None:
    full = [name_of(kind) for kind in EVERY if _every(kind).exists()]
    if full:
        what = f"The database already holds something ({', '.join(full)}), and a backup would mix with it."
        raise PlanError(
            [problem(source.name, 0, "", "database-in-use", what, "Restore into an empty database or folder.")]
        )


def _blobs(archive: zipfile.ZipFile, count: int, source: Path) -> None:
    names = [n for n in archive.namelist() if n.startswith("blobs/")]
    if len(names) != count:
        raise PlanError([_refused(source, "not-a-backup", f"lacks files: {len(names):,} of {count:,} are there", "Take another copy of it.")])  # fmt: skip
    for name in names:
        data, digest = archive.read(name), name.removeprefix("blobs/")
        if hashlib.sha256(data).hexdigest() != digest:
            raise PlanError([_refused(source, "not-a-backup", f"was changed: {name} is not what its name says", "Take another copy of it.")])  # fmt: skip
        Blob.objects.create(digest=digest, data=data)


def _rows(archive: zipfile.ZipFile, kind: type[models.Model], count: int, source: Path) -> None:
    found = 0
    for row in _read(archive, kind):
        row.save()
        found += 1
    if found != count:
        raise PlanError([_refused(source, "not-a-backup", f"lacks rows of {name_of(kind)}: {found:,} of {count:,} are there", "Take another copy of it.")])  # fmt: skip


def _read(archive: zipfile.ZipFile, kind: type[models.Model]) -> Iterator[Any]:
    with archive.open(f"rows/{name_of(kind)}.jsonl") as file:
        for line in file:
            for row in serializers.deserialize("jsonl", line.decode()):
                if not isinstance(row.object, kind):
                    raise serializers.base.DeserializationError(name_of(kind))
                yield row


def _count_on() -> None:
    """Have numbers of new rows go on after those that were restored."""
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), [*KINDS, ContentType]):
            cursor.execute(statement)


def _refused(source: Path, code: str, what: str, mend: str) -> Problem:
    return problem(source.name, 0, "", code, f"“{source.name}” {what}.", mend)


def told(counts: dict[str, int], out: Path) -> str:
    """What a backup holds, in a line."""
    places, versions = counts[name_of(Place)], counts[name_of(Version)]
    return f"{out.resolve()}: places: {places:,}, versions: {versions:,}, files: {counts[name_of(Blob)]:,}, {size_of(out.stat().st_size)}."
