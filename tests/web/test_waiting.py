"""What waits for somebody is read with a few questions to the database, however much waits, and as far as it is shown."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from fixtures.everything import challenged
from fixtures.publishing import as_user
from placeplan.web.accounts.models import Role, User
from placeplan.web.accounts.people import add, give
from placeplan.web.challenges.answering import appeal_waits, replies_for, steps_open
from placeplan.web.challenges.models import Challenge, Did, Step
from placeplan.web.publishing.models import Answer, Offer, Shown
from placeplan.web.store.folders import bring_in
from placeplan.web.store.models import Blob, Place
from placeplan.web.workbench import waiting
from placeplan.web.workbench.waiting import waits_for

pytestmark = pytest.mark.django_db
MINE = "wh"


@pytest.fixture
def ana(db: None) -> User:
    return add("ana@example.org", "Ana")


def offered(ana: User, n: int) -> Offer:
    """A place with an offer to two organisations, in all of whose roles Ana is."""
    version = bring_in(f"place-{n}", f"Place {n}", {"plan.yaml": b"placeplan: 1\n"}, "first")
    for role in Role.values:
        give("ana@example.org", version.place.slug, MINE, role)
    blob, _ = Blob.objects.get_or_create(digest="0" * 64, defaults={"data": b"{}"})
    day = timezone.localdate() - timedelta(days=n)
    made = Offer.objects.create(place=version.place, version=version, findings=blob, asked=day, until=day + timedelta(days=500), offered_by=ana)  # fmt: skip
    for one in (MINE, "other"):
        Shown.objects.create(offer=made, organisation=one, name=one)
    return made


def answered(made: Offer, organisation: str, by: User) -> None:
    Answer.objects.create(offer=made, organisation=organisation, by="The board", day=made.asked, written_by=by)


def sent(place: Place, ana: User, number: int, source: str = "Our count") -> Challenge:
    """A challenge that waits for a reply, and at which no moderator has looked."""
    if not place.challenges.exists():
        challenged(place.versions.get(), ana)
        Step.objects.filter(did=Did.ACCEPTED).delete()
    made = place.challenges.order_by("number")[0]
    if number > 1:
        made.pk, made.number = None, number
    made.source = source
    made.save()
    return made


def appealed(place: Place, ana: User, number: int) -> Challenge:
    """A challenge that waits for a reply, was hidden and appealed."""
    made = sent(place, ana, number)
    Challenge.objects.filter(pk=made.pk).update(hidden=True)
    for did in ("hidden", "appealed"):
        Step.objects.create(challenge=made, did=did)
    made.refresh_from_db()
    return made


def asked(user: User, **more: Any) -> tuple[list[waiting.Waits], dict[str, int], int]:
    """What waits for somebody, how much more, and how many questions that took."""
    with CaptureQueriesContext(connection) as queries:
        shown, left = waits_for(user, **more)
    return shown, left, len(queries)


def test_however_much_waits_the_questions_to_the_database_are_few(ana: User) -> None:
    first = offered(ana, 0)
    appealed(first.place, ana, 1)
    other = offered(ana, 40).place
    sent(other, ana, 1)
    sent(other, ana, 2, "https://example.org")
    shown, left, few = asked(ana)
    assert len(shown) == 8, "two offers, three replies, and an appeal, words and links to look at"
    assert not left
    for n in range(1, 31):
        appealed(first.place, ana, n + 1)
        offered(ana, n)
        sent(other, ana, 2 * n + 1)
        sent(other, ana, 2 * n + 2, "https://example.org")
    shown, left, many = asked(ana)
    assert len(shown) == 5 * waiting.MOST
    look = ("appeals to look at", "new challenges to look at", "challenges with links to look at")
    every = dict.fromkeys(look, 31) | {"replies to challenges": 93, "answers on new versions": 32}
    assert left == {kind: n - waiting.MOST for kind, n in every.items()}
    assert many == few + 5, "one more of each kind, to count the rest"
    whole, none, _ = asked(ana, most=waiting.EVER)
    assert (len(whole), none) == (sum(every.values()), {})
    assert shown[: waiting.MOST] == whole[: waiting.MOST], "those that are due first"
    here, left, _ = asked(ana, place=first.place)
    assert {w.place for w in here} == {first.place}
    assert left == dict.fromkeys(("replies to challenges", "appeals to look at"), 31 - waiting.MOST)


def test_a_page_of_all_of_it_is_one_that_anybody_can_read(ana: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("placeplan.web.workbench.views.drafts.EVER", 12)
    first = offered(ana, 0)
    for n in range(1, 15):
        appealed(first.place, ana, n)
    client = as_user(ana)
    assert "And 4 more appeals to look at</a>" in client.get("/drafts/").content.decode()
    text = client.get("/drafts/?waits=all").content.decode()
    assert "And 2 more appeals to look at, which stand here once these are done." in text
    assert text.count("Look at the appeal of") == 12


def test_an_offer_waits_for_who_has_not_answered_and_then_for_who_publishes(ana: User) -> None:
    made = offered(ana, 0)
    (only,), _, _ = asked(ana)
    assert only.href.endswith(f"/reply/{MINE}/")
    assert (only.late, only.until) == (False, made.until)
    answered(made, MINE, ana)
    assert asked(ana)[0] == [], "the other has not answered, and the day is not over"
    answered(made, "other", ana)
    (only,), _, _ = asked(ana)
    assert only.href.endswith("/publish/")
    made.answers.filter(organisation="other").delete()
    Offer.objects.update(until=timezone.localdate() - timedelta(days=1))
    assert [w.href.rpartition("/offers/")[2] for w in asked(ana)[0]] == [f"{made.pk}/publish/"], "the day is over"
    made.answers.all().delete()
    assert [w.late for w in asked(ana)[0]] == [True, False], "who is late is told so, and can be published without"
    Offer.objects.update(state=Offer.State.TAKEN_BACK)
    assert asked(ana)[0] == []


@pytest.mark.parametrize(("steps", "waits"), [((), True), (("upheld",), False), (("shown",), False), (("upheld", "appealed"), True), (("linked",), True)])  # fmt: skip
def test_an_appeal_waits_until_it_is_looked_at(ana: User, steps: tuple[str, ...], waits: bool) -> None:
    made = appealed(offered(ana, 0).place, ana, 1)
    for did in steps:
        Step.objects.create(challenge=made, did=did)
    Challenge.objects.update(hidden=steps[-1:] != ("shown",))
    made.refresh_from_db()
    assert appeal_waits(made) is waits
    assert any("appeal" in w.what for w in asked(ana)[0]) is waits


@pytest.mark.parametrize(("step", "waits"), [("accepted", True), ("nameless", True), ("looked", False), ("linked", False), ("hidden", False), ("shown", False)])  # fmt: skip
@pytest.mark.parametrize(("source", "what"), [("Our count", "words"), ("See https://example.org", "words and links")])
def test_words_and_links_wait_until_a_moderator_has_looked_at_them(ana: User, step: str, waits: bool, source: str, what: str) -> None:  # fmt: skip
    made = sent(offered(ana, 0).place, ana, 1, source)
    led = [w for w in asked(ana)[0] if w.href.endswith("#moderate")]
    assert [w.what for w in led] == [f"Look at the {what} of challenge 1: {made.called}"]
    Step.objects.create(challenge=made, did=step)
    assert any(w.href.endswith("#moderate") for w in asked(ana)[0]) is waits
    assert (Did.LOOKED in steps_open(made)) is waits


def test_a_challenge_to_who_has_nobody_here_waits_for_who_publishes(ana: User) -> None:
    made = sent(offered(ana, 0).place, ana, 1)
    eve, bo = (add(f"{name}@example.org", name) for name in ("eve", "bo"))
    give("eve@example.org", "place-0", "other", "publisher")
    give("bo@example.org", "place-0", "other", "board")

    def led(user: User) -> bool:
        waits = any(w.what.startswith("Reply to") for w in asked(user)[0])
        assert waits is (replies_for(user, made) is not None), "who is led there may reply, and nobody else"
        return waits

    assert (led(ana), led(eve), led(bo)) == (True, False, False)
    User.objects.filter(pk=ana.pk).update(is_active=False)
    assert (led(eve), led(bo)) == (True, False)
    Step.objects.create(challenge=made, did=Did.ANSWERED)
    assert not any(w.what.startswith("Reply to") for w in asked(eve)[0])


def test_nothing_waits_for_who_has_no_role(ana: User) -> None:
    offered(ana, 0)
    eve = add("eve@example.org", "Eve")
    assert asked(eve)[:2] == ([], {})
    give("eve@example.org", "place-0", "other", "reader")
    assert asked(eve)[:2] == ([], {})
    give("eve@example.org", "place-0", "other", "board")
    assert [w.href.rpartition("/reply/")[2] for w in asked(eve)[0]] == ["other/"]
    client: Client = as_user(eve)
    assert "Answer for other" in client.get("/drafts/place-0/").content.decode()
