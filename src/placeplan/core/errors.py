"""A problem with somebody's input, told so that they can mend it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from difflib import get_close_matches
from typing import Any, Literal

Severity = Literal["error", "warning"]


@dataclass(frozen=True, order=True)
class Problem:
    """One thing wrong with the input: where it stands, what it is, why it matters, how to mend it."""

    file: str
    """Path inside the plan folder, or the name of a setting."""
    row: int
    """Line of the file, counted from 1 with the header; 0 where a line makes no sense."""
    column: str
    """Column or field, "" where there is none."""
    code: str
    """Stable name of the kind of problem, such as ``unknown-id``."""
    what: str
    """What is wrong, one sentence."""
    why: str
    """Why it matters, one sentence."""
    mend: str
    """What to do about it, one sentence."""
    nearest: str = ""
    """The nearest known name, "" where there is none."""
    severity: Severity = "error"

    @property
    def where(self) -> str:
        """File, line and column as people write them.

        >>> Problem("beds.csv", 3, "site", "unknown-id", "", "", "").where
        'beds.csv, line 3, column site'
        """
        parts = [self.file]
        if self.row:
            parts.append(f"line {self.row}")
        if self.column:
            parts.append(f"{'column' if self.file.endswith('.csv') else 'field'} {self.column}")
        return ", ".join(parts)

    def as_dict(self) -> dict[str, Any]:
        """All fields by name, for ``--json``."""
        return asdict(self)


class PlanError(Exception):
    """Raised where input cannot be used; carries every problem found, never only the first."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems: tuple[Problem, ...] = tuple(sorted(problems))
        super().__init__("; ".join(f"{p.where}: {p.what}" for p in self.problems))

    def __reduce__(self) -> tuple[type[PlanError], tuple[tuple[Problem, ...]]]:
        """Made again from its problems, so that it comes whole out of another process."""
        return type(self), (self.problems,)


def nearest(name: str, known: Iterable[str]) -> str:
    """The known name most like ``name``, or "" where none is close.

    >>> nearest("virtual_wards", ["virtual_ward", "shift"])
    'virtual_ward'
    >>> nearest("zzz", ["virtual_ward"])
    ''
    """
    names: Sequence[str] = list(known)
    by_lower = {n.lower(): n for n in names}
    found = get_close_matches(name.lower(), list(by_lower), n=1, cutoff=0.6)
    return by_lower[found[0]] if found else ""
