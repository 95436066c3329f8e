"""The site: every link leads somewhere, every page is whole, nothing runs, nothing is published over, the same bytes each time."""

from __future__ import annotations

import csv
import hashlib
import json
import posixpath
import re
from itertools import pairwise
from pathlib import Path
from urllib.parse import unquote, urldefrag

import pytest

from fixtures import reading
from fixtures.outline import Outline
from fixtures.sample_findings import ORGANISATIONS, bare, every_word, westshire
from placeplan.report import views, words
from placeplan.report.pack.tables import tables
from placeplan.report.site import maps, money, say
from placeplan.report.site.build import Version, files
from placeplan.report.site.closures import closures, least_said, leg_said, modes_said
from placeplan.report.site.finding import found
from placeplan.report.site.hangs import goes_with, hangs
from placeplan.report.site.listing import TOPICS
from placeplan.report.site.names import file_names
from placeplan.report.site.replies import Reply, Standings
from placeplan.report.site.shelf import LIST, VERSIONS, Site, publish
from placeplan.report.site.tabling import ENDS, TABLE, Cells
from placeplan.report.site.things import LEAST, found_by, reach
from placeplan.stress.findings import Findings
from placeplan.stress.results.elements import Move
from placeplan.stress.results.tests import Result, StressFinding, StressRow
from placeplan.stress.run import run_plan

HOSTILE = "\"><script>alert(1)</script>{{ 7*7 }}</style><img src=x onerror=alert(2)>'"
CASES = {**every_word(), "bare": bare()}
REPLY = Reply(organisation="wh", shown="a41c77d20e5b", asked="2026-10-01", until="2026-10-20", answered="2026-10-12", by="The board",
              text="We do not agree.\n\nThe wards are needed <b>until</b> 2030.")  # fmt: skip


def site_of(findings: Findings, standings: Standings | None = None) -> dict[str, bytes]:
    """Every file of a site with one version."""
    return publish(None, Version(findings, standings or Standings(made_up=findings.synthetic)), {}).files


def loses() -> StressFinding:
    """Four lose by the plan, so that the first page names three and leads to the test."""
    rows = tuple(
        StressRow(what=who, figure=-4e6, shown="£4m a year worse off by the plan", result="fail")
        for who in ORGANISATIONS.values()
    )
    return StressFinding(
        test="incentives", title="Who loses", question="Who?", result="fail", sentence="Four lose.", method="By hand.", source="Made up", seed=1,
        futures=0, rows=rows,
    )  # fmt: skip


@pytest.fixture(scope="module")
def whole() -> dict[str, bytes]:
    """A site of two versions, with replies."""
    first = publish(None, Version(westshire(), Standings(made_up=True)), {})
    site = Site.model_validate_json(first.files[LIST])
    name = first.version.name
    held = {name: first.files[f"{VERSIONS}/{name}/data/findings.json"]}
    second = publish(
        site, Version(westshire(all_hard_P=0.42, tests=(loses(),)), Standings((REPLY,), made_up=True)), held
    )
    return first.files | second.files


def pages_of(site: dict[str, bytes]) -> dict[str, str]:
    return {path: data.decode() for path, data in site.items() if path.endswith(".html")}


def test_every_link_leads_to_a_file_and_every_mark_to_a_place_on_it(whole: dict[str, bytes]) -> None:
    """Nothing leads out of the site, to the network or to nowhere."""
    ids = {path: set(Outline(text).ids) for path, text in pages_of(whole).items()}
    links = 0
    for path, text in pages_of(whole).items():
        for address in Outline(text).addresses:
            there, mark = urldefrag(address)
            if address == "data:,":  # no icon, so that no server is asked for one
                continue
            assert not re.match(r"\w+:|//|/", there), (path, address)
            target = posixpath.normpath(posixpath.join(posixpath.dirname(path), unquote(there))) if there else path
            assert target in whole, (path, address)
            assert not mark or mark in ids[target], (path, address)
            links += 1
    assert links > 1000


@pytest.mark.parametrize("name", CASES)
def test_every_page_is_whole(name: str) -> None:
    """Tags are closed, ids are one of a kind, one first heading, no level skipped, landmarks, a title of its own."""
    titles = []
    for path, text in pages_of(site_of(CASES[name])).items():
        page = Outline(text)
        assert (page.wrong, page.open) == ([], []), path
        assert len(page.ids) == len(set(page.ids)), path
        assert [tag for tag, _ in page.headings].count("h1") == 1, path
        body = text[text.index('<div class="wrap page') :]  # the printed sheet before it is hidden from readers
        levels = [1, *(int(tag[1]) for tag, _ in Outline(body).headings)]
        assert all(after - before <= 1 for before, after in pairwise(levels)), path
        tags = [tag for tag, _ in page.tags]
        assert tags.count("main") == tags.count("header") == tags.count("footer") == 1, path
        assert ("html", {"lang": "en-GB"}) in page.tags, path
        tables = re.findall(r"<table.*?</table>", text, re.DOTALL)
        assert all("<caption" in t and 'scope="col"' in t for t in tables), path
        if path.startswith(f"{VERSIONS}/"):
            titles.append(re.findall(r"<title>(.*?)</title>", text)[0])
    assert len(titles) == len(set(titles))


