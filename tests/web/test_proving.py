"""Who changes people, roles or passwords shows again who they are: by their password, or by the service by which they sign in."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from html import unescape

import pytest
from axes.models import AccessAttempt
from django.test import Client

from fixtures.publishing import WORDS, as_user
from fixtures.signing_in import by_service
from placeplan.web.accounts.lasting import RECENT
from placeplan.web.accounts.models import User
from placeplan.web.accounts.people import add, give
from placeplan.web.store.folders import bring_in
from placeplan.web.store.models import Place

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.filterwarnings("ignore::DeprecationWarning:authlib"),  # of the service that tests sign in by
    pytest.mark.filterwarnings("ignore:get_jwt_config:DeprecationWarning"),
]
ORGANISATIONS = b"id,name,kind\norg-1,Mill Hospital,trust\n"


@pytest.fixture
def place() -> Place:
    return bring_in("mill-vale", "Mill Vale", {"organisations.csv": ORGANISATIONS}, "brought in").place


@pytest.fixture
def ana(place: Place) -> User:
    add("ana@example.org", "Ana")
    return give("ana@example.org", "mill-vale", "org-1", "reader").user


@pytest.fixture
def eve() -> Client:
    """Who runs the workbench, some time after they signed in."""
    found = as_user(add("eve@example.org", "Eve", WORDS, administrator=True))
    later(found)
    return found


def later(client: Client, seconds: int = RECENT + 1) -> None:
    """Some time goes by."""
    session = client.session
    session["proved"] -= seconds
    session.save()


def carried(page: str) -> dict[str, str]:
    """What a page that asks carries along."""
    return {n: unescape(v) for n, v in re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', page) if n != "csrfmiddlewaretoken"}  # fmt: skip


ACTS = (
    {"do": "give", "place": "mill-vale", "organisation": "org-1", "role": "publisher"}, {"do": "take"}, {"do": "link"},
    {"do": "sign-out"}, {"do": "erase"},
)  # fmt: skip


@pytest.mark.parametrize("act", ACTS, ids=[a["do"] for a in ACTS])
def test_every_act_of_who_runs_the_workbench_asks_who_they_are_and_then_does_it(eve: Client, ana: User, act: dict[str, str]) -> None:  # fmt: skip
    at = f"/account/people/{ana.pk}"
    sent = act | ({"membership": str(ana.memberships.get().pk)} if act["do"] == "take" else {})

    def state() -> tuple[object, ...]:
        ana.refresh_from_db()
        return (ana.name, ana.is_active, ana.signed_out, sorted(ana.memberships.values_list("role", flat=True)))

    before = state()
    asked = eve.post(at, sent)
    assert (asked.status_code, 'name="password"' in asked.content.decode(), state()) == (422, True, before)
    assert carried(asked.content.decode()) == sent, "nothing that was sent is lost"
    wrong = eve.post(at, sent | {"password": "otter"})
    assert (wrong.status_code, "This is not the password" in wrong.content.decode(), state()) == (422, True, before)
    assert "otter" not in wrong.content.decode()
    done = eve.post(at, carried(wrong.content.decode()) | {"password": WORDS})
    if act["do"] == "link":
        assert "Give them this link" in done.content.decode()
    else:
        assert (done.status_code, state() != before) == (302, True)
    assert 'name="password"' not in eve.post(at, {"do": "link"}).content.decode(), "it was given a moment ago"


def test_adding_somebody_asks_who_one_is(eve: Client) -> None:
    sent = {"email": "ben@example.org", "name": "Ben <b>"}
    asked = eve.post("/account/people", sent)
    assert "Add ben@example.org" in asked.content.decode()
    assert carried(asked.content.decode()) == sent
    assert not User.objects.filter(email="ben@example.org").exists()
    assert eve.post("/account/people", sent | {"password": WORDS}).status_code == 302
    assert User.objects.get(email="ben@example.org").name == "Ben <b>"


def test_guessing_the_password_there_locks_as_at_signing_in(eve: Client, ana: User) -> None:
    at = f"/account/people/{ana.pk}"
    met = [eve.post(at, {"do": "erase", "password": f"guess {n}"}).status_code for n in range(6)]
    assert (met[0], met[-1]) == (422, 429)
    assert AccessAttempt.objects.get().failures_since_start >= 5
    assert eve.post(at, {"do": "erase", "password": WORDS}).status_code == 429
    ana.refresh_from_db()
    assert ana.is_active


def test_who_signs_in_by_a_service_alone_signs_in_there_again(
    with_service: Callable[..., None], service: str, ana: User
) -> None:
    add("eve@example.org", "Eve", administrator=True)
    eve, at = Client(headers={"host": "localhost"}), f"/account/people/{ana.pk}"
    by_service(eve, service, "eve@example.org", auth_time=int(time.time()) - 2 * 60 * 60)
    asked = eve.post(at, {"do": "erase"}).content.decode()
    assert "?again=1" in asked
    assert 'name="password"' not in asked
    assert User.objects.get(pk=ana.pk).is_active
    by_service(eve, service, "eve@example.org", again=True, auth_time=int(time.time()))
    assert eve.post(at, {"do": "erase"}).status_code == 302, "though they were signed in all the time"
    assert not User.objects.get(pk=ana.pk).is_active


def test_who_comes_back_from_a_service_that_did_not_ask_has_shown_nothing(
    with_service: Callable[..., None], service: str, ana: User
) -> None:
    add("eve@example.org", "Eve", administrator=True)
    eve, long_ago = Client(headers={"host": "localhost"}), int(time.time()) - 2 * 60 * 60
    for again in (False, True):
        by_service(eve, service, "eve@example.org", again=again, auth_time=long_ago)
    assert eve.post(f"/account/people/{ana.pk}", {"do": "erase"}).status_code == 422
    assert User.objects.get(pk=ana.pk).is_active


@pytest.mark.parametrize("way", ["password", "service"])
def test_who_has_a_password_and_a_service_is_asked_by_either_and_one_will_do(
    with_service: Callable[..., None], service: str, ana: User, way: str
) -> None:
    add("eve@example.org", "Eve", WORDS, administrator=True)
    eve, at = Client(headers={"host": "localhost"}), f"/account/people/{ana.pk}"
    by_service(eve, service, "eve@example.org", auth_time=int(time.time()) - 2 * 60 * 60)
    asked = eve.post(at, {"do": "erase"}).content.decode()
    assert "?again=1" in asked
    assert 'name="password"' in asked
    if way == "password":
        assert eve.post(at, {"do": "erase", "password": WORDS}).status_code == 302
    else:
        by_service(eve, service, "eve@example.org", again=True, auth_time=int(time.time()))
        assert eve.post(at, {"do": "erase"}).status_code == 302
    assert not User.objects.get(pk=ana.pk).is_active


def test_who_signed_in_by_a_password_is_asked_for_it_though_there_is_a_service(
    with_service: Callable[..., None], eve: Client, ana: User
) -> None:
    asked = eve.post(f"/account/people/{ana.pk}", {"do": "erase"}).content.decode()
    assert 'name="password"' in asked
    assert "?again=1" not in asked


def test_roles_are_told_with_the_name_of_the_organisation(eve: Client, ana: User) -> None:
    own, theirs = as_user(ana).get("/account/"), eve.get(f"/account/people/{ana.pk}")
    for text in (own.content.decode(), theirs.content.decode()):
        assert "Mill Vale: read drafts, for Mill Hospital" in re.sub(r"<[^>]+>", "", text)
    assert "org-1" not in own.content.decode()
    ana.memberships.update(organisation="gone")
    assert "for gone" in as_user(ana).get("/account/").content.decode(), "its id, where the plan has it no more"
