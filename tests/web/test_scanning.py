"""Uploads are looked at for viruses by a program of whoever runs the workbench, where there is one."""

from __future__ import annotations

import io
import sys
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from pytest_django import Settings

from fixtures.publishing import WORDS, as_user
from placeplan.core.errors import PlanError
from placeplan.web.accounts.people import add, give
from placeplan.web.asked import PREFIX, SECRETS, asked
from placeplan.web.store.folders import bring_in
from placeplan.web.store.models import Blob, Version
from placeplan.web.workbench import scanning

pytestmark = pytest.mark.django_db
HARMFUL = b"what harms"
SCANNER = f"""
import os, sys
sent = sys.stdin.buffer.read()
assert sent[:2] == b"PK", "the file itself"
assert not {{*os.environ}} & set({SECRETS!r}), "and no key"
sys.exit(1 if {HARMFUL!r} in sent else 0)
"""


@pytest.fixture
def version() -> Version:
    return bring_in("mill-vale", "Mill Vale", {"plan.yaml": b"x: 1\n"}, "brought in")


@pytest.fixture
def ana(version: Version) -> Client:
    add("ana@example.org", "Ana", WORDS)
    give("ana@example.org", "mill-vale", "org-1", "contributor")
    return as_user(add("ana@example.org", "Ana"))


def uploads(ana: Client, version: Version, notes: bytes) -> Any:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:
        archive.writestr("plan.yaml", b"x: 1\n")
        archive.writestr("notes.md", notes)
    out.seek(0)
    out.name = "plan.zip"
    return ana.post("/drafts/mill-vale/main/upload", {"file": out, "message": "m", "base": version.pk})


def by(settings: Settings, *command: str) -> None:
    settings.ASKED = replace(settings.ASKED, scan=command)


def test_what_a_scanner_finds_is_refused_before_it_is_read_and_nothing_is_kept(
    ana: Client, version: Version, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(SECRETS[0], "k" * 50)
    by(settings, sys.executable, "-c", SCANNER)
    before = Blob.objects.count()
    told = uploads(ana, version, HARMFUL)
    assert (told.status_code, "A scanner found something harmful" in told.content.decode()) == (422, True)
    assert (Blob.objects.count(), Version.objects.count()) == (before, 1)
    with pytest.raises(PlanError) as refused:
        scanning.refuse_unsafe(io.BytesIO(b"PK" + HARMFUL), "plan.zip")
    assert [p.code for p in refused.value.problems] == ["unsafe-file"]
    assert uploads(ana, version, b"what helps").status_code == 302, "and what is clean is taken whole"
    assert Version.objects.get(number=2).tree.keys() == {"plan.yaml", "notes.md"}


@pytest.mark.parametrize("command", [("/nowhere/scanner",), (sys.executable, "-c", "raise SystemExit(2)"), (sys.executable, "-c", "import time; time.sleep(60)")])  # fmt: skip
def test_what_cannot_be_looked_at_is_not_taken(
    ana: Client, version: Version, settings: Settings, monkeypatch: pytest.MonkeyPatch, command: tuple[str, ...]
) -> None:
    monkeypatch.setattr(scanning, "SECONDS", 1)
    by(settings, *command)
    told = uploads(ana, version, b"notes")
    assert (told.status_code, "could not be looked at for viruses" in told.content.decode()) == (422, True)
    assert Version.objects.count() == 1


def test_a_scanner_that_cannot_be_run_is_told_when_the_workbench_starts(tmp_path: Path) -> None:
    for odd in ("no-such-scanner -", "'half a quote", str(tmp_path)):
        with pytest.raises(PlanError) as told:
            asked({f"{PREFIX}SCAN": odd})
        assert [(p.file, p.code) for p in told.value.problems] == [(f"{PREFIX}SCAN", "bad-value")]
    assert asked({f"{PREFIX}SCAN": f"{sys.executable} -c 'a b'"}).scan == (sys.executable, "-c", "a b")
    assert asked({}).scan == ()
