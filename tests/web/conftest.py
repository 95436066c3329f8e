"""What tests of the workbench share: a folder of its own, files served without a manifest, a small plan."""

from __future__ import annotations

from pathlib import Path

import pytest
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
