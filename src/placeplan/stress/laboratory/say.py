"""What the contract laboratory says first: who gains, who loses, who carries the risk, and what to do next."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from placeplan.plan.schema import Plan
from placeplan.stress.laboratory.sheets import UNSAID, gains, loses
from placeplan.stress.laboratory.wording import money
from placeplan.stress.results.contracts import Has, InForm, Moves
from placeplan.stress.say import joined

MOST = 3
"""Organisations named in a sentence."""
NEXT = "placeplan contracts PLAN --form FILE"


class Told(NamedTuple):
    """The sentence, the next step, and what stands behind both."""

    sentence: str
    then: str
    behind: str


def told(plan: Plan, forms: Sequence[InForm]) -> Told:
    """What is said of the plan's contracts alone, or of other forms beside them."""
    usual, others = forms[0], forms[1:]
    if not others:
        return Told(_register(usual), _signs(usual) or _try(plan), _risks(usual))
    return Told(
        f"{_now(usual)} {' '.join(_form(usual, form) for form in others)}",
        " ".join(_next(form) for form in others), _shifts(usual, others),
    )  # fmt: skip


def volume(has: Has) -> Moves:
    """How far a surplus moves with how much care is given."""
    return next(m for m in has.risks if m.risk == "volume")


def half(m: Moves) -> float:
    """Half of what a figure moves by: so much either way."""
    return (m.high - m.low) / 2


def _register(usual: InForm) -> str:
    """How many contracts pay how much, and who carries most of the volume risk."""
    paid = sum(s.mean for s in usual.sheets)
    count = f"{len(usual.sheets)} contract{'s pay' if len(usual.sheets) != 1 else ' pays'} {money(paid)} a year."
    most = max(usual.has, key=lambda h: half(volume(h)), default=None)
    if most is None or half(volume(most)) < 500:
        return f"{count} No surplus moves with how much care is given."
    return (
        f"{count} {most.name} carries most of the risk that more or fewer need care: that moves its surplus by"
        f" {money(half(volume(most)))} a year either way."
    )


def _risks(usual: InForm) -> str:
    """The largest risk of those whose surplus moves most."""
    words = {"volume": "how much care is given", "price": "what is paid for it", "cost": "what it costs"}
    largest = [(h, max(h.risks, key=half)) for h in usual.has if h.risks]
    order = sorted((x for x in largest if half(x[1]) >= 500), key=lambda x: -half(x[1]))[:MOST]
    found = [f"{h.name}: {words[m.risk]} ({money(half(m))} a year either way)" for h, m in order]
    return f"What moves surpluses most. {'; '.join(found)}." if found else ""


def _try(plan: Plan) -> str:
    """Forms that the plan has, or how to write one."""
    if plan.payment_forms:
        ids = " ".join(f"--form {f.id}" for f in plan.payment_forms)
        return f"The plan has {len(plan.payment_forms)} other form{'s' if len(plan.payment_forms) != 1 else ''} of payment. See what they would change: placeplan contracts PLAN {ids}"
    return f"To see what another form of payment would change, write it in a file: {NEXT}"


def _signs(form: InForm) -> str:
    """Who refused, or loses by the plan under a contract that it has not signed."""
    against = {s.organisation: s for sheet in form.sheets for s in sheet.sides if s.result == "fail"}
    cost = {h.organisation: h.along.mean for h in form.has if loses(h.along)}
    lost = {o: f"loses {money(-cost[o])} a year by the plan and " if o in cost else "" for o in against}
    each = [f"{s.name}, which {lost[o]}{s.said}" for o, s in sorted(against.items(), key=lambda x: cost.get(x[0], 0.0))]
    return f"Talk first with {_some(each)}." if each else ""


def _losers(form: InForm) -> list[Has]:
    """Who clearly loses by the plan, most first."""
    return sorted((h for h in form.has if loses(h.along)), key=lambda h: h.along.mean)