def test_the_list_of_pages_has_every_page_once_under_what_it_belongs_to(whole: dict[str, bytes]) -> None:
    path = next(p for p in whole if p.endswith("/sitemap.html"))
    text = whole[path].decode()
    body = text[text.index('<div class="wrap page') : text.index("</main>")]
    heads = [text for tag, text in Outline(body).headings if tag == "h3"]
    assert sorted(set(heads)) == sorted(heads) == ["Data", "Near you", "Promises", "What changes", "Who"]
    folder = posixpath.dirname(path)
    listed = [posixpath.normpath(posixpath.join(folder, a)) for a in re.findall(r'href="([^"#]+)"', body)]
    pages = {p for p in pages_of(whole) if p.startswith(f"{folder}/")}
    assert sorted(listed) == sorted({*pages, "versions.html"})


def test_nothing_on_a_page_runs_and_nothing_is_fetched(whole: dict[str, bytes]) -> None:
    for path, text in pages_of(whole).items():
        assert not re.findall(r"https?://|@import|url\((?!#)|<script|javascript:|\son\w+=", text), path
        assert "default-src 'none'" in text
    assert not re.findall(rb"https?://|@import|url\(", next(v for k, v in whole.items() if k.endswith("style.css")))


def hostile(value: object) -> object:
    """The same with every text that people read made hostile; ids and words with a meaning stay."""
    keep = {"id", "organisation", "state", "kind", "level", "group", "verdict", "period", "year", "status", "position", "owner", "theme",
            "evidence_grade", "type", "promise", "initiative", "requires", "origin", "mode", "date", "start", "unit", "data_date", "months",
            "digest", "years", "test", "result", "statistic", "council", "end", "driver", "effect", "worst_promise", "changes_most", "word",
            "change", "harder", "strict_verdict", "main_word", "low", "month", "way", "how", "others", "people_by_area", "by_area"}  # fmt: skip
    if isinstance(value, dict):
        return {k: v if k in keep else hostile(v) for k, v in value.items()}
    if isinstance(value, list):
        return [hostile(v) for v in value]
    return f"{HOSTILE}{value}" if isinstance(value, str) and value else value


def test_no_text_of_a_plan_can_run_or_break_a_page() -> None:
    plain = westshire().model_dump(mode="json")
    shown = {
        k: v if k in {"P", "next"} else hostile(v)
        for k, v in plain.items()
        if k not in {"first_break", "scenarios", "forms"}
    }
    shown |= {
        k: plain[k]
        for k in (
            "first_break",
            "scenarios",
            "forms",
            "digest",
            "years",
            "verdict",
            "strict_verdict",
            "main_word",
            "seed",
        )
    }
    found = Findings.model_validate(shown)
    reply = REPLY.model_copy(update={"text": HOSTILE, "by": HOSTILE})
    made = site_of(found, Standings((reply,), HOSTILE, made_up=True))
    assert len(made) == len(site_of(westshire()))
    for path, text in pages_of(made).items():
        page = Outline(text)
        assert (page.wrong, page.open) == ([], []), path
        assert not {"script", "img"} & {tag for tag, _ in page.tags}, path
        assert "49" not in re.findall(r"alert\(1\)\W+(\d+)", text), path
    css = next(v for k, v in made.items() if k.endswith("style.css")).decode()
    assert "</style>" not in css
    assert "<script" not in css


def test_the_same_findings_give_the_same_bytes_however_long_they_took() -> None:
    assert site_of(westshire()) == site_of(westshire(seconds=9.9))
    assert b'"seconds": null' in next(v for k, v in site_of(westshire()).items() if k.endswith("findings.json"))


def test_every_file_of_data_has_its_digest_and_stands_on_the_page_of_data() -> None:
    made = files(Version(westshire(), Standings(made_up=True)))
    told = json.loads(made["data/datapackage.json"])
    listed = {r["path"]: r["hash"].removeprefix("sha256:") for r in told["resources"]}
    held = {
        p.removeprefix("data/"): d for p, d in made.items() if p.startswith("data/") and not p.endswith("package.json")
    }
    assert listed == {p: hashlib.sha256(d).hexdigest() for p, d in held.items()}
    assert len({r["name"] for r in told["resources"]}) == len(held)
    page, seals = made["data.html"].decode(), made["digests.html"].decode()
    assert all(f'href="data/{path}"' in text for path in listed for text in (page, seals))
    assert all(digest in seals for digest in listed.values())


