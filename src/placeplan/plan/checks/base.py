"""What every check is: one small function from a draft to problems, registered under the codes that it gives."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from placeplan.core.errors import Problem, all_nearest, either, nearest
from placeplan.core.outcomes import OUTCOMES, PROMISED
from placeplan.core.tables import OUTSIDE, Activity, AreaPeople, BedStock, Cohort, Organisation, Pod, Site, Stay
from placeplan.plan.codes import CODES
from placeplan.plan.draft import Draft, once
from placeplan.plan.ladder import ladder
from placeplan.plan.library import library
from placeplan.plan.located import Item, Path
from placeplan.plan.lookalike import double, strange

Check = Callable[[Draft], Iterable[Problem]]
CHECKS: list[tuple[Check, tuple[str, ...]]] = []
"""Every check with the codes that it can give, in order of registration."""


def check(*codes: str) -> Callable[[Check], Check]:
    """Register a function as the check that gives these codes; each has to be listed in `plan.codes`."""

    def register(function: Check) -> Check:
        unlisted = [code for code in codes if code not in CODES]
        if unlisted:
            raise TypeError(f"{function.__name__}: {unlisted} are not listed in plan.codes")
        CHECKS.append((function, codes))
        return function

    return register


def run_checks(draft: Draft) -> list[Problem]:
    """Every problem that any check finds, in order of file and line."""
    return sorted({p for function, _ in CHECKS for p in function(draft)})


@once
def organisations(draft: Draft) -> dict[str, Organisation]:
    """Organisations by id."""
    return {item.value.id: item.value for item in draft.rows("organisations", Organisation)}


@once
def site_organisations(draft: Draft) -> dict[str, str]:
    """Organisation by site; every organisation is a site of its own as well."""
    own = {name: name for name in organisations(draft)}
    return own | {item.value.id: item.value.organisation for item in draft.rows("sites", Site)}


@once
def pools(draft: Draft) -> dict[str, dict[str, float]]:
    """Beds available by site and pool."""
    found: dict[str, dict[str, float]] = {}
    for item in draft.rows("beds", BedStock):
        own = found.setdefault(item.value.site, {})
        own[item.value.pool] = own.get(item.value.pool, 0.0) + item.value.available
    return found


def bed_places(draft: Draft) -> Callable[[str, str], bool]:
    """Whether care that fills beds has some at a site (site, pod): by stays.csv, or the only pool of a site with a row for it."""
    active = {(i.value.site, i.value.pod) for i in draft.rows("activity", Activity)}
    stays = {(i.value.site, i.value.pod) for i in draft.rows("stays", Stay)}
    beds, detailed = pools(draft), {site for site, _ in stays}

    def has(site: str, pod: str) -> bool:
        only = len(beds.get(site, {})) == 1 and site not in detailed and (site, pod) in active
        return only or (site, pod) in stays

    return has


def without_beds(item: Item[Any], site: str, pod: str, at: str | Path) -> Problem:
    """The problem of care that fills beds where it has none."""
    what = f"{pod} fills beds, and nothing says which of {site}'s it would fill."
    mend = "Add the site's beds, a row for it to activity.csv (0 where it is new) and, of several pools, to stays.csv."
    return item.problem("pod-without-beds", what, mend, at)


KNOWN: dict[str, Callable[[Draft], Iterable[str]]] = {
    "organisation": organisations,
    "site": site_organisations,
    "area": lambda d: {i.value.area for i in d.rows("areas", AreaPeople)},
    "cohort": lambda d: {i.value.cohort for i in d.rows("cohorts", Cohort)},
    "pod": lambda d: {i.value.id for i in d.rows("pods", Pod)},
    "active pod": lambda d: {i.value.pod for i in d.rows("activity", Activity)},
    "assumption": lambda d: {i.value.id for i in d.assumptions},
    "initiative": lambda d: {i.value.id for i in d.initiatives},
    "contract": lambda d: {i.value.id for i in d.contracts},
    "board": lambda d: {i.value.id for i in d.boards},
    "promise": lambda d: {i.value.id for i in d.promises},
    "stage": lambda d: {s.id for s in ladder([i.value for i in d.stages], [i.value for i in library().stages])},
    "scenario": lambda d: {i.value.id for i in d.scenarios},
}
"""How to find the ids of each kind."""

WHERE = {
    "organisation": "organisations.csv", "site": "sites.csv (or use an organisation's id)", "area": "areas.csv",
    "cohort": "cohorts.csv",
    "pod": "pods.csv", "assumption": "assumptions.yaml", "initiative": "the folder initiatives",
    "contract": "the folder contracts", "scenario": "scenarios.yaml", "board": "authority.yaml",
    "promise": "promises.yaml", "stage": "stages.yaml",
}  # fmt: skip


FILES: dict[str, frozenset[str]] = {
    "organisation": frozenset({"organisations.csv"}), "site": frozenset({"organisations.csv", "sites.csv"}),
    "area": frozenset({"areas.csv"}), "cohort": frozenset({"cohorts.csv"}), "pod": frozenset({"pods.csv"}),
    "active pod": frozenset({"activity.csv"}), "assumption": frozenset({"assumptions.yaml"}),
    "scenario": frozenset({"scenarios.yaml"}), "board": frozenset({"authority.yaml"}),
    "promise": frozenset({"promises.yaml"}), "stage": frozenset({"stages.yaml"}),
}  # fmt: skip
"""Files in which the ids of each kind stand."""


def known(draft: Draft, kind: str) -> frozenset[str]:
    """Ids of a kind, with those of elements that were refused; sites include ``outside``."""
    if kind not in draft.found:
        more = (
            draft.named("organisation", (OUTSIDE,)) if kind == "site" else {OUTSIDE} if kind == "area" else frozenset()
        )
        draft.found[kind] = draft.named(kind, KNOWN[kind](draft)) | more
    return draft.found[kind]


def unknown(
    draft: Draft, item: Item[Any], kind: str, name: str, at: str | Path, more: Iterable[str] = ()
) -> Iterator[Problem]:
    """A problem if ``name`` is no id of the kind (nor one of ``more``), with the nearest or the look-alike."""
    names = known(draft, kind) | frozenset(more)
    if name in names or not _readable(draft, kind):
        return
    if kind == "assumption":
        names |= {i.value.id for i in library().assumptions}
    twin = double(name, sorted(names))
    if twin:
        what = f"“{name}” looks like “{twin[0]}”, but {twin[1]}."
        yield item.problem("look-alike", what, f"Write “{twin[0]}”.", at, twin[0])
        return
    odd, near = strange(name), all_nearest(name, names)
    what = f"There is no {kind} “{name}”{f': {odd}' if odd else ''}."
    add = f"or add “{name}” to {WHERE[kind]}"
    mend = f"Write {either(near)}, {add}." if near else f"Add it to {WHERE[kind]}, or mend the id."
    yield item.problem(f"unknown-{kind}", what, mend, at, near[0] if near else "")


def not_an_aim(item: Item[Any], outcome: str, at: str | Path) -> Iterator[Problem]:
    """A problem if ``outcome`` is none of the model's, or one that is shown and never an aim."""
    if outcome in PROMISED:
        return
    shown = outcome in OUTCOMES
    near = "" if shown else nearest(outcome, PROMISED)
    what = f"{outcome} is shown, and is no aim of a plan." if shown else f"There is no outcome “{outcome}”."
    mend = f"Write “{near}”." if near else f"Write one of: {', '.join(PROMISED)}."
    yield item.problem("unknown-outcome", what, mend, at, near)


