"""The script that fills the Dorset example: on a made-up twin of its data always, on the real data where they are given."""

from __future__ import annotations

import csv
import os
import subprocess
import sys
from collections import defaultdict
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from fixtures import dorset_twin
from placeplan.core.tables import TABLES

Rows = list[dict[str, str]]


def run(root: Path, data: Path, out: Path) -> None:
    script = root / "examples" / "dorset-2016" / "fill.py"
    command = [sys.executable, "-B", str(script), str(out)]
    subprocess.run(command, check=True, env={**os.environ, "PLACEPLAN_DATA": str(data)}, timeout=300)


def read(folder: Path, table: str) -> Rows:
    with (folder / f"{table}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The tables filled from the twin."""
    root = Path(__file__).resolve().parents[2]
    out = tmp_path_factory.mktemp("filled")
    run(root, dorset_twin.make(tmp_path_factory.mktemp("twin")), out)
    return out


def test_every_row_is_one_that_a_plan_may_hold(filled: Path) -> None:
    for path in sorted(filled.glob("*.csv")):
        rows = [TABLES[path.stem][0].model_validate({k: v for k, v in r.items() if v}) for r in read(filled, path.stem)]
        assert rows, path.stem


def test_postcodes_and_towns_lie_where_their_practices_and_hospitals_stand(filled: Path) -> None:
    found = {(r["name"], r["area"]) for r in read(filled, "localities")}
    assert found == {
        ("BH1", "E06000028"),
        ("BH10", "E06000028"),
        ("BH11", "E06000029"),
        ("Poole", "E06000028"),
        ("Poole", "E06000029"),
    }
    shapes = {(r["kind"], r["id"]): r["shape"] for r in read(filled, "shapes")}
    assert shapes["area", "E06000028"] == "POLYGON ((-3 50, -2.8 50, -2.8 51, -3 51, -3 50))"
    assert shapes["site", "RD304"].startswith("POINT (-1.9")
    assert len(shapes) == 11


def test_staff_times_rate_is_the_pay_line(filled: Path) -> None:
    pay = next(float(r["amount"]) for r in read(filled, "money") if (r["organisation"], r["line"]) == ("RBD", "pay"))
    own = [r for r in read(filled, "staff") if r["organisation"] == "RBD"]
    bill = sum(
        float(r["pay"]) * (float(r["in_post"]) + 1.05 * float(r["bank"]) + 1.55 * float(r["agency"])) for r in own
    )
    assert bill == pytest.approx(pay, rel=1e-3)
    assert {r["group"] for r in own} == {"nurses", "doctors", "therapists", "support", "managers", "other"}
    assert next(float(r["in_post"]) for r in own if r["group"] == "other") == 4  # two unknown, and two too few to name
    assert next(float(r["in_post"]) for r in read(filled, "staff") if r["organisation"] == "RYF") == 14.5


def test_posts_are_those_filled_and_those_that_stand_empty(filled: Path) -> None:
    rows = {(r["organisation"], r["group"]): r for r in read(filled, "staff")}
    assert float(rows["RBD", "nurses"]["funded"]) == pytest.approx(100 / 0.91, abs=0.05)
    assert float(rows["RDY", "nurses"]["funded"]) == 164
    assert sum(float(r["funded"]) - float(r["in_post"]) for (o, _), r in rows.items() if o == "RDY") == pytest.approx(
        111, abs=0.3
    )


def test_lists_leave_out_planned_repeats(filled: Path) -> None:
    row = next(r for r in read(filled, "lists") if r["site"] == "RBD01")
    assert (row["listed"], row["within_18"], row["day_share"]) == ("120", "0.9", "0.6")


def test_doors_name_groups_that_staff_has_and_lists_have_their_door(filled: Path) -> None:
    groups = {(r["organisation"], r["group"]) for r in read(filled, "staff")}
    owner = {"RBD01": "RBD", "RD304": "RD3", "RDZ20": "RDZ"}
    for row in read(filled, "contacts"):
        assert not row["group"] or (owner.get(row["site"], row["site"]), row["group"]) in groups
        assert (row["unmet"] == "list") == (row["pod"] == "outpatient_first")
    assert {r["unmet"] for r in read(filled, "contacts")} == {"lost", "list", "waits", "spills"}


def test_travel_is_worked_out_from_coordinates(filled: Path) -> None:
    minutes = {(r["area"], r["site"]): float(r["minutes"]) for r in read(filled, "travel")}
    assert len(minutes) == 24
    assert minutes["E07000053", "RBD01"] < minutes["E07000053", "RD304"] < minutes["E07000053", "RDZ20"]
    assert minutes["E06000029", "RD304"] == 8  # 6 minutes, and 1.84 km straight at 1.2 and 55 km an hour: 2.4


def test_packages_cost_what_the_councils_spent(filled: Path) -> None:
    lines = {(r["organisation"], r["driver"]): float(r["amount"]) for r in read(filled, "money")}
    for row in read(filled, "packages"):
        if row["funder"] == "public":
            year = float(row["in_use"]) * float(row["fee"]) * 365.25 / 7
            assert year == pytest.approx(lines[row["council"], row["kind"]], rel=0.02)
            assert float(row["in_use"]) < float(row["capacity"])
    weeks = sum(
        float(r["activity"]) for r in read(filled, "activity") if (r["site"], r["pod"]) == ("E10000009", "nursing_week")
    )
    assert weeks == pytest.approx(5200, abs=1)


def test_ways_out_of_a_pool_sum_to_one(filled: Path) -> None:
    shares: dict[str, float] = defaultdict(float)
    for row in read(filled, "pathways"):
        shares[row["site"]] += float(row["share"])
    assert shares == pytest.approx({"RBD01": 1.0, "RD304": 1.0, "RDZ20": 1.0, "RDY": 1.0})


def test_districts_add_up_to_their_councils(filled: Path) -> None:
    people: dict[bool, float] = defaultdict(float)
    for row in read(filled, "areas"):
        people[row["area"] in {"E06000028", "E06000029", "E07000048"}] += float(row["people"])
    assert people[True] == pytest.approx(80 * 101, rel=1e-3)
    assert people[False] == pytest.approx(120 * 101, rel=1e-3)


def test_activity_is_what_the_returns_hold(filled: Path) -> None:
    found = {(r["site"], r["pod"]): float(r["activity"]) for r in read(filled, "activity")}
    assert found["RBD01", "emergency_admission"] == 120
    assert found["RDY", "community_admission"] == 120
    assert found["RDZ20", "ae_other"] == 600
    assert found["RBD01", "maternity_admission"] == 600 - 12 * (10 + 5 + 20)


def test_flows_of_a_site_add_up_to_one_and_leave_out_nobody(filled: Path) -> None:
    shares: dict[str, float] = defaultdict(float)
    for row in read(filled, "flows"):
        shares[row["site"]] += float(row["share"])
    assert all(s == pytest.approx(1.0, abs=1e-6) for s in shares.values())
    outside = {r["site"]: float(r["share"]) for r in read(filled, "flows") if r["area"] == "outside"}
    assert outside["RBD01"] == pytest.approx(0.25)  # one of four councils lies outside


def test_contracts_pay_what_the_commissioner_is_judged_to_pay(filled: Path) -> None:
    yaml = YAML(typ="safe")
    planned, emergency = (
        yaml.load((filled / "contracts" / f"rbd_{n}.yaml").read_text()) for n in ("planned", "emergency")
    )
    residents = {r["pod"]: 0.75 * float(r["activity"]) for r in read(filled, "activity") if r["site"] == "RBD01"}
    paid = sum(residents[p] * price for p, price in planned["prices"].items())
    above = residents["emergency_admission"] - emergency["baseline"]
    paid += emergency["price"] * (emergency["baseline"] + emergency["rate_above"] * above)
    assert paid == pytest.approx(0.74 * 200e6, rel=1e-3)


def test_money_lines_add_up_to_the_accounts(filled: Path) -> None:
    cost = sum(
        float(r["amount"]) for r in read(filled, "money") if r["organisation"] == "RBD" and r["direction"] == "cost"
    )
    assert cost == pytest.approx(199.9e6, rel=1e-6)
    council = [r for r in read(filled, "money") if r["organisation"] == "E06000029"]
    assert sum(float(r["amount"]) for r in council if r["direction"] == "cost") == pytest.approx(6 * (95 + 20) * 1e3)


def test_the_same_data_give_the_same_bytes(filled: Path, tmp_path: Path, root: Path) -> None:
    run(root, dorset_twin.make(tmp_path / "twin"), tmp_path / "again")
    for path in sorted(p for p in filled.rglob("*") if p.is_file()):
        assert (tmp_path / "again" / path.relative_to(filled)).read_bytes() == path.read_bytes(), path.name


@pytest.mark.large
def test_the_committed_tables_are_what_the_data_give(root: Path, data_folder: Path, tmp_path: Path) -> None:
    run(root, data_folder, tmp_path)
    committed = root / "examples" / "dorset-2016"
    made = sorted(p.relative_to(tmp_path) for p in tmp_path.rglob("*") if p.is_file())
    written = (*committed.glob("*.csv"), *committed.glob("contracts/*.yaml"), *committed.glob("payment_forms/*.yaml"))
    kept = sorted(p.relative_to(committed) for p in written)
    assert made == kept
    for name in made:
        assert (tmp_path / name).read_bytes() == (committed / name).read_bytes(), str(name)