def test_every_file_of_data_stands_under_its_page_or_under_what_it_is_about() -> None:
    f = westshire()
    made = files(Version(f, Standings(made_up=True)))
    named = [f"{name}.csv" for names in TOPICS.values() for name in names]
    assert sorted(named) == sorted(f"{t.name}.csv" for t in tables(f))
    page = made["data.html"].decode()
    for path in (p for p in made if p.startswith("data/charts/")):
        on = [p for p, text in made.items() if p.endswith(".html") and p not in {"data.html", "digests.html"} and path.encode() in text]  # fmt: skip
        assert on, path
        for p in on:
            own = re.search(rf'<a href="{re.escape(p)}">Go to the page.*?</details>', page, re.DOTALL)
            assert own
            assert f'href="{path}"' in own[0], (path, p)


def test_a_version_more_changes_no_file_of_an_older_one(whole: dict[str, bytes]) -> None:
    site = Site.model_validate_json(whole[LIST])
    first, second = site.versions
    alone = site_of(westshire())
    assert first.name in next(p for p in alone if p.startswith(f"{VERSIONS}/"))
    for path, data in alone.items():
        if path.startswith(f"{VERSIONS}/"):
            assert whole[path] == data
    assert f"{VERSIONS}/{second.name}/" in whole["index.html"].decode()
    assert "under" not in whole[f"changes/{first.name}-{second.name}.html"].decode().split("All promises kept")[1][:60]
    assert {"31%", "42%"} <= set(re.findall(r"\d+%", whole[f"changes/{first.name}-{second.name}.html"].decode()))
    for entry in site.versions:
        for path, digest in entry.files.items():
            assert hashlib.sha256(whole[f"{VERSIONS}/{entry.name}/{path}"]).hexdigest() == digest
    for path, digest in site.pages.items():
        assert hashlib.sha256(whole[path]).hexdigest() == digest


def test_each_page_says_of_itself_whether_it_stays(whole: dict[str, bytes]) -> None:
    """Only the front page and the list of versions are written anew; they say so, and no page that stays calls itself the newest."""
    newest = {path for path, text in pages_of(whole).items() if "This page shows the newest version" in text}
    assert newest == {"index.html", "versions.html"}
    assert all("This page does not change" in text for path, text in pages_of(whole).items() if path not in newest)


def test_what_is_published_already_gives_no_file(whole: dict[str, bytes]) -> None:
    site = Site.model_validate_json(whole[LIST])
    again = publish(site, Version(westshire(), Standings(made_up=True)), {})
    assert (again.files, again.number, again.newest) == ({}, 1, 2)


def test_who_loses_leads_to_how_it_was_worked_out_and_stands_on_its_own_page(whole: dict[str, bytes]) -> None:
    new = f"{VERSIONS}/{Site.model_validate_json(whole[LIST]).versions[-1].name}"
    assert f'href="{new}/tests.html#h-test-incentives"' in whole["index.html"].decode()
    assert "£4m a year worse off by the plan. <a" in whole[f"{new}/organisations/wh.html"].decode()


@pytest.mark.shows(64)
@pytest.mark.shows(52)
def test_what_closes_and_what_is_kept_back_stand_on_the_first_page(whole: dict[str, bytes]) -> None:
    first = whole["index.html"].decode()
    assert "90 beds at Westshire General, April 2028." in first
    assert "GP partnership accounts. Partnerships need not publish them." in first


def test_a_reply_stands_on_the_page_of_whom_it_is_of_and_on_no_other(whole: dict[str, bytes]) -> None:
    site = Site.model_validate_json(whole[LIST])
    new = f"{VERSIONS}/{site.versions[-1].name}"
    said = "The wards are needed &lt;b&gt;until&lt;/b&gt; 2030."
    assert [p for p, t in pages_of(whole).items() if said in t] == [
        f"{new}/organisations/wh.html",
        f"{new}/replies.html",
    ] or sorted(p for p, t in pages_of(whole).items() if said in t) == sorted(
        [f"{new}/organisations/wh.html", f"{new}/replies.html"]
    )
    assert "there was nobody to ask" in whole[f"{new}/organisations/wc.html"].decode()


