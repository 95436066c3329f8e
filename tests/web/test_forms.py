"""The plan in forms: made from the classes, with the checks of the command line, and nothing changes that nobody changed."""

from __future__ import annotations

import csv
import io
import re
from html import unescape
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from django.test import Client

from fixtures.broken_plans import WHOLE
from fixtures.sample_findings import westshire
from placeplan.core.tables import TABLES
from placeplan.plan.elements.edit import Element, elements
from placeplan.plan.elements.parts import parts
from placeplan.plan.reader import FOLDERS, LISTS
from placeplan.web.accounts.models import User
from placeplan.web.accounts.people import add, give
from placeplan.web.jobs.models import Job, JobFile, State
from placeplan.web.store.folders import bring_in, files_of
from placeplan.web.store.models import Blob, Draft, Version
from placeplan.web.workbench import drafts

pytestmark = pytest.mark.django_db
AT = "/drafts/westshire/main/"
MORE = {
    "authority.yaml": (
        "# who decides\nboards:\n  - id: joint\n    name: Joint committee   # monthly\n    members: [{organisation: N1H}, {organisation: N1C}]\n    source: made up\n"
        "decisions:\n  - {id: d1, board: joint, initiatives: [home_first], decided: approved, date: 2016-04, source: minutes}\n"
    )
}


@pytest.fixture
def version(db: None) -> Version:
    files = {f: t.encode() for f, t in (WHOLE | MORE).items()}
    return bring_in("westshire", "Westshire", files, "brought in")


def person(name: str, role: str = "contributor", organisation: str = "N1H") -> Client:
    user: User = add(f"{name}@example.org", name.title(), "otter lantern quarry")
    give(f"{name}@example.org", "westshire", organisation, role)
    client = Client(headers={"host": "localhost"}, raise_request_exception=False)
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


@pytest.fixture
def ana(version: Version) -> Client:
    return person("ana")


