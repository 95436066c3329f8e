"""Challenges, their replies and what moderators did, as programs read them: the same as the pages say, and the same is hidden."""

from __future__ import annotations

import csv
import html
import io
import json
from datetime import date, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

import pytest
from django.test import Client
from django.utils import timezone

from fixtures.challenged import found, published
from fixtures.publishing import as_user, person, ran, real
from placeplan.web.api import answers
from placeplan.web.challenges import answering, sending
from placeplan.web.challenges.known import open_of
from placeplan.web.challenges.models import Challenge, Did
from placeplan.web.challenges.sending import Said, looked_at, send
from placeplan.web.jobs.models import Job, JobFile, State
from placeplan.web.publishing.views import offers, publish, shared
from placeplan.web.rates import limits
from placeplan.web.store.folders import bring_in, read_files
from placeplan.web.store.models import Blob, Place

pytestmark = pytest.mark.django_db
AT: Final = "/api/v1/places/mill-vale"
FOUND: Final[dict[str, Any]] = {
    "futures": 20, "promises": [], "changes": {}, "figures": [], "called": {}, "rebound": [], "asked": [],
}  # fmt: skip


@pytest.fixture(scope="module")
def findings(plan: Path, tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """What the command line finds of the small plan."""
    return found(plan, tmp_path_factory.mktemp("found"))


@pytest.fixture
def place(plan: Path, findings: bytes, settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Place:
    settings.ASKED = type(settings.ASKED)(**{**settings.ASKED.__dict__, "folder": tmp_path / "workbench"})
    monkeypatch.setattr(sending, "FUTURES", 20)
    return published(plan, findings)


@pytest.fixture
def visitor() -> Client:
    return Client(headers={"host": "localhost"}, raise_request_exception=False)


def challenged(place: Place, more: float = 40, **said: str) -> Challenge:
    """A challenge to the first number of beds."""
    now = open_of(place)
    assert now is not None
    n = next(n for at, n in now.numbers.open.items() if at.startswith("beds.csv/") and at.endswith("/available"))
    words = {"reason": "We counted.", "source": "Count of May", "name": "Bo"} | said
    return send(place, now, looked_at(now, str(n.address), str(float(n.value) + more)), Said(**words))[0]


def read(visitor: Client, path: str, **asked: Any) -> Any:
    answer = visitor.get(path if path.startswith("/") else f"{AT}/{path}", asked)
    assert answer.status_code == 200, answer.content
    return json.loads(answer.content)


def replied(place: Place, c: Challenge, did: Did = Did.DECLINED) -> None:
    version = place.versions.get()
    user = person(version, "ada", c.organisation or "org-1", "board")
    answering.reply(c, user, did, "We looked.", None)


def test_a_challenge_is_told_with_all_that_became_of_it(place: Place, visitor: Client) -> None:
    c = challenged(place)
    replied(place, c)
    row = read(visitor, "challenges")["items"][0]
    assert (row["state"], row["reason"], row["name"]) == ("declined", "We counted.", "Bo")
    whole = read(visitor, row["href"])
    assert {k: whole[k] for k in row} == row
    assert (whole["found"], whole["run"]) == (None, "queued")
    assert [s["did"] for s in whole["steps"]] == ["sent", "declined"]
    assert (whole["steps"][1]["by"], whole["steps"][1]["text"]) == ("Ada", "We looked.")
    assert read(visitor, row["href"] + "/steps")["items"] == whole["steps"]
    page = visitor.get(row["page"]).content.decode()
    assert all(str(text) in page for text in ("We looked.", "Ada", whole["reason"]))


def test_what_the_run_found_is_told_as_the_page_tells_it(place: Place, visitor: Client) -> None:
    c = challenged(place)
    data = json.dumps(FOUND).encode()
    blob = Blob.objects.create(digest=sha256(data).hexdigest(), data=data)
    JobFile.objects.create(job=c.job, path="comparison.json", blob=blob)
    Job.objects.filter(pk=c.job_id).update(state=State.DONE)
    whole = read(visitor, f"challenges/{c.number}")
    page = html.unescape(visitor.get(f"/mill-vale/challenges/{c.number}/").content.decode())
    assert whole["found"]["sentence"] in page
    assert whole["found"]["futures"] == 20
    assert whole["command"] in page


def test_what_is_hidden_is_hidden_here_too_and_why_is_public(place: Place, visitor: Client) -> None:
    c = challenged(place, reason="Something rude about Zed", source="Zed himself", name="Zorro")
    moderator = person(place.versions.get(), "mo", "org-1", "moderator")
    answering.moderate(c, moderator, Did.HIDDEN, "It is rude.")
    c.refresh_from_db()
    answering.appeal(c, "It is not rude, Zed is.")
    row = read(visitor, "challenges", state="hidden")["items"][0]
    assert (row["reason"], row["source"], row["name"], row["hidden"]) == ("", "", "", True)
    assert row["proposed"] == c.value, "the number stays"
    log = read(visitor, "moderation")["items"]
    assert [(s["did"], s["text"], s["by"]) for s in log] == [("appealed", "", ""), ("hidden", "It is rude.", "")]
    for path in ("challenges", f"challenges/{c.number}", f"challenges/{c.number}/steps", "moderation", "numbers"):
        assert "Zed" not in json.dumps(read(visitor, path))
    assert "Zed" not in visitor.get("/mill-vale/challenges/challenges.csv").content.decode()
    answering.moderate(c, moderator, Did.SHOWN, "It can stay.")
    assert "Zed" in json.dumps(read(visitor, f"challenges/{c.number}"))


def test_the_secret_of_whoever_sent_it_is_told_to_nobody(place: Place, visitor: Client) -> None:
    c = challenged(place)
    for path in ("challenges", f"challenges/{c.number}", f"challenges/{c.number}/steps"):
        assert c.key not in json.dumps(read(visitor, path))


def test_every_filter_gives_what_the_table_has(place: Place, visitor: Client) -> None:
    first, second, third = challenged(place), challenged(place, 60), challenged(place, 80)
    replied(place, second)
    Challenge.objects.filter(pk=third.pk).update(owed=timezone.localdate() - timedelta(days=1))
    rows = list(csv.DictReader(io.StringIO(visitor.get("/mill-vale/challenges/challenges.csv").content.decode())))
    numbers = [int(r["number"]) for r in rows]
    assert [c["number"] for c in read(visitor, "challenges")["items"]] == numbers == [3, 2, 1]

    def of(**asked: str) -> list[int]:
        return [c["number"] for c in read(visitor, "challenges", **asked)["items"]]

    assert of(state="waiting") == [3, 1]
    assert of(state="overdue") == [3]
    assert of(state="declined") == [2]
    assert of(state="accepted") == of(state="answered") == of(state="hidden") == []
    assert of(version=first.published) == [3, 2, 1]
    assert of(version="0" * 12) == []
    assert of(address=first.address, organisation=first.organisation) == [3, 2, 1]
    assert of(organisation="nobody") == []
    stretch = read(visitor, "challenges", limit=2)
    assert [c["number"] for c in read(visitor, stretch["next"])["items"]] == [1]


def test_what_cannot_be_asked_is_told(place: Place, visitor: Client) -> None:
    challenged(place)
    for path, asked, code in (
        ("challenges", {"state": "nonsense"}, 422), ("challenges", {"address": "a\0b"}, 422), ("challenges", {"stat": "waiting"}, 422),
        ("challenges/9", {}, 404), (f"challenges/{10**30}", {}, 404), ("challenges/0/steps", {}, 404), ("challenges/-1", {}, 404),
    ):  # fmt: skip
        answer = visitor.get(f"{AT}/{path}", asked)
        assert (answer.status_code, answer["Content-Type"]) == (code, answers.PROBLEM), path
    assert visitor.post(f"{AT}/challenges", {}).status_code == 405, "challenges are sent on their page"


def test_each_number_that_can_be_challenged_is_there_with_its_source(place: Place, visitor: Client) -> None:
    c = challenged(place)
    now = open_of(place)
    assert now is not None
    told = read(visitor, "numbers", limit=200)
    assert told["count"] == len(now.numbers.open)
    whole = read(visitor, "numbers", words=c.address, limit=200)["items"]
    n = next(n for n in whole if n["address"] == c.address)
    assert (n["value"], n["challenges"]) == (c.before, 1)
    assert visitor.get(n["page"]).status_code == 200
    own = read(visitor, "numbers", organisation=c.organisation, limit=200)
    assert {n["organisation"] for n in own["items"]} == {c.organisation}


def test_a_place_without_a_published_plan_has_no_numbers_and_no_challenges(plan: Path, visitor: Client) -> None:
    bring_in("mill-vale", "Mill Vale", read_files(plan), "brought in")
    assert read(visitor, "numbers")["count"] == read(visitor, "challenges")["count"] == 0


def test_it_is_cached_and_held_off_as_all_else(place: Place, visitor: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    challenged(place)
    first = visitor.get(f"{AT}/challenges")
    assert visitor.get(f"{AT}/challenges", headers={"if-none-match": first["ETag"]}).status_code == 304
    challenged(place, 60)
    assert visitor.get(f"{AT}/challenges", headers={"if-none-match": first["ETag"]}).status_code == 200
    monkeypatch.setitem(limits.RATES, "api", limits.Rate("api", 1, 3600, "figures"))
    assert [visitor.get(f"{AT}/challenges", REMOTE_ADDR="192.0.2.9").status_code for _ in range(2)] == [200, 429]


def test_answers_before_publication_are_there_once_it_is_published(
    plan: Path, visitor: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And not before: an answer is its organisation's until all is public together."""
    for module in (offers, publish, shared):
        monkeypatch.setattr(module, "today", lambda: date(2026, 11, 27))
    version = bring_in("westshire", "Westshire", read_files(plan), "brought in")
    pat, bo, ana = (as_user(person(version, n, o, r)) for n, o, r in (("pat", "wc", "publisher"), ("bo", "wct", "board"), ("ana", "wh", "finance")))  # fmt: skip
    job = ran(version, real())
    assert pat.post(f"/publishing/westshire/offer/{job.pk}/", {"until": "2026-12-18"}).status_code == 302
    offer = version.place.offers.get()
    at = f"/publishing/westshire/offers/{offer.pk}"
    bo.post(f"{at}/reply/wct/", {"what": "text", "by": "The board", "text": "We do not agree: “no”."})
    ana.post(f"{at}/reply/wh/", {"what": "nothing", "by": "The finance director", "text": ""})
    assert read(visitor, "/api/v1/places/westshire/versions")["count"] == 0
    seen = pat.get(f"{at}/publish/").content.decode().split('name="seen" value="')[1].split('"')[0]
    assert pat.post(f"{at}/publish/", {"seen": seen, "by": "Director of strategy", "sure": "yes"}).status_code == 302
    told = read(visitor, "/api/v1/places/westshire/versions")["items"][0]
    assert told["published"] == {"day": "2026-11-27", "by": "Director of strategy"}
    assert told["withdrawn"] is None
    said = {o["organisation"]: o for o in read(visitor, told["href"] + "/replies")["organisations"]}
    reply = said["wct"]["replies"][0]
    assert (said["wct"]["standing"], reply["text"], reply["by"], reply["asked"]) == ("answered", "We do not agree: “no”.", "The board", "2026-11-27")  # fmt: skip
    assert said["wh"]["standing"] == "nothing"
    assert (said["wh"]["asked"]["by"], said["wh"]["asked"]["until"]) == ("The finance director", "2026-12-18")
    pat.post(
        f"/publishing/westshire/withdraw/{told['id']}/", {"by": "Director", "why": "A wrong figure", "sure": "yes"}
    )
    after = read(visitor, told["href"])
    assert after["withdrawn"] == {"day": "2026-11-27", "by": "Director", "why": "A wrong figure"}
    assert read(visitor, "/api/v1/places/westshire")["withdrawn"] == "A wrong figure"
