"""All files of one version of the site, as bytes by path: pages, style, data. Nothing is read but findings and replies."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, Final

from jinja2 import Environment

from placeplan.core.records import digest_of
from placeplan.report import shocks
from placeplan.report.pack.files import as_csv, as_excel
from placeplan.report.pack.package import DESCRIPTION, about, description
from placeplan.report.pack.tables import tables
from placeplan.report.page import SHEETS, dated, environment, html_of, sheets, shown, style
from placeplan.report.site import closures, maps, money, say
from placeplan.report.site.folding import with_folds
from placeplan.report.site.heard import REPLIES, heard
from placeplan.report.site.links import Links
from placeplan.report.site.listing import Shown, listing
from placeplan.report.site.names import Names
from placeplan.report.site.replies import Standings, dumped
from placeplan.report.site.tabling import with_files
from placeplan.report.site.terms import with_terms
from placeplan.report.site.things import Drawn, area, by_letter, found_by, initiative, organisation, promise
from placeplan.stress.findings import Findings
from placeplan.stress.say import lower_first

STYLE: Final = "style.css"
MENU: Final = (
    ("index.html", "Can it work?"), ("near.html", "Near you"), ("initiatives.html", "What changes"), ("organisations.html", "Who"), ("money.html", "Money"),
    ("promises.html", "Promises"), ("figures.html", "Figures"), ("tests.html", "Tests"), ("assumptions.html", "Assumptions"),
    ("replies.html", "Replies"), ("data.html", "Data"),
)  # fmt: skip
"""Pages that every page leads to, and what they are called there."""
CLOSURES: Final = "closures.html"
Trail = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Page:
    """One page of a version."""

    path: str
    template: str
    title: str
    under: Trail = ()
    """Pages above it: path and name, after the first page."""
    told: Mapping[str, Any] = field(default_factory=dict)
    """What its template draws besides what every page has."""


@dataclass(frozen=True)
class Version:
    """What a version of the site is made of."""

    findings: Findings
    standings: Standings
    frame: Environment = field(default_factory=environment, compare=False)
    """Where its templates are: the report's, or those of whoever frames the same pages otherwise."""

    @cached_property
    def digest(self) -> str:
        """Digest of all that its pages are made of: findings without the time they took, and replies."""
        f, s = self.findings, self.standings
        told = {"replies": dumped(s.replies), "without": s.without, "draft": s.draft}
        return digest_of({"findings": f.model_dump(mode="json", exclude={"seconds"}), **told})

    @property
    def name(self) -> str:
        """Its folder's name, which stays."""
        return self.digest[:12]


def files(version: Version) -> dict[str, bytes]:
    """Every file of a version by its path from the version's folder; the same findings and replies give the same bytes."""
    f = version.findings.model_copy(update={"seconds": None})
    names, charts = Names(f), dict[str, str]()
    context, frame = shared(version, f, names), version.frame
    every = tuple(pages(Drawn(f), names, version.standings))
    found = {p.path: draw(frame, p, names, charts, context) for p in every}
    data = data_files(f, charts, version.standings)
    drawn = [Shown(p.path, p.title, p.under[-1][1] if p.under else "", found[p.path].decode()) for p in every]
    listed = listing(data, tables(f), drawn)
    last = (
        *(replace(p, told={"listed": listed}) for p in LAST[:-1]),
        replace(LAST[-1], told={"every": (*every, *LAST)}),
    )
    found |= {p.path: draw(frame, p, names, charts, context) for p in last}
    found[STYLE] = style_sheet(f).encode()
    return found | {f"data/{path}": held for path, held in data.items()}


LAST: Final = (
    Page("data.html", "data", "Data to take away"),
    Page("digests.html", "digests", "Digests of all files", (("data.html", "Data"),)),
    Page("sitemap.html", "sitemap", "All pages"),
)
"""Pages that list all others, or their files."""


def shared(version: Version, f: Findings, names: Names) -> dict[str, Any]:
    """What every page of a version may draw."""
    return {
        **shown(f), "say": say, "maps": maps, "ways": closures, "names": names, "standings": version.standings, "version": version.name, "menu": MENU,
        "initiative_names": {i.id: i.name for i in f.initiatives},
    }  # fmt: skip


