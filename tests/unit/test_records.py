"""Records → rates: every row is used or set aside for one reason; small numbers and identifiers never leave."""

from __future__ import annotations

import csv
import datetime as dt
import io
import itertools
import json
from collections import Counter
from pathlib import Path

import duckdb
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fixtures.records import GOOD, HEADER, counted_files, dorset, lines, made_records, place
from placeplan.baseline.extracts.counts import Counts
from placeplan.baseline.extracts.dates import MONTH_FIRST, calendar
from placeplan.baseline.extracts.look import look_at
from placeplan.baseline.extracts.make import shuffled
from placeplan.baseline.extracts.maps import RecordMap
from placeplan.baseline.extracts.scan import Lines
from placeplan.baseline.extracts.shape import dispersion_of, expected_by_day, two_parts
from placeplan.baseline.extracts.small import Small, joined
from placeplan.baseline.extracts.tables import rates_of
from placeplan.cli.sources.record_maps import names, read_lookup, read_map
from placeplan.cli.sources.records import place_for
from placeplan.core.errors import PlanError

ALL = Small(1, 1)
"""Nothing hidden, nothing rounded."""


def told(text: str | bytes, folder: Path, layout: str | RecordMap = "hes_admitted") -> Counts:
    folder.mkdir(exist_ok=True)
    (folder / "a.csv").write_bytes(text.encode() if isinstance(text, str) else text)
    return counted_files(folder, layout)


@pytest.fixture(scope="module")
def spells(tmp_path_factory: pytest.TempPathFactory) -> tuple[Counts, object]:
    folder = tmp_path_factory.mktemp("records") / "spells"
    made = made_records(folder, "hes_admitted", 30_000, 1.0)
    return counted_files(folder, "hes_admitted"), made


DEFECTS = [
    ("2,31/02/2016,2016-04-08,RBD01,RBD,E06000028,1,70,21,1,1", "unknown-date"),
    ("2,2016-04-05,soon,RBD01,RBD,E06000028,1,70,21,1,1", "unknown-date"),
    ("2,04/15/2016,,RBD01,RBD,E06000028,1,70,21,1,1", "month-first"),
    ("2,,2016-04-08,RBD01,RBD,E06000028,1,70,21,1,1", "blank-date"),
    ("2,NULL,2016-04-08,RBD01,RBD,E06000028,1,70,21,1,1", "blank-date"),
    ("2,2016-04-05,2016-04-04,RBD01,RBD,E06000028,1,70,21,1,1", "end-before-start"),
    ("2,2015-04-05,2016-04-04,RBD01,RBD,E06000028,1,70,21,1,1", "other-year"),
    ("2,1900-01-01,2016-04-04,RBD01,RBD,E06000028,1,70,21,1,1", "unknown-date"),
    ("2,2017-04-01,2017-04-04,RBD01,RBD,E06000028,1,70,21,1,1", "other-year"),
    ("2,2016-04-05,2016-04-08,RQQ99,RQQ,E06000028,1,70,21,1,1", "unknown-provider"),
    ("2,2016-04-05,2016-04-08,RBD01,RBD,E06000028,1,70,99,1,1", "unknown-pod"),
    ("2,2016-04-05,2016-04-08,RBD01,RBD,E06000028,1,70,21,3,1", "not-counted"),
    ("1,2016-04-05,2016-04-08,RBD01,RBD,E06000028,1,70,21,1,1", "duplicate"),
    ("Total,,,,,,,,,,", "totals-row"),
    ("Grand total,,,,,,,,,1,", "totals-row"),
    (HEADER, "header-again"),
    ("2,2016-04-05,2016-04", "wrong-cells"),
    ("2,2016-04-05,2016-04-08,RBD01,RBD,E06000028,1,70,21,1,1,x", "wrong-cells"),
]
"""A row with one defect each, and the reason for which it is set aside."""


def test_each_defect_is_set_aside_for_its_reason(tmp_path: Path) -> None:
    """One good row among rows with a defect each, a file of them together and one for each: the reason is that of the defect."""
    (tmp_path / "r").mkdir()
    for number, (row, _) in enumerate(DEFECTS):
        (tmp_path / "r" / f"{number:02d}.csv").write_text(lines(row))
    audit = told(lines(GOOD.format(n=1)), tmp_path / "r").audit
    assert (audit.rows, audit.used) == (1 + len(DEFECTS), 1)
    assert audit.aside == Counter(reason for _, reason in DEFECTS)
    by_file = {f.name: dict(f.aside) for f in audit.files}
    for number, (_, reason) in enumerate(DEFECTS):
        assert by_file[f"{number:02d}.csv"] == ({} if reason == "duplicate" else {reason: 1})


