"""Of a person little is kept, it is kept in one place, and it can be taken away without touching what they did."""

from __future__ import annotations

from importlib import import_module
from types import SimpleNamespace

import pytest
from auditlog.models import LogEntry
from django.apps import apps
from django.db import connection
from django.test import Client
from pytest_django import Settings

from placeplan.web.accounts.models import ERASED, User
from placeplan.web.accounts.people import add, give
from placeplan.web.store.folders import bring_in
from placeplan.web.store.models import Draft

pytestmark = pytest.mark.django_db
WORDS = "otter lantern quarry"
NAME, ADDRESS, NETWORK = "Anastasia Lopez", "ana.lopez@example.org", "192.0.2.77"


@pytest.fixture
def ana() -> Client:
    """Ana, who has signed in at the second try, begun a draft and changed a role."""
    bring_in("mill-vale", "Mill Vale", {"plan.yaml": b"x: 1\n"}, "brought in")
    add(ADDRESS, NAME, WORDS)
    give(ADDRESS, "mill-vale", "org-1", "contributor")
    client = Client(headers={"host": "localhost"}, REMOTE_ADDR=NETWORK)
    for password in ("wrong", WORDS):
        client.post("/account/sign-in", {"username": ADDRESS, "password": password})
    client.post("/drafts/mill-vale/main/begin", {"name": "fewer-beds", "organisation": "org-1"})
    return client


def holding(*words: str) -> set[str]:
    """Kinds of which a row has one of the words in any column."""
    found = set()
    for kind in apps.get_models(include_auto_created=True):
        for row in kind._default_manager.values():
            text = repr(row).lower()
            found |= {kind._meta.label for word in words if word.lower() in text}
    return found


def test_a_name_and_an_address_stand_with_the_account_and_nowhere_else(ana: Client) -> None:
    assert Draft.objects.filter(name="fewer-beds").exists()
    assert holding(NAME, ADDRESS) == {"accounts.User"}
    assert holding(NETWORK) == set()


def test_who_changed_something_stands_in_the_log_by_number_alone(ana: Client) -> None:
    entry = LogEntry.objects.get(content_type__model="draft", changes__name__1="fewer-beds")
    assert entry.actor == User.objects.get()
    assert (entry.actor_email, entry.remote_addr, entry.remote_port) == (None, None, None)


def test_who_is_erased_is_nowhere_any_more_and_what_they_did_is_as_it_was(ana: Client) -> None:
    guessed = Client(headers={"host": "localhost"}, REMOTE_ADDR="192.0.2.78")
    guessed.post("/account/sign-in", {"username": ADDRESS.upper(), "password": "guess"})
    assert "axes.AccessAttempt" in holding(ADDRESS), "a failed try, for an hour"
    user = User.objects.get()
    before = list(LogEntry.objects.order_by("pk").values())
    user.erase()
    assert holding(NAME, ADDRESS, "Lopez") == set()
    assert list(LogEntry.objects.order_by("pk").values())[: len(before)] == before, "the record is untouched"
    assert LogEntry.objects.filter(actor=user).exists()
    assert (user.name, user.email) == (ERASED, None)
    assert ana.get("/drafts/").status_code == 302, "and they are signed out"


def test_addresses_in_a_log_of_before_are_taken_out(ana: Client) -> None:
    LogEntry.objects.update(actor_email=ADDRESS, remote_addr=NETWORK, remote_port=80)
    module = import_module("placeplan.web.accounts.migrations.0004_log_by_number")
    module.forget(apps, SimpleNamespace(connection=connection))
    assert holding(NETWORK) == set()
    assert holding(ADDRESS) == {"accounts.User"}


def test_a_new_workbench_has_nobody_who_could_sign_in() -> None:
    assert not User.objects.exists()


def test_a_password_of_any_signs_is_read_whole() -> None:
    long = "Žluťoučký kůň 🐎 " * 6
    ana = add(ADDRESS, NAME, long + "x")
    assert ana.check_password(long + "x")
    assert not ana.check_password(long + "y")
    assert not ana.check_password(long)


def test_no_password_no_session_and_no_address_stand_in_the_log(
    capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    add(ADDRESS, NAME, WORDS)
    client = Client(headers={"host": "localhost"}, REMOTE_ADDR=NETWORK)
    for password in ("a wrong guess", WORDS):
        client.post("/account/sign-in?next=/drafts/", {"username": ADDRESS, "password": password})
    client.get("/drafts/")
    told = capsys.readouterr().err + caplog.text
    session = client.cookies["sessionid"].value
    assert "login failure" in told
    assert "Successful login" in told
    assert "+00:00" in told, "in UTC"
    for secret in (WORDS, "a wrong guess", session, ADDRESS, NETWORK, NAME):
        assert secret not in told


def test_a_password_is_hashed_slowly_with_a_salt_of_its_own(settings: Settings) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
    one, other = (add(f"{n}@example.org", n, WORDS).password for n in ("one", "other"))
    _, kind, _, costs, salt, _ = one.split("$")
    asked = dict(part.split("=") for part in costs.split(","))
    assert kind == "argon2id"
    assert int(asked["m"]) >= 15 * 1024, "KiB"
    assert int(asked["t"]) >= 2
    assert len(salt) >= 6, "letters of 6 bits"
    assert salt != other.split("$")[4]
    assert WORDS not in one


def test_what_is_refused_stands_in_the_log_with_the_number_of_the_account(
    ana: Client, caplog: pytest.LogCaptureFixture
) -> None:
    """And nothing else does: what somebody reads is theirs."""
    caplog.clear()
    for path in ("/drafts/elsewhere/", "/drafts/mill-vale/", "/account/changes"):
        ana.get(path)
    Client(headers={"host": "localhost"}).get("/account/changes")
    told = [r.told for r in caplog.records if hasattr(r, "told")]
    number = User.objects.get().pk
    assert [(t["path"], t["status"], t.get("person")) for t in told] == [
        ("/drafts/elsewhere/", 404, number), ("/drafts/mill-vale/", 200, None), ("/account/changes", 404, number), ("/account/changes", 404, None),
    ]  # fmt: skip


def test_who_looks_at_people_stands_in_the_log_and_at_whom_by_number_alone(
    ana: Client, caplog: pytest.LogCaptureFixture
) -> None:
    eve, seen = add("eve@example.org", "Eve", WORDS, administrator=True), User.objects.get(name=NAME).pk
    client = Client(headers={"host": "localhost"})
    client.force_login(eve, "django.contrib.auth.backends.ModelBackend")
    caplog.clear()
    paths = ["/account/people", f"/account/people/{seen}", "/account/changes", "/account/"]
    for path in paths:
        assert client.get(path).status_code == 200
    told = [r.told for r in caplog.records if hasattr(r, "told")]
    assert [(t["path"], t.get("person")) for t in told] == [(p, eve.pk) for p in paths[:3]] + [("/account/", None)]
    assert NAME not in str(told)
    assert ADDRESS not in str(told)
