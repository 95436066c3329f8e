"""Tables of the results in Markdown, as they stand in docs/understand/validation.md.

Run ``python examples/backtest/tables.py`` to write them anew between the page's marks, and its pictures beside it.
"""

from __future__ import annotations

import csv
import re
import sys
from collections.abc import Sequence
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))
ROOT = HERE.parents[1]
PAGE = ROOT / "docs" / "understand" / "validation.md"

Row = dict[str, str]
NAMES = {
    "emergency_admission": "unplanned admissions", "elective_admission": "planned admissions with a night",
    "day_case": "day cases", "outpatient_first": "first outpatient attendances", "beds_occupied": "beds occupied",
    "occupancy": "occupancy", "ae_type1": "A&E, type 1", "ae_other": "A&E, other doors", "income": "income", "cost": "cost",
    "position": "surplus or deficit", "consultants": "consultants", "managers": "managers", "beds_open": "beds open",
}  # fmt: skip
"""Series in words."""


def read(file: Path) -> list[Row]:
    """Rows of a CSV."""
    with file.open(encoding="utf-8", newline="") as text:
        return list(csv.DictReader(text))


def percent(value: str) -> str:
    """A share in whole per cent, blank where it is not known.

    >>> percent("0.475"), percent("-0.0312"), percent("")
    ('48', '−3', '–')
    """
    return f"{100 * float(value):.0f}".replace("-0", "0").replace("-", "−") if value else "–"


