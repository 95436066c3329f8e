"""Any outcome can be traced to the rows, assumptions and equations behind it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from fixtures.places import place, run
from placeplan.baseline.build import Baseline
from placeplan.core import streams
from placeplan.core.errors import PlanError
from placeplan.futures.sample import Futures
from placeplan.model.explain import explain
from placeplan.model.origins import ORIGINS
from placeplan.model.origins.meanings import MEANINGS
from placeplan.model.outcomes import Outcomes
from placeplan.model.simulate import baseline_of
from placeplan.model.trace import Node
from placeplan.plan.folder import read_plan
from placeplan.plan.schema import Plan
from placeplan.plan.write import write_plan

INPUTS = {"row", "assumption", "initiative", "contract"}
DEEP = 30
PENNY = 0.005

Case = tuple[Plan, Baseline, Outcomes]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A made-up place as a folder."""
    path = tmp_path_factory.mktemp("plans") / "made-up"
    write_plan(place(1, months=36), path)
    return path


@pytest.fixture(scope="module")
def case(folder: Path) -> Case:
    """The plan read from its folder, its baseline and a few futures."""
    plan = read_plan(folder)
    return plan, baseline_of(plan), run(plan, Futures(count=3))


def leaves(node: Node) -> Iterator[Node]:
    """Where a trace ends."""
    if not node.made_of:
        yield node
    for child in node.made_of:
        yield from leaves(child)


def chosen(outcomes: Outcomes, count: int) -> list[tuple[str, str]]:
    """Outcomes with an entity, of those that are not 0 throughout, drawn from a keyed stream."""
    every = [
        (name, entity)
        for name in sorted(outcomes.series)
        for entity in outcomes[name].entities
        if outcomes[name].of(entity).any()
    ]
    keys = streams.keys(7, "explain", [str(n) for n in range(len(every))])
    order = np.argsort(streams.words(keys, np.zeros(1, np.uint64), 0)[:, 0])
    return [every[n] for n in order[:count]]


def check_leaf(leaf: Node, folder: Path) -> None:
    """A leaf is an input, with a file and line that are there and a source."""
    assert leaf.kind in INPUTS, leaf
    assert leaf.source, leaf
    found = re.fullmatch(r"(library/)?([\w./-]+), line (\d+)", leaf.where) or re.fullmatch(
        r"()([\w./-]+\.yaml)()", leaf.where
    )
    assert found, leaf
    if not found[1]:
        text = (folder / found[2]).read_text(encoding="utf-8").splitlines()
        assert int(found[3] or 1) <= len(text)


@pytest.mark.parametrize("number", range(10))
def test_ten_random_outcomes_end_in_inputs(case: Case, folder: Path, number: int) -> None:
    """Every leaf is a row, assumption, initiative or contract, with its file, line and source."""
    plan, baseline, outcomes = case
    name, entity = chosen(outcomes, 10)[number]
    node = explain(plan, baseline, outcomes, name, entity, depth=DEEP, future=number % 3)
    assert node.value == pytest.approx(outcomes[name].by_year(entity)[number % 3, -1])
    assert node.equation.startswith("placeplan.")
    assert node.meaning
    ends = list(leaves(node))
    assert ends
    for leaf in ends:
        check_leaf(leaf, folder)


def test_what_nothing_adds_to_is_nought_and_ends_there(case: Case) -> None:
    plan, baseline, outcomes = case
    node = explain(plan, baseline, outcomes, "contract_income", "COM1", depth=DEEP)
    assert (node.value, node.made_of) == (0.0, ())


@pytest.mark.large
def test_every_outcome_ends_in_inputs(case: Case, folder: Path) -> None:
    """The same for each outcome of each entity; what rests on nothing is 0 in every month of every future."""
    plan, baseline, outcomes = case
    for name, series in outcomes.series.items():
        for entity in series.entities:
            node = explain(plan, baseline, outcomes, name, entity, depth=DEEP)
            if not node.made_of:
                assert not series.of(entity).any(), (name, entity)
                continue
            for leaf in leaves(node):
                check_leaf(leaf, folder)


SIGNS = {
    "income": 1, "contract_income": 1, "contract_spend": -1, "operating_cost": -1, "programme_cost": -1, "financing": -1,
}  # fmt: skip


def part(node: Node) -> str:
    """Name of the outcome of a node."""
    return node.name.partition(" of ")[0]


