"""Whoever is signed in sees where, and ends one session without the others; what nobody can undo asks who they are again."""

from __future__ import annotations

import re
import time
from dataclasses import replace
from typing import Final

import pytest
from django.contrib.sessions.models import Session
from django.test import Client
from mozilla_django_oidc.auth import OIDCAuthenticationBackend
from pytest_django import Settings

from fixtures.publishing import WORDS
from placeplan.web.accounts.lasting import IDLE, RECENT
from placeplan.web.accounts.models import User
from placeplan.web.accounts.people import add
from placeplan.web.accounts.service import Service
from placeplan.web.accounts.views import There

pytestmark = pytest.mark.django_db
FIREFOX: Final = "Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0"
PHONE: Final = "Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/19.0 Mobile/15E148 Safari/604.1"  # fmt: skip


def signed_in(agent: str, email: str = "ana@example.org") -> Client:
    client = Client(headers={"host": "localhost", "user-agent": agent})
    assert client.post("/account/sign-in", {"username": email, "password": WORDS}).status_code == 302
    return client


@pytest.fixture
def ana() -> User:
    return add("ana@example.org", "Ana", WORDS)


def marks(client: Client) -> list[str]:
    return re.findall(r'name="which" value="([0-9a-f]{32})"', client.get("/account/").content.decode())


def works(client: Client) -> bool:
    return client.get("/drafts/").status_code == 200


def test_somebody_sees_where_they_are_signed_in_and_ends_one_without_the_others(ana: User) -> None:
    here, phone, old = signed_in(FIREFOX), signed_in(PHONE), signed_in("curl/8.5.0")
    text = here.get("/account/").content.decode()
    assert all(said in text for said in ("Firefox on Linux, here", "Safari on iPhone", "Another program"))
    text = text.partition("Where you are signed in")[2]
    assert text.index("Firefox on Linux, here") < text.index("Safari on iPhone"), "one's own first"
    assert all(c.cookies["sessionid"].value not in text for c in (here, phone, old))
    only = next(m for m in marks(here) if m not in marks(phone))
    assert here.post("/account/sign-out-there", {"which": only}, follow=True).status_code == 200
    assert (works(here), works(phone), works(old)) == (True, False, True)
    assert "You were signed out there already" in here.post("/account/sign-out-there", {"which": only}, follow=True).content.decode()  # fmt: skip


def test_nobody_sees_or_ends_a_session_of_somebody_else(ana: User) -> None:
    add("eve@example.org", "Eve", WORDS)
    here, phone, eve = signed_in(FIREFOX), signed_in(PHONE), signed_in(FIREFOX, "eve@example.org")
    assert marks(eve) == []
    for which in (*marks(here), *marks(phone), phone.cookies["sessionid"].value, "", "é"):
        eve.post("/account/sign-out-there", {"which": which})
    assert (works(here), works(phone), works(eve)) == (True, True, True)


def test_sessions_that_do_not_hold_any_more_are_not_shown(ana: User) -> None:
    here, phone = signed_in(FIREFOX), signed_in(PHONE)
    session = phone.session
    session["seen"] = int(time.time()) - IDLE - 1
    session.save()
    assert marks(here) == []
    ana.refresh_from_db()
    ana.sign_out_everywhere()
    again = signed_in(FIREFOX)
    assert Session.objects.count() >= 2
    assert marks(again) == []


@pytest.mark.parametrize(("said", "proved"), [(1_700_000_000, 1_700_000_000), (None, 0), ("soon", 0)])
def test_a_service_counts_as_proof_from_when_it_says_that_it_asked(
    ana: User, monkeypatch: pytest.MonkeyPatch, settings: Settings, said: object, proved: int
) -> None:
    """Who was signed in there long before has shown nothing now."""
    settings.ASKED = replace(settings.ASKED, oidc={"ISSUER": "https://service.example.org", "CLIENT": "placeplan"})
    told = {"sub": "ana", "email": "ana@example.org", "email_verified": True}
    monkeypatch.setattr(OIDCAuthenticationBackend, "get_userinfo", lambda *_: told)
    monkeypatch.setattr(OIDCAuthenticationBackend, "__init__", lambda self: setattr(self, "UserModel", User))
    found = Service().get_or_create_user("", "", {"sub": "ana", "auth_time": said})
    assert found is not None
    assert found.proved == proved


def test_a_service_is_asked_to_make_sure_and_to_say_when(settings: Settings, rf: object) -> None:
    settings.OIDC_OP_AUTHORIZATION_ENDPOINT, settings.OIDC_RP_CLIENT_ID = "x", "y"
    asked = There().get_extra_params(rf.get("/account/service/authenticate/?again=1"))  # type: ignore[attr-defined]
    assert asked == {"prompt": "login", "max_age": str(RECENT)}
    assert There().get_extra_params(rf.get("/account/service/authenticate/")) == {}  # type: ignore[attr-defined]
