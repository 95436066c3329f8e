"""Checks of further scenarios: that they lie in the run, say what happens, and name what is there."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from fnmatch import fnmatchcase
from typing import Any

from placeplan.contracts.base import Contract
from placeplan.core.errors import Problem, nearest
from placeplan.plan.checks.base import check, listed, unknown
from placeplan.plan.checks.tables import run_months
from placeplan.plan.draft import Draft
from placeplan.plan.located import Item, Path
from placeplan.plan.scenarios import EACH, Rule, Scenario, month_of_run
from placeplan.plan.schema import yearly_rates
from placeplan.plan.validate import build


def _own(draft: Draft) -> Iterator[tuple[Item[Scenario], Scenario]]:
    yield from ((item, item.value) for item in draft.scenarios if item.own)


@check("outside-run", "ends-before-start")
def scenarios_lie_in_the_run(draft: Draft) -> Iterator[Problem]:
    """A further scenario begins in the run, and a halt ends after it begins."""
    if draft.about is None:
        return
    run, start, months = run_months(draft), draft.about.value.start, draft.about.value.months
    for item, s in _own(draft):
        for name, when in (("since", s.since), ("until", s.until)):
            if when is not None and run and not 0 <= month_of_run(when, start) < months + (name == "until"):
                what = f"{when if isinstance(when, str) else f'{when} months after {run[0]}'} is not in the run, which goes from {run[0]} to {run[1]}."
                yield item.problem("outside-run", what, "Mend the month, or leave the scenario out.", name)
        if s.since is not None and s.until is not None and month_of_run(s.until, start) <= month_of_run(s.since, start):
            what = f"It is over in {s.until}, and begins in {s.since}."
            yield item.problem("ends-before-start", what, "Mend one of the two months.", "until")


@check("scenario-without-month", "scenario-decides", "halt-without-end", "nothing-happens")
def scenarios_say_what_happens(draft: Draft) -> Iterator[Problem]:
    """What happens from a month on needs the month, is shown only, and is something."""
    for item, s in _own(draft):
        happens = {"halt": s.halt, "leaves": bool(s.leaves), "closures_held": s.closures_held, "rules": bool(s.rules)}
        some = [name for name, so in happens.items() if so]
        if some and not s.further:
            yield item.problem("scenario-without-month", f"{some[0]} needs a month.", "Give since (a month).", some[0])
        if s.further and s.decides:
            what, mend = "It begins in a month and decides; only the common shocks do.", "Write decides: false."
            yield item.problem("scenario-decides", what, mend, "decides")
        if s.halt != (s.until is not None):
            what = "It has a halt without an end." if s.halt else "Only a halt ends, and it has none."
            mend = "Give until (a month)." if s.halt else "Leave until out, or write halt: true."
            yield item.problem("halt-without-end", what, mend, "halt" if s.halt else "until")
        if s.further and not (some or s.changes):
            mend = "Give changes, leaves, halt, closures_held or rules."
            yield item.problem("nothing-happens", "Nothing happens in it.", mend, "since")


@check("dated-stands-alone")
def dated_scenarios_stand_alone(draft: Draft) -> Iterator[Problem]:
    """A further scenario is no part of another, has none, and is no provider's failure, which is from the first month on."""
    further = {item.value.id for item in draft.scenarios if item.value.further}
    for item, s in _own(draft):
        if s.further and s.provider_fails:
            mend = "Leave since out, or write leaves in place of provider_fails."
            yield item.problem(
                "dated-stands-alone", "A provider fails from the first month on.", mend, "provider_fails"
            )
        for n, name in enumerate(s.includes):
            if s.further or name in further:
                what = f"{s.id if s.further else name} begins in a month, and cannot be joined with others."
                yield item.problem("dated-stands-alone", what, "Leave it out of includes.", ("includes", n))


@check("unknown-organisation", "leaves-nothing", "look-alike")
def partners_that_leave_are_there(draft: Draft) -> Iterator[Problem]:
    """Who leaves is an organisation that owns an initiative."""
    owners = {i.value.owner for i in draft.initiatives}
    for item, s in _own(draft):
        if not s.leaves or s.leaves == EACH:
            continue
        found = list(unknown(draft, item, "organisation", s.leaves, "leaves", (EACH,)))
        yield from found
        if not found and s.leaves not in owners and draft.whole_elements():
            what = f"{s.leaves} owns no initiative, so nothing changes when it leaves."
            mend = f"Write one of: {listed({*owners, EACH})}."
            yield item.problem("leaves-nothing", what, mend, "leaves", nearest(s.leaves, sorted(owners)))


