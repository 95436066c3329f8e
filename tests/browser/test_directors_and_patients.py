"""Two stories from their first page to their last, on the workbench as it is served: with the keyboard alone, at two widths.

Directors ask what a plan costs each of them and what leaving wins, write a contract that makes all better off, say yes and no, answer and publish. A patient reads it, challenges a number and is answered.
"""

from __future__ import annotations

import os

from playwright.sync_api import Browser, Locator, Page, expect

from browser.conftest import WIDTHS, visiting
from fixtures.browsing import sideways, violations
from fixtures.keyboard import Keyboard
from fixtures.made_workbench import STORY, WORDS
from fixtures.serving import Served

os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
LONG = 240_000
"""Milliseconds in which a run ends, on a machine with much else to do."""
OBJECTION = "No, while nobody says who pays for the year after."
SHARED = "  - kind: spend\n    organisation: ACU1\n    recurrent: -4000000.0\n  - kind: spend"
"""What a hospital spares by an initiative that the commissioner pays; the same at both widths, so that it is run once."""
TURNED = "effects:\n  - kind: recontract\n    old: emergency_ACU1\n    new: emergency_after"
"""A part of it by which the hospital is paid less for an emergency from then on: some £0.6m a year."""
TERMS = {
    "Id": "emergency_after", "About": "Emergencies, once fewer come", "Payer": "Made-up commissioner", "Payee": "Made-up acute", "Starts": "by_initiative",
    "Pod": "Emergency admissions", "Price": "2496", "Baseline": "15015", "Rate above": "0.7", "Source": "Agreed by both boards on 3 May",
}  # fmt: skip
ANSWER = "We do not agree with the money that is said about us."
NUMBER = "The right number"


def test_what_directors_object_to_is_published_and_what_a_patient_challenges_is_answered(
    browser: Browser, real: Served
) -> None:
    for width in WIDTHS:
        _told(browser, real, width)


def _told(browser: Browser, real: Served, width: int) -> None:
    with visiting(browser, real, width) as ana, visiting(browser, real, width) as cas:
        hers, his = Keyboard(ana), Keyboard(cas)
        draft = f"turn-{width}"
        _asks_who_loses(hers, draft)
        _says(hers, "ACU1", draft, f"Yes, if wards stay open until then ({width}).", agrees=True)
        his.sign_in("cas@example.org", WORDS)
        _says(his, "COM1", draft, OBJECTION, agrees=False)
        ana.goto(f"/drafts/{STORY}/{draft}/")  # what was said is another version, and only what was run can be offered
        _run(hers)
        _offered_answered_published(hers, his)
        with visiting(browser, real, width) as pat:
            mine, number = _challenged(Keyboard(pat))
            _replied(hers, number)
            pat.goto(mine)
            pat.reload()
            Keyboard(pat).follow("See what changes")
            expect(pat.locator("blockquote", has_text="It is the mean of the year.")).to_contain_text("Ana Lopez")
            expect(pat.locator("#sentence")).to_be_visible(timeout=LONG)
            _looked_at(pat)


def _done(page: Page, what: str) -> None:
    expect(page.get_by_role("heading", level=1)).to_contain_text(f"{what} is done", timeout=LONG)


def _looked_at(page: Page) -> None:
    assert sideways(page) <= 0
    assert violations(page) == []


def _run(keys: Keyboard) -> None:
    keys.write("How many futures?", "20")
    keys.follow("Run it")
    _done(keys.page, "The run")
    keys.follow("Back to the draft")


def _asks_who_loses(keys: Keyboard, draft: str) -> None:
    """A director of finance asks what going along costs and leaving wins, writes a contract that keeps all, and asks again."""
    page = keys.page
    keys.sign_in("ana@example.org", WORDS)
    keys.follow("Longmoor")
    keys.follow("main")
    keys.write("Its name", draft)
    keys.follow("Begin it")
    _written(keys, draft, "  - kind: spend", SHARED, "the hospital spares beds by it")
    told = _asked(keys, draft)
    expect(told).to_contain_text(
        "1 of 2 organisations that carry a part would do better by leaving: Made-up commissioner"
    )
    expect(told).to_contain_text("Payments of £0.5m a year between them would keep all")
    expect(told).to_contain_text("if it leaves alone")
    expect(told).to_contain_text("Or as shares of what all gain")
    _looked_at(page)
    page.goto(f"/drafts/{STORY}/{draft}/parts/contracts/add")
    keys.choose("Kind", "piecewise")
    keys.follow("Show the fields of the kinds chosen")
    for label, text in TERMS.items():
        keys.write(label, text)
    keys.write("Why do you change it?", "so that it pays for both")
    keys.follow("Write it")
    expect(page.get_by_role("status")).to_contain_text("Written as version")
    _written(keys, draft, "effects:", TURNED, "the contract begins with it")
    expect(_asked(keys, draft)).to_contain_text("Of 2 organisations that carry a part none would do better by leaving.")
    _looked_at(page)
    keys.follow("Back to the draft")
    _run(keys)


def _written(keys: Keyboard, draft: str, old: str, new: str, why: str) -> None:
    """Write something else into the initiative, as text."""
    page = keys.page
    page.goto(f"/drafts/{STORY}/{draft}/")
    keys.follow("initiatives/prevent_01.yaml")
    keys.to("The file")
    before = page.get_by_label("The file").input_value()
    assert old in before
    page.keyboard.press("Control+A")
    page.keyboard.insert_text(before.replace(old, new, 1))
    keys.write("Why do you change it?", why)
    with page.expect_navigation():
        page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_contain_text("Written as version")


