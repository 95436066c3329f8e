"""First plans from published files: a small made-up place always, and the real folder where it is given."""

from __future__ import annotations

import csv
import io
import os
from collections import defaultdict
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from fixtures import made_up_place
from placeplan.cli.root import app
from placeplan.contracts.block import Block
from placeplan.contracts.piecewise import Piecewise
from placeplan.core.errors import PlanError
from placeplan.core.tables import OUTSIDE, Activity, MoneyLine, Organisation
from placeplan.footprint import flows
from placeplan.footprint.build import FirstPlan, Workshop, first_plan, workshop
from placeplan.footprint.figures import Figures
from placeplan.footprint.ground import Ground, on
from placeplan.footprint.judged import Entry, entries, figure
from placeplan.footprint.people import AGES, BROAD, Places
from placeplan.footprint.shelf import ALSO, OPTIONAL, WANTED, Shelf, open_shelf
from placeplan.footprint.where import find, listed
from placeplan.futures.sample import Futures
from placeplan.model.simulate import baseline_of, simulate
from placeplan.plan.folder import read_plan, read_plan_with_warnings
from placeplan.plan.laid import laid
from placeplan.plan.schema import Plan
from placeplan.plan.write import write_files
from placeplan.series.layout import layouts
from placeplan.stress.base_year.reconcile import reconcile
from placeplan.stress.runs.held import EVERYTHING

NAME = "Westshire and Eastshire"
TRUSTS = ("RX1", "RX2", "RX3")


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Workshop:
    """The made-up place's files, read."""
    shop = workshop(open_shelf(made_up_place.write(tmp_path_factory.mktemp("published"))))
    for layout in WANTED:
        shop.shelf.series(layout)
    return shop


def entry(shop: Workshop) -> Entry:
    return find(NAME, listed(shop.shelf))


@pytest.fixture(scope="module")
def made(shop: Workshop) -> FirstPlan:
    return first_plan(shop, entry(shop))


def read(made: FirstPlan, folder: Path) -> Plan:
    write_files(made.texts, folder)
    return read_plan(folder)


@pytest.fixture(scope="module")
def plan(made: FirstPlan, tmp_path_factory: pytest.TempPathFactory) -> Plan:
    return read(made, tmp_path_factory.mktemp("plan") / "plan")


def cells(made: FirstPlan, table: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(made.texts[f"{table}.csv"])))


def test_people_are_those_published_for_their_councils(made: FirstPlan) -> None:
    counted: dict[str, float] = defaultdict(float)
    for r in cells(made, "areas"):
        counted[r["area"]] += float(r["people"])
    for area, (_, base) in made_up_place.AREAS.items():
        whole = 2 * sum(made_up_place.people(base, age, 2016) for age in range(91))
        assert counted[area] == pytest.approx(whole, abs=0.1 * len(AGES))


def test_cohorts_that_grew_by_five_hundredths_go_on_so(made: FirstPlan) -> None:
    """The made-up people of each age grow by 1 % a year, so in five years all but the youngest are 1.01⁵ times as many."""
    rows = {(r["area"], r["sex"], r["age"], r["year"]): float(r["people"]) for r in cells(made, "population")}
    for area in made_up_place.AREAS:
        for age in AGES[1:]:
            now, later = rows[area, "F", age, "2016"], rows[area, "F", age, "2021"]
            assert later / now == pytest.approx(1.01**5, rel=0.01)


def test_published_counts_stand_as_they_were_returned(made: FirstPlan) -> None:
    care = {(r["pod"], r["site"]): r for r in cells(made, "activity") if not r.get("area")}
    for trust, (planned, day, urgent, first) in made_up_place.CARE.items():
        pods = {"elective_admission": planned, "day_case": day, "outpatient_first": first}
        pods |= {"emergency_admission" if trust != "RX3" else "community_admission": urgent}
        for pod, n in pods.items():
            if n:
                assert (float(care[pod, trust]["activity"]), care[pod, trust]["level"]) == (12 * n, "published")
    stock = {(r["site"], r["pool"]): (float(r["available"]), float(r["occupied"])) for r in cells(made, "beds")}
    names = {"general_and_acute": "general", "maternity": "women_children", "mental_illness": "mental_health"}
    wards = {(t, "community" if t == "RX3" and g == "general_and_acute" else names[g]): n for (t, g), n in made_up_place.WARDS.items()}  # fmt: skip
    assert stock == wards


