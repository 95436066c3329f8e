"""``placeplan publish`` as a command: what it writes, what it never writes over, and what it says where it cannot."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest
from typer.testing import CliRunner

from fixtures.sample_findings import bare, westshire
from placeplan.cli.reports.publishing import Asked, publish_report
from placeplan.cli.root import app
from placeplan.core.errors import PlanError
from placeplan.report.site.replies import form, read_replies
from placeplan.report.site.shelf import LIST
from placeplan.stress.findings import Findings

TODAY = date(2026, 11, 27)
WHY = "All of them are gone."


def write(folder: Path, findings: Findings) -> Path:
    """A report's folder."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "findings.json").write_text(findings.model_dump_json(), encoding="utf-8")
    return folder


def real(**changes: object) -> Findings:
    """Few pages of a place that is not made up: two organisations promise something."""
    rows = tuple(p for p in westshire().promises if p.organisation in {"wct", "wh"})
    return bare().model_copy(update={"promises": rows, **changes})


def held(folder: Path) -> dict[str, bytes]:
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def refused(report: Path, out: Path, asked: Asked, today: date = TODAY) -> list[tuple[str, str]]:
    """Codes of all that stands in the way, with what is said; nothing is written."""
    before = held(out) if out.is_dir() else None
    with pytest.raises(PlanError) as told:
        publish_report(report, out, asked, today)
    assert (held(out) if out.is_dir() else None) == before
    return [(p.code, f"{p.what} {p.mend}") for p in told.value.problems]


def test_a_site_is_written_and_the_same_again_changes_nothing(tmp_path: Path) -> None:
    report, out = write(tmp_path / "r", real()), tmp_path / "site"
    first = CliRunner().invoke(app, ["publish", str(report), "--out", str(out), "--without-replies", WHY])
    assert first.exit_code == 0, first.output
    assert "Version 1 is published" in first.output
    before = held(out)
    again = CliRunner().invoke(app, ["publish", str(report), "--out", str(out), "--without-replies", WHY])
    assert "published already, as version 1" in again.output
    assert held(out) == before
    assert WHY in (out / "v" / json.loads(before[LIST])["versions"][0]["name"] / "replies.html").read_text(
        encoding="utf-8"
    )


def test_a_newer_report_is_one_version_more_and_what_was_there_stays(tmp_path: Path) -> None:
    out = tmp_path / "site"
    publish_report(write(tmp_path / "a", real()), out, Asked(without=WHY))
    (out / "CNAME").write_text("plan.example", encoding="utf-8")
    before = held(out)
    publish_report(write(tmp_path / "b", real(seed=2)), out, Asked(without=WHY))
    after = held(out)
    assert {k for k, v in before.items() if after[k] != v} == {"index.html", "versions.html", LIST}
    assert len([k for k in after if k.startswith("changes/")]) == 1
    publish_report(write(tmp_path / "a", real()), out, Asked(without=WHY))
    assert held(out) == after, "a version that is there already does not come twice"


def test_nothing_is_published_before_those_named_could_answer(tmp_path: Path) -> None:
    """``not-asked`` and ``may-still-answer``, all at once; once the day is over, or the answer there, it is published."""
    f = real()
    report, out, file = write(tmp_path / "r", f), tmp_path / "site", tmp_path / "replies.yaml"
    ((code, said),) = refused(report, out, Asked())
    assert code == "not-asked"
    assert "Westshire Community Trust (wct); Westshire Hospitals (wh)" in said
    entry = f"  - {{organisation: wct, shown: '{f.digest[:12]}', asked: 2026-11-01, until: 2026-11-27}}\n"
    file.write_text(f"replies:\n{entry}", encoding="utf-8")
    assert [c for c, _ in refused(report, out, Asked(replies=file))] == ["not-asked", "may-still-answer"]
    file.write_text(f"replies:\n{entry}{entry.replace('wct', 'wh')}", encoding="utf-8")
    publish_report(report, out, Asked(replies=file), date(2026, 11, 28))
    page = next(out.glob("v/*/organisations/wh.html")).read_text(encoding="utf-8")
    assert (
        "had not answered when this was published. It was asked on 1 November 2026 and could answer until 27 November 2026"
        in page
    )


def test_an_answer_to_other_findings_is_no_answer_to_these(tmp_path: Path) -> None:
    file = tmp_path / "replies.yaml"
    lines = [
        f"  - {{organisation: {o}, shown: '0123456789', asked: 2026-01-01, until: 2026-02-01}}" for o in ("wct", "wh")
    ]
    file.write_text("\n".join(["replies:", *lines]), encoding="utf-8")
    assert [c for c, _ in refused(write(tmp_path / "r", real()), tmp_path / "s", Asked(replies=file))] == ["not-asked"]


def test_a_draft_is_marked_and_brings_the_file_to_fill_in(tmp_path: Path) -> None:
    report, out = write(tmp_path / "r", real()), tmp_path / "draft"
    publish_report(report, out, Asked(draft=True))
    pages = [t for p, t in held(out).items() if p.endswith(".html")]
    assert all(b"A draft." in t for t in pages)
    told = (out / "replies.yaml").read_text(encoding="utf-8")
    assert told == form(real())
    assert told.count("organisation:") == 2
    (out / "replies.yaml").write_text("# mine\n", encoding="utf-8")
    publish_report(write(tmp_path / "b", real(seed=2)), out, Asked(draft=True))
    assert (out / "replies.yaml").read_text(encoding="utf-8") == "# mine\n"
    assert [c for c, _ in refused(report, out, Asked(without=WHY))] == ["draft-and-site"]


