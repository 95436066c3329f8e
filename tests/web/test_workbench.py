"""Authors write drafts: whoever may, with the same checks as the command line, and nothing that anybody typed is lost."""

from __future__ import annotations

import io
import threading
import zipfile
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connections
from django.test import Client

from placeplan.core.errors import PlanError
from placeplan.plan.folder import read_draft
from placeplan.web.accounts.models import User
from placeplan.web.accounts.people import add, give
from placeplan.web.jobs import queue
from placeplan.web.jobs.models import Job, JobFile, State
from placeplan.web.store.folders import bring_in, files_of, folder_of, read_files
from placeplan.web.store.lines import ancestors
from placeplan.web.store.models import Blob, Draft, Version
from placeplan.web.workbench import drafts, uploads

pytestmark = pytest.mark.django_db
WORDS = "otter lantern quarry"


def person(version: Version, name: str, organisation: str, role: str) -> User:
    user = add(f"{name}@example.org", name.title(), WORDS)
    give(f"{name}@example.org", version.place.slug, organisation, role)
    return user


def as_user(user: User) -> Client:
    client = Client(headers={"host": "localhost"}, raise_request_exception=False)
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def head() -> Version:
    return Draft.objects.get(name="main").head


def send(client: Client, path: str, text: str, base: Version | None = None, message: str = "as agreed") -> int:
    typed = {"text": text, "message": message, "base": (base or head()).pk}
    return client.post(f"/drafts/mill-vale/main/file/{path}", typed).status_code


def text_of(path: str) -> str:
    return files_of(head())[path].decode()


def test_nobody_without_a_role_sees_anything(version: Version) -> None:
    stranger = as_user(add("eve@example.org", "Eve", WORDS))
    visitor = Client(headers={"host": "localhost"})
    for path in (
        "mill-vale/",
        "mill-vale/main/",
        "mill-vale/main/file/plan.yaml",
        "mill-vale/main/plan.zip",
        "mill-vale/main/jobs/1",
    ):
        assert stranger.get(f"/drafts/{path}").status_code == 404
        assert visitor.get(f"/drafts/{path}")["Location"].startswith("/account/sign-in")
    assert "Mill Vale" not in stranger.get("/drafts/").content.decode()


def test_another_organisations_draft_is_not_there(version: Version, ana: Client) -> None:
    ana.post("/drafts/mill-vale/main/begin", {"name": "ours", "organisation": "org-1"})
    ben = as_user(person(version, "ben", "org-2", "contributor"))
    assert ana.get("/drafts/mill-vale/ours/").status_code == 200
    assert ben.get("/drafts/mill-vale/ours/").status_code == 404
    assert "ours" not in ben.get("/drafts/mill-vale/").content.decode()
    assert ben.post("/drafts/mill-vale/ours/run", {"futures": 50}).status_code == 404
    assert ben.post("/drafts/mill-vale/main/begin", {"name": "theirs", "organisation": "org-1"}).status_code == 422


def test_a_reader_reads_and_writes_nothing(version: Version) -> None:
    cleo = as_user(person(version, "cleo", "org-1", "reader"))
    page = cleo.get("/drafts/mill-vale/main/file/plan.yaml").content.decode()
    assert "readonly" in page
    assert "Write it" not in page
    assert send(cleo, "plan.yaml", "x") == 403
    assert cleo.post("/drafts/mill-vale/main/run", {"futures": 50}).status_code == 403
    assert cleo.post("/drafts/mill-vale/main/upload", {}).status_code == 403
    assert head() == version
    assert not Job.objects.exists()


def test_a_run_searches_for_what_would_fix_it_where_that_is_asked(version: Version, ana: Client) -> None:
    ana.post("/drafts/mill-vale/main/run", {"futures": 50})
    ana.post("/drafts/mill-vale/main/run", {"futures": 50, "fix": "yes"})
    assert [j.arguments["also"] for j in Job.objects.order_by("made")] == ["", "repairs,conflict"]
    assert "with what would fix it" in ana.get("/drafts/mill-vale/main/").content.decode()


def test_what_is_not_changed_keeps_its_bytes(version: Version, ana: Client) -> None:
    page = ana.get("/drafts/mill-vale/main/file/areas.csv")
    assert page.status_code == 200
    assert send(ana, "areas.csv", text_of("areas.csv").replace("\n", "\r\n")) == 302
    assert head() == version, "browsers send line ends of their own, which is no change"


def test_a_change_is_a_version_with_its_reason_and_author(version: Version, ana: Client) -> None:
    assert send(ana, "plan.yaml", text_of("plan.yaml") + "# looked through\n", message="looked through it") == 302
    new = head()
    assert (new.number, new.message, new.made_by and new.made_by.name) == (2, "looked through it", "Ana")
    assert {p for p in new.tree if new.tree[p] != version.tree[p]} == {"plan.yaml"}


