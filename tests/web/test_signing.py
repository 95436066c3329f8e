"""An organisation signs what it was shown, in the plan's own folder, and never what it did not see."""

from __future__ import annotations

import threading
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from auditlog.models import LogEntry
from django.db import connections
from django.test import Client

from fixtures.publishing import as_user, person, ran, real
from placeplan.core.errors import PlanError
from placeplan.plan.entries import taken_back
from placeplan.plan.folder import read_plan
from placeplan.stress.authority.rights import positions
from placeplan.stress.run import run_plan
from placeplan.web.accounts.models import User
from placeplan.web.publishing import signing
from placeplan.web.publishing.signing import last_run
from placeplan.web.publishing.views import signing as page
from placeplan.web.store.folders import bring_in, files_of, folder_of, read_files
from placeplan.web.store.models import Draft, Version
from placeplan.web.workbench import drafts

pytestmark = pytest.mark.django_db
ORGANISATIONS = ("ACU1", "CHS1")
SAID = {"position": "signed", "by": "Board of ACU1", "words": 'Yes: if "wards" stay,\nuntil nurses are there.', "draft": "main"}  # fmt: skip
URL = "/publishing/mill-vale/sign/ACU1/"


@pytest.fixture
def board(version: Version) -> Client:
    return as_user(person(version, "bo", "ACU1", "board"))


def head() -> Version:
    return Draft.objects.get(name="main").head


def part(version: Version, n: int = 0) -> str:
    return signing.parts_of(version, "ACU1")[n].id


def send(client: Client, version: Version, **said: Any) -> int:
    given = SAID | {"version": said.pop("seen", version.digest), "parts": [part(version)]} | said
    return client.post(URL, given).status_code


def test_a_signature_is_an_entry_of_the_plan_and_nothing_else_is_different(
    version: Version, board: Client, tmp_path: Path
) -> None:
    ran(version, real())
    assert send(board, version) == 302
    new = head()
    (changed,) = [p for p in new.tree if new.tree[p] != version.tree[p]]
    before, after = files_of(version)[changed].decode(), files_of(new)[changed].decode()
    kept = iter(after)
    assert all(sign in kept for sign in before), "all that somebody wrote is there"
    old, now = (read_plan(folder_of(v, tmp_path)) for v in (version, new))
    (entry,) = next(i for i in now.initiatives if i.id == part(version)).sign_offs
    assert (entry.organisation, entry.position, entry.by) == ("ACU1", "signed", "Board of ACU1")
    assert entry.words == SAID["words"]
    assert entry.version == old.digest
    assert taken_back(folder_of(version, tmp_path), folder_of(new, tmp_path)) == ()
    assert positions(now, next(i for i in now.initiatives if i.id == part(version)))["ACU1"] == "signed"
    assert new.made_by is not None
    assert LogEntry.objects.filter(object_pk=str(new.pk), actor=new.made_by).exists()


def test_what_the_organisation_gains_or_loses_comes_before_it_signs(
    plan: Path, version: Version, board: Client
) -> None:
    assert "you cannot sign it yet" in board.get(URL).content.decode()
    assert send(board, version) == 422, "nobody signs before it is told"
    said = signing.Signature("ACU1", "signed", [part(version)], "Board of ACU1", "")
    with pytest.raises(PlanError) as told:
        signing.sign(Draft.objects.get(name="main"), version, said, date(2026, 11, 27), User.objects.get(name="Bo"))
    assert [p.code for p in told.value.problems] == ["not-run"]
    assert head() == version
    found = run_plan(plan, futures=10)
    ran(version, found)
    text = board.get(URL).content.decode()
    own = next(o for o in found.organisations if o.id == "ACU1")
    assert own.gain is not None
    assert "In the middle future the plan" in text
    assert text.index("In the middle future the plan") < text.index("Put it on record")
    assert "10 futures" in text
    assert version.digest in text


