"""The library: default figures that come with placeplan, and what of them a plan can use.

Every row has its source and stands on level ``default``. What the plan says itself always goes before the library.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files
from typing import Any

from placeplan.core.errors import PlanError, Problem
from placeplan.core.records import Record
from placeplan.core.tables import (
    TABLES,
    Activity,
    BedStock,
    CouncilRules,
    Evidence,
    MoneyLine,
    Organisation,
    OrganisationType,
    Row,
    Site,
    Spill,
    StaffGroup,
    StaffGrowth,
    WaitingList,
    has_quintiles,
)
from placeplan.futures.assumptions import Assumption, AssumptionFile, Correlation
from placeplan.plan.csvfile import read_table
from placeplan.plan.draft import Draft, values
from placeplan.plan.initiatives import Initiative
from placeplan.plan.located import Item
from placeplan.plan.promises import MOST_HARD, Promise
from placeplan.plan.rules import Rule, RuleFile
from placeplan.plan.scenarios import Scenario, ScenarioFile
from placeplan.plan.schema import Plan
from placeplan.plan.stages import Scale, ScaleFile, Stage, StageFile
from placeplan.plan.textfile import decode
from placeplan.plan.validate import build
from placeplan.plan.yamlfile import read_yaml

BY_POD = ("pods", "rates", "unit_costs", "seasons")
"""Tables whose library rows are added for each pod of the plan that has none of its own."""

OF_INITIATIVES = ("initiative", "start")
"""Groups of assumptions that only a plan with initiatives reads."""

NEEDED_FOR: Mapping[str, tuple[str, ...]] = {
    "care.follow": ("packages",),
    "care.discharge_first": ("packages", "pathways"),
    "care.fee_elasticity": ("packages", "councils"),
    "care.runs_out": ("packages",),
    "contacts.follow": ("contacts", "lists"),
}
"""Assumptions that only a plan with these tables reads."""


class PromiseTemplate(Promise):
    """A promise of the library: for each organisation of the types named, or once for the system."""

    organisation: str = "system"
    for_types: tuple[OrganisationType, ...] = ()
    """Organisation types for each of which there is such a promise; blank: one for the system."""


class PromiseTemplateFile(Record):
    """The library's `promises.yaml`."""

    promises: tuple[PromiseTemplate, ...] = ()


@dataclass(frozen=True)
class Library:
    """Everything in the library, with the line of each element."""

    assumptions: tuple[Item[Assumption], ...]
    correlations: tuple[Item[Correlation], ...]
    scenarios: tuple[Item[Scenario], ...]
    further: tuple[Item[Scenario], ...]
    """Those that are shown and never decide; no part of a plan."""
    promises: tuple[Item[PromiseTemplate], ...]
    tables: Mapping[str, tuple[Item[Row], ...]]
    evidence: Mapping[str, Evidence]
    rules: tuple[Item[Rule], ...]
    stages: tuple[Item[Stage], ...]
    scales: tuple[Item[Scale], ...]
    staff_growth: Mapping[str, StaffGrowth]
    """The best growth seen, by staff group; ``all``: of a whole staff."""


@cache
def library() -> Library:
    """The library, read once; raises PlanError where one of its files is wrong."""
    assumed = [_yaml(f"assumptions/{name}", AssumptionFile) for name in _names("assumptions")]
    rows = {name: read_rows(f"{name}.csv", TABLES[name][0]) for name in BY_POD}
    evidence = {item.value.id: item.value for item in read_rows("evidence.csv", Evidence)}
    return Library(
        assumptions=tuple(i for file in assumed for i in _items(file, "assumptions")),
        correlations=tuple(i for file in assumed for i in _items(file, "correlations")),
        scenarios=_items(_yaml("scenarios.yaml", ScenarioFile), "scenarios"),
        further=_items(_yaml("further.yaml", ScenarioFile), "scenarios"),
        promises=_items(_yaml("promises.yaml", PromiseTemplateFile), "promises"),
        tables=rows,
        evidence=evidence,
        rules=_items(_yaml("rules.yaml", RuleFile), "rules"),
        stages=_items(_yaml("stages.yaml", StageFile), "stages"),
        scales=_items(_yaml("scales.yaml", ScaleFile), "scales"),
        staff_growth={item.value.group: item.value for item in read_rows("staff_growth.csv", StaffGrowth)},
    )


def _names(folder: str) -> list[str]:
    """Names of the YAML files of a folder of the library, in order."""
    inside = files("placeplan").joinpath("library").joinpath(folder).iterdir()
    return sorted(p.name for p in inside if p.name.endswith(".yaml"))


def _text(name: str) -> str:
    """Text of a library file, "" where there is none."""
    path = files("placeplan").joinpath("library").joinpath(name)
    if not path.is_file():
        return ""
    text = decode(path.read_bytes(), f"library/{name}")
    if isinstance(text, Problem):
        raise PlanError([text])
    return text


