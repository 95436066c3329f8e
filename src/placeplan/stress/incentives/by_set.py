"""What each has in every set of those who carry their part, as findings hold it."""

from __future__ import annotations

from placeplan.incentives.replies import mean_and_half
from placeplan.model.outcomes import Array
from placeplan.stress.incentives.telling import Telling
from placeplan.stress.results.incentives import Payoffs, SetPayoffs


def payoffs_of(t: Telling, form: str = "") -> tuple[Payoffs, ...]:
    """All sets of a game that was run, to the pound; nothing where sets were not run."""
    game = t.found.game
    if game is None:
        return ()
    money = game.money / t.years
    surplus, change = mean_and_half(money), mean_and_half(money[game.all] - money)
    kept = game.kept.mean(axis=2)
    sets = tuple(
        SetPayoffs(
            carry=game.named(s), surplus=_whole(surplus[0][s]), half=_whole(surplus[1][s]),
            change=_whole(change[0][s]), change_half=_whole(change[1][s]), kept=tuple(kept[s].round(4).tolist()),
        )
        for s in range(len(money))
    )  # fmt: skip
    return (Payoffs(form=form, players=game.players, futures=money.shape[2], sets=sets),)


def _whole(amounts: Array) -> tuple[float, ...]:
    """To the pound; nought has no sign."""
    return tuple((amounts.round() + 0.0).tolist())
