"""A version taken back: its address stays, each of its pages says so, and what it said is there letter for letter."""

from __future__ import annotations

import json
import tempfile
from datetime import date
from pathlib import Path

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from fixtures.sample_findings import bare, westshire
from placeplan.cli.reports.publishing import Asked, publish_report, withdraw_version
from placeplan.cli.root import app
from placeplan.core.errors import PlanError
from placeplan.plan.yamlfile import NO_TEXT
from placeplan.report.site.replies import Reply, Standings, dumped, read_replies, written
from placeplan.report.site.shelf import LIST, Site, read_site
from placeplan.stress.findings import Findings

TODAY, LATER = date(2026, 11, 27), date(2026, 12, 4)
WHY = "The figures for <beds> were of another year."
BY = "Director of strategy"


def report(folder: Path, **changes: object) -> Path:
    """A report of few pages, of a place that is made up."""
    rows = tuple(p for p in westshire().promises if p.organisation in {"wct", "wh"})
    f = bare().model_copy(update={"promises": rows, "synthetic": True, **changes})
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "findings.json").write_text(f.model_dump_json(), encoding="utf-8")
    return folder


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """A site of two versions."""
    out = tmp_path / "site"
    for n, name in enumerate("ab"):
        publish_report(report(tmp_path / name, seed=n), out, Asked(by=BY), TODAY)
    return out


def held(folder: Path) -> dict[str, bytes]:
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def listed(out: Path) -> Site:
    found = read_site(out)
    assert found is not None
    return found


def test_the_list_tells_who_published_when_and_who_checked(site: Path) -> None:
    text = (site / "versions.html").read_text(encoding="utf-8")
    assert f"Published on 27 November 2026 by {BY}." in text
    assert "Nobody has put their name to the inputs." in text
    assert [e.published.by for e in listed(site).versions] == [BY, BY]


def test_between_any_two_versions_there_is_a_page(site: Path, tmp_path: Path) -> None:
    publish_report(report(tmp_path / "c", seed=2), site, Asked(), LATER)
    names = [e.name for e in listed(site).versions]
    pairs = {f"changes/{a}-{b}.html" for n, b in enumerate(names) for a in names[:n]}
    assert {p for p in held(site) if p.startswith("changes/")} == pairs
    assert len(pairs) == 3
    text = (site / f"changes/{names[0]}-{names[2]}.html").read_text(encoding="utf-8")
    assert "What changed from version 1 to version 3" in text
    assert all(f'href="./{p}"' in (site / "versions.html").read_text(encoding="utf-8") for p in pairs)


def test_a_version_that_is_withdrawn_stays_and_says_so_on_each_page(site: Path) -> None:
    before, (first, second) = held(site), listed(site).versions
    withdraw_version(site, first.name[:6], WHY, BY, LATER)
    after = held(site)
    own = [p for p in before if p.startswith(f"v/{first.name}/") and p.endswith(".html")]
    assert own
    for path in own:
        text = after[path].decode()
        notice = text[text.index('<aside class="madeup" aria-label="Withdrawn">') : text.index("<main")]
        assert "on 4 December 2026 by Director of strategy." in notice
        assert "The figures for &lt;beds&gt; were of another year." in notice
        assert text.replace(notice, "") == before[path].decode(), "what it said is there letter for letter"
        assert (site / path).parent.joinpath(
            notice.split('href="')[1].split('"')[0]
        ).resolve() == site / "versions.html"
    assert {p for p in after if after[p] != before[p]} == {*own, "versions.html", LIST}
    assert f"Withdrawn on 4 December 2026 by {BY}." in after["versions.html"].decode()
    entry = listed(site).versions[0]
    assert entry.files == first.files, "the seals of what was published stay"
    assert listed(site).versions[1] == second


def test_the_front_page_says_that_the_newest_was_withdrawn_until_there_is_a_newer(site: Path, tmp_path: Path) -> None:
    first = listed(site).versions[0].name
    withdraw_version(site, "newest", WHY, "", LATER)
    front = (site / "index.html").read_text(encoding="utf-8")
    assert "The newest version was withdrawn" in front
    assert "The figures for &lt;beds&gt; were of another year." in front
    assert f'href="./v/{first}/index.html"' in front
    publish_report(report(tmp_path / "c", seed=7), site, Asked(), LATER)
    assert "was withdrawn" not in (site / "index.html").read_text(encoding="utf-8")
    assert len(listed(site).versions) == 3