def test_who_has_not_said_yes_is_not_shown_as_if(whole: dict[str, bytes]) -> None:
    """Sign-offs as the plan has them: yes, no, has not signed, nothing on record."""
    page = whole[next(p for p in whole if p.endswith("initiatives/close-beds.html"))].decode()
    rows = {
        r[0]: r[1]
        for r in re.findall(
            r'rowheader" scope="row"><a href="[^"]*">(Westshire [^<]*)</a></th>.*?What they said">(.*?)</td>', page
        )
    }
    assert re.sub(r"<.*?>", "", rows["Westshire Hospitals"]) == "Has not signed"
    assert re.sub(r"<.*?>", "", rows["Westshire Council"]).startswith("Said no (cabinet), 1 July 2026.")
    assert re.sub(r"<.*?>", "", rows["Westshire GPs"]).startswith("Said yes.")


def test_names_of_files_are_apart_on_every_system() -> None:
    names = file_names(["RDZ", "rdz", "a.b", "a-b", "../../etc/passwd", "CON", "é", ""])
    assert len({n.lower() for n in names.values()}) == len(names)
    assert all(re.fullmatch(r"[A-Za-z0-9_-][A-Za-z0-9_.-]*", n) for n in names.values())


def test_pages_are_light(whole: dict[str, bytes]) -> None:
    """A phone on a slow line: no page over 250,000 bytes, the front page with its style under 220,000."""
    assert max(len(v) for k, v in whole.items() if k.endswith(".html")) < 250_000
    assert len(whole["index.html"]) + max(len(v) for k, v in whole.items() if k.endswith("style.css")) < 220_000


def test_hostile_ids_stay_inside_the_site() -> None:
    """A findings file is anybody's: no id leads out of the folder, and pages of like ids do not take each other's place."""
    ids = ("../../../etc/x", "a/b", "A", "a", "con", "<b>")
    own = tuple(
        westshire().initiatives[1].model_copy(update={"id": i, "name": f"Change {n}"}) for n, i in enumerate(ids)
    )
    made = site_of(westshire(initiatives=own))
    assert all(".." not in path and not path.startswith("/") and "<" not in path for path in made)
    assert len({p.lower() for p in made}) == len(made)
    assert sum("/initiatives/" in p for p in made) == len(ids)


def test_areas_stand_under_letters_where_there_are_many() -> None:
    areas = tuple(
        westshire().areas[1].model_copy(update={"id": f"a{n}", "name": f"{chr(65 + n % 26)}ton {n}"}) for n in range(60)
    )
    text = next(v for k, v in site_of(westshire(areas=areas)).items() if k.endswith("near.html")).decode()
    assert text.count('href="#letter-') == 26
    assert len(re.findall(r'href="areas/', text)) == 60


def variants(value: float, futures: int) -> set[str]:
    """A figure in every way in which a page may say it."""
    shown = {
        words.money(value),
        words.number(value),
        words.amount(value, "share"),
        words.asks(value),
        f"{value:,.0f}",
        f"{value:g}",
        f"{value:,.1f}",
    }
    shown |= {words.number(value * by) for by in (1e-6, 1e-3, 100)} | {
        words.percent(value, n) for n in (futures, 10**6)
    }
    return shown | {words.percent_range(value, value, n) for n in (futures, 10**6)} | {words.of_hundred(value, futures)}


def tokens(text: str) -> set[str]:
    """Figures of a text, with their unit where it stands at them."""
    return set(re.findall(r"£?\d+(?:,\d{3})*(?:\.\d+)?(?:m\b|%)?", text))


def figures_of(value: object, futures: int) -> set[str]:
    """Every figure that findings hold, as pages may say it."""
    if isinstance(value, dict):
        return set().union(*(figures_of(v, futures) for v in value.values()))
    if isinstance(value, list | tuple):
        return set().union({str(len(value))}, *(figures_of(v, futures) for v in value))
    if isinstance(value, str):
        return tokens(value) | tokens(words.day(value)) | tokens(words.short_digest(value))
    if isinstance(value, bool) or value is None:
        return set()
    assert isinstance(value, int | float)
    return set().union(*(tokens(v) for v in variants(value, futures) | variants(-value, futures)))


COUNTED = 60
"""Up to here a figure without a unit may be a count of things on the page."""


def strange(pages: dict[str, str], known: set[str]) -> set[tuple[str, str]]:
    """Figures on pages that are not known."""
    found = set()
    for path, text in pages.items():
        seen = re.sub(r"<(style|svg|title)\b.*?</\1>|<[^>]*mono[^>]*>[^<]*", " ", text, flags=re.DOTALL)
        for token in tokens(" ".join(Outline(seen).text)) - known:
            if not (token.isdigit() and int(token) <= COUNTED):
                found.add((path, token))
    return found


