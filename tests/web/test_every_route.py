"""Every route of the workbench, for everybody: who comes in, who is asked to sign in, and for whom it is not there."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import urlsplit

import pytest
from django.test import Client
from django.urls import get_resolver, resolve, reverse

from fixtures.everything import challenged
from fixtures.publishing import as_user
from fixtures.walking import every_route
from placeplan.web.accounts.models import Role, User
from placeplan.web.accounts.people import add, give
from placeplan.web.challenges.models import Challenge
from placeplan.web.jobs.models import Job, JobFile
from placeplan.web.publishing.models import Offer, OfferFile, Shown
from placeplan.web.rates import limits
from placeplan.web.store.folders import bring_in, files_of
from placeplan.web.store.models import Draft, Place
from placeplan.web.workbench.rights import MAY, Act

pytestmark = pytest.mark.django_db
MINE, OTHERS = "ACU1", "COM1"
"""Organisations: of each who has a role, and of one whose draft nobody else sees."""
IN, SIGN_IN, MAY_NOT, NOT_HERE = "comes in", "is asked to sign in", "may not", "it is not there"
NOBODY, STRANGER, RULES = "nobody", "no role", "runs the workbench"
WHO: Final = (NOBODY, STRANGER, RULES, *Role.values)


@dataclass(frozen=True)
class Rule:
    """Who comes in."""

    act: Act | None = None
    """For whom may do this; None: for all of `others`."""
    others: tuple[str, ...] = ()
    nobody: str = SIGN_IN
    """What happens to whoever is not signed in."""
    without: str = NOT_HERE
    """What happens to whoever has a role that does not do."""

    def of(self, who: str) -> str:
        """What happens to somebody."""
        if who in self.others:
            return IN
        if who == NOBODY:
            return self.nobody
        if self.act is not None and who in Role.values:
            return IN if self.act in MAY[Role(who)] else self.without
        return NOT_HERE


ANYONE = Rule(others=WHO, nobody=IN)
SIGNED_IN = Rule(others=WHO[1:])
RULERS = Rule(others=(RULES,), nobody=NOT_HERE)
READERS = Rule(Act.READ)
WRITERS = Rule(Act.WRITE, without=MAY_NOT)
SIGNERS, PUBLISHERS = Rule(Act.SIGN), Rule(Act.PUBLISH)
PROGRAMS = Rule(Act.READ, nobody=NOT_HERE)


@dataclass(frozen=True)
class Asked:
    """How a route is asked."""

    rule: Rule
    method: str = "get"
    named: dict[str, Any] = field(default_factory=dict)


PART = {"part": "initiatives"}
ROUTES: Final[dict[str, list[Asked]]] = {
    **{name: [Asked(ANYONE)] for name in ("health", "metrics", "api", "places", "not-published", "challenges", "challenges-table", "challenge-log", "find", "find-number", "challenge", "place", "page", "what-if", "what-if-version", "challenge-number", "sign-in", "kept")},
    "sign-out": [Asked(ANYONE, "post")],
    "challenge-again": [Asked(ANYONE, "post")],
    "set-password": [Asked(ANYONE)],
    "sign-out-there": [Asked(SIGNED_IN, "post")],
    **{name: [Asked(SIGNED_IN)] for name in ("account", "new-password", "work")},
    "sign-out-everywhere": [Asked(SIGNED_IN, "post")],
    "people": [Asked(RULERS), Asked(RULERS, "post")],
    "person": [Asked(RULERS), Asked(RULERS, "post")],
    "changes": [Asked(RULERS)],
    **{name: [Asked(READERS)] for name in ("work-place", "draft", "draft-zip", "draft-workbook", "job", "job-report", "job-zip", "job-file", "form-parts", "compare", "assumptions", "assumptions-csv", "publishing", "offered-page")},
    "form-part": [Asked(READERS, named=PART)],
    **{name: [Asked(READERS), Asked(WRITERS, "post")] for name in ("draft-file", "job-numbers")},
    "ask": [Asked(WRITERS, "post")],
    **{name: [Asked(WRITERS, "post")] for name in ("begin-draft", "run-draft", "upload-draft", "cancel-job", "change-job", "pack-job")},
    "sign": [Asked(SIGNERS), Asked(SIGNERS, "post")],
    "reply": [Asked(SIGNERS), Asked(SIGNERS, "post")],
    **{name: [Asked(PUBLISHERS), Asked(PUBLISHERS, "post")] for name in ("offer", "publish", "withdraw")},
    "take-back": [Asked(PUBLISHERS, "post")],
    "offer-report": [Asked(PUBLISHERS)],
    "challenge-reply": [Asked(Rule(Act.REPLY), "post")],
    "challenge-moderate": [Asked(Rule(Act.MODERATE), "post")],
}  # fmt: skip
ELSEWHERE: Final = {
    "security-txt": "test_holding_off", "not-known": "test_accounts", "challenge-mine": "test_challenges: by a secret, whoever asks", "unsent": "test_unsent",
    "merge": "test_forms, where there is another draft", "form-one": "test_forms", "form-add": "test_forms", "form-remove": "test_forms", "form-rename": "test_forms",
}  # fmt: skip
"""Routes whose visitors have tests of their own."""


@pytest.fixture
def named(place: Place) -> dict[str, Any]:
    """Names that are there: a challenge, an offer, a job, a published version, and a draft of one organisation's own."""
    version = place.versions.get()
    ada, sid = add("ada@example.org", "Ada"), add("sid@example.org", "Sid")
    give(sid.email or "", place.slug, MINE, "board")  # so that nobody else answers for it
    challenged(version, ada)
    Challenge.objects.update(organisation=MINE)
    job = Job.objects.get(kind="test")
    held = job.files.get(path="findings.json").blob
    JobFile.objects.create(job=job, path="report.html", blob=held)
    offer = Offer.objects.create(place=place, version=version, findings=held, asked="2026-11-27", until="2099-01-01", offered_by=ada)  # fmt: skip
    Shown.objects.create(offer=offer, organisation=MINE, name="Acute")
    OfferFile.objects.create(offer=offer, path="v/0123456789ab/index.html", blob=held)
    own = bring_in(place.slug, place.name, files_of(version) | {"plan.yaml": files_of(version)["plan.yaml"] + b"# own\n"}, "own", "own")  # fmt: skip
    Draft.objects.filter(head=own).update(organisation=OTHERS)
    published = place.site.filter(path__startswith="v/").values_list("path", flat=True)[0].split("/")[1]
    return {
        "place": place.slug, "name": "main", "organisation": MINE, "job": job.pk, "offer": offer.pk, "version": published, "number": 1,
        "part": "initiatives", "kind": "fix", "address": "beds.csv/x/y", "uidb64": "MQ", "token": "a-b", "path": "plan.yaml",
    }  # fmt: skip


