"""What each organisation has by who carries its part, set by set."""

from __future__ import annotations

from placeplan.core.records import Record


class SetPayoffs(Record):
    """What each player has where some carry their part and the others have left; one figure a player, in order of `Payoffs.players`."""

    carry: tuple[str, ...]
    """Organisations that carry their part."""
    surplus: tuple[float, ...]
    """£ a year, as an even sum, mean over futures."""
    half: tuple[float, ...]
    """Half of its 95 % interval."""
    change: tuple[float, ...]
    """£ a year less than where all carry their part (below 0: more), mean over the same futures."""
    change_half: tuple[float, ...]
    """Half of the 95 % interval of that difference."""
    kept: tuple[float, ...]
    """Share of futures in which each keeps all its own statutory duties."""


class Payoffs(Record):
    """Payoffs under one form of payment, of all sets."""

    form: str = ""
    """Id of the form of payment; blank: as the plan has it."""
    players: tuple[str, ...]
    """Organisations that carry a part, in order of id."""
    futures: int
    sets: tuple[SetPayoffs, ...]
    """Nobody first, everybody last."""
