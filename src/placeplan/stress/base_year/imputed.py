"""What a plan does not give and the model fills in: which, how, and how well that is known."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

from placeplan.core.records import Record
from placeplan.core.tables import (
    OUTSIDE,
    TABLES,
    Activity,
    BedStock,
    Flow,
    Level,
    Rate,
    Season,
    Stay,
)
from placeplan.plan.library import BY_POD
from placeplan.plan.schema import Plan

BLANK = re.compile(r"[Bb]lank[^:;]*: (?P<how>[^;]*)")
FILLED = re.compile(r"assumption|library|fitted|as many as left|contacts\.used")
"""Words by which a column's description says that something is filled in."""
SAID_APART = {("stays", "nights")}
"""Columns that have a rule of their own."""
LEVELS: tuple[Level, ...] = ("local", "published", "default")
SOURCES = 2
"""Sources named of the rows of one table."""
Rule = Callable[[Plan], Iterator["Imputed"]]


class Imputed(Record):
    """Figures that the plan does not give itself."""

    what: str
    """What was filled in, in words."""
    where: str
    """Table or file in which it is lacking, or borrowed."""
    method: str
    """How it is worked out."""
    level: Level
    """How well what it is worked out from is known."""
    rows: int
    """Rows, or figures, that it holds for."""
    source: str = ""
    """Where it comes from, if from elsewhere."""


def imputed(plan: Plan) -> tuple[Imputed, ...]:
    """Everything that was filled in, table by table, then assumptions of the library."""
    return tuple(item for rule in RULES for item in rule(plan))


def _stands(rows: Any) -> Level:
    """The lowest level of rows."""
    levels = {r.level for r in rows}
    return "default" if "default" in levels else "published" if "published" in levels else "local"


def _borrowed(plan: Plan) -> Iterator[Imputed]:
    """Rows of the library, and rows that the plan itself marks as borrowed."""
    for table, rows in plan.tables.items():
        sources = Counter(row.source for row in rows if row.level == "default")
        number = sum(sources.values())
        if number:
            few = [source for source, _ in sources.most_common(SOURCES)]
            more = f"; and {len(sources) - SOURCES} more" if len(sources) > SOURCES else ""
            yield Imputed(
                what=f"{number} of {len(rows)} rows of {table}.csv", where=f"{table}.csv", level="default", rows=number,
                method="from the library, for pods without rows of their own" if table in BY_POD else "borrowed or judged, as the plan says",
                source="; ".join(few) + more,
            )  # fmt: skip


def _areas_of_care(plan: Plan) -> Iterator[Imputed]:
    """Activity rows without an area."""
    rows = [r for r in plan.tables["activity"] if isinstance(r, Activity) and not r.area and r.site != OUTSIDE]
    flows = {(f.site, f.pod) for f in plan.tables["flows"] if isinstance(f, Flow)}
    by_flow = [r for r in rows if (r.site, r.pod) in flows or (r.site, "all") in flows]
    by_need = [r for r in rows if r not in by_flow]
    if by_flow:
        shares = [f for f in plan.tables["flows"] if isinstance(f, Flow)]
        yield Imputed(
            what="Where people live who have this care", where="activity.csv/area", rows=len(by_flow),
            method="shared out by flows.csv", level=_stands(shares),
        )  # fmt: skip
    if by_need:
        yield Imputed(
            what="Where people live who have this care", where="activity.csv/area", rows=len(by_need),
            method="shared out by areas’ people × relative rates (`flows.by_area_and_site`)", level="default",
        )  # fmt: skip


def _shapes(plan: Plan) -> Iterator[Imputed]:
    """Pods that nobody has rates or seasons for."""
    pods = {r.pod for r in plan.tables["activity"] if isinstance(r, Activity)}
    for table, cls, what, how in (
        ("rates", Rate, "Need by age and sex", "the same at all ages: nobody gives rates"),
        ("seasons", Season, "Shape of the year", "the same in all months: nobody gives a season"),
    ):
        bare = sorted(pods - {r.pod for r in plan.tables[table] if isinstance(r, cls)})
        if bare:
            yield Imputed(
                what=f"{what}: {', '.join(bare)}", where=f"{table}.csv", method=how, level="default", rows=len(bare)
            )