def test_problems_are_those_of_the_command_line_all_at_once(version: Version, ana: Client, tmp_path: Path) -> None:
    rows = text_of("areas.csv").splitlines()
    send(ana, "areas.csv", "\n".join([rows[0].replace("area", "aera"), *rows[1:]]) + "\n")
    send(ana, "plan.yaml", text_of("plan.yaml") + "colour: red\n")
    folder = folder_of(head(), tmp_path / "own")
    own = read_draft(folder)[1]
    assert drafts.problems_of(head()) == tuple(own)
    assert len({p.file for p in own}) >= 2
    page = ana.get("/drafts/mill-vale/main/").content.decode()
    assert "It cannot be run yet" in page
    assert "colour" in page
    assert "aera" in page
    assert "Run it" not in page


def test_two_who_write_different_files_both_count(version: Version, ana: Client) -> None:
    base = head()
    ben = as_user(person(version, "ben", "org-2", "contributor"))
    assert send(ana, "plan.yaml", text_of("plan.yaml") + "# by Ana\n", base) == 302
    assert send(ben, "areas.csv", text_of("areas.csv") + "\n", base) == 302
    assert text_of("plan.yaml").endswith("# by Ana\n")
    assert text_of("areas.csv").endswith("\n\n")
    assert {v.pk for v in head().parents.all()} == {base.pk, Version.objects.get(number=2).pk}


def test_two_who_write_other_lines_of_a_file_both_count(version: Version, ana: Client) -> None:
    base, was = head(), text_of("plan.yaml")
    ben = as_user(person(version, "ben", "org-2", "contributor"))
    assert send(ana, "plan.yaml", f"# by Ana\n{was}", base) == 302
    assert (
        send(ben, "plan.yaml", was.replace("currency: GBP", "currency: GBP  # by Ben") + "# at the end\n", base) == 302
    )
    assert "# by Ana" in text_of("plan.yaml")
    assert "# at the end" in text_of("plan.yaml")


def test_two_who_write_the_same_field_lose_nothing(version: Version, ana: Client) -> None:
    base, was = head(), text_of("plan.yaml")
    ben = as_user(person(version, "ben", "org-2", "contributor"))
    name = next(line for line in was.splitlines() if line.startswith("name:"))
    assert send(ana, "plan.yaml", was.replace(name, "name: by Ana"), base) == 302
    typed = {"text": was.replace(name, "name: by <Ben>") + "# typed\n", "message": "mine", "base": base.pk}
    answer = ben.post("/drafts/mill-vale/main/file/plan.yaml", typed)
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "One thing was changed on both sides" in page
    assert "by &lt;Ben&gt;" in page
    assert "What Ana wrote (version 2)" in page
    assert "# typed" in page, "all that was typed comes along"
    key = page.partition('name="choice.')[2].partition('"')[0]
    assert ben.post("/drafts/mill-vale/main/file/plan.yaml", typed | {f"choice.{key}": "nonsense"}).status_code == 409
    chosen = typed | {f"choice.{key}": "typed", f"typed.{key}": "by both"}
    assert ben.post("/drafts/mill-vale/main/file/plan.yaml", chosen).status_code == 302
    assert "name: by both\n" in text_of("plan.yaml")
    assert text_of("plan.yaml").endswith("# typed\n")


DECIDED = """boards:
  - {id: joint, name: Joint, members: [{organisation: org-1}, {organisation: org-2}], source: made up}
decisions:
  - {id: d1, board: joint, initiatives: [%s], decided: approved, date: 2016-05, source: minutes}
"""


@pytest.mark.parametrize("after", ["", "boards: [", "approved"])
def test_what_was_said_on_record_is_not_taken_back(version: Version, ana: Client, after: str) -> None:
    """Neither by dropping it, nor by breaking its file, nor by changing it."""
    initiative = next(p for p in version.tree if p.startswith("initiatives/"))[12:-5]
    text = DECIDED % initiative
    drafts.write(Draft.objects.get(name="main"), version, {"authority.yaml": text.encode()}, "minutes", None)
    now = text.replace("approved", "refused") if after == "approved" else text.partition("decisions:")[0] + after
    answer = ana.post("/drafts/mill-vale/main/file/authority.yaml", {"text": now, "message": "x", "base": head().pk})
    assert answer.status_code == 422
    assert "on record" in answer.content.decode()
    assert text_of("authority.yaml") == text
    with pytest.raises(PlanError):
        drafts.write(Draft.objects.get(name="main"), head(), {"authority.yaml": None}, "gone", None)
    more = (
        text
        + f"  - {{id: d2, board: joint, initiatives: [{initiative}], decided: refused, date: 2017-05, source: x}}\n"
    )
    assert send(ana, "authority.yaml", more) == 302


