"""Those named answer before anybody else sees it; a named person publishes; what is withdrawn stays. The same site as the command line's."""

from __future__ import annotations

import io
import re
import threading
import zipfile
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from auditlog.models import LogEntry
from django.db import connections
from django.test import Client
from django.utils import timezone

from fixtures import reading
from fixtures.publishing import as_user, person, ran, real
from placeplan.cli.reports.publishing import Asked, publish_report
from placeplan.core.errors import PlanError
from placeplan.report.site import shelf
from placeplan.web.accounts.models import User
from placeplan.web.accounts.people import add
from placeplan.web.public.publishing import read, site_of
from placeplan.web.publishing import hidden
from placeplan.web.publishing.making_public import publish_offer
from placeplan.web.publishing.models import Answer, Offer, Publication
from placeplan.web.publishing.replying import take_back
from placeplan.web.publishing.views import offers, publish, shared
from placeplan.web.store.folders import bring_in, read_files
from placeplan.web.store.models import Place, Version

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 27)
UNTIL = date(2026, 12, 18)
HOW = {"until": UNTIL.isoformat()}
TEXT = "We do not agree.\r\n\r\nThe wards are needed <b>until</b> 2030: “no: never”. 🙂"
PUB = "/publishing/westshire"


class Day:
    """The day that it is."""

    def __init__(self) -> None:
        self.now = TODAY

    def __call__(self) -> date:
        return self.now


@pytest.fixture
def day(monkeypatch: pytest.MonkeyPatch) -> Day:
    found = Day()
    for module in (offers, publish, shared):
        monkeypatch.setattr(module, "today", found)
    return found


@pytest.fixture
def version(plan: Path) -> Version:
    return bring_in("westshire", "Westshire", read_files(plan), "brought in")


@pytest.fixture
def pat(version: Version) -> Client:
    """Who publishes."""
    return as_user(person(version, "pat", "wc", "publisher"))


@pytest.fixture
def bo(version: Version) -> Client:
    """Of a board that is named."""
    return as_user(person(version, "bo", "wct", "board"))


@pytest.fixture
def ana(version: Version) -> Client:
    return as_user(person(version, "ana", "wh", "finance"))


@pytest.fixture
def visitor() -> Client:
    return Client(headers={"host": "localhost"}, raise_request_exception=False)


@pytest.fixture
def offered(version: Version, pat: Client, bo: Client, ana: Client, day: Day) -> Offer:
    job = ran(version, real())
    assert pat.post(f"{PUB}/offer/{job.pk}/", HOW).status_code == 302
    return Offer.objects.get()


def answers(client: Client, offer: Offer, organisation: str, **said: str) -> int:
    given = {"what": "text", "by": "The board", "text": TEXT} | said
    return client.post(f"{PUB}/offers/{offer.pk}/reply/{organisation}/", given).status_code


def seal_on(client: Client, offer: Offer) -> str:
    text = client.get(f"{PUB}/offers/{offer.pk}/publish/").content.decode()
    return text.split('name="seen" value="')[1].split('"')[0] if 'name="seen"' in text else ""


def publishes(client: Client, offer: Offer, seen: str, **said: str) -> Any:
    given = {"seen": seen, "by": "Director of strategy", "sure": "yes"} | said
    return client.post(f"{PUB}/offers/{offer.pk}/publish/", given)


def test_those_named_see_it_and_nobody_else_does(
    offered: Offer, version: Version, bo: Client, pat: Client, visitor: Client
) -> None:
    text = bo.get(f"{PUB}/offers/{offered.pk}/reply/wct/").content.decode()
    assert "18 December 2026" in pat.get(f"{PUB}/").content.decode()
    assert "What is said about you" in text
    page = text.split('href="')[1:]
    own = next(p.split('"')[0] for p in page if "/pages/" in p)
    draft = bo.get(own).content.decode()
    assert "A draft." in draft
    assert "This is a draft. It is being asked now." in draft
    stranger = as_user(add("eve@example.org", "Eve", "otter lantern quarry"))
    assert stranger.get(own).status_code == 404
    assert stranger.get(f"{PUB}/").status_code == 404
    assert visitor.get(own).status_code == 302
    assert "Nothing is published yet" in visitor.get("/westshire/").content.decode()
    assert bo.get(own)["Cache-Control"] == "private, no-store"


