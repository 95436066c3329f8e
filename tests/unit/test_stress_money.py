"""Money: what was agreed, the parts and the whole, and who pays."""

from __future__ import annotations

from fixtures import hillford
from fixtures.outcomes import outcomes
from fixtures.stressed import SOURCE, found, plan, row_of
from placeplan.core.tables import ControlTotal
from placeplan.stress.results.tests import StressFinding
from placeplan.stress.tests.money import Found, Money, payers, purses_of


def test_money_is_judged_by_what_was_agreed_and_the_parts_are_the_whole() -> None:
    """3 million short of a total of −1 million, with 100 million spent, is 2 %; 1 % would be amber."""
    agreed = plan(control_totals=(ControlTotal(organisation="HOS", year="2018/19", position=-1e6, **SOURCE),))
    whole = outcomes({
        ("position", "HOS"): [[0.0, 0.0, -3e6]], ("position", "system"): [[0.0, 0.0, -3e6]],
        ("operating_cost", "HOS"): [[1e8] * 3], ("operating_cost", "system"): [[1e8] * 3],
    })  # fmt: skip
    agreed = agreed.changed(promises=())
    purses = {p.id: p for p in purses_of(agreed, whole, whole)}
    assert (purses["HOS"].short, purses["HOS"].year, purses["HOS"].result) == (0.02, "2018/19", "fail")
    assert purses["system"].short == 0.03  # no total of its own: it has to break even
    told = Money().tell(agreed, Found([*purses.values()], [], 5.0, 1))
    assert (
        row_of(
            StressFinding(test="m", title="", question="", method="", source="", seed=1, **told), "All organisations"
        ).result
        == "fail"
    )


def test_the_books_of_a_run_add_up_and_say_who_pays() -> None:
    spends = hillford.initiative("spend", {"kind": "spend", "organisation": "HOS", "recurrent": 1e6})
    assert payers(plan(spends)) == {"HOS": ("Spend",)}
    told = found(plan(spends), "money")
    assert row_of(told, "All organisations").result == "pass"
    assert "pays for 1 initiative and is £1m a year worse off" in told.behind
    assert row_of(told, "Spend: who pays").shown.startswith("Hillford Hospital; to all together it brings −£1m a year")
