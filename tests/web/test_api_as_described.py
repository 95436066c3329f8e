"""The API does what its description says, whatever is asked: by schemathesis, on a real server."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path
from sys import executable

import httpx
import pytest
from django.test import Client
from pytest_django.live_server_helper import LiveServer

from fixtures.everything import challenged
from fixtures.published_place import published_place
from placeplan.web.accounts.people import add, give
from placeplan.web.jobs.models import Job, JobFile, State
from placeplan.web.jobs.queue import ask
from placeplan.web.rates import limits
from placeplan.web.store.folders import bring_in, read_files
from placeplan.web.store.models import Blob

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def server() -> Iterator[str]:
    """Address of a real server."""
    found = LiveServer("localhost")
    yield found.url
    found.stop()


@pytest.fixture
def cookie(plan: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """Ana's session, in a workbench with a published place, and a draft of hers that was run."""
    place = published_place()
    version = bring_in("mill-vale", "Mill Vale", read_files(plan), "brought in")
    job = ask("test", version, {"futures": 10})
    Job.objects.update(state=State.DONE)
    found = place.site.get(path__startswith="v/", path__endswith="data/findings.json").blob
    JobFile.objects.create(job=job, path="findings.json", blob=Blob.objects.get(digest=found.digest))
    ana = add("ana@example.org", "Ana")
    give("ana@example.org", "mill-vale", "org-1", "contributor")
    challenged(version, ana)
    monkeypatch.setitem(limits.RATES, "api", limits.Rate("api", 1_000_000, 60, "figures"))
    visitor = Client()
    visitor.force_login(ana, "django.contrib.auth.backends.ModelBackend")
    return f"sessionid={visitor.cookies['sessionid'].value}"


def known(server: str, cookie: str) -> dict[str, str]:
    """Names that are there, so that schemathesis comes to answers and not to refusals alone."""
    at = f"{server}/api/v1/places"
    version = httpx.get(f"{at}/westshire/versions").json()["items"][0]["id"]
    run = httpx.get(f"{at}/mill-vale/drafts/main/runs", headers={"Cookie": cookie}).json()["items"][0]["id"]
    return {"version": version, "run": run, "draft": "main"}


def settings_for(folder: Path, server: str, cookie: str) -> Path:
    """Settings of schemathesis: which names to try."""
    names = known(server, cookie)
    path = folder / "schemathesis.toml"
    lines = [
        *(f'[[operations]]\ninclude-path-regex = "{part}"\nparameters = {{ "path.place" = "{place}"{more} }}' for part, place, more in (
            ("/versions", "westshire", f', "path.version" = "{names["version"]}"'),
            ("/drafts", "mill-vale", f', "path.draft" = "main", "path.run" = "{names["run"]}"'),
            ("/(challenges|numbers|moderation)", "mill-vale", ', "path.number" = 1'),
        )),
    ]  # fmt: skip
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def schemathesis(server: str, cookie: str, folder: Path, *more: str) -> None:
    """Ask all that the description allows, and much that it does not; fails where an answer is not as described."""
    command = [
        str(Path(executable).with_name("schemathesis")), "--config-file", str(settings_for(folder, server, cookie)), "run",
        f"{server}/api/v1/openapi.json", "--checks", "all", "--no-color", "--seed", "1", "-H", f"Cookie: {cookie}", *more,
    ]  # fmt: skip
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-2000:]
    operations = len(httpx.get(f"{server}/api/v1/openapi.json").json()["paths"])
    assert f"{operations} tested" in done.stdout or f"Tested: {operations}" in done.stdout, done.stdout[-2000:]


def test_a_quick_look_finds_nothing(server: str, cookie: str, tmp_path: Path) -> None:
    schemathesis(server, cookie, tmp_path, "--phases", "examples,fuzzing", "--max-examples", "3")


@pytest.mark.large
def test_a_long_look_finds_nothing(server: str, cookie: str, tmp_path: Path) -> None:
    schemathesis(server, cookie, tmp_path, "--max-examples", "100")
