"""Staff: people in post as counted in September 2017, posts and cover judged, pay fitted to the pay line."""

from __future__ import annotations

from collections.abc import Mapping

from placeplan.footprint.ground import PRACTICES, Ground, Row, rounded, row
from placeplan.footprint.judged import CostLine, Group, figure
from placeplan.footprint.judged import rows as judged_rows
from placeplan.footprint.money import one_off
from placeplan.footprint.shelf import title
from placeplan.footprint.trusts import Trust

LATER = "counted half a year after the base year: nothing nearer is open by trust"


def in_post(ground: Ground, trust: Trust) -> dict[str, float]:
    """Whole-time equivalents in post by staff group, of the part of a trust that is here."""
    counted = ground.figures.staff.get(trust.code) or next((ground.figures.staff[c] for c in ground.figures.heirs(trust.code)[1:] if c in ground.figures.staff and not _merged(ground, c, trust)), {})  # fmt: skip
    found = {g.group: trust.part * sum(counted.get(n, 0.0) for n in g.written.split("; ")) for g in _groups().values() if g.written}  # fmt: skip
    few = {g for g, n in found.items() if g != "other" and n < figure("fewest").value}
    found["other"] += sum(found[g] for g in few)
    return {g: n for g, n in found.items() if g not in few and n > 0}


def _merged(ground: Ground, code: str, trust: Trust) -> bool:
    """Whether another trust of the base year became part of the same one."""
    return any(code in ground.figures.heirs(t.code) for t in ground.trusts if t != trust)


def _groups() -> Mapping[str, Group]:
    return {g.group: g for g in judged_rows("staff_groups", Group)}


def staff(ground: Ground) -> list[Row]:
    """Rows of ``staff.csv``."""
    made = []
    for trust in ground.trusts:
        people = in_post(ground, trust)
        figures = {g: _posts(g, n) for g, n in people.items()}
        pay = _pay(ground, trust, figures)
        made += [_row(trust.code, g, f, pay.get(g), f"{title('workforce')}, {trust.code}, September 2017") for g, f in figures.items()]  # fmt: skip
    if made:
        gps = figure("gps_per_1000")
        made.append(_row(PRACTICES, "gp", _posts("gp", gps.value * ground.people.total() / 1000), None, gps.source))
    return made


def _posts(group: str, people: float) -> tuple[float, float, float, float]:
    """People in post, empty posts, bank and agency staff."""
    judged = _groups()[group]
    empty = people * judged.vacant / (1 - judged.vacant)
    both = judged.cover * (empty + figure("absent").value * people)
    return people, empty, both * (1 - judged.agency), both * judged.agency


def _pay(ground: Ground, trust: Trust, posts: Mapping[str, tuple[float, float, float, float]]) -> dict[str, float]:
    """£ a whole-time equivalent by group, so that staff, bank and agency cost what the pay line says."""
    known = ground.figures.accounts.get(trust.code)
    if known is None or trust.kind == "ambulance":
        return {}
    kind = "acute" if trust.kind == "acute" else "community"
    line = (known.cost * trust.part - one_off(ground, trust)[1]) * next(c.share for c in judged_rows("cost_lines", CostLine) if c.type == kind and c.line == "pay")  # fmt: skip
    bank, agency = figure("bank_premium").value, figure("agency_premium").value
    groups = _groups()
    weighed = sum(groups[g].pay * (n + bank * b + agency * a) for g, (n, _, b, a) in posts.items())
    return {g: groups[g].pay * line / weighed for g in posts}


def _row(organisation: str, group: str, figures: tuple[float, float, float, float], pay: float | None, source: str) -> Row:  # fmt: skip
    people, empty, bank, agency = figures
    judged = _groups()[group]
    rate = "; pay of the groups against each other judged, scaled to the pay line of money.csv" if pay else ""
    return row(
        f"{source}; {judged.vacant:.0%} of posts vacant, {judged.cover:.0%} of those missing stood in for, {judged.agency:.0%} of it by agencies (judgement){rate}",
        "default", LATER if organisation != PRACTICES else "", organisation=organisation, group=group,
        funded=rounded(people + empty, 1), in_post=rounded(people, 1), bank=rounded(bank, 1), agency=rounded(agency, 1),
        pay=rounded(pay) if pay else "",
    )  # fmt: skip
