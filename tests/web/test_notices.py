"""People are told of what was changed of their account, once after signing in and on its page; accounts that nobody uses are shown and ended."""

from __future__ import annotations

import re
from datetime import timedelta
from html import unescape

import pytest
from auditlog.models import LogEntry
from django.test import Client
from django.utils import timezone

from fixtures.publishing import WORDS, as_user
from placeplan.web.accounts.administering import link_for
from placeplan.web.accounts.models import Notice, User
from placeplan.web.accounts.notices import BROWSERS, SHOWN, UNUSED, unused
from placeplan.web.accounts.people import add, give
from placeplan.web.store.folders import bring_in

pytestmark = pytest.mark.django_db
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0"
PHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/19.0 Mobile/15E148 Safari/604.1"
NEW = "plover anchor thistle"


@pytest.fixture
def ana() -> User:
    bring_in(
        "mill-vale", "Mill Vale", {"organisations.csv": b"id,name,kind\norg-1,Mill Hospital,trust\n"}, "brought in"
    )
    return add("ana@example.org", "Ana", WORDS)


@pytest.fixture
def eve() -> Client:
    return as_user(add("eve@example.org", "Eve", WORDS, administrator=True))


def signs_in(agent: str = FIREFOX, password: str = WORDS) -> tuple[Client, list[str]]:
    """Somebody signs in; what they are told then."""
    client = Client(headers={"host": "localhost", "user-agent": agent})
    answer = client.post("/account/sign-in", {"username": "ana@example.org", "password": password}, follow=True)
    assert answer.status_code == 200
    return client, re.findall(r'role="status"><p>Since you last signed in: (.*?)</p>', unescape(answer.content.decode()))  # fmt: skip


def page(client: Client) -> str:
    return unescape(client.get("/account/").content.decode())


def test_a_role_given_or_taken_is_told_once_after_signing_in_and_on_the_page(ana: User, eve: Client) -> None:
    at = f"/account/people/{ana.pk}"
    eve.post(at, {"do": "give", "place": "mill-vale", "organisation": "org-1", "role": "publisher"})
    given = "You were given a role: publish a version, for Mill Hospital (Mill Vale)."
    client, told = signs_in()
    assert told == [given]
    assert signs_in()[1] == [], "once"
    assert given in page(client), "and on the page for a while"
    eve.post(at, {"do": "give", "place": "mill-vale", "organisation": "org-1", "role": "publisher"})
    assert signs_in()[1] == [], "they have it already"
    eve.post(at, {"do": "take", "membership": ana.memberships.get().pk})
    taken = given.replace("You were given a role", "A role was taken from you")
    client, told = signs_in()
    assert told == [taken]
    text = page(client)
    assert text.index(taken) < text.index(given), "the newest first"


def test_a_changed_password_is_told_however_it_was_changed(ana: User, eve: Client, rf: object) -> None:
    client, told = signs_in()
    assert told == []
    client.post("/account/password", {"old_password": WORDS, "new_password1": NEW, "new_password2": NEW})
    assert signs_in(password=NEW)[1] == ["Your password was changed by who knew the one before."]
    ana.refresh_from_db()
    eve.post(f"/account/people/{ana.pk}", {"do": "link"})
    link = link_for(rf.get("/", headers={"host": "localhost"}), ana)  # type: ignore[attr-defined]
    visitor = Client(headers={"host": "localhost"})
    form = visitor.get(link)["Location"]
    assert visitor.post(form, {"new_password1": WORDS, "new_password2": WORDS}).status_code == 302
    made, done = signs_in()[1]
    assert made.startswith("A link by which your password can be set was made")
    assert done.startswith("Your password was set by a link")
    add("ana@example.org", "Ana", NEW, administrator=True)
    assert signs_in(password=NEW)[1] == ["You run this workbench now.", "Your password was set by who runs this workbench, on its machine."]  # fmt: skip