STYLES = [
    "2016-04-05", "2016/04/05", "20160405", "05/04/2016", "5/4/2016", "05-04-2016", "05APR2016", "05-Apr-2016", "05 apr 2016",
    "2016-04-05 10:30:00", "2016-04-05T10:30:00", "05/04/2016 10:30", "05APR2016 00:00:00", "5/4/2016 10:30", " 2016-04-05 ",
]  # fmt: skip


def test_a_date_is_the_same_day_in_every_style(tmp_path: Path) -> None:
    """All are the fifth of April, the fifth day of the year, and every stay has three nights."""
    rows = [f"{n},{start},2016-04-08,RBD01,RBD,E06000028,1,70,21,1,1" for n, start in enumerate(STYLES)]
    counts = told(lines(*rows), tmp_path)
    (days,) = counts.days.values()
    assert np.flatnonzero(days).tolist() == [5]
    assert next(iter(counts.lengths.values())) == {(0, 3): len(STYLES)}


def test_every_day_is_known_by_one_text_and_no_other() -> None:
    """A text means one day; a day that is none, 29 February 2017 and 31 June, has no text."""
    rows = list(calendar(dt.date(2016, 1, 1), dt.date(2017, 12, 31), ("NULL",)))
    assert max(Counter(text for text, *_ in rows).values()) == 1
    known = {text: day for text, day, _ in rows}
    assert known["29/02/2016"] == dt.date(2016, 2, 29).toordinal()
    assert not {"29/02/2017", "31/06/2016", "2017-02-29"} & set(known)
    assert known["12/25/2016"] == MONTH_FIRST
    assert known["null"] == -1


def test_rows_in_are_rows_used_and_rows_set_aside(spells: tuple[Counts, object]) -> None:
    """With the twelve usual defects: what comes out is what was put in, reason by reason and cell by cell."""
    counts, made = spells
    audit = counts.audit
    assert audit.aside == {k: n for k, n in made.aside.items() if n}  # type: ignore[attr-defined]
    assert audit.rows == audit.used + sum(audit.aside.values())
    assert sum(f.rows for f in audit.files) == audit.rows
    lost = sum(made.aside[k] for k in ("end-before-start", "unknown-provider", "unknown-date", "wrong-cells"))  # type: ignore[attr-defined]
    assert audit.used == 30_000 - lost
    assert sum(n for n, _ in counts.cells.values()) == audit.used
    assert sum(int(d.sum()) for d in counts.days.values()) == audit.used
    assert sum(n for lengths in counts.lengths.values() for n in lengths.values()) == audit.used


def test_without_defects_every_cell_is_counted_exactly(tmp_path: Path) -> None:
    """Made-up records state how many there are of each pod, site, area, sex and age: the counts are those."""
    made = made_records(tmp_path / "r", "hes_admitted", 5_000, 0.0)
    counts = counted_files(tmp_path / "r", "hes_admitted")
    p = counts.place
    found = {
        (counts.layout.pod_ids[pod], p.sites[site], p.areas[area], "  FM"[sex + 1], p.ages[age]): n
        for (pod, site, area, sex, age), (n, _) in counts.cells.items()
    }
    assert found == made.cells
    assert counts.audit.aside == {}


@given(st.integers(1, 3000), st.integers(0, 2**64 - 1), st.integers(0, 2999))
def test_rows_are_shuffled_without_holding_them(count: int, key: int, first: int) -> None:
    """Every place comes once; and a few rows asked for alone have the places that they have among all."""
    places = shuffled(np.arange(count), count, key)
    assert np.array_equal(np.sort(places), np.arange(count))
    assert np.array_equal(shuffled(np.arange(first, count), count, key), places[first:])