def test_a_made_up_place_has_nobody_to_ask(tmp_path: Path) -> None:
    publish_report(write(tmp_path / "r", real(synthetic=True)), tmp_path / "s", Asked())
    assert "there was nobody to ask" in next((tmp_path / "s").glob("v/*/replies.html")).read_text(encoding="utf-8")


def test_all_that_stands_in_the_way_is_told_together(tmp_path: Path) -> None:
    """No report, a folder with other things, replies and none (``asked-or-not``)."""
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "notes.txt").write_text("mine", encoding="utf-8")
    asked = Asked(replies=tmp_path / "none.yaml", without=WHY)
    assert sorted(c for c, _ in refused(tmp_path / "nothing", tmp_path / "out", asked)) == [
        "asked-or-not",
        "folder-in-use",
        "no-findings",
    ]


@pytest.mark.parametrize("text", ["", "{}", "[]", '{"placeplan_site": 2, "place": "x"}', "\xff"])
def test_a_folder_with_a_list_that_is_not_ours_is_left_alone(text: str, tmp_path: Path) -> None:
    (tmp_path / LIST).write_bytes(text.encode("latin-1"))
    assert [c for c, _ in refused(write(tmp_path.parent / "r1", real()), tmp_path, Asked(without=WHY))] == [
        "folder-in-use"
    ]


def test_a_report_of_another_place_or_name_is_refused(tmp_path: Path) -> None:
    """``other-plan``: versions of one site are of one plan; a new name has to be said."""
    out = tmp_path / "site"
    publish_report(write(tmp_path / "a", real()), out, Asked(without=WHY))
    ((code, said),) = refused(write(tmp_path / "b", real(place="Eastshire")), out, Asked(without=WHY))
    assert (code, "Eastshire" in said) == ("other-plan", True)
    other = write(tmp_path / "c", real(plan="The plan of 2027"))
    assert [c for c, _ in refused(other, out, Asked(without=WHY))] == ["other-plan"]
    publish_report(other, out, Asked(without=WHY, renamed=True))
    assert len(json.loads((out / LIST).read_text(encoding="utf-8"))["versions"]) == 2


def test_what_somebody_changed_by_hand_is_not_written_over(tmp_path: Path) -> None:
    """``site-changed``: a version that is not what was published, and a page that would be written anew."""
    out = tmp_path / "site"
    publish_report(write(tmp_path / "a", real()), out, Asked(without=WHY))
    (out / "index.html").write_text("mine", encoding="utf-8")
    next(out.glob("v/*/promises/wh.money.html")).unlink()
    told = refused(write(tmp_path / "b", real(seed=2)), out, Asked(without=WHY))
    assert [c for c, _ in told] == ["site-changed", "site-changed"]
    assert "index.html" in told[0][1] + told[1][1]


@pytest.mark.parametrize(
    ("entry", "codes"),
    [
        ("{organisation: wcx, shown: a41c77d20e5b, asked: 2026-10-01, until: 2026-10-20}", ["unknown-organisation"]),
        ("{organisation: wct, shown: xyz, asked: 2026-10-01, until: soon}", ["bad-value", "bad-value"]),
        ("{organisation: wct, shown: a41c77d20e5b, asked: 2026-10-31, until: 2026-10-20}", ["bad-value"]),
        ("{organisation: wct, shown: a41c77d20e5b, asked: 2026-02-30, until: 2026-10-20}", ["bad-value"]),
        (
            "{organisation: wct, shown: a41c77d20e5b, asked: 2026-10-01, until: 2026-10-20, answered: 2026-10-02}",
            ["missing-field"],
        ),
        (
            "{organisation: wct, shown: a41c77d20e5b, asked: 2026-10-01, until: 2026-10-20, answered: 2026-09-02, by: X, text: Y}",
            ["bad-value"],
        ),
        (
            "{organisation: wct, shown: a41c77d20e5b, asked: 2026-10-01, untill: 2026-10-20}",
            ["missing-field", "unknown-field"],
        ),
    ],
)
def test_a_wrong_reply_is_told_with_its_line(entry: str, codes: list[str], tmp_path: Path) -> None:
    file = tmp_path / "replies.yaml"
    file.write_text(f"replies:\n  - {entry}\n", encoding="utf-8")
    with pytest.raises(PlanError) as told:
        read_replies(file, real())
    assert sorted(p.code for p in told.value.problems) == codes
    assert {p.row for p in told.value.problems} == {2}


def test_one_asked_twice_on_a_day_is_told(tmp_path: Path) -> None:
    file = tmp_path / "replies.yaml"
    entry = "  - {organisation: wct, shown: a41c77d20e5b, asked: 2026-10-01, until: 2026-10-20}\n"
    file.write_text(f"replies:\n{entry}{entry}", encoding="utf-8")
    with pytest.raises(PlanError) as told:
        read_replies(file, real())
    assert [(p.code, p.row) for p in told.value.problems] == [("duplicate-id", 3)]


def test_a_site_that_cannot_be_written_stays_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    out = tmp_path / "site"
    publish_report(write(tmp_path / "a", real()), out, Asked(without=WHY))
    before = held(out)

    def fails(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device", "x")

    monkeypatch.setattr("pathlib.Path.write_bytes", fails)
    with pytest.raises(OSError, match="No space left"):
        publish_report(write(tmp_path / "b", real(seed=2)), out, Asked(without=WHY))
    assert held(out) == before
    assert [p.name for p in tmp_path.iterdir() if p.name.startswith(".site")] == []
