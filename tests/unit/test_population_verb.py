"""`placeplan population`: what it reads, refuses, writes and says; and published people of one place."""

from __future__ import annotations

import csv
import json
import sys
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from fixtures.broken_plans import GOOD
from placeplan.baseline.accounts import life_expectancy
from placeplan.cli import main
from placeplan.plan.folder import read_plan

AREAS = GOOD["areas.csv"]
RATES = """\
sex,age,deaths,births,arrivals,leavers,source
F,0-14,0.3,,10,8,made up
F,15-44,0.5,55,25,20,made up
F,45+,17,,5,6,made up
M,0-14,0.4,,10,8,made up
M,15-44,0.9,,25,20,made up
M,45+,18,,5,6,made up
"""
VARIANTS = """\
variant,driver,side,births,deaths,arrivals,source
high_fertility,births,high,1.1,,,made up
low_fertility,births,low,0.85,,,made up
long_lives,deaths,high,,0.85,,made up
short_lives,deaths,low,,1.15,,made up
high_migration,moves,high,,,1.3,made up
low_migration,moves,low,,,0.7,made up
"""
TOTALS = """\
of,sex,age,year,people,source
WEST,F,0-64,2036,84000,made up
WEST,F,65+,2036,27000,made up
WEST,M,0-64,2036,86000,made up
WEST,M,65+,2036,23000,made up
"""


def folder(at: Path, **texts: str) -> Path:
    at.mkdir(exist_ok=True)
    for name, text in texts.items():
        (at / f"{name}.csv").write_text(text, encoding="utf-8")
    return at


def call(monkeypatch: pytest.MonkeyPatch, capsys: Any, *words: object) -> tuple[int, str, str]:
    monkeypatch.setattr(sys, "argv", ["placeplan", "population", *map(str, words)])
    with pytest.raises(SystemExit) as left:
        main()
    told = capsys.readouterr()
    return int(left.value.code or 0), told.out, told.err


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Any:
    return lambda *words: call(monkeypatch, capsys, *words)


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_what_it_writes_goes_into_a_plan(run: Any, tmp_path: Path) -> None:
    """The plan reads the tables without a warning about them, with the range as given, and each year is there."""
    out = tmp_path / "people"
    code, told, _ = run(folder(tmp_path / "in", areas=AREAS, components=RATES, variants=VARIANTS),
                        "--base", 2026, "--until", 2036, "--out", out)  # fmt: skip
    assert code == 0
    assert "Who publishes variants gives them no probability" in told
    assert "Of births 100 are girls to 105 boys" in told
    plan = tmp_path / "plan"
    plan.mkdir()
    for name, text in GOOD.items():
        (plan / name).write_text(text, encoding="utf-8")
    for name in ("areas.csv", "population.csv"):
        (plan / name).write_text((out / name).read_text(encoding="utf-8"), encoding="utf-8")
    found: Any = read_plan(plan).tables["population"]
    assert sorted({r.year for r in found}) == list(range(2027, 2037))
    assert all(r.low < r.people < r.high for r in found if r.year == 2036)
    assert (out / "areas.csv").read_text(encoding="utf-8") == AREAS
    assert {r["variant"] for r in rows(out / "balance.csv")} == {r["variant"] for r in rows(out / "by_variant.csv")}
    assert "| long_lives |" in (out / "README.md").read_text(encoding="utf-8")


def test_what_is_written_adds_up_to_the_totals(run: Any, tmp_path: Path) -> None:
    """By age and sex, to 1e-9, as a reader of the file would add it."""
    out = tmp_path / "people"
    north = AREAS.splitlines()
    more = "\n".join([*north, *(r.replace("north,North", "south,South") for r in north[1:])]) + "\n"
    given = folder(tmp_path / "in", areas=more, components=RATES, totals=TOTALS, notes="x\n1\n")
    code, told, _ = run(given, "--base", 2026, "--until", 2040, "--out", out, "--json")
    assert code == 0
    assert "Not read: notes.csv." in json.loads(told)["assumed"]
    sums: dict[tuple[str, bool], float] = {}
    for r in rows(out / "population.csv"):
        key = (r["sex"], r["age"] == "0-64")
        sums[key] = sums.get(key, 0.0) + float(r["people"])
    assert sums == pytest.approx(
        {("F", True): 84000, ("F", False): 27000, ("M", True): 86000, ("M", False): 23000}, rel=1e-9
    )


