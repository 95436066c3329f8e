"""A folder of published files: each known by its content, read when it is first asked for, and told of at the end."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from placeplan.core.errors import PlanError, Problem
from placeplan.plan.located import problem
from placeplan.series.layout import layouts
from placeplan.series.peek import peek
from placeplan.series.read import Series, read_series

WANTED: Mapping[str, str] = {
    "small_area_lookup": "which small areas, and so which districts, belong to the footprint",
    "footprint_districts": "which districts belong to the footprint, where no small areas say it",
    "footprints": "footprints beside the 44, and what they stated",
    "population": "people by area, sex and age",
    "population_small_areas": "how a district's people divide over its small areas",
    "imd_small_areas": "districts of the time and their deprivation",
    "footprint_groups": "clinical commissioning groups",
    "footprint_partners": "trusts that belong to the footprint",
    "trust_systems": "acute trusts that belong to the footprint",
    "providers": "names and kinds of trusts",
    "ods_sites": "names of trusts",
    "successors": "which trusts became part of which",
    "mar": "admissions, first attendances and their seasons",
    "ae_by_type": "A&E attendances",
    "inpatients_by_age": "maternity and mental-health admissions, ages of those admitted",
    "hes_ages": "ages of those admitted in England, which the published ages are set beside",
    "admissions_by_council": "where people go for emergencies",
    "catchments": "where people go for planned care, and how a county divides",
    "kh03_totals": "beds",
    "rtt_list": "waiting lists",
    "workforce": "people in post",
    "trust_finance": "income and cost of trusts",
    "ascfr_totals": "cost and income of social care",
    "ascfr_activity": "weeks of care that councils pay for",
    "footprint_facts": "the gap that was stated",
    "practices": "which postcodes lie in which area",
    "hospitals": "which towns lie in which area, and where hospitals stand",
    "trust_points": "where trusts have their head office",
}
"""Layout → what its file brings into a plan."""
ALSO: Mapping[str, str] = {"mar_book": "mar", "kh03_book": "kh03_totals", "ae_book": "ae_by_type"}
"""Layout of a publisher's workbook → the layout that says the same."""
OPTIONAL = frozenset({"footprints", "footprint_districts", "ods_sites", "practices", "hospitals", "trust_points"})
"""Layouts whose file nobody misses where the others are there, or without which only people find their area less easily."""
MOST = 5000
"""Files that are looked at in a folder."""
PASSED_OVER = frozenset({".md", ".py", ".yaml", ".json", ".geojson", ".html", ".pdf"})
"""Endings of files that hold no table."""


@dataclass
class Shelf:
    """The files of a folder by layout."""

    folder: Path
    files: dict[str, list[Path]] = field(default_factory=dict)
    """Layout → its files, of the layouts that a plan can use."""
    unneeded: dict[str, list[Path]] = field(default_factory=dict)
    """Layout → its files, of other layouts."""
    unknown: list[Path] = field(default_factory=list)
    """Files of no layout."""
    twice: list[Path] = field(default_factory=list)
    """Files that are there a second time, byte for byte; they count once."""
    problems: list[Problem] = field(default_factory=list)
    """What was wrong with files."""
    kinds: dict[Path, str] = field(default_factory=dict)
    """File → the layout as which it is read, where that is a workbook's."""
    _read: dict[str, tuple[Series, ...]] = field(default_factory=dict)

    def series(self, layout: str) -> tuple[Series, ...]:
        """What a layout's files say, read once, in an order that does not hang on their names; none where none can be read."""
        if layout not in self._read:
            found: list[Series] = []
            for path in self.files.get(layout, ()):
                try:
                    found += read_series(path, self.kinds.get(path, layout))
                except PlanError as refused:
                    self.problems += refused.problems
            self._read[layout] = tuple(sorted(found, key=lambda s: (s.periods, s.place.header, s.rows)))
        return self._read[layout]

    def ask(self, layout: str, query: str, *given: Any) -> list[tuple[Any, ...]]:
        """Rows of a query on ``tidy``, of all files of a layout together; given: what stands for its question marks."""
        return [row for one in self.series(layout) for row in one.ask(query, *given)]

    def has(self, *wanted: str) -> bool:
        """Whether there is a readable file of each layout."""
        return all(self.series(layout) for layout in wanted)

    def missing(self) -> dict[str, str]:
        """Layouts of which there is no readable file → what such a file would bring."""
        return {layout: brings for layout, brings in WANTED.items() if layout not in OPTIONAL and not self.has(layout)}


def open_shelf(folder: Path, tell: Callable[[str], None] = lambda _: None) -> Shelf:
    """Look at every file of a folder and of the folders in it, and know it by its beginning.

    Args:
        folder: where the published files lie.
        tell: is called with the name of each file that is looked at.
    """
    shelf, seen = Shelf(folder), set[str]()
    paths = _paths(folder, lambda failed: shelf.problems.append(_closed(failed)))
    if len(paths) > MOST:
        what = f"“{folder}” holds {len(paths):,} files; those after “{paths[MOST - 1].name}” were not looked at."
        mend = "Put the published files into a folder of their own."
        shelf.problems.append(problem("FOLDER", 0, "", "too-many-files", what, mend, severity="warning"))
    for path in paths[:MOST]:
        tell(path.name)
        digest = _digest(path)
        if digest in seen:
            shelf.twice.append(path)
            continue
        seen.add(digest)
        found, refused = peek(path)
        wanted = [layout for layout in found if ALSO.get(layout, layout) in WANTED]
        for layout in wanted:
            shelf.files.setdefault(ALSO.get(layout, layout), []).append(path)
            if layout in ALSO:
                shelf.kinds[path] = layout
        if wanted:
            continue
        if found:
            shelf.unneeded.setdefault(found[0], []).append(path)
        else:
            shelf.unknown.append(path)
            shelf.problems += [refused] if refused is not None else []
    return shelf


def _paths(folder: Path, refused: Callable[[OSError], None]) -> list[Path]:
    """Files that may hold a table, of a folder and those in it, in order; ``refused`` is told of a folder that cannot be read."""
    found = []
    for here, inside, names in os.walk(folder, onerror=refused):
        inside[:] = [name for name in inside if not name.startswith(".")]
        found += [Path(here, name) for name in names if not name.startswith(".")]
    return sorted(p for p in found if p.suffix.lower() not in PASSED_OVER and p.is_file())


def _digest(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return str(path)


def _closed(failed: OSError) -> Problem:
    """That a folder cannot be read."""
    what = f"“{failed.filename}” cannot be read: {failed.strerror}."
    return problem("FOLDER", 0, "", "unreadable-file", what, "Let placeplan read it, or leave it.", severity="warning")


def title(layout: str) -> str:
    """Publisher and title of a layout."""
    found = layouts()[layout]
    return f"{found.publisher}, {found.title}"
