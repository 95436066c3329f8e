"""Which footprint is meant: by number, code or name, with the nearest where none is."""

from __future__ import annotations

from collections.abc import Sequence

from placeplan.core.errors import PlanError, nearest
from placeplan.footprint.judged import Entry, entries
from placeplan.footprint.shelf import Shelf, title
from placeplan.plan.located import problem


def plain(name: str) -> str:
    """A name without what differs by accident.

    >>> plain(" Bath, Swindon & Wiltshire ")
    'bath swindon and wiltshire'
    """
    letters = "".join(c if c.isalnum() else " " for c in name.lower().replace("&", " and "))
    return " ".join(letters.split())


def listed(shelf: Shelf) -> tuple[Entry, ...]:
    """Footprints that a file of the folder lists and the library does not know."""
    query = """select code, any_value(name), any_value("of"), any_value(value) filter (measure = 'people in mid-2017'),
        any_value(text) filter (measure = 'ONS code') from tidy group by 1 order by 1"""
    known = {e.ods for e in entries()}
    return tuple(
        Entry(number=int(of.removeprefix("footprint ")), ods=code, ons=ons or code, name=name, people=float(people or 0), source=title("footprints"))
        for code, name, of, people, ons in shelf.ask("footprints", query) if code not in known
    )  # fmt: skip


def find(asked: str, more: Sequence[Entry] = ()) -> Entry:
    """The footprint of a number, code or name; whole words from its beginning are enough where only one begins so.

    Args:
        asked: what was typed.
        more: footprints beside the 44.

    Raises:
        PlanError: where there is none, with the nearest name, or where several could be meant.

    >>> find("13").name, find("qjm").name, find("north central").name
    ('Lincolnshire', 'Lincolnshire', 'North Central London')
    """
    wanted = plain(asked)
    every = (*entries(), *more)
    exact = [e for e in every if wanted in {plain(c) for c in e.called()}]
    if exact:
        return exact[0]
    begins = [e for e in every if wanted and any(f"{plain(c)} ".startswith(f"{wanted} ") for c in (e.name, e.also))]
    if len(begins) == 1:
        return begins[0]
    if begins:
        names = ", ".join(e.name for e in begins)
        raise PlanError([problem("NAME", 0, "", "several-footprints", f"“{asked}” may be {len(begins)} footprints: {names}.", "Write one of them whole, or its number.", begins[0].name)])  # fmt: skip
    plainly = {plain(c): e.name for e in every for c in (e.name, e.also) if c}
    near = plainly.get(nearest(wanted, plainly), "")
    mend = f"{f'Did you mean {near}? ' if near else ''}Write its name, its number from 1 to 44, or its code. All 44: placeplan place --list."
    raise PlanError([problem("NAME", 0, "", "unknown-footprint", f"There is no footprint “{asked}”.", mend, near)])
