"""Whoever is signed out while they type loses nothing: what they send waits until they have signed in again, for them alone."""

from __future__ import annotations

import io
import re
import time
from collections.abc import Callable
from html import unescape
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.test import Client
from django.utils import timezone

from fixtures.publishing import WORDS
from fixtures.signing_in import by_service
from placeplan.web.accounts.lasting import IDLE, KNOWN, LONGEST, UNSENT
from placeplan.web.accounts.models import User
from placeplan.web.accounts.people import add, give
from placeplan.web.store.folders import bring_in, files_of
from placeplan.web.store.models import Draft, Version

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.filterwarnings("ignore::DeprecationWarning:authlib"),  # of the service that tests sign in by
    pytest.mark.filterwarnings("ignore:get_jwt_config:DeprecationWarning"),
]
AT = "/drafts/mill-vale/main/file/plan.yaml"
WAITS = "/account/not-sent-yet"
TEXT = "\nname: <b>“Mill” & Vale</b>\r\n\r\n  - typed for an hour 🙂\r\n"


@pytest.fixture
def version() -> Version:
    found = bring_in("mill-vale", "Mill Vale", {"plan.yaml": b"x: 1\n"}, "brought in")
    for name in ("ana", "ben"):
        add(f"{name}@example.org", name.title(), WORDS)
        give(f"{name}@example.org", "mill-vale", "org-1", "contributor")
    return found


@pytest.fixture
def typed(version: Version) -> dict[str, str]:
    return {"text": TEXT, "message": "it is “better”", "base": str(version.pk)}


@pytest.fixture
def ana(version: Version) -> Client:
    found = Client(headers={"host": "localhost"}, enforce_csrf_checks=True)
    signs_in(found)
    return found


def mark(page: str) -> str:
    """What a page has so that forms are taken."""
    return re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page)[1]  # type: ignore[index]


def signs_in(client: Client, name: str = "ana", to: str = "") -> Any:
    page = client.get("/account/sign-in").content.decode()
    given = {"username": f"{name}@example.org", "password": WORDS, "next": to, "csrfmiddlewaretoken": mark(page)}
    answer = client.post("/account/sign-in", given)
    assert answer.status_code == 302
    return answer


def away(client: Client, seconds: int = IDLE + 1, name: str = "seen") -> None:
    """Somebody is away from their desk."""
    session = client.session
    session[name] -= seconds
    session.save()


def sends(client: Client, given: dict[str, Any], at: str = AT) -> Any:
    """Send a form that had been opened before."""
    return client.post(at, given | {"csrfmiddlewaretoken": client.cookies["csrftoken"].value})


def fields(page: str) -> dict[str, str]:
    """What a page carries, as a browser sends it."""
    plain = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', page))
    long = dict(re.findall(r'<textarea hidden name="(\w+)">\n(.*?)</textarea>', page, re.DOTALL))
    return {n: unescape(v) for n, v in (plain | long).items()}


def text_of_plan() -> str:
    return files_of(Draft.objects.get(name="main").head)["plan.yaml"].decode()


@pytest.mark.parametrize(("seconds", "name"), [(IDLE + 1, "seen"), (LONGEST + 1, "begun")])
def test_what_is_sent_after_signing_out_by_itself_waits_and_is_sent_once_more(
    ana: Client, typed: dict[str, str], seconds: int, name: str
) -> None:
    assert IDLE <= 30 * 60, "ASVS 3.3.2"
    away(ana, seconds, name)
    asked = sends(ana, typed)
    assert (asked.status_code, asked["Location"]) == (302, "/account/sign-in?next=/account/not-sent-yet")
    assert text_of_plan() == "x: 1\n"
    assert "You were signed out" in ana.get(asked["Location"]).content.decode()
    assert ana.get(WAITS).status_code == 302, "not before they have signed in"
    assert signs_in(ana, to=WAITS)["Location"] == WAITS
    page = ana.get(WAITS).content.decode()
    assert f'action="{AT}"' in page
    assert {n: v for n, v in fields(page).items() if n != "csrfmiddlewaretoken"} == typed, "to the last sign"
    assert ana.post(AT, fields(page)).status_code == 302
    assert text_of_plan() == TEXT.replace("\r\n", "\n")
    assert ana.get(WAITS).status_code == 404, "it waits no more"


def test_who_signs_in_by_a_service_finds_it_too(
    with_service: Callable[..., None], service: str, ana: Client, typed: dict[str, str]
) -> None:
    away(ana)
    page = ana.get(sends(ana, typed)["Location"]).content.decode()
    assert "/account/service/authenticate/?next=/account/not-sent-yet" in page
    by_service(ana, service, "ana@example.org")
    assert typed["message"] in unescape(ana.get(WAITS).content.decode())


