"""Who asks too often waits; sessions end; what browsers are told; nobody's address is kept."""

from __future__ import annotations

import threading
import time
from dataclasses import replace

import pytest
from auditlog.registry import auditlog
from axes.models import AccessAttempt
from django.apps import apps
from django.core.management import call_command
from django.db import connections
from django.http import HttpRequest
from django.test import Client
from pytest_django import Settings

from placeplan.web.accounts import lasting
from placeplan.web.accounts.models import User
from placeplan.web.accounts.people import add, give
from placeplan.web.asked import asked
from placeplan.web.headers import ALWAYS
from placeplan.web.rates import limits
from placeplan.web.rates.models import Count
from placeplan.web.store.folders import bring_in
from placeplan.web.store.models import Place
from placeplan.web.workbench.rights import places_of

pytestmark = pytest.mark.django_db
WORDS = "otter lantern quarry"


@pytest.fixture
def visitor() -> Client:
    return Client(headers={"host": "localhost"}, raise_request_exception=False)


@pytest.fixture
def ana() -> User:
    return add("ana@example.org", "Ana", WORDS)


def sign_in(visitor: Client, email: str = "ana@example.org", password: str = WORDS, **more: str) -> int:
    return visitor.post("/account/sign-in", {"username": email, "password": password}, **more).status_code


def signed_in(visitor: Client) -> bool:
    return visitor.get("/drafts/").status_code == 200


def test_a_rate_lets_so_many_through_and_then_none_until_the_stretch_is_over() -> None:
    rate = limits.RATES["run"]
    begun = 1_000_000 * rate.seconds
    waits = [limits.wait("run", "ana", begun + n) for n in range(rate.most + 1)]
    assert waits[:-1] == [0] * rate.most
    assert waits[-1] == rate.seconds - rate.most
    assert limits.wait("run", "ben", begun) == 0, "another is not held off"
    assert limits.wait("run", "ana", begun + rate.seconds) == 0
    assert Count.objects.filter(rate="run").count() == 1, "what is over is forgotten"


def test_at_the_border_of_two_stretches_it_is_twice_as_many_and_no_more() -> None:
    rate = limits.RATES["run"]
    border = 1_000_000 * rate.seconds
    asked = [limits.wait("run", "ana", border + n) for n in (*[-1] * (rate.most + 5), *[0] * (rate.most + 5))]
    assert sum(not seconds for seconds in asked) == 2 * rate.most


def test_nobody_is_told_apart_by_what_is_kept() -> None:
    limits.wait("run", "192.0.2.7")
    assert "192.0.2.7" not in str(list(Count.objects.values()))


@pytest.mark.django_db(transaction=True)
def test_two_who_ask_at_once_count_as_two() -> None:
    def ask() -> None:
        limits.wait("run", "ana", 5.0)
        connections.close_all()

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert Count.objects.get(rate="run").count == 8


