"""Whoever is signed in sees where, and ends one session without the others; what nobody can undo asks who they are again."""

from __future__ import annotations

import re
import time
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Final

import pytest
from axes.models import AccessAttempt
from django.contrib.sessions.models import Session
from django.test import Client
from django.utils import timezone
from mozilla_django_oidc.auth import OIDCAuthenticationBackend
from pytest_django import Settings

from fixtures.publishing import PUB, WORDS, as_user, person, ran, real
from placeplan.web.accounts.lasting import IDLE, RECENT, TYPING
from placeplan.web.accounts.models import User
from placeplan.web.accounts.people import add
from placeplan.web.accounts.service import Service
from placeplan.web.accounts.views import There
from placeplan.web.publishing.models import Offer, Publication
from placeplan.web.store.folders import bring_in, files_of, read_files
from placeplan.web.store.models import Draft, Version

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


@pytest.fixture
def version(plan: Path) -> Version:
    return bring_in("westshire", "Westshire", read_files(plan), "brought in")


@pytest.fixture
def pat(version: Version) -> Client:
    return as_user(person(version, "pat", "wc", "publisher"))


@pytest.fixture
def board(version: Version) -> Client:
    return as_user(person(version, "bo", "ACU1", "board"))


@pytest.fixture
def offered(version: Version, pat: Client) -> Offer:
    job = ran(version, real(synthetic=True))
    until = timezone.localdate() + timedelta(days=21)
    answer = pat.post(
        f"{PUB}/offer/{job.pk}/", {"until": until.isoformat(), "how.wct": "By letter", "how.wh": "By letter"}
    )
    assert answer.status_code == 302
    return Offer.objects.get()


def later(client: Client, seconds: int = RECENT + 1) -> None:
    """Some time goes by."""
    session = client.session
    session["proved"] -= seconds
    session.save()


def refuses(board: Client, version: Version, **more: str) -> tuple[int, str]:
    """Say no for an organisation, which needs no run."""
    file = next(p for p in sorted(files_of(version)) if p.startswith("initiatives/"))
    head = Draft.objects.get(name="main").head
    given = {"version": head.digest, "draft": "main", "parts": [Path(file).stem], "position": "objects", "by": "The board", "words": "It is <too> far."}  # fmt: skip
    answer = board.post(f"{PUB}/sign/ACU1/", given | more)
    return answer.status_code, answer.content.decode()


def test_who_signs_gives_the_password_again_and_loses_nothing_that_they_typed(version: Version, board: Client) -> None:
    at = f"{PUB}/sign/ACU1/"
    assert 'name="password"' not in board.get(at).content.decode(), "they have just given it"
    later(board)
    assert 'name="password"' in board.get(at).content.decode()
    for wrong, told in (("", "Type your password"), ("otter", "This is not the password")):
        status, text = refuses(board, version, password=wrong)
        assert (status, told in text) == (422, True), text[:3000]
        assert "It is &lt;too&gt; far." in text
        assert Draft.objects.get(name="main").head == version
    status, text = refuses(board, version, words="", password="")
    assert (status, "Type your password" in text, "Say it in words" in text) == (422, True, True), "all at once"
    status, text = refuses(board, version, words="", password=WORDS)
    assert (status, 'name="password"' in text, WORDS in text) == (422, False, False), "asked once, and never shown"
    assert refuses(board, version)[0] == 302
    assert Draft.objects.get(name="main").head != version


def test_who_publishes_and_withdraws_gives_the_password_again(offered: Offer, pat: Client) -> None:
    at = f"{PUB}/offers/{offered.pk}/publish/"
    seen = pat.get(at).content.decode().split('name="seen" value="')[1].split('"')[0]
    given = {"seen": seen, "by": "Director of strategy", "sure": "yes"}
    later(pat)
    assert pat.post(at, given).status_code == 422
    assert pat.post(at, given | {"password": "otter"}).status_code == 422
    assert not Publication.objects.exists()
    assert pat.post(at, given | {"password": WORDS}).status_code == 302
    (done,) = Publication.objects.all()
    away = f"{PUB}/withdraw/{done.name}/"
    given = {"why": "A wrong figure.", "by": "Director of strategy", "sure": "yes"}
    later(pat)
    assert pat.post(away, given).status_code == 422
    assert pat.post(away, given | {"password": WORDS}).status_code == 302


def test_guessing_it_locks_as_at_signing_in(version: Version, board: Client) -> None:
    later(board)
    met = [refuses(board, version, password=f"guess {n}")[0] for n in range(6)]
    assert met[0] == 422
    assert met[-1] == 429
    assert AccessAttempt.objects.get().failures_since_start >= 5
    assert refuses(board, version, password=WORDS)[0] == 429
    assert Draft.objects.get(name="main").head == version


def test_who_signs_in_by_a_service_signs_in_there_again(version: Version, settings: Settings) -> None:
    bo = person(version, "bo", "ACU1", "board")
    bo.set_unusable_password()
    bo.save()
    settings.ASKED = replace(settings.ASKED, oidc={})
    client = as_user(bo)
    later(client, RECENT + 10)
    assert "before you write anything here" in client.get(f"{PUB}/sign/ACU1/").content.decode()
    assert refuses(client, version, words="")[0] == 422, "the page was open already: there is time to send it"
    later(client, TYPING)
    status, text = refuses(client, version)
    assert (status, "It is long since you signed in" in text) == (422, True)
    assert Draft.objects.get(name="main").head == version


@pytest.mark.parametrize(("said", "proved"), [(1_700_000_000, 1_700_000_000), (None, 0), ("soon", 0)])
def test_a_service_counts_as_proof_from_when_it_says_that_it_asked(
    ana: User, monkeypatch: pytest.MonkeyPatch, said: object, proved: int
) -> None:
    """Who was signed in there long before has shown nothing now."""
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
