"""What tests of the workbench share: a folder of its own, files served without a manifest, a small plan."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from pytest_django import Settings

from placeplan.plan.synthetic import make
from placeplan.plan.write import write_plan

MADE = (3, 3, 3, 1)
"""Areas, organisations, initiatives and seed of the small plan."""


@pytest.fixture(autouse=True)
def plain(settings: Settings, tmp_path: Path) -> None:
    """Static files by their own names, and passwords that cost nothing to check."""
    settings.STORAGES = settings.STORAGES | {
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    }
    settings.STATIC_ROOT = tmp_path / "static"
    settings.STATIC_ROOT.mkdir()
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture(scope="session")
def plan(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a small plan."""
    folder = tmp_path_factory.mktemp("plans") / "mill-vale"
    write_plan(make(*MADE, detail="plain"), folder)
    return folder


@pytest.fixture(scope="session")
def findings(plan: Path, tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """What the command line finds of the small plan."""
    from fixtures.challenged import found  # noqa: PLC0415 – models are there only now

    return found(plan, tmp_path_factory.mktemp("found"))


@pytest.fixture
def place(plan: Path, findings: bytes, settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """A place whose plan is published, so that its numbers can be challenged; runs of challenges are short."""
    from fixtures.challenged import published  # noqa: PLC0415 – models are there only now
    from placeplan.web.challenges import forms, sending  # noqa: PLC0415

    settings.ASKED = type(settings.ASKED)(**{**settings.ASKED.__dict__, "folder": tmp_path / "workbench"})
    monkeypatch.setattr(forms, "SOONEST", 0)
    monkeypatch.setattr(sending, "FUTURES", 20)
    return published(plan, findings)


@pytest.fixture
def visitor() -> Client:
    """Somebody without an account."""
    return Client(headers={"host": "localhost"})