@pytest.mark.parametrize(
    ("texts", "code", "file", "row"),
    {
    "nothing says how they change": ({"areas": AREAS}, "missing-file", "components.csv", 0),
    "no people": ({"components": RATES}, "missing-file", "areas.csv", 0),
    "two ways": (
        {"areas": AREAS, "components": RATES, "population": "area,sex,age,year,people,source\nnorth,F,0-64,2030,1,x\n"},
        "two-projections", "components.csv", 2,
    ),
    "variant twice": (
        {"areas": AREAS, "components": RATES, "variants": VARIANTS + "more,births,high,1.4,,,made up\n"},
        "variant-unpaired", "variants.csv", 8,
    ),
    "side without driver": (
        {"areas": AREAS, "components": RATES, "variants": VARIANTS + "more,,high,1.4,,,made up\n"},
        "variant-unpaired", "variants.csv", 8,
    ),
    "total twice": (
        {"areas": AREAS, "totals": TOTALS + "WEST,all,85+,2036,9000,made up\n"}, "totals-overlap", "totals.csv", 6,
    ),
    "total repeated": ({"areas": AREAS, "totals": TOTALS + TOTALS.splitlines()[1]}, "duplicate-row", "totals.csv", 6),
    "band cut": (
        {"areas": AREAS, "totals": TOTALS.replace("65+", "70+").replace("0-64", "0-69")}, "ages-differ", "totals.csv", 2,
    ),
    "parent misspelt": (
        {"areas": AREAS, "totals": TOTALS.replace("WEST,M,65", "WETS,M,65")}, "unknown-area", "totals.csv", 5,
    ),
    "member misspelt": (
        {"areas": AREAS, "totals": TOTALS, "members": "area,parent,source\nnorht,WEST,x\n"}, "unknown-area", "members.csv", 2,
    ),
    "contradiction": (
        {"areas": AREAS, "totals": TOTALS + "north,all,85+,2036,30000,x\nnorth,all,0-84,2036,1000,x\n"},
        "totals-not-met", "totals.csv", 7,
    ),
    "percentage": ({"areas": AREAS, "components": RATES.replace("M,45+,18", "M,45+,18%")}, "unit-in-number", "components.csv", 7),
    }.values(),
)  # fmt: skip
def test_bad_input_is_told_with_its_place(
    texts: dict[str, str], code: str, file: str, row: int, run: Any, tmp_path: Path
) -> None:
    out = tmp_path / "people"
    status, told, _ = run(folder(tmp_path / "in", **texts), "--base", 2026, "--until", 2036, "--out", out, "--json")
    assert status == 1
    problems = json.loads(told)["problems"]
    assert (code, file, row) in [(p["code"], p["file"], p["row"]) for p in problems]
    assert not out.exists()


def test_all_that_is_wrong_is_told_together(run: Any, tmp_path: Path) -> None:
    """Years, folder in use and rows, each with how to mend it."""
    given = folder(tmp_path / "in", areas=AREAS, components=RATES.replace("F,15-44", "F,16-44"))
    status, told, _ = run(given, "--base", 2026, "--until", 2026, "--out", given, "--json")
    codes = {p["code"] for p in json.loads(told)["problems"]}
    assert status == 1
    assert codes == {"bad-year", "folder-in-use", "ages-not-contiguous"}


# ---- published people of one place

BANDS = [*(f"{a}-{a + 4}" for a in range(0, 90, 5)), "90+"]
DORSET, PARTS = "E54000041", ("E06000058", "E06000059")


def query(text: str, **paths: Path) -> list[tuple[Any, ...]]:
    import duckdb  # noqa: PLC0415

    return duckdb.sql(text.format(**{k: str(v) for k, v in paths.items()})).fetchall()


def table(path: Path, header: str, lines: list[tuple[Any, ...]]) -> None:
    text = [header, *(",".join(map(str, line)) + ",ONS" for line in lines)]
    path.write_text("\n".join(text) + "\n", encoding="utf-8")


BY_BAND = """
    select {key}, sex, case when age >= 90 then '90+' else (age // 5 * 5) || '-' || (age // 5 * 5 + 4) end, sum(people)
    from (select {key}, age, 'F' as sex, female as people from '{file}' where {only} union all
          select {key}, age, 'M', male from '{file}' where {only}) group by all order by all
"""


