"""The posts of a run: who employs which group, for whose work, and what of the assumptions applies to them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from placeplan.capacity import staff as st
from placeplan.core.sums import Groups, rows_of
from placeplan.core.tables import LabourMarket, StaffGroup
from placeplan.effects.base import Primitive
from placeplan.model.compile import NamedPrimitives
from placeplan.model.draws import Draws
from placeplan.plan.schema import Plan

Array = np.ndarray[Any, np.dtype[np.float64]]


@dataclass(frozen=True)
class Post:
    """Posts of one staff group at one employer: the employer's own, or those that an initiative adds."""

    organisation: str
    group: str
    initiative: str = ""
    """Initiative that adds them; blank: the employer's own."""
    work: str = "group"
    """Whose work they do: the group's, or the initiative's."""
    row: StaffGroup | None = None
    """The base year's row of the employer and group, if any."""
    added: tuple[Primitive, ...] = ()

    @property
    def market(self) -> str:
        """Labour market; blank where they are unpaid."""
        return self.row.hired_from if self.row else self.group

    @property
    def paid(self) -> bool:
        """Whether they belong to the paid workforce."""
        return not (self.row and self.row.unpaid)

    @property
    def id(self) -> str:
        """``organisation/group``, under which they are shown."""
        return f"{self.organisation}/{self.group}"


def is_own(p: Primitive) -> bool:
    """Whether a primitive on posts adds some of its initiative's own (a number below 0 cuts the employer's)."""
    return isinstance(p.quantity, str) or p.quantity > 0


def posts_of(plan: Plan, added: NamedPrimitives) -> tuple[Post, ...]:
    """All posts in order of organisation, group and initiative; none where staff is not modelled."""
    if plan.level("staff") == "off":
        return ()
    rows = {(r.organisation, r.group): r for r in plan.tables["staff"] if isinstance(r, StaffGroup)}
    own: dict[tuple[str, str, str, str], list[Primitive]] = {}
    for initiative, p in added:
        if is_own(p):
            own.setdefault((p.organisation, p.group, initiative, p.work), []).append(p)
    found = [Post(org, group, row=row) for (org, group), row in rows.items()]
    found += [Post(*key, row=rows.get(key[:2]), added=tuple(parts)) for key, parts in own.items()]
    return tuple(sorted(found, key=lambda p: (p.organisation, p.group, p.initiative, p.work)))


