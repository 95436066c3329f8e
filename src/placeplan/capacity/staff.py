"""Staff: who stays, who is hired from a labour market that employers share, and who stands in for those who are missing.

Numbers are whole-time equivalents, each an array ``[post, future]`` or a number. Staff are counted as a flow of many, not
one by one: no chance is drawn here, only assumptions.
"""

from __future__ import annotations

from typing import Any, ClassVar, Literal

import numpy as np

from placeplan.capacity.base import Capacity


class Staff(Capacity, kind="staff"):
    """A staff group of an employer: leavers, hires from a shared labour market, absence, bank and agency, redundancy."""

    kind: Literal["staff"] = "staff"
    example: ClassVar[dict[str, object]] = {"kind": "staff"}


def kept(wte: Any, leave: Any) -> Any:
    """Staff who are still there at the month's end: ``wte × (1 − leave / 12)``; leave: share who leave, a year.

    >>> kept(100.0, 0.12)
    99.0
    """
    return wte * (1.0 - leave / 12.0)


def vacant(funded: Any, staff: Any) -> Any:
    """Posts without anybody: ``most(0, funded − staff)``.

    >>> float(vacant(110.0, 99.0)), float(vacant(90.0, 99.0))
    (11.0, 0.0)
    """
    return np.maximum(funded - staff, 0.0)


def filling(vacancies: Any, leavers: Any, months: Any) -> Any:
    """Share of its vacancies that an employer filled in a month of the base year: ``leavers / (vacancies + leavers)``.

    Those hired made up for those who left, so by Little's law this is one over the months for which a post stood empty.
    Where nobody leaves it is ``1 / months``; vacancies, leavers: of a month of the base year; months: time to hire.

    >>> float(filling(9.0, 1.0, 3.0)), float(filling(0.0, 1.0, 3.0)), round(float(filling(9.0, 0.0, 3.0)), 3)
    (0.1, 1.0, 0.333)
    """
    left = np.where(leavers > 0, leavers, 1.0)
    return np.where(leavers > 0, left / (vacancies + left), 1.0 / months)


def room(months: Any, usual: Any) -> Any:
    """How many times as many as in the base year employers could hire, were people there: ``most(1, 1 / (months × usual))``.

    months: time to hire where there are people enough; usual: share of all vacancies of the market filled in a month.

    >>> round(float(room(3.0, 0.1)), 3), float(room(3.0, 0.5))
    (3.333, 1.0)
    """
    return np.maximum(1.0 / (months * usual), 1.0)


def wanted(vacancies: Any, fill: Any, effort: Any) -> Any:
    """People whom an employer would hire this month if they were there: ``vacancies × fill × effort``.

    effort: room to hire more than in the base year, times what initiatives change of it.

    >>> wanted(40.0, 0.1, 3.0)
    12.0
    """
    return vacancies * fill * effort


def share_found(seekers: Any, wanted_by_all: Any) -> Any:
    """Share of those wanted whom employers find: ``least(1, seekers / wanted_by_all)``, the same for all who hire in the market.

    So those hired are never more than those who look, and whom one employer wins another misses.

    >>> float(share_found(30.0, 40.0)), float(share_found(30.0, 20.0))
    (0.75, 1.0)
    """
    return np.where(wanted_by_all > seekers, seekers / np.where(wanted_by_all > 0, wanted_by_all, 1.0), 1.0)


def next_staff(still: Any, funded: Any, hires: Any, redundancies: Any) -> Any:
    """Staff at the start of the next month: ``still + least(hires, most(0, funded − still)) − redundancies``; still: those who stay.

    >>> float(next_staff(99.0, 110.0, 4.0, 0.0)), float(next_staff(99.0, 100.0, 4.0, 2.0))
    (103.0, 98.0)
    """
    return still + np.minimum(hires, np.maximum(funded - still, 0.0)) - redundancies


def settled_staff(funded: Any, leave: Any, fill: Any) -> Any:
    """Where staff settle with people enough: ``funded × fill / (1 − (1 − leave/12) × (1 − fill))``.

    Each month the distance from it shrinks by the factor ``(1 − leave/12) × (1 − fill)``.

    >>> round(float(settled_staff(100.0, 0.12, 0.25)), 3)
    97.087
    """
    return funded * fill / (1.0 - (1.0 - leave / 12.0) * (1.0 - fill))