def test_it_refuses_and_withdraws_without_a_run(
    version: Version, board: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert send(board, version, position="withdrawn") == 422, "it has said nothing that it could withdraw"
    assert send(board, version, position="objects") == 302
    assert send(board, head(), position="withdrawn") == 422, "one word a day: the last of a day could not be told"
    monkeypatch.setattr(page, "today", lambda: date(2099, 1, 1))
    assert send(board, head(), position="withdrawn") == 302
    assert [s.position for s in [signing.parts_of(head(), "ACU1")[0].last] if s] == ["withdrawn"]


def test_a_plan_that_was_changed_meanwhile_is_not_signed(version: Version, board: Client) -> None:
    ran(version, real())
    text = files_of(version)["plan.yaml"].decode()
    moved = drafts.write(Draft.objects.get(name="main"), version, {"plan.yaml": text.replace("name:", "name: New", 1).encode()}, "renamed", None)  # fmt: skip
    answer = board.post(URL, SAID | {"version": version.digest, "parts": [part(version)]})
    assert answer.status_code == 409
    assert "Nothing was signed" in answer.content.decode()
    assert "until nurses are there." in answer.content.decode(), "what was typed is not lost"
    assert head() == moved


def test_who_signs_meanwhile_changes_nothing_of_what_is_signed(version: Version, board: Client) -> None:
    """Two sign the same version one after the other, each with its page open: both are on record, and the run still counts."""
    job = ran(version, real())
    other = as_user(person(version, "ana", "CHS1", "finance"))
    given = SAID | {"version": version.digest, "parts": [part(version)]}
    assert other.post("/publishing/mill-vale/sign/CHS1/", given).status_code == 302
    assert send(board, version) == 302
    assert {signing.parts_of(head(), o)[0].last is not None for o in ORGANISATIONS} == {True}
    run = last_run(head())
    assert run is not None
    assert run[0] == job


def test_a_draft_in_which_the_same_is_written_as_in_another_can_be_signed(version: Version, board: Client) -> None:
    drafts.begin(Draft.objects.get(name="main"), "other", "")
    for name in ("main", "other"):
        draft = Draft.objects.get(name=name)
        text = files_of(version)["plan.yaml"].decode().replace("name:", "name: New", 1)
        drafts.write(draft, version, {"plan.yaml": text.encode()}, "renamed", None)
    seen = Draft.objects.get(name="other").head
    assert Version.objects.filter(digest=seen.digest).count() == 2
    ran(seen, real())
    assert send(board, seen, draft="other") == 302
    assert head().digest == seen.digest, "the other draft is as it was"


def test_nobody_signs_for_another(version: Version, board: Client) -> None:
    ran(version, real())
    writer = as_user(person(version, "cleo", "ACU1", "contributor"))
    for client, path in ((board, URL.replace("ACU1", "CHS1")), (writer, URL), (as_user(person(version, "eve", "CHS1", "board")), URL)):  # fmt: skip
        assert client.get(path).status_code == 404
        assert client.post(path, SAID | {"version": version.digest, "parts": [part(version)]}).status_code == 404
    assert Client(headers={"host": "localhost"}).get(URL)["Location"].startswith("/account/sign-in")
    assert head() == version


@pytest.mark.parametrize(
    "said",
    [
        {"parts": []}, {"parts": ["nothing-such"]}, {"position": "maybe"}, {"words": ""}, {"by": ""}, {"words": "x" * 2001},
        {"by": "b" * 201}, {"position": ""},
    ],
)  # fmt: skip
def test_bad_signatures_are_told_and_nothing_is_written(version: Version, board: Client, said: dict[str, Any]) -> None:
    ran(version, real())
    answer = board.post(URL, SAID | {"version": version.digest, "parts": [part(version)]} | said)
    assert answer.status_code == 422
    assert "There is a problem" in answer.content.decode()
    assert head() == version


def test_nothing_is_signed_in_signs_that_are_no_letters(version: Version, board: Client) -> None:
    ran(version, real())
    answer = board.post(URL, SAID | {"version": version.digest, "parts": [part(version)], "words": "we agree\0 to it"})
    assert answer.status_code == 400
    assert "is no letter" in answer.content.decode()
    assert head() == version


def test_a_version_of_nowhere_or_a_draft_of_ones_own_is_not_there(version: Version, board: Client) -> None:
    assert send(board, version, seen="f" * 64) == 404
    Draft.objects.create(place=version.place, name="ours", organisation="ACU1", head=version)
    assert send(board, version, draft="ours") == 404
    assert board.get(f"{URL}?draft=none").status_code == 404
    assert board.get(f"{URL}?draft=%00").status_code == 400


@pytest.mark.django_db(transaction=True)
def test_two_who_sign_at_once_are_both_on_record(plan: Path) -> None:
    version = bring_in("mill-vale", "Mill Vale", read_files(plan), "brought in")
    ran(version, real())
    people = [as_user(person(version, n, o, "board")) for n, o in zip(("bo", "ana"), ORGANISATIONS, strict=True)]
    status: list[int] = []

    def go(n: int) -> None:
        given = SAID | {"version": version.digest, "parts": [part(version)]}
        status.append(people[n].post(f"/publishing/mill-vale/sign/{ORGANISATIONS[n]}/", given).status_code)
        connections.close_all()

    threads = [threading.Thread(target=go, args=(n,)) for n in range(2)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    assert status == [302, 302]
    assert all(signing.parts_of(head(), o)[0].last for o in ORGANISATIONS)