def test_nothing_is_published_before_all_answered_or_the_day_is_over(
    offered: Offer, pat: Client, bo: Client, ana: Client, visitor: Client, day: Day
) -> None:
    assert seal_on(pat, offered) == ""
    assert answers(bo, offered, "wct") == 302
    assert "It cannot be published yet" in pat.get(f"{PUB}/offers/{offered.pk}/publish/").content.decode()
    day.now = UNTIL
    assert seal_on(pat, offered) == "", "the whole last day is theirs"
    day.now = UNTIL + timedelta(days=1)
    assert publishes(pat, offered, seal_on(pat, offered)).status_code == 302
    site = site_of(offered.place)
    assert site is not None
    entry = site.versions[0]
    assert (entry.published.day, entry.published.by) == ("2026-12-19", "Director of strategy")
    silent = visitor.get(f"/westshire/v/{entry.name}/organisations/wh.html").content.decode()
    assert "had not answered when this was published. It was asked on 27 November 2026 and could answer until 18 December 2026" in silent  # fmt: skip
    said = visitor.get(f"/westshire/v/{entry.name}/organisations/wct.html").content.decode()
    assert "The wards are needed &lt;b&gt;until&lt;/b&gt; 2030: “no: never”. 🙂" in said
    text = visitor.get("/westshire/versions.html").content.decode()
    assert "Published on 19 December 2026 by Director of strategy." in text
    assert "not-published" in text
    listed = visitor.get("/").content.decode()
    assert "Version 1, published on 19 December 2026." in listed
    assert "Nobody has put their name to the inputs." in listed


def test_who_has_nothing_to_say_is_told_so_and_all_answers_open_it_at_once(
    offered: Offer, pat: Client, bo: Client, ana: Client, visitor: Client
) -> None:
    answers(bo, offered, "wct", what="nothing", text="")
    answers(ana, offered, "wh", text="First.")
    answers(ana, offered, "wh", text="Second.")
    assert publishes(pat, offered, seal_on(pat, offered)).status_code == 302
    site = site_of(offered.place)
    assert site is not None
    name = site.versions[0].name
    assert "answered that it has nothing to say" in visitor.get(f"/westshire/v/{name}/organisations/wct.html").content.decode()  # fmt: skip
    said = visitor.get(f"/westshire/v/{name}/organisations/wh.html").content.decode()
    assert "Second." in said
    assert "First." not in said, "who answers again has the last answer published; the first stays on record"
    assert Answer.objects.count() == 3
    assert answers(ana, offered, "wh", text="Too late.") == 409
    assert Answer.objects.count() == 3


def test_the_folder_taken_away_makes_the_same_site(
    offered: Offer, pat: Client, bo: Client, ana: Client, day: Day, tmp_path: Path
) -> None:
    answers(bo, offered, "wct")
    answers(ana, offered, "wh", what="nothing", text="")
    archive = zipfile.ZipFile(io.BytesIO(pat.get(f"{PUB}/offers/{offered.pk}/report.zip").content))
    archive.extractall(tmp_path)
    publishes(pat, offered, seal_on(pat, offered))
    folder = tmp_path / "westshire"
    asked = Asked(replies=folder / "replies.yaml", by="Director of strategy")
    publish_report(folder / "report", tmp_path / "site", asked, TODAY)
    there, here = shelf.read_site(tmp_path / "site"), site_of(offered.place)
    assert there is not None
    assert here is not None
    a, b = there.versions[0], here.versions[0]
    assert (a.name, a.digest, a.published, a.files.keys()) == (b.name, b.digest, b.published, b.files.keys())
    data = [p for p in a.files if not p.endswith(".html")]
    assert len(data) > 5
    assert {p: a.files[p] for p in data} == {p: b.files[p] for p in data}
    for path in (p for p in a.files if p.endswith(".html")):  # the frame around it is the workbench's
        ours = (read(offered.place, f"v/{b.name}/{path}") or b"").decode()
        theirs = (tmp_path / "site" / "v" / a.name / path).read_text(encoding="utf-8")
        assert _main(ours) == _main(theirs)


def _main(page: str) -> str:
    """What a page says, but for what only a server can show: sliders, and where a number is challenged."""
    served = r'<section id="s-what-if".*?</section>|<div><dt>Is a number wrong\?</dt>.*?</div>'
    return re.sub(served, "", page[page.index("<main") : page.index("</main>")], flags=re.DOTALL)


def test_nobody_publishes_what_they_did_not_see(offered: Offer, pat: Client, bo: Client, ana: Client) -> None:
    answers(bo, offered, "wct")
    answers(ana, offered, "wh")
    seen = seal_on(pat, offered)
    answers(ana, offered, "wh", text="We have thought again.")
    answer = publishes(pat, offered, seen)
    assert answer.status_code == 409
    assert "Somebody has answered since" in answer.content.decode()
    assert "We have thought again." in answer.content.decode()
    assert site_of(offered.place) is None
    with pytest.raises(PlanError) as told:
        publish_offer(offered, "Director of strategy", seen, TODAY, User.objects.get(name="Pat"))
    assert [p.code for p in told.value.problems] == ["changed-meanwhile"]
    assert publishes(pat, offered, seal_on(pat, offered)).status_code == 302
    again = publishes(pat, offered, seal_on(pat, offered))
    assert again.status_code == 302
    assert Publication.objects.count() == 1


