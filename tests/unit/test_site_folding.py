"""Long sections fold on a phone, and nothing of them is lost."""

from __future__ import annotations

import re

from placeplan.report.site.folding import LONG, with_folds

HEAD = (
    '<section class="sec" aria-labelledby="h-one"><h2 id="h-one">One &amp; all</h2>\n<p class="lead">It matters.</p>\n'
)


def paged(*sections: str) -> str:
    return f'<div class="wrap page one">{"".join(sections)}</div>'


ANOTHER = '<section class="sec" aria-labelledby="h-two"><h2 id="h-two">Two</h2></section>'


def test_a_long_section_keeps_its_heading_and_first_sentence_and_folds_the_rest() -> None:
    row = "<tr><th>Who</th><td>" + "x" * 100 + "</td></tr>"
    page = paged(f"{HEAD}<table><tbody>{row * 6}</tbody></table></section>", ANOTHER)
    told = with_folds(page)
    before, _, after = told.partition("<details")
    assert "It matters." in before
    assert '<summary>Show 6 lines<span class="vh">: One &amp; all</span></summary>' in after
    assert re.sub(r"\n?</?details[^>]*>(<summary>.*?</summary>)?\n?", "", told).replace("\n", "") == page.replace(
        "\n", ""
    )


def test_a_short_section_and_one_that_asks_stay_as_they_are() -> None:
    short = paged(f"{HEAD}<p>Little.</p></section>", ANOTHER)
    asks = paged(f"{HEAD}<form>{'x' * 2 * LONG}</form></section>", ANOTHER)
    assert with_folds(short) == short
    assert with_folds(asks) == asks


def test_what_nobody_should_have_to_open_stays_and_so_does_a_section_that_stands_alone() -> None:
    long = f"{HEAD}<p>{'x' * 2 * LONG}</p></section>"
    assert "<details" in with_folds(paged(long, ANOTHER))
    assert with_folds(paged(long)) == paged(long)
    closes = long.replace('class="sec"', 'class="sec stays"')
    assert "<details" not in with_folds(paged(closes, ANOTHER))


def test_a_page_of_several_sections_lists_those_that_it_shows() -> None:
    plain = "".join(
        f'<section class="sec" aria-labelledby="h{n}"><h2 id="h{n}">Part {n}</h2></section>' for n in range(4)
    )
    deeper = '<section class="sec all" aria-labelledby="h9"><h2 id="h9">Deeper</h2></section>'
    told = with_folds(paged(plain, deeper))
    assert re.findall(r'<li><a href="#(\w+)">', told) == ["h0", "h1", "h2", "h3"]
