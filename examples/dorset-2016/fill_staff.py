"""Staff of 2016/17: people in post as counted in September 2017, posts and cover judged, rates fitted to the pay lines."""

from __future__ import annotations

from collections.abc import Mapping

from figures import TRUSTS, Figures
from quoted import COST_SHARES, FACTS
from quoted_care import ABSENT, CARE_FACTS, COVER, GROUPS, PAY, PAY_SHAPE, PREMIUM, STOOD_IN, VACANCIES, VACANT

from placeplan.footprint.ground import rounded

Row = dict[str, object]

RETURN = "NHS Digital, NHS workforce statistics, {}, September 2017: {}"
LATER = "counted half a year after the base year: nothing nearer is open by trust"
FEWEST = 5.0


def in_post(data: Figures, trust: str) -> dict[str, float]:
    """Whole-time equivalents in post by staff group of the example; of the ambulance trust, Dorset's part."""
    counted = data.workforce.get(trust, {})
    part = FACTS["ambulance_share"].value if trust == "RYF" else 1.0
    found = {group: part * sum(counted.get(name, 0.0) for name in names) for group, names in GROUPS.items()}
    few = {group for group, people in found.items() if group != "other" and people < FEWEST}
    found["other"] += sum(found[group] for group in few)
    return {group: people for group, people in found.items() if group not in few and people > 0}


def vacant(trust: str, people: Mapping[str, float]) -> tuple[dict[str, float], str]:
    """Empty posts by group, and where that is from."""
    if trust != "RDY":
        shares = {group: VACANT[group] for group in people}
        return {g: n * shares[g] / (1 - shares[g]) for g, n in people.items()}, ""
    whole, nurses = CARE_FACTS["rdy_vacant"], CARE_FACTS["rdy_vacant_nurses"].value
    rest = sum(n for g, n in people.items() if g != "nurses")
    return {g: nurses if g == "nurses" else (whole.value - nurses) * n / rest for g, n in people.items()}, whole.source


def stand_ins(group: str, people: float, empty: float) -> tuple[float, float]:
    """Bank and agency staff of a group, whole-time equivalents."""
    cover, agencies = STOOD_IN[group]
    both = cover * (empty + ABSENT * people)
    return both * (1 - agencies), both * agencies


def rates(data: Figures, trust: str, rows: Mapping[str, tuple[float, float, float, float]]) -> dict[str, float]:
    """£ a whole-time equivalent by group, so that staff, bank and agency cost what the pay line says; none without a line."""
    if trust not in TRUSTS:
        return {}
    lines = COST_SHARES["community" if trust == "RDY" else "acute"]
    line = data.finance(trust, 2016)["cost"] * next(share for name, share, *_ in lines if name == "pay")
    bank, agency = PREMIUM
    weighed = sum(PAY[g] * (n + bank * b + agency * a) for g, (n, _, b, a) in rows.items())
    return {g: PAY[g] * line / weighed for g in rows}


def staff(data: Figures) -> list[Row]:
    """Staff of the trusts, of Dorset's part of the ambulance trust, and the GPs."""
    rows: list[Row] = []
    for trust in (*TRUSTS, "RYF"):
        people = in_post(data, trust)
        empty, known = vacant(trust, people)
        figures = {g: (n, empty[g], *stand_ins(g, n, empty[g])) for g, n in people.items()}
        paid = rates(data, trust, figures)
        rows += [_row(trust, g, f, paid.get(g), known) for g, f in figures.items()]
    gps = CARE_FACTS["gp_wte"]
    empty_gp = gps.value * VACANT["gp"] / (1 - VACANT["gp"])
    rows.append(_row("practices", "gp", (gps.value, empty_gp, *stand_ins("gp", gps.value, empty_gp)), None, "") | {"source": f"{gps.source}; {VACANCIES.format('9 %')}", "note": "nurses and others of the practices are not counted in any open file of 2016"})  # fmt: skip
    return rows


def _row(
    trust: str, group: str, figures: tuple[float, float, float, float], pay: float | None, known: str
) -> Row:  # fmt: skip
    """One row of staff.csv."""
    people, empty, bank, agency = figures
    names = ", ".join(GROUPS.get(group, (group,)))
    part = "; Dorset's part, 0.145, " + FACTS["ambulance_share"].source if trust == "RYF" else ""
    posts = known or VACANCIES.format(f"{VACANT[group]:.0%}")
    rate = f"; {PAY_SHAPE}" if pay else ""
    return {
        "organisation": trust, "group": group, "funded": rounded(people + empty, 1), "in_post": rounded(people, 1),
        "bank": rounded(bank, 1), "agency": rounded(agency, 1), "pay": rounded(pay, 0) if pay else "",
        "source": f"{RETURN.format(trust, names)}{part}; {posts}; {COVER.format(*STOOD_IN[group])}{rate}",
        "level": "default", "note": LATER,
    }  # fmt: skip