def test_shares_of_a_site_sum_to_one(made: FirstPlan) -> None:
    sums: dict[str, float] = defaultdict(float)
    for r in cells(made, "flows"):
        sums[r["site"]] += float(r["share"])
    assert sums == pytest.approx(dict.fromkeys((*TRUSTS, OUTSIDE), 1.0))


def test_income_of_lines_and_contracts_is_that_of_the_accounts(plan: Plan, made: FirstPlan) -> None:
    baseline = baseline_of(plan, 12)
    outcomes = simulate(plan, baseline, Futures(count=20))
    rows = {r.what: r for r in reconcile(plan.tables["reconcile"], outcomes, baseline)}
    for trust in TRUSTS:
        found = rows[f"{trust}: operating income"]
        assert found.modelled == pytest.approx(found.published, rel=0.01)
    lines = cells(made, "money")
    has = sum(float(r["amount"]) for r in lines if r["organisation"] == "99X" and r["direction"] == "income")
    spends = sum(float(r["amount"]) for r in lines if r["organisation"] == "99X" and r["direction"] == "cost")
    paid = sum(outcomes["contract_payment"].by_year(c.id)[:, 0].mean() for c in plan.contracts if c.payer == "99X")  # fmt: skip
    assert has == pytest.approx(spends + paid, rel=0.01)


def test_a_first_plan_has_aligned_payment_beside_which_pays_its_hospitals_the_same_in_the_base_year(plan: Plan) -> None:
    (form,) = plan.payment_forms
    payees = {c.payee for c in form.contracts}
    assert payees
    assert payees <= set(TRUSTS)
    year: list[dict[str, float]] = []
    for own in (plan, laid(plan, form.model_copy(update={"local_start": plan.about.start}))):
        outcomes = simulate(own, baseline_of(own, 12), Futures(count=1, held=EVERYTHING))
        paid = {o: [c.id for c in own.contracts if c.payee == o] for o in payees}
        year.append({o: sum(outcomes["contract_payment"].by_year(c)[0, 0] for c in ids) for o, ids in paid.items()})
    assert year[1] == pytest.approx(year[0], rel=1e-3)


@pytest.mark.parametrize("place", ["lincolnshire", "nottinghamshire", "north-central-london"])
def test_ambulances_are_paid_by_the_incident(place: str, root: Path) -> None:
    """The base year's incidents pay the judged part of the trust's cost; each one more four fifths of its price."""
    plan = read_plan(root / "examples" / f"{place}-2016")
    (paid,) = (c for c in plan.contracts if c.id.endswith("_incidents"))
    assert isinstance(paid, Piecewise)
    (cost,) = (r.amount for r in plan.tables["money"] if isinstance(r, MoneyLine) and (r.organisation, r.line) == (paid.payee, "ambulance service"))  # fmt: skip
    (incidents,) = (r.activity for r in plan.tables["activity"] if isinstance(r, Activity) and r.site == paid.payee)
    assert isinstance(paid.price, float)
    assert paid.baseline == incidents
    assert paid.price * incidents == pytest.approx(figure("ambulance.block").value * cost, rel=0.02)
    assert (paid.pods(), paid.rate_above) == (("ambulance_incident",), 0.8)
    assert not [c for c in plan.contracts if c.payee == paid.payee and c is not paid]


def test_the_same_files_give_the_same_bytes_whatever_they_are_called(tmp_path: Path, made: FirstPlan) -> None:
    folder = made_up_place.write(tmp_path / "in" / "a")
    for n, path in enumerate(sorted(folder.iterdir(), reverse=True)):
        path.rename(folder / f"x{n}.dat")
    again = workshop(open_shelf(tmp_path / "in"))
    assert first_plan(again, entry(again)).texts == made.texts


@pytest.mark.parametrize("layout", sorted({*WANTED} - OPTIONAL - {"population", "small_area_lookup"}))
def test_without_any_one_file_the_plan_is_whole_and_says_what_lacks(shop: Workshop, layout: str, tmp_path: Path) -> None:  # fmt: skip
    other = Shelf(shop.shelf.folder, {k: v for k, v in shop.shelf.files.items() if k != layout})
    other._read.update({k: v for k, v in shop.shelf._read.items() if k != layout})
    plan = read(first_plan(workshop(other), entry(shop)), tmp_path / "plan")
    assert any(WANTED[layout][1:] in n.what for n in plan.about.not_published)


