"""A place that is published in the workbench: its people, and a version that is with those it names."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.test import Client

from fixtures.publishing import (
    HOW,
    PUB,
    Day,
    as_user,
    person,
    ran,
    real,
)
from placeplan.web.publishing.models import Offer
from placeplan.web.publishing.views import offers, publish, shared
from placeplan.web.store.folders import bring_in, read_files
from placeplan.web.store.models import Version


@pytest.fixture
def day(monkeypatch: pytest.MonkeyPatch) -> Day:
    found = Day()
    for module in (offers, publish, shared):
        monkeypatch.setattr(module, "today", found)
    return found


@pytest.fixture
def version(plan: Path) -> Version:
    return bring_in("westshire", "Westshire", read_files(plan), "brought in")


@pytest.fixture
def pat(version: Version) -> Client:
    """Who publishes."""
    return as_user(person(version, "pat", "wc", "publisher"))


@pytest.fixture
def bo(version: Version) -> Client:
    """Of a board that is named."""
    return as_user(person(version, "bo", "wct", "board"))


@pytest.fixture
def ana(version: Version) -> Client:
    return as_user(person(version, "ana", "wh", "finance"))


@pytest.fixture
def visitor() -> Client:
    return Client(headers={"host": "localhost"}, raise_request_exception=False)


@pytest.fixture
def offered(version: Version, pat: Client, bo: Client, ana: Client, day: Day) -> Offer:
    job = ran(version, real())
    assert pat.post(f"{PUB}/offer/{job.pk}/", HOW).status_code == 302
    return Offer.objects.get()
