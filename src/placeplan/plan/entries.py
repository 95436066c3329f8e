"""Records that are only added to: what was said on record in the version before stands in the next as it was said."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

from placeplan.core.errors import Problem
from placeplan.core.records import Record
from placeplan.plan.draft import Draft
from placeplan.plan.folder import read_draft
from placeplan.plan.initiatives import SignOff
from placeplan.plan.located import Item, problem
from placeplan.plan.located import Path as Way
from placeplan.plan.stages import Stage

MEND = "Put it back as it was, and add a new entry with a later date."


class Entry(NamedTuple):
    """Something that was said on record, with where it stands."""

    item: Item[Any]
    at: Way
    said: str
    """What was said, in words."""
    value: Record


class Saying(NamedTuple):
    """Something that is said for organisations: by each for itself, or by a board for all that vote on it, in any of some versions."""

    entry: Entry
    whose: frozenset[str]
    """Organisations; people of any of them may say it."""
    board: str = ""
    """By which board it is said; blank: by an organisation itself."""


NOT_ASKED = "not_asked"
"""What an organisation is said to say that says nothing: anybody may write it down."""
HOLD = ("authority.yaml", "stages.yaml", "initiatives/", "payment_forms/")
"""Files and folders in which records stand."""
SIGNED = ("initiative", "payment_form")
"""Kinds of element that are signed."""


def taken_back(before: Path, now: Path, strictly: bool = False) -> tuple[Problem, ...]:
    """What of the records of one version of a plan is changed or gone in the next, in order of file and line.

    Records are decisions of boards, moves from stage to stage, judgements on a scale, evidence for gates, and sign-offs of
    initiatives and forms of payment. Problems of the older version itself are not told again; where it cannot be read at
    all, that is one. strictly: an entry that is there and cannot be read any more counts as gone.
    """
    old, problems = read_draft(before)
    if not before.is_dir():
        return tuple(problems)
    return gone(old, read_draft(now)[0], strictly)


def gone(old: Draft, new: Draft, strictly: bool = False) -> tuple[Problem, ...]:
    """The same of plans that were read."""
    return tuple(sorted(_taken_back(old, replace(new, also={}) if strictly else new)))


def said_anew(before: Sequence[Draft], now: Draft) -> Iterator[Saying]:
    """What a version says for organisations that none of those before it does: sign-offs, and decisions of boards."""
    known = [(e.item.value.id, s) for old in before for e, s in _signed(old)]
    yield from (Saying(e, frozenset({s.organisation})) for e, s in _signed(now) if s.position != NOT_ASKED and (e.item.value.id, s) not in known)  # fmt: skip
    votes: dict[str, set[str]] = defaultdict(set)
    for board in (i.value for draft in (*before, now) for i in draft.boards):
        votes[board.id] |= {m.organisation for m in board.members if m.voice == "votes"}
    decided = [i.value for old in before for i in old.decisions]
    for entry in _entries(now, "decisions").values():
        if entry.value not in decided:
            yield Saying(entry, frozenset(votes[entry.item.value.board]), entry.item.value.board)


def _taken_back(old: Draft, new: Draft) -> Iterator[Problem]:
    for part in KINDS:
        yield from _by_id(_entries(old, part), _entries(new, part), new.named(part[:-1], ()))
    for kind in SIGNED:
        yield from _sign_offs_gone(getattr(old, f"{kind}s"), getattr(new, f"{kind}s"), new.named(kind, ()))
    stages = {i.value.id: i for i in new.stages}
    for stage in old.stages:
        yield from _evidence_gone(stage, stages.get(stage.value.id), stage.value.id in new.named("stage", ()))


def _sign_offs_gone(old: Iterable[Item[Any]], new: Iterable[Item[Any]], refused: frozenset[str]) -> Iterator[Problem]:
    """Sign-offs of initiatives or forms of payment that are not there any more as they were."""
    there = {i.value.id: i for i in new}
    for item in old:
        entries = list(_sign_offs(item))
        if item.value.id in there:
            now = there[item.value.id]
            yield from _gone(entries, now, now.value.sign_offs, ("sign_offs",))
        elif entries and item.value.id not in refused:
            what = f"{item.value.name} is gone, and with it {len(entries)} sign-offs that were on record."
            mend = "Keep the older version of the plan: it has them."
            yield problem(item.file, 0, "", "entry-gone", what, mend, severity="warning")


def _evidence_gone(old: Item[Stage], now: Item[Stage] | None, refused: bool) -> Iterator[Problem]:
    """Evidence of the gates of a stage that is not there any more as it was."""
    for gate in old.value.gates:
        entries = [Entry(old, (), f"Evidence of {e.date} for {gate.id} ({e.what})", e) for e in gate.evidence]
        at = next((n for n, g in enumerate(now.value.gates) if g.id == gate.id), None) if now else None
        if now is not None and at is not None:
            yield from _gone(entries, now, now.value.gates[at].evidence, ("gates", at, "evidence"))
        elif not refused or now is not None:
            for entry in entries:
                yield problem(old.file, 0, "", "entry-gone", f"{entry.said} was on record and is gone.", MEND)


def _entries(draft: Draft, part: str) -> dict[str, Entry]:
    """Entries of a list by id."""
    return {i.value.id: Entry(i, (), KINDS[part](i.value), i.value) for i in getattr(draft, part)}


KINDS: Mapping[str, Callable[[Any], str]] = {
    "decisions": lambda d: f"Decision {d.id} of {d.date} ({d.board} {d.decided} {', '.join(d.initiatives)})",
    "moves": lambda m: f"Move {m.id} of {m.date} to {m.stage}",
    "assessments": lambda a: f"Judgement {a.id} of {a.date} ({a.of} {a.level} on {a.scale})",
}
"""Lists of entries with an id: what is said of one."""


def _signed(draft: Draft) -> Iterator[tuple[Entry, SignOff]]:
    for kind in SIGNED:
        for item in getattr(draft, f"{kind}s"):
            yield from zip(_sign_offs(item), item.value.sign_offs, strict=True)


def _sign_offs(item: Item[Any]) -> Iterator[Entry]:
    for n, s in enumerate(item.value.sign_offs):
        when = f" on {s.date}" if s.date else ""
        yield Entry(item, ("sign_offs", n), f"{s.organisation} “{s.position}”{when} on {item.value.id}", s)


def _by_id(old: Mapping[str, Entry], new: Mapping[str, Entry], refused: frozenset[str]) -> Iterator[Problem]:
    """Entries with an id: changed where another stands under it, gone where none does."""
    for name, entry in old.items():
        other = new.get(name)
        if other is None and name not in refused:
            what = f"{entry.said} was on record and is gone."
            yield problem(entry.item.file, 0, "", "entry-gone", what, MEND)
        elif other is not None and other.value != entry.value:
            fields = [f for f in type(entry.value).model_fields if getattr(entry.value, f) != getattr(other.value, f)]
            what = f"{entry.said} was changed: {', '.join(fields)}."
            yield other.item.problem("entry-changed", what, MEND, (fields[0],))


def _gone(entries: list[Entry], now: Item[Any], there: Iterable[Record], at: Way) -> Iterator[Problem]:
    """Entries without an id that are not there any more as they were; each has to stand there once for each time that it did."""
    left = list(there)
    for entry in entries:
        if entry.value in left:
            left.remove(entry.value)
            continue
        what = f"{entry.said} was on record, and is changed or gone."
        yield now.problem("entry-gone", what, MEND, at)