@check("change-of-a-date", "not-a-yearly-rate")
def dated_changes_are_of_yearly_rates(draft: Draft) -> Iterator[Problem]:
    """From a month on, points are added to a yearly rate of prices or money: nothing else has a date in the model."""
    rates = yearly_rates([i.value for i in draft.tables.get("money", ())], [i.value for i in draft.contracts])
    for item, s in _own(draft):
        for n, c in enumerate(s.changes if s.further else ()):
            others = [w for w in ("set", "scale", "quantile") if getattr(c, w) is not None]
            if others or c.add is None:
                what = (
                    f"From a month on, {others[0] if others else 'nothing'} cannot be changed: only points are added."
                )
                yield item.problem("change-of-a-date", what, "Give add, and nothing beside it.", ("changes", n))
            elif c.assumption and rates and not any(fnmatchcase(name, c.assumption) for name in rates):
                what = f"{c.assumption} gives no yearly rate of a line of money or a contract."
                near = nearest(c.assumption, sorted(rates))
                mend = f"Write “{near}”." if near else f"Write one of: {listed(rates)}."
                yield item.problem("not-a-yearly-rate", what, mend, ("changes", n, "assumption"), near)


@check("unknown-contract", "unknown-kind", "rule-of-nothing", "look-alike")
def rules_are_of_contracts(draft: Draft) -> Iterator[Problem]:
    """A rule names a kind of contract or one contract, and fields that it has."""
    for item, s in _own(draft):
        for n, rule in enumerate(s.rules):
            yield from rule_faults(draft, item, rule, ("rules", n))


def rule_faults(draft: Draft, item: Item[Any], rule: Rule, at: Path) -> Iterator[Problem]:
    """Problems of a rule that names no contract, or fields that it does not have."""
    contracts = {i.value.id: i.value for i in draft.contracts}
    if bool(rule.kind) == bool(rule.contract):
        what = "It names no kind and no contract." if not rule.kind else "It names both a kind and a contract."
        yield item.problem("rule-of-nothing", what, "Give one of the two.", at)
    elif rule.contract and rule.contract not in contracts:
        yield from unknown(draft, item, "contract", rule.contract, (*at, "contract"))
    elif rule.kind and rule.kind not in Contract.kinds():
        near = nearest(rule.kind, Contract.kinds())
        mend = f"Write “{near}”." if near else f"Write one of: {', '.join(Contract.kinds())}."
        yield item.problem("unknown-kind", f"There is no kind of contract “{rule.kind}”.", mend, (*at, "kind"), near)
    else:
        known = list(
            _fields(item, rule, at, type(contracts[rule.contract]) if rule.contract else Contract.of(rule.kind))
        )
        some = [c for c in contracts.values() if rule.contract == c.id or rule.kind == c.name]
        yield from known or _values(draft, item, rule, at, some)


def _values(draft: Draft, item: Item[Any], rule: Rule, at: Path, some: Iterable[Contract]) -> Iterator[Problem]:
    """What a contract cannot say: problems of the fields of a rule as if they stood in the contract, each once."""
    problems: list[Problem] = []
    for c in some:
        data = {**c.model_dump(mode="json", exclude_unset=True), **rule.fields}
        changed, refused = build(type(c), data, Item(None, item.file, item.row, {}, data))
        for p in refused:
            field = p.column.partition(".")[0].partition(" (")[0]
            problems.append(item.problem(p.code, p.what, p.mend, (*at, "fields", field), p.nearest))
        assumptions = changed.assumptions() if changed is not None else ()
        for field, name in rule.fields.items():
            kind = "organisation" if field in ("payer", "payee") else "assumption" if name in assumptions else ""
            if kind:
                problems += unknown(draft, item, kind, str(name), (*at, "fields", field))
    yield from dict.fromkeys(problems)


def _fields(item: Item[Any], rule: Rule, at: Path, kind: type[Contract]) -> Iterator[Problem]:
    """Fields that a kind of contract does not have, or that are part of what it is."""
    known = [f for f in kind.model_fields if f not in ("id", "kind", "starts", "ends", "source")]
    for name in rule.fields:
        if name not in known:
            near = nearest(name, known)
            mend = f"Write “{near}”." if near else f"Write one of: {', '.join(known)}."
            what = f"A contract of this kind has no “{name}” that a rule could change."
            yield item.problem("rule-of-nothing", what, mend, (*at, "fields", name), near)
