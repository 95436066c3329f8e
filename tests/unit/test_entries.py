"""Records are only added to: what was on record in the version before is there as it was, or it is told."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from fixtures.broken_authority import FILE
from fixtures.broken_plans import GOOD_AUTHORITY, GOOD_STAGES, INITIATIVE, WHOLE, write
from placeplan.cli import app
from placeplan.core.errors import Problem
from placeplan.plan.entries import taken_back

STAGES = "stages.yaml"
INIT = "initiatives/home_first.yaml"
SIGNED = "sign_offs:\n  - {organisation: W0C, position: signed, date: 2026-09, source: made up}\n"
OTHER = "  - {organisation: W0L, position: objects, date: 2026-10, source: made up}\n"


def told(tmp_path: Path, old: dict[str, str], new: dict[str, str]) -> list[Problem]:
    tmp_path.mkdir(exist_ok=True)
    before, now = (write({**WHOLE, **texts}, tmp_path / name) for texts, name in ((old, "before"), (new, "now")))
    return list(taken_back(before, now))


def test_nothing_is_told_of_what_was_only_added_to(tmp_path: Path) -> None:
    """Another decision, another sign-off, entries in another order, and anything that is no record."""
    later = "  - {id: again, board: hospital_board, initiatives: [home_first], decided: refused, date: 2026-11-14, source: made up}\n"
    old = {FILE: GOOD_AUTHORITY, INIT: INITIATIVE + SIGNED + OTHER}
    first, _, second = (SIGNED + OTHER).partition("sign_offs:\n")[2].partition("  - {organisation: W0L")
    new = {
        FILE: GOOD_AUTHORITY.replace("decisions:\n", f"decisions:\n{later}"),
        INIT: INITIATIVE.replace("1800000", "1900000") + f"sign_offs:\n  - {{organisation: W0L{second}{first}",
    }
    assert told(tmp_path, old, new) == []


def test_what_is_gone_is_told_where_it_stood(tmp_path: Path) -> None:
    """A decision taken out and a sign-off rewritten are each told with what had been said."""
    start, end = GOOD_AUTHORITY.index("decisions:"), GOOD_AUTHORITY.index("relationships:")
    new = {
        FILE: GOOD_AUTHORITY[:start] + GOOD_AUTHORITY[end:],
        INIT: INITIATIVE + SIGNED.replace("signed", "objects"),
    }
    found = told(tmp_path, {FILE: GOOD_AUTHORITY, INIT: INITIATIVE + SIGNED}, new)
    assert [(p.code, p.file, p.severity) for p in found] == [
        ("entry-gone", FILE, "error"),
        ("entry-gone", INIT, "error"),
    ]
    assert "home_first_agreed of 2026-09-14 (hospital_board approved home_first) was on record" in found[0].what
    assert found[1].what.startswith("W0C “signed” on 2026-09 on home_first was on record")


def test_what_was_changed_is_told_with_its_fields(tmp_path: Path) -> None:
    new = {FILE: GOOD_AUTHORITY.replace("amount: 2000000", "amount: 1000000")}
    (found,) = told(tmp_path, {FILE: GOOD_AUTHORITY}, new)
    assert (found.code, found.column, found.row) == ("entry-changed", "decisions (1st).amount", 32)
    assert found.what.endswith("was changed: amount.")


def test_moves_judgements_and_evidence_are_only_added_to(tmp_path: Path) -> None:
    """Each taken out or rewritten is told; more of each is not."""
    shown = "          - {what: Terms of reference, date: 2026-05, source: made up}\n"
    more = (
        GOOD_STAGES.replace(shown, f"{shown}{shown.replace('Terms', 'New terms')}")
        + "  - {id: again, scale: stp_dashboard_2017, level: advanced,"
    )
    more += " date: 2017-07, by: us, evidence: seen, source: made up}\n"
    assert told(tmp_path / "more", {STAGES: GOOD_STAGES}, {STAGES: more}) == []
    for n, (old, new, code, words) in enumerate((
        ("Terms of reference", "Other terms", "entry-gone", "Evidence of 2026-05 for board (Terms of reference)"),
        ("date: 2026-09", "date: 2026-08", "entry-changed", "Move up of 2026-09 to integrated_system was changed: date"),
        ("level: segment_2", "level: segment_1", "entry-changed", "Judgement league of 2026-06 (W0H segment_2 on oversight_2025)"),
        ("  - {id: first, stage: partnership, date: 2026-05, source: made up}\n", "", "entry-gone", "Move first of 2026-05 to partnership"),
    )):  # fmt: skip
        (found,) = told(tmp_path / str(n), {STAGES: GOOD_STAGES}, {STAGES: GOOD_STAGES.replace(old, new)})
        assert found.code == code
        assert found.what.startswith(words)


def test_the_same_sign_off_twice_has_to_stay_twice(tmp_path: Path) -> None:
    twice = INITIATIVE + SIGNED + SIGNED.partition("\n")[2]
    assert len(told(tmp_path, {INIT: twice}, {INIT: INITIATIVE + SIGNED})) == 1


def test_an_initiative_that_is_gone_takes_its_record_with_it_and_that_is_asked_about(tmp_path: Path) -> None:
    kept = {k: v for k, v in WHOLE.items() if k != FILE}
    old = write({**kept, INIT: INITIATIVE + SIGNED + OTHER}, tmp_path / "old")
    now = write({k: v for k, v in kept.items() if k != INIT}, tmp_path / "now")
    (found,) = taken_back(old, now)
    assert (found.code, found.severity) == ("entry-gone", "warning")
    assert "2 sign-offs" in found.what


def test_a_decision_that_cannot_be_read_is_not_called_gone(tmp_path: Path) -> None:
    """One slip is told once: where the entry stands there and is refused, its own problem says so."""
    new = {FILE: GOOD_AUTHORITY.replace("decided: approved", "decided: aproved")}
    assert told(tmp_path, {FILE: GOOD_AUTHORITY}, new) == []


@pytest.mark.shows(25)
def test_the_verb_looks_at_the_version_before(tmp_path: Path) -> None:
    """The exit status says that something was taken back; a folder that is not there is told too."""
    old = write({**WHOLE, FILE: GOOD_AUTHORITY}, tmp_path / "old")
    now = write({k: v for k, v in WHOLE.items() if k != FILE}, tmp_path / "now")
    run = CliRunner().invoke
    assert run(app, ["check", str(now)]).exit_code == 0
    found = run(app, ["check", str(now), "--before", str(old)])
    assert found.exit_code == 1
    assert "was on record and is gone" in found.output
    assert run(app, ["check", str(old), "--before", str(old)]).exit_code == 0
    assert run(app, ["check", str(now), "--before", str(tmp_path / "nowhere")]).exit_code == 1
