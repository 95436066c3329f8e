"""Planning returns: read by their headings, set against each other before a run, written from a plan and read again."""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from fixtures.nhp import plan_in
from fixtures.outcomes import outcomes
from fixtures.places import place
from placeplan.cli import app
from placeplan.core.errors import PlanError
from placeplan.core.outcomes import OUTCOMES
from placeplan.core.tables import Reconciliation
from placeplan.exchange.returns.checking import differences, not_asked
from placeplan.exchange.returns.files import check_files, into_folder
from placeplan.exchange.returns.headline import measured, measures
from placeplan.exchange.returns.into import into_plan
from placeplan.exchange.returns.maps import read_map, ready_maps
from placeplan.exchange.returns.reading import Returns, read_returns
from placeplan.exchange.returns.sheets import Sheet, sheets_of
from placeplan.exchange.returns.writing import returns_of, write_books
from placeplan.exchange.told import WHY
from placeplan.plan.checks import triangulation
from placeplan.plan.draft import Draft
from placeplan.plan.folder import read_plan
from placeplan.plan.library import library
from placeplan.plan.located import Item
from placeplan.plan.synthetic import make
from placeplan.plan.workbook import package
from placeplan.plan.workbook.cells import as_text

Y = "2026/27"
STAFF = ("Organisation code", "Staff group", f"Establishment WTE {Y}", f"Substantive WTE {Y}", f"Bank WTE {Y}", f"Agency WTE {Y}", f"Pay per WTE £ {Y}")  # fmt: skip
MONEY = ("Organisation code", "Line", "Income or cost", "Kind", f"{Y} £000")
CARE = ("Site code", "Point of delivery", f"Activity {Y}")
DOORS = ("Site code", "Point of delivery", "Staff group", "Who is not seen", f"WTE at work {Y}", f"Contacts per WTE a month {Y}")  # fmt: skip
BEDS = ("Site code", "Bed type", f"Beds open {Y}", f"Beds occupied {Y}")
STAYS = ("Site code", "Point of delivery", "Bed type", f"Mean nights {Y}")
SIDES = ("Contract", "Reported by", f"Contract value {Y} £000")


def sheet(name: str, *rows: tuple[Any, ...], file: str = "return.xlsx", above: int = 3) -> Sheet:
    """A sheet whose headings stand in row ``above + 1``."""
    texts = tuple(tuple("" if v is None else str(v) for v in row) for row in rows)
    return Sheet(file, name, (*((f"note {n}",) for n in range(above)), *texts))


def read(*sheets: Sheet) -> Returns:
    return read_returns(sheets, ready_maps().values())


def told(*sheets: Sheet) -> list[tuple[str, str]]:
    """Agreement and message of each difference."""
    found = read(*sheets)
    assert found.problems == []
    return [(d.agreement, d.problem.what) for d in differences(found)]


# ---- the four agreements, by hand ----


@pytest.mark.parametrize(("paid", "differ"), [(4000, False), (4390, False), (4600, True), (3500, True)])
def test_staff_times_rate_is_pay(paid: float, differ: bool) -> None:
    """By hand: 100 nurses × £40,000 is £4.0m, no bank or agency; a pay line may lie a tenth away from it."""
    staff = sheet("Workforce", STAFF, ("RBD", "Registered nursing and midwifery", 100, 100, 0, 0, 40000))
    money = sheet("Income and expenditure", MONEY, ("RBD", "pay", "Cost", "Pay", paid))
    found = told(staff, money)
    assert [a for a, _ in found] == ["staff × rate = pay"] * differ
    for _, what in found:
        assert "£4,000,000" in what
        assert f"£{paid * 1000:,.0f}" in what
        for where in ("Workforce, D5", "Workforce, G5", "Income and expenditure, E5"):
            assert where in what


@pytest.mark.parametrize(("wte", "differ"), [(40, False), (55, True), (35, True)])
def test_activity_over_productivity_is_staff(wte: float, differ: bool) -> None:
    """By hand: 48,000 contacts a year are 4,000 a month; at 100 each that is the work of 40."""
    care = sheet("Activity", CARE, ("RDY", "Community contacts", 48000))
    doors = sheet("Productivity", DOORS, ("RDY", "Community contacts", None, "waits", wte, 100))
    found = told(care, doors)
    assert [a for a, _ in found] == ["activity ÷ productivity = staff"] * differ
    for _, what in found:
        assert "needs 40.0 staff" in what
        assert all(where in what for where in ("Activity, C5", "Productivity, F5", "Productivity, E5"))


