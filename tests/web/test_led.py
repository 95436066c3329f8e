"""Where pages lead each role: first to what waits for them, and to nothing that they may not do."""

from __future__ import annotations

import re
from collections import Counter
from typing import Any, Final
from urllib.parse import urljoin, urlsplit

import pytest
from django.test import Client
from django.urls import resolve

from fixtures.publishing import as_user
from fixtures.walking import Leads
from placeplan.web.accounts.models import Role, User
from placeplan.web.publishing.models import Answer
from placeplan.web.store.models import Place
from web.test_every_route import IN, LOOKS, MINE, NOBODY, RULES, happens, named, no_rates, visit

__all__ = ["named", "no_rates"]
pytestmark = pytest.mark.django_db
LIKE: Final = 2
"""Pages of a kind to which a walk goes."""
ELSEWHERE: Final = ("page", "offered-page", "what-if", "what-if-version", "challenge-number")
"""Pages with tests of their own: some need what is not served here, or a number or an offer that is real."""
ENDS: Final = ("/account/sign-out", "/account/sign-out-everywhere")
"""After these nobody is signed in any more."""


def led(client: Client, first: str) -> tuple[dict[str, int], set[str]]:
    """Where pages lead somebody from a first one on: the status of each address, and where forms are sent."""
    found, sent, ahead, views = dict[str, int](), set[str](), [first], Counter[str]()
    while ahead:
        at = ahead.pop(0)
        answer = client.get(at)
        found[at] = answer.status_code
        if answer.status_code == 200 and answer.get("Content-Type", "").startswith("text/html"):
            leads = Leads(answer.content.decode())
            sent |= {urljoin(at, to) for to in leads.sent}
            for to in dict.fromkeys(urljoin(at, lead).partition("#")[0] for lead in leads.asked):
                view = _view(to)
                if view and to not in found and to not in ahead and views[view] < LIKE:
                    views[view] += 1
                    ahead.append(to)
    return found, sent


def _view(to: str) -> str:
    """What answers at an address; blank where it is a file of the style, or elsewhere."""
    view = "" if not to.startswith("/") or to.startswith("/static/") else resolve(urlsplit(to).path).view_name
    return "" if view in ELSEWHERE else view


@pytest.mark.parametrize("looks", LOOKS)
def test_nobody_is_led_to_what_they_may_not_do(place: Place, named: dict[str, Any], looks: tuple[str, ...]) -> None:
    """Every page to which somebody's own pages lead is there for them, and so is every form on it."""
    wrong = dict[tuple[str, str], object]()
    for who in (w for w in looks if w != NOBODY):
        client = visit(who, place)
        found, sent = led(client, "/drafts/")
        wrong |= {(who, at): told for at, told in found.items() if told not in (200, 302)}
        met = {at: happens(client, "post", at) for at in sorted(sent - set(ENDS))}
        wrong |= {(who, at): told for at, told in met.items() if told != IN}
        assert ("/account/people" in found) is (who == RULES)
        assert (f"/publishing/{place.slug}/" in found) is (who in Role.values)
    assert wrong == {}


def main_of(client: Client, at: str) -> list[str]:
    """Addresses to which a page leads in what it is about, but for the trail above it."""
    text = client.get(at).content.decode().split('id="maincontent"')[1].split("<footer")[0]
    return [a for a in Leads(re.sub(r"(?s)<nav.*?</nav>", "", text)).asked if not a.startswith("#")]


def test_what_waits_for_somebody_is_what_they_see_first(place: Place, named: dict[str, Any]) -> None:
    at, offer = f"/drafts/{place.slug}/", f"/publishing/{place.slug}/offers/{named['offer']}"
    seen = {who: main_of(visit(who, place), "/drafts/" if who == RULES else at)[0] for who in (RULES, *Role.values)}
    draft, reply = f"{at}main/", f"{offer}/reply/{MINE}/"
    others = dict.fromkeys(("reader", "contributor", "publisher"), draft)
    new = f"/{place.slug}/challenges/1/#moderate"
    assert seen == {RULES: "/account/people", "finance": reply, "board": reply, "moderator": new, **others}
    Answer.objects.create(offer_id=named["offer"], organisation=MINE, by="The board", day="2026-11-27", written_by=User.objects.get(name="board"))  # fmt: skip
    again = {who: main_of(as_user(User.objects.get(name=who)), at)[0] for who in ("board", "publisher")}
    assert again == {"board": draft, "publisher": f"{offer}/publish/"}


def test_a_room_is_called_by_what_somebody_may_do_there(place: Place, named: dict[str, Any]) -> None:
    at, reads = f"/publishing/{place.slug}/", "Who signs, answers and publishes"
    rooms = {"reader": reads, "contributor": reads, "moderator": reads, "finance": "Sign, answer", "board": "Sign, answer", "publisher": "Publish"}  # fmt: skip
    for who, room in rooms.items():
        client = visit(who, place)
        assert f'<a href="{at}">{room}</a>' in client.get(f"/drafts/{place.slug}/").content.decode(), who
        text = client.get(at).content.decode()
        assert f"</span>{room}</h1>" in text, who
        heads = re.findall(r"<h2[^>]*>([^<]+)</h2>", text)
        assert (heads[0] == "Sign for your organisation") is (who in ("finance", "board")), who