@pytest.mark.large
@pytest.mark.parametrize("layout", names())
def test_every_map_reads_what_is_made_by_it(layout: str, tmp_path: Path) -> None:
    """The rules of each map, read backwards, make rows of each of its points of delivery, and all of them count."""
    made = made_records(tmp_path / "r", layout, 2_000, 0.0)
    counts = counted_files(tmp_path / "r", layout)
    assert (counts.audit.used, counts.audit.aside) == (2_000, {})
    assert {counts.layout.pod_ids[pod] for pod, *_ in counts.cells} == {pod for pod, *_ in made.cells}
    tables = rates_of(counts, Small()).tables
    assert {"referrals": "lists", "packages": "packages"}.get(counts.layout.kind, "activity") in tables


@pytest.mark.large
def test_the_order_of_rows_and_files_changes_nothing(tmp_path: Path) -> None:
    """Of rows sent twice one is kept, and it is the same one whatever comes first: the earliest start."""
    rows = [GOOD.format(n=n % 40).replace("04-05", f"04-{5 + n % 3:02d}").replace("04-08", "04-09") for n in range(120)]
    whole = told(lines(*rows), tmp_path / "one")
    (tmp_path / "two").mkdir()
    (tmp_path / "two" / "b.csv").write_text(lines(*rows[60:][::-1]))
    parted = told(lines(*rows[:60][::-1]), tmp_path / "two")
    assert whole.audit.used == 40
    assert whole.audit.digest == parted.audit.digest


def test_what_is_not_known_of_a_person_still_counts_at_the_site(tmp_path: Path) -> None:
    """No area, sex or age: the row counts for its site, in the row of activity without an area, and in no rate."""
    rows = [GOOD.format(n=n) for n in range(10)] + [f"{n},2016-04-05,,,RBD,,9,,21,1,1" for n in range(10, 20)]
    counts = told(lines(*rows), tmp_path)
    assert counts.audit.not_known == {"area": 10, "sex": 10, "age": 10}
    tables = rates_of(counts, Small()).tables
    assert [(r.area, r.activity) for r in tables["activity"]] == [("E06000028", 10), ("", 10)]  # type: ignore[attr-defined]
    people = sum(n for (_, sex, age), n in place().people.items() if sex == "M" and age == "70-74")
    (rate,) = [r for r in tables["rates"] if r.per_1000]  # type: ignore[attr-defined]
    assert rate.sex == "M"  # type: ignore[attr-defined]
    assert people
    assert [r.share for r in tables["flows"]] == [1.0]  # type: ignore[attr-defined]


AGES = {"0": "0-4", "7001": "0-4", "7007": "0-4", "4.0": "0-4", "05": "5-9", "119": "90+", "121": "", "x": ""}


def test_ages_fall_into_their_bands(tmp_path: Path) -> None:
    """Under one year is written 7001 to 7007 in HES; what is no age is not known.

    Where a file has births, birthdays count: born on 5 April 2006, one is ten on 5 April 2016 and nine the day before.
    """
    rows = [f"{n},2016-04-05,,,RBD,E06000028,1,{age},21,1,1" for n, age in enumerate(AGES)]
    born = [f"{n},2016-04-0{day},,,RBD,E06000028,1,05/04/2006,21,1,1" for n, day in ((20, 5), (21, 4))]
    (tmp_path / "r").mkdir()
    (tmp_path / "r" / "b.csv").write_text(lines(*born, header=HEADER.replace("ADMIAGE", "DOB")))
    counts = told(lines(*rows), tmp_path / "r")
    found = Counter({counts.place.ages[cell[4]]: n for cell, (n, _) in counts.cells.items()})
    assert found == Counter(AGES.values()) + Counter(["10-14", "5-9"])


def test_forms_of_a_file_do_not_change_its_counts(tmp_path: Path) -> None:
    """Semicolons, tabs, a byte-order mark, Windows line ends, UTF-16, Latin-1, a title above, quotes: all rows count."""
    text = lines(*(GOOD.format(n="{n}" + str(n)) for n in range(8)))

    def own(name: str) -> str:
        return text.replace("{n}", name[0])

    quoted = "\n".join(",".join(f'"{cell}"' for cell in line.split(",")) for line in own("q").splitlines()) + "\n"
    forms = {
        "semicolons": own("s").replace(",", ";").encode(), "tabs": own("t").replace(",", "\t").encode(),
        "mark": b"\xef\xbb\xbf" + own("m").encode(), "windows": own("w").replace("\n", "\r\n").encode(),
        "utf-16": own("u").encode("utf-16"), "headed": b"Extract of May\n" + own("h").encode(), "quoted": quoted.encode(),
        "blank lines": own("b").replace("\n", "\n\n").encode(), "latin": own("l").replace("RBD,", "K\u00f6ln,").encode("latin-1"),
        "cut": own("c")[:-30].encode(),
    }  # fmt: skip
    folder = tmp_path / "r"
    folder.mkdir()
    for name, data in forms.items():
        (folder / f"{name}.csv").write_bytes(data)
    audit = counted_files(folder, "hes_admitted").audit
    assert audit.used == 8 * len(forms) - 1
    assert {f.name: (f.rows, dict(f.aside)) for f in audit.files} == {
        f"{name}.csv": (8, {"wrong-cells": 1} if name == "cut" else {}) for name in forms
    }


