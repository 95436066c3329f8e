"""Who runs the workbench adds people, gives roles, makes links and reads the log; to anyone else these pages are not there."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

import pytest
from auditlog.models import LogEntry
from django.test import Client

from placeplan.core.errors import PlanError
from placeplan.web.accounts.models import Role, User
from placeplan.web.accounts.people import add, give, refuse_nobody_left
from placeplan.web.store.folders import bring_in
from placeplan.web.store.models import Place
from placeplan.web.workbench.rights import MAY, Act, may

pytestmark = pytest.mark.django_db
WORDS = "otter lantern quarry"
R, W, S, M, P, A, AW = Act.READ, Act.WRITE, Act.SIGN, Act.MODERATE, Act.PUBLISH, Act.REPLY, Act.REPLY_WHOLE
CELLS = {
    Role.READER: {R}, Role.CONTRIBUTOR: {R, W, A}, Role.FINANCE: {R, W, A, S}, Role.BOARD: {R, W, A, AW, S}, Role.MODERATOR: {R, M},
    Role.PUBLISHER: {R, W, A, AW, P},
}  # fmt: skip


def as_user(user: User) -> Client:
    found = Client(headers={"host": "localhost"}, raise_request_exception=False)
    found.force_login(user, "django.contrib.auth.backends.ModelBackend")
    return found


@pytest.fixture
def place() -> Place:
    return bring_in("mill-vale", "Mill Vale", {"plan.yaml": b"x: 1\n"}, "brought in").place


@pytest.fixture
def eve() -> Client:
    return as_user(add("eve@example.org", "Eve", WORDS, administrator=True))


@pytest.mark.parametrize("act", Act)
@pytest.mark.parametrize("role", Role)
def test_each_role_may_what_the_table_says_and_nothing_else(place: Place, role: Role, act: Act) -> None:
    user = add("ana@example.org", "Ana")
    give("ana@example.org", "mill-vale", "org-1", role)
    other = bring_in("moor", "Moor", {"plan.yaml": b"x"}, "brought in").place
    allowed = act in CELLS[role]
    assert (act in MAY[role]) == allowed
    assert may(user, act, place, "org-1") == allowed
    assert may(user, act, place) == allowed
    assert not may(user, act, place, "org-2"), "not for another organisation"
    assert not may(user, act, other), "not in another place"
    user.is_active = False
    assert not may(user, act, place), "not once they have left"


@pytest.mark.parametrize("act", Act)
def test_whoever_runs_the_workbench_decides_nothing_in_a_plan(place: Place, act: Act) -> None:
    assert not may(add("eve@example.org", "Eve", administrator=True), act, place)


@pytest.mark.parametrize("path", ["people", "people/1", "changes"])
def test_pages_of_administrators_are_there_for_nobody_else(place: Place, path: str) -> None:
    ana = add("ana@example.org", "Ana")
    give("ana@example.org", "mill-vale", "org-1", "publisher")
    for who in (Client(headers={"host": "localhost"}), as_user(ana)):
        assert who.get(f"/account/{path}").status_code == 404
        assert who.post(f"/account/{path}", {"do": "erase", "email": "x@example.org"}).status_code == 404
    assert User.objects.get().is_active


def test_somebody_is_added_gets_a_role_and_a_link_and_signs_in(place: Place, eve: Client) -> None:
    at = eve.post("/account/people", {"email": "ana@example.org", "name": "Ana"})["Location"]
    eve.post(at, {"do": "give", "place": "mill-vale", "organisation": "org-1", "role": "contributor"})
    page = eve.post(at, {"do": "link"}).content.decode()
    link = urlsplit(re.search(r"<code>(http[^<]+)</code>", page)[1]).path  # type: ignore[index]
    ana = Client(headers={"host": "localhost"})
    form = ana.get(link)["Location"]
    easy = ana.post(form, {"new_password1": "password1234", "new_password2": "password1234"}).content.decode()
    assert "too common" in easy
    assert ana.post(form, {"new_password1": WORDS, "new_password2": WORDS})["Location"] == "/account/sign-in"
    assert "does not work any more" in Client(headers={"host": "localhost"}).get(link).content.decode(), "it works once"
    assert ana.post("/account/sign-in", {"username": "ana@example.org", "password": WORDS}).status_code == 302
    assert "write drafts and run them" in ana.get("/account/").content.decode()
    eve.post(at, {"do": "take", "membership": User.objects.get(name="Ana").memberships.get().pk})
    assert "no role yet" in ana.get("/account/").content.decode()


def test_the_last_who_runs_the_workbench_cannot_take_themselves_away(eve: Client) -> None:
    own = f"/account/people/{User.objects.get().pk}"
    answer = eve.post(own, {"do": "erase"})
    assert answer.status_code == 422
    assert "is the only one who runs this workbench" in answer.content.decode()
    with pytest.raises(PlanError) as refused:
        refuse_nobody_left(User.objects.get())
    assert refused.value.problems[0].code == "nobody-left"
    add("max@example.org", "Max", administrator=True)
    eve.post(own, {"do": "erase"})
    assert [user.name for user in User.objects.filter(is_active=True)] == ["Max"]


def test_a_password_is_changed_by_who_knows_the_one_of_now(place: Place) -> None:
    user = add("ana@example.org", "Ana", WORDS)
    ana, other = as_user(user), as_user(user)
    new = {"new_password1": "plover anchor thistle", "new_password2": "plover anchor thistle"}
    assert ana.post("/account/password", new | {"old_password": "wrong"}).status_code == 200
    assert ana.post("/account/password", new | {"old_password": WORDS}).status_code == 302
    assert ana.get("/account/").status_code == 200, "who changed it stays signed in"
    assert other.get("/account/").status_code == 302, "every other session has ended"


def test_whoever_signs_out_everywhere_is_signed_out_everywhere() -> None:
    user = add("ana@example.org", "Ana", WORDS)
    ana, other = as_user(user), as_user(user)
    ana.post("/account/sign-out-everywhere")
    assert (ana.get("/account/").status_code, other.get("/account/").status_code) == (302, 302)


def test_what_is_wrong_is_told_with_what_is_nearest(place: Place, eve: Client) -> None:
    assert "is no email address" in eve.post("/account/people", {"email": "nonsense", "name": "N"}).content.decode()
    add("ana@example.org", "Ana")
    at = f"/account/people/{User.objects.get(name='Ana').pk}"
    told = eve.post(at, {"do": "give", "place": "mill-val", "organisation": " ", "role": "readr"})
    assert told.status_code == 422
    assert "mill-vale" in told.content.decode()
    assert "There is no organisation" in told.content.decode()
    for odd in ({"do": "take", "membership": "x"}, {"do": "take", "membership": "9" * 30}, {"do": "nothing"}, {}):
        assert eve.post(at, odd).status_code in (302, 404)


def test_an_organisation_is_written_as_the_plan_has_it(place: Place, eve: Client) -> None:
    """Another case is refused with the right one; what the plan does not name can read and publish, and is told."""
    bring_in("moor", "Moor", {"organisations.csv": b"id,name,type,source\nRDZ,Moor Hospital,acute,made up\n"}, "first")
    add("ana@example.org", "Ana")
    at = f"/account/people/{User.objects.get(name='Ana').pk}"
    assert '<option value="RDZ">Moor Hospital (Moor)</option>' in eve.get(at).content.decode()
    wrong = eve.post(at, {"do": "give", "place": "moor", "organisation": "rdz", "role": "board"})
    assert wrong.status_code == 422
    assert "Write “RDZ”" in wrong.content.decode()
    for organisation in ("RDZ", "healthwatch"):
        assert eve.post(at, {"do": "give", "place": "moor", "organisation": organisation, "role": "board"}).status_code == 302  # fmt: skip
    text = eve.get(at).content.decode()
    assert "for Moor Hospital (RDZ)</p>" in text
    assert "for healthwatch. The plan names no such organisation" in text
    ana = as_user(User.objects.get(name="Ana"))
    for page in ("/account/", "/drafts/moor/", "/publishing/moor/"):
        assert "Moor Hospital" in ana.get(page).content.decode(), page


def test_the_log_has_who_did_what_and_nobody_by_name(place: Place, eve: Client) -> None:
    at = eve.post("/account/people", {"email": "ana@example.org", "name": "Ana Lopez"})["Location"]
    eve.post(at, {"do": "give", "place": "mill-vale", "organisation": "org-1", "role": "contributor"})
    eve.post(at, {"do": "erase"})
    told = eve.get("/account/changes").content.decode()
    assert "contributor" in told
    assert f"person {User.objects.get(name='Eve').pk}" in told
    assert "Ana" not in told
    assert "ana@example.org" not in told
    assert LogEntry.objects.filter(content_type__model="membership", action=LogEntry.Action.DELETE).exists()
    assert eve.get("/account/changes?page=9999999999").status_code == 200
