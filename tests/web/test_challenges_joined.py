"""What a challenge leads to elsewhere: into a draft, onto the first page of those who are asked, onto what is not published."""

from __future__ import annotations

import os
import signal
from datetime import date, timedelta
from pathlib import Path
from threading import Thread
from time import monotonic, sleep

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from fixtures.challenging import challenged, number_of, person, send
from placeplan.core.errors import PlanError
from placeplan.plan.numbers.change import Setting, changed
from placeplan.plan.numbers.number import shown
from placeplan.web.accounts.models import User
from placeplan.web.challenges import writing
from placeplan.web.challenges.known import has, open_of
from placeplan.web.challenges.models import Challenge, Did, Step
from placeplan.web.jobs.models import Job, State
from placeplan.web.jobs.queue import LEASE, MOST_ATTEMPTS, take
from placeplan.web.jobs.worker import Limits, do
from placeplan.web.public.reading import entries_of
from placeplan.web.publishing.making_public import withdraw_version
from placeplan.web.store.folders import bring_in, files_of, read_files
from placeplan.web.store.models import Draft, Place
from placeplan.web.workbench.drafts import write

pytestmark = pytest.mark.django_db
YES = {"did": "accepted", "text": "You are right.", "draft": "main"}


def test_what_is_accepted_is_written_into_a_draft_and_the_reply_names_its_version(
    place: Place, visitor: Client
) -> None:
    """One press of a button: a version that differs in that one file, and says why and by whom it was made."""
    c = challenged(visitor, place)
    path = f"/mill-vale/challenges/{c.number}/"
    board = person("Ana", c.organisation, "board")
    page = board.get(path).content.decode()
    assert f"Write 1500 into the draft “main” for me, in place of {shown(c.before)}." in page
    assert "Write 1500 into" not in visitor.get(path).content.decode()
    before = place.versions.get()
    told = board.post(f"{path}reply", YES, follow=True).content.decode()
    made = Draft.objects.get(place=place).head
    assert f"Version {made.number} of the draft “main” has 1500." in told
    assert f"Version {made.number} of the plan’s work has 1500. We looked: it does." in told
    assert {p for p in made.tree if made.tree[p] != before.tree.get(p)} == {"beds.csv"}
    assert set(made.tree) == set(before.tree)
    assert made.message.startswith(f"Challenge {c.number} accepted: ")
    assert made.made_by == User.objects.get(name="Ana")
    assert Step.objects.get(did=Did.ACCEPTED).version == made
    assert f"has 1500 already: version {made.number}" in board.get(path).content.decode()
    board.post(f"{path}reply", YES)
    assert place.versions.count() == 2, "what a draft has already is not written again"


def test_a_refused_reply_writes_nothing(place: Place, visitor: Client) -> None:
    c = challenged(visitor, place)
    path = f"/mill-vale/challenges/{c.number}/reply"
    board = person("Ana", c.organisation, "board")
    assert board.post(path, YES | {"text": ""}).status_code == 422
    assert board.post(path, YES | {"draft": "no-such"}).status_code == 404
    assert board.post(path, YES | {"draft": "../x"}).status_code == 422
    other = Draft.objects.create(place=place, name="theirs", organisation="org-x", head=place.versions.get())
    assert board.post(path, YES | {"draft": "theirs"}).status_code == 404, "another's draft is not there"
    other.delete()
    Draft.objects.update(closed=True)
    assert board.post(path, YES).status_code == 404, "a draft that is closed is not written"
    assert person("Rea", c.organisation, "reader").post(path, YES).status_code == 404
    board.post(path, YES | {"did": "declined"})
    assert place.versions.count() == 1
    assert not Step.objects.filter(did=Did.ACCEPTED).exists()