QUOTED = ["a,b", '"x\ny",z', "", "1,2,3", '"q""q",', '"",""', "\x0c"]
ODD = [*QUOTED, 'a"b,c', '"a" "b"', '"open', ' "a"', '""x"', "\r", '"\r\n"']
"""Lines, and parts of some: with quotes around cells, and elsewhere."""


def counted_in_pieces(data: bytes, size: int, skip: int) -> int | None:
    """Records found piece by piece; None where a reader of CSV has to count."""
    edges = np.zeros(256, dtype=np.bool_)
    edges[[ord(","), 34, 10, 13]] = True
    found = Lines(edges, skip)
    for at in range(0, len(data), size):
        found.see(data[at : at + size])
    return found.found if found.plain else None


@settings(max_examples=400)
@given(
    st.lists(st.sampled_from(ODD), max_size=12),
    st.sampled_from(["\n", "\r\n"]),
    st.booleans(),
    st.integers(1, 9),
    st.integers(0, 2),
)
def test_lines_are_counted_as_a_reader_of_csv_counts_them(
    rows: list[str], end: str, closed: bool, size: int, skip: int
) -> None:
    """Records with something in them, however the bytes come; a break inside quotes ends none; the last may lack its end."""
    text = end.join(rows) + (end if closed else "")
    found = counted_in_pieces(text.encode(), size, skip)
    below = itertools.islice(io.StringIO(text, newline=""), skip, None)
    if found is not None:
        assert found == sum(bool(row) for row in csv.reader(below))


@given(st.lists(st.sampled_from(QUOTED), max_size=12), st.integers(1, 9))
def test_quotes_around_cells_are_counted_without_a_reader_of_csv(rows: list[str], size: int) -> None:
    """What is quoted as the rule says never takes the slow way."""
    assert counted_in_pieces("\n".join(rows).encode(), size, 0) is not None


def test_no_identifier_and_no_small_number_leaves(spells: tuple[Counts, object]) -> None:
    """Nothing that is written holds a record's number, an NHS number, or a count from 1 to 6."""
    counts, _ = spells
    found = rates_of(counts, Small())
    text = json.dumps([row.model_dump(mode="json") for rows in found.tables.values() for row in rows])
    text += json.dumps(counts.audit.as_dict())
    assert "R10000" not in text
    assert "999000" not in text
    assert "NHS_Number" not in text
    for name in ("cells", "activity"):
        assert all(r.activity % 5 == 0 and r.activity >= 5 for r in found.tables[name])  # type: ignore[attr-defined]
    assert found.hidden["cells"] > 0


def test_activity_shown_is_activity_used_but_for_rounding(spells: tuple[Counts, object]) -> None:
    """Areas with too few are joined with those not known: no row is lost, each shown row is within half a step."""
    counts, _ = spells
    shown = rates_of(counts, Small()).tables["activity"]
    exact = sum(r.activity for r in rates_of(counts, ALL).tables["activity"])  # type: ignore[attr-defined]
    assert exact == counts.audit.used
    assert abs(sum(r.activity for r in shown) - exact) <= 2.5 * len(shown) + 6 * 5  # type: ignore[attr-defined]


@settings(max_examples=200)
@given(st.lists(st.integers(0, 40), min_size=1, max_size=19), st.integers(1, 10))
def test_joined_ages_cover_all_and_hide_none(counts: list[int], least: int) -> None:
    """Groups follow each other without a gap, and none has from 1 to least − 1 people; or there are too few in all."""
    groups = joined(counts, Small(least))
    if not groups:
        assert 0 < sum(counts) < least
        return
    assert [n for first, last in groups for n in range(first, last + 1)] == list(range(groups[-1][1] + 1))
    assert sum(sum(counts[a : b + 1]) for a, b in groups) == sum(counts)
    assert not any(Small(least).hides(sum(counts[a : b + 1])) for a, b in groups)


