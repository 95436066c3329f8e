"""Replying to challenges and moderating them: by somebody named, with reasons, and nothing vanishes."""

from __future__ import annotations

import re
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
    stranger = Client(headers={"host": "localhost"})
    assert "Send the appeal" not in stranger.get(mine).content.decode()
    assert stranger.post(mine, {"do": "appeal", "text": "It does."}).status_code == 422
    assert not Step.objects.filter(did=Did.APPEALED).exists()
    visitor.post(mine, {"do": "appeal", "text": "It does not."})
    assert visitor.post(mine, {"do": "appeal", "text": "Again."}).status_code == 404
    moderator.post(f"{path}moderate", {"did": "shown", "text": "We were wrong."})
    assert "Rude words." in visitor.get(path).content.decode()
    log = visitor.get("/mill-vale/challenges/log").content.decode()
    assert [
        w in log for w in ("It insults somebody.", "appealed against", "It does not.", "We were wrong.", "moderator")
    ] == [True] * 5
    assert list(c.steps.values_list("did", flat=True)) == [Did.SENT, Did.HIDDEN, Did.APPEALED, Did.SHOWN]


def code_on(client: Client, path: str) -> str:
    """The code that a page gives to whoever sent a challenge."""
    return re.findall(r"Your code is <code>([^<]{32})</code>", client.get(path).content.decode())[0]


def test_the_code_of_a_challenge_is_in_no_address_and_whoever_types_it_comes_back(
    place: Place, visitor: Client
) -> None:
    answer = send(visitor, place, str(number_of(place).address), name="Pat Smith")
    mine, held = answer["Location"], answer.cookies[f"challenge-{Challenge.objects.get().pk}"]
    assert mine == "/mill-vale/challenges/1/mine"
    assert (held["httponly"], held["samesite"], held["max-age"]) == (True, "Lax", 3600)
    code = code_on(visitor, mine)
    assert visitor.get(mine)["Cache-Control"].startswith("max-age=0, no-cache, no-store")
    other = Client(headers={"host": "localhost"})
    assert "Your code is" not in other.get(mine).content.decode()
    for wrong in ("", code[:-1], code.swapcase(), f"{code}x", "x" * 10_000):
        refused = other.post(mine, {"code": wrong})
        assert (refused.status_code, "This is not the code" in refused.content.decode()) == (422, True)
    came = other.post(mine, {"code": f" {code[:16]} {code[16:]}\n"})
    assert (came.status_code, came["Location"]) == (302, mine)
    assert code_on(other, mine) == code
    other.post(mine, {"do": "nameless"})
    assert Challenge.objects.get().name == ""


def test_a_link_of_before_still_leads_there_and_loses_its_code_on_the_way(place: Place, visitor: Client) -> None:
    mine = send(visitor, place, str(number_of(place).address))["Location"]
    code, other = code_on(visitor, mine), Client(headers={"host": "localhost"})
    assert other.get(f"{mine}?key=x{code}").status_code == 404
    led = other.get(f"{mine}?key={code}")
    assert (led.status_code, led["Location"]) == (302, mine)
    assert code_on(other, mine) == code


def test_a_code_opens_the_challenge_that_it_is_of_and_no_other(place: Place, visitor: Client) -> None:
    first, second = (send(visitor, place, str(number_of(place).address), value=v)["Location"] for v in ("1500", "1600"))
    other = Client(headers={"host": "localhost"})
    assert other.post(second, {"code": code_on(visitor, first)}).status_code == 422


def test_what_was_written_is_still_there_when_the_hour_of_a_code_is_over(place: Place, visitor: Client) -> None:
    mine = send(visitor, place, str(number_of(place).address))["Location"]
    visitor.cookies.clear()
    refused = visitor.post(mine, {"do": "appeal", "text": "We counted <twice>."})
    assert refused.status_code == 422
    assert "We counted &lt;twice&gt;." in refused.content.decode()
    assert "Type your code again" in refused.content.decode()


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


def test_a_moderator_can_say_that_there_is_nothing_to_hide(place: Place, visitor: Client) -> None:
    """It needs no reason, is done once, stands in the log, and leaves links as they are."""
    c = challenged(visitor, place, source="See https://example.org")
    path, moderator = f"/mill-vale/challenges/{c.number}/", person("Mo", "org-1", "moderator")
    assert "No moderator has looked at these words yet. They have links" in moderator.get(path).content.decode()
    assert "No moderator has looked" not in visitor.get(path).content.decode()
    assert moderator.post(f"{path}moderate", {"did": "linked", "text": ""}).status_code == 422
    assert moderator.post(f"{path}moderate", {"did": "looked", "text": ""}).status_code == 302
    assert moderator.post(f"{path}moderate", {"did": "looked", "text": ""}).status_code == 404
    c.refresh_from_db()
    assert (c.hidden, c.links) == (False, False)
    assert "looked at: nothing to hide" in visitor.get("/mill-vale/challenges/log").content.decode()
    assert "No moderator has looked" not in moderator.get(path).content.decode()


def test_who_publishes_replies_for_an_organisation_that_has_nobody_here(place: Place, visitor: Client) -> None:
    c = challenged(visitor, place)
    path, told = f"/mill-vale/challenges/{c.number}/", {"did": "answered", "text": "They count again."}
    publisher = person("Pia", "org-x", "publisher")
    assert "can reply here, so whoever publishes the plan does" in publisher.get(path).content.decode()
    assert publisher.post(f"{path}reply", told).status_code == 302
    text = visitor.get(path).content.decode()
    assert "Pia, publishes the plan for org-x" in text, "in whose name it is, is told"
    person("Ana", c.organisation, "board")
    assert publisher.post(f"{path}reply", told).status_code == 404


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