def test_an_organisation_without_people_here_is_shown_otherwise_or_it_is_not_offered(
    version: Version, pat: Client, bo: Client, day: Day
) -> None:
    job = ran(version, real())
    answer = pat.post(f"{PUB}/offer/{job.pk}/", HOW)
    assert answer.status_code == 422
    assert "Nobody of Westshire Hospitals (wh) can answer here." in answer.content.decode()
    assert pat.post(f"{PUB}/offer/{job.pk}/", HOW | {"how.wh": "by letter"}).status_code == 302
    offered = Offer.objects.get()
    assert [(s.organisation, s.how) for s in offered.shown.all()] == [("wct", ""), ("wh", "by letter")]
    assert answers(pat, offered, "wct") == 404, "who can answer here answers themselves"
    assert answers(pat, offered, "wh") == 302
    assert answers(bo, offered, "wh") == 404
    assert pat.post(f"{PUB}/offer/{job.pk}/", HOW | {"how.wh": "by letter"}).status_code == 409, "one at a time"


@pytest.mark.parametrize("until", ["", "soon", "2026-11-27", "2026-11-26", "2027-12-31", "9999-12-31", "2026-02-30"])
def test_a_last_day_that_cannot_be_is_told(version: Version, pat: Client, bo: Client, ana: Client, day: Day, until: str) -> None:  # fmt: skip
    job = ran(version, real())
    assert pat.post(f"{PUB}/offer/{job.pk}/", {"until": until}).status_code == 422
    assert not Offer.objects.exists()


@pytest.mark.parametrize(
    "said",
    [{"what": ""}, {"what": "text", "text": " "}, {"what": "nothing"}, {"by": ""}, {"text": "x" * 20_001}, {"text": "\0"}],
)  # fmt: skip
def test_bad_answers_are_told_and_what_was_typed_is_kept(offered: Offer, bo: Client, said: dict[str, str]) -> None:
    given = {"what": "text", "by": "The board", "text": "typed for an hour"} | said
    answer = bo.post(f"{PUB}/offers/{offered.pk}/reply/wct/", given)
    assert answer.status_code == 422
    if "text" not in said:
        assert "typed for an hour" in answer.content.decode()
    assert not Answer.objects.exists()


def test_only_who_may_does_it(offered: Offer, version: Version, bo: Client, ana: Client) -> None:
    for path, given in (
        (f"offers/{offered.pk}/publish/", {"by": "me", "sure": "yes", "seen": "x"}), (f"offers/{offered.pk}/take-back", {"why": "so"}),
        (f"offers/{offered.pk}/reply/wh/", {"what": "nothing", "by": "me"}), (f"offer/{version.jobs.get().pk}/", HOW), ("withdraw/abc/", {"why": "so"}),
    ):  # fmt: skip
        assert bo.post(f"{PUB}/{path}", given).status_code == 404, path
    for path in ("pages/%00", "reply/%00/", "pages/../../settings.py", "report.zip"):
        assert bo.get(f"{PUB}/offers/{offered.pk}/{path}").status_code == 404, path
    administrator = person(version, "ada", "wc", "reader")
    administrator.is_administrator = True
    administrator.save()
    assert as_user(administrator).get(f"{PUB}/offers/{offered.pk}/publish/").status_code == 404


def test_an_offer_is_taken_back_with_its_reason_and_answers_stay(offered: Offer, pat: Client, bo: Client) -> None:
    answers(bo, offered, "wct")
    assert pat.post(f"{PUB}/offers/{offered.pk}/take-back", {"why": ""}).status_code == 422
    assert pat.post(f"{PUB}/offers/{offered.pk}/take-back", {"why": "A wrong year."}).status_code == 302
    assert pat.post(f"{PUB}/offers/{offered.pk}/take-back", {"why": "Again."}).status_code == 409
    with pytest.raises(PlanError) as told:
        take_back(offered, "Again.", User.objects.get(name="Pat"))
    assert [p.code for p in told.value.problems] == ["not-open"]
    assert "took it back: A wrong year." in pat.get(f"{PUB}/").content.decode()
    assert Answer.objects.count() == 1
    assert answers(bo, offered, "wct") == 409


