"""People sign in by a password or by their organisation's own service, and nobody else does."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from auditlog.models import LogEntry
from django.test import Client
from pytest_django import Settings

from fixtures.signing_in import by_service
from placeplan.core.errors import PlanError
from placeplan.web.accounts.models import ERASED, Membership, Role, User, tied_elsewhere, tied_to
from placeplan.web.accounts.people import add, give
from placeplan.web.store.folders import bring_in
from placeplan.web.store.models import Place

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.filterwarnings("ignore::DeprecationWarning:authlib"),  # of the service that tests sign in by
    pytest.mark.filterwarnings("ignore:get_jwt_config:DeprecationWarning"),
]
WORDS = "otter lantern quarry"


@pytest.fixture
def ana() -> User:
    return add("ana@example.org", "Ana", WORDS)


@pytest.fixture
def visitor() -> Client:
    return Client(headers={"host": "localhost"}, enforce_csrf_checks=False)


def sign_in(visitor: Client, password: str, email: str = "ana@example.org", **more: str) -> int:
    return visitor.post("/account/sign-in", {"username": email, "password": password} | more).status_code


def signed_in(visitor: Client) -> bool:
    return "_auth_user_id" in visitor.session


def test_a_password_signs_in_and_out(ana: User, visitor: Client) -> None:
    assert sign_in(visitor, WORDS) == 302
    assert "Ana" in visitor.get("/drafts/").content.decode()
    visitor.post("/account/sign-out")
    assert not signed_in(visitor)


def test_a_wrong_password_and_an_unknown_address_are_told_alike(ana: User, visitor: Client) -> None:
    for email in ("ana@example.org", "nobody@example.org"):
        answer = visitor.post("/account/sign-in", {"username": email, "password": "wrong"})
        assert answer.status_code == 200
        assert "This address and password do not go together" in answer.content.decode()


def test_whoever_guesses_is_locked_out_and_another_is_not(ana: User, visitor: Client) -> None:
    add("ben@example.org", "Ben", WORDS)
    codes = [sign_in(visitor, f"guess {n}") for n in range(6)]
    assert codes[:4] == [200] * 4
    assert codes[-1] == 429
    assert sign_in(visitor, WORDS) == 429, "not even with the right one"
    assert sign_in(visitor, WORDS, "ben@example.org") == 302


def test_a_form_of_another_site_signs_nobody_in(ana: User) -> None:
    other = Client(headers={"host": "localhost"}, enforce_csrf_checks=True)
    answer = other.post("/account/sign-in", {"username": "ana@example.org", "password": WORDS})
    assert answer.status_code == 403
    assert "That form is too old" in answer.content.decode()


def test_signing_in_leads_to_our_own_pages_only(ana: User, visitor: Client) -> None:
    answer = visitor.post(
        "/account/sign-in", {"username": "ana@example.org", "password": WORDS, "next": "https://evil.example/"}
    )
    assert answer["Location"] == "/drafts/"


def test_a_new_sign_in_is_a_new_session(ana: User, visitor: Client) -> None:
    visitor.get("/account/sign-in")
    visitor.session["seen"] = 1
    before = visitor.session.session_key
    sign_in(visitor, WORDS)
    assert visitor.session.session_key != before


def test_cookies_are_kept_from_scripts(ana: User, visitor: Client) -> None:
    visitor.get("/account/sign-in")
    sign_in(visitor, WORDS)
    assert all(visitor.cookies[name]["httponly"] for name in ("sessionid", "csrftoken"))
    assert visitor.cookies["sessionid"]["samesite"] == "Lax"


def test_passwords_are_hashed_by_argon2(settings: Settings) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
    assert add("eve@example.org", "Eve", WORDS).password.startswith("argon2$argon2id$")


@pytest.mark.parametrize("password", ["short", "password1234", "ana@example.org", "otter lantern " * 10])
def test_a_password_that_is_easy_or_too_long_is_refused(password: str) -> None:
    with pytest.raises(PlanError) as told:
        add("ana@example.org", "Ana", password)
    assert {p.code for p in told.value.problems} == {"weak-key"}
    assert not User.objects.exists()


def test_an_address_is_one_person_however_it_is_written(ana: User) -> None:
    assert add("ANA@Example.org", "Ana B") == ana
    ana.refresh_from_db()
    assert ana.name == "Ana B"
    assert ana.check_password(WORDS)


def test_all_that_is_not_known_is_told_at_once(ana: User) -> None:
    Place.objects.create(slug="dorset-2016", name="Dorset")
    with pytest.raises(PlanError) as told:
        give("anna@example.org", "dorset-2061", "rdz", "reeder")
    assert [p.nearest for p in told.value.problems] == ["ana@example.org", "dorset-2016", "reader"]
    assert give("ana@example.org", "dorset-2016", "rdz", "reader").role == Role.READER


def test_who_is_erased_is_gone_and_what_they_did_stays(ana: User, visitor: Client) -> None:
    place = Place.objects.create(slug="westshire", name="Westshire")
    give("ana@example.org", "westshire", "wh", "contributor")
    version = bring_in("westshire", "Westshire", {"plan.yaml": b"x"}, "changed")
    version.made_by = ana
    version.save()
    ana.erase()
    version.refresh_from_db()
    assert version.made_by is not None
    assert version.made_by.name == ERASED
    assert sign_in(visitor, WORDS) == 200
    assert not signed_in(visitor)
    assert not Membership.objects.filter(user=ana, place=place).exists()
    told = " ".join(str(e.changes) + e.object_repr for e in LogEntry.objects.all())
    assert "ana@example.org" not in told
    assert "Ana" not in told


def test_somebody_who_was_added_signs_in_by_their_service(
    with_service: Callable[..., None], service: str, ana: User, visitor: Client
) -> None:
    assert "Sign in with your organisation" in visitor.get("/account/sign-in").content.decode()
    by_service(visitor, service, "ana@example.org")
    assert visitor.session["_auth_user_id"] == str(ana.pk)


def test_who_is_given_somebodys_address_later_does_not(
    with_service: Callable[..., None], service: str, ana: User, visitor: Client
) -> None:
    """A service gives an address to somebody else once its holder has left; its number for each stays theirs."""
    by_service(visitor, service, "ana@example.org", number="7")
    assert visitor.session["_auth_user_id"] == str(ana.pk)
    another = Client(headers={"host": "localhost"})
    by_service(another, service, "ana@example.org", number="8")
    assert not signed_in(another)
    renamed = Client(headers={"host": "localhost"})
    by_service(renamed, service, "ana.lopez@example.org", number="7")
    assert renamed.session["_auth_user_id"] == str(ana.pk), "whose address has changed is still who they are"


def test_who_has_a_new_account_there_does_once_whoever_runs_the_workbench_lets_them(
    with_service: Callable[..., None], service: str, ana: User, visitor: Client
) -> None:
    by_service(Client(headers={"host": "localhost"}), service, "ana@example.org", number="7")
    eve = Client(headers={"host": "localhost"})
    eve.force_login(
        add("eve@example.org", "Eve", WORDS, administrator=True), "django.contrib.auth.backends.ModelBackend"
    )
    assert "Let them sign in by another account there" in eve.get(f"/account/people/{ana.pk}").content.decode()
    eve.post(f"/account/people/{ana.pk}", {"do": "untie", "password": WORDS})
    by_service(visitor, service, "ana@example.org", number="8")
    assert visitor.session["_auth_user_id"] == str(ana.pk)
    assert "by another account" in visitor.get("/account/").content.decode(), "and Ana is told"
    ana.refresh_from_db()
    ana.erase()
    assert ana.tied is None


def test_another_service_knows_nobody_yet() -> None:
    assert tied_elsewhere("https://b.example", tied_to("https://a.example", "7"))
    assert not tied_elsewhere("https://a.example", tied_to("https://a.example", "8"))


def test_somebody_who_was_not_added_does_not(with_service: Callable[..., None], service: str, visitor: Client) -> None:
    by_service(visitor, service, "mallory@example.org")
    assert not signed_in(visitor)
    assert not User.objects.exists()
    assert visitor.get("/account/not-known").status_code == 403


def test_an_address_that_the_service_has_not_made_sure_of_does_not(
    with_service: Callable[..., None], service: str, ana: User, visitor: Client
) -> None:
    by_service(visitor, service, "ana@example.org", email_verified=False)
    assert not signed_in(visitor)


def test_somebody_who_left_does_not(
    with_service: Callable[..., None], service: str, ana: User, visitor: Client
) -> None:
    User.objects.update(is_active=False)
    by_service(visitor, service, "ana@example.org")
    assert not signed_in(visitor)


@pytest.mark.parametrize("changed", [{"ISSUER": "https://other.example.org"}, {"CLIENT": "another"}])
def test_a_token_of_another_service_or_for_somebody_else_does_not(
    with_service: Callable[..., None], service: str, ana: User, visitor: Client, changed: dict[str, str]
) -> None:
    with_service(**changed)
    answer = by_service(visitor, service, "ana@example.org")
    assert not signed_in(visitor)
    assert getattr(answer, "status_code", 0) == 403


def test_an_answer_that_nobody_asked_for_does_not(
    with_service: Callable[..., None], ana: User, visitor: Client
) -> None:
    answer = visitor.get("/account/service/callback/?code=abc&state=made-up")
    assert answer.status_code in (302, 403)
    assert not signed_in(visitor)


def test_what_a_service_sent_once_is_not_taken_twice_nor_in_another_browser(
    with_service: Callable[..., None], service: str, ana: User, visitor: Client
) -> None:
    httpx.put(f"{service}/users/ana", json={"email": "ana@example.org", "email_verified": True}).raise_for_status()
    there = visitor.get("/account/service/authenticate/")["Location"]
    asked = parse_qs(urlsplit(there).query)
    assert len(asked["state"][0]) >= 32
    assert len(asked["nonce"][0]) >= 32
    assert asked["code_challenge_method"] == ["S256"]
    back = urlsplit(httpx.post(there, data={"sub": "ana", "action": "authorize"}).headers["location"])
    path = f"{back.path}?{back.query}"
    other = Client(headers={"host": "localhost"})
    assert other.get(path).status_code in (302, 403)
    assert not signed_in(other), "who is led to another's answer is not signed in as them"
    visitor.get(path)
    assert signed_in(visitor)
    visitor.post("/account/sign-out")
    visitor.get(path)
    assert not signed_in(visitor), "once"