def test_the_same_change_by_two_is_no_clash(version: Version, ana: Client) -> None:
    base, text = head(), text_of("plan.yaml") + "# agreed\n"
    ben = as_user(person(version, "ben", "org-2", "contributor"))
    assert send(ana, "plan.yaml", text, base) == 302
    assert send(ben, "plan.yaml", text, base) == 302


def test_without_a_reason_nothing_is_written_and_what_was_typed_stays(version: Version, ana: Client) -> None:
    answer = ana.post(
        "/drafts/mill-vale/main/file/plan.yaml", {"text": "typed for an hour", "message": "", "base": head().pk}
    )
    assert answer.status_code == 422
    assert "typed for an hour" in answer.content.decode()
    assert "Say in a few words why" in answer.content.decode()
    assert head() == version


def test_a_file_that_is_not_there_is_not_made(version: Version, ana: Client) -> None:
    for path in ("nosuch.csv", "../../etc/passwd", "plan.yaml/x"):
        assert send(ana, path, "x") == 404
    assert head() == version


def test_a_base_of_another_place_is_refused(version: Version, ana: Client) -> None:
    other = bring_in("elsewhere", "Elsewhere", {"plan.yaml": b"theirs"}, "theirs")
    assert send(ana, "plan.yaml", "x", other) == 404


def test_no_base_shows_the_draft_of_another_organisation(version: Version, ana: Client) -> None:
    ana.post("/drafts/mill-vale/main/begin", {"name": "ours", "organisation": "org-1"})
    secret = text_of("plan.yaml").replace("name: ", "name: Kept secret ", 1)
    theirs = drafts.write(Draft.objects.get(name="ours"), version, {"plan.yaml": secret.encode()}, "secret", None)
    ben = as_user(person(version, "ben", "org-2", "contributor"))
    for path, sent in (
        ("parts/plan/one", {"do": "show"}),
        ("file/plan.yaml", {"text": "x", "message": "mine"}),
        ("upload", {"file": SimpleUploadedFile("plan.zip", b"x"), "message": "mine"}),
    ):
        answer = ben.post(f"/drafts/mill-vale/main/{path}", sent | {"base": theirs.pk})
        assert answer.status_code == 404, path
        assert "Kept secret" not in answer.content.decode()
    assert ana.post("/drafts/mill-vale/ours/parts/plan/one", {"do": "show", "base": theirs.pk}).status_code == 200


def test_a_line_of_versions_is_asked_for_once(version: Version, django_assert_num_queries: Any) -> None:
    line = Draft.objects.get(name="main")
    for n in range(20):
        drafts.write(line, head(), {"note.csv": b"%d" % n}, "again", None)
    newest = head().pk
    with django_assert_num_queries(1):
        assert len(ancestors(newest)) == 21
    assert ancestors() == set()


def test_the_folder_comes_back_byte_for_byte_and_goes_in_again(version: Version, ana: Client) -> None:
    data = ana.get("/drafts/mill-vale/main/plan.zip").content
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        held = {n.removeprefix("mill-vale/"): archive.read(n) for n in archive.namelist()}
    assert held == files_of(version)
    sent = {"file": SimpleUploadedFile("plan.zip", data), "message": "the same", "base": version.pk}
    assert ana.post("/drafts/mill-vale/main/upload", sent).status_code == 302
    assert head() == version


def test_the_workbook_comes_back_with_every_byte(version: Version, ana: Client) -> None:
    data = ana.get("/drafts/mill-vale/main/plan.xlsx").content
    sent = {"file": SimpleUploadedFile("plan.xlsx", data), "message": "the same", "base": version.pk}
    assert ana.post("/drafts/mill-vale/main/upload", sent).status_code == 302
    assert head() == version


def bomb() -> bytes:
    """256 MB of nothing in an archive of 1.2."""
    out = io.BytesIO()
    with (
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive,
        archive.open("plan.yaml", "w") as file,
    ):
        for _ in range(256):
            file.write(bytes(2**20))
    return out.getvalue()


