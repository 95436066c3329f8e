"""A draft of what a search found: the version that was looked at, with the change written into its files."""

from __future__ import annotations

import json
from http import HTTPStatus
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from placeplan.plan.folder import read_plan
from placeplan.plan.synthetic import make
from placeplan.plan.write import write_plan
from placeplan.stress.levers.levered import lever
from placeplan.stress.results.tests import ChangedPlan, LeverMove, StressFinding, StressRow
from placeplan.web.accounts.people import add, give
from placeplan.web.jobs.kinds import FOUND
from placeplan.web.jobs.models import Job, JobFile, State
from placeplan.web.jobs.queue import ask
from placeplan.web.store.folders import bring_in, files_of, folder_of, read_files
from placeplan.web.store.models import Blob, Draft, Version
from placeplan.web.workbench import drafts

pytestmark = pytest.mark.django_db
AT = "/drafts/mill-vale/main"
ROW = "give it half, later"


@pytest.fixture
def version(tmp_path: Path) -> Version:
    write_plan(make(areas=1, organisations=2, initiatives=2, detail="plain"), tmp_path / "plan")
    return bring_in("mill-vale", "Mill Vale", read_files(tmp_path / "plan"), "brought in")


def signed_in(name: str, role: str = "contributor", organisation: str = "ACU1") -> Client:
    user = add(f"{name}@example.org", name.title())
    give(f"{name}@example.org", "mill-vale", organisation, role)
    client = Client(headers={"host": "localhost"}, raise_request_exception=False)
    client.force_login(user, "django.contrib.auth.backends.ModelBackend")
    return client


def searched(version: Version, folder: Path, *levers: LeverMove) -> Job:
    """A search that is done, and what it found."""
    plan = read_plan(folder_of(version, folder))
    start = next(one for one in lever(plan).levers if one.kind == "start")
    place = next(n for n in range(len(start.steps)) if n != start.planned)
    moves = levers or (LeverMove(lever=start.id, step=start.steps[place], words=start.words[place]),)
    rows = (StressRow(what="All", shown="kept in 3%"), StressRow(what=ROW, shown="£1m a year"))
    found = StressFinding(
        test="repairs", title="What would mend it", question="?", result="fail", sentence="It would.", method="-", source="-", seed=1,
        futures=20, rows=rows, changed_plans=(ChangedPlan(row=1, moves=moves),),
    )  # fmt: skip
    data = json.dumps({"tests": [found.model_dump()]}).encode()
    job = ask("fix", version, {"futures": 20})
    Job.objects.filter(pk=job.pk).update(state=State.DONE)
    Blob.objects.get_or_create(digest=f"{job.pk:064d}", defaults={"data": data})
    JobFile.objects.create(job=job, path=FOUND, blob_id=f"{job.pk:064d}")
    return job


def sent(client: Client, job: Job, **other: Any) -> Any:
    return client.post(f"{AT}/jobs/{job.pk}/change", {"test": "repairs", "row": "1"} | other)


def test_a_button_makes_a_draft_that_says_what_was_found_and_nothing_else(version: Version, tmp_path: Path) -> None:
    ana, job = signed_in("ana"), searched(version, tmp_path / "at")
    page = ana.get(f"{AT}/jobs/{job.pk}").content.decode()
    assert page.count("Make a draft with it") == 1
    answer = sent(ana, job)
    assert answer.status_code == HTTPStatus.FOUND
    line = Draft.objects.get(name="main-changed-1")
    assert answer["Location"] == f"/drafts/mill-vale/{line.name}/"
    assert list(line.head.parents.all()) == [version]
    assert Draft.objects.get(name="main").head == version
    before, after = files_of(version), files_of(line.head)
    (file,) = [p for p in after if after[p] != before.get(p)]
    old, new = before[file].decode().splitlines(), after[file].decode().splitlines()
    assert [line.partition(":")[0] for a, line in zip(old, new, strict=True) if a != line] == ["start"]
    assert f"search {job.pk}" in line.head.message
    assert sent(ana, job)["Location"].endswith("/main-changed-2/")


def test_the_draft_stands_on_what_was_looked_at_however_far_its_line_went_on(version: Version, tmp_path: Path) -> None:
    ana, job = signed_in("ana"), searched(version, tmp_path / "at")
    drafts.write(Draft.objects.get(name="main"), version, {"note.csv": b"x"}, "on", None)
    sent(ana, job)
    assert list(Draft.objects.get(name="main-changed-1").head.parents.all()) == [version]


def test_who_only_reads_makes_none_and_a_line_that_tells_of_none_is_refused(version: Version, tmp_path: Path) -> None:
    job = searched(version, tmp_path / "at")
    reader, ana = signed_in("ro", "reader"), signed_in("ana")
    assert "Make a draft" not in reader.get(f"{AT}/jobs/{job.pk}").content.decode()
    assert sent(reader, job).status_code == HTTPStatus.FORBIDDEN
    for wrong in ({"row": "0"}, {"row": "x"}, {"test": "plan-b"}, {"row": ""}):
        answer = sent(ana, job, **wrong)
        assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
        assert "No changed plan was found there." in answer.content.decode()
    assert Draft.objects.count() == 1


def test_what_cannot_be_written_is_told_on_the_page(version: Version, tmp_path: Path) -> None:
    ana = signed_in("ana")
    gone = LeverMove(lever="size of gone", step=0.0, words="leave out “Gone”")
    answer = sent(ana, searched(version, tmp_path / "at", gone))
    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    text = answer.content.decode()
    assert "The plan has nothing that “leave out “Gone”” could be done with." in text
    assert "It would." in text
    assert Draft.objects.count() == 1