@pytest.mark.parametrize(("occupied", "differ"), [(50, False), (54, False), (70, True)])
def test_bed_days_are_the_beds_occupied(occupied: float, differ: bool) -> None:
    """By hand: 3,652.5 admissions × 5 nights are 18,262.5 bed-days, 50 beds over 365.25 days."""
    care = sheet("Activity", CARE, ("RBD", "Non-elective spells", 3652.5))
    stays = sheet("Stays", STAYS, ("RBD", "Non-elective spells", "general", 5))
    beds = sheet("Beds", BEDS, ("RBD", "general", 90, occupied))
    found = told(care, stays, beds)
    assert [a for a, _ in found] == ["bed-days ÷ days = beds"] * differ
    for _, what in found:
        assert "fill 50 of RBD's general beds" in what
        assert all(where in what for where in ("Activity, C5", "Stays, D5", "Beds, D5"))


@pytest.mark.parametrize(("got", "differ"), [(100_000, False), (100_900, False), (101_500, True)])
def test_both_sides_of_a_contract_agree(got: float, differ: bool) -> None:
    """By hand: £101.5m is one and a half per cent more than £100m, and one per cent is allowed."""
    payer = sheet("Contracts", SIDES, ("acute_block", "COM", 100_000), file="payer.xlsx")
    payee = sheet("Contracts", SIDES, ("acute_block", "RBD", got), file="payee.xlsx")
    found = told(payer, payee)
    assert [a for a, _ in found] == ["both sides of each contract"] * differ
    for _, what in found:
        assert all(
            where in what for where in ("payer.xlsx, sheet Contracts, C5", "payee.xlsx, sheet Contracts, C5", "2026/27")
        )


def test_each_year_is_asked_by_itself() -> None:
    """Staff and pay agree in the first year, and not in the second, whose cells are named."""
    later = tuple(h.replace(Y, "2027/28") for h in STAFF[2:])
    staff = sheet("Workforce", (*STAFF, *later), ("RBD", "nurses", 100, 100, 0, 0, 40000, 120, 120, 0, 0, 40000))
    money = sheet("Income and expenditure", (*MONEY, "2027/28 £000"), ("RBD", "pay", "Cost", "Pay", 4000, 4100))
    found = differences(read(staff, money))
    assert [d.year for d in found] == ["2027/28"]
    assert "Workforce, I5" in found[0].problem.what
    assert "F5" in found[0].problem.what


def test_what_cannot_be_asked_is_named() -> None:
    found = read(sheet("Workforce", STAFF, ("RBD", "nurses", 100, 100, 0, 0, 40000)))
    assert not_asked(found)["staff × rate = pay"] == ("money",)
    assert set(not_asked(found)) == {"staff × rate = pay", "activity ÷ productivity = staff", "bed-days ÷ days = beds", "both sides of each contract"}  # fmt: skip


def test_returns_are_asked_what_a_plan_is_asked() -> None:
    """One mechanism: the tables of a plan differ in the same things as the returns written from them."""
    plan = make(3, 9, 0, 1, detail="whole")
    money = tuple(r.model_copy(update={"amount": r.amount * 2}) for r in plan.tables["money"])  # type: ignore[attr-defined]
    plan = plan.changed(tables=plan.tables | {"money": money})
    names = ("staff", "money", "activity", "contacts", "stays", "beds", "pods")
    tables = {n: tuple(Item(r, f"{n}.csv", k) for k, r in enumerate(plan.tables[n], start=2)) for n in names}
    tables |= {n: tuple(Item(r, f"{n}.csv", 2) for r in plan.tables[n]) for n in ("organisations", "sites")}
    draft = Draft(tables=tables, assumptions=library().assumptions)
    checks = (triangulation.staff_times_rate_is_pay, triangulation.activity_over_productivity_is_staff, triangulation.bed_days_make_the_beds_occupied)  # fmt: skip
    own = sorted(p.code for check in checks for p in check(draft))
    assert len(own) > 3
    written = returns_of(plan, ready_maps())
    sheets = [Sheet("x", w.name, (w.head, *(tuple(as_text("" if v is None else v) for v in row) for row in w.rows))) for book in written.books.values() for w in book]  # fmt: skip
    found = read(*sheets)
    assert found.problems == []
    assert sorted(d.problem.code for d in differences(found, plan)) == own


