"""What tests of the workbench share: a folder of its own, files served without a manifest, a small plan."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import oidc_provider_mock
import pytest
from django.test import Client
from pytest_django import Settings

from fixtures.signing_in import urls_anew
from placeplan.plan.synthetic import make
from placeplan.plan.write import write_plan

MADE = (3, 3, 3, 1)
"""Areas, organisations, initiatives and seed of the small plan."""


@pytest.fixture(scope="session")
def workbench_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the workbench keeps what it makes ready, gone with the tests: nothing of an earlier run of them is found again."""
    return tmp_path_factory.mktemp("workbench-folder")


@pytest.fixture(autouse=True)
def plain(settings: Settings, workbench_folder: Path, tmp_path: Path) -> None:
    """A folder of the tests' own, static files by their own names, and passwords that cost nothing to check."""
    settings.ASKED = replace(settings.ASKED, folder=workbench_folder)
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


@pytest.fixture
def version(plan: Path) -> Any:
    """The small plan in the workbench, with nobody at work on it yet."""
    from placeplan.web.store.folders import bring_in, read_files  # noqa: PLC0415 – models are there only now

    return bring_in("mill-vale", "Mill Vale", read_files(plan), "brought in")


@pytest.fixture
def ana(version: Any) -> Client:
    """Somebody who writes on it."""
    from fixtures.publishing import as_user, person  # noqa: PLC0415 – models are there only now

    return as_user(person(version, "ana", "org-1", "contributor"))


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


@pytest.fixture(scope="module")
def service() -> Iterator[str]:
    """A real service to sign in by, on this machine."""
    with oidc_provider_mock.run_server_in_thread() as server:
        yield f"http://localhost:{server.server_port}"


@pytest.fixture
def with_service(settings: Settings, service: str) -> Iterator[Callable[..., None]]:
    """Has the workbench use that service."""
    found = httpx.get(f"{service}/.well-known/openid-configuration").json()
    oidc = {
        "ISSUER": found["issuer"], "CLIENT": "placeplan", "SECRET": "a secret", "AUTHORIZE": found["authorization_endpoint"],
        "TOKEN": found["token_endpoint"], "USER": found["userinfo_endpoint"], "KEYS": found["jwks_uri"],
    }  # fmt: skip

    def use(**changed: str) -> None:
        settings.ASKED = replace(settings.ASKED, oidc=oidc | changed)

    use()
    settings.INSTALLED_APPS = [*settings.INSTALLED_APPS, "mozilla_django_oidc"]
    settings.AUTHENTICATION_BACKENDS = [*settings.AUTHENTICATION_BACKENDS, "placeplan.web.accounts.service.Service"]
    settings.OIDC_RP_CLIENT_ID, settings.OIDC_RP_CLIENT_SECRET = oidc["CLIENT"], oidc["SECRET"]
    settings.OIDC_OP_AUTHORIZATION_ENDPOINT, settings.OIDC_OP_TOKEN_ENDPOINT = oidc["AUTHORIZE"], oidc["TOKEN"]
    settings.OIDC_OP_USER_ENDPOINT, settings.OIDC_OP_JWKS_ENDPOINT = oidc["USER"], oidc["KEYS"]
    settings.OIDC_RP_SIGN_ALGO, settings.OIDC_USE_PKCE, settings.OIDC_CREATE_USER = "RS256", True, False
    settings.OIDC_VERIFY_KID = False  # the service of these tests has one key, and does not name it
    settings.OIDC_CALLBACK_CLASS = "placeplan.web.accounts.views.Back"
    settings.LOGIN_REDIRECT_URL_FAILURE = "/account/not-known"
    urls_anew()
    yield use
    settings.ASKED = replace(settings.ASKED, oidc={})
    urls_anew()