@pytest.mark.large
@pytest.mark.shows(56)
def test_dorsets_districts_follow_the_eleven_published_variants(run: Any, tmp_path: Path, data_folder: Path) -> None:
    """Areas add up to the ICB's projection by age and sex in each variant; the range holds each single variant, and not all at once.

    The published districts already add up to it but for rounding, and hardly move.
    """
    at = data_folder / "population_and_activity_profiles"
    given = folder(tmp_path / "in")
    only = f"area_code in {PARTS}"
    base = query(
        BY_BAND,
        key="area_code, area_code",
        file=at / "population_estimates_2000_2023.parquet",
        only=f"{only} and year = 2023",
    )
    table(given / "areas.csv", "area,name,sex,age,people,source", base)
    later = query(
        BY_BAND,
        key="area_code, year",
        file=at / "population_projection_principal_2024_2043.parquet",
        only=f"{only} and year in (2033, 2043)",
    )
    table(given / "population.csv", "area,year,sex,age,people,source", later)
    parent = query(BY_BAND, key="area_code, variant, year", file=at / "population_projection_all_variants_icb_2024_2043.parquet",
                   only=f"area_code = '{DORSET}' and year in (2033, 2043)")  # fmt: skip
    table(
        given / "totals.csv",
        "of,variant,year,sex,age,people,source",
        [(o, v.replace("v1", "principal") if v == "v1" else v, *r) for o, v, *r in parent],
    )
    pairs = {
        "v2": "births,high",
        "v3": "births,low",
        "v4": "deaths,high",
        "v5": "deaths,low",
        "v6": "moves,high",
        "v7": "moves,low",
    }
    (given / "variants.csv").write_text(
        "variant,driver,side,source\n" + "".join(f"{v},{p},ONS\n" for v, p in pairs.items())
    )
    code, _, errors = run(given, "--base", 2023, "--until", 2043, "--out", tmp_path / "out", "--json")
    assert code == 0, errors
    found = rows(tmp_path / "out" / "population.csv")
    published = {(y, s, a): n for _, v, y, s, a, n in parent if v == "v1"}
    sums: dict[tuple[int, str, str], float] = {}
    for r in found:
        key = (int(r["year"]), r["sex"], r["age"])
        sums[key] = sums.get(key, 0.0) + float(r["people"])
    assert sums == pytest.approx(published, rel=1e-9)
    districts = {(a, y, s, g): n for a, y, s, g, n in later}
    moved = [abs(float(r["people"]) - districts[r["area"], int(r["year"]), r["sex"], r["age"]]) for r in found]
    assert max(moved) < 8
    totals = {v: sum(n for _, w, y, _, _, n in parent if w == v and y == 2043) for v in {p[1] for p in parent}}
    low, high = (sum(float(r[c]) for r in found if r["year"] == "2043") for c in ("low", "high"))
    assert totals["v9"] < low < min(totals[v] for v in pairs)
    assert max(totals[v] for v in pairs) < high < totals["v8"]


@pytest.mark.large
def test_neighbourhoods_add_up_to_their_districts(run: Any, tmp_path: Path, data_folder: Path) -> None:
    """466 neighbourhoods (LSOA) of Dorset by broad age, and their districts by five years of age: both are met to 1e-9."""
    small = data_folder / "population_small_area" / "population_mid2020_lsoa11_broad_age.parquet"
    look = data_folder / "geography_lookups" / "lookup_lsoa11_ccg21_stp21_ltla21.parquet"
    wide = data_folder / "population_small_area" / "population_mid2020_ltla21_single_year.csv.gz"
    places = query(f"select p.*, l.ltla21_code from '{{small}}' p join '{{look}}' l using (lsoa11_code) where l.ltla21_code in {PARTS} order by 1",
                   small=small, look=look)  # fmt: skip
    broad = {"0-4": 1, "5-17": 2, "18-64": 3, "65-74": 4, "75-84": 5, "85+": 6}
    fine = ["0-4", "5-9", "10-17", "18-24", "25-44", "45-64", "65-69", "70-74", "75-79", "80-84", "85-89", "90+"]
    into = dict(zip(fine, ("0-4", "5-17", "5-17", "18-64", "18-64", "18-64", "65-74", "65-74", "75-84", "75-84", "85+", "85+"), strict=True))  # fmt: skip
    single = {r[0]: r[3:] for r in query(f"select * from '{{wide}}' where ltla21_code in {PARTS}", wide=wide)}
    lines, totals = [], []
    for code, *counts, _ in places:
        for f in fine:
            within = [g for g in fine if into[g] == into[f]]
            lines += [(code, code, sex, f, counts[broad[into[f]] - 1] / len(within) / 2) for sex in ("F", "M")]
        totals += [(code, "all", b, 2021, counts[n - 1]) for b, n in broad.items()]
    for code, ages in single.items():
        for f in fine:
            first, last = int(f.rstrip("+").split("-")[0]), 90 if "+" in f else int(f.split("-")[1])
            totals.append((code, "all", f, 2021, sum(ages[first : last + 1])))
    given = folder(tmp_path / "in")
    table(given / "areas.csv", "area,name,sex,age,people,source", lines)
    table(given / "totals.csv", "of,sex,age,year,people,source", totals)
    table(given / "members.csv", "area,parent,source", [(code, parent) for code, *_, parent in places])
    code, told, _ = run(given, "--base", 2020, "--until", 2021, "--out", tmp_path / "out")
    assert code == 0, told
    by_parent = {code: parent for code, *_, parent in places}
    sums: dict[tuple[str, str], float] = {}
    for r in rows(tmp_path / "out" / "population.csv"):
        for key in ((by_parent[r["area"]], r["age"]), (r["area"], into[r["age"]])):
            sums[key] = sums.get(key, 0.0) + float(r["people"])
    wanted = {}
    for of, _, age, _, people in totals:
        wanted[of, age] = people
    assert {k: sums[k] for k in wanted} == pytest.approx(wanted, rel=1e-9, abs=1e-9)