def _readable(draft: Draft, kind: str) -> bool:
    """Whether the file that gives the ids of a kind could be read to its end; if not, ids would seem unknown."""
    if draft.cut & FILES.get(kind, frozenset()):
        return False
    if kind in ("organisation", "site"):
        return bool(known(draft, "organisation"))
    if kind == "assumption":
        own = draft.named(kind, (i.value.id for i in draft.assumptions if i.own))
        return bool(own) or "assumptions.yaml" not in draft.refused
    return kind != "area" or bool(known(draft, kind) - {OUTSIDE})


def listed(names: Iterable[str], most: int = 5) -> str:
    """Names in words, the first few.

    >>> listed(["b", "a"])
    'a, b'
    """
    ordered = sorted(names)
    more = f" and {len(ordered) - most} more" if len(ordered) > most else ""
    return ", ".join(ordered[:most]) + more


def circle(start: str, ways: Mapping[str, tuple[str, ...]]) -> list[str]:
    """The shortest way from a name back to itself; nothing where there is none.

    >>> circle("a", {"a": ("b",), "b": ("c", "a"), "c": ()}), circle("a", {"a": ("b",)})
    (['a', 'b', 'a'], [])
    """
    paths, seen = [[start]], set[str]()
    while paths:
        path = paths.pop(0)
        for name in ways.get(path[-1], ()):
            if name == start:
                return [*path, name]
            if name not in seen:
                seen.add(name)
                paths.append([*path, name])
    return []