def read_rows(name: str, cls: type[Any]) -> tuple[Item[Any], ...]:
    """Rows of a table of the library, none where there is no such file; raises PlanError where it is wrong."""
    text = _text(name)
    if not text:
        return ()
    items, _, problems = read_table(text, f"library/{name}", cls)
    if problems:
        raise PlanError(problems)
    return items


def _yaml(name: str, cls: type[Record]) -> Item[Any]:
    text = _text(name)
    tree = read_yaml(text or "{}", f"library/{name}", aliases=True)
    where: Item[Any] = Item(None, f"library/{name}", 0, tree.lines, tree.data)
    value, problems = build(cls, tree.data, where) if not tree.problems else (None, tree.problems)
    if problems or value is None:
        raise PlanError(problems)
    return replace(where, value=value)


def _items(file: Item[Any], part: str) -> tuple[Item[Any], ...]:
    return tuple(
        replace(file, value=value, row=file.at((part, n)), base=(part, n), data=file.data[part][n])
        for n, value in enumerate(getattr(file.value, part))
    )


def evidence_of(draft: Draft) -> dict[str, Evidence]:
    """Rows of the evidence by id: the library's, with the plan's own in place of those of the same id."""
    return {**library().evidence, **{item.value.id: item.value for item in draft.rows("evidence", Evidence)}}


def complete(draft: Draft) -> Draft:
    """The draft with what it can use of the library: rows by pod, assumptions, promises, scenarios.

    Own rows of a pod, own assumptions and scenarios of an id, and own promises (all or none) go before the library's.
    """
    lib = library()
    pods = {item.value.pod for item in draft.rows("activity", Activity)}
    tables = {name: draft.tables.get(name, ()) for name in TABLES}
    for name in BY_POD:
        own = {_pod(item.value) for item in tables[name]}
        tables[name] += tuple(i for i in lib.tables[name] if _pod(i.value) in pods - own)
    draft = replace(draft, tables=tables)
    assumed = _with_assumptions(draft, lib, pods)
    known = {item.value.id for item in draft.scenarios}
    draft = replace(
        draft,
        assumptions=assumed,
        correlations=_with_correlations(draft, lib, {item.value.id for item in assumed}),
        scenarios=draft.scenarios + tuple(i for i in lib.scenarios if i.value.id not in known),
    )
    if not draft.promises and "promises.yaml" not in draft.refused:
        draft = replace(draft, promises=tuple(_few_hard(promises_for(draft, lib))))
    return draft


def with_library(plan: Plan) -> Plan:
    """A plan made in memory, with what `read_plan` would have added to it from the library."""

    def items(given: tuple[Any, ...]) -> tuple[Item[Any], ...]:
        return tuple(Item(value, "", 0) for value in given)

    draft = complete(
        Draft(
            tables={name: items(rows) for name, rows in plan.tables.items()},
            initiatives=items(plan.initiatives), contracts=items(plan.contracts), assumptions=items(plan.assumptions),
            correlations=items(plan.correlations), promises=items(plan.promises), scenarios=items(plan.scenarios),
            relationships=items(plan.relationships), payment_forms=items(plan.payment_forms),
        )
    )  # fmt: skip
    return plan.changed(
        tables={name: values(rows) for name, rows in draft.tables.items()}, assumptions=values(draft.assumptions),
        correlations=values(draft.correlations), promises=values(draft.promises), scenarios=values(draft.scenarios),
    )  # fmt: skip


def with_initiatives(plan: Plan, initiatives: tuple[Initiative, ...]) -> Plan:
    """The plan with other initiatives, and with what the library assumes of any: a plan that had none knows no delay."""
    own = {a.id for a in plan.assumptions}
    of_any = (i.value for i in library().assumptions if i.value.id.partition(".")[0] in OF_INITIATIVES)
    added = tuple(a for a in of_any if a.id not in own)
    return plan.changed(initiatives=initiatives, assumptions=(*plan.assumptions, *added))


def _pod(row: Any) -> str:
    return str(getattr(row, "pod", "") or getattr(row, "id", ""))