def test_a_draft_that_is_half_done_takes_the_value_and_one_without_the_number_says_so(
    place: Place, visitor: Client, plan: Path
) -> None:
    c = challenged(visitor, place)
    board = person("Ana", c.organisation, "board")
    wrong = read_files(plan) | {"notes.csv": b"a,b\n"}
    bring_in("mill-vale", "Mill Vale", wrong, "half done")
    assert board.post(f"/mill-vale/challenges/{c.number}/reply", YES).status_code == 302
    head = Draft.objects.get(place=place).head
    assert has(head, c.address, c.value)
    assert files_of(head)["notes.csv"] == b"a,b\n"
    without = {p: d for p, d in read_files(plan).items() if p != "beds.csv"}
    bring_in("mill-vale", "Mill Vale", without, "no beds")
    answer = board.post(f"/mill-vale/challenges/{c.number}/reply", YES)
    assert answer.status_code == 422
    assert "There is no number at" in answer.content.decode()
    assert "It has no number there now" in answer.content.decode()


def test_who_wrote_there_meanwhile_is_not_overwritten(
    place: Place, visitor: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    c = challenged(visitor, place)
    person("Ana", c.organisation, "board")
    ana, draft = User.objects.get(name="Ana"), Draft.objects.get(place=place)
    real = writing.changed

    def slowly(*given: object, **more: object) -> object:
        """Somebody writes while the value is put in."""
        head = Draft.objects.get(pk=draft.pk).head
        write(draft, head, changed(writing.folder(head), [Setting(c.address, "1444")]).files, "another", ana)
        return real(*given, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(writing, "changed", slowly)
    with pytest.raises(PlanError) as told:
        writing.write_into(c, draft, ana)
    assert [p.code for p in told.value.problems] == ["changed-meanwhile"]
    assert has(Draft.objects.get(place=place).head, c.address, 1444)


def test_what_waits_for_somebody_stands_on_their_first_page(place: Place, visitor: Client) -> None:
    """A reply for those who owe it, words and appeals for moderators, each with since when; nobody else is told."""
    c = challenged(visitor, place)
    board, reader = person("Ana", c.organisation, "board"), person("Rea", c.organisation, "reader")
    other, mo = person("Eve", "org-x", "contributor"), person("Mo", "org-x", "moderator")
    for page in ("/drafts/", "/drafts/mill-vale/"):
        text = board.get(page).content.decode()
        assert f"Reply to challenge {c.number}:" in text
        assert "Waits since" in text
        for nobody in (reader, other):
            assert "What waits for you" not in nobody.get(page).content.decode()
        told = mo.get(page).content.decode()
        assert f"Look at the words of challenge {c.number}:" in told
        assert "Reply to challenge" not in told
    mo.post(f"/mill-vale/challenges/{c.number}/moderate", {"did": "looked", "text": ""})
    assert "What waits for you" not in mo.get("/drafts/").content.decode()
    Challenge.objects.update(owed=timezone.localdate() - timedelta(days=1))
    assert "Overdue: it was due by" in board.get("/drafts/").content.decode()
    path = f"/mill-vale/challenges/{c.number}/"
    board.post(f"{path}reply", {"did": "declined", "text": "No."})
    assert "What waits for you" not in board.get("/drafts/").content.decode()
    mine = send(visitor, place, c.address, value="1600")["Location"]
    second = Challenge.objects.get(number=2)
    mo.post(f"/mill-vale/challenges/{second.number}/moderate", {"did": "hidden", "text": "Rude."})
    assert "What waits for you" not in mo.get("/drafts/").content.decode()
    visitor.post(mine, {"do": "appeal", "text": "It is not."})
    assert "Look at the appeal of challenge 2" in mo.get("/drafts/").content.decode()
    mo.post(f"/mill-vale/challenges/{second.number}/moderate", {"did": "upheld", "text": "It is."})
    assert "What waits for you" not in mo.get("/drafts/").content.decode()


def test_a_number_of_the_plan_as_a_whole_waits_for_boards_and_publishers(place: Place, visitor: Client) -> None:
    c = challenged(visitor, place)
    Challenge.objects.update(organisation="")
    for role, told in (("board", True), ("publisher", True), ("contributor", False), ("finance", False)):
        text = person(role.title(), "org-x", role).get("/drafts/").content.decode()
        assert (f"Reply to challenge {c.number}:" in text) is told, role


def test_what_is_hidden_is_told_among_what_is_not_published(place: Place, visitor: Client) -> None:
    page = "/mill-vale/not-published"
    c = challenged(visitor, place, reason="Rude words.")
    assert "hidden by a moderator" not in visitor.get(page).content.decode()
    mo = person("Mo", "org-1", "moderator")
    mo.post(f"/mill-vale/challenges/{c.number}/moderate", {"did": "hidden", "text": "It insults somebody."})
    text = visitor.get(page).content.decode()
    assert "The words of 1 challenge are hidden by a moderator." in text
    assert "Rude words." not in text
    mo.post(f"/mill-vale/challenges/{c.number}/moderate", {"did": "shown", "text": "We were wrong."})
    assert "hidden by a moderator" not in visitor.get(page).content.decode()


def test_challenges_of_a_withdrawn_version_stay_and_can_be_replied_to(place: Place, visitor: Client) -> None:
    """Its own page says that it is withdrawn; nothing more of it can be challenged, and what was is still owed a reply."""
    c = challenged(visitor, place)
    board = person("Ana", c.organisation, "board")
    (entry,) = entries_of(place)
    withdraw_version(place, entry.name, "Director of strategy", "A wrong year.", date(2026, 11, 27), User.objects.get(name="Ana"))  # fmt: skip
    assert open_of(place) is None
    path = f"/mill-vale/challenges/{c.number}/"
    text = visitor.get(path).content.decode()
    assert "is not published any more. The challenge stays." in text
    assert "No number can be challenged here yet" in send(visitor, place, str(c.address)).content.decode()
    assert f"Reply to challenge {c.number}:" in board.get("/drafts/").content.decode()
    told = board.post(f"{path}reply", YES, follow=True).content.decode()
    assert "We looked: it does." in told
    assert "The plan that is published now does not have it yet." not in told
    assert Challenge.objects.count() == 1
    listed = visitor.get(f"/mill-vale/challenges/?version={entry.name}").content.decode()
    assert "1500" in listed


@pytest.mark.django_db(transaction=True)
def test_a_worker_killed_while_a_challenge_runs_loses_nothing(place: Place, visitor: Client, tmp_path: Path) -> None:
    """The run is killed as by a machine that is out of memory; asked for again it says what it would have said."""
    c = challenged(visitor, place)
    job = take()
    assert job is not None

    def kill() -> None:
        """Kill the command as soon as it is there."""
        end = monotonic() + 60
        while monotonic() < end:
            for found in Path("/proc").glob("[0-9]*/cmdline"):
                try:
                    words = found.read_bytes()
                except OSError:
                    continue
                if b"compare" in words and str(tmp_path).encode() in words:
                    os.kill(int(found.parent.name), signal.SIGKILL)
                    return
            sleep(0.05)

    killer = Thread(target=kill)
    killer.start()
    do(job, tmp_path / "work", Limits())
    killer.join()
    connection.close()
    job.refresh_from_db()
    assert job.state == State.FAILED
    path = f"/mill-vale/challenges/{c.number}/"
    text = visitor.get(path).content.decode()
    assert "The run could not be done." in text
    assert "We counted them." in text
    visitor.post(f"{path}again")
    again = take()
    assert again is not None
    assert again.pk == job.pk
    do(again, tmp_path / "more", Limits())
    assert Job.objects.get(pk=job.pk).state == State.DONE
    assert "What would change" in visitor.get(path).content.decode()
    assert Challenge.objects.count() == 1


def test_a_challenge_whose_workers_are_lost_is_taken_up_again_and_then_told(place: Place, visitor: Client) -> None:
    c = challenged(visitor, place)
    for _ in range(MOST_ATTEMPTS):
        assert take() is not None
        Job.objects.update(lease=timezone.now() - LEASE)
    text = visitor.get(f"/mill-vale/challenges/{c.number}/").content.decode()
    assert "This page shows the answer as soon as it is there." in text
    assert number_of(place).shown == shown(c.before)
