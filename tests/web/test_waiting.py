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
from placeplan.web.challenges.answering import appeal_waits
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


def appealed(place: Place, ana: User, number: int) -> Challenge:
    """A challenge that waits for a reply, was hidden and appealed."""
    if number == 1:
        challenged(place.versions.get(), ana)
        Step.objects.filter(did=Did.ACCEPTED).delete()
    made = Challenge.objects.filter(place=place).get(number=1)
    if number > 1:
        made.pk, made.number = None, number
        made.save()
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
    shown, left, few = asked(ana)
    assert len(shown) == 3
    assert not left
    for n in range(1, 31):
        appealed(first.place, ana, n + 1)
        offered(ana, n)
    shown, left, many = asked(ana)
    assert len(shown) == 3 * waiting.MOST
    assert left == dict.fromkeys(
        ("replies to challenges", "appeals to look at", "answers on new versions"), 31 - waiting.MOST
    )
    assert many == few + 3, "one more of each kind, to count the rest"
    whole, none, _ = asked(ana, most=waiting.EVER)
    assert (len(whole), none) == (93, {})
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
