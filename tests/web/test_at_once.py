"""What is sent twice, or by several at once, counts once; and whatever somebody sent is theirs to find."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connections
from django.test import Client

from fixtures.publishing import as_user, person
from placeplan.web.store.folders import bring_in, files_of, folder_of, read_files
from placeplan.web.store.models import Draft, Version
from placeplan.web.workbench import drafts
from placeplan.web.workbench.uploads import as_zip

pytestmark = pytest.mark.django_db
AT = "/drafts/mill-vale/main/"


def head() -> Version:
    return Draft.objects.get(name="main").head


def at_once(what: Callable[[], Any], many: int = 6) -> list[Any]:
    """What comes of doing something in several threads that begin together; errors among it."""
    begin, found = threading.Barrier(many), list[Any]()

    def go() -> None:
        begin.wait()
        try:
            found.append(what())
        except Exception as error:  # noqa: BLE001 – it is what the test looks at
            found.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=go) for _ in range(many)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return found


@pytest.mark.django_db(transaction=True)
def test_a_folder_that_many_ask_for_at_once_is_whole_for_each(version: Version, tmp_path: Path) -> None:
    """Several threads of a server show a version that is not laid ready yet: half a folder would be a plan with other problems."""
    whole = files_of(version)
    for n in range(5):
        under = tmp_path / str(n)
        assert at_once(lambda under=under: read_files(folder_of(version, under))) == [whole] * 6  # type: ignore[misc]
        assert [p.name for p in under.iterdir()] == [version.digest], "nothing is left beside it"


def test_a_folder_from_which_somebody_took_a_file_is_laid_ready_again(version: Version, tmp_path: Path) -> None:
    folder = folder_of(version, tmp_path)
    (folder / "plan.yaml").unlink()
    assert read_files(folder_of(version, tmp_path)) == files_of(version)


def test_a_form_that_is_sent_twice_makes_one_version(version: Version, ana: Client) -> None:
    text = files_of(version)["plan.yaml"].decode() + "# looked through\n"
    for _ in range(2):
        answer = ana.post(f"{AT}file/plan.yaml", {"text": text, "message": "looked", "base": version.pk})
        assert answer.status_code == 302
    assert [v.number for v in Version.objects.all()] == [1, 2]


def changed(version: Version, line: bytes) -> dict[str, bytes]:
    return files_of(version) | {"plan.yaml": files_of(version)["plan.yaml"].replace(b"\nplace:", b"\n" + line, 1)}


def upload(client: Client, files: dict[str, bytes], base: Version) -> Any:
    sent = {"file": SimpleUploadedFile("plan.zip", as_zip(files, "plan")), "message": "ours", "base": base.pk}
    return client.post(f"{AT}upload", sent, follow=True)


def test_an_upload_that_is_kept_aside_takes_no_name_that_another_has(version: Version, ana: Client) -> None:
    """Ben's people have drafts of all such names, which Ana does not see: hers is kept under another, once however often it is sent."""
    ben = as_user(person(version, "ben", "org-2", "contributor"))
    for n in range(1, 6):
        ben.post(f"{AT}begin", {"name": f"main-upload-{n}", "organisation": "org-2"})
    files = files_of(version)
    part = next(p for p in sorted(files) if p.startswith("initiatives/"))
    name = next(line for line in files[part].splitlines() if line.startswith(b"name: "))
    upload(ben, files | {part: files[part].replace(name, b"name: Of Ben")}, version)
    ours = files | {part: files[part].replace(name, b"name: Of Ana")}
    for _ in range(2):
        answer = upload(ana, ours, version)
        assert answer.status_code == 200
        assert "Nothing is lost" in answer.content.decode() or "What you brought" in answer.content.decode()
    kept = [d for d in Draft.objects.filter(organisation="") if d.name.startswith("main-upload-")]
    assert [files_of(d.head) for d in kept] == [ours]


@pytest.mark.django_db(transaction=True)
def test_two_who_begin_a_draft_under_one_name_make_one_and_one_is_told(version: Version) -> None:
    main = Draft.objects.get(name="main")
    found = at_once(lambda: drafts.begin(main, "fewer-beds", ""), 4)
    assert sorted(type(f).__name__ for f in found) == ["Draft", "PlanError", "PlanError", "PlanError"]


NOT_TEXT = {"in Latin-1": "Zoë, café\n".encode("latin-1"), "in UTF-16": "a,b\n".encode("utf-16"), "of zeros": b"a\0b\n"}


@pytest.mark.parametrize("data", NOT_TEXT.values(), ids=NOT_TEXT)
def test_a_file_that_is_no_utf_8_is_shown_and_never_written_over(version: Version, ana: Client, data: bytes) -> None:
    held = bring_in("mill-vale", "Mill Vale", files_of(version) | {"notes.md": data}, "with notes")
    page = ana.get(f"{AT}file/notes.md").content.decode()
    assert "readonly" in page
    assert "UTF-8" in page
    shown = {"text": data.decode("utf-8", "replace").replace("\0", "") + "more", "message": "more", "base": held.pk}
    answer = ana.post(f"{AT}file/notes.md", shown)
    assert answer.status_code == 422
    assert "UTF-8" in answer.content.decode()
    assert files_of(head())["notes.md"] == data


def test_lines_that_nobody_touched_keep_their_ends(version: Version, ana: Client) -> None:
    """A file with ends of both kinds, as editors leave them; browsers send all as one."""
    before = b"one\r\ntwo\nthree\r\n\nfive"
    held = bring_in("mill-vale", "Mill Vale", files_of(version) | {"notes.md": before}, "with notes")
    for text, after in (
        (before.decode(), before),
        ("one\ntwo\nthree\n\nfive", before),
        ("one\ntwo\nnew\nthree\n\nfive", b"one\r\ntwo\nnew\r\nthree\r\n\nfive"),
        ("one\ntwo\nthree\n\nfive\n", b"one\r\ntwo\nthree\r\n\nfive\r\n"),
    ):
        sent = {"text": "\r\n".join(text.splitlines()) + ("\r\n" if text.endswith("\n") else ""), "message": "m"}
        assert ana.post(f"{AT}file/notes.md", sent | {"base": held.pk}).status_code in (302, 409)
        if head() != held:
            assert files_of(head())["notes.md"] == after
            held = bring_in("mill-vale", "Mill Vale", files_of(version) | {"notes.md": before}, "as before")
    assert after != before