def test_districts_alone_tell_who_lives_there(shop: Workshop, made: FirstPlan) -> None:
    kept = ("population", "footprint_districts", "footprints")
    other = Shelf(shop.shelf.folder, {k: v for k, v in shop.shelf.files.items() if k in kept})
    coarse = first_plan(workshop(other), entry(shop))
    one, two = (sorted((r["area"], r["sex"], r["age"], round(float(r["people"]))) for r in cells(m, "areas")) for m in (made, coarse))  # fmt: skip
    assert one == two


def test_with_people_alone_all_else_is_on_default(shop: Workshop, tmp_path: Path) -> None:
    kept = ("population", "small_area_lookup", "population_small_areas", "footprints")
    other = Shelf(shop.shelf.folder, {k: v for k, v in shop.shelf.files.items() if k in kept})
    made = first_plan(workshop(other), entry(shop))
    plan = read(made, tmp_path / "plan")
    assert {r["level"] for t in ("activity", "beds", "money") for r in made.tables[t]} == {"default"}
    assert {o.type for o in plan.tables["organisations"]} >= {"acute", "community", "mental_health", "council"}  # type: ignore[attr-defined]


def test_a_county_is_divided_and_its_counts_stay(tmp_path: Path) -> None:
    shop = workshop(open_shelf(made_up_place.write(tmp_path / "published", county=True)))
    ground = on(shop.figures, shop.places, entry(shop))
    found = flows.flows(ground)
    for trust in ("RX1", "RX2", "RX3"):
        counts = next(shop.figures.admissions[c] for c in shop.figures.heirs(trust) if c in shop.figures.admissions)
        inside = sum(n for (a, s), n in found.counts.items() if s == trust and a.startswith("E07"))
        assert inside == pytest.approx(counts["E10000019"])
    north = found.counts["E07000136", "RX1"] / found.counts["E07000136", "RX2"]
    south = found.counts["E07000137", "RX1"] / found.counts["E07000137", "RX2"]
    assert north > south  # as the catchments say
    read_plan_with_warnings(_written(first_plan(shop, entry(shop)), tmp_path / "plan"))


def _written(made: FirstPlan, folder: Path) -> Path:
    write_files(made.texts, folder)
    return folder


def run(*words: str) -> tuple[int, str]:
    result = CliRunner().invoke(app, ["place", *words])
    if isinstance(result.exception, PlanError):
        return 1, " ".join(f"{p.code} {p.what} {p.mend} {p.nearest}" for p in result.exception.problems)
    return result.exit_code, result.output


def test_the_verb_tells_what_is_published_and_renews_its_own_files_alone(tmp_path: Path) -> None:
    data, out = made_up_place.write(tmp_path / "published", without=("mar",)), tmp_path / "plan"
    status, told = run("Westshire and", str(data), "--out", str(out))
    assert status == 0
    assert f"“Westshire and” is taken as {NAME}." in told
    assert "published" in told
    assert "Monthly Activity Return" in told
    assert "shopping.csv" in told
    before = {p.relative_to(out): p.read_bytes() for p in out.rglob("*") if p.is_file()}
    status, told = run(NAME, str(data), "--out", str(out))
    assert (status, "folder-in-use" in told) == (1, True)
    (out / "README.md").write_text("our own\n", encoding="utf-8")
    (out / "beds.csv").write_text("spoiled\n", encoding="utf-8")
    status, told = run(NAME, str(data), "--out", str(out), "--renew")
    assert (status, "Left alone: README.md" in told) == (0, True)
    assert {p.relative_to(out): p.read_bytes() for p in out.rglob("*") if p.is_file() and p.suffix != ".md"} == before


def test_months_in_files_of_their_own_make_the_same_year_and_a_copy_counts_once(tmp_path: Path, made: FirstPlan) -> None:  # fmt: skip
    folder = made_up_place.write(tmp_path / "published")
    (mar,) = (p for p in folder.iterdir() if "elective_ga" in p.read_text(encoding="utf-8")[:200])
    header, *lines = mar.read_text(encoding="utf-8").splitlines()
    mar.unlink()
    for month in made_up_place.MONTHS:
        own = [line for line in lines if line.startswith(month)]
        (folder / f"{month}.csv").write_text("\n".join([header, *own]) + "\n", encoding="utf-8")
    (folder / "copy.csv").write_bytes((folder / "2016-04.csv").read_bytes())
    shelf = open_shelf(folder)
    again = workshop(shelf)
    assert first_plan(again, entry(again)).texts["activity.csv"] == made.texts["activity.csv"]
    assert len(shelf.twice) == 1