def test_every_figure_on_a_page_stands_in_the_findings() -> None:
    """Nothing is computed again and nothing made up; the page of data, which tells sizes of files, apart."""
    f = westshire()
    known = figures_of(f.model_dump(mode="json"), f.futures) | {"100"}
    pages = {p: t for p, t in pages_of(site_of(f)).items() if not p.endswith(("/data.html", "/digests.html"))}
    assert strange(pages, known) == set()
    spoiled = {p: t.replace("</main>", "<p>£77m, 98.76% and 4,321</p></main>") for p, t in pages.items()}
    assert {token for _, token in strange(spoiled, known)} == {"£77m", "98.76%", "4,321"}


def test_people_find_their_area_by_postcode_or_town_and_on_a_map_whose_table_says_the_same() -> None:
    f = westshire()
    made = pages_of(site_of(f))
    near = next(t for p, t in made.items() if p.endswith("near.html"))
    found = re.search(r'<ul class="found">(.*?)</ul>', near, re.DOTALL)
    assert found
    assert re.findall(r"<b>(.*?)</b> <a href=\"(.*?)\"", found[1]) == [
        (n, "areas/ash.html") for n in ("ZZ2", "ZZ10", "Ash Mill")
    ]
    drawn = maps.build(f)
    assert drawn
    assert [(d.label, d.thing.name, d.mark) for d in drawn.sites] == [
        ("A", "Westshire General", "both"),
        ("B", "Ash Clinic", "none"),
    ]
    assert {d.thing.name for d in (*drawn.areas, *drawn.sites)} <= set(
        re.findall(r'data-l="Place">(?:<a[^>]*>)?(.*?)<', near)
    )
    assert all(0 <= d.x <= 100 and 0 <= d.y <= 100 for d in (*drawn.areas, *drawn.sites))
    assert 'class="map"' in near
    assert any(p.endswith("data/charts/map.csv") for p in site_of(f))
    bare = f.model_copy(update={"areas": tuple(a.model_copy(update={"shape": (), "localities": ()}) for a in f.areas)})
    without = next(t for p, t in pages_of(site_of(bare)).items() if p.endswith("near.html"))
    assert 'class="map"' not in without
    assert "By postcode" not in without


def test_a_postcode_or_place_is_answered_as_the_list_has_it() -> None:
    f = westshire()
    ash = [a for a in f.areas if a.id == "ash"]
    for typed in ("ZZ2", "zz2 4ab", "ZZ24AB", " ash   MILL ", ash[0].name.upper()):
        assert list(found(f, typed).areas) == ash, typed
    every = {name: [a.id for a in areas] for name, areas in found_by(f).items()}
    assert {name: [a.id for a in found(f, name).areas] for name in every} == every
    assert found(f, "zz").areas == tuple(ash)  # all districts that begin so
    assert found(f, "Ash Mil").like == ("Ash Mill",)
    assert [found(f, t).areas for t in ("", "qqqq", "x" * 10_000, "ZZ999 9AB")] == [(), (), (), ()]


def test_what_closes_stands_with_what_the_way_becomes_for_all_and_for_those_who_have_least_by_each_mode() -> None:
    f = westshire()
    told = closures(f)
    assert [c.initiative.id for c in told] == [i.id for i in f.initiatives if i.closes] != []
    made = pages_of(site_of(f))
    front, page = made["index.html"], next(t for p, t in made.items() if p.endswith("/closures.html"))
    for c in told:
        assert [(leg.mode, leg.least) for leg in c.legs] == [
            (mode, least) for least in (False, True) for mode in ("car", "public_transport")
        ]
        for leg in c.legs:
            assert leg.grows
            grows = [w.new - w.old for a in f.areas for m in a.moves for w in m.by_mode
                     if w.mode == leg.mode and w.old is not None and w.new is not None]  # fmt: skip
            assert (leg.grows.minutes.new or 0.0) - (leg.grows.minutes.old or 0.0) == max(grows) > 0
            assert leg_said(leg) in front
        assert all(leg.grows.area.name in text for leg in c.worst for text in (front, page) if leg.grows)
        assert len(c.worst) == 2  # by each mode once, as it is the same way for all and for those who have least
    assert "By bus or train, where people have least: 22 minutes become 74, on average." in front
    assert "of 211 more the way is not known" in page


