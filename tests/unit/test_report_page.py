"""The page: what has to be on it, in which order, and what must never get onto it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from fixtures.outline import Outline
from fixtures.sample_findings import bare, every_word, promises, westshire
from placeplan.report import shocks, views, words
from placeplan.report.page import render
from placeplan.stress.findings import Findings
from placeplan.stress.limits import LEFT_OUT
from placeplan.stress.results.ground import NotModelled
from placeplan.stress.results.tests import StressFinding, StressRow

HOSTILE = "\"><script>alert(1)</script>{{ 7*7 }}</style><img src=x onerror=alert(2)>'"
CASES = {**every_word(), "bare": bare()}


@pytest.fixture(params=CASES)
def findings(request: pytest.FixtureRequest) -> Findings:
    return CASES[request.param]


@pytest.fixture
def outline(findings: Findings) -> Outline:
    return Outline(render(findings))


def test_every_tag_is_closed_and_every_id_is_one_of_a_kind(outline: Outline) -> None:
    assert outline.wrong == []
    assert outline.open == []
    assert len(outline.ids) == len(set(outline.ids))


def test_every_link_leads_to_a_place_on_the_page_or_holds_its_data(outline: Outline) -> None:
    for address in outline.addresses:
        assert address.startswith("data:text/csv") or address[1:] in outline.ids, address


def test_the_page_needs_no_network_and_no_script(findings: Findings) -> None:
    html = render(findings)
    assert not re.findall(r"https?://|@import|url\((?!#)|<script|javascript:", html)


def test_the_sentence_is_the_one_first_heading(findings: Findings, outline: Outline) -> None:
    tag, text = outline.headings[0]
    assert tag == "h1"
    assert " ".join(text.split()) == findings.sentence
    assert [t for t, _ in outline.headings].count("h1") == 1


def test_a_made_up_place_says_so_everywhere(findings: Findings) -> None:
    html = render(findings)
    assert html.count("Made up") >= 3 if findings.synthetic else "Made up" not in html


def test_a_unit_is_written_once_and_nothing_or_fewer_is_none() -> None:
    a_day = westshire().assumed[0].model_copy(update={"value": "£255", "unit": "£ a bed-day"})
    assert views.unit(a_day) == "a bed-day"
    html = render(westshire(kept_worst_tenth=0))
    assert "in the worst tenth of futures, none" in html
    assert "0 or fewer" not in html


def test_the_page_says_which_borrowed_figures_the_result_rests_on() -> None:
    """Figures of the library that move the weakest promise are named, the three largest first; those that do not are not."""
    own = westshire().assumed
    assert 'id="borrowed"' not in render(westshire())
    some = tuple(a.model_copy(update={"level": "default"}) if n != 1 else a for n, a in enumerate(own))
    text = " ".join(Outline(render(westshire(assumed=some))).text)
    assert "moves with 3 figures from elsewhere: “Nurses hired each month”; “Admissions a home-first team" in text
    note = text[text.index("moves with 3 figures") : text.index("Figures of your own take their place")]
    assert f"“{own[1].about}”" not in note
    assert f"“{own[4].about}”" not in note, "it moves nothing"


def test_the_sections_stand_in_the_order_of_the_design() -> None:
    found = [text for tag, text in Outline(render(westshire())).headings if tag == "h2"]
    assert found[:13] == [
        "Which promises hold, and when",
        "Three reasons",
        "What it hangs on",
        "With the plan, and without it",
        "The plan claims to close the gap. The model leaves £40m.",
        "What else happens: 2 figures better with the plan, 1 worse",
        "£40m of the savings claimed cannot be found",
        "6 of 7 shocks break a promise that holds without them",
        "The verdict is the same in 3 of 4 other ways to build the model",
        "What was assumed",
        "How much each part knows",
        "Where the sources disagree",
        "Does the model match what was published?",
    ]


@pytest.mark.parametrize("word", every_word())
def test_each_word_is_marked_in_its_own_way(word: str) -> None:
    html = render(every_word()[word])
    marked = re.findall(r'<span class="vword v-([a-z-]+)">([^<]+):</span>', html)
    expected = [] if word == "no promises" else [(word.replace(" ", "-"), words.sentence_case(word))]
    assert marked == expected


def _hostile(value: object) -> object:
    """Every free text replaced by an attack; ids, years and kinds stay."""
    keep = {
        "id", "state", "level", "kind", "effect", "verdict", "strict_verdict", "year", "years", "period", "group",
        "start", "promise", "worst_promise", "word", "changes_most", "change", "way", "month", "organisation", "initiative", "next", "hard", "harder",
        "how", "mode", "others",
    }  # fmt: skip
    if isinstance(value, dict):
        return {k: v if k in keep else _hostile(v) for k, v in value.items()}
    if isinstance(value, tuple):
        return tuple(_hostile(v) for v in value)
    return HOSTILE if isinstance(value, str) else value


def test_a_hostile_plan_cannot_inject() -> None:
    html = render(Findings.model_validate(_hostile(westshire().model_dump())))
    outline = Outline(html)
    assert outline.wrong == []
    assert {tag for tag, _ in outline.tags} & {"script", "img", "iframe", "object", "form"} == set()
    assert not any(name.startswith("on") for _, attributes in outline.tags for name in attributes)
    assert html.count("</style>") == 1
    assert "49" not in re.sub(r"\{\{ 7\*7 \}\}", "", outline.headings[0][1])


def test_hostile_ids_and_years_cannot_inject() -> None:
    rows = tuple(p.model_copy(update={"id": HOSTILE, "organisation": HOSTILE}) for p in promises()[:1])
    first = westshire().first_break
    assert first is not None
    changed = first.model_copy(update={"promise": HOSTILE, "month": HOSTILE, "year": HOSTILE})
    outline = Outline(render(westshire(promises=rows, first_break=changed, data_date=HOSTILE, start=HOSTILE)))
    assert outline.wrong == []
    assert "script" not in {tag for tag, _ in outline.tags}


@pytest.mark.shows(64)
def test_what_closes_stands_on_the_first_page() -> None:
    text = " ".join(Outline(render(westshire())).text)
    assert "90 beds at Westshire General, April 2028." in text
    assert "Nothing closes or is downgraded" in " ".join(Outline(render(bare())).text)


@pytest.mark.shows(52)
def test_what_is_not_published_is_listed_with_its_reason() -> None:
    text = " ".join(Outline(render(westshire())).text)
    assert "GP partnership accounts. Partnerships need not publish them." in text


def test_who_was_asked_is_counted_apart_and_has_no_percentage() -> None:
    html = render(westshire())
    asked = html[html.index("Who was asked") : html.index('id="s-why"')]
    assert "2 of 6 asked" in asked
    assert "%" not in asked


def test_a_minus_is_a_minus() -> None:
    text = " ".join(Outline(render(westshire())).text)
    assert "−£27m" in text
    assert not re.findall(r"-£|(?<![\w-])-\d", text)


def test_a_sum_of_money_is_not_torn_from_its_sign() -> None:
    """Wherever lines can break: in sentences and tables, but not in names for screen readers or words of pictures."""
    text = re.sub(
        r"<(title|style|text)\b.*?</\1>|(?!<span class=.nw.)<[^>]*>", "", render(westshire()), flags=re.DOTALL
    )
    before = re.findall(r"(.{17})[−+]£", text)
    assert before
    assert set(before) == {'<span class="nw">'}


def test_who_loses_and_has_not_signed_stands_on_the_first_page() -> None:
    """With its loss, on the page and its printed first sheet; nothing where it was not asked, and a word where nobody does."""
    rows = (
        StressRow(what="Westshire Hospitals", figure=-4.7e6, shown="loses", result="fail"),
        StressRow(what="Westshire Council", figure=1e6, shown="gains", result="pass"),
    )
    told = StressFinding(
        test="incentives", title="Who loses by going along", question="Who?", result="fail", sentence="One does.", method="Runs.",
        source="made up", seed=1, futures=20, rows=rows,
    )  # fmt: skip
    html = render(westshire(tests=(told,)))
    line = "<dt>Who loses and has not signed</dt><dd>Westshire Hospitals: £4.7m a year worse off by the plan</dd></div>"
    assert html.count(line) == 2
    assert "Who loses and has not signed" not in render(westshire())
    nobody = told.model_copy(update={"rows": rows[1:], "result": "pass"})
    assert "Nobody, as far as the model finds." in render(westshire(tests=(nobody,)))


def test_tests_that_come_later_are_named_and_nothing_stands_in_for_them() -> None:
    html = render(westshire())
    assert html.count("Not yet tested") == 3  # on the page, in its printed first sheet, and with its reasons
    for left_out in ('id="fix"', "<input", "<button", "slider"):
        assert left_out not in html


def test_style_and_templates_are_part_of_the_package() -> None:
    folder = Path(views.__file__).parent
    assert {p.suffix for p in (folder / "static").iterdir()} == {".css"}
    assert all(p.name.endswith(".html.j2") for p in (folder / "templates").rglob("*") if p.is_file())


def test_the_same_findings_give_the_same_page() -> None:
    assert render(westshire()) == render(westshire())


def test_big_numbers_of_people_asked_have_thousands_apart_and_no_dots() -> None:
    html = render(westshire(involvement=(("People of Westshire", 18500, 769480),)))
    assert "18,500 of 769,480 asked" in html
    assert 'class="dots"' not in html


def test_the_set_of_assumptions_is_named_at_the_top() -> None:
    html = render(westshire(assumption_set="as-it-turned-out"))
    assert "with the assumptions “as it turned out”" in html[: html.index("Which promises hold")]


def test_levels_of_detail_stand_wherever_results_are() -> None:
    html = render(westshire())
    said = "Not modelled: staff and waiting lists."
    for section in ("s-grid", "s-fans", "s-bridge", "s-claims", "s-shocks"):
        start = html.index(f'id="{section}"')
        assert said in html[start : html.index("</section>", start)], section


def test_warnings_about_files_fold_where_they_are_many() -> None:
    many = tuple(f"initiatives/x{n}.yaml, line 1, field budget: No budget is given." for n in range(6))
    html = render(westshire(warnings=(*many, "Only 200 futures were run.")))
    assert "6 about the plan’s files</summary>" in html
    assert html.index("Only 200 futures were run.") < html.index("6 about the plan’s files")


def test_parts_of_initiatives_fold_and_promise_no_later_version() -> None:
    part = NotModelled(what="Care record: time of staff; no study counts any", why=LEFT_OUT)
    html = render(westshire(not_modelled=(NotModelled(what="Staff", why="comes with a later version"), part)))
    assert "1 part of initiatives and shocks not modelled</summary>" in html
    assert "<q>Care record: time of staff; no study counts any</q></li>" in html


def test_a_shock_breaks_only_what_holds_without_it() -> None:
    """A promise that fails anyway is shown with its chance without the shock, and is not counted."""
    found = westshire()
    weak = next(p for p in found.promises if p.hard and p.P is not None and p.P < 0.5)
    strong = next(p for p in found.promises if p.hard and p.P is not None and p.P > 0.7)
    aim = next(p for p in found.promises if not p.hard and p.P is not None and p.P > 0.7)
    calm = found.scenarios[0].model_copy(
        update={"P": {weak.id: 0.35, strong.id: 0.7, aim.id: 0.1}, "worst_promise": weak.id, "worst_P": 0.35}
    )
    storm = calm.model_copy(update={"id": "S2", "P": {weak.id: 0.35, strong.id: 0.4}})
    rows = shocks.scenarios(found.model_copy(update={"scenarios": (calm, storm)}))
    assert [(r.breaks, r.worst, r.box.shown, r.without.shown) for r in rows] == [
        (0, weak, "35%", "44%"), (1, strong, "40%", words.percent(strong.P or 0.0, 1000)),
    ]  # fmt: skip
    assert shocks.scenario_heading(rows) == "1 of 2 shocks breaks a promise that holds without it"
    assert shocks.scenario_heading(rows[:1]) == "No shock breaks a promise that holds without it"
    assert shocks.scenario_heading([r for r in rows if r.box.state == "kept"]) == "What shocks would do"