def test_what_cannot_be_withdrawn_is_told_and_nothing_is_written(site: Path, tmp_path: Path) -> None:
    withdraw_version(site, "newest", WHY, "", LATER)
    before = held(site)
    ways = {"newest": (WHY, "withdrawn"), "nowhere": (WHY, "unknown-choice"), listed(site).versions[0].name: ("  ", "missing-value")}  # fmt: skip
    for name, (why, code) in ways.items():
        with pytest.raises(PlanError) as told:
            withdraw_version(site, name, why, "", LATER)
        assert [p.code for p in told.value.problems] == [code]
    with pytest.raises(PlanError) as told:
        publish_report(tmp_path / "b", site, Asked(), LATER)
    assert [p.code for p in told.value.problems] == ["withdrawn"], "it does not come back under the same address"
    assert held(site) == before
    (site / f"v/{json.loads(before[LIST])['versions'][1]['name']}/index.html").write_text("changed", encoding="utf-8")
    with pytest.raises(PlanError) as told:
        withdraw_version(site, listed(tmp_path / "site").versions[0].name, WHY, "", LATER)
    assert [p.code for p in told.value.problems] == ["site-changed"]


def test_withdrawing_is_a_verb(site: Path, tmp_path: Path) -> None:
    done = CliRunner().invoke(app, ["withdraw", str(site), "newest", "--why", WHY, "--by", BY])
    assert done.exit_code == 0, done.output
    assert "Its address stays" in done.output
    nothing = CliRunner().invoke(app, ["withdraw", str(tmp_path / "none"), "newest", "--why", WHY])
    assert nothing.exit_code != 0
    assert "no folder of a site" in str(nothing.exception)


def asked(**said: object) -> Reply:
    return Reply.model_validate({"organisation": "wct", "shown": "0a1b2c3d4e5f6071", "asked": "2026-10-01", "until": "2026-10-22"} | said)  # fmt: skip


def test_who_answers_that_it_has_nothing_to_say_is_not_silent() -> None:
    quiet = asked(answered="2026-10-20", by="The board", nothing=True)
    assert Standings((quiet,)).of("wct", quiet.shown) == ("nothing", ())
    assert Standings((asked(),)).of("wct", quiet.shown) == ("silent", ())
    assert "nothing" not in dumped([asked()])[0], "a reply of before has the digest that it had"


@settings(max_examples=50, deadline=None)
@given(st.text(st.characters(codec="utf-8", exclude_categories=["Cs"], exclude_characters="\0"), min_size=1).filter(str.strip))  # fmt: skip
def test_replies_are_read_back_letter_for_letter(text: str) -> None:
    """But for signs that are no letters, which no form takes and no YAML may hold."""
    assume(not NO_TEXT.search(text))
    f: Findings = bare().model_copy(update={"promises": westshire().promises})
    replies = (asked(answered="2026-10-20", by="The board", text=text.strip()), asked(asked="2026-10-02"), asked(asked="2026-10-03", answered="2026-10-20", by="no: one", nothing=True))  # fmt: skip
    assert _read(written(replies), f) == replies
    assert _read(written(()), f) == ()


def _read(text: str, f: Findings) -> tuple[Reply, ...]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "replies.yaml"
        path.write_bytes(text.encode())
        return read_replies(path, f)


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ("nothing: true", "missing-field"),
        ("answered: 2026-10-05\n    by: us", "missing-field"),
        ("answered: 2026-10-05\n    by: us\n    text: x\n    nothing: true", "bad-value"),
    ],
)
def test_half_an_answer_is_told(tmp_path: Path, said: str, code: str) -> None:
    f = bare().model_copy(update={"promises": westshire().promises})
    path = tmp_path / "replies.yaml"
    path.write_text(f"replies:\n  - organisation: wct\n    shown: '0a1b2c3d4e5f6071'\n    asked: 2026-10-01\n    until: 2026-10-22\n    {said}\n")  # fmt: skip
    with pytest.raises(PlanError) as told:
        read_replies(path, f)
    assert [p.code for p in told.value.problems] == [code]
