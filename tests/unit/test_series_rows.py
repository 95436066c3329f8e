"""Rows of a plan made of published series: whole years, means, sums, and what is not of the plan."""

from __future__ import annotations

from pathlib import Path

import pytest

from fixtures.series_files import AE, file, one, read_samples
from placeplan.core.tables import TABLES
from placeplan.series.layout import layouts
from placeplan.series.plan_rows import plan_rows
from placeplan.series.read import Series


@pytest.fixture(scope="module")
def samples(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Series]:
    return read_samples(tmp_path_factory)


def month(number: int, rows: str) -> str:
    return rows.replace("MONTH", f"{2016 + (number > 9)}-{(number + 2) % 12 + 1:02d}-01")


def test_a_year_of_a_plan_is_made_of_all_its_months(tmp_path: Path) -> None:
    """Twelve months of 100 are 1,200; eleven are told, not counted as a year."""
    rows = [month(m, "MONTH,RX1,1,100,1,1\nMONTH,RX1,2,10,1,1\nMONTH,RX1,other,5,1,1") for m in range(1, 13)]
    rows += [month(m, "MONTH,RX2,1,50,1,1") for m in range(1, 12)]
    made = plan_rows([one(file(tmp_path, "\n".join([AE, *rows])))], "2016/17")
    found = {(r.pod, r.site): r.activity for r in made.rows["activity"]}  # type: ignore[attr-defined]
    assert found == {("ae_type1", "RX1"): 1200, ("ae_other", "RX1"): 180}
    (told,) = made.problems
    assert told.code == "year-not-whole"
    assert "RX2 (11 of 12 months)" in told.what


def test_a_file_of_another_year_says_so(tmp_path: Path) -> None:
    """And the sites of an organisation are found by their parent."""
    staff = one(file(tmp_path, layouts()["workforce"].sample))
    (told,) = plan_rows([staff], "2016/17").problems
    assert told.code == "year-not-there"
    assert "it is of 2017-09" in told.what
    assert [(r.group, r.in_post) for r in plan_rows([staff], "2017/18").rows["staff"]] == [
        ("doctors", 600.5),
        ("nurses", 1490.25),
    ]  # type: ignore[attr-defined]
    hospitals = one(file(tmp_path, layouts()["hospitals"].sample, "b.csv"))
    assert [r.id for r in plan_rows([hospitals], "2016/17", ["RX2"]).rows["sites"]] == ["RX201"]  # type: ignore[attr-defined]


def test_beds_are_the_mean_of_the_quarters(tmp_path: Path) -> None:
    head = layouts()["kh03_totals"].sample.splitlines()[0]
    rows = [
        f"2016-17 Q{q},,,RX1,Northtown,{g},{a},{a - 10},"
        for q, a in enumerate((100, 110, 120, 130), start=1)
        for g in ("mental_illness", "learning_disabilities")
    ]
    made = plan_rows([one(file(tmp_path, "\n".join([head, *rows])))], "2016/17")
    (beds,) = made.rows["beds"]
    assert (beds.site, beds.pool, beds.available, beds.occupied) == ("RX1", "mental_health", 230, 210)  # type: ignore[attr-defined]
    assert "2016/17" in beds.source
    assert beds.level == "published"


def test_rows_of_all_tables_are_rows_that_a_plan_may_hold(samples: dict[str, Series]) -> None:
    """Every rule of every layout, on the layout's own example; the year is that of the example."""
    given = {name for layout in layouts().values() for name in (g.table for g in layout.gives)}
    seen: set[str] = set()
    for layout in layouts().values():
        if layout.gives:
            series = samples[layout.id]
            for year in {p for (p,) in series.ask("select distinct period from tidy")} | {
                "2016/17",
                "2017/18",
                "2024/25",
            }:
                if "/" in year and len(year) == 7:
                    made = plan_rows([series], year)
                    assert not [p for p in made.problems if p.code not in ("year-not-whole", "year-not-there")], (
                        made.problems
                    )
                    seen |= set(made.rows)
                    assert all(isinstance(r, TABLES[t][0]) for t, rows in made.rows.items() for r in rows)
    assert given - seen == {"beds", "activity"} & (given - seen)  # examples of months and quarters hold no whole year


def test_a_row_that_breaks_a_rule_of_the_plan_is_told(tmp_path: Path) -> None:
    eric = layouts()["eric"].sample.replace("ACUTE - LARGE", "SOMETHING ELSE")
    twice = one(file(tmp_path, eric, "a.csv")), one(file(tmp_path, layouts()["eric"].sample, "b.csv"))
    made = plan_rows(twice, "2016/17")
    assert sorted(p.code for p in made.problems) == ["given-twice", "not-of-plan"]
    assert sorted(r.id for r in made.rows["organisations"]) == ["RX1", "RX2"]  # type: ignore[attr-defined]


def test_lines_of_social_care_share_out_its_total(tmp_path: Path) -> None:
    """Every row of a council lies in one line, whatever its care type, age and setting: nothing counts twice or is lost."""
    head = layouts()["ascfr_totals"].sample.splitlines()[0]
    kinds = [(c, a, s) for c in (1, 2, 3, 4) for a in ("", 1, 2) for s in ("", 1, 2, 6, 7, 9)]
    rows = [
        f"2017,102,E10000099,E12000002,{c},{a},4,{s},,,1,0,0,0,0,0,{2**n}" for n, (c, a, s) in enumerate(kinds[:40])
    ]
    rows += ["2017,102,E10000099,E12000002,2,2,4,2,,,2,0,0,0,0,0,7"]  # voluntary items repeat what is there
    made = plan_rows([one(file(tmp_path, "\n".join([head, *rows])))], "2016/17").rows["money"]
    assert sum(r.amount for r in made) == 1000 * (2**40 - 1)  # type: ignore[attr-defined]
    assert {r.line for r in made} == {  # type: ignore[attr-defined]
        "residential 65+", "nursing 65+", "home care 65+", "other long-term 65+", "long-term 18-64", "short-term, assessment and other",
    }  # fmt: skip


def test_a_unit_cost_is_cost_over_activity(tmp_path: Path) -> None:
    """(700,000 + 2,700,000) ÷ (1,000 + 3,000) = 850."""
    made = plan_rows([one(file(tmp_path, layouts()["cost_collection"].sample))], "2024/25")
    assert {r.pod: r.cost for r in made.rows["unit_costs"]} == {"day_case": 850, "ae_type1": 250}  # type: ignore[attr-defined]
