"""Staff in a run: who is in post, who is at work, who leaves, who is hired from the labour market that all share.

A month: posts are funded or cut → uptake follows the posts filled → bank and agency stand in for those missing → people
leave, look for posts and are hired, and go at the end of their notice. What changes shows from the next month on.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from placeplan.baseline.build import Baseline
from placeplan.capacity import staff as st
from placeplan.core.sums import Groups, in_order
from placeplan.effects.base import Primitive
from placeplan.model import uptake as up
from placeplan.model.compile import Compiled
from placeplan.model.dated import amount_of
from placeplan.model.draws import Draws
from placeplan.model.need import WINTER
from placeplan.model.posts import Rates, is_own, posts_of
from placeplan.model.standins import StandIns
from placeplan.plan.schema import Plan

Array = np.ndarray[Any, np.dtype[np.float64]]


class Workforce:
    """The staff of a run, for one block of futures. Where the plan gives no staff, everybody is always there."""

    def __init__(
        self, plan: Plan, baseline: Baseline, draws: Draws, effects: Compiled, started: Mapping[str, Array],
        ends: Mapping[str, Any],
    ) -> None:  # fmt: skip
        self.baseline, self.draws, self.effects, self.started, self.ends = baseline, draws, effects, started, ends
        self.posts = posts_of(plan, effects.on("posts"))
        self.strengths: dict[tuple[str, str], Any] = {}
        """What has been asked for of `strength` this month."""
        if not self.posts:
            return
        self.rates = rates = Rates(plan, self.posts, draws)
        self.wte: Array = rates.in_post + draws.zeros(len(self.posts))
        """Staff in post at the month's start, ``[post, future]``."""
        self.seekers, self.entering = rates.seekers(), rates.entering()
        """People who look for a post, and who newly do so in a month, ``[market, future]``."""
        self.room = rates.of_post(rates.room())
        self.standins = StandIns(rates)
        self.base_work = st.at_work(self.wte, rates.absence, sum(self.standins.base))
        self.absent = rates.absence
        self.bank = self.agency = self.at_work = np.zeros_like(self.wte)
        self.output = np.ones_like(self.wte)
        self.flows: dict[str, Array] = {}
        self.market_flows: dict[str, Array] = {}
        self.opening = sorted({p.initiative for p in self.posts if p.work == "initiative"})
        self.opened: dict[str, Any] = {}
        """By initiative, the share of its posts filled at the month's start."""
        own = [
            [n for n, p in enumerate(self.posts) if (p.initiative, p.work) == (i, "initiative")] for i in self.opening
        ]
        self.of_initiative = Groups(own)
        self.begin(0)

    def begin(self, number: int) -> None:
        """Posts funded in a month, ``[post, future]``: the employer's less those cut, and those of initiatives."""
        if not self.posts:
            return
        self.funded = self.rates.funded + self.draws.zeros(len(self.posts))
        missing: dict[int, Any] = {}
        for n, post in enumerate(self.posts):
            for p in post.added:
                active = self._since(post.initiative, number, -p.months)
                self.funded[n] += np.maximum(self.draws.amount(post.initiative, p), 0.0) * active
                share = self.draws.done(post.initiative, p)
                if share is not None:
                    asked = np.maximum(self.draws.of(p.quantity, post.initiative), 0.0) * active
                    missing[n] = missing.get(n, 0.0) + asked * (1.0 - share)
        for initiative, p in self.effects.on("posts"):
            if not is_own(p):
                for n in self._of(p.organisation, p.group, own=False):
                    cut = amount_of(self.draws, initiative, p, self.started) * self._since(initiative, number)
                    self.funded[n] = np.maximum(self.funded[n] + cut, 0.0)
        asked = self.funded + self.draws.zeros(len(self.posts)) if missing else self.funded
        for n, posts in missing.items():
            asked[n] += posts  # posts that nobody funds are needed all the same
        filled, funded = self.of_initiative(np.minimum(self.wte, self.funded)), self.of_initiative(asked)
        self.opened = dict(zip(self.opening, st.staffed(filled, funded), strict=True))

    def _since(self, initiative: str, number: int, months: int = 0) -> Any:
        """1 from some months after the start (before it where negative) to the initiative's end, ``[future]``."""
        start = self.started[initiative]
        return ((start + months <= number) & (start < up.NEVER)).astype(float) * (number <= self.ends[initiative])

    def _of(self, organisation: str, group: str, own: bool = True) -> list[int]:
        """Rows of the posts of an employer and group (blank: of all), with those of initiatives or without."""
        return [
            n for n, p in enumerate(self.posts)
            if organisation in ("", p.organisation) and group in ("", p.group) and (own or not p.initiative)
        ]  # fmt: skip

    def staffed(self, initiative: str) -> Any:
        """Share of an initiative's own posts that are filled at the month's start, ``[future]``; 1 where it has none.

        Counted are the posts that do the initiative's work, each by its whole-time equivalents.
        """
        return self.opened.get(initiative, 1.0) if self.posts else 1.0

    def month(self, number: int, uptake: Mapping[str, Any]) -> None:
        """Who is away, who stands in and who is at work in a month."""
        if not self.posts:
            return
        hard = self.draws.of("winter.absence") if self.baseline.months[number][5:] in WINTER else 0.0
        usual = np.clip(self.rates.absence * self._factor("absence", uptake), 0.0, 1.0)
        self.absent = np.where(self.rates.paid, st.away(usual, hard), usual)
        self.bank, self.agency = self.standins.month(self.wte, self.funded, self.absent)
        self.at_work = st.at_work(self.wte, self.absent, self.bank + self.agency)
        self.output = self._factor("productivity", uptake)
        self.strengths = {}

    def _factor(self, table: str, uptake: Mapping[str, Any]) -> Array:
        """What initiatives make of leaving, hiring, absence or output: the product of ``1 − uptake × share``, at least 0."""
        effects = self.effects.on(table, verb="scale")
        factor: Array = self.draws.ones(len(self.posts)) if effects else np.ones((len(self.posts), 1))
        for initiative, p in effects:
            share = uptake[initiative] * self.draws.amount(initiative, p) * p.ratio
            factor[self._of(p.organisation, p.group)] *= np.maximum(1.0 - share, 0.0)
        return factor

    def strength(self, organisation: str, group: str) -> Any:
        """What a group can do this month against the base year's mean, ``[future]``; 1 where it is not modelled.

        Staff at work × what each does (`more_output`); posts that do an initiative's own work are not counted.
        """
        at = (organisation, group)
        rows = [n for n in self._of(*at) if self.posts[n].work == "group"]
        if not rows:
            return 1.0
        if at not in self.strengths:
            now, base = in_order(self.at_work[rows] * self.output[rows]), in_order(self.base_work[rows])
            self.strengths[at] = st.against(now, base)
        return self.strengths[at]

    def step(self, number: int, uptake: Mapping[str, Any]) -> None:
        """People leave, look for posts, are hired and made redundant; who is in post at the next month's start."""
        if not self.posts:
            return
        rates = self.rates
        still = st.kept(self.wte, np.clip(rates.leave * self._factor("leavers", uptake), 0.0, 12.0))
        leavers = self.wte - still
        ended = np.where(rates.own, np.maximum(still - self.funded, 0.0), 0.0)
        still = still - ended
        noticed = self._notice_ends(number)
        redundant = st.made_redundant(noticed, still, self.funded)
        hires = self._hired(still, leavers, uptake)
        self.seekers = self.seekers + rates.in_market(redundant + ended)
        self.flows = {
            "in_post": self.wte, "leavers": leavers + ended, "hires": hires, "redundancies": redundant,
            "noticed": noticed,
        }  # fmt: skip
        self.wte = st.next_staff(still, self.funded, hires, redundant)

    def _notice_ends(self, number: int) -> Array:
        """Staff whose notice ends in a month, ``[post, future]``."""
        asked = np.zeros_like(self.wte)
        for initiative, p in self.effects.on("redundancies"):
            for n in self._of(p.organisation, p.group, own=False):
                asked[n] += self._noticed(initiative, p, number)
        return asked

    def _noticed(self, initiative: str, p: Primitive, number: int) -> Any:
        """Redundancies of one initiative whose notice ends in a month, ``[future]``."""
        due = self.started[initiative] - p.months == number
        return np.maximum(amount_of(self.draws, initiative, p, self.started), 0.0) * due

    def going(self, number: int) -> Iterator[tuple[str, Primitive, Any]]:
        """Staff made redundant this month, ``[future]``, by initiative; of several that cut one group, each its part."""
        for initiative, p in self.effects.on("redundancies"):
            for n in self._of(p.organisation, p.group, own=False):
                mine = self._noticed(initiative, p, number)
                yield initiative, p, self.flows["redundancies"][n] * st.rate(mine, self.flows["noticed"][n])

    def _hired(self, still: Array, leavers: Array, uptake: Mapping[str, Any]) -> Array:
        """Those hired in a month, ``[post, future]``; the unpaid come to whoever has a place for them."""
        rates, vacancies, effort = self.rates, st.vacant(self.funded, still), self._factor("hires", uptake)
        if not rates.paid.all():
            effort = np.where(rates.paid, effort, effort * rates.join)
        want = st.wanted(vacancies, rates.fill, effort) * self.room
        seeking = self._looking(rates.in_market(leavers), uptake)
        want = want * rates.of_post(st.share_found(seeking, rates.in_market(want)))
        hires: Array = np.minimum(want, vacancies)
        self.seekers = np.maximum(seeking - rates.in_market(hires), 0.0)
        return hires

    def _looking(self, leavers: Array, uptake: Mapping[str, Any]) -> Array:
        """People who look for a post this month, ``[market, future]``; leavers: from each market's posts."""
        rates, entering = self.rates, self.entering.copy()
        for initiative, p in self.effects.on("hires", verb="add"):
            own = sorted({q.market for q in self.posts if p.group == q.group and q.market})
            more = uptake[initiative] * self.draws.amount(initiative, p) / 12.0
            entering[[rates.markets.index(m) for m in own]] += more
        before, returned = self.seekers, leavers * rates.returning
        left = before * rates.give_up + leavers - returned
        self.market_flows = {"seekers": before, "entrants": entering, "left": left}
        found: Array = st.looking(before, rates.give_up, entering, returned)
        return found
