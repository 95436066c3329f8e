"""Where packages, the people who wait for them and councils' reserves come from."""

from __future__ import annotations

from collections.abc import Iterator

from placeplan.core.tables import SYSTEM, Package
from placeplan.model import trace as ex
from placeplan.model.trace import Origin, Step, Traced

STOCK = "capacity.packages"


def _rows(t: Traced) -> list[Package]:
    return [r for r in t.plan.tables["packages"] if isinstance(r, Package)]


def _stock(outcome: str, column: str, *own: str, drawn: tuple[str, ...] = ()) -> ex.Parents:
    """Parents of an outcome of packages: those of the system's councils, of a council's kinds; else rows and assumptions."""

    def parents(t: Traced, entity: str) -> Iterator[Step]:
        rows = _rows(t)
        if entity == SYSTEM:
            yield from ((outcome, council) for council in sorted({r.council for r in rows}))
        elif entity in {r.council for r in rows}:
            yield from ((outcome, r.id) for r in sorted(rows, key=lambda r: r.id) if r.council == entity)
        else:
            yield from ((name, entity) for name in own)
            yield from ex.rows(t, "packages", lambda r: r.id == entity, column)
            council, kind = entity.split("/")[:2]
            yield ("demand", kind)
            yield ("eligibility", council)
            for name in drawn:
                yield from ex.assumption(t, name, council)
            for i in t.plan.initiatives:
                changed = {(p.organisation, p.pod) for e in i.effects for p in e.primitives() if p.table == "packages"}
                if (council, kind) in changed and outcome == "package_capacity":
                    yield from ex.initiative(t, i.id)

    return parents


def _ready(t: Traced, entity: str) -> Iterator[Step]:
    """People ready to leave: by pool, and the packages they wait for."""
    site, _, rest = entity.partition("/")
    pool, _, way = rest.partition("/")
    if site == SYSTEM:
        pools = sorted({f"{r.site}/{r.pool}" for r in t.plan.tables["pathways"] if hasattr(r, "pathway")})  # type: ignore[attr-defined]
        ways = [pool] if pool else sorted({str(r.pathway) for r in t.plan.tables["pathways"]})  # type: ignore[attr-defined]
        yield from (("ready_to_leave", f"{name}/{w}") for name in pools for w in ways)
        return
    yield from ex.rows(t, "pathways", lambda r: (r.site, r.pool, r.pathway) == (site, pool, way), "share")
    kinds = sorted({r.kind for r in t.plan.tables["pathways"] if (r.site, r.pool, r.pathway) == (site, pool, way)})  # type: ignore[attr-defined]
    yield from (("package_starts", r.id) for r in sorted(_rows(t), key=lambda r: r.id) if r.kind in kinds)
    yield ("discharges", f"{site}/{pool}")
    yield from (
        n for name in ("stay.delay_share", "stay.delay_nights", "care.discharge_first") for n in ex.assumption(t, name)
    )


def _council(*own: str, column: str) -> ex.Parents:
    def parents(t: Traced, entity: str) -> Iterator[Step]:
        if entity == SYSTEM:
            yield from (("reserves", r.council) for r in t.plan.tables["councils"])  # type: ignore[attr-defined]
            return
        yield from ((name, entity) for name in own)
        yield from ex.rows(t, "councils", lambda r: r.council == entity, column)

    return parents


ORIGINS: dict[str, Origin] = {
    "packages_in_use": Origin(f"{STOCK}.in_use_after", _stock("packages_in_use", "in_use", "package_starts", "package_ends", drawn=("care.runs_out",))),
    "package_capacity": Origin(f"{STOCK}.capacity_now", _stock("package_capacity", "capacity", drawn=("care.supply", "care.follow", "care.fee_elasticity"))),
    "package_starts": Origin(f"{STOCK}.starts", _stock("package_starts", "in_use", "package_capacity", "waiting_for_package")),
    "package_ends": Origin(f"{STOCK}.ends", _stock("package_ends", "weeks", "package_starts")),
    "waiting_for_package": Origin(f"{STOCK}.starts", _stock("waiting_for_package", "capacity", "package_capacity")),
    "unmet_care": Origin(f"{STOCK}.in_use_after", _stock("unmet_care", "weeks", "waiting_for_package")),
    "ready_to_leave": Origin(f"{STOCK}.placed_at_once", _ready),
    "reserves": Origin("model.councils.reserves_drawn", _council("reserves_used", column="reserves")),
    "reserves_used": Origin("model.councils.reserves_drawn", _council("income", "contract_income", "operating_cost", "contract_spend", column="floor")),
    "eligibility": Origin("model.councils.cut", _council("reserves", column="least_eligibility")),
}  # fmt: skip