# ---- rows ----

ROW = st.sampled_from([
    ("RBD", "nurses", "100", "100", "0", "0", "40000"), ("RBD", "doctors", "10", "9", "", "", "90000"),
    ("Total", "", "110", "109", "0", "0", ""), ("Grand total", "", "", "", "", "", ""), STAFF, ("", "", "", "", "", "", ""),
    ("", "", "", "", "", "", "", "seen by the board"), ("RBD", "nurses", "many", "100", "0", "0", "40000"),
    ("RBD", "Nurses and so on", "1", "1", "0", "0", "1"), ("RBD", "support", "", "", "", "", ""),
])  # fmt: skip


@given(rows=st.lists(ROW, max_size=12), above=st.integers(0, 6))
@settings(max_examples=80, deadline=None)
def test_every_row_is_used_or_set_aside(rows: list[tuple[str, ...]], above: int) -> None:
    """Law: rows in = rows used + rows set aside, each with a reason, and each refusal with a problem in its cell."""
    found = read(sheet("Workforce", STAFF, *rows, above=above))
    count = found.counts[0]
    assert count.rows == count.used + sum(count.aside.values()) == sum(1 for row in rows if any(row))
    assert count.used == len(found.of(Y).get("staff", ()))
    assert bool(count.aside["refused"]) == bool(found.problems) == ("staff" in found.refused)
    assert count.aside["refused"] == len({p.row for p in found.problems})


@pytest.mark.parametrize(
    ("rows", "code", "where", "nearest"),
    [
        ((STAFF, ("RBD", "Registered nursng and midwifery", 1, 1, 0, 0, 1)), "unknown-word", "B5 (group)", "Registered nursing and midwifery"),
        ((STAFF, ("RBD", "nurses", -1, 1, 0, 0, 1)), "negative", "C5 (funded)", ""),
        ((STAFF, ("RBD", "nurses", "#REF!", 1, 0, 0, 1)), "not-a-number", "C5 (funded)", ""),
        ((STAFF, ("RBD", "nurses", None, None, None, None, None)), "no-figure-given", "", ""),
        ((STAFF, ("RBD", "nurses", 1, None, 0, 0, 1)), "missing-value", "D5 (in_post)", ""),
        ((("Organisation code", "Staff group", f"Establishment WTE {Y}", f"Substantiv WTE {Y}"),), "missing-heading", "in_post", f"Substantiv WTE {Y}"),
        ((("a", "b"), (1, 2)), "no-return", "", ""),
    ],
)  # fmt: skip
def test_what_is_wrong_is_told_in_its_cell(rows: Any, code: str, where: str, nearest: str) -> None:
    found = read(sheet("Workforce", *rows)).problems
    assert code in {p.code for p in found}
    problem = next(p for p in found if p.code == code)
    assert problem.mend
    assert problem.column.startswith(where)
    assert problem.nearest == nearest or not nearest


def test_a_sheet_that_is_no_return_is_named_beside_one_that_is() -> None:
    found = read(sheet("Workforce", STAFF, ("RBD", "nurses", 1, 1, 0, 0, 1)), sheet("Cover", ("Welcome",)))
    assert (found.unread, found.problems) == (["return.xlsx, sheet Cover"], [])


def test_headings_that_no_layout_knows_are_named() -> None:
    found = read(sheet("Workforce", (*STAFF, "Remarks"), ("RBD", "nurses", 1, 1, 0, 0, 1, "fine")))
    assert found.counts[0].stray == ("Remarks",)


# ---- files ----


def book(file: Path, **pages: list[tuple[Any, ...]]) -> Path:
    with xlsxwriter.Workbook(str(file)) as made:
        for name, rows in pages.items():
            page = made.add_worksheet(name)
            for n, row in enumerate(rows):
                page.write_row(n, 0, row)
    return file