def draw(
    frame: Environment,
    page: Page,
    names: Names,
    charts: dict[str, str],
    context: Mapping[str, Any],
    base: str = "",
    home: str = "",
) -> bytes:
    """A page as bytes. base, home: ways to the version's folder and to the site's, where the page does not lie in its version."""
    up = "../" * page.path.count("/")
    links = Links(names, base or up, page.path, charts)
    text = html_of(
        f"site/{page.template}", frame, **context, page=page, where=links, base=base or up, home=home or f"../../{up}", skip_to="the page", stays=not home, **page.told
    )  # fmt: skip
    told = with_files(text, links, page.title) if page.template not in UNTABLED else text
    return with_terms(told if page.template in UNFOLDED else with_folds(told)).encode()


UNTABLED: Final = ("data", "digests", "sitemap", "versions", "changes", "what_if", "what_if_answer", "find")
"""Pages whose tables are no data of a version: lists of files, of pages and of versions, and answers that have no files."""

UNFOLDED: Final = ("front", "near", "versions", "changes", "what_if", "what_if_answer", "find")
"""Pages that fold as they themselves say, or where somebody asks and is answered."""


def front(f: Findings) -> Page:
    """The first page: the verdict."""
    return Page("index.html", "front", f"{f.place}: can the plan work?", told={"closures": closures.closures(f)})


def pages(drawn: Drawn, names: Names, standings: Standings) -> Iterator[Page]:
    """Every page of a version but those that list all others."""
    f = drawn.f
    yield front(f)
    yield Page(
        "near.html",
        "near",
        "What changes near me?",
        told={"letters": by_letter(f.areas), "map": maps.build(f), "found_by": found_by(f)},
    )
    yield Page("initiatives.html", "initiatives", "What the plan changes")
    yield Page(
        CLOSURES,
        "closures",
        "What closes, and the way to care then",
        (("initiatives.html", "What changes"),),
        {"closures": closures.closures(f)},
    )
    yield Page("organisations.html", "organisations", "Who is in the plan")
    yield Page("money.html", "money", "Money by organisation", told=money.told(f))
    yield Page("promises.html", "promises", "What is promised")
    yield Page("figures.html", "figures", "Figures and pictures")
    yield Page("tests.html", "tests", "How the plan was tested")
    yield Page("assumptions.html", "assumptions", "What it rests on")
    yield Page("replies.html", "replies", "What those named say")
    yield from _things(drawn, names, standings)
    yield from _tests(drawn, names)


def _things(drawn: Drawn, names: Names, standings: Standings) -> Iterator[Page]:
    """A page for each thing of the plan: changes, organisations, areas, promises."""
    f = drawn.f
    for i in f.initiatives:
        under = (("initiatives.html", "What changes"),)
        yield Page(names.files["initiative", i.id], "initiative", i.name, under, initiative(drawn, i))
    for name, called in names.organisations.items():
        told = organisation(drawn, name, standings)
        yield Page(names.files["organisation", name], "organisation", called, (("organisations.html", "Who"),), told)
    for a in f.areas:
        yield Page(
            names.files["area", a.id],
            "area",
            f"What changes in {a.name}?",
            (("near.html", "Near you"),),
            area(drawn, a),
        )
    for p in f.promises:
        title = f"{p.name}: {p.organisation_name}"
        yield Page(names.files["promise", p.id], "promise", title, (("promises.html", "Promises"),), promise(drawn, p))


def _tests(drawn: Drawn, names: Names) -> Iterator[Page]:
    """A page for each test and for each shock: together they would be the longest page of all."""
    under = (("tests.html", "Tests"),)
    for t in drawn.f.tests:
        yield Page(names.files["test", t.test], "test", f"Test: {lower_first(t.title)}", under, {"t": t})
    for s in drawn.shocks:
        yield Page(names.files["shock", s.result.id], "shock", f"Shock {shocks.called(s.result)}", under, {"s": s})


def data_files(f: Findings, charts: Mapping[str, str], standings: Standings) -> dict[str, bytes]:
    """Tables as CSV and Excel, the findings, the replies, the tables of the pages, and a description with the digest of each."""
    every = tables(f)
    found = {f"{t.name}.csv": as_csv(t).encode() for t in every}
    found |= {path.removeprefix("data/"): text.encode() for path, text in charts.items()}
    found["results.xlsx"] = as_excel(every, about(f))
    found["findings.json"] = f"{f.model_dump_json(indent=2)}\n".encode()
    found[REPLIES] = f"{heard(f, standings).model_dump_json(indent=2)}\n".encode()
    found[DESCRIPTION] = description(f, every, found).encode()
    return found


def style_sheet(f: Findings) -> str:
    """The style of all pages of a version, with whose it is at the foot of printed sheets."""
    return f"{sheets((*SHEETS[:-1], 'site.css', SHEETS[-1]))}{style(f.place, f.digest, f.synthetic, *dated(f)).removeprefix(sheets(SHEETS))}"