def looking(seekers: Any, give_up: Any, entering: Any, returned: Any) -> Any:
    """People who look for a post in a month: ``seekers × (1 − give_up) + entering + returned``.

    seekers: of the month before whom nobody hired; give_up: share of them who go elsewhere; returned: leavers who stay.

    >>> looking(10.0, 0.2, 6.0, 4.0)
    18.0
    """
    return seekers * (1.0 - give_up) + entering + returned


def left_market(leavers: Any, returning: Any, seekers: Any, give_up: Any) -> Any:
    """People who left a labour market in a month of the base year: ``leavers × (1 − returning) + seekers × give_up``.

    >>> left_market(10.0, 0.4, 5.0, 0.2)
    7.0
    """
    return leavers * (1.0 - returning) + seekers * give_up


def entrants(left: Any, ratio: Any) -> Any:
    """People who newly look for a post in a month: ``left × ratio``.

    left: those who left the market in a month of the base year (or a twelfth of its stated entrants); ratio: those who
    come over those who left.

    >>> entrants(10.0, 1.5)
    15.0
    """
    return left * ratio


def away(absence: Any, winter: Any) -> Any:
    """Share of staff who are away: ``1 − (1 − absence) × (1 − winter)``; winter: the further share of a hard winter.

    >>> round(away(0.05, 0.05), 4)
    0.0975
    """
    return 1.0 - (1.0 - absence) * (1.0 - winter)


def missing(vacancies: Any, staff: Any, absent: Any) -> Any:
    """Staff who are missing from the rota: ``vacancies + staff × absent``.

    >>> missing(10.0, 90.0, 0.05)
    14.5
    """
    return vacancies + staff * absent


def temporary(gap: Any, cover: Any, cap: Any, funded: Any) -> Any:
    """Bank and agency staff together: ``least(gap × cover, cap × funded)``.

    cover: share of those missing for whom somebody is found; cap: limit as a share of funded posts.

    >>> float(temporary(14.5, 0.6, 0.08, 100.0))
    8.0
    """
    return np.minimum(gap * cover, cap * funded)


def at_work(staff: Any, absent: Any, stand_ins: Any) -> Any:
    """Staff at work: ``staff × (1 − absent) + stand_ins``; stand_ins: bank and agency.

    >>> at_work(90.0, 0.05, 8.0)
    93.5
    """
    return staff * (1.0 - absent) + stand_ins


def pay_bill(staff: Any, bank: Any, agency: Any, pay: Any, bank_ratio: Any, agency_ratio: Any) -> Any:
    """Pay of a year: ``pay × (staff + bank × bank_ratio + agency × agency_ratio)``, £ in base-year prices.

    pay: £ a whole-time equivalent a year; the ratios: price of bank and agency over own staff.

    >>> pay_bill(90.0, 4.0, 4.0, 40_000.0, 1.0, 1.5)
    4000000.0
    """
    return pay * (staff + bank * bank_ratio + agency * agency_ratio)


def against(now: Any, base: Any) -> Any:
    """A month's figure against the base year's: ``now / base``; 1 where there was nothing.

    >>> float(against(98.0, 100.0)), float(against(3.0, 0.0))
    (0.98, 1.0)
    """
    return np.where(base > 0, now / np.where(base > 0, base, 1.0), 1.0)


def rate(part: Any, whole: Any) -> Any:
    """A part over the whole: ``part / whole``; 0 where there is nothing.

    >>> float(rate(9.0, 100.0)), float(rate(0.0, 0.0))
    (0.09, 0.0)
    """
    return np.where(whole > 0, part / np.where(whole > 0, whole, 1.0), 0.0)


def staffed(filled: Any, funded: Any) -> Any:
    """Share of an initiative's posts that are filled: ``filled / funded``; 1 before there are any.

    >>> float(staffed(18.0, 24.0)), float(staffed(0.0, 0.0))
    (0.75, 1.0)
    """
    return np.where(funded > 0, filled / np.where(funded > 0, funded, 1.0), 1.0)


def made_redundant(asked: Any, still: Any, funded: Any) -> Any:
    """Staff made redundant: ``least(asked, most(0, still − funded))``; empty posts and those who leave anyway go first.

    >>> float(made_redundant(20.0, 95.0, 80.0)), float(made_redundant(20.0, 75.0, 80.0))
    (15.0, 0.0)
    """
    return np.minimum(asked, np.maximum(still - funded, 0.0))
