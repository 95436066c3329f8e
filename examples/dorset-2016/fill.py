"""Fills the tables and contracts of this example from a folder of published series.

Run ``python examples/dorset-2016/fill.py`` with PLACEPLAN_DATA naming the data folder; the tables are written beside
this file, or into the folder given as the first argument. The same data give the same bytes. What stands in no data set
is in quoted.py; initiatives, promises and assumptions are written by hand.
"""

from __future__ import annotations

import csv
import os
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path

import fill_beds
import fill_care
import fill_forms
import fill_money
import fill_near
import fill_need
import fill_people
import fill_staff
import fill_totals
import fill_waits
from figures import BCP, DISTRICTS, MAR, RURAL, TRUSTS, Figures
from quoted import FACTS, NEAREST, ORGANISATIONS, SITES

from placeplan.footprint.ground import rounded

Row = dict[str, object]

INDEPENDENT = ("NT419", "NT443")
"""Two independent hospitals in Dorset; the NHS care they give counts as given outside the organisations of the plan."""
RETURN = "NHS England, Monthly Activity Return, provider {}, April 2016 to March 2017: {}"
AE = "NHS England, A&E attendances and emergency admissions, {}, type {}, April 2016 to March 2017"
FLOWS = "HES admissions by council and provider (about 2017/18, behaves like emergencies): {}"
PROVIDERS = "NHS Digital, HES admitted patient care 2016/17, provider {}: {}"


def write(folder: Path, table: str, rows: Iterable[Mapping[str, object]]) -> None:
    """Writes one table; columns are the keys of its rows in order of first use."""
    rows = list(rows)
    columns = list(dict.fromkeys(c for r in rows for c in r))
    with (folder / f"{table}.csv").open("w", encoding="utf-8", newline="") as file:
        out = csv.DictWriter(file, columns, restval="", lineterminator="\n")
        out.writeheader()
        out.writerows(rows)


def organisations() -> list[Row]:
    """Organisations of 2016, as the plan names them."""
    source = "NHS Digital, Organisation Data Service, 2018; ONS codes for councils"
    return [{"id": i, "name": n, "type": t, "source": source, "level": level} for i, n, t, level in ORGANISATIONS]


def sites() -> list[Row]:
    """The three acute hospitals; other providers are one site each."""
    source = "NHS.uk hospitals file, 2018"
    return [{"id": i, "name": n, "organisation": o, "source": source, "level": "published"} for i, n, o in SITES]


def activity(data: Figures, shares: Mapping[tuple[str, str], float]) -> list[Row]:
    """Contacts of 2016/17 by pod and site, with residents' care beyond the footprint at ``outside``."""
    rows = hospital_activity(data) + other_activity(data)
    local = {
        pod: sum(float(str(r["activity"])) * (1 - shares.get((str(r["site"]), "outside"), 0.0)) for r in rows if r["pod"] == pod)
        for pod in ("emergency_admission", "ae_type1", "elective_admission", "day_case", "outpatient_first", "outpatient_followup")
    }  # fmt: skip
    emergency_out = leaving_share(data)
    whole = {c: sum(n for (a, _, _), n in data.single_years.items() if a == c) for c in (BCP, RURAL)}
    planned_out = sum(data.leaving_2019[c] * whole[c] for c in whole) / sum(whole.values())
    for pod, amount in local.items():
        share = emergency_out if pod in ("emergency_admission", "ae_type1") else planned_out
        basis = "emergencies by council and provider" if share == emergency_out else "catchments of about 2019"
        independent = sum(data.mar(p, pod) for p in INDEPENDENT) if pod in MAR else 0.0
        source = f"Worked out: residents' care at local trusts, and {share:.1%} given beyond the footprint ({basis})"
        if independent:
            source += "; and " + RETURN.format(
                "NT419 and NT443", f"{independent:.0f} at two independent hospitals inside it"
            )
        rows.append({
            "pod": pod, "site": "outside", "activity": rounded(amount * share / (1 - share) + independent, 0),
            "source": source, "level": "published", "note": "flow shares are of admissions; attendances are assumed alike",
        })  # fmt: skip
    return rows