def test_the_two_parts_of_stays_are_found_again() -> None:
    """Stays of two known geometric parts (60 % with a mean of 0.5, the rest with 9): the fit finds them within its errors."""
    nights = np.arange(120)
    share = 0.6 / 1.5 * (0.5 / 1.5) ** nights + 0.4 / 10 * 0.9**nights
    found = two_parts({int(n): round(200_000 * s) for n, s in zip(nights, share, strict=True) if round(200_000 * s)})
    assert found is not None
    for estimate, true in ((found.short_share, 0.6), (found.short_nights, 0.5)):
        assert abs(estimate.value - true) < 3 * estimate.error
        assert 0 < estimate.error < 0.02
    assert found.long_nights == pytest.approx(9.0, rel=0.02)


def test_stays_of_one_part_are_not_parted() -> None:
    assert two_parts({n: round(100_000 * 0.2 * 0.8**n) for n in range(40)}) is None


def test_season_and_weekday_are_no_dispersion() -> None:
    """Days that are exactly their month's and weekday's have no variance left."""
    month, weekday = np.repeat(np.arange(12), 30), np.arange(360) % 7
    days = (100.0 + 10 * month) * np.where(weekday < 5, 1.0, 0.8)
    assert dispersion_of(days, expected_by_day(days, month, weekday), 18) == pytest.approx(0.0, abs=1e-9)


@pytest.mark.large
def test_rates_by_age_have_the_plans_shape(tmp_path: Path) -> None:
    """Records drawn from a plan whose need by age is known: within an area, rates over the plan's are the same at every age.

    Each of some thirty cells of an age (areas by sites and sexes) is a whole number, so half a record off at most.
    """
    made_records(tmp_path / "r", "hes_admitted", 200_000, 0.0)
    own = {r.age: r.per_1000 for r in dorset().tables["rates"] if r.pod == "emergency_admission"}  # type: ignore[attr-defined]
    found: Counter[tuple[str, str]] = Counter()
    for row in rates_of(counted_files(tmp_path / "r", "hes_admitted"), ALL).tables["cells"]:
        if row.pod == "emergency_admission" and row.area != "outside":  # type: ignore[attr-defined]
            found[row.area, row.age] += row.activity  # type: ignore[attr-defined]
    assert len(found) == 8 * len(own)  # areas by ages
    for area in {area for area, _ in found}:
        people = {age: sum(place().people[area, sex, age] for sex in "FM") for age in own}
        need = {age: people[age] * own[age] for age in own}
        level = sum(found[area, age] for age in own) / sum(need.values())
        assert all(abs(found[area, age] - level * need[age]) <= 15 for age in own)


@pytest.mark.large
def test_packages_follow_littles_law(tmp_path: Path) -> None:
    """Care in use at the start, begun in the year and given in days: weeks last as the plan says, capacity is the most in use."""
    made_records(tmp_path / "r", "asc_cld", 20_000, 0.0)
    rows = rates_of(counted_files(tmp_path / "r", "asc_cld"), Small()).tables["packages"]
    own = {(r.council, r.kind): r.weeks for r in dorset().tables["packages"]}  # type: ignore[attr-defined]
    for row in rows:
        assert row.weeks == pytest.approx(own[row.council, row.kind], rel=0.15)  # type: ignore[attr-defined]
        assert row.capacity >= row.in_use  # type: ignore[attr-defined]


def test_weeks_of_care_by_hand(tmp_path: Path) -> None:
    """Home care from 25 March to 15 April 2016 gives 14 days within the year: two weeks; ended before it: none."""
    header = (
        "Event_Reference,Event_Type,LA_Code,Event_Start_Date,Event_End_Date,Service_Type,Service_Component,Age,Gender"
    )
    row = "{},Service,E06000028,{},{},Long Term Support: Community,Home Support,80,Female"
    rows = [row.format(n, "25/03/2016", "15/04/2016") for n in range(10)] + [row.format(11, "2015-01-01", "2016-03-31")]
    counts = told(lines(*rows, header=header), tmp_path, "asc_cld")
    assert counts.audit.aside == {"other-year": 1}
    (activity,) = rates_of(counts, ALL).tables["activity"]
    assert (activity.pod, activity.activity) == ("home_care_week", 20)  # type: ignore[attr-defined]


