"""The sentence and what stands around it: the grammar, its length, no code, no false exactness."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from placeplan.report.words import money
from placeplan.stress.say import pounds
from placeplan.stress.verdict.clauses import GROUPS, HANGS_ON, MONEY, OTHERS, clause
from placeplan.stress.verdict.sentence import MOST_WORDS, Told, Where, sentence, under_sentence

LONG = "The Royal Bournemouth and Christchurch Hospitals NHS Foundation Trust"
HOSPITAL = Where("Deficit within the agreed limit", LONG, "2018/19")


@pytest.mark.parametrize("driver", sorted(OTHERS))
@pytest.mark.parametrize("group", ["money", "beds", "capital", "waits"])
def test_every_cause_is_a_clause_that_fits_the_sentence(driver: str, group: str) -> None:
    for closes in (False, True):
        said = sentence(Told("fragile", first=HOSPITAL, cause=clause(driver, group, closes_beds=closes)))
        assert len(said.split()) <= MOST_WORDS
        assert "because" in said, "the name gives way before the cause does"
        assert said.startswith("Fragile: fails first at The Royal Bournemouth and Christchurch Hospitals")


@pytest.mark.parametrize(
    ("told", "said"),
    [
        (
            Told("workable", closest=Where("Beds", "Westshire Hospitals", "2029/30"), last_year="2030/31"),
            "Workable: every promise holds to 2030/31; the closest is “Beds” at Westshire Hospitals in 2029/30.",
        ),
        (
            Told("unworkable", hopeless=Where("Deficit within the limit", "Poole Hospital")),
            "Unworkable: “Deficit within the limit” at Poole Hospital is kept in fewer than 1 in 5 futures.",
        ),
        (
            Told(
                "withheld",
                data=("local growth figures",),
                data_for="Poole Hospital",
                first=Where("Beds", "Poole Hospital", "2018/19"),
            ),
            "Withheld: local growth figures for Poole Hospital would settle it; as far as known, it fails first there in 2018/19.",
        ),
        (
            Told("withheld", data=("local growth figures",), data_for="Poole Hospital"),
            "Withheld: local growth figures for Poole Hospital would settle it; as far as known, every promise holds.",
        ),
        (Told("not settled", more_futures=None), "Not settled: even ten million futures would not tell."),
        (
            Told("fragile", first=Where("Money", "Whole system", "2018/19"), cause="costs grow faster than income"),
            "Fragile: fails first across the whole system in 2018/19, because costs grow faster than income.",
        ),
        (
            Told("fragile", shock="Every start slips by a year"),
            "Fragile: every promise holds, but not under this shock: every start slips by a year.",
        ),
        (Told("no promises"), "No promises: this plan makes none yet, so there is nothing to test."),
    ],
)
def test_each_word_has_its_grammar(told: Told, said: str) -> None:
    assert sentence(told) == said


names = st.lists(st.text("abcdefgh", min_size=1, max_size=9), min_size=1, max_size=30).map(" ".join)


@given(names, names, st.sampled_from(["fragile", "workable", "unworkable", "withheld"]))
def test_no_name_makes_the_sentence_too_long(organisation: str, promise: str, word: str) -> None:
    where = Where(promise, organisation, "2018/19")
    told = Told(word, first=where, cause="costs grow faster than income", closest=where, hopeless=where, data=("local figures", "more figures"),
                data_for=organisation, last_year="2020/21")  # fmt: skip
    said = sentence(told)
    assert len(said.split()) <= MOST_WORDS
    assert said.lower().startswith(f"{word}:")
    assert said.endswith(".")
    assert not re.search(r"[()\[\]]|\d\.\d", said)


def test_every_group_has_the_plan_itself_and_every_driver_a_condition() -> None:
    assert all({"the plan itself", "no single cause"} <= set(g) for g in GROUPS.values())
    assert set(HANGS_ON) == set(MONEY) - {"the plan itself", "no single cause"}


@pytest.mark.parametrize(
    ("broken", "breaking", "futures", "said"),
    [
        (
            0,
            0.694,
            200,
            "If all goes as expected, every promise is kept. In 70 of 100 futures, at least one is broken.",
        ),
        (0, 0.0, 200, "If all goes as expected, every promise is kept. In none of the futures run is any broken."),
        (
            2,
            1.0,
            1000,
            "Even if all goes as expected, 2 of 6 promises are broken, first at A in 2018/19. In every future run, at least one is broken.",
        ),
        (
            0,
            0.99,
            200,
            "If all goes as expected, every promise is kept. In more than 95 of 100 futures, at least one is broken.",
        ),
    ],
)
def test_the_line_under_the_sentence(broken: int, breaking: float, futures: int, said: str) -> None:
    assert under_sentence([Where("Money", "A", "2018/19")] * broken, breaking, futures, 6) == said


@given(st.floats(-2e9, 2e9))
def test_the_words_and_the_pictures_round_money_alike(amount: float) -> None:
    assert pounds(amount) == money(amount)
