"""Who signs, publishes or withdraws shows again who they are, and loses nothing that they typed."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from axes.models import AccessAttempt
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from fixtures.publishing import PUB, WORDS, as_user, person, ran, real
from placeplan.web.accounts.lasting import RECENT, TYPING
from placeplan.web.publishing.models import Offer, Publication
from placeplan.web.store.folders import files_of
from placeplan.web.store.models import Draft, Version

pytestmark = pytest.mark.django_db


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