def promises_for(draft: Draft, lib: Library) -> Iterator[Item[Promise]]:
    """The library's promises for the organisations of this plan that have what is judged."""
    sites = {row.value.id: row.value.organisation for row in draft.rows("sites", Site)}
    beds = {sites.get(row.value.site, row.value.site) for row in draft.rows("beds", BedStock)}
    money = {row.value.organisation for row in draft.rows("money", MoneyLine)}
    staff = {row.value.organisation for row in draft.rows("staff", StaffGroup) if not row.value.unpaid}
    lists = {sites.get(row.value.site, row.value.site) for row in draft.rows("lists", WaitingList)}
    councils = (
        {row.value.council for row in draft.rows("councils", CouncilRules)} if draft.tables.get("packages") else set()
    )
    for item in lib.promises:
        template = item.value
        fields = template.model_dump(exclude={"for_types"})
        judged = {"money": money, "staff": staff, "waits": lists, "social_care": councils}.get(template.group, beds)
        if not template.for_types:
            yield item.holding(Promise(**fields))
        for row in draft.rows("organisations", Organisation) if template.for_types else ():
            name = row.value.id
            if row.value.type in template.for_types and name in judged:
                yield item.holding(Promise(**(fields | {"id": f"{template.id}.{name}", "organisation": name})))


def _few_hard(promises: Iterable[Item[Promise]]) -> Iterator[Item[Promise]]:
    """The promises with those beyond the twelfth hard one as aims."""
    hard = 0
    for item in promises:
        hard += item.value.hard
        aim = item.value.model_copy(update={"hard": False, "note": "An aim here, as at most 12 promises decide."})
        yield item if hard <= MOST_HARD or not item.value.hard else item.holding(aim)


def references(draft: Draft) -> frozenset[str]:
    """Every assumption id that the plan's own elements name."""
    names: set[str] = set()
    for row in draft.tables.get("money", ()):
        names |= {getattr(row.value, "inflator", ""), getattr(row.value, "growth", "")}
    names |= {s.value.coefficient for s in draft.rows("spills", Spill) if isinstance(s.value.coefficient, str)}
    for between in draft.relationships:
        names |= {q for q in (between.value.weight, between.value.delay, between.value.leaves) if isinstance(q, str)}
    for contract in (*(c.value for c in draft.contracts), *(c for f in draft.payment_forms for c in f.value.contracts)):
        names |= set(contract.assumptions())
    for item in draft.initiatives:
        i = item.value
        quantities = [i.peak, i.delay, *(q for e in i.effects for q in e.quantities())]
        quantities += [i.capital.overrun, i.capital.secured] if i.capital else []
        names |= {q for q in quantities if isinstance(q, str)}
    return frozenset(names - {""})


def _with_assumptions(draft: Draft, lib: Library, pods: set[str]) -> tuple[Item[Assumption], ...]:
    own = {item.value.id for item in draft.assumptions}
    named = references(draft)
    capital = any(i.value.capital for i in draft.initiatives)
    staff = [row.value for row in draft.rows("staff", StaffGroup)]
    fifths = has_quintiles(item.value for item in draft.tables.get("areas", ()))
    growing = {i.value.id.removeprefix("growth.") for i in (*lib.assumptions, *draft.assumptions)} & pods

    by_day = any(row.value.count == "daytime" for row in draft.rows("beds", BedStock))
    part_of = (("list", "lists"), ("boarding", "boarding"), ("finance", "balances"), ("contacts", "contacts"))
    tables = {part: bool(draft.tables.get(table)) for part, table in part_of}
    care = {name: all(draft.tables.get(table) for table in of) for name, of in NEEDED_FOR.items()}
    only_with = {"capital": capital, "need": fifths, "beds.daytime": by_day, **tables, **care}

    def usable(name: str) -> bool:
        group, _, rest = name.partition(".")
        if group == "growth":
            return rest in pods or name in named or (rest == "other" and growing != pods)
        if group in ("cip", "spill"):
            return name in named
        if {name, group} & only_with.keys():
            return only_with[name if name in only_with else group]
        if group == "staff" or name == "winter.absence":
            return name in named or _of_staff(name, staff)
        if name == "prices.pay" and any(row.pay for row in staff):
            return True
        return name in named or (
            bool(draft.initiatives) if group in OF_INITIATIVES else group != "prices" or rest == "general"
        )

    added = (i for i in lib.assumptions if i.value.id not in own and usable(i.value.id))
    return draft.assumptions + tuple(added)


def _of_staff(name: str, rows: Sequence[StaffGroup]) -> bool:
    """Whether the model reads an assumption on staff: for all groups, or for a group or labour market of the plan."""
    _, _, rest = name.partition(".")
    what, _, group = rest.partition(".")
    if not rows or what == "redundancy_cost":
        return False
    if what == "join":
        return any(row.unpaid for row in rows)
    return not group or group in {n for row in rows for n in (row.group, row.hired_from)}


def _with_correlations(draft: Draft, lib: Library, known: set[str]) -> tuple[Item[Correlation], ...]:
    """Own correlations, and the library's of which two members are there and none in an own one."""
    own = {member for item in draft.correlations for member in item.value.members}
    added = (i for i in lib.correlations if len(known & set(i.value.members)) > 1 and not own & set(i.value.members))
    return draft.correlations + tuple(added)
