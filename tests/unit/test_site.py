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
from fixtures.sample_findings import bare, every_word, westshire
from fixtures.sites import loses, names_in, pages_of, site_of
from placeplan.report import views, words
from placeplan.report.pack.tables import tables
from placeplan.report.site import say, terms
from placeplan.report.site.build import Version, files
from placeplan.report.site.listing import TOPICS
from placeplan.report.site.names import file_names
from placeplan.report.site.replies import Reply, Standings
from placeplan.report.site.shelf import LIST, VERSIONS, Site, publish
from placeplan.report.site.tabling import ENDS, TABLE, Cells
from placeplan.stress.findings import Findings
from placeplan.stress.run import run_plan

HOSTILE = "\"><script>alert(1)</script>{{ 7*7 }}</style><img src=x onerror=alert(2)>'"
CASES = {**every_word(), "bare": bare()}
REPLY = Reply(organisation="wh", shown="a41c77d20e5b", asked="2026-10-01", until="2026-10-20", answered="2026-10-12", by="The board",
              text="We do not agree.\n\nThe wards are needed <b>until</b> 2030.")  # fmt: skip


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
    assert sorted(set(heads)) == sorted(heads) == ["Data", "Near you", "Promises", "Tests", "What changes", "Who"]
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
    assert f'href="{new}/tests/incentives.html"' in whole["index.html"].decode()
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
    pages = {
        p: t
        for p, t in pages_of(site_of(f)).items()
        if not p.endswith(("/data.html", "/digests.html", "/sitemap.html"))
    }
    assert strange(pages, known) == set()
    spoiled = {p: t.replace("</main>", "<p>£77m, 98.76% and 4,321</p></main>") for p, t in pages.items()}
    assert {token for _, token in strange(spoiled, known)} == {"£77m", "98.76%", "4,321"}


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


PAGE, PARAGRAPH, SHORT = 10, 13, 15
"""Reading age that no page is above, and no paragraph of so many words; in fewer words one name weighs too much."""


def too_hard(site: dict[str, bytes], f: Findings) -> list[tuple[float, str, str]]:
    """Pages, and paragraphs of them, that ask for an older reader."""
    names, found = names_in(f), []
    for path, text in pages_of(site).items():
        said = reading.paragraphs(text, names)
        every = [s for p in said for s in p]
        long = [p for p in said if sum(map(len, p)) >= SHORT]
        found += [(reading.age(every), path, "the page")] if every and reading.age(every) > PAGE else []
        found += [(reading.age(p), path, " ".join(p[0])) for p in long if reading.age(p) > PARAGRAPH]
    return found


def test_each_page_and_each_paragraph_can_be_read_at_their_age(whole: dict[str, bytes]) -> None:
    """With tables, with what is folded, and with the words that findings bring of plans and tests."""
    assert too_hard(whole, westshire()) == []
    said = [s for text in pages_of(whole).values() for s in reading.of_page(text, names_in(westshire()))]
    assert reading.age(said) < 9
    hard = "The partnership anticipates transformational reconfiguration across organisational boundaries of every kind and size, subject to consultation. "
    (found,) = [
        r
        for r in too_hard({"a.html": f"<main><p>{hard}</p><p>It is so in a few of them.</p></main>".encode()}, bare())
        if r[2] != "the page"
    ]
    assert found[0] > 16


def test_only_words_of_others_and_words_that_the_page_explains_are_free_of_the_measure() -> None:
    hard = "Transformational reconfiguration necessitates organisational consultation. "
    for free in (
        f"<q>{hard}</q>",
        f"<cite>{hard}</cite>",
        f'<p class="exactly">{hard}</p>',
        f'<a class="csv" href="x">{hard}</a>',
    ):
        assert reading.paragraphs(f"<main>{free}</main>") == [], free
    for held in (
        f"<p>{hard}</p>",
        f"<table><tr><td>{hard}</td></tr></table>",
        f"<details><summary>{hard}</summary></details>",
        f"<b>{hard}</b>",
    ):
        assert len(reading.paragraphs(f"<main>{held}</main>")[0][0]) == 5, held
    box = '<dl class="terms sl"><div><dt>reconfiguration</dt><dd>Some places close and others grow.</dd></div></dl>'
    assert reading.paragraphs(f"<main><p>{hard}</p>{box}</main>")[0] == [
        ["transformational", "it", "necessitates", "organisational", "consultation"]
    ]
    assert reading.paragraphs(f"<main>{box}</main>") == [[["some", "places", "close", "and", "others", "grow"]]]


def test_each_page_explains_the_words_that_stand_on_it_and_no_others(whole: dict[str, bytes]) -> None:
    told = 0
    for path, text in pages_of(whole).items():
        own = re.findall(r"<dt>(.*?)</dt>", "".join(re.findall(reading.TERMS, text, re.DOTALL)))
        before = text[: text.find('<details class="folds whole words">')]
        assert own == terms.used(f"{before}</main>"), path
        told += len(own)
    assert told > 100
    said = {w: reading.sentences(f"{m} ") for w, m in terms.TERMS.items()}
    assert {w: reading.age(s) for w, s in said.items() if s and reading.age(s) > 11} == {}


def test_what_a_page_rests_on_is_said_once(whole: dict[str, bytes]) -> None:
    said = {path: text.count('class="rests"') for path, text in pages_of(whole).items()}
    assert set(said.values()) == {0, 1}
    assert sum(said.values()) > 20


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
    assert too_hard(made, f) == []
    test_each_page_explains_the_words_that_stand_on_it_and_no_others(made)
    assert max(len(d) for p, d in made.items() if p.endswith("tests.html")) < 120_000
    known = figures_of(f.model_dump(mode="json"), f.futures) | {"100"}
    assert (
        strange(
            {
                p: t
                for p, t in pages_of(made).items()
                if not p.endswith(("/data.html", "/digests.html", "/sitemap.html"))
            },
            known,
        )
        == set()
    )
    assert max(len(v) for k, v in made.items() if k.endswith(".html")) < 600_000
