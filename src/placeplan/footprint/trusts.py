"""Which trusts belong to a footprint, and which part of each."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from placeplan.core.tables import OrganisationType
from placeplan.footprint.figures import Figures
from placeplan.footprint.judged import Entry, Served, entries, rows
from placeplan.footprint.where import listed

KINDS: Mapping[str, OrganisationType] = {
    "Acute": "acute", "Mental Health": "mental_health", "Community Provider Trust": "community", "Ambulance": "ambulance",
}  # fmt: skip
MOSTLY, HARDLY, WHOLE = 0.5, 0.03, 0.8
"""Share of a trust's patients who live here: from which it belongs here, below which it does not, from which all of it does."""
ENOUGH = 300.0
"""Admissions from which on a count by residence is believed."""


@dataclass(frozen=True)
class Trust:
    """A trust of the base year, or the part of it that is this footprint's."""

    code: str
    name: str
    kind: OrganisationType
    specialist: bool
    part: float
    """Share of its accounts, beds, staff and care that the plan has; people from elsewhere are in it."""
    why: str
    """Why it is here, and where the part is from."""


def of_footprint(figures: Figures, entry: Entry, councils: Mapping[str, float]) -> list[Trust]:
    """Trusts of a footprint, acute first.

    Args:
        figures: what is published.
        entry: the footprint.
        councils: its councils with the share of their people who live in it.
    """
    found = [*_hospitals(figures, entry, councils), *_others(figures, entry, councils), *_ambulances(figures, entry)]
    order = ("acute", "community", "mental_health", "ambulance")
    return sorted(found, key=lambda t: (order.index(t.kind), t.code))


def kind_of(figures: Figures, code: str) -> str:
    """Kind of a trust, ``""`` where nothing says it. One with an A&E of type 1 and maternity beds is acute whatever else it is."""
    if (code, "ae_type1") in figures.doors and (code, "maternity") in figures.beds:
        return "acute"
    published = KINDS.get(figures.kinds.get(code, ("", False))[0], "")
    general = figures.beds.get((code, "general_and_acute"), {})
    acute = sum(b for b, _ in general.values()) > 400 or any(c in figures.acute_of for c in figures.heirs(code))
    return published or ("acute" if acute else "")


def of_base_year(figures: Figures, code: str) -> list[str]:
    """The trusts of the base year that a later code stands for: itself, or those that became it."""
    if code in figures.present or not figures.present:
        return [code]
    return [old for old in sorted(figures.present) if code in figures.heirs(old)[1:]]


def from_here(figures: Figures, code: str, councils: Mapping[str, float]) -> float | None:
    """Share of a trust's admissions that are of people of the footprint; None where too few were counted."""
    counts = next((figures.admissions[c] for c in figures.heirs(code) if c in figures.admissions), {})
    whole = sum(counts.values())
    return sum(n * councils.get(a, 0.0) for a, n in counts.items()) / whole if whole >= ENOUGH else None


def _hospitals(figures: Figures, entry: Entry, councils: Mapping[str, float]) -> Iterable[Trust]:
    here = {entry.ons, entry.later} - {""}
    partners = {old for code in figures.partners.get(entry.number, ()) for old in of_base_year(figures, code)}
    for code in sorted(
        {*figures.accounts, *partners, *(old for c in figures.acute_of for old in of_base_year(figures, c))}
    ):
        known = code in figures.present or not figures.present
        if not known or kind_of(figures, code) != "acute":
            continue
        home = next((figures.acute_of[c] for c in figures.heirs(code) if c in figures.acute_of), "")
        share = from_here(figures, code, councils)
        why = "acute trust of the footprint in 2018" if home else ""
        if not home and (share or 0.0) > MOSTLY:
            why = f"{share:.0%} of its patients live here"
        elif not home and code in partners and _first_partner(figures, code) == entry.number:
            why = "partner of the footprint"
        if home in here if home else bool(why):
            yield Trust(code, figures.names.get(code, code), "acute", figures.kinds.get(code, ("", False))[1], 1.0, why)


def _first_partner(figures: Figures, code: str) -> int:
    """The footprint that a trust is a partner of; of several the first."""
    heirs = figures.heirs(code)
    return next((number for number, codes in sorted(figures.partners.items()) if set(heirs) & set(codes)), 0)


def _others(figures: Figures, entry: Entry, councils: Mapping[str, float]) -> Iterable[Trust]:
    """Community and mental-health trusts."""
    partners = {old for code in figures.partners.get(entry.number, ()) for old in of_base_year(figures, code)}
    for code in sorted({*figures.accounts, *partners}):
        kind = kind_of(figures, code)
        if kind not in ("community", "mental_health"):
            continue
        share = from_here(figures, code, councils)
        among = [n for n, codes in figures.partners.items() if set(figures.heirs(code)) & set(codes)]
        if code not in partners and (share or 0.0) < MOSTLY:
            continue
        name, special = figures.names.get(code, code), figures.kinds.get(code, ("", False))[1]
        if share is not None:
            part = 1.0 if share >= WHOLE or among == [entry.number] else share
            why = f"{share:.0%} of its patients live here"
        else:
            part = _by_people(figures, entry, {*among, entry.number})
            why = f"partner of {len({*among, entry.number})} footprints, by their people"
        if part >= HARDLY:
            yield Trust(code, name, kind, special, round(part, 4), why)  # type: ignore[arg-type]


def _by_people(figures: Figures, entry: Entry, numbers: set[int]) -> float:
    """A footprint's part of what several share: by their people, evenly where those are not known of all."""
    people = {e.number: e.people for e in (*entries(), *listed(figures.shelf), entry)}
    known = [people.get(n, 0.0) for n in numbers]
    return people[entry.number] / sum(known) if all(known) else 1 / len(numbers)


def _ambulances(figures: Figures, entry: Entry) -> Iterable[Trust]:
    people = {e.number: e.people for e in (*entries(), entry)}
    served = rows("ambulance", Served)
    for code in figures.partners.get(entry.number, ()) if entry not in entries() else ():
        if kind_of(figures, code) == "ambulance":
            yield Trust(code, figures.names.get(code, code), "ambulance", False, 1.0, "partner of the footprint")
    for row in served:
        if row.footprint == entry.number:
            whole = sum(people[s.footprint] * s.share for s in served if s.trust == row.trust)
            part = round(people[entry.number] * row.share / whole, 4)
            yield Trust(row.trust, figures.names.get(row.trust, row.name), "ambulance", False, part, f"{part:.1%} of the people it serves live here")  # fmt: skip
