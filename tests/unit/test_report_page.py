"""The page: what has to be on it, in which order, and what must never get onto it."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path

import pytest

from fixtures.sample_findings import bare, every_word, promises, westshire
from placeplan.report import bridge, charts, grid, views, words
from placeplan.report.page import render
from placeplan.stress.findings import Fan, Findings, NotModelled
from placeplan.stress.limits import LEFT_OUT

VOID = {"meta", "br", "col", "link", "img", "hr", "input"}


class Outline(HTMLParser):
    """Tags, headings, ids, addresses and text of a page; notices a tag that is not closed."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.wrong: list[str] = []
        self.headings: list[tuple[str, str]] = []
        self.ids: list[str] = []
        self.addresses: list[str] = []
        self.text: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        self.tags.append((tag, values))
        self.ids += [values["id"] or ""] if "id" in values else []
        self.addresses += [v or "" for k, v in attrs if k in {"href", "src"}]
        if tag in {"h1", "h2", "h3"}:
            self.headings.append((tag, ""))
        if tag not in VOID and not (self.get_starttag_text() or "").endswith("/>"):
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            self.wrong.append(f"</{tag}> at {self.getpos()}")

    def handle_data(self, data: str) -> None:
        if "style" in self.open:
            return
        self.text.append(data)
        if self.headings and {"h1", "h2", "h3"} & set(self.open):
            tag, before = self.headings[-1]
            self.headings[-1] = (tag, before + data)


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