def _asked(keys: Keyboard, draft: str) -> Locator:
    """What is told of who loses by going along."""
    keys.page.goto(f"/drafts/{STORY}/{draft}/")
    keys.follow("Who loses by going along")
    keys.write("How many futures?", "20")
    keys.follow("Ask it")
    _done(keys.page, "The search")
    return keys.page.locator("main")


def _says(keys: Keyboard, organisation: str, draft: str, words: str, *, agrees: bool) -> None:
    """Say yes or no for an organisation to all parts of a draft."""
    page = keys.page
    page.goto(f"/publishing/{STORY}/")
    link = page.locator(f"a[href*='/sign/{organisation}/']", has_text=f"to the draft “{draft}”")
    keys.follow(link.inner_text())
    keys.to(page.locator(".nhsuk-checkboxes__label").first.inner_text())
    page.keyboard.press("Space")
    keys.to("Yes, we sign")
    page.keyboard.press("Space")
    if not agrees:
        page.keyboard.press("ArrowDown")
        expect(page.get_by_label("No, we refuse")).to_be_checked()
    keys.write("Which board or office says so?", f"Board of {organisation}")
    keys.write("In your words", words)
    _looked_at(page)
    keys.follow("Put it on record")
    expect(page.get_by_role("status")).to_contain_text("It is on record")


def _offered_answered_published(hers: Keyboard, his: Keyboard) -> None:
    ana, cas = hers.page, his.page
    ana.goto(f"/publishing/{STORY}/")
    hers.follow(ana.get_by_role("link", name="Offer version").first.inner_text())
    for label in ana.get_by_label("How is it shown to").all():
        hers.write(label.evaluate("e => e.labels[0].innerText"), "by letter to its board")
    hers.follow("Offer it")
    expect(ana.get_by_role("status")).to_contain_text("It is with those it names")
    _looked_at(ana)
    cas.goto(f"/publishing/{STORY}/")
    _answers(his)
    ana.goto(f"/publishing/{STORY}/")
    while (left := ana.get_by_role("link", name="Answer for")).count():
        hers.follow(left.first.inner_text())
        hers.to("What stands below")
        ana.keyboard.press("Space")
        ana.keyboard.press("ArrowDown")
        hers.write("Which board or office answers?", "Board")
        hers.follow("Answer")
        ana.goto(f"/publishing/{STORY}/")
    hers.follow("Look at it, and publish it")
    expect(ana.locator("main")).to_contain_text(ANSWER)
    _looked_at(ana)
    hers.write("Who publishes it?", "Director of strategy")
    hers.to("I have read it, and know that nobody can undo this")
    ana.keyboard.press("Space")
    hers.follow("Publish it")
    expect(ana.get_by_role("status")).to_contain_text("It is published.")


def _answers(keys: Keyboard) -> None:
    keys.follow(keys.page.locator("table a").first.inner_text())
    keys.to("What stands below")
    keys.page.keyboard.press("Space")
    keys.write("Your answer", ANSWER)
    keys.write("Which board or office answers?", "Board of COM1")
    _looked_at(keys.page)
    keys.follow("Answer")
    expect(keys.page.get_by_role("status")).to_contain_text("Your answer is kept.")


def _challenged(keys: Keyboard) -> tuple[str, str]:
    """A patient reads what is near, what an organisation answered and refused, and challenges a number; where they come back to, and the challenge."""
    page = keys.page
    page.goto("/")
    keys.follow("Longmoor")
    keys.follow("Near you")
    keys.follow("Made-up area 1 (synthetic)")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Made-up area 1")
    _looked_at(page)
    keys.follow("Replies")
    expect(page.locator("main")).to_contain_text(ANSWER)
    page.goto(f"/{STORY}/")
    expect(page.locator("main")).to_contain_text("Made-up commissioner organisation 1")
    keys.follow("Is a number wrong? See what people have challenged, and challenge it")
    keys.follow("Challenge a number")
    keys.write("Words, such as nurses or beds", "beds open")
    keys.follow("Find")
    keys.follow(page.locator(".web-found a").first.inner_text())
    now = float(page.locator("p.nhsuk-body-l b").first.inner_text().replace(",", "").rstrip("%"))
    page.wait_for_timeout(2100)  # who fills a form in less is a program
    keys.write(NUMBER, f"{now + 7:g}")
    keys.write("Why?", "We counted the beds on the wards in May, and there are more than the plan says.")
    keys.write("How do you know?", "Our count of 12 May, http://example.org/count")
    _looked_at(page)
    keys.follow("Send it and run the plan")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Your challenge is sent")
    mine = page.url
    keys.follow("See what changes")
    expect(page.locator("#sentence")).to_be_visible(timeout=LONG)
    return mine, page.url


def _replied(keys: Keyboard, challenge: str) -> None:
    """Whoever has to reply finds the challenge among what waits, and declines with reasons."""
    page = keys.page
    page.goto("/drafts/")
    page.goto(challenge)
    keys.to("Yes: a version of the plan has it")
    page.keyboard.press("Space")
    page.keyboard.press("ArrowDown")
    expect(page.get_by_label("No, with reasons")).to_be_checked()
    keys.write("Your reasons", "It is the mean of the year.")
    keys.follow("Reply")
    expect(page.get_by_role("heading", name="The reply: not accepted")).to_be_visible()
    _looked_at(page)
