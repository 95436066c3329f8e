"""Anyone challenges a number of a published plan: it is run as the command line runs it, replied to by somebody named, and stays."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from threading import Thread

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from fixtures.challenging import challenged, number_of, person, send, typed
from placeplan.core.errors import PlanError
from placeplan.plan.folder import read_plan
from placeplan.plan.numbers.change import Setting, changed
from placeplan.web.challenges import forms, sending
from placeplan.web.challenges.known import open_of
from placeplan.web.challenges.models import Challenge
from placeplan.web.jobs.models import Job, State
from placeplan.web.jobs.queue import ask, take
from placeplan.web.jobs.worker import Limits, do
from placeplan.web.rates.models import Count
from placeplan.web.store.folders import bring_in, read_files
from placeplan.web.store.models import Place

pytestmark = pytest.mark.django_db


def test_what_the_web_shows_is_what_the_command_line_finds(
    place: Place, visitor: Client, plan: Path, tmp_path: Path
) -> None:
    """The same address and value give the same figures, to the last digit; and the page says them."""
    n = number_of(place)
    c = challenged(visitor, place, value=str(float(n.value) + 40))
    job = take()
    assert job is not None
    assert job.pk == c.job_id
    do(job, tmp_path / "work", Limits())
    job.refresh_from_db()
    assert job.state == State.DONE, job.log
    command = [
        sys.executable,
        "-m",
        "placeplan.cli",
        "compare",
        str(plan),
        "--with",
        f"{c.address}={float(n.value) + 40}",
        "--futures",
        "20",
        "--json",
    ]
    told = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    held = json.loads(bytes(job.files.get(path="comparison.json").blob.data))
    assert held == told
    page = visitor.get(f"/mill-vale/challenges/{c.number}/").content.decode()
    assert "What would change" in page
    for p in told["promises"]:
        if p["first"] != p["second"]:
            assert f"{p['first']:.0%}" in page
            assert f"{p['second']:.0%}" in page


def test_the_same_challenge_twice_is_one_run_and_both_are_listed(place: Place, visitor: Client) -> None:
    before = Job.objects.count()
    first, second = (challenged(visitor, place, reason=r) for r in ("One reason.", "Another."))
    assert first.job_id == second.job_id
    assert Job.objects.count() == before + 1
    listed = visitor.get("/mill-vale/challenges/").content.decode()
    assert "There are 2 challenges." in listed
    number = visitor.get(f"/mill-vale/challenges/number/{first.address}").content.decode()
    assert "2 have challenged this" in number
    table = visitor.get("/mill-vale/challenges/challenges.csv").content.decode().splitlines()
    assert len(table) == 3


def test_a_challenge_that_is_sent_twice_is_one_and_opens_by_one_code(place: Place, visitor: Client) -> None:
    """As where somebody presses the button once more, or loads the page again; other words by the same form are another."""
    at = f"/mill-vale/challenges/number/{number_of(place).address}"
    sent = typed()
    codes = []
    for _ in range(2):
        answer = visitor.post(at, sent)
        codes.append({c.key: c.value for c in answer.cookies.values() if c.key.startswith("challenge-")})
    c = Challenge.objects.get()
    assert codes[0] == codes[1] == {f"challenge-{c.pk}": codes[0][f"challenge-{c.pk}"]}
    assert c.steps.count() == 1
    visitor.post(at, sent | {"reason": "Another reason."})
    visitor.post(at, typed())
    assert Challenge.objects.count() == 3, "the same words by another's form are theirs"


def test_what_authors_ask_for_is_run_first(place: Place, visitor: Client) -> None:
    c = challenged(visitor, place)
    version = place.versions.get()
    theirs = ask("test", version, {"futures": 21})
    assert "1 is before it" in visitor.get(f"/mill-vale/challenges/{c.number}/").content.decode()
    taken = take()
    assert taken is not None
    assert taken.pk == theirs.pk


@pytest.mark.parametrize(
    ("other", "told"),
    [
        ({"value": ""}, "Write the number that you think is right."),
        ({"value": "many"}, "is not a number"),
        ({"value": "12 %"}, "write 0.12"),
        ({"value": "-3"}, "it cannot be negative"),
        ({"value": "1e999"}, "not a finite number"),
        ({"value": "9" * 500}, "Write a number"),
        ({"reason": " "}, "Say why, in a few words."),
        ({"reason": "x" * 2001}, "Write at most 2,000 letters."),
        ({"source": "\u202e\u200b"}, "Say where the number comes from"),
        ({"website": "http://spam.example"}, "there to catch machines"),
        ({"began": "made up"}, "send it once more"),
    ],
)
def test_what_cannot_be_is_told_beside_the_field(
    place: Place, visitor: Client, other: dict[str, str], told: str
) -> None:
    """All of it, with what was typed still there; nothing is kept and nothing run."""
    answer = send(visitor, place, str(number_of(place).address), **other)
    assert answer.status_code == 422
    text = answer.content.decode()
    assert told in text
    assert "<title>Error: " in text
    assert "Our count of May" in text or "source" in other
    assert not Challenge.objects.exists()


def test_the_number_that_is_there_already_is_no_challenge(place: Place, visitor: Client) -> None:
    n = number_of(place)
    answer = send(visitor, place, str(n.address), value=n.shown)
    assert answer.status_code == 422
    assert f"The plan has {n.shown} there already." in answer.content.decode()
    published_now = open_of(place)
    assert published_now is not None
    with pytest.raises(PlanError) as told:
        sending.looked_at(published_now, str(n.address), n.shown)
    assert [p.code for p in told.value.problems] == ["same-value"]


def test_a_form_filled_in_at_once_is_sent_once_more(
    place: Place, visitor: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(forms, "SOONEST", 2)
    answer = send(visitor, place, str(number_of(place).address), began=forms.began())
    assert answer.status_code == 422
    assert "That was very fast" in answer.content.decode()


def test_words_are_plain_and_links_not_live_until_a_moderator_lets_them(place: Place, visitor: Client) -> None:
    evil = "<script>alert(1)</script> see http://example.org/x and javascript:alert(1)"
    c = challenged(visitor, place, reason=evil, source=evil, name="<b>Bob</b>")
    path = f"/mill-vale/challenges/{c.number}/"
    text = visitor.get(path).content.decode()
    assert "<script>alert" not in text
    assert "<b>Bob" not in text
    assert 'href="http://example.org/x"' not in text
    person("Mo", "org-1", "moderator").post(f"{path}moderate", {"did": "linked", "text": "Looked at it."})
    text = visitor.get(path).content.decode()
    assert 'href="http://example.org/x"' in text
    assert 'href="javascript' not in text
    assert "<script>alert" not in text


def test_a_place_takes_so_many_in_a_day(place: Place, visitor: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sending, "A_DAY", 1)
    challenged(visitor, place)
    answer = send(visitor, place, str(number_of(place).address), value="1600")
    assert answer.status_code == 422
    assert "all that it takes in a day" in answer.content.decode()
    published_now = open_of(place)
    assert published_now is not None
    change = sending.looked_at(published_now, str(number_of(place).address), "1600")
    with pytest.raises(PlanError) as told:
        sending.send(place, published_now, change, sending.Said("Why", "Where"))
    assert [p.code for p in told.value.problems] == ["too-many-today"]
    Challenge.objects.update(made=timezone.now() - timedelta(days=1, minutes=1))
    challenged(visitor, place, value="1600")


def test_a_visitor_sends_so_many_in_a_day_and_no_address_is_kept(place: Place, visitor: Client) -> None:
    for n in range(10):
        challenged(visitor, place, value=str(1500 + n))
    answer = send(visitor, place, str(number_of(place).address), value="1700")
    assert answer.status_code == 429
    assert "127.0.0.1" not in str(list(Count.objects.values()))
    other = Client(headers={"host": "localhost"}, REMOTE_ADDR="192.0.2.7")
    challenged(other, place, value="1700")


def test_a_run_that_was_lost_can_be_asked_for_again(place: Place, visitor: Client) -> None:
    c = challenged(visitor, place)
    Job.objects.filter(pk=c.job_id).update(state=State.FAILED, problems=[{"what": "It stopped.", "mend": "Try again."}])
    path = f"/mill-vale/challenges/{c.number}/"
    assert "Ask for it again" in visitor.get(path).content.decode()
    visitor.post(f"{path}again")
    c.job.refresh_from_db()
    assert c.job.state == State.QUEUED


def test_a_plan_that_is_withdrawn_takes_no_challenge_and_keeps_those_it_has(
    place: Place, visitor: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    c = challenged(visitor, place)
    address = str(number_of(place).address)
    place.site.all().delete()
    assert "No number can be challenged here yet" in send(visitor, place, address).content.decode()
    assert Challenge.objects.count() == 1
    assert "We counted them." in visitor.get(f"/mill-vale/challenges/{c.number}/").content.decode()


def test_numbers_of_a_draft_are_not_there(plan: Path, visitor: Client, place: Place) -> None:
    """What is written but not published has no page, whatever is asked for."""
    n = number_of(place)
    files = read_files(plan) | changed(plan, [Setting(str(n.address), "1777")]).files
    bring_in("mill-vale", "Mill Vale", files, "not published")
    bring_in("secret", "Secret", read_files(plan), "a draft")
    assert "1777" not in visitor.get(f"/mill-vale/challenges/number/{n.address}").content.decode()
    for path in ("find?q=beds", f"number/{n.address}"):
        assert "No number can be challenged here yet" in visitor.get(f"/secret/challenges/{path}").content.decode()
    for path in (
        "/nowhere/challenges/",
        "/mill-vale/challenges/7/",
        "/mill-vale/challenges/7/mine?key=x",
        "/secret/challenges/1/",
    ):
        assert visitor.get(path).status_code == 404, path


def test_numbers_are_found_by_words_and_by_where_they_stand(place: Place, visitor: Client) -> None:
    n = number_of(place)
    assert str(n.shown) in visitor.get("/mill-vale/challenges/find", {"q": "beds available"}).content.decode()
    assert visitor.get("/mill-vale/challenges/find", {"at": str(n.address)})["Location"].endswith("/available")
    assert "numbers</h2>" in visitor.get("/mill-vale/challenges/find", {"at": "assumptions.yaml"}).content.decode()
    some = visitor.get("/mill-vale/challenges/find", {"q": "available zzzz"}).content.decode()
    assert "No number has all of these words" in some
    assert "available" in some.partition('class="nhsuk-list web-found"')[2].partition("</li>")[0], "those with the most"
    assert "No number fits" in visitor.get("/mill-vale/challenges/find", {"q": "zzzz"}).content.decode()
    near = visitor.get(f"/mill-vale/challenges/number/{n.address}x")
    assert near.status_code == 404
    assert "Did you mean" in near.content.decode()


def test_published_pages_lead_to_their_numbers(place: Place, visitor: Client) -> None:
    """Every link to a challenge leads to a number or to some, from pages that stay as well."""
    paths = list(place.site.filter(path__contains="assumptions.html").values_list("path", flat=True))
    paths += list(place.site.filter(path__contains="/promises/").values_list("path", flat=True))[:1]
    paths += list(place.site.filter(path__contains="/initiatives/").values_list("path", flat=True))[:1]
    assert len(paths) >= 3
    for path in paths:
        text = visitor.get(f"/mill-vale/{path}").content.decode()
        leads = re.findall(r'href="(?:\.\./)+(challenges/find\?at=[^"]+)"', text)
        assert leads, path
        for lead in leads[:3]:
            answer = visitor.get(f"/mill-vale/{lead}", follow=True)
            assert answer.status_code == 200
            assert "No number fits" not in answer.content.decode(), lead


@pytest.mark.django_db(transaction=True)
def test_two_who_send_at_once_get_numbers_of_their_own(place: Place) -> None:
    address = str(number_of(place).address)

    def one(value: str, ends: list[int]) -> None:
        ends.append(send(Client(headers={"host": "localhost"}), place, address, value=value).status_code)
        connection.close()

    ends: list[int] = []
    threads = [Thread(target=one, args=(str(1500 + n), ends)) for n in range(3)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    assert ends == [302] * 3
    assert sorted(Challenge.objects.values_list("number", flat=True)) == [1, 2, 3]


def test_what_is_kept_gives_the_same_plan_again(place: Place, visitor: Client, plan: Path) -> None:
    """Version, address and value are all that it takes; no version is added for a challenge."""
    c = challenged(visitor, place)
    assert place.versions.count() == 1
    made = changed(plan, [Setting(c.address, str(c.value))])
    assert set(made.files) == {"beds.csv"}
    assert read_plan(plan).digest == open_of(place).entry.plan_digest  # type: ignore[union-attr]
