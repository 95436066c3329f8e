"""Nothing is published before those named could answer; a named person publishes it, once; the same site as the command line's."""

from __future__ import annotations

import io
import re
import threading
import zipfile
from datetime import timedelta
from pathlib import Path

import pytest
from auditlog.models import LogEntry
from django.db import connections
from django.test import Client
from django.utils import timezone

from fixtures.publishing import (
    HOW,
    PUB,
    TODAY,
    UNTIL,
    Day,
    answers,
    as_user,
    person,
    publishes,
    ran,
    real,
    seal_on,
)
from placeplan.cli.reports.publishing import Asked, publish_report
from placeplan.core.errors import PlanError
from placeplan.report.site import shelf
from placeplan.web.accounts.models import User
from placeplan.web.jobs.models import Job, State
from placeplan.web.jobs.queue import ask
from placeplan.web.public.publishing import read, site_of
from placeplan.web.publishing.making_public import publish_offer
from placeplan.web.publishing.models import Answer, Offer, Publication
from placeplan.web.store.folders import bring_in, read_files
from placeplan.web.store.models import Version

pytestmark = pytest.mark.django_db


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


def test_what_is_published_is_not_offered_again_and_of_like_runs_the_last_is(
    offered: Offer, version: Version, pat: Client, bo: Client, ana: Client
) -> None:
    assert "It has not answered yet." in pat.get(f"{PUB}/offers/{offered.pk}/publish/").content.decode()
    for client, organisation in ((bo, "wct"), (ana, "wh")):
        assert answers(client, offered, organisation) == 302
    publishes(pat, offered, seal_on(pat, offered))
    text = pat.get(f"{PUB}/").content.decode()
    assert "is published. If one changes, run it again." in text
    assert "/offer/" not in text
    for seed in (2, 3):  # of the same version, by another seed
        job = ask("test", version, {"seed": seed})
        Job.objects.filter(pk=job.pk).update(state=State.DONE, ended=timezone.now())
    text = pat.get(f"{PUB}/").content.decode()
    assert re.findall(r'/offer/(\d+)/">Offer version 1, run in 1,000 futures', text) == [str(job.pk)]
