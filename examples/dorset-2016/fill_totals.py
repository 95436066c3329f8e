"""Published totals of the base year to set beside what the model says: fitted ones, and ones that were kept back."""

from __future__ import annotations

from figures import ACUTE, COUNCILS, TRUSTS, Figures

from placeplan.footprint.totals import ADMITTED, AGE, BANDS, COUNTS, MONEY, NAMES, QUARTER

Row = dict[str, object]


def row(what: str, organisation: str, outcome: str, entity: str, published: float, unit: str, **more: object) -> Row:
    """One row of reconcile.csv."""
    return {
        "what": what, "organisation": organisation, "outcome": outcome, "entity": entity,
        "period": more.get("period", "2016/17"), "statistic": more.get("statistic", "sum"), "published": published,
        "unit": unit, "tolerance": more.get("tolerance", ""), "kind": more.get("kind", "fitted"),
        "source": more["source"], "level": "published", "note": more.get("note", ""),
    }  # fmt: skip


def totals(data: Figures, care: list[Row]) -> list[Row]:
    """All rows, fitted first."""
    return [
        *activity(care), *bed_days(data), *money(data), *staff(data), *packages(data), *quarters(data), *ages(data), *lists(data),
    ]  # fmt: skip


def activity(care: list[Row]) -> list[Row]:
    """Activity by trust and pod."""
    trusts = {site: trust for trust, site in TRUSTS.items()}
    return [
        row(f"{trusts[str(r['site'])]}: {NAMES[str(r['pod'])]}", trusts[str(r["site"])], "activity", f"{r['site']}/{r['pod']}",
            float(str(r["activity"])), "a year", tolerance=COUNTS, source=r["source"])
        for r in care if r["site"] in trusts and r["pod"] in NAMES and float(str(r["activity"])) >= 100
        and r["level"] == "published"
    ]  # fmt: skip


def bed_days(data: Figures) -> list[Row]:
    """Midnights in general, maternity and mental-health beds."""
    rows = []
    for trust in ACUTE:
        _, full = data.bed_year(trust, "general_and_acute")
        rows.append(row(f"{trust}: bed-days, general and acute", trust, "bed_days", f"{TRUSTS[trust]}/general", round(365 * full), "midnights", tolerance=COUNTS, source=f"NHS England, KH03, {trust}, general and acute, four quarters of 2016/17, times 365"))  # fmt: skip
    _, full = data.bed_year("RDY", "mental_illness")
    rows.append(row("RDY: bed-days, mental health", "RDY", "bed_days", "RDY/mental_health", round(365 * full), "midnights", tolerance=COUNTS, source="NHS England, KH03, RDY, mental illness, four quarters of 2016/17, times 365"))  # fmt: skip
    return rows


def money(data: Figures) -> list[Row]:
    """Income, cost and position of the trusts, and the councils' social care."""
    rows = []
    for trust in TRUSTS:
        year = data.finance(trust, 2016)
        source = f"NHS Improvement, consolidated accounts of NHS providers 2016/17, {trust}"
        rows.append(
            row(
                f"{trust}: operating income",
                trust,
                "operating_income",
                trust,
                round(year["income"]),
                "£",
                tolerance=MONEY,
                source=source,
            )
        )
        rows.append(
            row(
                f"{trust}: operating cost",
                trust,
                "operating_cost",
                trust,
                round(year["cost"]),
                "£",
                tolerance=MONEY,
                source=source,
            )
        )
        note = (
            "a gain below the operating result is a line of its own; shown, not judged"
            if trust == "RDY"
            else "shown, not judged"
        )
        rows.append(
            row(
                f"{trust}: surplus or deficit",
                trust,
                "position",
                trust,
                round(year["position"]),
                "£",
                source=source,
                note=note,
            )
        )
    for council, name in COUNCILS.items():
        care = data.social_care[council]
        source = f"NHS Digital, Adult Social Care Finance Return 2016/17, {council}: "
        rows.append(row(f"{name} council: social care, gross current and paid by others", council, "operating_cost", council, round(care["gross"] + care["others"]), "£", tolerance=MONEY, source=source + "gross current expenditure, and total less gross total expenditure"))  # fmt: skip
        rows.append(row(f"{name} council: what pays for it", council, "operating_income", council, round(care["gross"] + care["others"]), "£", tolerance=MONEY, source=source + "net current expenditure, client contributions, and paid by others", note="the council's own funding is set to net current expenditure"))  # fmt: skip
    return rows