def test_nobody_else_who_signs_in_there_sees_it(ana: Client, typed: dict[str, str]) -> None:
    away(ana)
    sends(ana, typed)
    signs_in(ana, "ben")
    assert ana.get(WAITS).status_code == 404
    assert "better" not in str([s.get_decoded() for s in Session.objects.all()]), "it is gone"


def test_it_waits_for_an_hour_and_nothing_of_it_stays(ana: Client, typed: dict[str, str]) -> None:
    away(ana)
    sends(ana, typed)
    held = Session.objects.get()
    assert (held.expire_date - timezone.now()).total_seconds() <= UNSENT
    Session.objects.update(expire_date=timezone.now())
    other = Client(headers={"host": "localhost"}, enforce_csrf_checks=True)
    signs_in(other, "ben")
    assert Session.objects.count() == 1, "sessions that are over go when somebody signs in"
    signs_in(ana)
    away(ana)
    sends(ana, typed)
    signs_in(ana)
    session = ana.session
    session["unsent"]["at"] -= UNSENT + 1
    session.save()
    assert ana.get(WAITS).status_code == 404
    assert "unsent" not in ana.session


def test_who_has_signed_in_again_stays_as_long_as_anybody(ana: Client, typed: dict[str, str]) -> None:
    away(ana)
    sends(ana, typed)
    signs_in(ana)
    assert ana.session.get_expiry_age() == KNOWN


def test_no_password_is_kept_and_nothing_where_nothing_was_typed(ana: Client) -> None:
    away(ana)
    given = {"old_password": "a secret", "new_password1": "another secret", "new_password2": "another secret"}
    assert sends(ana, given, "/account/password")["Location"] == "/account/sign-in?next=/account/password"
    assert "secret" not in str([s.get_decoded() for s in Session.objects.all()])


def test_a_file_has_to_be_chosen_once_more_and_the_rest_is_there(ana: Client, version: Version) -> None:
    away(ana)
    file = io.BytesIO(b"PK")
    file.name = "plan.zip"
    sends(ana, {"file": file, "message": "why", "base": str(version.pk)}, "/drafts/mill-vale/main/upload")
    signs_in(ana)
    page = ana.get(WAITS).content.decode()
    assert 'type="file"' in page
    assert 'enctype="multipart/form-data"' in page
    assert fields(page)["message"] == "why"


def test_pages_that_are_not_there_for_a_visitor_keep_it_too(ana: Client, version: Version) -> None:
    """Who runs the workbench is told as anybody that a page of theirs is not there, once they are signed out."""
    User.objects.filter(email="ana@example.org").update(is_administrator=True)
    away(ana)
    asked = sends(ana, {"email": "cas@example.org", "name": "Cas"}, "/account/people")
    assert asked["Location"] == "/account/sign-in?next=/account/not-sent-yet"
    signs_in(ana)
    page = ana.get(WAITS).content.decode()
    assert ana.post("/account/people", fields(page)).status_code == 302
    assert User.objects.filter(email="cas@example.org").exists()


def test_a_form_of_another_site_or_of_a_visitor_is_not_kept(ana: Client, typed: dict[str, str]) -> None:
    away(ana)
    assert ana.post(AT, typed).status_code == 403, "without the mark of a page of ours"
    visitor = Client(headers={"host": "localhost"}, enforce_csrf_checks=True)
    visitor.get("/account/sign-in")
    assert sends(visitor, typed)["Location"] == f"/account/sign-in?next={AT}"
    assert "better" not in str([s.get_decoded() for s in Session.objects.all()])


def test_a_form_that_is_too_old_gives_back_what_was_typed(ana: Client, typed: dict[str, str]) -> None:
    """As where somebody has signed in anew in another window since."""
    answer = ana.post(AT, typed | {"password": "a secret word", "csrfmiddlewaretoken": "x" * 64})
    text = unescape(answer.content.decode())
    assert answer.status_code == 403
    assert "typed for an hour 🙂" in text
    assert "it is “better”" in text
    assert "a secret word" not in text
    assert text_of_plan() == "x: 1\n"


def test_a_session_is_over_though_it_is_still_known(ana: Client) -> None:
    away(ana, LONGEST + 1, "begun")
    session = ana.session
    assert session.get_expiry_age() == KNOWN
    assert ana.get("/drafts/").status_code == 302
    assert time.time() - session["begun"] > LONGEST


def test_a_page_that_looks_by_itself_is_no_sign_of_life_and_leads_to_where_one_signs_in(ana: Client) -> None:
    away(ana, IDLE - 60)
    before = ana.session["seen"]
    assert ana.get("/drafts/", headers={"HX-Request": "true"}).status_code == 200
    assert ana.session["seen"] == before
    assert ana.get("/drafts/").status_code == 200
    assert ana.session["seen"] > before, "somebody has looked"
    away(ana)
    told = ana.get("/drafts/", headers={"HX-Request": "true"})
    assert (told.status_code, told["HX-Refresh"], told.content) == (200, "true", b"")
    assert ana.get("/drafts/").status_code == 302
