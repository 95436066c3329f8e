"""A draw depends on its own name and future alone; correlated ones have the rank correlation they were given."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pytest
from scipy import stats

from placeplan.futures.assumptions import Assumption, Correlation
from placeplan.futures.sample import Futures, draw

ENTITIES = {"initiative": ("hubs", "wards", "record"), "pod": ("ae", "day_case")}


@dataclass(frozen=True)
class Change:
    assumption: str = ""
    driver: str = ""
    set: float | None = None
    add: float | None = None
    scale: float | None = None
    quantile: float | None = None


def assume(name: str, per: str = "plan", driver: str = "prices", **fields: Any) -> Assumption:
    distribution = fields or {"kind": "normal", "mean": 0.02, "sd": 0.01}
    return Assumption.model_validate({
        "id": name, "about": name, "unit": "share", "distribution": distribution, "kind": "judgement",
        "driver": driver, "per": per, "source": "test",
    })  # fmt: skip


PAY, DRUGS = assume("prices.pay"), assume("prices.drugs", kind="lognormal", median=1.1, sd_log=0.2)
DELAY = assume("initiative.delay", per="initiative", driver="delay", kind="pert", low=0, mode=6, high=30)
GROWTH = assume("growth.other", per="pod", driver="demand_growth", kind="elicited", p10=0.0, p50=0.01, p90=0.05)
ALL = (PAY, DRUGS, DELAY, GROWTH)
TOGETHER = (Correlation(members=("prices.pay", "prices.drugs"), rank_correlation=0.6, source="test"),)


def run(
    assumptions: Sequence[Assumption] = ALL,
    correlations: Sequence[Correlation] = (),
    changes: Sequence[Change] = (),
    futures: Futures = Futures(count=200),  # noqa: B008 – frozen
) -> dict[str, np.ndarray]:
    return draw(assumptions, correlations, changes, futures, ENTITIES)


def same(a: dict[str, np.ndarray], b: dict[str, np.ndarray], names: Sequence[str] = ()) -> bool:
    return all((a[n] == b[n]).all() for n in names or a)


def test_names() -> None:
    assert list(run()) == [
        "growth.other@ae", "growth.other@day_case", "initiative.delay@hubs", "initiative.delay@wards",
        "initiative.delay@record", "prices.drugs", "prices.pay",
    ]  # fmt: skip


@pytest.mark.parametrize("correlations", [(), TOGETHER])
def test_order_company_and_batch_change_no_draw(correlations: tuple[Correlation, ...]) -> None:
    whole = run(correlations=correlations)
    assert same(run(ALL[::-1], correlations), whole)
    assert same(run((*ALL, assume("prices.care"), assume("aa.first")), correlations), whole, list(whole))
    fewer = draw(ALL, correlations, (), Futures(count=200), {**ENTITIES, "initiative": ("wards",)})
    assert same(fewer, whole, ["initiative.delay@wards"])
    parts = [run(correlations=correlations, futures=block) for block in Futures(count=200).blocks(64)]
    assert same({n: np.concatenate([p[n] for p in parts]) for n in whole}, whole)
    late = run(correlations=correlations, futures=Futures(first=170, count=30))
    assert all((late[n] == whole[n][170:]).all() for n in whole)
    some = run(correlations=correlations, futures=Futures(ids=(199, 17, 17)))
    assert all((some[n] == whole[n][[199, 17, 17]]).all() for n in whole)


def test_seeds_and_names_differ() -> None:
    whole, other = run(futures=Futures(count=2000)), run(futures=Futures(seed=2, count=2000))
    for n in whole:
        assert abs(np.corrcoef(whole[n], other[n])[0, 1]) < 0.1
    for a, b in [("initiative.delay@hubs", "initiative.delay@wards"), ("prices.pay", "prices.drugs")]:
        assert abs(np.corrcoef(whole[a], whole[b])[0, 1]) < 0.1


@pytest.mark.parametrize("name", sorted(run()))
def test_draws_follow_their_distribution(name: str) -> None:
    values = run(futures=Futures(count=4000))[name]
    spec = next(a for a in ALL if a.id == name.split("@", maxsplit=1)[0])
    exact = spec.distribution.quantile((np.arange(4000) + 0.5) / 4000)
    assert stats.ks_2samp(values, exact).pvalue > 1e-3


@pytest.mark.parametrize("rho", [-0.8, -0.3, 0.3, 0.6, 0.9])
def test_the_copula_gives_the_rank_correlation_and_keeps_the_margins(rho: float) -> None:
    link = Correlation(members=("prices.pay", "prices.drugs"), rank_correlation=rho, source="test")
    drawn = run(correlations=(link,), futures=Futures(count=20_000))
    assert stats.spearmanr(drawn["prices.pay"], drawn["prices.drugs"]).statistic == pytest.approx(rho, abs=0.02)
    exact = DRUGS.distribution.quantile((np.arange(20_000) + 0.5) / 20_000)
    assert stats.ks_2samp(drawn["prices.drugs"], exact).pvalue > 1e-3


def test_correlated_entities_move_with_what_is_plan_wide() -> None:
    link = Correlation(members=("prices.pay", "initiative.delay"), rank_correlation=0.7, source="test")
    drawn = run(correlations=(link,), futures=Futures(count=20_000))
    for entity in ENTITIES["initiative"]:
        rank = stats.spearmanr(drawn["prices.pay"], drawn[f"initiative.delay@{entity}"]).statistic
        assert rank == pytest.approx(0.7, abs=0.02)
    assert same(drawn, run(futures=Futures(count=20_000)), ["prices.drugs", "growth.other@ae"])


def test_correlations_that_contradict_each_other_are_refused() -> None:
    three = tuple(assume(n) for n in ("a", "b", "c"))
    links = [Correlation(members=m, rank_correlation=r, source="test") for m, r in (
        (("a", "b"), 0.9), (("b", "c"), 0.9), (("a", "c"), -0.9),
    )]  # fmt: skip
    with pytest.raises(ValueError, match="cannot all hold together: a, b, c"):
        run(three, links)
    with pytest.raises(ValueError, match="two different correlations"):
        run(three, [links[0], links[0].model_copy(update={"rank_correlation": 0.5})])
    with pytest.raises(ValueError, match="cannot be correlated"):
        run(
            correlations=[
                Correlation(members=("growth.other", "initiative.delay"), rank_correlation=0.5, source="test")
            ]
        )
    assert len(run(correlations=[links[0]])) == 7  # members that nobody assumes are left out


def test_held_redrawn_pinned() -> None:
    whole = run()
    held = run(futures=Futures(count=200, held=frozenset({"delay", "chance"})))
    assert (held["initiative.delay@hubs"] == DELAY.distribution.middle).all()
    assert same(held, whole, ["prices.pay", "growth.other@ae"])
    redrawn = run(futures=Futures(count=200, redrawn=frozenset({"prices.pay", "initiative.delay@hubs"})))
    assert (redrawn["prices.pay"] != whole["prices.pay"]).all()
    assert (redrawn["initiative.delay@hubs"] != whole["initiative.delay@hubs"]).any()
    assert same(redrawn, whole, ["prices.drugs", "initiative.delay@wards"])
    pinned = run(futures=Futures(count=200, pinned=(("prices.pay", 0.5), ("initiative.delay@wards", 0.9))))
    assert (pinned["prices.pay"] == 0.02).all()
    assert (pinned["initiative.delay@wards"] == DELAY.distribution.quantile(np.array([0.9]))[0]).all()
    assert same(pinned, whole, ["initiative.delay@hubs"])


def test_changes_apply_in_order() -> None:
    whole = run()
    changed = run(
        changes=[Change("prices.*", scale=2.0), Change("prices.pay", add=0.01), Change(driver="delay", quantile=0.5)]
    )
    assert (changed["prices.pay"] == whole["prices.pay"] * 2 + 0.01).all()
    assert (changed["prices.drugs"] == whole["prices.drugs"] * 2).all()
    assert (changed["initiative.delay@record"] == DELAY.distribution.middle).all()
    one = run(changes=[Change("initiative.delay@hubs", set=3.0)])
    assert (one["initiative.delay@hubs"] == 3).all()
    assert same(one, whole, ["initiative.delay@wards"])
    assert same(run(changes=[Change(set=9.0)]), whole)


def test_futures_that_are_none_are_refused() -> None:
    for bad in ({"count": 0}, {"first": -1}, {"ids": (-1,)}, {"pinned": (("a", 1.0),)}):
        with pytest.raises(ValueError, match=r"counted from 0|between 0 and 1"):
            Futures(**bad)
    with pytest.raises(KeyError, match="pod"):
        draw((GROWTH,), (), (), Futures(count=3), {})


def test_chance_has_a_seed_of_its_own_where_it_is_drawn_anew() -> None:
    futures = Futures(seed=5)
    assert futures.chance_seed == 5
    other = replace(futures, redrawn=frozenset({"chance"}))
    assert other.chance_seed not in {5, 1}
    assert other.digest != futures.digest == Futures(seed=5).digest


def test_drawn_values_stay_what_they_were() -> None:
    """Golden values: a change here changes every result ever published."""
    drawn = run(correlations=TOGETHER, futures=Futures(count=2))
    assert {n: v.tolist() for n, v in drawn.items()} == GOLDEN


GOLDEN = {
    "growth.other@ae": [0.0314938838677, 0.00192498027921],
    "growth.other@day_case": [0.0664524920972, 0.00299454544169],
    "initiative.delay@hubs": [7.96082939662, 2.09440890337],
    "initiative.delay@record": [2.83551295462, 15.817880489],
    "initiative.delay@wards": [14.0270674385, 3.58659186764],
    "prices.drugs": [1.13373105092, 0.984046750702],
    "prices.pay": [0.0178076813028, 0.0188519963769],
}