def test_watchers_see_how_many_are_held_off_and_fail_to_sign_in(
    ana: User, visitor: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def figures() -> dict[str, str]:
        text = visitor.get("/health/metrics").content.decode()
        return dict(line.rsplit(" ", 1) for line in text.splitlines() if not line.startswith("#"))

    monkeypatch.setitem(limits.RATES, "sign-in", limits.Rate("sign-in", 2, 24 * 3600, "tries", by_person=False))
    assert (figures()["placeplan_failed_sign_ins"], figures()['placeplan_held_off{what="sign-in"}']) == ("0", "0")
    for _ in range(4):
        sign_in(visitor, password="guess")
    found = figures()
    assert (found["placeplan_failed_sign_ins"], found['placeplan_held_off{what="sign-in"}']) == ("2", "1")
    assert {f'placeplan_held_off{{what="{name}"}}' for name in limits.RATES} <= set(found)


def test_whoever_guesses_passwords_of_many_addresses_waits(visitor: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(limits.RATES, "sign-in", limits.Rate("sign-in", 3, 3600, "tries", by_person=False))
    codes = [sign_in(visitor, f"p{n}@example.org", "guess") for n in range(5)]
    assert codes == [200, 200, 200, 429, 429]


def test_whoever_guesses_one_address_from_many_places_waits(
    ana: User, visitor: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(limits.RATES, "sign-in-address", limits.Rate("sign-in-address", 3, 3600, "tries"))
    codes = [sign_in(visitor, password="guess", REMOTE_ADDR=f"192.0.2.{n}") for n in range(5)]
    assert codes == [200, 200, 200, 429, 429]


def test_a_visitor_behind_a_proxy_is_who_the_proxy_says_and_not_who_they_say(settings: Settings) -> None:
    request = HttpRequest()
    request.META |= {"REMOTE_ADDR": "10.0.0.1", "HTTP_X_FORWARDED_FOR": "made up, 192.0.2.7"}
    assert limits.address_of(request) == "10.0.0.1"
    settings.ASKED = replace(settings.ASKED, behind_proxy=True)
    assert limits.address_of(request) == "192.0.2.7"


def test_visitors_are_told_apart_however_a_proxy_writes_their_addresses(ana: User, visitor: Client, settings: Settings) -> None:  # fmt: skip
    """With a port, or as an address of six numbers: each is one visitor, and somebody who guesses is locked out there alone."""
    settings.ASKED = replace(settings.ASKED, behind_proxy=True)
    visitors = dict[str, list[str]]()
    for told in ("192.0.2.7:4711", "192.0.2.7:4712", "::ffff:192.0.2.7", "::ffff:192.0.2.8", "[2001:db8::1]:99", "2001:db8::2", "", "no address"):  # fmt: skip
        request = HttpRequest()
        request.META["HTTP_X_FORWARDED_FOR"] = f"1.1.1.1, {told}"
        visitors.setdefault(limits.whoever(request, by_person=False), []).append(told)
    assert [len(v) for v in visitors.values()] == [3, 1, 2, 2], visitors
    for n in range(6):
        last = sign_in(visitor, password="guess", HTTP_X_FORWARDED_FOR=f"192.0.2.7:{n + 4000}")
    assert last == 429
    assert sign_in(visitor, HTTP_X_FORWARDED_FOR="192.0.2.8:4000") == 302


def test_what_costs_is_held_off(ana: User, visitor: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    version = bring_in("mill-vale", "Mill Vale", {"plan.yaml": b"x: 1\n"}, "brought in")
    give("ana@example.org", "mill-vale", "org-1", "contributor")
    visitor.force_login(ana, "django.contrib.auth.backends.ModelBackend")
    at = "/drafts/mill-vale/main"
    asks = {
        "run": lambda: visitor.post(f"{at}/run", {"futures": 5}), "upload": lambda: visitor.post(f"{at}/upload", {}),
        "write": lambda: visitor.post(f"{at}/file/plan.yaml", {"text": "y: 1", "message": "m", "base": version.pk}),
        "download": lambda: visitor.get(f"{at}/plan.zip"),
    }  # fmt: skip
    for name, one in asks.items():
        monkeypatch.setitem(limits.RATES, name, limits.Rate(name, 1, 3600, name))
        assert one().status_code != 429
        held = one()
        assert held.status_code == 429
        assert int(held["Retry-After"]) > 0
        assert "then try again" in held.content.decode()


def test_pages_of_challenges_and_sliders_are_held_off(place: Place, visitor: Client, monkeypatch: pytest.MonkeyPatch) -> None:  # fmt: skip
    version = place.site.filter(path__startswith="v/").values_list("path", flat=True)[0].split("/")[1]
    pages = {
        "pages": "/mill-vale/challenges/", "search": "/mill-vale/challenges/find?q=beds", "download": "/mill-vale/challenges/challenges.csv",
        "slider": f"/mill-vale/what-if/{version}/",
    }  # fmt: skip
    for name, at in pages.items():
        monkeypatch.setitem(limits.RATES, name, limits.Rate(name, 1, 3600, name))
        assert visitor.get(at).status_code != 429
        assert visitor.get(at).status_code == 429, at
    assert visitor.get("/mill-vale/find?near=x").status_code == 429, "counted together with other searches"


@pytest.mark.parametrize(("key", "seconds"), [("seen", lasting.IDLE), ("begun", lasting.LONGEST)])
def test_a_session_ends_by_itself(ana: User, visitor: Client, key: str, seconds: int) -> None:
    sign_in(visitor)
    assert signed_in(visitor)
    session = visitor.session
    session[key] = int(time.time()) - seconds - 1
    session.save()
    assert not signed_in(visitor)


def test_a_new_password_and_signing_out_everywhere_end_every_session(ana: User) -> None:
    for end in (lambda: (ana.set_password(WORDS + " new"), ana.save()), ana.sign_out_everywhere, ana.erase):
        other = Client(headers={"host": "localhost"})
        other.force_login(ana, "django.contrib.auth.backends.ModelBackend")
        assert signed_in(other)
        end()
        assert not signed_in(other)


def test_pages_of_who_is_signed_in_are_kept_nowhere(ana: User, visitor: Client) -> None:
    sign_in(visitor)
    assert visitor.get("/drafts/")["Cache-Control"] == "no-store"


def test_browsers_are_told_to_be_careful(visitor: Client) -> None:
    for path in ("/", "/account/sign-in", "/nowhere/", "/api/", "/health/"):
        told = visitor.get(path)
        policy = told["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "frame-ancestors 'none'" in policy
        assert "script-src 'self'" in policy
        assert told["X-Content-Type-Options"] == "nosniff"
        assert told["X-Frame-Options"] == "DENY"
        assert told["Referrer-Policy"] == "same-origin"
        assert told["Cross-Origin-Opener-Policy"] == "same-origin"
        assert all(told[name] for name in ALWAYS)


def test_a_host_that_is_not_ours_is_refused() -> None:
    answer = Client(headers={"host": "evil.example"}, raise_request_exception=False).get("/")
    assert answer.status_code == 400
    assert b"Traceback" not in answer.content


def test_whom_to_tell_of_a_hole_stands_where_people_look(visitor: Client, settings: Settings) -> None:
    assert visitor.get("/.well-known/security.txt").status_code == 404
    settings.ASKED = replace(settings.ASKED, security_contact="mailto:holes@example.org")
    text = visitor.get("/.well-known/security.txt").content.decode()
    assert "Contact: mailto:holes@example.org\n" in text
    assert "Expires: 2" in text


def test_behind_a_name_cookies_go_by_https_alone() -> None:
    found = asked({"PLACEPLAN_WEB_HOSTS": "plans.example.org", "PLACEPLAN_WEB_SECRET_KEY": "k" * 50})
    assert found.https
    assert not asked({}).https


def test_nobody_without_an_account_has_a_place(ana: User) -> None:
    bring_in("mill-vale", "Mill Vale", {"plan.yaml": b"x"}, "brought in")  # nobody has a role in it
    ana.is_active = False
    assert not places_of(ana).exists()


def test_who_failed_to_sign_in_is_kept_only_while_it_counts(ana: User, visitor: Client) -> None:
    sign_in(visitor, password="guess")
    assert AccessAttempt.objects.exists()
    sign_in(visitor)
    assert not AccessAttempt.objects.exists(), "signing in takes it away"


NO_LOG = {
    "rates.Count": "counts, gone after their stretch", "accounts.Notice": "what people are told of changes that are in the log themselves; gone after 90 days", "store.Blob": "bytes under their own digest, which never change",
    "jobs.Job": "what a worker does; who asked stands in it", "jobs.JobFile": "what a worker wrote", "public.SiteFile": "drawn from findings; the list of versions has digests",
    "publishing.OfferFile": "drawn from the findings of its offer, which is in the log",
}  # fmt: skip
"""Kinds of ours whose changes are not in the log, and why."""


def test_every_change_of_ours_is_in_the_log_or_there_is_a_reason() -> None:
    ours = [m for m in apps.get_models() if m.__module__.startswith("placeplan.web.")]
    lacking = {m._meta.label for m in ours if not auditlog.contains(m)}
    assert lacking <= set(NO_LOG), (
        f"say in NO_LOG why changes of {lacking - set(NO_LOG)} are not logged, or register them"
    )


def test_no_model_is_without_its_migration() -> None:
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)
