"""The API says what the pages say, of what whoever asks may see, and refuses the rest in words."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest
from django.test import Client

from fixtures.published_place import published_place
from fixtures.sample_findings import westshire
from placeplan.web.accounts.people import add, give
from placeplan.web.api import answers
from placeplan.web.api.api import api
from placeplan.web.api.figures import figures_of
from placeplan.web.public.publishing import site_of
from placeplan.web.publishing.making_public import withdraw_version
from placeplan.web.rates import limits
from placeplan.web.store.folders import bring_in
from placeplan.web.store.models import Place

pytestmark = pytest.mark.django_db
AT = "/api/v1"


@pytest.fixture
def visitor() -> Client:
    return Client(headers={"host": "localhost"}, raise_request_exception=False)


@pytest.fixture
def published() -> Place:
    return published_place()


@pytest.fixture
def ana(visitor: Client) -> Client:
    """Ana, who writes for org-1 of Mill Vale, where there are drafts."""
    bring_in("mill-vale", "Mill Vale", {"plan.yaml": b"x"}, "brought in")
    user = add("ana@example.org", "Ana")
    give("ana@example.org", "mill-vale", "org-1", "contributor")
    visitor.force_login(user, "django.contrib.auth.backends.ModelBackend")
    return visitor


def read(visitor: Client, path: str, **asked: Any) -> Any:
    answer = visitor.get(path if path.startswith("/") else f"{AT}/{path}", asked)
    assert answer.status_code == 200, answer.content
    return json.loads(answer.content)


def where(published: Place) -> str:
    return read(Client(headers={"host": "localhost"}), f"places/{published.slug}/versions")["items"][0]["href"]


def refused(visitor: Client, path: str, **asked: Any) -> Any:
    """What a refusal says: always a problem, never a page."""
    answer = visitor.get(path if path.startswith("/") else f"{AT}/{path}", asked)
    assert answer.status_code >= 400
    assert answer["Content-Type"] == answers.PROBLEM
    told = json.loads(answer.content)
    assert told["status"] == answer.status_code
    return told


def test_whoever_begins_at_the_start_finds_all(published: Place, visitor: Client) -> None:
    start = read(visitor, "/api/v1/")
    place = read(visitor, start["places"])["items"][0]
    version = read(visitor, place["href"] + "/versions")["items"][0]
    whole = read(visitor, version["href"])
    assert whole["verdict"] == westshire().verdict
    for name, address in whole["parts"].items():
        told = read(visitor, address)
        assert name in ("replies", "findings.json") or told["count"] == whole["counts"][name]
    assert visitor.get(version["page"]).status_code == 200


def test_the_document_is_what_the_run_found(published: Place, visitor: Client) -> None:
    told = read(visitor, where(published) + "/findings.json")
    assert told == westshire(seconds=None).model_dump(mode="json")


def test_each_figure_has_its_unit_and_source_and_an_id_of_its_own(published: Place, visitor: Client) -> None:
    figures = figures_of(westshire())
    assert len({f.id for f in figures}) == len(figures)
    assert all(f.unit and westshire().digest in f.source for f in figures)
    told = read(visitor, where(published) + "/outcomes", about="promise", element="wh.beds", period="2028/29")
    assert [i["plan"]["middle"] for i in told["items"]] == [0.52], "as the grid has it"


def test_a_part_is_one_by_one_what_it_is_as_a_list(published: Place, visitor: Client) -> None:
    at = where(published)
    for part in read(visitor, at)["parts"].values():
        rows = read(visitor, part).get("items", [])
        if rows and "id" in rows[0] and "outcomes" not in part:
            assert read(visitor, f"{part}/{rows[0]['id']}") == rows[0] | {"withdrawn": None}


def test_replies_are_word_for_word(published: Place, visitor: Client) -> None:
    told = {o["organisation"]: o for o in read(visitor, where(published) + "/replies")["organisations"]}
    assert told["wh"]["standing"] == "answered"
    assert told["wh"]["replies"][0]["text"] == "We agree."
    assert told["wc"]["standing"] == "not asked"


def test_each_part_of_a_version_that_was_withdrawn_says_so(published: Place, visitor: Client) -> None:
    at = where(published)
    parts = read(visitor, at)["parts"]
    first = {name: visitor.get(part) for name, part in parts.items()}
    assert all(read(visitor, part)["withdrawn"] is None for name, part in parts.items() if name != "findings.json")
    gone = {"day": "2026-11-27", "by": "Director", "why": "A wrong figure"}
    withdraw_version(
        published, at.rsplit("/", 1)[1], gone["by"], gone["why"], date(2026, 11, 27), add("ed@example.org", "Ed")
    )
    for name, part in parts.items():
        again = visitor.get(part, headers={"if-none-match": first[name]["ETag"]})
        assert again.status_code == 200, "who has it from before is told too"
        if name == "findings.json":
            assert (again.content, again["Withdrawn"]) == (first[name].content, gone["day"])
            continue
        told = json.loads(again.content)
        assert told["withdrawn"] == gone, name
        rows = told.get("items", [])
        if rows and name != "outcomes":
            one = rows[0]["test" if name == "findings" else "id"]
            assert read(visitor, f"{part}/{one}")["withdrawn"] == gone


def test_stretches_of_a_list_are_the_list(published: Place, visitor: Client) -> None:
    path, found = where(published) + "/promises?limit=5", []
    while path:
        told = read(visitor, path)
        assert len(told["items"]) <= 5
        found += [p["id"] for p in told["items"]]
        path = told["next"]
    assert found == [p.id for p in westshire().promises]


def test_what_has_not_changed_is_not_sent_again(published: Place, visitor: Client) -> None:
    path = where(published) + "/promises"
    first = visitor.get(path)
    again = visitor.get(path, headers={"if-none-match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert again["Access-Control-Allow-Origin"] == "*"
    assert visitor.get(path, headers={"if-none-match": '"other"'}).status_code == 200
    head = visitor.head(path)
    assert (head.status_code, head["ETag"], head["Content-Length"]) == (200, first["ETag"], str(len(first.content)))
    assert head.content == b""


def test_all_that_is_wrong_is_told_at_once(published: Place, visitor: Client) -> None:
    told = refused(visitor, where(published) + "/outcomes", limit=0, abuot="promise", offset="x")
    assert {(p["column"], p["nearest"]) for p in told["problems"]} == {
        ("limit", ""),
        ("offset", ""),
        ("abuot", "about"),
    }
    assert all(p["why"] and p["mend"] for p in told["problems"])


def test_what_is_not_here_tells_what_is_nearest(published: Place, visitor: Client) -> None:
    assert refused(visitor, "places/westshir")["problems"][0]["nearest"] == "westshire"
    assert refused(visitor, where(published) + "/promises/wh.bed")["problems"][0]["nearest"] == "wh.beds"
    assert refused(visitor, "nothing/here")["status"] == 404
    assert refused(visitor, "/api/v9/places")["status"] == 404


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_nothing_can_be_changed(published: Place, visitor: Client, method: str) -> None:
    answer = getattr(visitor, method)(f"{AT}/places")
    assert answer.status_code == 405
    assert answer["Allow"] == answers.METHODS
    assert json.loads(answer.content)["detail"]


def test_any_page_may_read_what_is_published_and_none_a_draft(ana: Client) -> None:
    assert ana.options(f"{AT}/places")["Access-Control-Allow-Methods"] == answers.METHODS
    assert ana.get(f"{AT}/places")["Access-Control-Allow-Origin"] == "*"
    draft = ana.get(f"{AT}/places/mill-vale/drafts")
    assert draft.status_code == 200
    assert "Access-Control-Allow-Origin" not in draft
    assert draft["Cache-Control"] == "no-store"
    assert "Access-Control-Allow-Origin" not in ana.options(f"{AT}/places/mill-vale/drafts")


def test_a_draft_is_there_for_who_may_see_it_and_for_nobody_else(ana: Client) -> None:
    draft = read(ana, "places/mill-vale/drafts")["items"][0]
    assert read(ana, draft["href"])["digest"] == draft["digest"]
    problems = read(ana, draft["href"] + "/problems")
    assert problems["count"]
    assert read(ana, draft["href"] + "/runs")["count"] == 0
    stranger = Client(headers={"host": "localhost"})
    other = Client(headers={"host": "localhost"})
    other.force_login(add("ben@example.org", "Ben"), "django.contrib.auth.backends.ModelBackend")
    there = [p for p in api.get_openapi_schema()["paths"] if "/drafts" in p]
    assert len(there) >= 5
    for who in (stranger, other):
        for path in there:
            at = path.format(place="mill-vale", draft="main", run="0" * 64)
            told = refused(who, at)
            missing = refused(who, at.replace("mill-vale", "nowhere"))
            assert {**told, "instance": "", "request": ""} == {**missing, "instance": "", "request": ""}, (
                "not even that it exists"
            )


def test_whoever_asks_too_often_waits(published: Place, visitor: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(limits.RATES, "api", limits.Rate("api", 3, 60, "figures"))
    assert [visitor.get(f"{AT}/places").status_code for _ in range(5)] == [200, 200, 200, 429, 429]
    answer = visitor.get(f"{AT}/places")
    assert answer["Content-Type"] == answers.PROBLEM
    assert 1 <= int(answer["Retry-After"]) <= 60


def test_the_description_names_every_class_once_and_every_operation(published: Place, visitor: Client) -> None:
    told = read(visitor, "/api/v1/openapi.json")
    assert told["openapi"].startswith("3.1")
    for methods in told["paths"].values():
        assert set(methods) == {"get"}
        assert {"200", "422", "429"} <= set(methods["get"]["responses"])
    sides = [s for s in told["components"]["schemas"] if s.endswith("Side")]
    assert len(sides) == 2, "two classes of the same name stay apart"


def test_people_can_read_what_there_is(visitor: Client) -> None:
    text = visitor.get("/api/").content.decode()
    for path in api.get_openapi_schema()["paths"]:
        assert path in text


def test_a_version_is_found_by_its_whole_digest_too(published: Place, visitor: Client) -> None:
    site = site_of(published)
    assert site is not None
    entry = site.versions[0]
    assert read(visitor, f"places/westshire/versions/{entry.digest}") == read(
        visitor, f"places/westshire/versions/{entry.name}"
    )
