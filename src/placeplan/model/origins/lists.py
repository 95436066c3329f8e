"""Where waiting lists come from: who joins, who is served, who leaves, and the row of the list."""

from __future__ import annotations

from collections.abc import Iterator

from placeplan.core.tables import SYSTEM, WaitingList
from placeplan.model import trace as ex
from placeplan.model.trace import Origin, Step, Traced


def rows_of(t: Traced, entity: str) -> list[WaitingList]:
    """Lists of a site and specialty, an organisation or the system."""
    every = [r for r in t.plan.tables["lists"] if isinstance(r, WaitingList)]
    return [r for r in every if entity in (r.id, t.baseline.site_organisation.get(r.site), SYSTEM)]


def _list(outcome: str, *own: str, column: str = "", stages: tuple[str, ...] = (), assumed: str = "") -> ex.Parents:
    """Parents of an outcome: an organisation's lists; a list's flows, its row, the care it waits for, an assumption."""

    def parents(t: Traced, entity: str) -> Iterator[Step]:
        rows = rows_of(t, entity)
        if any(row.id != entity for row in rows):
            yield from ((outcome, row.id) for row in rows)
            return
        yield from ((name, entity) for name in own)
        if column:
            yield from ex.rows(t, "lists", lambda r: r.id == entity, column)
        for row in rows:
            pods = {getattr(row, f"{stage}_pod") for stage in stages} - {""}
            yield from (("activity", f"{row.site}/{pod}") for pod in sorted(pods))
            if assumed:
                yield from ex.assumption(t, assumed, t.baseline.site_organisation[row.site])

    return parents


ADMISSION = ("overnight", "day")
FLOWS = ("clock_starts", "clock_stops", "list_removals")
ORIGINS: dict[str, Origin] = {
    "list": Origin("model.queues.listed_after", _list("list", *FLOWS, column="listed")),
    "within_18": Origin("model.queues.waiting_less", _list("within_18", "list", column="within_18", assumed="list.within_18")),
    "over_52": Origin("model.queues.waiting_less", _list("over_52", "list", column="over_52")),
    "median_wait": Origin("model.queues.median_weeks", _list("median_wait", "list")),
    "clock_starts": Origin("model.queues.clock_starts", _list("clock_starts", stages=("first",), assumed="list.removals")),
    "clock_stops": Origin("model.queues.served", _list("clock_stops", "cancelled", stages=("first", *ADMISSION), assumed="contacts.follow")),
    "list_removals": Origin("model.queues.removed", _list("list_removals", column="listed", assumed="list.removals")),
    "cancelled": Origin("model.queues.put_off", _list("cancelled", stages=("overnight",))),
}  # fmt: skip