def _now(usual: InForm) -> str:
    """Who loses by the plan as it is paid."""
    lost = [f"{h.name} {money(-h.along.mean)}" for h in _losers(usual)]
    return (
        f"As it is paid, the plan costs {_some(lost)} a year." if lost else "As it is paid, nobody loses by the plan."
    )


def _form(usual: InForm, form: InForm) -> str:
    """Who loses by the plan in a form as well or no more, and what the form moves."""
    before, after = {h.organisation for h in _losers(usual)}, {h.organisation for h in _losers(form)}
    more = [f"{h.name} {money(-h.along.mean)}" for h in _losers(form) if h.organisation not in before]
    fewer = [h.name for h in _losers(usual) if h.organisation not in after]
    said = [f"it costs {_some(more)} a year{' too' if before else ''}"] if more else []
    said += [f"{_some(fewer)} no longer {'lose' if len(fewer) > 1 else 'loses'} by it"] if fewer and after else []
    if not after:
        said = ["nobody loses by it"]
    elif not said:
        said = ["the same lose by it"]
    return f"Under {form.name} {' and '.join(said)}; {_moved(form)}."


def _moved(form: InForm) -> str:
    """Whom a form leaves better and worse off than the plan's own contracts."""
    up = sorted((h for h in form.has if h.change and gains(h.change)), key=lambda h: -_change(h))
    down = sorted((h for h in form.has if h.change and loses(h.change)), key=_change)
    said = [
        f"{_some([f'{h.name} {money(abs(_change(h)))} a year' for h in some])} {word}"
        for some, word in ((up, "better off"), (down, "worse off"))
        if some
    ]
    if not said:
        return "it leaves nobody clearly better or worse off than the plan’s own contracts"
    return f"it leaves {', and '.join(said)}, than the plan’s own contracts"


def _change(has: Has) -> float:
    return has.change.mean if has.change else 0.0


def _next(form: InForm) -> str:
    """What to do next in a form."""
    signs = _signs(form)
    if signs:
        return f"Before {form.name} is agreed: {signs[:1].lower()}{signs[1:]}"
    sides = {s.organisation: s for sheet in form.sheets if sheet.changed for s in sheet.sides}
    unsaid = [s for s in sides.values() if s.said == UNSAID]
    dearer = [
        h for h in form.has if h.change and loses(h.change) and h.organisation in {s.organisation for s in unsaid}
    ]
    if dearer:
        each = [f"{h.name}, which it leaves {money(-_change(h))} a year worse off" for h in sorted(dearer, key=_change)]
        return f"Before {form.name} is agreed: ask {_some(each)}."
    if not sides:
        return f"{form.name} changes no contract of this plan."
    return (
        f"{form.name} waits for {_some([s.name for s in unsaid])} to sign."
        if unsaid
        else f"All parties have signed {form.name}."
    )


def _shifts(usual: InForm, others: Sequence[InForm]) -> str:
    """Where the risk of volume goes in each form."""
    each = [f"Under {form.name} {said}." for form in others if (said := _shift(usual, form))]
    if not each:
        return "No form moves anybody’s risk that more or fewer need care."
    return f"The risk that more or fewer need care, £ a year either way. {' '.join(each)}"


def _shift(usual: InForm, form: InForm) -> str:
    """Whose surplus moves more or less with how much care is given, largest changes first; blank: nobody's."""
    before = {h.organisation: half(volume(h)) for h in usual.has}
    moved = [(h, before[h.organisation], half(volume(h))) for h in form.has if h.organisation in before]
    order = sorted(
        (m for m in moved if abs(m[1] - m[2]) >= 500 and money(m[1]) != money(m[2])), key=lambda m: -abs(m[1] - m[2])
    )
    return "; ".join(f"{h.name} {money(a)} → {money(b)}" for h, a, b in order[:MOST])


def _some(names: list[str]) -> str:
    """The first few of some names."""
    more = len(names) - MOST
    return joined([*names[:MOST], f"{more} more"]) if more > 0 else joined(names)