class Filled(HTMLParser):
    """What a browser would send of the first form that is posted on a page, untouched."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.sent: dict[str, str] = {}
        self.posts, self.area, self.select, self.text = False, "", "", ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        a = {k: v or "" for k, v in attrs}
        if tag == "form":
            self.posts = a.get("method") == "post" and a.get("action") != "/account/sign-out"
        elif not self.posts or not (a.get("name") or tag == "option"):
            return
        elif tag == "input" and (a.get("type") not in ("radio", "checkbox") or "checked" in a):
            self.sent[a["name"]] = a.get("value", "")
        elif tag == "textarea":
            self.area, self.text = a["name"], ""
        elif tag == "select":
            self.select = a["name"]
        elif tag == "option" and self.select and ("selected" in a or self.select not in self.sent):
            self.sent[self.select] = a.get("value", "")

    def handle_data(self, data: str) -> None:
        self.text += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea" and self.area:
            self.sent[self.area] = self.text.removeprefix("\n").replace("\n", "\r\n")
            self.area = ""
        elif tag == "select":
            self.select = ""


def head() -> Version:
    return Draft.objects.get(place__slug="westshire", name="main").head


def text_of(path: str) -> str:
    return files_of(head())[path].decode()


def address(e: Element, what: str = "one") -> str:
    return f"{AT}parts/{e.part.name}/{what}"


def first(part: str) -> Element:
    return next(elements(parts()[part], files_of(head())))


def form(client: Client, e: Element) -> dict[str, str]:
    answer = client.get(address(e), {"of": e.name})
    assert answer.status_code == 200
    return Filled(answer.content.decode()).sent | {"message": "as agreed", "do": "write"}


def send(client: Client, e: Element, typed: dict[str, Any], what: str = "one") -> Any:
    return client.post(f"{address(e, what)}?{urlencode({'of': e.name})}" if e.name else address(e, what), typed)


def test_every_part_that_is_declared_has_a_page() -> None:
    """Tables, lists and folders come from the registries of the reader: a new one has its forms with no code of the web."""
    declared = {"plan", *TABLES, *FOLDERS, *(n for _, lists in LISTS.values() for n in lists)}
    assert set(parts()) == declared


def test_every_form_sent_back_untouched_changes_no_byte(version: Version, ana: Client) -> None:
    for part in parts().values():
        assert ana.get(f"{AT}parts/{part.name}/", follow=True).status_code == 200
        for e in list(elements(part, files_of(version)))[:3]:
            answer = send(ana, e, form(ana, e))
            assert answer.status_code == 302, (e.part.name, e.name, answer.content.decode()[-3000:])
            assert head() == version, (e.part.name, e.name)


def test_a_field_changes_only_its_line(version: Version, ana: Client) -> None:
    e = first("boards")
    assert send(ana, e, form(ana, e) | {"name": "Joint board"}).status_code == 302
    was, now = MORE["authority.yaml"].splitlines(), text_of("authority.yaml").splitlines()
    assert [(a, b) for a, b in zip(was, now, strict=True) if a != b] == [
        ("    name: Joint committee   # monthly", "    name: Joint board       # monthly")
    ]
    assert head().message == "as agreed"


def test_a_problem_stands_beside_its_field_and_nothing_typed_is_lost(version: Version, ana: Client) -> None:
    e = first("initiatives")
    typed = form(ana, e) | {"owner": "N1HH", "start": "soon", "theme": "hospitl", "about": "typed for an hour"}
    answer = send(ana, e, typed)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert head() == version
    for said in (
        'href="#start"',
        "start-error-1",
        "typed for an hour",
        "2016-04",
        "Write it as it is",
        "Write “hospital”",
    ):
        assert said in page, said
    typed |= {n: form(ana, e)[n] for n in ("start", "theme")}
    page = send(ana, e, typed).content.decode()
    assert 'href="#owner"' in page
    assert "There is no organisation “N1HH”" in page
    assert send(ana, e, typed | {"do": "anyway"}).status_code == 302
    assert "owner: N1HH" in text_of(e.file)


def test_without_a_reason_nothing_is_written(version: Version, ana: Client) -> None:
    e = first("boards")
    answer = send(ana, e, form(ana, e) | {"name": "Another", "message": " "})
    assert answer.status_code == 422
    assert "Say in a few words why" in answer.content.decode()
    assert 'value="Another"' in answer.content.decode()
    assert head() == version


def test_an_effect_is_added_in_a_form_of_its_kind(version: Version, ana: Client) -> None:
    e = first("initiatives")
    typed = form(ana, e)
    count = int(typed["effects.count"])
    answer = send(ana, e, typed | {"do": "add effects", "effects.new": "prevent"})
    page = answer.content.decode()
    assert answer.status_code == 200
    assert head() == version
    sent = Filled(page).sent
    assert int(sent["effects.count"]) == count + 1
    assert sent[f"effects.{count}.kind"] == "prevent"
    full = sent | {
        f"effects.{count}.share": "0.1",
        f"effects.{count}.scope.pods": "emergency_admission",
        "message": "more",
        "do": "write",
    }
    assert send(ana, e, full).status_code == 302, send(ana, e, full).content.decode()[-2000:]
    now = first("initiatives")
    assert now.data["effects"][-1] == {"kind": "prevent", "share": 0.1, "scope": {"pods": ["emergency_admission"]}}
    assert now.data["effects"][:-1] == e.data["effects"]
    assert send(ana, now, form(ana, now) | {f"effects.{count}.remove": "yes"}).status_code == 302
    assert first("initiatives").data == e.data


def test_a_name_that_two_kinds_of_element_have_is_not_swapped_for_both(version: Version, ana: Client) -> None:
    """A council is often called as its area is, by the code of both."""
    e = first("organisations")
    clash = text_of("areas.csv").splitlines()
    clash.append(clash[1].replace(clash[1].split(",")[0], str(e.data["id"]), 1))
    drafts.write(Draft.objects.get(name="main"), head(), {"areas.csv": "\n".join(clash).encode()}, "an area", None)
    before = dict(head().tree)
    answer = send(ana, e, {"base": str(head().pk), "message": "merged", "name": "N1W"}, "rename")
    assert answer.status_code == 422
    assert "is also the name of another part of the plan (Area)" in answer.content.decode()
    assert head().tree == before


def test_an_element_is_added_renamed_and_taken_away(version: Version, ana: Client) -> None:
    e = first("organisations")
    blank = Element(e.part, e.file, "", {}, 0)
    new = {"id": "N1Z", "name": "Northmoor", "type": "community", "source": "made up", "message": "new", "do": "write"}
    base = {"base": str(head().pk)}
    assert ana.get(address(blank, "add")).status_code == 200
    assert send(ana, blank, new | base | {"id": e.data["id"]}, "add").status_code == 422
    page = send(ana, blank, new | base, "add").content.decode()
    assert "has no line in money.csv" in page, "what is wrong elsewhere in the plan then is told too"
    assert send(ana, blank, new | base | {"do": "anyway"}, "add").status_code == 302
    assert text_of("organisations.csv").startswith(WHOLE["organisations.csv"])
    page = ana.get(address(e, "rename"), {"of": e.name}).content.decode()
    assert "It is named in" in page
    base = {"base": str(head().pk), "message": "merged"}
    assert send(ana, e, base | {"name": "N1Z"}, "rename").status_code == 422
    assert send(ana, e, base | {"name": "../x"}, "rename").status_code == 422
    assert send(ana, e, base | {"name": "N1W"}, "rename").status_code == 302
    assert "N1W" in text_of("organisations.csv")
    everything = " ".join(text_of(p) for p in head().tree if p.endswith(("csv", "yaml")))
    assert not any(w == e.data["id"] for w in everything.replace(",", " ").replace("/", " ").split())
    i, c = first("initiatives"), first("contracts")
    base = {"base": str(head().pk), "message": "other name"}
    refused = send(ana, i, base | {"name": "at_home_first"}, "rename")
    assert refused.status_code == 422, "a decision on record names it"
    assert "on record" in refused.content.decode()
    assert send(ana, c, base | {"name": "other_block"}, "rename").status_code == 302
    assert "contracts/other_block.yaml" in head().tree
    assert c.file not in head().tree
    z = next(x for x in elements(e.part, files_of(head())) if x.name == "N1Z")
    assert send(ana, z, {"base": str(head().pk), "message": "a slip"}, "remove").status_code == 302
    assert "N1Z" not in text_of("organisations.csv")


def test_a_decision_cannot_be_changed_in_its_form(version: Version, ana: Client) -> None:
    e = first("decisions")
    answer = send(ana, e, form(ana, e) | {"decided": "refused"})
    assert answer.status_code == 422
    assert "on record" in answer.content.decode()
    gone = send(ana, e, {"base": str(head().pk), "message": "x"}, "remove")
    assert gone.status_code == 422
    assert head() == version


def test_two_write_other_fields_of_one_element_and_both_count(version: Version, ana: Client) -> None:
    ben, e = person("ben", organisation="N1C"), first("boards")
    by_ana, by_ben = form(ana, e) | {"name": "Joint board"}, form(ben, e) | {"about": "It decides."}
    assert send(ana, e, by_ana).status_code == 302
    assert send(ben, e, by_ben).status_code == 302
    assert (first("boards").data["name"], first("boards").data["about"]) == ("Joint board", "It decides.")


def test_two_write_the_same_field_and_choose(version: Version, ana: Client) -> None:
    ben, e = person("ben", organisation="N1C"), first("boards")
    by_ben = form(ben, e) | {"name": "<Ben’s>", "about": "typed as well"}
    assert send(ana, e, form(ana, e) | {"name": "Ana’s"}).status_code == 302
    answer = send(ben, e, by_ben)
    page = answer.content.decode()
    assert answer.status_code == 409
    for said in (
        "&lt;Ben’s&gt;",
        "Ana’s",
        "What Ana wrote (version 2)",
        "Joint committee",
        "Boards: Joint committee – Name",
    ):
        assert said in page, said
    sent = Filled(page).sent
    assert sent["about"] == "typed as well"
    assert "There is a problem" not in page
    none = send(ben, e, sent)
    assert none.status_code == 409
    assert "Choose what is to stand for “Boards: Joint committee – Name”." in none.content.decode()
    key = page.partition('name="choice.')[2].partition('"')[0]
    assert send(ben, e, sent | {f"choice.{key}": "ours"}).status_code == 302
    assert (first("boards").data["name"], first("boards").data["about"]) == ("<Ben’s>", "typed as well")


def test_a_draft_is_merged_into_another(version: Version, ana: Client) -> None:
    ana.post(f"{AT}begin", {"name": "ours", "organisation": "N1H"})
    e = first("boards")
    assert send(ana, e, form(ana, e) | {"name": "Joint board"}).status_code == 302
    typed = form(ana, e) | {"about": "It decides.", "base": str(version.pk), "name": "Joint committee"}
    assert ana.post(f"/drafts/westshire/ours/parts/boards/one?of={e.name}", typed).status_code == 302
    page = ana.get(f"{AT}merge", {"from": "ours"}).content.decode()
    assert "It decides." in page
    ben = person("ben", organisation="N1C")
    assert ben.get(f"{AT}merge", {"from": "ours"}).status_code == 404, "another organisation's draft is not there"
    assert ana.post(f"{AT}merge", {"from": "ours", "message": "ours too"}).status_code == 302
    assert (first("boards").data["name"], first("boards").data["about"]) == ("Joint board", "It decides.")
    assert ana.post(f"{AT}merge", {"from": "ours"}).status_code == 302, "once more is the same"
    assert head().number == 4


def test_what_differs_is_told_by_element_and_promises_where_both_were_run(version: Version, ana: Client) -> None:
    e = first("boards")
    send(ana, e, form(ana, e) | {"name": "Joint <board>"})
    page = ana.get(f"{AT}compare", {"with": "1"}).content.decode()
    assert "1 thing is different from version 1" in page
    assert "Joint &lt;board&gt;" in page
    assert "Not both of them have been run" in page
    for n, v in enumerate((version, head())):
        found = westshire().model_copy(update={"verdict": westshire().verdict} if n == 0 else {})
        blob = Blob.objects.create(digest=f"{n}" * 64, data=found.model_dump_json().encode())
        job = Job.objects.create(
            kind="test", version=v, arguments={"futures": 50}, digest=f"{n}" * 64, state=State.DONE
        )
        JobFile.objects.create(job=job, path="findings.json", blob=blob)
    assert "no promise is kept more or less surely" in ana.get(f"{AT}compare", {"with": "1"}).content.decode()
    assert ana.get(f"{AT}compare", {"with": "999"}).status_code == 404


def test_the_register_has_every_assumption_with_its_source_and_who_set_it(version: Version, ana: Client) -> None:
    part = parts()["assumptions"]
    blank = Element(part, part.file, "", {}, 0)
    new = {
        "id": "rent", "about": "Rent of the new clinic", "unit": "£ a year", "distribution.kind": "fixed", "distribution.value": "12000",
        "kind": "judgement", "driver": "other", "source": "TBC", "message": "new", "do": "write", "base": str(head().pk),
    }  # fmt: skip
    assert send(ana, blank, new, "add").status_code == 302
    page = ana.get(f"{AT}assumptions").content.decode()
    rows = list(csv.DictReader(io.StringIO(ana.get(f"{AT}assumptions.csv").content.decode())))
    assert rows[0]["id"] == "rent", "without a source it comes first"
    assert (rows[0]["value"], rows[0]["set_by"], rows[0]["version"]) == ("12000.0", "Ana", "2")
    assert {r["id"] for r in rows} > {"rent"}
    assert all(r["source"] for r in rows)
    assert "1 without a source" in page
    assert "of=rent" in page
    assert list(csv.DictReader(io.StringIO(ana.get(f"{AT}assumptions.csv?unsourced=yes").content.decode()))) == rows[:1]


@pytest.mark.parametrize(
    "typed",
    [{"base": "x"}, {"base": "9" * 40}, {"effects.count": "9" * 9}, {"effects.count": "-1"}, {"do": "add nosuch.9.x"}, {"do": "add effects.x"}, {"effects.0.kind": "<script>"},
     {"about": "<script>alert(1)</script>" * 2000}, {"__class__": "x"}, {"effects.0.scope.pods": "[" * 5000}, {"start": "\0"}],
    ids=lambda t: next(iter(t)) + str(next(iter(t.values())))[:6],
)  # fmt: skip
def test_whatever_is_sent_is_answered_in_words(version: Version, ana: Client, typed: dict[str, str]) -> None:
    e = first("initiatives")
    answer = send(ana, e, form(ana, e) | typed)
    assert answer.status_code in (200, 302, 400, 404, 422), answer.status_code
    assert b"Traceback" not in answer.content
    assert b"<script>alert" not in answer.content
    if head() != version:
        assert set(head().tree) == set(version.tree)


@pytest.mark.parametrize(
    "path",
    [
        "parts/nosuch/",
        "parts/boards/one",
        "parts/boards/one?of=nosuch",
        "parts/plan/add",
        "parts/plan/remove",
        "parts/initiatives/add?kind=x",
        "parts/assumptions/add?set=../x",
    ],
)
def test_what_is_not_there_is_a_404(version: Version, ana: Client, path: str) -> None:
    assert ana.get(f"{AT}{path}").status_code == 404


def test_a_reader_reads_and_writes_nothing(version: Version) -> None:
    cleo, e = person("cleo", "reader"), first("boards")
    page = cleo.get(address(e), {"of": e.name}).content.decode()
    assert "readonly" in page
    assert "Write it" not in page
    for what in ("one", "remove", "rename"):
        assert send(cleo, e, {"base": head().pk, "message": "x", "name": "other"}, what).status_code == 403
    assert cleo.post(f"{AT}merge", {"from": "main"}).status_code == 404
    stranger = Client(headers={"host": "localhost"})
    for path in ("parts/", "parts/boards/", "compare", "merge", "assumptions", "assumptions.csv"):
        assert stranger.get(f"{AT}{path}")["Location"].startswith("/account/sign-in")
    assert head() == version


def test_a_large_table_is_paged_and_searched(version: Version, ana: Client) -> None:
    page = ana.get(f"{AT}parts/areas/").content.decode()
    assert "page 1 of" in page or "are here" in page
    name = first("areas").name
    assert name.partition(" ")[0] in ana.get(f"{AT}parts/areas/", {"q": name.split(" · ")[0]}).content.decode()
    assert "0 are here" in ana.get(f"{AT}parts/areas/", {"q": "zzz<b>"}).content.decode()


@pytest.mark.parametrize("sign", [r"\0", r"\ud800", r"\x07"])
def test_a_sign_that_is_no_text_is_told_on_every_page(version: Version, ana: Client, sign: str) -> None:
    """Written by its number it passes as YAML; no page can be made of half a letter, and no PostgreSQL takes a zero."""
    path = next(p for p in sorted(files_of(version)) if p.startswith("initiatives/"))
    text = re.sub(r"(?m)^name: .*$", lambda _: f'name: "a{sign}b"', files_of(version)[path].decode(), count=1)
    sent = {"text": text, "message": "odd", "base": version.pk}
    assert ana.post(f"{AT}file/{path}", sent).status_code == 302
    for page in ("", "parts/", "parts/initiatives/", "compare", "assumptions", f"file/{path}"):
        assert ana.get(f"{AT}{page}").status_code == 200, page
    assert "which is no letter" in ana.get(AT).content.decode()


def test_a_file_that_cannot_be_read_says_so(version: Version, ana: Client, tmp_path: Path) -> None:
    files = files_of(version) | {"promises.yaml": b"promises: ["}
    bring_in("westshire", "Westshire", files, "broken")
    page = ana.get(f"{AT}parts/promises/").content.decode()
    assert "Nobody can tell what stands where in promises.yaml" in page


def test_what_is_assumed_is_said_by_its_name_and_value_and_no_hint_has_code(version: Version, ana: Client) -> None:
    e = first("initiatives")
    page = re.sub(r"<[^>]*>", "", ana.get(address(e), {"of": e.name}).content.decode())
    assert re.search(r"Left empty, the assumption “[^”]+ [^”]+” is used, about [\d.]+ \w+", unescape(page))
    assert "initiative.delay" not in page
    assert "[] where" not in page
    assert "“”" not in unescape(page), "where nothing is assumed, nothing is said of it"
