"""A workbench at which people sign in by their organisation's service alone: there is no weaker way in."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace

import pytest
from django.test import Client
from pytest_django import Settings

from fixtures.publishing import WORDS
from fixtures.signing_in import by_service
from placeplan.core.errors import PlanError
from placeplan.web.accounts.models import User
from placeplan.web.accounts.people import add

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.filterwarnings("ignore::DeprecationWarning:authlib"),  # of the service that tests sign in by
    pytest.mark.filterwarnings("ignore:get_jwt_config:DeprecationWarning"),
]


@pytest.fixture
def alone(with_service: Callable[..., None], settings: Settings) -> None:
    """Ana and Eve have passwords of before; from now on there are none."""
    add("ana@example.org", "Ana", WORDS)
    add("eve@example.org", "Eve", WORDS, administrator=True)
    settings.ASKED = replace(settings.ASKED, passwords=False)
    settings.AUTHENTICATION_BACKENDS = [b for b in settings.AUTHENTICATION_BACKENDS if "ModelBackend" not in b]


def test_no_password_signs_anybody_in(alone: None) -> None:
    visitor = Client(headers={"host": "localhost"})
    page = visitor.get("/account/sign-in").content.decode()
    assert "Sign in with your organisation" in page
    assert 'type="password"' not in page
    answer = visitor.post("/account/sign-in", {"username": "ana@example.org", "password": WORDS})
    assert answer.status_code == 200
    assert visitor.get("/drafts/").status_code == 302


def test_no_password_can_be_set_or_shown_for_proof(alone: None, service: str) -> None:
    eve, ana = Client(headers={"host": "localhost"}), User.objects.get(name="Ana")
    by_service(eve, service, "eve@example.org", auth_time=int(time.time()))
    assert eve.get("/account/password").status_code == 404
    assert "Change your password" not in eve.get("/account/").content.decode()
    assert "Make a link" not in eve.get(f"/account/people/{ana.pk}").content.decode()
    assert "Give them this link" not in eve.post(f"/account/people/{ana.pk}", {"do": "link"}).content.decode()
    with pytest.raises(PlanError, match="service alone"):
        add("ben@example.org", "Ben", WORDS)
    session = eve.session
    session["proved"] = 0
    session.save()
    asked = eve.post(f"/account/people/{ana.pk}", {"do": "erase", "password": WORDS}).content.decode()
    assert "?again=1" in asked
    assert 'name="password"' not in asked
    assert User.objects.get(pk=ana.pk).is_active


@pytest.mark.parametrize(
    ("amr", "comes_in"),
    [(["pwd", "mfa"], True), (["mfa"], True), (["pwd"], False), (["pwd", "otp"], False), ("mfa", False), (None, False), ({}, False)],
)  # fmt: skip
def test_where_a_second_factor_is_asked_for_the_service_has_to_say_that_there_was_one(
    alone: None, settings: Settings, service: str, amr: object, comes_in: bool
) -> None:
    settings.ASKED = replace(settings.ASKED, second_factor=True)
    eve = Client(headers={"host": "localhost"})
    by_service(eve, service, "eve@example.org", auth_time=int(time.time()), **({} if amr is None else {"amr": amr}))
    assert (eve.get("/account/people").status_code == 200) == comes_in


def test_a_session_that_a_password_began_does_not_hold_any_more(
    with_service: Callable[..., None], settings: Settings
) -> None:
    ana = Client(headers={"host": "localhost"})
    ana.force_login(add("ana@example.org", "Ana", WORDS), "django.contrib.auth.backends.ModelBackend")
    assert ana.get("/drafts/").status_code == 200
    settings.ASKED = replace(settings.ASKED, passwords=False)
    settings.AUTHENTICATION_BACKENDS = [b for b in settings.AUTHENTICATION_BACKENDS if "ModelBackend" not in b]
    assert ana.get("/drafts/").status_code == 302
