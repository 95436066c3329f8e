"""Each sentence of the model has a test that says so when its term is set to zero.

The files beside this one list the sentences of the model notes, § by §: for each the terms that it is made of, and the
tests that have to fail without them. What is cheap is checked in every run; that each test says so, in the large ones.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache

import numpy as np
import pytest

from terms.ready import ROOT, Ready, ready
from terms.shown import came_of, entries, sections, shown, silent
from terms.zeroed import Term, filled, says

SENTENCES = {"3_demand": 14, "4_effects": 19, "5_flow": 2, "6_capacity": 24, "7_money": 17}
"""How many sentences each section of the model notes has, the longer ones in parts."""
ENTRIES = entries()
BY_TERM = {
    term: sorted({t for e in ENTRIES if e.term == term for t in e.tests}) for term in sorted({e.term for e in ENTRIES})
}
"""The tests of each term, whatever its sentences: they run together."""


def test_every_sentence_is_listed_once_and_in_order() -> None:
    assert {name: [row["sentence"] for row in rows] for name, rows in sections().items()} == {
        name: list(range(1, count + 1)) for name, count in SENTENCES.items()
    }


def test_every_sentence_has_terms_or_says_why_it_has_none() -> None:
    for name, rows in sections().items():
        for row in rows:
            where = f"{name} {row['sentence']}"
            assert row["about"], where
            assert bool(row.get("terms")) != bool(row.get("none")), f"{where}: terms, or why there are none"


def test_no_entry_is_listed_twice() -> None:
    seen = [(e.sentence, e.term) for e in ENTRIES]
    assert sorted({pair for pair in seen if seen.count(pair) > 1}) == []


@pytest.mark.parametrize("term", BY_TERM)
def test_every_term_stands_in_the_model(term: str) -> None:
    """The function, its argument, or the constant is there under the name that is given."""
    Term.read(term).real()


@cache
def named_in(file: str) -> frozenset[str]:
    """Names of the tests of a file."""
    tree = ast.parse((ROOT / "tests" / file).read_text(encoding="utf-8"))
    return frozenset(node.name for node in tree.body if isinstance(node, ast.FunctionDef))


def test_every_test_that_is_named_is_there() -> None:
    named = {t for e in ENTRIES for t in e.tests} | {t for rows in sections().values() for r in rows for t in shown(r)}
    for test in sorted(named):
        file, _, name = test.partition("::")
        assert name.partition("[")[0] in named_in(file), test


def test_a_test_of_the_equation_alone_shows_nothing_of_the_model() -> None:
    """A worked number is true of a function that nothing calls; the tests named run the model, or a law over any numbers."""
    assert [e for e in ENTRIES if any(t.startswith("worked/") for t in e.tests)] == []


def test_what_becomes_of_a_term() -> None:
    ones = filled({"a": np.ones(3), "b": (2.0, None, True)}, 0.0)
    assert (ones["a"] == 0).all()
    assert ones["b"] == (0.0, None, False)
    assert Term.read("placeplan.capacity.staff.kept(leave=0)").instead()(100.0, 0.5) == 100.0
    assert Term.read("placeplan.capacity.staff.kept -> 0").instead()(100.0, 0.5) == 0.0
    assert Term.read("placeplan.capacity.staff.kept -> leave").instead()(100.0, 0.5) == 0.5
    with pytest.raises(ValueError, match="no argument sleep"):
        Term.read("placeplan.capacity.staff.kept(sleep=0)").real()


def test_an_assertion_says_so_and_nothing_else_does() -> None:
    assert says(AssertionError())
    assert says(ExceptionGroup("several", [AssertionError()]))
    assert not says(KeyError("nothing of that name"))
    assert not says(ExceptionGroup("several", [AssertionError(), ZeroDivisionError()]))


@pytest.fixture(scope="module")
def loaded() -> Iterator[Ready]:
    with ready() as process:
        yield process


@pytest.mark.large
@pytest.mark.parametrize("term", BY_TERM)
def test_the_tests_of_a_term_say_so_when_it_is_set_to_zero(term: str, loaded: Ready) -> None:
    """At least one case of each test named fails by an assertion of its own; that it breaks would show nothing."""
    found = came_of(term, BY_TERM[term], loaded)
    assert silent(found, BY_TERM[term]) == [], found