def _nights(plan: Plan) -> Iterator[Imputed]:
    """Stays of pods that no row of stays.csv gives: fitted to the beds occupied, by how well those are known."""
    stated = {(s.site, s.pool) for s in plan.tables["stays"] if isinstance(s, Stay) and s.nights is not None}
    beds = [b for b in plan.tables["beds"] if isinstance(b, BedStock)]
    for level in LEVELS:
        rows = {(b.site, b.pool) for b in beds if b.occupied is not None and b.level == level}
        if rows:
            yield Imputed(
                what="Mean stay of emergencies", where="beds.csv/occupied", rows=len(rows), level=level,
                method="fitted to the beds occupied: (occupied × days − elective bed-days) / admissions (`fitted_nights`)",
            )  # fmt: skip
    unknown = {(b.site, b.pool) for b in beds if b.occupied is None} - stated
    if unknown:
        yield Imputed(
            what="Mean stay where beds occupied are not given", where="beds.csv/occupied", rows=len(unknown),
            method="as in the place’s other pools, else the assumption stay.elective_nights", level="default",
        )  # fmt: skip


def _blank(plan: Plan) -> Iterator[Imputed]:
    """Columns left blank whose description says that an assumption, the library or a fit takes their place."""
    for table, (cls, _) in TABLES.items():
        for column, field in cls.model_fields.items():
            extra = field.json_schema_extra if isinstance(field.json_schema_extra, dict) else {}
            said = BLANK.search(f"{extra.get('unit', '')} {field.description or ''}")
            if not said or not FILLED.search(said["how"]) or (table, column) in SAID_APART:
                continue
            blank = [r for r in plan.tables.get(table, ()) if lacks(r, table, column)]
            if blank:
                about = re.sub(r";.*", "", str(extra.get("unit") or field.description or column)).strip()
                yield Imputed(
                    what=f"{about[:1].upper()}{about[1:]}", where=f"{table}.csv/{column}", method=said["how"].strip(" ."),
                    level="default", rows=len(blank),
                )  # fmt: skip


def lacks(row: Any, table: str, column: str) -> bool:
    """Whether a row leaves a column blank, and nothing else in it gives the figure."""
    if getattr(row, column) is not None:
        return False
    if table == "contacts":
        return column == "gives_up" or (not row.whole and (column == "used") == (row.wte is None))
    if table == "staff":
        return row.bank is None and row.agency is None and not row.unpaid
    return True


def _people(plan: Plan) -> Iterator[Imputed]:
    """People of later years."""
    if plan.tables["population"]:
        return
    rows = plan.tables.get("components", ())
    how = "projected by births, deaths and moves (`account`)" if rows else "as many as now, at all ages"
    yield Imputed(
        what="People of later years",
        where="population.csv",
        method=how,
        level=_stands(rows) if rows else "default",
        rows=1,
    )


def _assumptions(plan: Plan) -> Iterator[Imputed]:
    """Assumptions that are the library's, by what they drive."""
    found: Counter[str] = Counter(a.driver for a in plan.assumptions if a.level == "default" and not a.fixed)
    for driver, number in sorted(found.items()):
        yield Imputed(
            what=f"Assumptions on {driver.replace('_', ' ')}", where="assumptions.yaml", level="default", rows=number,
            method="the library’s range, drawn in each future", source="listed in the report, each with its source",
        )  # fmt: skip


RULES: tuple[Rule, ...] = (_areas_of_care, _shapes, _nights, _blank, _people, _borrowed, _assumptions)
"""What may be filled in, each with its rule."""