@pytest.mark.parametrize("book", sorted(ALSO))
def test_a_publishers_workbook_says_what_its_series_says(book: str, tmp_path: Path) -> None:
    (tmp_path / "any.csv").write_text(layouts()[book].sample, encoding="utf-8")
    shelf = open_shelf(tmp_path)
    assert list(shelf.files) == [ALSO[book]]
    said = {m for (m,) in shelf.ask(ALSO[book], "select distinct measure from tidy")}
    assert said & {m.measure for m in layouts()[ALSO[book]].measures}
    figures = Figures(shelf)
    assert figures.activity or figures.doors or figures.beds


def test_a_year_of_fewer_months_is_brought_up_and_told(tmp_path: Path) -> None:
    folder = made_up_place.write(tmp_path / "published")
    (mar,) = (p for p in folder.iterdir() if "elective_ga" in p.read_text(encoding="utf-8")[:200])
    lines = mar.read_text(encoding="utf-8").splitlines()
    kept = [line for line in lines if "RX2" not in line or line[:7] in made_up_place.MONTHS[:8]]
    mar.write_text("\n".join(kept) + "\n", encoding="utf-8")
    again = workshop(open_shelf(folder))
    care = {(r["pod"], r["site"]): r for r in cells(first_plan(again, entry(again)), "activity") if not r.get("area")}
    row = care["day_case", "RX2"]
    assert float(row["activity"]) == 12 * made_up_place.CARE["RX2"][1]  # a missing month is not zero
    assert (row["level"], row["note"]) == ("default", "8 of 12 months are there; brought up to a year")


def test_what_a_position_leaves_out_moves_no_position(plan: Plan) -> None:
    """A gain below the operating result and the cost that it makes up for cancel, whatever becomes of them."""
    lines = {(r.organisation, r.line): r for r in plan.tables["money"]}  # type: ignore[attr-defined]
    gains = {o: r for (o, name), r in lines.items() if name == "gain below the operating result"}
    assert gains.keys() == {"RX3"}
    for organisation, gain in gains.items():
        cost = lines[organisation, "cost that the position leaves out"]
        assert gain.amount == -cost.amount  # type: ignore[attr-defined]
        assert (gain.growth, gain.inflator) == (cost.growth, cost.inflator)  # type: ignore[attr-defined]


def test_names_that_are_not_known_are_told_with_the_nearest(tmp_path: Path) -> None:
    status, told = run("Lincolnshier", str(tmp_path / "nowhere"), "--out", str(tmp_path / "plan"))
    assert status == 1
    assert "unknown-footprint" in told
    assert "Did you mean Lincolnshire?" in told
    assert "no-published-files" in told  # all that is wrong at once
    with pytest.raises(PlanError) as refused:
        find("South")
    assert refused.value.problems[0].code == "several-footprints"
    with pytest.raises(PlanError) as refused:
        find("Lincolnshir")  # no whole word
    assert refused.value.problems[0].nearest == "Lincolnshire"


