"""Amounts of an initiative – beds, posts, pounds – in place of which stand drawn values that a lever can set."""

from __future__ import annotations

from collections.abc import Collection

from placeplan.core.records import digest_of
from placeplan.effects.base import Effect
from placeplan.plan.initiatives import Initiative
from placeplan.stress.levers.lever import Base

AMOUNTS: dict[str, tuple[str, ...]] = {
    "resize": (
        "beds", "slots", "contacts", "packages", "double_running_cost", "redundancy", "fixed_cost_released",
    ),
    "employ": ("posts", "entrants", "redundancies"),
    "spend": ("recurrent", "once"),
}  # fmt: skip
"""By kind of effect, what is added and so does not follow the share of people reached: what is half of it where half is done."""


CAPACITY = ("beds", "slots", "contacts", "packages")
"""What `resize` opens and closes."""


LONGEST = 64
"""Letters that an id may have."""


def named(*parts: str) -> str:
    """The name of a drawn value that a lever sets; too long a one ends in a digest of itself.

    >>> named("community_hubs", "peak"), len(named("a" * 60, "peak"))
    ('lever.community_hubs.peak', 64)
    """
    name = ".".join(("lever", *parts))
    return name if len(name) <= LONGEST else f"{name[: LONGEST - 17]}.{digest_of(name)[:16]}"


def open_amounts(initiative: Initiative, known: Collection[str]) -> tuple[Initiative, dict[str, Base]]:
    """The initiative with a name in place of each amount, and what stands behind each name.

    known: assumptions of which the plan or the initiative draws one value; an amount that hangs on another stays as it is.
    """
    bases: dict[str, Base] = {}

    def opened(amount: object, *place: str) -> object:
        if not amount or not (amount in known or _plain(amount)):
            return amount
        bases[named(initiative.id, *place)] = Base(amount, initiative.id)  # type: ignore[arg-type] # a quantity
        return named(initiative.id, *place)

    effects = []
    for n, effect in enumerate(initiative.effects):
        fields = () if _cuts_posts(effect) else AMOUNTS.get(effect.name, ())
        update = {f: opened(getattr(effect, f), str(n), f) for f in fields}
        saving = getattr(effect, "saving", None)
        if saving:
            update["saving"] = saving.model_copy(update={"amount": opened(saving.amount, str(n), "saving")})
        effects.append(effect.model_copy(update=update))
    return initiative.model_copy(update={"effects": tuple(effects)}), bases


def closing(effect: Effect) -> bool:
    """Whether an effect closes capacity: some of what it adds is less than nothing."""
    amounts = [getattr(effect, f, 0.0) for f in CAPACITY]
    return effect.name == "resize" and any(_plain(a) and a < 0 for a in amounts)


def _cuts_posts(effect: Effect) -> bool:
    """Whether an effect cuts posts: the model tells that by the number's sign, so it stays as it is."""
    posts = getattr(effect, "posts", 0.0)
    return _plain(posts) and posts < 0


def _plain(amount: object) -> bool:
    return isinstance(amount, float | int)