def leaving_share(data: Figures) -> float:
    """Share of residents' emergency admissions given beyond the footprint."""
    ours = {k: n for k, n in data.admissions_by_council.items() if k[0] in ("E10000009", "E06000028", "E06000029")}
    return sum(n for (_, p), n in ours.items() if p not in TRUSTS) / sum(ours.values())


def hospital_activity(data: Figures) -> list[Row]:
    """Admissions, outpatients and A&E of the four trusts."""
    rows: list[Row] = []
    for trust, site in TRUSTS.items():
        for pod, column in MAR.items():
            at = "community_admission" if (trust, pod) == ("RDY", "emergency_admission") else pod
            count = data.mar(trust, pod)
            if count:
                note = "non-elective general and acute, first episodes" if pod == "emergency_admission" else ""
                rows.append({"pod": at, "site": site, "activity": rounded(count, 0), "source": RETURN.format(trust, column), "level": "published", "note": note})  # fmt: skip
        fact = FACTS[f"followups_{trust}"]
        rows.append({"pod": "outpatient_followup", "site": site, "activity": rounded(fact.value * data.mar(trust, "outpatient_first"), 0), "source": fact.source, "level": fact.level, "note": "low and high: 1.5 and 2.6 for each first"})  # fmt: skip
    for (trust, kind), count in sorted(data.ae.items()):
        pod = "ae_type1" if kind == "1" else "ae_other"
        note = {"RDY": "April to October; then reported by the acute trusts", "RDZ": "eye casualty"}.get(
            trust, "minor injury units from November"
        )
        rows.append({"pod": pod, "site": TRUSTS[trust], "activity": rounded(count, 0), "source": AE.format(trust, kind), "level": "published", "note": "" if kind == "1" else note})  # fmt: skip
    return rows


def other_activity(data: Figures) -> list[Row]:
    """Maternity and mental-health admissions (what the published totals leave), and contacts known only as judgements."""
    rows: list[Row] = []
    for trust, pod in (
        ("RBD", "maternity_admission"),
        ("RD3", "maternity_admission"),
        ("RDY", "mental_health_admission"),
    ):
        rest = data.hospital_year[trust]["ADMISSIONS"] - sum(data.mar(trust, p) for p in ("emergency_admission", "elective_admission", "day_case"))  # fmt: skip
        source = PROVIDERS.format(trust, "all admissions less general and acute ones in the Monthly Activity Return")
        rows.append({"pod": pod, "site": TRUSTS[trust], "activity": rounded(rest, 0), "source": source, "level": "published", "note": "mothers and newborn" if trust != "RDY" else "whatever else RDY admits"})  # fmt: skip
    for name, pod, site in (
        ("rdz_births_unit", "maternity_admission", "RDZ20"), ("community_contacts", "community_contact", "RDY"),
        ("mental_health_contacts", "mental_health_contact", "RDY"), ("ambulance_incidents", "ambulance_incident", "RYF"),
        ("gp_appointments", "gp_appointment", "practices"),
    ):  # fmt: skip
        fact = FACTS[name]
        rows.append(
            {"pod": pod, "site": site, "activity": rounded(fact.value, 0), "source": fact.source, "level": fact.level}
        )
    return rows


def flow_counts(data: Figures, counted: Mapping[tuple[str, str, str], float]) -> dict[tuple[str, str], float]:
    """Emergency admissions by district and trust (or ``outside``).

    Bournemouth and Poole as counted; the six county districts begin with judged shares and are rescaled by turns to
    the county's counts by trust and to each district's need until both hold (iterative proportional fitting).
    """
    columns = (*TRUSTS, "outside")
    found: dict[tuple[str, str], float] = {}
    county: dict[str, float] = {}
    for (area, provider), count in data.admissions_by_council.items():
        column = provider if provider in TRUSTS else "outside"
        if area in ("E06000028", "E06000029"):
            found[area, column] = found.get((area, column), 0.0) + count
        elif area == "E10000009":
            county[column] = county.get(column, 0.0) + count
    expected = fill_need.need(data, counted, "emergency")
    order = ("RBD", "RD3", "RDZ", "RDY", "outside")
    rows = {d: expected[d] for d in NEAREST}
    scale = sum(county.values()) / sum(rows.values())
    cells = {(d, c): NEAREST[d][order.index(c)] for d in NEAREST for c in columns}
    for _ in range(200):
        for c in columns:
            total = sum(cells[d, c] for d in NEAREST)
            cells.update({(d, c): cells[d, c] * county[c] / total for d in NEAREST})
        for d in NEAREST:
            total = sum(cells[d, c] for c in columns)
            cells.update({(d, c): cells[d, c] * rows[d] * scale / total for c in columns})
    return found | cells