def ranged(row: Row, name: str, low: str, high: str) -> str:
    """A figure with its interval."""
    if not row.get(name):
        return "–"
    return f"{percent(row[name])} ({percent(row[low])} to {percent(row[high])})" if row[low] else percent(row[name])


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A Markdown table, the first column words, the others numbers."""
    lines = [f"| {' | '.join(head)} |", f"| --- |{' ---: |' * (len(head) - 1)}"]
    return "\n".join([*lines, *(f"| {' | '.join(r)} |" for r in rows)])


def coverage(results: Sequence[Row], of: str) -> str:
    """Coverage of the three fans over all horizons, with intervals."""
    head = ("series", "forecasts", "blocks", "50 %", "80 %", "95 %", "mean PIT", "uniform? p")
    return table(head, [
        (NAMES[r["series"]], r["cases"], r["blocks"], *(ranged(r, n, f"{n}_low", f"{n}_high") for n in ("in50", "in80", "in95")),
         f"{float(r['pit_mean']):.2f}", _p(r["pit_p"]))
        for r in results if r["of"] == of and r["horizon"] == "0" and r["in80"]
    ])  # fmt: skip


def _p(value: str) -> str:
    """A probability as people write it."""
    return "–" if not value else "< 0.001" if float(value) < 0.001 else f"{float(value):.3f}"


def by_horizon(results: Sequence[Row], of: str = "trusts") -> str:
    """Coverage of the 80 % fan by years after the base year, with error and width."""
    years = ("1", "2", "3", "4")
    head = ("series", *(f"inside, year {y}" for y in years), *(f"off by, year {y}" for y in ("1", "4")), *(f"fan, year {y}" for y in ("1", "4")))  # fmt: skip
    rows = []
    for name in dict.fromkeys(r["series"] for r in results):
        own = {r["horizon"]: r for r in results if r["series"] == name and r["of"] == of}
        if not own or not own["0"]["in80"]:
            continue
        rows.append((
            NAMES[name], *(percent(own[y]["in80"]) if y in own else "–" for y in years),
            *(f"{percent(own[y]['error'])} (±{percent(own[y]['size'])})" if y in own else "–" for y in ("1", "4")),
            *(percent(own[y]["width"]) if y in own else "–" for y in ("1", "4")),
        ))  # fmt: skip
    return table(head, rows)


def skill(results: Sequence[Row], of: str) -> str:
    """CRPS and skill against both rivals, all horizons."""
    head = ("series", "CRPS", "better than naive by, %", "forecasts", "better than ETS by, %", "forecasts")
    return table(head, [
        (NAMES[r["series"]], f"{100 * float(r['crps']):.1f}", ranged(r, "naive_skill", "naive_low", "naive_high"), r["naive_cases"],
         ranged(r, "ets_skill", "ets_low", "ets_high"), r["ets_cases"])
        for r in results if r["of"] == of and r["horizon"] == "0" and r["crps"]
    ])  # fmt: skip


def beds_open(results: Sequence[Row]) -> str:
    """How far beds open moved."""
    own = [r for r in results if r["series"] == "beds_open" and r["horizon"] != "0"]
    return table(
        ("years after", "trusts and origins", "mean change, %", "mean size of change, %"),
        [(r["horizon"], r["cases"], f"{100 * float(r['error']):.1f}".replace("-", "−"), f"{100 * float(r['size']):.1f}") for r in own],
    )  # fmt: skip


WORDS = {
    "admissions": "admissions, growth since 2016/17", "attendances": "A&E attendances, all doors, growth since 2016/17",
    "occupancy": "beds full, general and acute", "list": "waiting list, growth since March 2016",
    "within_18": "of those on the list, under 18 weeks", "position": "surplus or deficit, over income of 2016/17",
    "doctors": "doctors (seen: consultants), growth since 2016/17",
}  # fmt: skip
"""Series of the worked places in words."""


def tenths(value: str) -> str:
    """A share in tenths of a per cent.

    >>> tenths("0.4748"), tenths("-0.0004")
    ('47.5', '0.0')
    """
    return f"{100 * float(value) + 0.0:.1f}".replace("-0.0", "0.0").replace("-", "−")


def beside(row: Row) -> str:
    """What was seen, and the 80 % fan; ``outside`` where it did not hold it.

    >>> beside({"seen": "0.10", "p10": "-0.02", "p50": "0.03", "p90": "0.08"})
    '10.0 (−2.0 to 8.0): outside'
    """
    inside = float(row["p10"]) <= float(row["seen"]) <= float(row["p90"])
    seen, low, high = (tenths(row[n]) for n in ("seen", "p10", "p90"))
    text = f"{seen} ({low} to {high})"
    return text if inside else f"{text}: outside"


def first_plans(year: str) -> str:
    """The worked places in a year: what was seen, and the 80 % fan, per cent."""
    rows = [r for r in read(HERE / "firstplans.csv") if r["year"] == year]
    places = list(dict.fromkeys(r["place"] for r in rows))
    cells = {(r["place"], r["series"]): beside(r) for r in rows}
    return table(("series", *places), [(WORDS[s], *(cells.get((p, s), "–") for p in places)) for s in WORDS])


TABLES = {"coverage": coverage, "skill": skill}
MONEY = ("income", "cost", "position")


def parts() -> dict[str, str]:
    """Every table of the page by its mark."""
    found = {}
    for folder in sorted((HERE / "rounds").iterdir()):
        results, number = read(folder / "results.csv"), folder.name
        for what, own in (("", results), (" money", [r for r in results if r["series"] in MONEY])):
            for name, make in TABLES.items():
                for of in ("trusts", "places"):
                    found[f"{name} {of} {number}{what}"] = make(own, of)
            found[f"horizons {number}{what}"] = by_horizon(own)
        found["beds open"] = beds_open(results)
    return found | {f"first plans {year}": first_plans(year) for year in ("2017", "2018")}


def filled(page: str) -> str:
    """The page with its tables anew: what stands between ``<!-- table: NAME -->`` and ``<!-- end -->``."""
    made = parts()
    return re.sub(
        r"<!-- table: (.+?) -->\n.*?<!-- end -->",
        lambda m: f"<!-- table: {m[1]} -->\n{made[m[1]]}\n<!-- end -->",
        page,
        flags=re.DOTALL,
    )


def main() -> None:
    """Writes the tables and the pictures."""
    import pictures  # noqa: PLC0415 – heavy, and the tables do without

    PAGE.write_text(filled(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
    pictures.draw(PAGE.parent)


if __name__ == "__main__":
    main()
