"""How people sign in and out: what is asked of them, what is not, and what is left behind."""

from __future__ import annotations

import re
import secrets
from datetime import UTC, datetime
from typing import Final

import pytest
from django.contrib.auth.hashers import check_password, identify_hasher, make_password
from django.contrib.sessions.backends.db import SessionStore
from django.test import Client, override_settings
from django.utils import crypto

from placeplan.web import settings
from placeplan.web.accounts.models import User
from placeplan.web.accounts.people import add

pytestmark = pytest.mark.django_db
WORDS: Final = "otter lantern quarry"
GIVEN: Final = {"username": "ana@example.org", "password": WORDS}


@pytest.fixture
def ana() -> Client:
    add("ana@example.org", "Ana", WORDS)
    client = Client(headers={"host": "localhost"})
    assert client.post("/account/sign-in", GIVEN).status_code == 302
    return client


def test_an_old_password_is_as_good_as_on_its_first_day() -> None:
    add("ana@example.org", "Ana", WORDS)
    User.objects.update(last_login=datetime(1999, 1, 1, tzinfo=UTC))
    client = Client(headers={"host": "localhost"})
    answer = client.post("/account/sign-in", GIVEN)
    assert (answer.status_code, answer["Location"]) == (302, "/drafts/")
    assert client.get("/drafts/").status_code == 200


def test_password_managers_and_pasting_are_welcome_and_what_is_typed_can_be_looked_at(ana: Client) -> None:
    pages = {"/account/password": ("current-password", "new-password")}
    visitor = Client(headers={"host": "localhost"})
    texts = [(visitor.get("/account/sign-in").content.decode(), ("current-password",))]
    texts += [(ana.get(at).content.decode(), kinds) for at, kinds in pages.items()]
    for text, kinds in texts:
        fields = re.findall(r"<input[^>]*type=\"password\"[^>]*>", text)
        assert fields
        assert not [f for f in fields if "onpaste" in f or "readonly" in f or 'autocomplete="off"' in f]
        assert {k for k in kinds if any(f'autocomplete="{k}"' in f for f in fields)} == set(kinds)
        assert text.count('data-module="nhsuk-password-input"') == len(fields), "each has a button that shows it"


def test_there_is_one_secret_and_no_second_one_that_is_weaker() -> None:
    """No question, hint, number of a telephone or code is kept, so none can be asked for; what somebody is tied to is no secret."""
    kept = {f.name for f in User._meta.get_fields() if getattr(f, "column", None)}
    assert kept == {
        "id",
        "email",
        "name",
        "password",
        "last_login",
        "is_active",
        "is_administrator",
        "signed_out",
        "browsers",
        "tied",
        "made",
    }


def test_a_session_is_known_by_its_cookie_alone(ana: Client) -> None:
    key = ana.cookies["sessionid"].value
    for at in ("/", "/drafts/", "/account/", "/account/password", "/account/what-we-keep"):
        answer = ana.get(at)
        assert answer.status_code == 200
        assert key not in answer.content.decode()
        assert all(key not in value for name, value in answer.items() if name != "Set-Cookie")
    other = Client(headers={"host": "localhost"})
    assert other.get(f"/drafts/?sessionid={key}").status_code == 302
    assert other.get("/drafts/", headers={"X-Session": key}).status_code == 302


def test_sessions_have_more_chance_than_anybody_can_guess() -> None:
    """32 of 36 signs are 165 bits; they come from the system's source."""
    keys = [SessionStore()._get_new_session_key() for _ in range(200)]
    assert len(set(keys)) == len(keys)
    assert all(re.fullmatch(r"[a-z0-9]{32}", key) for key in keys)
    assert len({sign for key in keys for sign in key}) == 36
    assert crypto.secrets is secrets


def test_another_key_of_the_workbench_signs_everybody_out(ana: Client) -> None:
    assert ana.get("/drafts/").status_code == 200
    with override_settings(SECRET_KEY=secrets.token_urlsafe(50)):
        assert ana.get("/drafts/").status_code == 302


def test_a_stronger_way_to_keep_passwords_takes_over_as_people_sign_in() -> None:
    """Who has a print by an older means still signs in, and has the newer one then."""
    newer = ["django.contrib.auth.hashers.ScryptPasswordHasher", "django.contrib.auth.hashers.Argon2PasswordHasher"]
    with override_settings(PASSWORD_HASHERS=settings.PASSWORD_HASHERS):
        print_, kept = make_password(WORDS), list[str]()
    assert print_.startswith("argon2$")
    with override_settings(PASSWORD_HASHERS=newer):
        assert check_password(WORDS, print_, setter=lambda words: kept.append(make_password(words)))
        assert identify_hasher(kept[0]).algorithm == "scrypt"


def test_who_signs_out_leaves_nothing_in_the_browser(ana: Client) -> None:
    answer = ana.post("/account/sign-out")
    assert answer["Clear-Site-Data"] == '"cookies", "storage"'
    assert ana.get("/drafts/").status_code == 302


def test_everybody_is_told_what_is_kept_of_them_and_how_to_be_forgotten() -> None:
    visitor = Client(headers={"host": "localhost"})
    text = visitor.get("/account/what-we-keep").content.decode()
    for said in ("How to be forgotten", "take it back", "Nothing is given to others", "1 hour"):
        assert said in text
    assert 'href="/account/what-we-keep"' in visitor.get("/").content.decode()