@pytest.mark.large
def test_published_lives_come_back_and_carry_the_old_five_years(run: Any, tmp_path: Path, data_folder: Path) -> None:
    """Death rates worked out of published life expectancies (by hand: ``p = (e − ½) / (e′ + ½)``) give them back.

    They project people of 80 and over in Dorset from 2013 to 2018, without moves, to 2 and 4 % too few women and men: the
    rates are England's, and Dorset lives longer.
    """
    lives = data_folder / "activity_model_reference" / "life_expectancy_1981_onwards.csv"
    deaths: dict[str, list[float]] = {}
    for sex, number in (("F", 2), ("M", 1)):
        ex = [
            r[0]
            for r in query(f"select ex from '{{lives}}' where year = 2015 and sex = {number} order by age", lives=lives)
        ]
        stay = [(e - 0.5) / (later + 0.5) for e, later in pairwise(ex)]
        deaths[sex] = [2 * (1 - p) / (1 + p) for p in stay] + [1 / ex[-1]]
        assert life_expectancy(np.array(deaths[sex])) == pytest.approx(ex[0], abs=0.05)
    at = data_folder / "population_and_activity_profiles" / "population_estimates_2000_2023.parquet"
    people = query("select age, 'F', female from '{at}' where area_code = '" + DORSET + "' and year = 2013 union all "
                   "select age, 'M', male from '{at}' where area_code = '" + DORSET + "' and year = 2013 order by 2, 1", at=at)  # fmt: skip
    oldest = {s: sum(n for a, t, n in people if t == s and a >= 90) for s in "FM"}
    given = folder(tmp_path / "in")
    table(given / "areas.csv", "area,name,sex,age,people,source",
          [("dorset", "Dorset", s, f"{a}-{a}", n) for a, s, n in people if a < 90] + [("dorset", "Dorset", s, "90+", oldest[s]) for s in "FM"])  # fmt: skip
    rates = [(s, "0-54", 1.0) for s in "FM"] + [
        (s, f"{55 + n}-{55 + n}" if n < 35 else "90+", 1000 * d) for s in "FM" for n, d in enumerate(deaths[s])
    ]
    table(given / "components.csv", "sex,age,deaths,source", rates)
    assert run(given, "--base", 2013, "--until", 2018, "--out", tmp_path / "out")[0] == 0
    counted = dict(query("select 'F', sum(female) from '{at}' where area_code = '" + DORSET + "' and year = 2018 and age >= 80 union all "
                         "select 'M', sum(male) from '{at}' where area_code = '" + DORSET + "' and year = 2018 and age >= 80", at=at))  # fmt: skip
    for sex in "FM":
        made = sum(
            float(r["people"])
            for r in rows(tmp_path / "out" / "population.csv")
            if (r["year"], r["sex"]) == ("2018", sex) and int(r["age"].rstrip("+").split("-")[0]) >= 80
        )
        assert 0.95 * float(counted[sex]) < made < float(counted[sex]), (sex, made / float(counted[sex]))