def test_people_who_wait_by_hand(tmp_path: Path) -> None:
    """Twenty wait on 1 April 2016, ten of them for a year and a half, ten for a month; who was seen before does not wait."""
    header = "UniqueID_CYP101,ReferralRequest_ReceivedDate,First_Contact_Date,OrgID_Provider,LSOA_2011,Gender,AgeYr_Referral_ReceivedDate"
    row = "{},{},{},RDY,E06000028,2,40"
    rows = [row.format(n, "2014-10-01", "") for n in range(10)] + [
        row.format(n, "2016-03-01", "2016-05-01") for n in range(10, 20)
    ]
    counts = told(lines(*rows, row.format(30, "2016-01-01", "2016-02-01"), header=header), tmp_path, "csds_referrals")
    assert counts.audit.aside == {"other-year": 1}
    (waiting,) = rates_of(counts, Small()).tables["lists"]
    assert (waiting.listed, waiting.within_18, waiting.over_52) == (20, 0.5, 0.5)  # type: ignore[attr-defined]


def test_a_small_area_leads_to_the_plans_area(tmp_path: Path) -> None:
    path = tmp_path / "lookup.csv"
    path.write_text("code,area\nE01020445,E06000028\nE01099999,E06000060\n")
    assert read_lookup(path, {"E06000028"}) == {"E01020445": "E06000028"}
    known = place_for(dorset(), path)
    assert known.area_codes["E01020445"] == known.area_codes["E06000028"]
    path.write_text("code,area\nE01020445,E06000028\nE01020445,E06000029\n")
    with pytest.raises(PlanError, match="leads to E06000028 and to E06000029"):
        read_lookup(path, {"E06000028"})


def test_what_cannot_be_read_is_told_at_once_with_the_nearest_name(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("SPELL,ADMIDATE,SITETRET\n1,2016-04-05,RBD01\n")
    (tmp_path / "b.csv").write_bytes(b"")
    (tmp_path / "c.csv").write_bytes(b"PK\x03\x04 a workbook")
    with pytest.raises(PlanError) as refused:
        counted_files(tmp_path, "hes_admitted")
    found = {(p.file, p.code) for p in refused.value.problems}
    assert {
        ("a.csv", "records-not-a-table"),
        ("b.csv", "records-empty-file"),
        ("c.csv", "records-not-a-table"),
    } <= found
    what = next(p.what for p in refused.value.problems if p.file == "a.csv")
    assert "class: CLASSPAT or Patient_Classification" in what


def test_a_wrong_map_is_told(tmp_path: Path) -> None:
    layout = read_map("hes_admitted")
    wrong = layout.model_copy(
        update={"pods": tuple(r.model_copy(update={"pod": "emergency_admision"}) if r.pod else r for r in layout.pods)}
    )
    with pytest.raises(PlanError) as refused:
        told(lines(GOOD.format(n=1)), tmp_path, wrong)
    assert [(p.code, p.nearest) for p in refused.value.problems] == [("records-unknown-pod", "emergency_admission")]
    with pytest.raises(PlanError) as none:
        read_map("hes_admited")
    assert [(p.code, p.nearest) for p in none.value.problems] == [("records-unknown-map", "hes_admitted")]


def test_a_file_is_looked_at_before_it_is_read(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(b"Title\n\n" + lines(GOOD.format(n=1)).replace(",", "|").encode()[:-1])
    look = look_at(path, read_map("hes_admitted"))
    assert (look.separator, look.skip, look.lines, look.cut) == ("|", 2, 1, True)


@pytest.mark.large
def test_parquet_counts_as_csv_does(tmp_path: Path) -> None:
    """Typed columns – dates, whole numbers – say the same as their text."""
    text = tmp_path / "csv"
    one = told(lines(*(GOOD.format(n=n) for n in range(9))), text)
    (tmp_path / "p").mkdir()
    duckdb.execute(f"COPY (FROM read_csv('{text}/a.csv')) TO '{tmp_path}/p/a.parquet'")
    two = counted_files(tmp_path / "p", "hes_admitted")
    assert one.audit.digest == two.audit.digest
