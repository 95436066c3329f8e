"""A problem with somebody's input, told so that they can mend it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass, field
from difflib import SequenceMatcher
from typing import Any, Literal, ParamSpec, TypeVar

P = ParamSpec("P")
R = TypeVar("R")

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
    """The nearest known name, "" where there is none; of several that are equally near, which ``mend`` names, the first."""
    severity: Severity = "error"

    @property
    def where(self) -> str:
        """File, line and column as people write them.

        >>> Problem("beds.csv", 3, "site", "unknown-id", "", "", "").where
        'beds.csv, line 3, column site'
        >>> Problem("plan.xlsx, sheet beds", 3, "A3 (site)", "unknown-id", "", "", "").where
        'plan.xlsx, sheet beds, cell A3 (site)'
        """
        parts = [self.file]
        if self.in_sheet:
            at = f"cell {self.column}" if self.column and self.row else f"row {self.row}" if self.row else self.column
            return ", ".join([*parts, *([at] if at else [])])
        if self.row:
            parts.append(f"line {self.row}")
        if self.column:
            parts.append(f"{'column' if self.file.endswith('.csv') else 'field'} {self.column}")
        return ", ".join(parts)

    @property
    def in_sheet(self) -> bool:
        """Whether it stands in a sheet of a workbook; its column is then a cell with its name: ``A3 (site)``."""
        return ", sheet " in self.file

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


@dataclass
class Together:
    """Problems of several checks, told together at the end."""

    problems: list[Problem] = field(default_factory=list)

    def of(self, check: Callable[P, R], *given: P.args, **named: P.kwargs) -> R | None:
        """What a check gives; None where it was refused, which is kept until `tell`."""
        try:
            return check(*given, **named)
        except PlanError as refused:
            self.problems += refused.problems
            return None

    def tell(self) -> None:
        """Raise PlanError with all problems, if there are any."""
        if self.problems:
            raise PlanError(self.problems)


def install(extra: str) -> str:
    """How to get the packages of an extra, for who has a copy of the repository and for who has it from pip.

    >>> install("pack")
    "Run make setup in placeplan's own folder; or, where pip installed it: pip install 'placeplan[pack]'."
    """
    return f"Run make setup in placeplan's own folder; or, where pip installed it: pip install 'placeplan[{extra}]'."


MOST_NEAR = 3
"""Names that are offered where several are equally near."""
CLOSE = 0.6
"""How like a name has to be (2 × letters in common ÷ letters of both) to be offered."""


def nearest(name: str, known: Iterable[str]) -> str:
    """The known name most like ``name``, or "" where none is close; of several that tie the first by the alphabet.

    >>> nearest("virtual_wards", ["virtual_ward", "shift"])
    'virtual_ward'
    >>> nearest("zzz", ["virtual_ward"])
    ''
    """
    return next(iter(all_nearest(name, known)), "")


def all_nearest(name: str, known: Iterable[str]) -> tuple[str, ...]:
    """The known names most like ``name``: all that tie, three at most, in the order of the alphabet.

    >>> all_nearest("N1X", ["N1M", "N1H", "W0C"]), all_nearest("N1MM", ["N1M", "N1H"])
    (('N1H', 'N1M'), ('N1M',))

    Of addresses the parts that both have tell nothing of how alike they are:

    >>> all_nearest("promises/nosuch", ["promises/gps"]), all_nearest("promises/gsp", ["promises/gps"])
    ((), ('promises/gps',))
    """
    match, held = SequenceMatcher(b=name.lower()), name.lower()
    like: dict[str, float] = {}
    for one in sorted(set(known)):
        theirs, ours = _apart(one.lower(), name.lower())
        if ours != held:
            match.set_seq2(held := ours)
        match.set_seq1(theirs)
        if match.real_quick_ratio() >= CLOSE and match.quick_ratio() >= CLOSE:
            like[one] = match.ratio()
    best = max(like.values(), default=0.0)
    return tuple(one for one, ratio in like.items() if ratio == best and ratio >= CLOSE)[:MOST_NEAR]


def _apart(one: str, other: str) -> tuple[str, str]:
    """Two addresses without the parts with which both begin; names without parts, and equal ones, as they are.

    >>> _apart("promises/gps", "promises/nosuch"), _apart("gps", "gp")
    (('gps', 'nosuch'), ('gps', 'gp'))
    """
    if "/" not in one or "/" not in other:
        return one, other
    ours, theirs = one.split("/"), other.split("/")
    same = next((n for n, (a, b) in enumerate(zip(ours, theirs, strict=False)) if a != b), 0)
    return "/".join(ours[same:]), "/".join(theirs[same:])


MOST_NAMED = 5
"""Names that are listed where none is near."""


def instead(name: str, known: Iterable[str], listed: str = "") -> str:
    """What to write in place of a name that is not there: the nearest; else how many there are, a few of them, and where all are.

    Args:
        name: what was written.
        known: what could have been.
        listed: where all of them are told, as a sentence; blank where nothing tells them.

    >>> instead("promises/gsp", ["promises/gps", "fans/beds"])
    'Write “promises/gps”.'
    >>> instead("zzz", ["a", "b"], "See the list."), instead("zzz", [])
    ('Write “a” or “b”.', 'There is none yet.')
    >>> instead("zzz", "fedcba", "The command x lists them.")
    'There are 6, such as “a”, “b”, “c”, “d” or “e”. The command x lists them.'
    """
    every = sorted(set(known))
    near = all_nearest(name, every)
    if near or not every:
        return f"Write {either(near)}." if near else "There is none yet."
    if len(every) <= MOST_NAMED:
        return f"Write {either(every)}."
    return f"There are {len(every):,}, such as {either(every[:MOST_NAMED])}. {listed}".strip()


def either(names: Sequence[str]) -> str:
    """Names to choose from, in quotes.

    >>> either(["N1H"]), either(["N1H", "N1M", "N1P"])
    ('“N1H”', '“N1H”, “N1M” or “N1P”')
    """
    said = [f"“{name}”" for name in names]
    return said[0] if len(said) == 1 else f"{', '.join(said[:-1])} or {said[-1]}"