def test_a_folder_without_a_file_that_fits_is_told(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    status, told = run("13", str(tmp_path / "in"), "--out", str(tmp_path / "plan"))
    assert (status, "no-published-files" in told) == (1, True)
    data = made_up_place.write(tmp_path / "in", without=("population",))
    status, told = run(NAME, str(data), "--out", str(tmp_path / "plan"))
    assert (status, "no-people" in told) == (1, True)
    status, told = run("Lincolnshire", str(data), "--out", str(tmp_path / "plan"))
    assert (status, "no-people" in told) == (1, True)
    assert not (tmp_path / "plan").exists()


def with_header(folder: Path, begins: str) -> Path:
    """The file of a folder whose header begins so."""
    return next(p for p in folder.iterdir() if p.read_text(encoding="utf-8").startswith(begins))


def test_a_folder_of_too_many_files_says_which_were_not_looked_at(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = made_up_place.write(tmp_path / "published")
    monkeypatch.setattr("placeplan.footprint.shelf.MOST", 3)
    shelf = open_shelf(folder)
    assert [p.code for p in shelf.problems] == ["too-many-files"]
    assert sum(map(len, (*shelf.files.values(), *shelf.unneeded.values(), shelf.unknown))) == 3


def test_a_folder_that_cannot_be_read_is_told_and_all_others_are_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One that is not ours, or that is taken away meanwhile."""
    folder = made_up_place.write(tmp_path / "published")
    (folder / "closed").mkdir()
    listed_ = os.scandir

    def scandir(path: Any) -> Any:
        if str(path).endswith("closed"):
            raise PermissionError(13, "Permission denied", str(path))
        return listed_(path)

    monkeypatch.setattr("os.scandir", scandir)
    shelf = open_shelf(folder)
    assert [p.code for p in shelf.problems] == ["unreadable-file"]
    assert "closed” cannot be read: Permission denied" in shelf.problems[0].what
    assert shelf.files["mar"]


def test_attendances_of_part_of_a_year_are_brought_up_to_a_year_and_say_so(tmp_path: Path, made: FirstPlan) -> None:
    """Nine months of files; and one month that a hospital did not return. A small door that opened late has its own."""
    folder = made_up_place.write(tmp_path / "published")
    doors = with_header(folder, "period,org_code,type")
    header, *lines = doors.read_text(encoding="utf-8").splitlines()

    def activity(kept: list[str]) -> dict[tuple[object, object], tuple[object, object]]:
        doors.write_text("\n".join([header, *kept]) + "\n", encoding="utf-8")
        shop = workshop(open_shelf(folder))
        rows = first_plan(shop, entry(shop)).tables["activity"]
        return {(r["site"], r["pod"]): (r["activity"], r["level"]) for r in rows}

    whole = {(r["site"], r["pod"]): (r["activity"], r["level"]) for r in made.tables["activity"]}
    assert whole["RX1", "ae_type1"] == (96_000, "published")
    part = activity([line for line in lines if line < "2017"])
    assert part["RX1", "ae_type1"] == (96_000, "default")
    assert part["RX3", "ae_other"] == (18_000, "default")
    gap = activity([line for line in lines if not line.startswith(("2016-06-01,RX1,1", "2016-04-01,RX3"))])
    assert gap["RX1", "ae_type1"] == (96_000, "default")
    assert gap["RX2", "ae_type1"] == whole["RX2", "ae_type1"]
    assert gap["RX3", "ae_other"] == (16_500, "published")


def test_a_trust_shared_with_a_footprint_that_nobody_knows_is_divided_evenly(tmp_path: Path) -> None:
    folder = made_up_place.write(tmp_path / "published", without=("admissions_by_council",))
    with with_header(folder, "footprint_no,stp_ods_code,partner_type").open("a", encoding="utf-8") as partners:
        partners.write("77,QZ9,nhs_trust,Westshire Care NHS Trust,RX3\n")
    shop = workshop(open_shelf(folder))
    care = next(t for t in on(shop.figures, shop.places, entry(shop)).trusts if t.code == "RX3")
    assert care.part == 0.5
    assert "partner of 2 footprints" in care.why


def test_every_footprint_is_found_by_number_codes_and_name() -> None:
    assert len(entries()) == 44
    for e in entries():
        assert {find(c) for c in e.called()} == {e}


def test_broad_bands_cover_all_ages_once() -> None:
    assert [start for _, start in BROAD] == sorted({start for _, start in BROAD})
    assert BROAD[0][1] == 0


def test_a_ground_divides_people_over_areas_without_loss(shop: Workshop) -> None:
    ground: Ground = on(shop.figures, Places(shop.shelf), entry(shop))
    assert sum(ground.people.total(a.code) for a in ground.people.areas) == pytest.approx(ground.people.total())
    assert [c.part for c in ground.councils] == [1.0, 1.0]


@pytest.mark.parametrize(("place", "trusts"), [("lincolnshire", ["RP7"]), ("nottinghamshire", ["RHA"]), ("north-central-london", ["RNK", "RRP", "TAF"])])  # fmt: skip
def test_mental_health_is_paid_as_the_allocation_grows_and_community_care_as_prices_do(
    place: str, trusts: list[str], root: Path
) -> None:
    plan = read_plan(root / "examples" / f"{place}-2016")
    kinds = {o.id: o.type for o in plan.tables["organisations"] if isinstance(o, Organisation)}
    blocks = {c.payee: c.uplift for c in plan.contracts if isinstance(c, Block) and kinds.get(c.payee) in ("community", "mental_health")}  # fmt: skip
    assert sorted(t for t, uplift in blocks.items() if uplift == "prices.allocation") == trusts
    assert all(kinds[t] == ("mental_health" if uplift == "prices.allocation" else "community") for t, uplift in blocks.items())  # fmt: skip
