"""What somebody sends to do harm: archives, workbooks, tokens, lines for the log. It is refused in words, or does nothing."""

from __future__ import annotations

import io
import json
import logging
import stat
import zipfile
from pathlib import Path
from typing import Any

import jwt
import pytest
from django.contrib.auth.hashers import MD5PasswordHasher
from django.core.exceptions import SuspiciousOperation
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from mozilla_django_oidc.auth import OIDCAuthenticationBackend

from placeplan.report.where import as_csv
from placeplan.web.accounts.people import add
from placeplan.web.logs import AsLine
from placeplan.web.store.folders import files_of
from placeplan.web.store.models import Draft, Version

pytestmark = pytest.mark.django_db
WORDS = "otter lantern quarry"


def archive(*entries: tuple[zipfile.ZipInfo | str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        for name, data in entries:
            made.writestr(name, data)
    return out.getvalue()


def link(name: str, to: str) -> tuple[zipfile.ZipInfo, bytes]:
    info = zipfile.ZipInfo(name)
    info.create_system = 3
    info.external_attr = (stat.S_IFLNK | 0o777) << 16
    return info, to.encode()


def upload(client: Client, version: Version, name: str, data: bytes) -> Any:
    given = {"file": SimpleUploadedFile(name, data), "message": "mine", "base": version.pk}
    return client.post("/drafts/mill-vale/main/upload", given)


def head() -> Version:
    return Draft.objects.get(name="main").head


def test_a_link_in_an_archive_is_refused(version: Version, ana: Client) -> None:
    answer = upload(ana, version, "plan.zip", archive(("plan.yaml", b"x: 1\n"), link("beds.csv", "/etc/passwd")))
    assert answer.status_code == 422
    assert "is a link" in answer.content.decode()
    assert head() == version


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_two_files_of_one_name_are_refused_and_neither_is_taken(version: Version, ana: Client) -> None:
    answer = upload(ana, version, "plan.zip", archive(("plan.yaml", b"x: 1\n"), ("plan.yaml", b"x: 2\n")))
    assert answer.status_code == 422
    assert "There are 2 files" in answer.content.decode()
    assert head() == version


def test_an_archive_in_an_archive_is_never_unpacked(version: Version, ana: Client) -> None:
    inner = archive(("../up.csv", b"x"))
    held = [(n, d) for n, d in files_of(version).items()]
    assert upload(ana, version, "plan.zip", archive(*held, ("inner.zip", inner))).status_code == 302
    assert files_of(head())["inner.zip"] == inner
    assert "inner.zip" in ana.get("/drafts/mill-vale/main/").content.decode()


@pytest.mark.parametrize(
    "name", ["plan.xlsm", "plan.zip.exe", "x" * 10_000 + ".zip", "plan", "../../plan.zip", "plan.zip\0.xlsx"]
)
def test_a_file_of_another_kind_or_a_name_without_end_is_told(version: Version, ana: Client, name: str) -> None:
    answer = upload(ana, version, name, b"MZ")
    assert answer.status_code in (400, 422)
    assert "Traceback" not in answer.content.decode()
    assert len(answer.content) < 100_000
    assert head() == version


def test_a_workbook_that_carries_a_program_gives_its_cells_and_nothing_else(version: Version, ana: Client) -> None:
    book = ana.get("/drafts/mill-vale/main/plan.xlsx").content
    with zipfile.ZipFile(io.BytesIO(book)) as archive_in:
        parts = [(n, archive_in.read(n)) for n in archive_in.namelist()]
    carrying = archive(*parts, ("xl/vbaProject.bin", b"Sub AutoOpen()"))
    before = files_of(version)
    assert upload(ana, version, "plan.xlsx", carrying).status_code in (302, 422)
    assert all(b"AutoOpen" not in data for data in files_of(head()).values())
    assert set(files_of(head())) == set(before)
    assert b"AutoOpen" not in ana.get("/drafts/mill-vale/main/plan.xlsx").content


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1"])
def test_text_that_a_spreadsheet_would_run_is_made_harmless_on_the_way_out(text: str) -> None:
    assert as_csv([(text,)], ("words",)).splitlines(keepends=True)[1].lstrip('"').startswith("'")


@pytest.mark.parametrize(
    "text", ["a\nb", "a\r\nb", "a\x1b[2Jb", "a\x9b2Jb", "a\x7fb", "a\u2028b", "a\u202eb", "a\x85b", '","level":"ERROR']
)
def test_nobody_writes_a_line_of_their_own_into_the_log(text: str) -> None:
    record = logging.LogRecord("x", logging.INFO, "f", 1, "asked %s", (text,), None)
    record.told = {"path": text}
    line = AsLine().format(record)
    assert line.isascii()
    assert line.isprintable()
    assert json.loads(line)["message"] == f"asked {text}"
    assert json.loads(line)["path"] == text
    assert json.loads(line)["level"] == "INFO"


def test_an_unknown_address_costs_the_same_work_as_a_known_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """As often hashed, so that how long an answer takes does not tell who is known."""
    add("ana@example.org", "Ana", WORDS)
    add("bea@example.org", "Bea")
    gone = add("cid@example.org", "Cid", WORDS)
    gone.is_active = False
    gone.save()
    counts = []
    hashed = MD5PasswordHasher.encode

    def counted(self: MD5PasswordHasher, password: str, salt: str) -> str:
        counts[-1] += 1
        return hashed(self, password, salt)

    monkeypatch.setattr(MD5PasswordHasher, "encode", counted)
    for email in ("ana@example.org", "nobody@example.org", "bea@example.org", "cid@example.org"):
        counts.append(0)
        answer = Client(headers={"host": "localhost"}).post(
            "/account/sign-in", {"username": email, "password": "guess"}
        )
        assert answer.status_code == 200
    assert counts == [1, 1, 1, 1]


ISSUER, CLIENT = "https://service.example.org", "placeplan"
WHOLE: dict[str, Any] = {
    "iss": ISSUER,
    "aud": CLIENT,
    "sub": "ana",
    "exp": 4_000_000_000,
    "iat": 1_700_000_000,
    "nonce": "n",
}


@pytest.fixture
def service(settings: Any) -> Any:
    """What looks at tokens, with a key that both sides have."""
    from dataclasses import replace  # noqa: PLC0415

    settings.ASKED = replace(settings.ASKED, oidc={"ISSUER": ISSUER, "CLIENT": CLIENT})
    settings.OIDC_RP_SIGN_ALGO, settings.OIDC_RP_CLIENT_SECRET = "HS256", "k" * 40
    settings.OIDC_RP_CLIENT_ID, settings.OIDC_OP_TOKEN_ENDPOINT, settings.OIDC_OP_USER_ENDPOINT = CLIENT, "x", "x"
    from placeplan.web.accounts.service import Service  # noqa: PLC0415

    return Service()


def token(key: str = "k" * 40, **changed: Any) -> str:
    told = {k: v for k, v in (WHOLE | changed).items() if v is not None}
    return jwt.encode(told, key, algorithm="HS256")


def test_a_whole_token_is_taken(service: Any) -> None:
    assert service.verify_token(token(), nonce="n")["sub"] == "ana"
    assert service.verify_token(token(aud=[CLIENT, "b"], azp=CLIENT), nonce="n")["sub"] == "ana"


@pytest.mark.parametrize(
    "changed",
    [{"iss": "https://other"}, {"iss": None}, {"aud": "other"}, {"aud": None}, {"aud": [CLIENT, "b"], "azp": "b"}, {"exp": 1}, {"exp": None}, {"iat": None},
     {"iat": 4_000_000_000}, {"sub": None}, {"nonce": "other"}, {"nonce": None}, {"key": "l" * 40}],
    ids=str,
)  # fmt: skip
def test_a_token_that_is_not_for_this_sign_in_is_refused(service: Any, changed: dict[str, Any]) -> None:
    with pytest.raises((SuspiciousOperation, jwt.InvalidTokenError)):
        service.verify_token(token(**changed), nonce="n")


def test_a_token_without_a_signature_is_refused(service: Any) -> None:
    with pytest.raises((SuspiciousOperation, jwt.InvalidTokenError)):
        service.verify_token(jwt.encode(WHOLE, None, algorithm="none"), nonce="n")


@pytest.mark.parametrize(("said", "fits"), [("ana", True), ("eve", False), (None, False)])
def test_what_a_service_says_is_of_whom_the_token_is(service: Any, monkeypatch: pytest.MonkeyPatch, said: str | None, fits: bool) -> None:  # fmt: skip
    """A token of one person and the address of another sign nobody in."""
    monkeypatch.setattr(OIDCAuthenticationBackend, "get_userinfo", lambda *_: {"sub": said, "email": "eve@example.org"})
    if fits:
        assert service.get_userinfo("access", "id", WHOLE)["email"] == "eve@example.org"
    else:
        with pytest.raises(SuspiciousOperation):
            service.get_userinfo("access", "id", WHOLE)


def test_a_workbook_with_entities_is_refused(version: Version, ana: Client) -> None:
    book = ana.get("/drafts/mill-vale/main/plan.xlsx").content
    with zipfile.ZipFile(io.BytesIO(book)) as held:
        parts = {n: held.read(n) for n in held.namelist()}
    sheet = next(n for n in parts if n.startswith("xl/worksheets/sheet"))
    named = b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>'
    parts[sheet] = parts[sheet].replace(b"?>", b"?>" + named, 1)
    answer = upload(ana, version, "plan.xlsx", archive(*parts.items()))
    assert answer.status_code == 422
    assert "root:" not in answer.content.decode()
    assert head() == version


def test_a_file_that_would_make_objects_is_refused(version: Version, ana: Client, tmp_path: Path) -> None:
    """YAML that names a function of Python is a problem of the plan, and nothing is called."""
    held = files_of(version) | {
        "plan.yaml": f'!!python/object/apply:os.system ["touch {tmp_path}/was-here"]\n'.encode()
    }
    upload(ana, version, "plan.zip", archive(*held.items()))
    told = ana.get("/drafts/mill-vale/main/").content.decode()
    assert "plan.yaml" in told
    assert "cannot be run" in told or "problem" in told.lower()
    assert not (tmp_path / "was-here").exists()
