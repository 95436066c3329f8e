"""Those named see a version before anybody else and answer it; an offer can be taken back, and answers stay."""

from __future__ import annotations

import pytest
from django.test import Client

from fixtures.publishing import (
    HOW,
    PUB,
    Day,
    answers,
    as_user,
    ran,
    real,
)
from placeplan.core.errors import PlanError
from placeplan.web.accounts.models import User
from placeplan.web.accounts.people import add
from placeplan.web.publishing.models import Answer, Offer
from placeplan.web.publishing.replying import take_back
from placeplan.web.store.models import Version

pytestmark = pytest.mark.django_db


def test_those_named_see_it_and_nobody_else_does(
    offered: Offer, version: Version, bo: Client, pat: Client, visitor: Client
) -> None:
    text = bo.get(f"{PUB}/offers/{offered.pk}/reply/wct/").content.decode()
    assert "18 December 2026" in pat.get(f"{PUB}/").content.decode()
    assert "What is said about you" in text
    page = text.split('href="')[1:]
    own = next(p.split('"')[0] for p in page if "/pages/" in p)
    draft = bo.get(own).content.decode()
    assert "A draft." in draft
    assert "This is a draft. It is being asked now." in draft
    stranger = as_user(add("eve@example.org", "Eve", "otter lantern quarry"))
    assert stranger.get(own).status_code == 404
    assert stranger.get(f"{PUB}/").status_code == 404
    assert visitor.get(own).status_code == 302
    assert "Nothing is published yet" in visitor.get("/westshire/").content.decode()
    assert bo.get(own)["Cache-Control"] == "private, no-store"


def test_an_organisation_without_people_here_is_shown_otherwise_or_it_is_not_offered(
    version: Version, pat: Client, bo: Client, day: Day
) -> None:
    job = ran(version, real())
    answer = pat.post(f"{PUB}/offer/{job.pk}/", HOW)
    assert answer.status_code == 422
    assert "Nobody of Westshire Hospitals (wh) can answer here." in answer.content.decode()
    assert pat.post(f"{PUB}/offer/{job.pk}/", HOW | {"how.wh": "by letter"}).status_code == 302
    offered = Offer.objects.get()
    assert [(s.organisation, s.how) for s in offered.shown.all()] == [("wct", ""), ("wh", "by letter")]
    assert answers(pat, offered, "wct") == 404, "who can answer here answers themselves"
    assert answers(pat, offered, "wh") == 302
    assert answers(bo, offered, "wh") == 404
    assert pat.post(f"{PUB}/offer/{job.pk}/", HOW | {"how.wh": "by letter"}).status_code == 409, "one at a time"


def test_a_publisher_answers_for_those_of_whom_nobody_can_sign_in_any_more(
    offered: Offer, pat: Client, bo: Client
) -> None:
    assert answers(pat, offered, "wct") == 404
    assert "sign in here any more" not in pat.get(f"{PUB}/").content.decode()
    User.objects.get(name="Bo").erase()
    page = pat.get(f"{PUB}/").content.decode()
    assert "Nobody of it can sign in here any more" in page
    assert f"{PUB}/offers/{offered.pk}/reply/wct/" in page
    assert answers(pat, offered, "wct") == 302
    assert answers(pat, offered, "wh") == 404, "its own people can"


@pytest.mark.parametrize("until", ["", "soon", "2026-11-27", "2026-11-26", "2027-12-31", "9999-12-31", "2026-02-30"])
def test_a_last_day_that_cannot_be_is_told(version: Version, pat: Client, bo: Client, ana: Client, day: Day, until: str) -> None:  # fmt: skip
    job = ran(version, real())
    assert pat.post(f"{PUB}/offer/{job.pk}/", {"until": until}).status_code == 422
    assert not Offer.objects.exists()


@pytest.mark.parametrize(
    "said",
    [{"what": ""}, {"what": "text", "text": " "}, {"what": "nothing"}, {"by": ""}, {"text": "x" * 20_001}],
)  # fmt: skip
def test_bad_answers_are_told_and_what_was_typed_is_kept(offered: Offer, bo: Client, said: dict[str, str]) -> None:
    given = {"what": "text", "by": "The board", "text": "typed for an hour"} | said
    answer = bo.post(f"{PUB}/offers/{offered.pk}/reply/wct/", given)
    assert answer.status_code == 422
    if "text" not in said:
        assert "typed for an hour" in answer.content.decode()
    assert not Answer.objects.exists()


def test_an_offer_is_taken_back_with_its_reason_and_answers_stay(offered: Offer, pat: Client, bo: Client) -> None:
    answers(bo, offered, "wct")
    assert pat.post(f"{PUB}/offers/{offered.pk}/take-back", {"why": ""}).status_code == 422
    assert pat.post(f"{PUB}/offers/{offered.pk}/take-back", {"why": "A wrong year."}).status_code == 302
    assert pat.post(f"{PUB}/offers/{offered.pk}/take-back", {"why": "Again."}).status_code == 409
    with pytest.raises(PlanError) as told:
        take_back(offered, "Again.", User.objects.get(name="Pat"))
    assert [p.code for p in told.value.problems] == ["not-open"]
    assert "took it back: A wrong year." in pat.get(f"{PUB}/").content.decode()
    assert Answer.objects.count() == 1
    assert answers(bo, offered, "wct") == 409