def only_car(f: Findings) -> Findings:
    """Findings of a plan that gives times by car alone."""

    def one(m: Move) -> Move:
        return m.model_copy(update={"by_mode": tuple(w for w in m.by_mode if w.mode == "car")})

    areas = tuple(
        a.model_copy(
            update={
                "moves": tuple(one(m) for m in a.moves),
                "care": tuple(c.model_copy(update={"others": ()}) for c in a.care),
            }
        )
        for a in f.areas
    )
    own = tuple(
        i.model_copy(update={"journeys": tuple(j for j in i.journeys if j.mode == "car")}) for i in f.initiatives
    )
    return f.model_copy(update={"areas": areas, "initiatives": own})


def test_by_which_mode_times_are_known_is_said_and_no_other_is_guessed() -> None:
    f = westshire()
    assert modes_said(f) == "The minutes are one way, by car and by bus or train."
    car = pages_of(site_of(only_car(f)))
    lacks = "How long it takes by bus or train is not known: the plan does not say."
    for name in ("index.html", "closures.html", "areas/ash.html", "initiatives/close-beds.html"):
        text = next(t for p, t in car.items() if p.endswith(name))
        assert lacks in text, name
        assert "minutes become 74" not in text
    before = only_car(f).model_copy(
        update={
            "areas": tuple(
                a.model_copy(update={"moves": tuple(m.model_copy(update={"by_mode": ()}) for m in a.moves)})
                for a in f.areas
            ),
            "initiatives": tuple(i.model_copy(update={"journeys": ()}) for i in f.initiatives),
        }
    )
    (old,) = closures(before)
    assert {leg.mode for leg in old.legs} == {"car"}
    assert all(leg.journey is None and leg.grows for leg in old.legs)
    assert "How long people travel is not known" in modes_said(f.model_copy(update={"areas": ()}))


def test_who_has_least_is_named_and_whether_they_are_among_the_fifth_of_the_country() -> None:
    f = westshire()
    poorest = tuple(a.model_copy(update={"fifth": 1}) for a in f.areas)
    assert "No area here is among the fifth" in least_said(f)
    assert "in the fifth of places in England" in least_said(f.model_copy(update={"areas": poorest}))
    nobody = tuple(a.model_copy(update={"fifth": None}) for a in f.areas)
    assert (
        least_said(f.model_copy(update={"areas": nobody})) == "The plan does not say in which areas people have least."
    )
    assert not any(leg.least for c in closures(f.model_copy(update={"areas": nobody})) for leg in c.legs)


def of_close_beds(
    *rows: StressRow, test: str = "schedule", result: Result = "fail", sentence: str = ""
) -> StressFinding:
    """What a test found, with lines about closing beds."""
    return loses().model_copy(update={"test": test, "title": "In time", "result": result, "sentence": sentence, "rows": rows})  # fmt: skip


def test_an_initiative_says_what_it_hangs_on_by_the_tests_that_were_run_and_what_was_not_tested() -> None:
    closing = {"initiative": "close-beds", "what": "Close 90 beds"}
    tests = (
        of_close_beds(StressRow(**closing, figure=0.25, shown="in 25% of futures by 2030/31")),
        of_close_beds(StressRow(**closing, figure=0.5, shown="comes in 50% of futures"), test="capital"),
        of_close_beds(
            StressRow(assumption="initiative.delay@close-beds", what="– months late (Close 90 beds) is 9 or more", shown="p"),
            StressRow(assumption="initiative.delay@home-first", what="– months late (Home-first) is 4 or more", shown="p"),
            test="worlds",
        ),
    )  # fmt: skip
    f = westshire(tests=tests)
    i = f.initiatives[0]
    told = {s.what: s.lines for s in hangs(f, i)}
    assert told == {
        "In full use in time": ("In 25 of 100 futures.",),
        "Building money comes": ("In 50 of 100 futures.",),
        "Somewhere else to go first": ("Not known: this was not tested.",),
        "What carries the plan": ("Not known: this was not tested.",),
        "Where the plan fails": ("More often where months late (Close 90 beds) is 9 or more.",),
    }
    page = next(t for p, t in pages_of(site_of(f)).items() if p.endswith("initiatives/close-beds.html"))
    assert all(line in page for lines in told.values() for line in lines)
    assert page.count("#h-test-capital") == 2
    few = of_close_beds(test="carries", result="not asked", sentence="Too few futures.")
    assert ("Not known. Too few futures.",) in [s.lines for s in hangs(westshire(tests=(few,)), i)]


def test_an_initiative_names_the_promises_that_go_with_what_it_assumes() -> None:
    f = westshire()
    (moves,) = goes_with(f, f.initiatives[1])
    assert (moves.assumption, moves.shared) == ("nurses.hired", False)
    assert [p.id for p, _ in moves.promises] == [p.id for p in f.promises if p.goes_with]
    assert goes_with(f, f.initiatives[0]) == []
    pages = pages_of(site_of(f))
    home = next(t for p, t in pages.items() if p.endswith("initiatives/home-first.html"))
    beds = next(t for p, t in pages.items() if p.endswith("initiatives/close-beds.html"))
    assert "When it is lower: <a" in home
    assert "No promise goes with what it assumes more than chance would. It rests on 2 figures" in beds