PATHS: Final = {"offered-page": "v/0123456789ab/index.html", "page": "index.html", "job-file": "findings.json"}


def address(route: str, named: dict[str, Any], **other: Any) -> str:
    """An address of a route, with names that are there."""
    given = named | {"path": PATHS.get(route, "plan.yaml")} | ({"number": User.objects.latest("pk").pk} if route == "person" else {}) | other  # fmt: skip
    parameters = get_resolver().reverse_dict.getlist(route)[0][0][0][1]
    return reverse(route, kwargs={name: given[name] for name in parameters})


def visit(who: str, place: Place) -> Client:
    """The browser of somebody."""
    if who == NOBODY:
        return Client(headers={"host": "localhost"}, raise_request_exception=False)
    user = add(f"{who.replace(' ', '-')}@example.org", who, administrator=who == RULES)
    if who in Role.values:
        give(user.email or "", place.slug, MINE, who)
    return as_user(user)


def happens(client: Client, method: str, at: str) -> str:
    """What somebody meets at an address."""
    answer = getattr(client, method)(at)
    assert answer.status_code != 500, at
    kind = answer.get("Content-Type", "")
    if (getattr(answer, "content", b"") or getattr(answer, "streaming", False)) and kind.startswith("text/"):
        assert "charset=utf-8" in kind, (at, kind)
    else:
        assert kind or not getattr(answer, "content", b""), at
    if answer.status_code == 302 and urlsplit(answer["Location"]).path == "/account/sign-in" and "next=" in answer["Location"]:  # fmt: skip
        return SIGN_IN
    return {403: MAY_NOT, 404: NOT_HERE}.get(answer.status_code, IN)


