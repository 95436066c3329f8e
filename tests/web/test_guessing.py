"""While a password is typed the page tells how hard it is to guess, by the checks that it meets when it is sent."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from fixtures.publishing import WORDS, as_user
from placeplan.web.accounts.administering import link_for
from placeplan.web.accounts.guessing import bits, degree
from placeplan.web.accounts.people import add
from placeplan.web.rates import limits

pytestmark = pytest.mark.django_db


def told(client: Client, password: str, at: str = "/account/password") -> str:
    text = client.post(at, {"do": "weigh", "new_password1": password}).content.decode()
    assert "<html" not in text, "a part of the page"
    return " ".join(re.sub(r"<[^>]+>", " ", text).split())


@pytest.fixture
def ana() -> Client:
    return as_user(add("ana@example.org", "Ana Lopez", WORDS))


@pytest.mark.parametrize(
    ("password", "says"),
    [
        ("short", "We will not take this one. This password is too short"),
        ("password1234", "We will not take this one. This password is too common"),
        ("ana@example.org", "We will not take this one. The password is too similar to the email address"),
        ("summer2016summer", "This is not hard to guess. ●○○ Add a word"),
        ("otter lantern quarry", "This is hard to guess. ●●○ One more word"),
        ("otter lantern quarry plover", "This is very hard to guess. ●●●"),
    ],
)
def test_it_tells_what_would_be_refused_and_else_how_hard_it_is(ana: Client, password: str, says: str) -> None:
    assert told(ana, password).startswith(says)


def test_it_is_told_by_words_and_the_page_works_without(ana: Client) -> None:
    page = ana.get("/account/password").content.decode()
    assert '<div id="strength" role="status" aria-live="polite"></div>' in page
    assert 'aria-describedby="strength"' in page
    new = {"old_password": WORDS, "new_password1": "plover anchor thistle", "new_password2": "plover anchor thistle"}
    assert ana.post("/account/password", new).status_code == 302
    assert told(ana, "") == ""


def test_who_comes_by_a_link_is_told_too(rf: object) -> None:
    ben = add("ben@example.org", "Ben")
    link = link_for(rf.get("/", headers={"host": "localhost"}), ben)  # type: ignore[attr-defined]
    visitor = Client(headers={"host": "localhost"})
    at = visitor.get(link)["Location"]
    assert told(visitor, "otter lantern quarry", at).startswith("This is hard to guess")
    assert told(visitor, "ben@example.org", at).startswith("We will not take this one"), "it knows whose it is to be"
    assert not ben.has_usable_password()
    ben.refresh_from_db()
    assert not ben.has_usable_password(), "nothing is kept of it"


def test_looking_costs_no_try_and_has_its_own_rate(ana: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(limits.RATES, "password", limits.Rate("password", 1, 3600, "new passwords"))
    monkeypatch.setitem(limits.RATES, "weigh", limits.Rate("weigh", 3, 3600, "looks"))
    given = {"do": "weigh", "new_password1": "otter lantern"}
    assert [ana.post("/account/password", given).status_code for _ in range(4)] == [200, 200, 200, 429]
    assert [ana.post("/account/password", {}).status_code for _ in range(2)] == [200, 429]


def test_what_is_told_of_somebody_is_tried_first() -> None:
    """Words that have to do with a person are easier for who knows them; what is repeated or stands on a keyboard is for all."""
    assert bits("kovalchuk otter quarry", ["Kovalchuk"]) < bits("kovalchuk otter quarry")
    for easy in ("a" * 100, "qwertyuiop", "9876543210", "otter" + " otter" * 20):
        assert degree(easy).number == 1, easy
    assert bits("otter") < bits("otter lantern") < bits("otter lantern quarry")
    assert bits("a" * 10_000) == bits("a" * 100), "no text is too long to be weighed"