def test_a_version_is_withdrawn_and_its_address_says_so(
    offered: Offer, pat: Client, bo: Client, ana: Client, visitor: Client
) -> None:
    for client, who in ((bo, "wct"), (ana, "wh")):
        answers(client, offered, who)
    publishes(pat, offered, seal_on(pat, offered))
    site = site_of(offered.place)
    assert site is not None
    name = site.versions[0].name
    given = {"why": "The <beds> were of another year.", "by": "Director of strategy", "sure": "yes"}
    for lacking in ("why", "by", "sure"):
        assert pat.post(f"{PUB}/withdraw/{name}/", given | {lacking: ""}).status_code == 422
    assert pat.post(f"{PUB}/withdraw/{name}/", given).status_code == 302
    text = visitor.get(f"/westshire/v/{name}/index.html").content.decode()
    assert (
        "<b>Withdrawn on 27 November 2026 by Director of strategy.</b> The &lt;beds&gt; were of another year." in text
    )
    assert "The newest version was withdrawn" in visitor.get("/westshire/").content.decode()
    assert "This version was withdrawn: The &lt;beds&gt;" in visitor.get("/").content.decode()
    assert "What was withdrawn" in visitor.get("/westshire/not-published").content.decode()
    assert pat.post(f"{PUB}/withdraw/{name}/", given).status_code == 302
    assert pat.get(f"{PUB}/withdraw/0123456789ab/").status_code == 404
    publication = Publication.objects.get()
    assert publication.withdrawn_by is not None


def test_drafts_that_were_shown_go_when_something_is_published(
    version: Version, pat: Client, bo: Client, ana: Client, day: Day, visitor: Client
) -> None:
    Place.objects.update(shown_as_draft=True)
    version.place.refresh_from_db()
    from placeplan.web.jobs.worker import ended  # noqa: PLC0415

    job = ran(version, real(synthetic=True))
    ended.send(type(job), job=job)
    assert "A draft." in visitor.get("/westshire/").content.decode()
    assert pat.post(f"{PUB}/offer/{job.pk}/", HOW).status_code == 302
    offered = Offer.objects.get()
    assert "The drafts that are shown" in pat.get(f"{PUB}/offers/{offered.pk}/publish/").content.decode()
    assert publishes(pat, offered, seal_on(pat, offered)).status_code == 302, (
        "of a made-up place nobody has to be asked"
    )
    text = visitor.get("/westshire/").content.decode()
    assert "A draft." not in text
    Place.objects.update(shown_as_draft=True)
    ended.send(type(job), job=job)
    assert visitor.get("/westshire/").content.decode() == text


def test_everybody_reads_what_is_not_published_and_why_and_no_draft_is_named(
    offered: Offer, bo: Client, visitor: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    Place.objects.get().drafts.create(name="secret-wards", head=offered.version)
    answers(bo, offered, "wct")
    also = hidden.Kept("Two challenges wait for an answer.", "Somebody has to look at them first.")
    monkeypatch.setattr(hidden, "ALSO", [lambda _place: [also]])
    text = visitor.get("/westshire/not-published").content.decode()
    assert (
        "with the 2 organisations that it names. They can answer until 18 December 2026. So far 1 has answered." in text
    )
    assert "People are writing at the plan." in text
    assert also.what in text
    assert "secret-wards" not in text
    assert "Westshire Hospitals" not in text
    assert visitor.get("/nowhere/not-published").status_code == 404
    assert visitor.post("/westshire/not-published").status_code == 405
    lines = re.findall(r"<(?:p|h1|h2|li)[^>]*>(.*?)</(?:p|h1|h2|li)>", text.split("<main")[1], re.DOTALL)
    said = [s for line in lines for s in reading.sentences(f"{re.sub('<.*?>', ' ', line)} ")]
    assert len(said) > 8
    assert reading.age(said) <= 11


def test_every_step_is_in_the_log_with_who(offered: Offer, pat: Client, bo: Client, ana: Client) -> None:
    answers(bo, offered, "wct")
    answers(ana, offered, "wh")
    publishes(pat, offered, seal_on(pat, offered))
    kinds = set(LogEntry.objects.filter(actor__isnull=False).values_list("content_type__model", flat=True))
    assert {"offer", "shown", "answer", "publication"} <= kinds
    said = LogEntry.objects.get(content_type__model="answer", object_repr__startswith="wct")
    assert said.actor == Answer.objects.get(organisation="wct").written_by


@pytest.mark.django_db(transaction=True)
def test_two_who_publish_at_once_publish_once(plan: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    version = bring_in("westshire", "Westshire", read_files(plan), "brought in")
    people = [as_user(person(version, n, "wc", "publisher")) for n in ("pat", "pia")]
    job = ran(version, real(synthetic=True))
    people[0].post(f"{PUB}/offer/{job.pk}/", {"until": (timezone.localdate() + timedelta(days=9)).isoformat(), "how.wct": "by letter", "how.wh": "by letter"})  # fmt: skip
    offered = Offer.objects.get()
    seen = seal_on(people[0], offered)
    status: list[int] = []

    def go(client: Client) -> None:
        status.append(publishes(client, offered, seen).status_code)
        connections.close_all()

    threads = [threading.Thread(target=go, args=(c,)) for c in people]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    assert sorted(status) in ([302, 302], [302, 409])
    assert Publication.objects.count() == 1
    site = site_of(version.place)
    assert site is not None
    assert len(site.versions) == 1