@pytest.mark.parametrize("future", [None, 0])
@pytest.mark.parametrize("period", [None, "2016/17", "2017-09"])
def test_money_adds_up_to_the_penny(case: Case, period: str | None, future: int | None) -> None:
    """A position is its parts; a system's is its organisations'; each part is its lines."""
    plan, baseline, outcomes = case
    node = explain(plan, baseline, outcomes, "position", "system", period=period, future=future, depth=4)
    assert node.value == pytest.approx(sum(c.value or 0.0 for c in node.made_of), abs=PENNY)
    for organisation in node.made_of:
        parts = {part(c): c for c in organisation.made_of}
        total = sum(sign * (parts[name].value or 0.0) for name, sign in SIGNS.items() if name in parts)
        assert organisation.value == pytest.approx(total, abs=PENNY)
        for name in ("income", "operating_cost", "contract_income", "contract_spend", "programme_cost", "financing"):
            if name in parts and parts[name].made_of:
                lines = sum(c.value or 0.0 for c in parts[name].made_of if c.kind == "outcome")
                assert parts[name].value == pytest.approx(lines, abs=PENNY), (organisation.name, name)


def test_rows_name_the_line_they_were_read_from(case: Case, folder: Path) -> None:
    """The line named holds what the node says."""
    plan, baseline, outcomes = case
    node = explain(plan, baseline, outcomes, "cost_line", "ACU1/pay", depth=1)
    row = next(c for c in node.made_of if c.kind == "row")
    file, _, line = row.where.partition(", line ")
    assert file == "money.csv"
    cells = (folder / file).read_text(encoding="utf-8").splitlines()[int(line) - 1].split(",")
    assert cells[:2] == ["ACU1", "pay"]
    assert row.value == pytest.approx(float(cells[3]))
    own = next(a for a in plan.assumptions if a.id == "volume.prescribing")
    node = explain(plan, baseline, outcomes, "cost_line", "COM1/prescribing", depth=1)
    growth = next(c for c in node.made_of if c.name == own.id)
    file, _, line = growth.where.partition(", line ")
    assert "volume.prescribing" in (folder / file).read_text(encoding="utf-8").splitlines()[int(line) - 1]
    inflator = next(c for c in node.made_of if c.name == "prices.drugs")
    assert inflator.where.startswith("library/assumptions/prices.yaml, line ")
    assert inflator.level == "default"


@pytest.mark.parametrize(
    ("name", "entity", "period", "said"),
    [
        ("positon", "system", None, "Did you mean position?"),
        ("position", "ACU", None, "Did you mean ACU1 (Made-up acute"),
        ("occupancy", "ACU1A/medicel", None, "Did you mean ACU1A/medical?"),
        ("position", "system", "2031/32", "There is no period 2031/32"),
    ],
)
def test_unknown_names_give_the_nearest(case: Case, name: str, entity: str, period: str | None, said: str) -> None:
    """Who mistypes is told what is there."""
    with pytest.raises(PlanError) as refused:
        explain(*case, name, entity, period=period)
    (told,) = refused.value.problems
    assert said in f"{told.what} {told.mend}"


def test_all_names_that_are_unknown_are_told_together(case: Case) -> None:
    with pytest.raises(PlanError) as refused:
        explain(*case, "positon", "system", period="1999")
    assert {p.code for p in refused.value.problems} == {"unknown-outcome", "unknown-period"}


def test_an_organisation_is_found_by_a_word_of_its_name(case: Case) -> None:
    """Who is called by name, as people do, is told by id and name; an outcome that nobody has for all asks whose."""
    with pytest.raises(PlanError) as refused:
        explain(*case, "position", "Accute")
    (told,) = refused.value.problems
    assert (told.code, told.nearest) == ("unknown-entity", "ACU1")
    assert told.mend.startswith("Did you mean ACU1 (Made-up acute organisation 1 (synthetic))? Write one of: ")
    with pytest.raises(PlanError) as refused:
        explain(*case, "uptake")
    (told,) = refused.value.problems
    assert told.what == "There is no uptake of the whole system."
    assert told.mend.startswith("Say whose with --entity: ")


def test_a_figure_says_how_it_arises_and_not_what_another_is(case: Case) -> None:
    plan, baseline, found = case
    open_ = explain(plan, baseline, found, "beds_open", depth=1)
    assert open_.meaning.startswith("Beds of the base year (available), with what initiatives have opened by then")
    paid = explain(plan, baseline, found, "contract_payment", plan.contracts[0].id, depth=1)
    assert paid.meaning.startswith("What the contract pays in the month by the rule of its kind")
    assert set(MEANINGS) <= set(ORIGINS)