def damaged(method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """An archive whose list of files is whole, and whose packed bytes are not; or that is packed in another way."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("plan.yaml", "placeplan: 1\n" * 100)
    data = bytearray(out.getvalue())
    start, listed = 30 + len("plan.yaml"), data.index(b"PK\x01\x02")
    if method != zipfile.ZIP_DEFLATED:
        data[8] = data[listed + 10] = method
    else:
        data[start : start + 8] = b"\xff" * 8
    return bytes(data)


def archive_of(path: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("plan.yaml", "placeplan: 1\n")
        archive.writestr(path, "x")
    return out.getvalue()


@pytest.mark.parametrize(
    ("name", "data"),
    [("plan.exe", b"MZ"), ("plan.zip", b"no archive"), ("plan.xlsx", b"no workbook"), ("plan.zip", bomb()), ("plan.zip", damaged()), ("plan.zip", damaged(97)),
     ("plan.zip", archive_of("../up.csv")), ("plan.zip", archive_of("/etc/passwd")), ("plan.zip", archive_of("a\\b.csv"))],
    ids=["another kind", "no archive", "no workbook", "a bomb", "damaged inside", "packed in another way", "a way up", "from the root", "a way of another system"],
)  # fmt: skip
def test_an_upload_that_is_no_plan_is_refused_in_words(version: Version, ana: Client, name: str, data: bytes) -> None:
    answer = ana.post(
        "/drafts/mill-vale/main/upload", {"file": SimpleUploadedFile(name, data), "message": "mine", "base": version.pk}
    )
    assert answer.status_code == 422
    assert "There is a problem" in answer.content.decode()
    assert head() == version


def test_a_run_is_asked_once_and_told(version: Version, ana: Client) -> None:
    first = ana.post("/drafts/mill-vale/main/run", {"futures": 50})["Location"]
    assert ana.post("/drafts/mill-vale/main/run", {"futures": 50})["Location"] == first
    assert ana.post("/drafts/mill-vale/main/run", {"futures": 10**7}).status_code == 422
    assert "waits its turn" in ana.get(first).content.decode()
    ana.post(f"{first}/cancel")
    assert "was cancelled" in ana.get(first).content.decode()
    assert ana.get(f"{first}/report").status_code == 404
    job = Job.objects.get()
    Job.objects.update(state=State.DONE)
    assert ana.get(f"{first}/report").status_code == 404, "its file is gone"
    blob = Blob.objects.create(digest="e" * 64, data=b"<!doctype html><title>Found</title>")
    JobFile.objects.create(job=job, path="report.html", blob=blob)
    answer = ana.get(f"{first}/report")
    assert b"Found" in answer.content
    assert "script-src 'self'" in answer["Content-Security-Policy"]


def test_the_page_of_a_challenge_s_run_leads_only_to_what_it_wrote(version: Version, ana: Client) -> None:
    job = queue.ask("compare", version, {"address": "plan.yaml/months", "value": "24"})
    Job.objects.update(state=State.DONE)
    text = ana.get(f"/drafts/mill-vale/main/jobs/{job.pk}").content.decode()
    assert f"/jobs/{job.pk}/files/comparison.json" in text
    assert "board-pack" not in text


def test_a_run_of_a_draft_is_seen_by_nobody_else(version: Version, ana: Client) -> None:
    ana.post("/drafts/mill-vale/main/begin", {"name": "ours", "organisation": "org-1"})
    typed = {"text": text_of("plan.yaml") + "# ours\n", "message": "ours", "base": head().pk}
    ana.post("/drafts/mill-vale/ours/file/plan.yaml", typed)
    where = ana.post("/drafts/mill-vale/ours/run", {"futures": 50})["Location"]
    ben = as_user(person(version, "ben", "org-2", "contributor"))
    assert ana.get(where).status_code == 200
    for path in (where, where.replace("/ours/", "/main/"), f"{where}/report"):
        assert ben.get(path).status_code == 404


@pytest.mark.django_db(transaction=True)
def test_many_who_write_at_once_make_one_line_of_versions(plan: Path) -> None:
    """Each writes a file of their own from the same base: all are kept, and numbers have no gap."""
    version = bring_in("mill-vale", "Mill Vale", read_files(plan), "brought in")
    line, failed = Draft.objects.get(name="main"), list[Exception]()

    def write(n: int) -> None:
        try:
            drafts.write(line, version, {f"note-{n}.csv": b"x"}, "at once", None)
        except Exception as error:  # noqa: BLE001 – whatever it is, it is told below
            failed.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=write, args=(n,)) for n in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failed
    assert sorted(Version.objects.values_list("number", flat=True)) == list(range(1, 8))
    assert {f"note-{n}.csv" for n in range(6)} < set(head().tree)


def test_a_folder_around_all_is_left_out() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("My plan/plan.yaml", "placeplan: 1\n")
        archive.writestr("My plan/initiatives/a.yaml", "x")
        archive.writestr("__MACOSX/My plan/._plan.yaml", "x")
    out.seek(0)
    assert set(uploads.files_in(out, "My plan.zip").files) == {"plan.yaml", "initiatives/a.yaml"}


def test_each_page_leads_back(version: Version, ana: Client) -> None:
    page = ana.get("/drafts/mill-vale/main/file/plan.yaml").content.decode()
    for href in ("/drafts/", "/drafts/mill-vale/", "/drafts/mill-vale/main/"):
        assert f'href="{href}"' in page