def test_files_that_cannot_be_read_are_all_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "half.xlsx").write_bytes(b"PK\x03\x04half")
    (tmp_path / "empty.csv").write_text("", encoding="utf-8")
    (tmp_path / "quotes.csv").write_text('a,"b\n', encoding="utf-8")
    with zipfile.ZipFile(tmp_path / "large.xlsx", "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("x", b"0" * 5000)
    monkeypatch.setattr(package, "MOST_BYTES", 4000)
    names = ("half.xlsx", "empty.csv", "quotes.csv", "large.xlsx", "nowhere.xlsx")
    with pytest.raises(PlanError) as refused:
        check_files([tmp_path / n for n in names])
    found = {p.file: p.code for p in refused.value.problems}
    assert next(p.where for p in refused.value.problems if p.file == "quotes.csv") == "quotes.csv, line 1"
    codes = ("not-a-workbook", "empty-file", "unreadable-return", "too-large", "not-a-workbook")
    assert found == dict(zip(names, codes, strict=True))


def test_what_a_workbook_hides_is_told(tmp_path: Path) -> None:
    """A formula without a value is refused in its cell; a hidden row counts, and it is asked about; columns not read may hold anything."""
    file = tmp_path / "staff.xlsx"
    for value, codes in ((100, {"formula-value", "hidden-cells"}), ("", {"formula-without-value", "missing-value"})):
        with xlsxwriter.Workbook(str(file)) as made:
            page = made.add_worksheet("Workforce")
            page.write_row(0, 0, (*STAFF, "Remarks"))
            page.write_row(1, 0, ("RBD", "nurses", 100, None, 0, 0, 40000))
            page.write_formula(1, 3, "=50+50", None, value)
            page.write_formula(1, 7, "=1+1", None, "")
            page.set_row(1, None, None, {"hidden": value == 100})
        found = read_returns(sheets_of(file), ready_maps().values())
        assert {p.code for p in found.problems} == codes
        assert {p.column for p in found.problems if p.code.startswith("formula")} == {"D2 (in_post)"}
        assert found.counts[0].used == (value == 100)


def test_a_layout_of_ones_own_reads_another_return(tmp_path: Path) -> None:
    """Columns mapped in YAML, figures in £m; what is misspelt in a layout is told with the nearest name."""
    own = tmp_path / "ours.yaml"
    text = (
        "about: ours\nblocks:\n  - sheet: Money\n    table: money\n    columns:\n      organisation: Trust\n      line: What\n"
        "      amount: {heading: '{year} £m', times: 1000000}\n    constants: {direction: cost, kind: pay}\n"
    )
    own.write_text(text, encoding="utf-8")
    (tmp_path / "ours.csv").write_text("Trust;What;2026/27 £m\nRBD;pay;4.6\n", encoding="utf-8")
    staff = book(tmp_path / "staff.xlsx", Workforce=[STAFF, ("RBD", "nurses", 100, 100, 0, 0, 40000)])
    found, apart, _ = check_files([tmp_path / "ours.csv", staff], [own])
    assert [c.used for c in found.counts] == [1, 1]
    assert ["£4,600,000" in d.problem.what and "ours.csv, C2" in d.problem.what for d in apart] == [True]
    for wrong, spelt, near in (
        ("table: money", "table: mony", "money"),
        ("line: What", "lin: What", "line"),
        ("kind: pay", "kind: '{organisaton}'", "organisation"),
        ("kind: pay", "kind: '{'", ""),
        ("times: 1000000", "later: 'cost_lines:{organisation}/{line}'", "cost_line"),
    ):
        own.write_text(text.replace(wrong, spelt), encoding="utf-8")
        with pytest.raises(PlanError) as refused:
            read_map(own)
        assert [(p.code, p.nearest) for p in refused.value.problems] == [("wrong-map", near)]
        assert all(p.row > 1 for p in refused.value.problems)


# ---- written, and read again ----


@pytest.mark.parametrize("as_csv", [True, False])
@pytest.mark.parametrize("seed", [1, 2])
def test_what_is_written_is_read_as_it_was(as_csv: bool, seed: int, tmp_path: Path) -> None:
    """Round trip: each field that a return has comes back as the plan has it, row by row."""
    plan = place(seed=seed, areas=2, organisations=6)
    made = returns_of(plan, ready_maps())
    names = write_books(made, tmp_path, as_csv)
    found = read_returns([s for n in names for s in sheets_of(tmp_path / n)], ready_maps().values())
    assert found.problems == []
    tables = found.of(plan.about.base_year)
    compared = 0
    for block in (b for m in ready_maps().values() for b in m.blocks if b.table != "reconcile"):
        own = {_fields(r, block.columns) for r in plan.tables[block.table]}
        read_ = {_fields(i.value, block.columns) for i in tables.get(block.table, ())}
        assert read_ == own
        compared += len(own)
    assert compared > 20


def test_staff_doors_and_building_money_come_back_too(tmp_path: Path) -> None:
    """The same of a place with every part; beds whose number changes within the run have one row a pool there."""
    plan = make(2, 10, 0, 1, detail="whole")
    beds = tuple(r for r in plan.tables["beds"] if r.valid_from is None)  # type: ignore[attr-defined]
    names = write_books(returns_of(plan.changed(tables=plan.tables | {"beds": beds}), ready_maps()), tmp_path)
    found = read_returns([s for n in names for s in sheets_of(tmp_path / n)], ready_maps().values())
    assert found.problems == []
    for block in (b for m in ready_maps().values() for b in m.blocks if b.table not in ("reconcile", "beds")):
        read_ = {_fields(i.value, block.columns) for year in found.years for i in found.of(year).get(block.table, ())}
        assert read_ == {_fields(r, block.columns) for r in plan.tables[block.table]}
        assert read_


def _fields(row: Any, columns: Any) -> tuple[Any, ...]:
    """Fields of a row that a sheet has, figures to nine digits."""
    values = (getattr(row, name) for name in columns)
    return tuple(float(f"{v:.9g}") if isinstance(v, float) else v for v in values)


def test_later_years_are_the_middle_of_the_futures() -> None:
    """By hand: pay of £100m to £300m in three futures has the middle £200m, written as 200,000 thousand."""
    plan = place(seed=1, areas=2, organisations=6)
    row = next(r for r in plan.tables["money"] if r.direction == "cost")  # type: ignore[attr-defined]
    line = f"{row.organisation}/{row.line}"  # type: ignore[attr-defined]
    ran = outcomes({("cost_line", line): [[1e8, 1e8, 1e8], [1e8, 2e8, 2e8], [1e8, 3e8, 3e8]]})
    sheets = returns_of(plan, ready_maps(), ran).books["finance"]
    page = next(s for s in sheets if s.name == "Income and expenditure")
    at = page.head.index("2017/18 £000")
    values = {(r[0], r[1]): r[at] for r in page.rows}
    assert values[row.organisation, row.line] == 200_000  # type: ignore[attr-defined]
    assert sum(v is not None for v in values.values()) == 1


def test_what_a_return_has_no_place_for_is_told() -> None:
    made = returns_of(place(seed=1, areas=2, organisations=6), ready_maps())
    assert any(line.startswith("money:") and "driver" in line for line in made.told)


def test_both_sides_of_a_contract_are_written_as_the_model_pays(tmp_path: Path) -> None:
    plan = place(seed=1, areas=2, organisations=6)
    contract = plan.contracts[0]
    ran = outcomes({("contract_payment", contract.id): [[7e6, 8e6, 9e6]]})
    page = next(s for s in returns_of(plan, ready_maps(), ran).books["finance"] if s.name == "Contracts")
    assert {(r[1], r[2]) for r in page.rows} == {(contract.payer, 7000.0), (contract.payee, 7000.0)}
    assert not [r for r in plan.tables["reconcile"] if isinstance(r, Reconciliation) and r.entity == contract.id]


# ---- into a plan ----


def test_figures_of_a_return_go_into_a_plan_and_nothing_else_changes(tmp_path: Path) -> None:
    """A pay line gets its figure, and keeps what no return says of it; a new line is added; every other row stays."""
    before = read_plan(plan_in(tmp_path / "plan"))
    money = book(
        tmp_path / "m.xlsx", M=[MONEY, ("N1H", "pay", "Cost", None, 112_000), ("N1H", "rent", "Cost", "Estate", 900)]
    )
    told, _ = into_folder([money], tmp_path / "plan", tmp_path / "out")
    after = read_plan(tmp_path / "out")
    assert [(c.table, c.changed, c.added) for c in told] == [("money", 1, 1)]
    one, other = (
        {(r.organisation, r.line): r for r in p.tables["money"]}
        for p in (before, after)  # type: ignore[attr-defined]
    )
    pay = other["N1H", "pay"]
    assert (pay.amount, pay.driver, pay.steps, pay.inflator) == (112e6, "activity", 14, "prices.pay")
    assert other["N1H", "rent"].amount == 900_000
    assert {k: v for k, v in one.items() if k != ("N1H", "pay")} == {
        k: v for k, v in other.items() if k[1] not in ("pay", "rent")
    }
    assert all(before.tables[t] == after.tables[t] for t in before.tables if t != "money")


def test_returns_written_from_a_plan_change_nothing_in_it() -> None:
    """Law: what a plan wrote, read into it again, leaves it as it was."""
    plan = make(2, 10, 0, 1, detail="whole")
    written = returns_of(plan, ready_maps())
    sheets = [Sheet("x", w.name, (w.head, *(tuple(as_text("" if v is None else v) for v in row) for row in w.rows))) for book in written.books.values() for w in book]  # fmt: skip
    found = read(*sheets)
    made, told = into_plan(plan, found, ready_maps().values(), plan.about.base_year)
    assert made.digest == plan.digest
    assert {c.table for c in told} >= {"money", "staff", "activity", "beds", "stays", "contacts", "capital"}
    assert all((c.changed, c.added) == (0, 0) for c in told)


def test_one_thing_said_twice_and_a_year_that_is_not_there_are_told(tmp_path: Path) -> None:
    plan_in(tmp_path / "plan")
    row = ("N1H", "pay", "Cost", "Pay", 1)
    money = book(tmp_path / "m.xlsx", M=[MONEY, row, row])
    for year, code in (("", "key-twice"), ("2031/32", "no-return")):
        with pytest.raises(PlanError) as refused:
            into_folder([money], tmp_path / "plan", tmp_path / "out", year)
        assert [p.code for p in refused.value.problems] == [code]
        assert not (tmp_path / "out").exists()


# ---- headline measures ----


def test_there_are_fifteen_measures_and_each_has_an_outcome_or_a_reason() -> None:
    """15 headline measures (Medium Term Planning Framework); what is not the measure itself says why."""
    assert len({m.measure for m in measures()}) == 15
    for m in measures():
        assert m.outcome in OUTCOMES or not m.outcome
        assert bool(m.why) == (m.as_ != "same")
        assert (m.as_ == "") == (not m.outcome)


def test_a_measure_is_told_with_its_spread_by_year() -> None:
    """Of ten futures with 61 to 70 in 100 within 18 weeks the middle is 65.5; one in ten lies below 61.9."""
    rows = {(r[0], r[5]): r for r in measured(outcomes({("within_18", "RBD"): [[0.60 + n / 100] * 3 for n in range(1, 11)]}))}  # fmt: skip
    row = rows["Patients waiting no longer than 18 weeks for treatment", "RBD"]
    assert row[1:5] == (0.7, 0.92, "within_18", "the measure itself")
    np.testing.assert_allclose(row[6:9], [0.655, 0.619, 0.691])
    assert len(row) == 6 + 3 * 3
    assert rows["Urgent dental appointments", ""][4] == "Dentistry is not modelled"


# ---- the verbs ----


def test_the_verbs_say_whether_returns_agree(tmp_path: Path) -> None:
    staff = book(tmp_path / "staff.xlsx", Workforce=[STAFF, ("RBD", "nurses", 100, 100, 0, 0, 40000)])
    for paid, status in ((4000, 0), (4600, 1)):
        money = book(tmp_path / f"money{paid}.xlsx", Money=[MONEY, ("RBD", "pay", "Cost", "Pay", paid)])
        done = CliRunner().invoke(app, ["returns", "check", str(staff), str(money)])
        assert (done.exit_code, f"Differences: {status}" in done.output) == (status, True)
    plan_in(tmp_path / "plan")
    done = CliRunner().invoke(
        app, ["returns", "write", str(tmp_path / "plan"), "--out", str(tmp_path / "out"), "--futures", "0"]
    )
    assert done.exit_code == 0
    assert {p.name for p in (tmp_path / "out").iterdir()} == {"finance.xlsx", "activity.xlsx"}


def test_every_code_of_returns_is_provoked() -> None:
    """Each stands in a case of this file or of the other."""
    texts = [p.read_text(encoding="utf-8") for p in Path(__file__).parent.glob("test_*.py")]
    assert [code for code in WHY if not any(f'"{code}"' in t for t in texts)] == []
