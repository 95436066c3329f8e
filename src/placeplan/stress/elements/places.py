"""Where things are, as findings tell it: names of localities, shapes for the map, and what changes at each site."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from placeplan.baseline.build import Baseline
from placeplan.core.shapes import Rings, read_shape
from placeplan.core.tables import OUTSIDE, Locality, Organisation, Shape, Site
from placeplan.core.tables.near import DISTRICT
from placeplan.effects.base import Primitive
from placeplan.plan.schema import Plan
from placeplan.stress.elements.changes import Words, amount_said
from placeplan.stress.results.elements import SiteChange, SiteResult
from placeplan.stress.touched import CAPACITY, primitives_of

Way = Literal["more", "less", "other"]


def found_by(plan: Plan, area: str) -> tuple[str, ...]:
    """Postcode districts of an area by letter and number, then its towns by name."""
    names = {r.name for r in plan.tables.get("localities", ()) if isinstance(r, Locality) and r.area == area}
    return tuple(sorted(names, key=in_order))


def in_order(name: str) -> tuple[object, ...]:
    """Postcode districts first, BH2 before BH10; then names by letter.

    >>> sorted(["Poole", "BH10", "BH2", "Ash"], key=in_order)
    ['BH2', 'BH10', 'Ash', 'Poole']
    """
    if not DISTRICT.fullmatch(name):
        return (1, name.lower(), 0, "")
    letters = "".join(c for c in name[:2] if c.isalpha())
    digits = "".join(c for c in name[len(letters) :] if c.isdigit())
    return (0, letters, int(digits), name)


def shapes(plan: Plan, kind: str) -> dict[str, tuple[Rings, str]]:
    """Shape and source of each area or site that has one."""
    rows = (r for r in plan.tables.get("shapes", ()) if isinstance(r, Shape) and r.kind == kind)
    return {r.id: (read_shape(r.shape), r.source) for r in rows}


def sites(plan: Plan, baseline: Baseline) -> tuple[SiteResult, ...]:
    """Every site at which care is given or something changes, in order of name; a provider without sites is one."""
    words, at = Words(plan), shapes(plan, "site")
    changes = {s: list(rows) for s, rows in _changes(plan, words).items()}
    own = {s.id: s.organisation for s in plan.tables["sites"] if isinstance(s, Site)}
    providers = {o.id for o in plan.tables["organisations"] if isinstance(o, Organisation)}
    used = {s.site for s in baseline.streams if s.cells.sum() > 0} | set(own) | set(at) | set(changes)
    return tuple(
        SiteResult(
            id=s, name=words.place(s), organisation=own.get(s, s), organisation_name=words.place(own.get(s, s)),
            at=at[s][0][0][0] if s in at else None, changes=tuple(dict.fromkeys(changes.get(s, ()))),
        )
        for s in sorted(used - {OUTSIDE}, key=lambda s: (words.place(s), s)) if s in own or s in providers
    )  # fmt: skip


def _changes(plan: Plan, words: Words) -> dict[str, list[SiteChange]]:
    """What changes at each site, by initiative in order of id."""
    found: dict[str, list[SiteChange]] = {}
    for i in sorted(plan.initiatives, key=lambda i: i.id):
        for p in primitives_of(i):
            if said := amount_said(words, p):
                for site, way in _ways(p, words):
                    found.setdefault(site, []).append(SiteChange(initiative=i.id, way=way, what=said))
    return found


def _ways(p: Primitive, words: Words) -> Iterator[tuple[str, Way]]:
    """Sites that a primitive changes, and whether there is more or less care, or room for it, then."""
    if p.table in CAPACITY and p.verb == "add" and p.site:
        yield p.site, "more" if words.middle(p.quantity) > 0 else "less"
    elif p.table == "sites":
        yield from ((s, "less") for s in p.scope.sites)
        yield from ((s, "more") for s in dict.fromkeys((*(s for s, share in p.to_sites if share > 0), *p.nearest_of)))
    elif p.verb == "move" and p.table == "demand" and p.to_site:
        yield p.to_site, "more"
    elif p.table in ("demand", "stay", "delay"):
        yield from ((s, "other") for s in p.scope.sites)
