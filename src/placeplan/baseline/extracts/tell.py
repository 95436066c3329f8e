"""What a user should know of the records that were read: warnings, and why rows were set aside. No cell's text, no small number."""

from __future__ import annotations

import re
from collections.abc import Iterator

from placeplan.baseline.extracts.counts import Counts
from placeplan.baseline.extracts.place import Place
from placeplan.baseline.extracts.reasons import REASONS
from placeplan.baseline.extracts.small import Small
from placeplan.baseline.extracts.sources import Source
from placeplan.baseline.extracts.tables import AREA_OUTSIDE
from placeplan.baseline.extracts.why import problem, warning
from placeplan.core.errors import Problem, nearest

MEANT = frozenset({"not-counted", "other-year", "header-again", "totals-row"})
"""Reasons for which rows are set aside in any good extract, or which are no records."""
MUCH = 0.02
"""Share of the other rows from which what is set aside is told as a warning."""
MANY = 0.1
"""Share of the rows that count from which it is told that something is not known of them."""
CODE = re.compile(r"[RT][A-Z0-9]{2}|(?=[A-Z]*[0-9])[A-Z0-9]{3,6}")
"""What a provider's code looks like: a trust's three signs, or some with a figure. Nothing else is ever shown; it may be a name."""
MOST_CODES = 8


def warnings_of(counts: Counts, source: Source) -> Iterator[Problem]:
    """Warnings about the extract as a whole."""
    audit = counts.audit
    yield from source.told
    yield from _refused(counts, source)
    if not all("record" in part.found for part in source.parts):
        what = "The extract has no column with the number of the record; nobody looked for rows sent twice."
        yield _warned(
            "records-not-checked", what, "Ask for the spell, attendance or contact number, and add it to the map."
        )
    if audit.aside.get("month-first"):
        what = f"{audit.aside['month-first']:,} rows have dates with the month first."
        yield _warned("records-month-first", what, "Ask for dates as 2016-04-30; until then mistrust the seasons.")
    if not any(area > AREA_OUTSIDE for _, _, area, _, _ in counts.cells):
        what = "No row has an area of the plan, or a small area that leads to one."
        mend = "Give --areas a CSV file with columns code and area: each small area and the plan's area it lies in."
        yield _warned("records-no-area", what, mend)
    yield from _not_known(counts, source)
    wrong = sum(n for reason, n in audit.aside.items() if reason not in MEANT)
    there = audit.used + wrong
    if wrong > MUCH * there:
        what = f"{wrong / there:.1%} of the rows that should count are set aside."
        yield _warned("records-set-aside", what, "Look at the reasons; mend the extract or the map where you can.")


def _not_known(counts: Counts, source: Source) -> Iterator[Problem]:
    """What is not known of many rows although there is a column for it."""
    there = {word for part in source.parts for word in part.found} | {"age" for p in source.parts if "born" in p.found}
    for word, number in counts.audit.not_known.items():
        if word in there and number > MANY * counts.audit.used:
            what = f"The {word} of {number / counts.audit.used:.0%} of the rows that count is not known."
            yield _warned(
                "records-not-known", what, f"Look whether the map reads the right column, and how {word}s are written."
            )


def _refused(counts: Counts, source: Source) -> Iterator[Problem]:
    """Files with lines that the reader did not take: the first of them, and whether the file seems cut off."""
    for file in counts.audit.files:
        if file.refused and file.name in source.cut:
            what = f"{file.name} ends in the middle of a line."
            yield _warned("records-half-a-file", what, "Ask for it again, whole.", file.name, file.refused[-1])
        elif file.refused:
            many = f"{len(file.refused):,} lines have" if len(file.refused) > 1 else "A line has"
            what = f"{many} more or fewer cells than the header, or quotes that do not match."
            yield _warned("records-wrong-cells", what, "Mend the lines; this is the first.", file.name, file.refused[0])


def _warned(code: str, what: str, mend: str, file: str = "records", row: int = 0) -> Problem:
    return warning(problem(file, code, what, mend, row=row))


def reasons_told(counts: Counts) -> list[tuple[str, int, str]]:
    """Reason, rows, and what is true of them, the commonest first."""
    meaning = dict(REASONS)
    return [(reason, number, meaning[reason]) for reason, number in counts.audit.aside.items()]


def providers_told(counts: Counts, place: Place, small: Small) -> list[tuple[str, int, str]]:
    """Codes that the plan does not have, rows as shown, and the nearest code it has; only what looks like a code, often."""
    often = [(code, n) for code, n in counts.unknown.items() if n >= small.least and CODE.fullmatch(code)]
    often.sort(key=lambda item: (-item[1], item[0]))
    return [(code, small.shown(n), nearest(code, place.site_codes)) for code, n in often[:MOST_CODES]]
