"""The terminal says the sentence first, fits 80 columns and never speaks by colour alone."""

from __future__ import annotations

import io

import pytest
from rich.console import Console

from fixtures.sample_findings import bare, every_word, westshire
from placeplan.report.terminal import print_findings
from placeplan.stress.findings import Findings


def _printed(findings: Findings, width: int = 80) -> str:
    out = io.StringIO()
    print_findings(findings, Console(file=out, width=width, color_system=None))
    return out.getvalue()


@pytest.mark.parametrize("name", every_word())
def test_the_sentence_comes_first(name: str) -> None:
    findings = every_word()[name]
    said = " ".join(_printed(findings).split())
    begins = "Made up. " if findings.synthetic else ""
    assert said.startswith(f"{begins}{findings.sentence}")


@pytest.mark.parametrize("width", [80, 100, 200])
def test_it_fits_the_width(width: int) -> None:
    assert max(len(line.rstrip()) for line in _printed(westshire(), width).splitlines()) <= width


def test_a_cell_has_its_symbol_and_number_without_colour() -> None:
    text = _printed(westshire())
    assert "[✗46%]" in text
    assert "▼71%" in text
    assert "≈95%" in text
    assert "✓93%" in text


def test_what_drives_the_break_is_named() -> None:
    text = _printed(westshire())
    assert "The first break: April 2028" in text
    assert "What drives the first break: delay" in text
    assert "45%  40% to 55%" in text, "found from few futures: rounded to 5"


def test_few_futures_give_round_numbers_and_no_certainty() -> None:
    text = " ".join(_printed(bare()).split())
    assert "rounded to 5 in 100" in text
    assert ">95%" in text
    assert "100%" not in text


def test_a_name_cannot_steer_the_terminal() -> None:
    assert "\x1b" not in _printed(westshire(place="West\x1b[2Jshire", closes=("90 beds\x1b]0;x\x07",)))


def test_with_many_years_the_first_break_is_still_there() -> None:
    years = tuple(f"{y}/{(y + 1) % 100:02d}" for y in range(2026, 2042))
    text = _printed(westshire(years=years))
    assert "[✗46%]" in text
    assert max(len(line.rstrip()) for line in text.splitlines()) <= 80