def test_a_kind_of_browser_that_was_not_seen_before_is_told_at_the_next_sign_in(ana: User) -> None:
    """Whoever sits there now knows that they do; the next who signs in has to hear of it."""
    assert signs_in()[1] == [], "the first of all"
    assert signs_in()[1] == []
    _, told = signs_in(PHONE)
    assert told == []
    client, told = signs_in()
    assert [t.partition(":")[0] for t in told] == ["Somebody signed in to your account from a kind of browser that it was not used from before"]  # fmt: skip
    assert "Safari on iPhone" in told[0]
    assert "Safari on iPhone" in page(client)
    assert signs_in(PHONE)[1] == [], "it is known by now"
    ana.refresh_from_db()
    assert ana.browsers == ["Firefox on Linux", "Safari on iPhone"], "and nothing else of it is kept"
    User.objects.update(browsers=[f"No {n}" for n in range(BROWSERS)])
    signs_in()
    ana.refresh_from_db()
    assert (len(ana.browsers), ana.browsers[-1]) == (BROWSERS, "Firefox on Linux")


def test_nobody_is_told_of_another(ana: User, eve: Client) -> None:
    give("ana@example.org", "mill-vale", "org-1", "reader")
    assert "What changed in your account" not in page(eve)
    assert "What changed in your account" in page(as_user(ana))


def test_what_was_told_is_gone_after_a_while_and_with_who_is_erased(ana: User) -> None:
    give("ana@example.org", "mill-vale", "org-1", "reader")
    Notice.objects.update(made=timezone.now() - SHOWN - timedelta(days=1))
    client, told = signs_in()
    assert told == []
    assert "What changed in your account" not in page(client)
    assert not Notice.objects.exists()
    give("ana@example.org", "mill-vale", "org-1", "board")
    ana.refresh_from_db()
    ana.erase()
    ana.refresh_from_db()
    assert (ana.browsers, ana.last_login, Notice.objects.count()) == ([], None, 0)
    told_log = " ".join(f"{e.changes}" for e in LogEntry.objects.all())
    assert "Firefox" not in told_log


def test_what_is_kept_for_it_stands_where_people_are_told_what_is_kept() -> None:
    text = Client(headers={"host": "localhost"}).get("/account/what-we-keep").content.decode()
    for said in ("when you signed in last", "kinds of browser", f"{SHOWN.days} days", "We send no mail"):
        assert said in text, said


def aged(email: str, made: int, seen: int | None) -> User:
    """Somebody who was added, and signed in last, so many days ago."""
    user, now = add(email, email.partition("@")[0]), timezone.now()
    User.objects.filter(pk=user.pk).update(made=now - timedelta(days=made), last_login=None if seen is None else now - timedelta(days=seen))  # fmt: skip
    user.refresh_from_db()
    return user


def test_who_has_not_signed_in_for_a_year_is_shown_and_taken_away_by_who_runs_it(ana: User, eve: Client) -> None:
    year = UNUSED.days
    old, never = aged("old@example.org", 900, year + 1), aged("never@example.org", year + 1, None)
    fresh, late = aged("fresh@example.org", 900, year - 1), aged("late@example.org", year - 1, None)
    assert list(unused()) == [never, old] or list(unused()) == [old, never]
    text = unescape(eve.get("/account/people").content.decode())
    boxes = re.findall(r'name="who" value="(\d+)"', text)
    assert sorted(boxes) == sorted(str(u.pk) for u in (old, never))
    assert "Has not signed in yet" in text
    eve.post("/account/people", {"do": "end", "who": [str(never.pk), str(fresh.pk), str(late.pk), "x", "9" * 30]})
    active = set(User.objects.filter(is_active=True).values_list("email", flat=True))
    assert active == {"ana@example.org", "eve@example.org", "old@example.org", "fresh@example.org", "late@example.org"}
    told = eve.post("/account/people", {"do": "end"}, follow=True).content.decode()
    assert "Nobody was ticked" in told
    eve.post("/account/people", {"do": "end", "who": [str(old.pk)]})
    assert "Accounts that nobody uses" not in eve.get("/account/people").content.decode()


def test_who_runs_it_does_not_take_themselves_away(eve: Client) -> None:
    me = User.objects.get(email="eve@example.org")
    User.objects.filter(pk=me.pk).update(last_login=timezone.now() - 2 * UNUSED)
    eve.post("/account/people", {"do": "end", "who": [str(me.pk)]})
    assert User.objects.get(pk=me.pk).is_active