@pytest.fixture(autouse=True)
def no_rates(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, rate in limits.RATES.items():
        monkeypatch.setitem(limits.RATES, name, limits.Rate(name, 1_000_000, rate.seconds, rate.what))


def test_every_route_is_walked_or_has_a_test_of_its_own() -> None:
    assert {r for r in every_route() if not r.startswith("api-")} == set(ROUTES) | set(ELSEWHERE)


SOME: Final = (NOBODY, RULES, "contributor", "publisher")
"""Of all the most different, for a quick look; all others are walked where there is time."""
LOOKS: Final = [pytest.param(SOME, id="some"), pytest.param(WHO, id="all", marks=pytest.mark.large)]


@pytest.mark.parametrize("looks", LOOKS)
def test_everybody_meets_at_every_route_what_the_table_says(
    place: Place, named: dict[str, Any], looks: tuple[str, ...]
) -> None:
    wrong = []
    for who in looks:
        client = visit(who, place)
        for route, asks in sorted(ROUTES.items(), key=lambda r: ENDS.index(r[0]) if r[0] in ENDS else -1):
            for asked in asks:
                at = address(route, named, **asked.named)
                met, told = happens(client, asked.method, at), asked.rule.of(who)
                if met != told and not (route in LOST and met == NOT_HERE):
                    wrong.append(f"{asked.method} {at} ({route}): {who} {met}, and not: {told}")
    assert not wrong, "\n".join(wrong)


ENDS: Final = ("sign-out-everywhere", "sign-out")
"""Routes that are asked last, as nobody is signed in any more after them."""
LOST: Final = {"challenge-number"}
"""Where the made-up names lead to a page that says there is no such thing, for everybody alike."""


def test_nobody_sees_a_draft_of_another_organisation(place: Place, named: dict[str, Any]) -> None:
    for who in WHO:
        client = visit(who, place)
        met = {}
        for route, asks in ROUTES.items():
            for asked in asks:
                at = address(route, named, **asked.named, name="own")
                if "/own/" in at:
                    met[f"{asked.method} {at}"] = happens(client, asked.method, at)
        for path in ("", "/problems", "/runs"):
            at = f"/api/v1/places/{place.slug}/drafts/own{path}"
            met[at] = happens(client, "get", at)
        assert set(met.values()) == ({SIGN_IN, NOT_HERE} if who == NOBODY else {NOT_HERE}), (who, met)
        assert "/own/" not in client.get(f"/drafts/{place.slug}/").content.decode()


def test_those_of_the_organisation_see_their_draft(place: Place, named: dict[str, Any]) -> None:
    user = add("cas@example.org", "Cas")
    give("cas@example.org", place.slug, OTHERS, "reader")
    assert happens(as_user(user), "get", address("draft", named, name="own")) == IN


def test_programs_see_drafts_by_the_same_rule(place: Place, named: dict[str, Any]) -> None:
    for who in (NOBODY, STRANGER, "reader", "moderator"):
        client = visit(who, place)
        for path in ("", "/main", "/main/problems", "/main/runs"):
            assert happens(client, "get", f"/api/v1/places/{place.slug}/drafts{path}") == PROGRAMS.of(who)


def test_no_form_of_another_site_is_taken_anywhere(place: Place, named: dict[str, Any]) -> None:
    """Each route refuses what is sent without the mark of a page of ours, for who may do all."""
    client = Client(headers={"host": "localhost"}, enforce_csrf_checks=True, raise_request_exception=False)
    user = add("eve@example.org", "Eve", administrator=True)
    for role in Role.values:
        give("eve@example.org", place.slug, MINE, role)
    client.force_login(user, "django.contrib.auth.backends.ModelBackend")
    for route in (*ROUTES, *ELSEWHERE):
        at = address(route, named, **({"version": named["version"]} if route == "withdraw" else {}))
        for method in ("post", "put", "patch", "delete"):
            answer = getattr(client, method)(at)
            assert answer.status_code in (403, 405), (route, method, answer.status_code)


FREE: Final = {"sign-out": "costs nothing"}
"""Routes that take what is sent as often as anybody likes, and why."""


def test_whatever_is_sent_is_counted(place: Place, named: dict[str, Any]) -> None:
    """Each view that takes what is sent has a rate of its own, or is of a class that asks for one (signing in, passwords)."""
    forms = {"merge", "form-one", "form-add", "form-remove", "form-rename", "challenge-mine"}
    takes = forms | {route for route, asks in ROUTES.items() if any(a.method == "post" for a in asks)}
    views = {route: resolve(address(route, named)).func for route in takes}
    free = {route for route, view in views.items() if not hasattr(view, "rate") and not hasattr(view, "view_class")}
    assert free | {"sign-out"} == set(FREE)


def test_a_zero_byte_is_refused_in_words_wherever_it_is_sent(place: Place, named: dict[str, Any]) -> None:
    """SQLite takes one as text, and PostgreSQL does not: neither is asked."""
    for who in ("publisher", RULES):
        client = visit(who, place)
        for route, asks in ROUTES.items():
            at = address(route, named)
            for asked in asks:
                if asked.method == "post":
                    assert client.post(at, {"text": "a\0b"}).status_code == 400, route
                elif not at.startswith(("/health", "/api")):
                    assert client.get(at, {"q": "a\0b"}).status_code == 400, route
        for at in (
            f"/drafts/{place.slug}/main/file/a%00b",
            f"/{place.slug}/a%00b",
            f"/{place.slug}/challenges/number/a%00b",
        ):
            assert client.get(at).status_code == 404, at
    for asked in (
        "places?limit=%00",
        f"places/{place.slug}/numbers?words=%00",
        f"places/{place.slug}/drafts?offset=%00",
    ):
        assert client.get(f"/api/v1/{asked}").status_code in (404, 422), asked


@pytest.mark.parametrize("sign", ["\x08", "\x0b", "\x7f"])
def test_a_sign_that_is_no_letter_is_refused_with_what_was_typed(place: Place, sign: str) -> None:
    """As some programs paste them: what is written into a file of a plan could not be read again, nor stand in a spreadsheet."""
    answer = visit("publisher", place).post(f"/drafts/{place.slug}/main/ask", {"text": f"three words{sign} here"})
    told = answer.content.decode()
    assert answer.status_code == 400
    assert "is no letter" in told
    assert "three words� here" in told


def test_pages_for_who_is_signed_in_are_kept_in_no_cache_and_in_no_frame(place: Place, named: dict[str, Any]) -> None:
    for who in ("publisher", RULES):
        client = visit(who, place)
        for route, asks in ROUTES.items():
            for asked in asks:
                if asked.rule is not ANYONE and asked.method == "get":
                    answer = client.get(address(route, named, **asked.named))
                    assert "no-store" in answer["Cache-Control"], route
                    assert answer["X-Frame-Options"] == "DENY", route
                    assert "frame-ancestors 'none'" in answer["Content-Security-Policy"], route


@pytest.mark.parametrize("to", ["https://evil.example/", "//evil.example/", r"/\evil.example", "javascript:alert(1)", "http:evil.example"])  # fmt: skip
def test_no_next_leads_elsewhere(to: str) -> None:
    add("ana@example.org", "Ana", "otter lantern quarry")
    client = Client(headers={"host": "localhost"})
    given = {"username": "ana@example.org", "password": "otter lantern quarry", "next": to}
    assert client.post("/account/sign-in", given)["Location"] == "/drafts/"
    assert client.get("/account/sign-in", {"next": to})["Location"] == "/drafts/", "nor who is signed in already"
    assert client.post("/account/sign-out", {"next": to})["Location"] == "/"