class Rates:
    """What the assumptions say of posts (``[post, future]``) and of labour markets (``[future]`` by market)."""

    def __init__(self, plan: Plan, posts: tuple[Post, ...], draws: Draws) -> None:
        self.posts, self.draws = posts, draws
        self.labour = {r.market: r for r in plan.tables["labour"] if isinstance(r, LabourMarket)}
        self.markets = tuple(sorted({p.market for p in posts} - {""}))
        self.market_of = [self.markets.index(p.market) if p.market else len(self.markets) for p in posts]
        """Row of each post's market; beyond the last where it has none."""
        self.in_market = Groups([[n for n, p in enumerate(posts) if p.market == m] for m in self.markets])
        """Sums over the posts of each market, ``[post, future] → [market, future]``."""
        self.own = np.array([[bool(p.initiative)] for p in posts], dtype=bool)
        """Whether posts are an initiative's, ``[post, 1]``."""
        self.paid = np.array([[p.paid] for p in posts], dtype=bool)
        base = [p.row if p.row and not p.initiative else None for p in posts]
        self.funded = np.array([[r.funded if r else 0.0] for r in base])
        self.in_post = np.array([[r.in_post if r else 0.0] for r in base])

    def per_post(self, name: str) -> Array:
        """An assumption for each post, ``[post, future]``: that of its group where there is one, drawn by its employer."""
        return rows_of([of_group(self.draws, name, p.group, p.organisation) for p in self.posts], self.draws.count)

    def per_market(self, name: str) -> Array:
        """An assumption for each labour market, ``[market, future]``."""
        return self._by_market([of_group(self.draws, name, market) for market in self.markets])

    def _by_market(self, rows: list[Any]) -> Array:
        """One row a market, ``[market, future]``."""
        return rows_of(rows, self.draws.count)

    def of_post(self, values: Array) -> Array:
        """What holds for the market of each post, ``[market, future] → [post, future]``; 1 where it has none."""
        return np.concatenate((values, np.ones((1, self.draws.count))))[self.market_of]

    @cached_property
    def leave(self) -> Array:
        """Share who leave a year, ``[post, future]``."""
        return self.per_post("staff.leave")

    @cached_property
    def absence(self) -> Array:
        """Share away on a usual day, ``[post, future]``."""
        return self.per_post("staff.absence")

    @cached_property
    def fill(self) -> Array:
        """Share of vacancies filled in a month of the base year, ``[post, future]``; new posts as all of their market."""
        months = self.per_post("staff.hire_months")
        leavers = self.in_post - st.kept(self.in_post, self.leave)
        vacancies = st.vacant(self.funded, self.in_post) + np.zeros_like(leavers)
        found: Array = st.filling(vacancies, leavers, months)
        for n, p in enumerate(self.posts):
            if p.initiative:
                alike = [m for m, q in enumerate(self.posts) if not q.initiative and _hire_alike(p, q)]
                empty, gone = (_total(x, alike, self.draws.count) for x in (vacancies, leavers))
                found[n] = st.filling(empty, gone, months[n])
        return found

    @cached_property
    def give_up(self) -> Array:
        """Share of those who look for a post and go elsewhere in a month, ``[market, future]``."""
        return self.per_market("staff.give_up")

    @cached_property
    def returning(self) -> Array:
        """Share of leavers who look for another post in the market, ``[market, future]``."""
        return self.per_market("staff.return")

    @cached_property
    def join(self) -> Array:
        """What the unpaid's joining is against usual, ``[post, future]``."""
        return self.per_post("staff.join")

    def room(self) -> Array:
        """How many times as many as in the base year could be hired in each market, ``[market, future]``."""
        leavers = self.in_market(self.in_post - st.kept(self.in_post, self.leave))
        vacancies = self.in_market(st.vacant(self.funded, self.in_post) + np.zeros_like(self.leave))
        months = self.per_market("staff.hire_months")
        found: Array = st.room(months, st.filling(vacancies, leavers, months))
        return found

    def entering(self) -> Array:
        """People who newly look for a post in a month, ``[market, future]``: stated, or as many as left, by a ratio."""
        leavers = self.in_market(self.in_post - st.kept(self.in_post, self.leave))
        usual = st.left_market(leavers, self.returning, self.seekers(), self.give_up)
        stated = [self.labour[m].entrants if m in self.labour else None for m in self.markets]
        left = self._by_market([usual[n] if row is None else row / 12.0 for n, row in enumerate(stated)])
        found: Array = st.entrants(left, self.per_market("staff.entrants"))
        return found

    def seekers(self) -> Array:
        """People who look for a post when the run starts, ``[market, future]``."""
        return self._by_market([self.labour[m].seekers if m in self.labour else 0.0 for m in self.markets])


def of_group(draws: Draws, name: str, group: str, *entities: str) -> Any:
    """An assumption of a staff group (``staff.leave.nurses``), or of all groups (``staff.leave``), ``[future]``."""
    own = f"{name}.{group}"
    has = any(draws.has(own, entity) for entity in ("", *entities))
    return draws.of(own if has else name, *entities)


def _hire_alike(new: Post, other: Post) -> bool:
    """Whether new posts are filled as quickly as others: of the market, or the same unpaid group of the employer."""
    return new.market == other.market if new.paid else new.id == other.id


def _total(values: Array, rows: Iterable[int], count: int) -> Array:
    """Sum of some rows, ``[future]``."""
    total = np.zeros(count)
    for n in rows:
        total = total + values[n]
    return total
