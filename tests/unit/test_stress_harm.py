"""Harm: deaths that go with waiting, shown and not judged."""

from __future__ import annotations

from fixtures.outcomes import outcomes
from fixtures.stressed import plan
from placeplan.stress.tests.harm import Harm, deaths_of


def test_deaths_that_go_with_delay_are_shown_and_judge_nothing() -> None:
    """Two years count: 1 + 2 against 3 + 4 at the low end, three times as many at the high end."""
    whole, nothing = (
        outcomes({("deaths_from_delay_low", "system"): [[9.0, *v]], ("deaths_from_delay_high", "system"): [[27.0, *(3 * x for x in v)]]})
        for v in ((1.0, 2.0), (3.0, 4.0))
    )  # fmt: skip
    deaths = deaths_of(plan(), whole, nothing)
    assert deaths.more == (-4.0, -12.0)
    told = Harm().tell(plan(), deaths)
    assert told["result"] == "shown"
    assert told["sentence"].startswith("Over 2 years, 4 to 12 fewer deaths go with waiting")