def flow_shares(data: Figures, counted: Mapping[tuple[str, str, str], float]) -> dict[tuple[str, str], float]:
    """Share of each site's activity by district and ``outside``; for site ``outside``, of residents' care there."""
    counts = flow_counts(data, counted)
    found: dict[tuple[str, str], float] = {}
    ours = ("E10000009", "E06000028", "E06000029")
    for trust, site in (*TRUSTS.items(), ("outside", "outside")):
        inside = sum(counts[d, trust] for d in DISTRICTS)
        away = 0.0
        if trust != "outside":
            everybody = sum(n for (_, p), n in data.admissions_by_council.items() if p == trust)
            away = (
                1 - sum(n for (a, p), n in data.admissions_by_council.items() if p == trust and a in ours) / everybody
            )
            found[site, "outside"] = round(away, 6)
        last = max(DISTRICTS)
        for d in sorted(DISTRICTS):
            found[site, d] = round((1 - away) * counts[d, trust] / inside, 6)
        found[site, last] = round(1 - sum(v for (s, a), v in found.items() if s == site and a != last), 6)
    return found


def flows(shares: Mapping[tuple[str, str], float]) -> list[Row]:
    """Where the people of each site come from."""
    rows: list[Row] = []
    for (site, area), share in shares.items():
        judged = area.startswith("E07")
        source = FLOWS.format(
            "county counts divided over its six districts by need and nearness" if judged else "counts by council"
        )
        rows.append({"pod": "all", "site": site, "area": area, "share": share, "source": source, "level": "default" if judged else "published"})  # fmt: skip
    return rows


def fill(data: Figures, folder: Path) -> None:
    """Writes every table, contract and form of payment into ``folder``."""
    for name in ("contracts", "payment_forms"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    counted = fill_people.people(data)
    shares = flow_shares(data, counted)
    care = activity(data, shares)
    prices = fill_money.unit_costs()
    contracts = fill_money.contracts(data, care, shares, prices)
    staffed = fill_staff.staff(data)
    tables = {
        "organisations": organisations(), "sites": sites(), "areas": fill_people.areas(data, counted), "population": fill_people.population(counted),
        "activity": care + fill_care.activity(data, counted), "flows": flows(shares), "rates": fill_need.rates(data), "seasons": fill_need.seasons(data),
        "beds": fill_beds.beds(data), "stays": fill_beds.stays(), "unit_costs": prices, "money": fill_money.money(data),
        "staff": staffed, "lists": fill_waits.lists(data), "contacts": fill_waits.contacts(care, staffed), "spills": fill_waits.spills(care),
        "travel": fill_waits.travel(), "packages": fill_care.packages(data), "pathways": fill_care.pathways(), "councils": fill_care.councils(data),
        "reconcile": fill_totals.totals(data, care), **fill_near.near(data),
    }  # fmt: skip
    for table, rows in tables.items():
        write(folder, table, rows)
    for name, text in contracts.items():
        (folder / "contracts" / f"{name}.yaml").write_text(text, encoding="utf-8")
    for name, text in fill_forms.forms(contracts, care, shares).items():
        (folder / "payment_forms" / f"{name}.yaml").write_text(text, encoding="utf-8")


def main() -> None:
    """Command line."""
    named = os.environ.get("PLACEPLAN_DATA", "")
    if not named:
        sys.exit("Set PLACEPLAN_DATA to the folder that holds the published series.")
    fill(Figures(Path(named)), Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent)


if __name__ == "__main__":
    main()
