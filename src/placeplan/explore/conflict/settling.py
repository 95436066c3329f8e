"""Settle set after set of promises: kept by a setting, proved impossible, or neither within the budget."""

from __future__ import annotations

from collections.abc import Iterable

from placeplan.explore.conflict.covering import Closed, Cover, cover
from placeplan.explore.conflict.monotone import Checked, check, walk
from placeplan.explore.conflict.problem import Box, Setting, opened
from placeplan.explore.conflict.subsets import Subsets, bits, hitting, members
from placeplan.explore.conflict.tally import SpentError, Tally
from placeplan.explore.conflict.witness import Witnesses

SHARE = 16
"""Of the budget, one set may cost the SHAREth part at first, and twice as much in each round that follows."""


TRIED, TRIES = 2, 10
"""So many boxes of a proof are tried, each with such a part of the budget."""


class Settling:
    """One search: what is known of each set, and why."""

    def __init__(self, tally: Tally) -> None:
        self.tally = tally
        self.witnesses = Witnesses(tally)
        self.subsets = Subsets(len(tally.problem.promises))
        self.covers: dict[int, Cover] = {}
        self.again: dict[int, bool] = {}
        """Conflicts that were tried, and told on fresh futures once more where that is needed, and whether they stood."""
        self.ended = False
        """Whether it was stopped, or out of budget."""
        self.looked = False
        """Whether each lever was looked at by itself; before, nothing is proved by signs."""
        self.forget()

    def forget(self) -> None:
        """Drops all proofs by corners, as a sign on which they may rest is not what was said."""
        self.covers.clear()
        self.again.clear()
        self.subsets.struck = []
        self.subsets.again(anew=True)

    def settle(self, seed: int) -> Checked:
        """Asks about all sets, checks the signs on all that was run, and starts anew where one has to go.

        What was run stays known, so that to start anew costs little.
        """
        self.looked = walk(self.tally, seed)
        while True:
            self._rounds()
            self.ended = self._over()
            checked = check(self.tally)
            if not self._changed(checked):
                self.tally.release()
                self._confirm(checked)
                checked = check(self.tally)
                if not self._changed(checked):
                    return checked
            self.tally.problem = self.tally.problem.with_signs(checked.signs)
            self.forget()

    def _changed(self, checked: Checked) -> bool:
        return bool((checked.signs != self.tally.problem.signs).any())

    def _rounds(self) -> None:
        """Round after round, each with a larger share for a set, until all is settled or nothing more can be."""
        share = max(1, self.tally.effort.budget // SHARE)
        self.tally.hold()
        while True:
            short, small = False, False
            self.subsets.again()
            while not self._over() and (mask := self.subsets.next(small=small)) is not None:
                short |= self._ask(mask, share)
                small = bool(self.subsets.open()[mask]) and (not small or mask.bit_count() == 1)
            if self._over() or not short or share >= self.tally.effort.budget:
                return
            share *= 2

    def _over(self) -> bool:
        return self.tally.stopped or self.tally.empty

    def _ask(self, mask: int, share: int) -> bool:
        """Settles one set, if it can; whether more futures might."""
        among, seek, short = members(mask), False, False
        if not self.subsets.unfound[mask]:
            self.tally.allow(share)
            try:
                self.witnesses.seek(among)
            except SpentError:
                seek = True
            self._note()
        if not self.looked:
            self.subsets.not_proved(mask, short=True)
        elif not self.subsets.unproved[mask] and not self.subsets.possible()[mask]:
            self.tally.allow(share)
            found = cover(self.tally, among, lambda s: self.witnesses.works(s, among))
            self._note()
            short = found.cut_short
            if found.proved:
                self._strike(found)
            else:
                self.subsets.not_proved(mask, short=short)
        if not self.subsets.possible()[mask]:
            self.subsets.not_found(mask, short=seek)
        return seek or short

    def _note(self) -> None:
        """What the settings tried keep."""
        self.subsets.kept = sorted({bits(w.keeps) for w in self.witnesses.tried.values()})

    def _strike(self, found: Cover) -> None:
        """A cover proves each set that has a failing promise in every box."""
        for mask in hitting(bits(c.by) for c in found.closed):
            if mask not in self.covers:
                self.covers[mask] = found
                self.subsets.struck.append(mask)

    def _tried(self, mask: int) -> bool:
        """Looks for better settings than the corner in the boxes of a proof where least is missing; whether it could.

        A box in which each setting run fails clearly needs no trying. Where a better one is found, it and the corner are run on
        more futures: if it is better by more than luck, a sign will be dropped that would have been believed (`check`).
        """
        p, known, least = self.tally.problem.p, self.tally.known, list[tuple[float, int, Setting, Box]]()
        for closed in self.told(mask).closed:
            i = self.closer(closed, mask)
            corner, box = self.corner(closed, i), opened(self.tally.problem, members(mask), closed.box)
            if any(seen.high[i] >= p[i] and box.holds(s) for s, seen in known.items()):
                least.append((p[i] - known[corner].high[i], i, corner, box))
        return all(self._try(*one[1:]) for one in sorted(least, key=lambda t: t[:3])[:TRIED])

    def _try(self, i: int, corner: Setting, box: Box) -> bool:
        before, budget = len(self.tally.known), self.tally.effort.budget
        try:
            self.tally.allow(budget // TRIES)
            best = self.witnesses.climb(box, corner, (i,))
            if best != corner:
                self.tally.allow(budget)
                self.tally.see([corner, best], len(self.tally.effort.looks) // 2)
        except SpentError:
            self.ended = True
            return len(self.tally.known) > before
        return True

    def _confirm(self, checked: Checked) -> None:
        """Tries conflicts, tells those that rest on promises with uneven futures once more, and drops those that do not stand."""
        while True:
            left = [m for m in self.subsets.conflicts() if m not in self.again]
            if not left:
                return
            for mask in left:
                uneven = set(members(mask)) & set(checked.uneven)
                self.again[mask] = self._tried(mask) and (not uneven or self._stands(mask, uneven))
                if not self.again[mask]:
                    self.subsets.struck.remove(mask)

    def _stands(self, mask: int, uneven: set[int]) -> bool:
        """Whether each box fails on fresh futures too.

        A setting x that keeps all would lie in one box. Boxes and promises are chosen before, so that the proof errs only if
        the one bound of that box does: all have to fail, and none need be the surer for there being many (Berger 1982,
        Technometrics 24:295). Each try with more futures counts as one of the looks.
        """
        waiting = [(c, i) for c in self.told(mask).closed if (i := self.closer(c, mask, uneven)) in uneven]
        self.tally.release()
        p = self.tally.problem.p
        for n in self.tally.effort.looks:
            try:
                corners = [self.corner(c, i) for c, i in waiting]
                seen = self.tally.fresh(corners, n)
            except SpentError:
                self.ended = True
                return False
            waiting = [w for w, s in zip(waiting, seen, strict=True) if s.high[w[1]] >= p[w[1]]]
            if not waiting:
                return True
        return False

    def told(self, mask: int) -> Cover:
        """The proof of a conflict: of the set itself where that costs no run, else of the set that it was found with."""
        self.tally.limit = self.tally.spent
        own = cover(self.tally, members(mask), lambda _: False)
        return own if own.proved else self.covers[mask]

    def corner(self, closed: Closed, i: int) -> Setting:
        """Where a promise was seen to fail in a box."""
        return closed.box.corner(self.tally.problem.promises[i].signs, self.tally.problem.start)

    def closer(self, closed: Closed, mask: int, uneven: Iterable[int] = ()) -> int:
        """Of the promises of a set that fail in a box, the one that fails most clearly; an uneven one only if there is no other."""
        by = [i for i in closed.by if mask >> i & 1]
        even = [i for i in by if i not in set(uneven)] or by
        return min(even, key=lambda i: self.tally.known[self.corner(closed, i)].high[i] - self.tally.problem.p[i])
