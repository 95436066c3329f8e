"""Words of the public pages that stand in no template: of tests, of examples, of the code that makes the pages."""

from __future__ import annotations

from pathlib import Path

import pytest

from fixtures import reading
from placeplan import stress, web
from placeplan.plan.folder import read_plan
from placeplan.report import site
from placeplan.stress.base import known

AGE = 11
"""Reading age, in years, that no text is above; together they lie well below."""
PLACES = ("dorset-2016", "lincolnshire-2016", "north-central-london-2016", "nottinghamshire-2016")


def above(texts: dict[str, list[list[str]]]) -> dict[str, float]:
    """Texts that ask for an older reader."""
    return {name: years for name, said in texts.items() if said and (years := reading.age(said)) > AGE}


def together(texts: dict[str, list[list[str]]]) -> float:
    return reading.age([s for said in texts.values() for s in said])


def test_the_question_of_each_stress_test_can_be_read_at_the_age_of_11() -> None:
    asked = {t.name: reading.sentences(f"{t.question} ") for t in known().values()}
    assert len(asked) > 30
    assert above(asked) == {}
    assert together(asked) < 9
    assert [" ".join(s) for said in asked.values() for s in said if len(s) > 25] == []


def test_how_each_stress_test_works_can_be_read_at_the_age_of_11() -> None:
    """And what its limits rest on; the words of the field stand one step deeper."""
    told = {t.name: reading.sentences(f"{t.method} ") for t in known().values()}
    grounds = {t.name: reading.sentences(f"{t.grounds} ") for t in known().values() if t.grounds}
    assert len(told) > 40
    assert len(grounds) > 25
    assert above(told) == above(grounds) == {}
    assert together(told) < 9
    assert [" ".join(s) for said in (*told.values(), *grounds.values()) for s in said if len(s) > 25] == []
    assert [
        t.name for t in known().values() if "judgement" in t.source
    ] == []  # names alone: what is judged is said in a sentence


def test_what_the_stress_tests_and_public_views_say_can_be_read_at_the_age_of_11() -> None:
    """Sentences, lines of tables and limits, each value in them as a short word; of modules that say a few things."""
    folders = [
        Path(stress.__file__).parent,
        *(Path(web.__file__).parent / name for name in ("public", "challenges", "slider")),
    ]
    each = {str(p): reading.of_code(p) for folder in folders for p in folder.glob("**/*.py")}
    told = {name: said for name, said in each.items() if len(said) >= FEW}
    assert len(told) > 80
    assert above(told) == {}
    assert together(told) < 9


FEW = 3
"""Sentences that a module has to say for their mean to mean something."""
PUBLIC = ("places", "challenge", "challenges", "kept", "api", "locked", "again", "sign_in", "error", "not_yet")
"""How names of templates begin that anybody sees on the workbench, besides the published site."""


def test_what_anybody_sees_on_the_workbench_can_be_read_at_the_age_of_11() -> None:
    folder = Path(web.__file__).parent / "templates" / "web"
    each = {n: s for n, s in reading.templates(folder).items() if n.startswith(PUBLIC) and s}
    each |= {n: s for n, s in reading.templates(folder / "publishing").items() if n.startswith("not_published")}
    assert len(each) > 12
    assert above(each) == {}
    assert [" ".join(s) for said in each.values() for s in said if len(s) > 25] == []


@pytest.mark.parametrize("place", PLACES)
def test_what_each_change_of_an_example_is_can_be_read_at_the_age_of_11(root: Path, place: str) -> None:
    plan = read_plan(root / "examples" / place)
    told = {i.id: reading.sentences(f"{i.about} ") for i in plan.initiatives}
    assert all(told.values())
    assert above(told) == {}
    assert together(told) < 10
    assert [" ".join(s) for said in told.values() for s in said if len(s) > 25] == []


@pytest.mark.parametrize("place", PLACES)
def test_the_page_about_each_example_can_be_read_at_the_age_of_11(root: Path, place: str) -> None:
    said = reading.of_markdown((root / "examples" / place / "README.md").read_text(encoding="utf-8"))
    assert len(said) > 20
    assert reading.age(said) <= AGE


def test_what_the_code_of_the_pages_says_can_be_read_at_the_age_of_11() -> None:
    told = {p.name: reading.of_code(p) for p in Path(site.__file__).parent.glob("*.py")}
    assert sum(map(len, told.values())) > 100
    assert above(told) == {}
    assert together(told) < 9


def test_the_measure_tells_hard_text_from_plain_text(tmp_path: Path) -> None:
    hard = "Transformational reconfiguration necessitates organisational consultation across institutional boundaries."
    module = tmp_path / "said.py"
    module.write_text(f'"""{hard}"""\n\nSAID = "{hard} "\nPLAIN = "It is so in a few of them."\n', encoding="utf-8")
    assert [len(s) for s in reading.of_code(module)] == [8, 8]  # the docstring is for who reads the code
    assert above({"hard": reading.of_code(module)[:1], "plain": reading.of_code(module)[1:]}).keys() == {"hard"}
    page = f"# A place\n\n| {hard} |\n\n- [It is so](x.md) in a few `cases of it`.\n"
    assert reading.of_markdown(page) == [["it", "is", "so", "in", "a", "few", "it"]]