def quarters(data: Figures) -> list[Row]:
    """Kept back: occupied general beds by trust and quarter."""
    return [
        row(f"{trust}: occupied beds, {q}", trust, "occupied", f"{TRUSTS[trust]}/general", data.beds[trust, "general_and_acute", q][1],
            "beds", period=f"2016/17 {q}", statistic="mean", tolerance=QUARTER, kind="predicted",
            source=f"NHS England, KH03, {trust}, general and acute, 2016-17 {q}",
            note="the year's mean is fitted, the quarters are not")
        for trust in ACUTE for q in ("Q1", "Q2", "Q3", "Q4")
    ]  # fmt: skip


def ages(data: Figures) -> list[Row]:
    """Kept back: ages of everybody admitted, at the four trusts together.

    Episodes are published, not admissions: each band is divided by England's episodes for each admission at that age.
    Together, because the children of Bournemouth go to Poole; by method of admission no ages are published.
    """
    counted = {}
    for band, (low, high) in BANDS.items():
        inside = [h for start, h in data.hes.items() if low <= start < high]
        for_each = sum(h["episodes"] for h in inside) / sum(h["admissions"] for h in inside)
        counted[band] = sum(data.hospital_year[t][band] for t in TRUSTS) / for_each
    whole = sum(counted.values())
    return [
        row(f"Ages of those admitted: {band}", "system", "activity_by_age", f"system/{ADMITTED}/{band}", round(n / whole, 4), "share",
            statistic="share", tolerance=AGE, kind="predicted",
            source="NHS Digital, HES admitted patient care 2016/17, providers RBD, RD3, RDZ and RDY: episodes by age, over England's episodes for each admission at that age (2018/19)",
            note="all methods of admission: ages of unplanned admissions alone are not published")
        for band, n in counted.items()
    ]  # fmt: skip


def staff(data: Figures) -> list[Row]:
    """People in post at the four trusts."""
    source = "NHS Digital, NHS workforce statistics, {}, September 2017: all groups"
    note = "counted half a year after the base year"
    return [
        row(f"{trust}: people in post", trust, "staff_in_post", trust, round(sum(data.workforce[trust].values()), 1), "whole-time equivalents",
            statistic="mean", tolerance=COUNTS, source=source.format(trust), note=note)
        for trust in TRUSTS
    ]  # fmt: skip


def packages(data: Figures) -> list[Row]:
    """People of 65 and over in care homes whom the councils pay for."""
    return [
        row(f"{COUNCILS[council]} council: {setting} care, people of 65 and over", council, "packages_in_use", f"{council}/{setting}_week",
            round(weeks * 7 / 365.25, 1), "people at a time", statistic="mean", tolerance=COUNTS,
            source=f"NHS Digital, Adult Social Care Finance Return 2016/17, {council}: weeks of {setting} care over the year's weeks")
        for (council, setting), weeks in sorted(data.care_weeks.items())
    ]  # fmt: skip


def lists(data: Figures) -> list[Row]:
    """Kept back: the lists a year on, and who had waited less than 18 weeks; a trust's own list is shown, not judged."""
    after = data.waiting(2016)
    whole = sum(listed for listed, _ in after.values())
    within = sum(listed * share for listed, share in after.values()) / whole
    source = "NHS England, referral to treatment waits, {}, incomplete pathways at the end of March 2017"
    end: dict[str, object] = {
        "period": "2016/17 Q4",
        "statistic": "mean",
        "kind": "predicted",
        "note": "the model's mean of January to March",
    }
    four = source.format("RBD, RD3, RDZ and RDY")
    rows = [
        row("People on a list, March 2017", "system", "list", "system", round(whole), "people", tolerance=QUARTER, source=four, **end),
        row("Of those on a list within 18 weeks, March 2017", "system", "within_18", "system", round(within, 4), "share of the list", tolerance=QUARTER, source=four, **end),
    ]  # fmt: skip
    shown = end | {
        "note": "shown, not judged: a trust's list moved by 4 % down to 11 % up within the year, and nothing in the model explains which"
    }
    return rows + [
        row(f"{trust}: people on its list, March 2017", trust, "list", trust, round(after[trust][0]), "people", source=source.format(trust), **shown)
        for trust in TRUSTS
    ]  # fmt: skip