def test_an_initiative_says_whom_it_can_reach_and_shows_where_on_a_map_of_its_own() -> None:
    f = westshire()
    pages = {p.rpartition("/")[2]: t for p, t in pages_of(site_of(f)).items() if "/initiatives/" in p}
    assert "It can reach 41,200 people, by where they live and how old they are. They live in 1 area of 2." in pages["close-beds.html"]  # fmt: skip
    assert "about 3,655" in pages["close-beds.html"]
    assert "it cannot say how many people it reaches" in pages["standby.html"]
    everyone = f.initiatives[0].model_copy(update={"people": sum(a.people for a in f.areas)})
    assert "everyone who lives here: 44,300 people" in reach(f, everyone)
    drawn = maps.build(f, {"ash"}, "close-beds")
    assert drawn
    assert [(d.label, d.mark) for d in drawn.sites] == [("A", "less"), ("B", "none")]  # not what another changes there
    assert [d.here for d in drawn.areas] == [True]
    assert 'class="area here"' in pages["close-beds.html"]
    assert "Gets less" in pages["close-beds.html"]
    assert "so there is no map of it" in pages["standby.html"]
    far = f.initiatives[0].model_copy(update={"sites": (("wgh", "Westshire General"), ("far", "Head office"))})
    text = next(t for p, t in pages_of(site_of(westshire(initiatives=(far,)))).items() if "/initiatives/" in p)
    assert "names them. Not on the map: Head office.</p>" in text
    assert 'class="map"' not in pages["standby.html"]


def test_a_map_names_every_place_however_many_there_are() -> None:
    f = westshire()
    many = tuple(f.sites[0].model_copy(update={"id": f"s{n}"}) for n in range(60))
    drawn = maps.build(f.model_copy(update={"sites": many}))
    assert drawn
    labels = [d.label for d in drawn.sites]
    assert len(set(labels)) == 60
    assert labels[25:28] == ["Z", "AA", "AB"]


def test_where_no_fix_was_searched_the_first_page_says_why_in_each_case() -> None:
    def says(**changed: object) -> str:
        return pages_of(site_of(westshire(tests=(), **changed)))["index.html"]

    assert "No search for a fix was part of this test." in says(verdict="unworkable")
    assert "there is nothing to fix" in says(verdict="no promises")
    withheld = says(verdict="withheld")
    assert "too little is known to judge the plan" in withheld
    assert "No search for a fix" not in withheld


def test_money_of_each_organisation_stands_on_one_page_with_who_gains_and_who_loses() -> None:
    f = westshire()
    told = money.told(f)
    followed = [o for o in f.organisations if any(fan.id.startswith("position.") for fan in o.fans)]
    assert [r.o for r in told["rows"]] == followed != []
    for r in told["rows"]:
        middle = r.o.gain[1] if r.o.gain else 0.0
        assert (r.result == "gains") == (middle >= LEAST)
        assert (r.result == "loses") == (middle <= -LEAST)
    page = next(t for p, t in pages_of(site_of(f)).items() if p.endswith("/money.html"))
    for r in told["rows"]:
        assert all(words.money(side[1]) in page for p in r.fan.points for side in (p.plan, p.do_nothing))
    assert "do not follow the money" in money.told(bare())["line"]
    unsure = [r for r in told["rows"] if r.result in money.SIGNS and not money.sure(r.o)]
    assert unsure
    assert told["line"].endswith(f"For {len(unsure)} of them that is not sure.")


def test_every_table_can_be_taken_away_and_its_file_says_what_the_page_says(whole: dict[str, bytes]) -> None:
    seen = 0
    for path, text in pages_of(whole).items():
        if "/v/" not in f"/{path}" or path.endswith(("data.html", "digests.html", "sitemap.html")):
            continue
        for table in TABLE.finditer(text):
            cells = Cells(table[0])
            after = ENDS.search(text, table.end())
            link = re.search(r'class="csv"[^>]* href="([^"]+)"', text[table.end() : after.start() if after else None])
            assert link or len(cells.rows) < 2, path
            if link and re.sub(r"[^a-z0-9]+", "-", cells.caption.lower()).strip("-") in link[1]:
                file = posixpath.normpath(posixpath.join(posixpath.dirname(path), link[1]))
                written = list(csv.reader(whole[file].decode().splitlines()))
                assert [len(r) for r in written] == [len(r) for r in cells.rows]
                assert [[c.removeprefix("'") for c in r] for r in written] == cells.rows
                seen += 1
    assert seen > 20


