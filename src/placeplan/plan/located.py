"""Values that remember where they were written, so that every problem can name its line."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from placeplan.core.errors import Problem, Severity
from placeplan.plan.codes import CODES

U = TypeVar("U")
T_co = TypeVar("T_co", covariant=True)
Path = tuple[str | int, ...]
"""Way to a value inside a file: field names and positions in lists."""
Lines = Mapping[Path, int]
"""Line of each path."""
FREE = frozenset({"name", "about", "source", "note"})
"""Fields of free text, which name nothing."""


def written(path: Path) -> str:
    """A path as people read it; entries of lists are counted as people count.

    >>> written(("effects", 0, "scope", "pods")), written(("requires", 11))
    ('effects (1st).scope.pods', 'requires (12th)')
    """
    text = ""
    for part in path:
        text += f" ({nth(part + 1)})" if isinstance(part, int) else f".{part}" if text else part
    return text.strip()


def nth(number: int) -> str:
    """A place in a list.

    >>> [nth(n) for n in (1, 2, 3, 4, 11, 12, 21, 112)]
    ['1st', '2nd', '3rd', '4th', '11th', '12th', '21st', '112th']
    """
    ending = "th" if number % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{ending}"


def line_of(lines: Lines, path: Path) -> int:
    """Line of a path, or of the nearest thing around it."""
    while path and path not in lines:
        path = path[:-1]
    return lines.get(path, 0)


def problem(
    file: str, row: int, column: str, code: str, what: str, mend: str, nearest: str = "", severity: Severity = "error"
) -> Problem:
    """A `Problem` whose reason is that of its code."""
    return Problem(file, row, column, code, what, CODES[code], mend, nearest, severity)


@dataclass(frozen=True)
class Item(Generic[T_co]):
    """A value with its file and line, and for YAML the line of each field."""

    value: T_co
    file: str
    row: int
    lines: Lines = field(default_factory=dict)
    data: Any = None
    """What was written, before it was read into a class (YAML only)."""
    base: Path = ()
    """Where the value stands in its file."""

    @property
    def own(self) -> bool:
        """Whether the plan wrote it, rather than the library."""
        return not self.file.startswith("library/")

    def holding(self, value: U) -> Item[U]:
        """Another value that was written in the same place."""
        return Item(value, self.file, self.row, self.lines, self.data, self.base)

    def at(self, path: Path = ()) -> int:
        """Line of a field."""
        return line_of(self.lines, self.base + path) if self.lines else self.row

    def place(self, at: str = "") -> str:
        """Where it was written, as people say it; at: column, which a line needs not."""
        return f"{self.file}, line {self.row}" if self.row else self.file

    def problem(
        self, code: str, what: str, mend: str, at: str | Path = (), nearest: str = "", severity: Severity = "error"
    ) -> Problem:
        """A problem at this item, or at one of its columns or fields."""
        path = (at,) if isinstance(at, str) else at
        return problem(
            self.file, self.at(path), written(self.base + path if self.lines else path), code, what, mend, nearest,
            severity,
        )  # fmt: skip

    def warning(self, code: str, what: str, mend: str, at: str | Path = (), nearest: str = "") -> Problem:
        """The same, as a warning."""
        return self.problem(code, what, mend, at, nearest, "warning")

    def find(self, wanted: str, within: Path = ()) -> Path:
        """Where ``wanted`` was written as a value or a key, searching from ``within``; that path itself if nowhere."""
        return next(_search(self._under(within), wanted, within), within)

    def find_each(self, wanted: str, within: Path = ()) -> tuple[Path, ...]:
        """Every place where ``wanted`` was written as a value, but for free text; what `find` gives where there is none."""
        found = _search(self._under(within), wanted, within)
        return tuple(p for p in found if not {wanted, *FREE} & {*p[-1:]}) or (self.find(wanted, within),)

    def _under(self, path: Path) -> Any:
        """What was written at a path; None where nothing was."""
        found = self.data
        for part in path:
            try:
                found = found[part]
            except (KeyError, IndexError, TypeError):
                return None
        return found


def _search(data: Any, wanted: str, path: Path) -> Iterator[Path]:
    if isinstance(data, dict):
        for key, value in data.items():
            if key == wanted:
                yield (*path, key)
            yield from _search(value, wanted, (*path, key))
    elif isinstance(data, list):
        for position, value in enumerate(data):
            yield from _search(value, wanted, (*path, position))
    elif data == wanted and isinstance(data, str):
        yield path
