"""What is wrong with what was sent stands first, each leading to its control, and beside that control."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest
from django.test import Client

from fixtures.publishing import PUB, as_user, person
from placeplan.web.accounts.lasting import RECENT
from placeplan.web.publishing.models import Offer
from placeplan.web.store.models import Version

pytestmark = pytest.mark.django_db


class Controls(HTMLParser):
    """Descriptions of each element by its id, and of what holds it; and where the first list of what is wrong leads."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.held: list[str] = []
        self.described: dict[str, str] = {}
        self.leads = re.findall(
            r'href="#([^"]+)"', text.partition("nhsuk-error-summary__body")[2].partition("</ul>")[0]
        )
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "fieldset":
            self.held.append(given.get("aria-describedby") or "")
        if name := given.get("id"):
            self.described[name] = " ".join([*self.held, given.get("aria-describedby") or ""])

    def handle_endtag(self, tag: str) -> None:
        if tag == "fieldset":
            self.held.pop()


def look(client: Client, at: str, sent: dict[str, str], fields: set[str]) -> None:
    session = client.session
    session["proved"] -= RECENT + 1
    session.save()
    answer = client.post(at, sent)
    assert answer.status_code == 422
    found = Controls(answer.content.decode())
    assert set(found.leads) == fields
    for name in fields:
        (error,) = (d for d in found.described[name].split() if d.endswith("-error"))
        assert error in found.described, f"{name} is described by {error}, which is not there"


def test_each_leads_to_its_control_and_stands_beside_it(
    version: Version, offered: Offer, pat: Client, bo: Client
) -> None:
    board = as_user(person(version, "cas", "ACU1", "board"))
    head = {"version": version.digest, "draft": "main"}
    look(board, f"{PUB}/sign/ACU1/", head, {"part-1", "position", "by", "words", "password"})
    look(bo, f"{PUB}/offers/{offered.pk}/reply/wct/", {"what": "text"}, {"text", "by"})
    look(pat, f"{PUB}/offers/{offered.pk}/take-back", {}, {"why"})
