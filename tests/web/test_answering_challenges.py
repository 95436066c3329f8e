"""Replying to challenges and moderating them: by somebody named, with reasons, and nothing vanishes."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from django.apps import apps
from django.db import connection
from django.test import Client
from django.utils import timezone

from fixtures.challenging import challenged, number_of, person, send
from placeplan.core.errors import PlanError
from placeplan.plan.numbers.change import Setting, changed
from placeplan.web.accounts.models import User
from placeplan.web.challenges import answering
from placeplan.web.challenges.known import numbers_of
from placeplan.web.challenges.models import Challenge, Did, Step
from placeplan.web.store.folders import bring_in, read_files
from placeplan.web.store.models import Draft, Place
from placeplan.web.workbench import drafts

pytestmark = pytest.mark.django_db


def test_what_is_hidden_is_still_there_as_hidden_and_can_be_appealed(place: Place, visitor: Client) -> None:
    answer = send(visitor, place, str(number_of(place).address), reason="Rude words.", name="Pat")
    mine, c = answer["Location"], Challenge.objects.get()
    path = f"/mill-vale/challenges/{c.number}/"
    moderator = person("Mo", "org-1", "moderator")
    assert visitor.post(f"{path}moderate", {"did": "hidden", "text": "x"}).status_code == 302  # to sign in
    assert person("Ana", "org-1", "board").post(f"{path}moderate", {"did": "hidden", "text": "x"}).status_code == 404
    assert moderator.post(f"{path}moderate", {"did": "hidden", "text": ""}).status_code == 422
    moderator.post(f"{path}moderate", {"did": "hidden", "text": "It insults somebody."})
    text = visitor.get(path).content.decode()
    assert "Rude words." not in text
    assert "Pat" not in text
    assert "hidden by a moderator on" in text
    assert "It insults somebody." in text
    assert "1500" in text
    assert "Rude words." not in visitor.get("/mill-vale/challenges/challenges.csv").content.decode()
    assert visitor.get(mine.replace("key=", "key=x")).status_code == 404
    assert visitor.get(path + "mine").status_code == 404
    visitor.post(mine, {"do": "appeal", "text": "It does not."})
    assert visitor.post(mine, {"do": "appeal", "text": "Again."}).status_code == 404
    moderator.post(f"{path}moderate", {"did": "shown", "text": "We were wrong."})
    assert "Rude words." in visitor.get(path).content.decode()
    log = visitor.get("/mill-vale/challenges/log").content.decode()
    assert [
        w in log for w in ("It insults somebody.", "appealed against", "It does not.", "We were wrong.", "moderator")
    ] == [True] * 5
    assert list(c.steps.values_list("did", flat=True)) == [Did.SENT, Did.HIDDEN, Did.APPEALED, Did.SHOWN]


def test_a_name_is_taken_back_and_the_record_stays(place: Place, visitor: Client) -> None:
    mine = send(visitor, place, str(number_of(place).address), name="Pat Smith")["Location"]
    c = Challenge.objects.get()
    visitor.post(mine, {"do": "nameless"})
    c.refresh_from_db()
    assert (c.name, c.reason) == ("", "We counted them.")
    assert "Pat Smith" not in visitor.get(f"/mill-vale/challenges/{c.number}/").content.decode()
    with connection.cursor() as cursor:
        cursor.execute("select changes from auditlog_logentry")
        assert "Pat Smith" not in str(cursor.fetchall())


def test_a_reply_is_by_somebody_named_of_whose_number_it_is(place: Place, visitor: Client) -> None:
    c = challenged(visitor, place)
    path = f"/mill-vale/challenges/{c.number}/"
    own, others = c.organisation, "org-x"
    assert own
    told = {"did": "declined", "text": "The count of May was of one ward."}
    assert person("Eve", others, "board").post(f"{path}reply", told).status_code == 404
    assert person("Rea", own, "reader").post(f"{path}reply", told).status_code == 404
    assert visitor.post(f"{path}reply", told).status_code == 302
    assert not Step.objects.filter(did=Did.DECLINED).exists()
    assert '<h2 id="reply">No reply yet</h2>' in visitor.get(path).content.decode()
    board = person("Ana", own, "board")
    assert board.post(f"{path}reply", {"did": "declined", "text": ""}).status_code == 422
    board.post(f"{path}reply", told)
    text = visitor.get(path).content.decode()
    assert "The reply: not accepted" in text
    assert [w in text for w in ("Ana", "board", own, "The count of May was of one ward.")] == [True] * 4


def test_what_is_accepted_names_the_version_that_has_it(place: Place, visitor: Client, plan: Path) -> None:
    """A version without the value is refused; the page looks at the version named, and at what is published now."""
    c = challenged(visitor, place)
    path = f"/mill-vale/challenges/{c.number}/"
    board = person("Ana", c.organisation, "board")
    for number, told in (("", "No version is named."), ("99", "There is no version 99"), ("1", "not 1500")):
        answer = board.post(f"{path}reply", {"did": "accepted", "text": "Yes.", "version": number})
        assert answer.status_code == 422
        assert told in answer.content.decode()
    with pytest.raises(PlanError) as refused:
        answering.reply(c, User.objects.get(name="Ana"), Did.ACCEPTED, "Yes.", 99)
    assert [p.code for p in refused.value.problems] == ["not-in-version"]
    files = read_files(plan) | changed(plan, [Setting(c.address, "1500")]).files
    version = bring_in("mill-vale", "Mill Vale", files, "the count of May")
    board.post(f"{path}reply", {"did": "accepted", "text": "Yes.", "version": str(version.number)})
    text = visitor.get(path).content.decode()
    assert f"Version {version.number} of the plan’s work has 1500. We looked: it does." in text
    assert "does not have it yet" in text
    assert numbers_of(version).open[c.address].value == 1500


def test_what_is_accepted_is_looked_up_in_no_draft_of_another_organisation(
    place: Place, visitor: Client, plan: Path
) -> None:
    c = challenged(visitor, place)
    files = changed(plan, [Setting(c.address, "1497")]).files
    shown = Draft.objects.get(place=place, name="main")
    theirs = drafts.begin(shown, "theirs", "org-x")
    kept = drafts.write(theirs, shown.head, files, "a secret of theirs", None)
    board = person("Ana", c.organisation, "board")
    sent = {"did": "accepted", "text": "Yes.", "version": str(kept.number)}
    text = board.post(f"/mill-vale/challenges/{c.number}/reply", sent).content.decode()
    assert f"There is no version {kept.number} of this plan." in text
    assert "1497" not in text


def test_a_reply_that_is_overdue_is_shown_as_that(place: Place, visitor: Client) -> None:
    c = challenged(visitor, place)
    assert c.owed == timezone.localdate() + timedelta(days=28)
    Challenge.objects.update(owed=timezone.localdate() - timedelta(days=1))
    assert "The reply is overdue" in visitor.get(f"/mill-vale/challenges/{c.number}/").content.decode()
    listed = visitor.get("/mill-vale/challenges/?which=overdue").content.decode()
    assert "reply overdue" in listed


def test_of_much_that_waits_the_first_of_each_kind_are_told_and_a_way_to_all(place: Place, visitor: Client) -> None:
    c = challenged(visitor, place)
    for n in range(2, 14):
        c.pk, c.number, c.owed = None, n, c.owed + timedelta(days=1)
        c.save()
    board = person("Ana", c.organisation, "board")
    for app in ("challenges", "publishing"):
        apps.get_app_config(app).ready()  # once more: nothing is told twice
    for path in ("/drafts/", "/drafts/mill-vale/"):
        page, whole = (board.get(p).content.decode() for p in (path, f"{path}?waits=all"))
        assert [f"Reply to challenge {n}:" in page for n in range(1, 14)] == [True] * 10 + [False] * 3, (
            "the soonest due"
        )
        assert '<a href="?waits=all#waits">And 3 more replies to challenges</a>' in page
        assert all(f"Reply to challenge {n}:" in whole for n in range(1, 14))
        assert "more replies" not in whole