PICTURES = re.compile(r'role="img"|class="firsts"|class="track"|class="tbar"><svg|class="ch"><span class="mk|<figure')
"""Where a picture begins: one that is told as that, and bars beside words."""
SECTION = re.compile(r'<section\b(?=[^>]*class="sec).*?</section>', re.DOTALL)


def charts_of(text: str) -> list[str]:
    """Each picture of a page with what stands around it: its figure, else its section without figures of others."""
    found = re.findall(r"<figure\b.*?</figure>(?=(.*?)(?:<figure|</section>))", text, re.DOTALL)
    figures = [
        m[0] + after for m, after in zip(re.finditer(r"<figure\b.*?</figure>", text, re.DOTALL), found, strict=True)
    ]
    without = re.sub(r"<figure\b.*?</figure>", "", text, flags=re.DOTALL)
    return figures + [s for s in SECTION.findall(without) if PICTURES.search(s)]


def test_every_picture_has_a_table_and_a_file_with_more_than_its_head(whole: dict[str, bytes]) -> None:
    seen = 0
    for path, text in pages_of(whole).items():
        for around in charts_of(text):
            assert "<table" in around, (path, around[:200])
            linked = re.findall(r'class="csv"[^>]* href="([^"]+)"', around)
            assert linked, (path, around[:200])
            for address in linked:
                file = posixpath.normpath(posixpath.join(posixpath.dirname(path), address))
                assert len(list(csv.reader(whole[file].decode().splitlines()))) > 1, (path, file)
            seen += 1
    assert seen > 20
    lonely = '<section class="sec"><svg role="img"></svg></section><section class="sec"><table></table></section>'
    assert charts_of(lonely) == ['<section class="sec"><svg role="img"></svg></section>']


def test_the_fixed_text_can_be_read_at_the_age_of_11() -> None:
    """Each template by itself, all together well below, and no sentence over 25 words."""
    folder = Path(views.__file__).parent / "templates"
    framed = folder.parent.parent / "web" / "templates" / "framed" / "site"
    each = {**reading.templates(folder), **{f"site/{k}": v for k, v in reading.templates(folder / "site").items()}}
    each |= {f"site/framed/{k}": v for k, v in reading.templates(framed).items()}
    ages = {name: reading.age(said) for name, said in each.items() if len(said) >= 4}
    assert len(ages) > 20
    assert {name: years for name, years in ages.items() if years > 11} == {}
    every = [s for name, said in each.items() if name.startswith("site/") for s in said]
    fixed = [v for name, d in vars(say).items() if name.isupper() and isinstance(d, dict) for v in d.values()]
    every += [s for v in fixed for s in reading.sentences(f"{v} ")]
    assert reading.age(every) < 9
    assert [" ".join(s) for s in every if len(s) > 25] == []
    hard = "The partnership anticipates transformational reconfiguration subject to consultation across organisational boundaries. "
    assert reading.age(reading.sentences(hard)) > 16


def read_at(site: dict[str, bytes]) -> float:
    """Reading age of the prose of all pages of a site."""
    return reading.age(
        [s for path, text in pages_of(site).items() if "sitemap" not in path for s in reading.of_page(text)]
    )


def test_the_pages_as_they_are_published_can_be_read_at_the_age_of_11(whole: dict[str, bytes]) -> None:
    """With the words that findings bring, of plans and tests, and the names of organisations."""
    assert read_at(whole) < 10
    hard = "<main><p>The partnership anticipates transformational reconfiguration across organisational boundaries.</p></main>"
    assert read_at({"a.html": hard.encode()}) > 16


@pytest.mark.large
def test_dorset_s_site_is_whole(root: Path) -> None:
    """The worked example on few futures: every link leads somewhere, every page is whole, every figure stands in the findings."""
    f = run_plan(root / "examples" / "dorset-2016", futures=20)
    made = site_of(f, Standings(without="It is of 2016."))
    test_every_link_leads_to_a_file_and_every_mark_to_a_place_on_it(made)
    for path, text in pages_of(made).items():
        page = Outline(text)
        assert (page.wrong, page.open) == ([], []), path
        assert len(page.ids) == len(set(page.ids)), path
    assert read_at(made) < 10
    known = figures_of(f.model_dump(mode="json"), f.futures) | {"100"}
    assert (
        strange({p: t for p, t in pages_of(made).items() if not p.endswith(("/data.html", "/digests.html"))}, known)
        == set()
    )
    assert max(len(v) for k, v in made.items() if k.endswith(".html")) < 600_000
