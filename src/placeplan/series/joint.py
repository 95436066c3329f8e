"""Files of one layout as one series: a publisher that puts out a file a month makes a year of twelve."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from placeplan.series.layout import Layout
from placeplan.series.read import Series


@dataclass(frozen=True)
class Joint:
    """Series of one layout, in the order in which they were given."""

    parts: tuple[Series, ...]

    @property
    def layout(self) -> Layout:
        """What kind of files they are."""
        return self.parts[0].layout

    @property
    def name(self) -> str:
        """The first file, and how many besides."""
        more = len(self.parts) - 1
        return self.parts[0].name + (f" and {more} more" if more else "")

    @property
    def source(self) -> str:
        """Publisher and title."""
        return self.parts[0].source

    @property
    def periods(self) -> tuple[str, str]:
        """First and last period of all of them."""
        found = sorted(p for one in self.parts for p in one.periods if p)
        return (found[0], found[-1]) if found else ("", "")

    def ask(self, query: str, *given: Any) -> Iterator[tuple[Series, tuple[Any, ...]]]:
        """Rows of a query on each of them, with the file that they stood in."""
        for one in self.parts:
            for row in one.ask(query, *given):
                yield one, row


def joint(series: Iterable[Series]) -> Sequence[Joint]:
    """The series by layout, each layout where its first file stands."""
    found: dict[str, list[Series]] = {}
    for one in series:
        found.setdefault(one.layout.id, []).append(one)
    return [Joint(tuple(parts)) for parts in found.values()]