def test_the_sections_stand_in_the_order_of_the_design() -> None:
    found = [text for tag, text in Outline(render(westshire())).headings if tag == "h2"]
    assert found[:11] == [
        "Which promises hold, and when",
        "Three reasons",
        "What it hangs on",
        "With the plan, and without it",
        "The plan claims to close the gap. The model leaves £40m.",
        "£40m of the savings claimed cannot be found",
        "A hard promise breaks under 6 of 7 shocks",
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


def test_a_plan_without_promises_has_no_grid() -> None:
    html = render(every_word()["no promises"])
    assert '<table class="grid' not in html
    assert "there is nothing to test" in html


HOSTILE = "\"><script>alert(1)</script>{{ 7*7 }}</style><img src=x onerror=alert(2)>'"


def _hostile(value: object) -> object:
    """Every free text replaced by an attack; ids, years and kinds stay."""
    keep = {
        "id", "state", "level", "kind", "effect", "verdict", "strict_verdict", "year", "years", "period", "group",
        "start", "promise", "worst_promise", "month", "organisation", "initiative", "next", "hard",
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


def test_no_chance_is_shown_as_certain() -> None:
    rows = tuple(
        p.model_copy(update={"P": v, "by_year": tuple(
            c.model_copy(update={"probability": c.probability and c.probability.model_copy(update={"p": v})})
            for c in p.by_year
        )})
        for p, v in zip(promises(), [0.0, 1.0] * 9, strict=True)
    )  # fmt: skip
    for futures in (50, 200, 1000, 20_000):
        text = " ".join(Outline(render(westshire(promises=rows, futures=futures, causes=(), assumed=()))).text)
        assert not re.findall(r"(?<![\d.,])(?:0|100)%(?! of)", text)


def test_few_futures_are_rounded_to_five() -> None:
    text = " ".join(Outline(render(westshire(futures=200))).text)
    cells = [int(n) for n in re.findall(r"(\d+)%, (?:kept|fails|falls short|too close)", text)]
    assert cells
    assert all(n % 5 == 0 for n in cells)


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


def test_a_withheld_grid_is_hatched_and_says_so() -> None:
    html = render(every_word()["withheld"])
    assert 'class="grid withheld"' in html
    assert "Not firm: too little is known" in html
    assert "Not firm" not in render(westshire())


def test_a_minus_is_a_minus() -> None:
    text = " ".join(Outline(render(westshire())).text)
    assert "−£27m" in text
    assert not re.findall(r"-£|(?<![\w-])-\d", text)


def test_a_row_on_default_figures_has_a_dotted_corner_and_says_so() -> None:
    found = grid.build(westshire())
    assert found.defaults
    html = render(westshire())
    assert html.count("cell kept default") + html.count("cell short default") > 5
    assert "on figures from elsewhere" in html


def test_the_callout_follows_the_row_of_the_first_break() -> None:
    html = render(westshire())
    row = html.index("Nurses in post before beds close</span></a>")
    callout = html.index('id="cause"')
    assert row < callout < html.index("Urgent visit within 2 hours</span></a>")
    assert html[row:callout].count("</tr>") == 1


def test_no_break_no_callout() -> None:
    assert grid.build(every_word()["workable"]).callout is None
    assert 'class="call"' not in render(every_word()["workable"])


def test_organisations_stay_in_the_order_given() -> None:
    assert [g.name for g in grid.build(westshire()).groups] == [
        "Westshire Community Trust", "Westshire Hospitals", "Whole system", "Westshire Council", "Westshire GPs",
    ]  # fmt: skip


def test_the_tests_that_come_later_are_named_without_a_placeholder() -> None:
    html = render(westshire())
    assert html.count("Not yet tested") == 3  # on the page, in its printed first sheet, and with its reasons
    for left_out in ('id="fix"', "<input", "<button", "slider"):
        assert left_out not in html


def test_every_number_of_a_picture_is_in_its_table() -> None:
    for fan in westshire().fans:
        rows = charts.table(fan)
        assert len(rows) == len(fan.points)
        assert all(len(row) == 6 for row in rows)


def test_labels_of_a_fan_keep_apart() -> None:
    for fan in westshire().fans:
        labels = charts.draw(fan).labels
        assert {label.kind for label in labels} == {"nothing", "plan", "limit"}
        assert len({(label.x, label.y) for label in labels}) == 3


def test_a_flat_or_empty_fan_draws() -> None:
    empty = Fan(id="e", title="Empty", unit="beds", finding="", points=())
    flat = westshire().fans[1]
    point = flat.points[0].model_copy(update={"plan": (5.0, 5.0, 5.0), "do_nothing": (5.0, 5.0, 5.0), "limit": None})
    assert charts.draw(empty).rows == ()
    assert charts.draw(flat.model_copy(update={"points": (point,)})).labels


def test_the_bridge_ends_where_the_bars_end() -> None:
    found = bridge.build(westshire())
    assert found is not None
    start, *steps, left = found.bars
    assert start.left + start.width == pytest.approx(steps[0].left + steps[0].width, abs=0.02)
    for one, next_ in pairwise(steps):
        assert one.left == pytest.approx(next_.left + next_.width, abs=0.02)
    assert left.left + left.width == pytest.approx(steps[-1].left, abs=0.02)
    assert found.limit == (pytest.approx(found.zero + 45 / 142 * start.width, abs=0.02), "£45m")


def test_a_cost_runs_the_other_way() -> None:
    steps = westshire().bridge
    costly = steps[1].model_copy(update={"amount": -9e6})
    found = bridge.build(westshire(bridge=(steps[0], costly, steps[-1])))
    assert found is not None
    assert found.costs
    assert (found.bars[1].kind, found.bars[1].shown) == ("costs", "+£9m")


def test_a_surplus_reads_as_one() -> None:
    steps = westshire().bridge
    up = (steps[0].model_copy(update={"amount": 5e6}), steps[-1].model_copy(update={"amount": 8e6, "low": None}))
    assert bridge.heading(up) == (
        "If nothing changes there is a surplus of £5m. With the plan there is a surplus of £8m."
    )


def test_a_surplus_from_the_start_is_drawn_as_a_position() -> None:
    steps = westshire().bridge
    start, saves, left = (
        steps[0].model_copy(update={"amount": 20e6}),
        steps[1].model_copy(update={"amount": 6e6, "claimed": None}),
        steps[-1].model_copy(update={"amount": 26e6, "low": 3e6, "high": 53e6}),
    )
    found = bridge.build(westshire(bridge=(start, saves, left)))
    assert found is not None
    assert [bar.shown for bar in found.bars] == ["£20m", "+£6m", "£26m"]
    assert found.bars[1].left == pytest.approx(found.bars[0].left + found.bars[0].width, abs=0.02)
    assert found.bars[2].kind == "surplus"
    assert found.bars[2].spread == "£3m to £53m"
    assert found.rows[0][1] == "a surplus of £20m"


def test_what_was_claimed_for_the_whole_plan_is_no_part_of_the_total() -> None:
    one = westshire().claims[0]
    whole = one.model_copy(update={"initiative": "", "name": "The plan as a whole", "claimed": 229e6})
    found = views.claims(westshire(claims=(one, whole)))
    assert found is not None
    assert found.total is not None
    assert found.total[:2] == ("£38m", "£27m")
    assert [c.name for c, _ in found.whole] == ["The plan as a whole"]


def test_quarters_are_named_and_years_stand_in_their_middle() -> None:
    fan = westshire().fans[1]
    drawn = charts.draw(fan.model_copy(update={"points": fan.points[::3]}))
    assert drawn.rows[0][0] == "April to June 2026"
    assert drawn.rows[3][0] == "January to March 2027"
    assert drawn.periods[0] == ("26/27", 10.0)
    assert len(drawn.periods) == 5


def test_a_per_cent_is_not_followed_by_share() -> None:
    one = westshire().assumed[1].model_copy(update={"unit": "share a year"})
    assert "2.2% a year</td>" in render(westshire(assumed=(one,)))


def test_what_no_shock_holds_is_said_once() -> None:
    shocks = tuple(s.model_copy(update={"not_reached": ("Plan B", *s.not_reached)}) for s in westshire().scenarios)
    html = render(westshire(scenarios=shocks))
    assert html.count("Plan B") == 1
    assert "Not modelled: Flu on the wards" in html


def test_a_formula_in_a_table_is_disarmed_for_spreadsheets() -> None:
    assert "%27%3DSUM" in views.csv_link([("=SUM(A1)",)], ("a",))


def test_the_pictures_can_be_exported() -> None:
    svg = charts.export(westshire().fans[0], "svg")
    assert svg.startswith(b"<svg")
    with pytest.raises(ValueError, match="svg or png"):
        charts.export(westshire().fans[0], "gif")


def test_style_and_templates_are_part_of_the_package() -> None:
    folder = Path(views.__file__).parent
    assert {p.suffix for p in (folder / "static").iterdir()} == {".css"}
    assert all(p.name.endswith(".html.j2") for p in (folder / "templates").iterdir())


def test_the_same_findings_give_the_same_page() -> None:
    assert render(westshire()) == render(westshire())


def test_the_claim_of_the_whole_plan_makes_the_headings() -> None:
    one = westshire().claims[0]
    whole = one.model_copy(update={"initiative": "", "name": "The plan as a whole", "claimed": 229e6, "found": 102e6})
    findings = westshire(claims=(one, whole))
    found, drawn = views.claims(findings), bridge.build(findings)
    assert found is not None
    assert drawn is not None
    assert found.heading == "£127m of the savings claimed cannot be found"
    assert drawn.heading == "The plan claims £229m. The model finds £102m and leaves £40m."


def test_big_numbers_of_people_asked_have_thousands_apart_and_no_dots() -> None:
    html = render(westshire(involvement=(("People of Westshire", 18500, 769480),)))
    assert "18,500 of 769,480 asked" in html
    assert 'class="dots"' not in html


def test_the_callout_names_the_cause_and_says_when_shares_overlap() -> None:
    first = westshire().first_break
    assert first is not None
    html = render(westshire())
    assert "<b>Community nurses arrive after the beds close.</b>" in html
    assert "They overlap" not in html
    tied = first.model_copy(update={"share": 0.9, "next": (("wh.beds", "2028/29", 0.8),)})
    assert "They overlap" in render(westshire(first_break=tied))


def test_initiatives_that_change_nothing_share_a_bar_and_keep_their_rows() -> None:
    first, one, *_, left = westshire().bridge
    idle = [one.model_copy(update={"id": f"i{n}", "name": f"Idle {n}", "amount": 20.0, "claimed": None}) for n in "ab"]
    found = bridge.build(westshire(bridge=(first, one, *idle, left)))
    assert found is not None
    assert [b.name for b in found.bars] == [first.name, one.name, "2 others that change nothing", left.name]
    assert [r[0] for r in found.rows] == [first.name, one.name, "Idle a", "Idle b", left.name]
    assert found.bars[2].kind == "none"


def test_a_claim_without_anything_found_keeps_its_own_bar() -> None:
    first, one, *_, left = westshire().bridge
    empty = one.model_copy(update={"id": "i", "amount": 0.0, "claimed": 5e6})
    assert len(bridge.drawn((first, empty, empty.model_copy(update={"id": "j"}), left))) == 4


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
    assert "Care record: time of staff; no study counts any</li>" in html


def test_shocks_that_are_shown_alone_are_rounded_by_their_own_futures() -> None:
    one = westshire().scenarios[7].model_copy(update={"futures": 100, "worst_P": 0.13, "all_hard_P": 0.12})
    (row,) = views.scenarios(westshire(scenarios=(one,)))
    assert (row.box.shown, row.whole) == ("15%", "10%")
