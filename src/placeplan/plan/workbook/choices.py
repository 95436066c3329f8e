"""What drop-down lists offer: the words that a field knows, and the ids of the plan."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from placeplan.plan.library import library
from placeplan.plan.workbook.book import Book, sets_in
from placeplan.plan.workbook.columns import Column, Facts
from placeplan.plan.workbook.layout import CHOICES, fields_of_files

REFERS: Mapping[str, tuple[str, ...]] = {
    "organisation": ("organisation",), "owner": ("organisation",), "payer": ("organisation",), "payee": ("organisation",),
    "council": ("organisation",), "site": ("site", "organisation"), "to_site": ("site", "organisation"),
    "area": ("area",), "pod": ("pod",), "to_pod": ("pod",), "uplift": ("assumption",), "initiative": ("initiative",),
}  # fmt: skip
"""What a column of this name holds ids of; a site may be an organisation without sites."""
FROM: Mapping[str, tuple[str, str]] = {
    "organisation": ("organisations", "id"), "site": ("sites", "id"), "area": ("areas", "area"), "pod": ("pods", "id"),
    "assumption": ("assumptions", "id"), "initiative": ("initiatives", "id"),
}  # fmt: skip
"""Sheet and column in which the ids of a kind stand."""
SHORT = 255
"""Longest list that stands in the cell's rule itself."""


@dataclass
class Choices:
    """The lists, each a column of the sheet ``choices``."""

    ids: Mapping[str, Sequence[str]]
    lists: dict[str, Sequence[str]] = field(default_factory=dict)
    fields: dict[tuple[str, str], Column] = field(default_factory=dict)

    def of(self, column: Column) -> dict[str, Any] | None:
        """The rule for a column's cells; None where anything may be written."""
        facts = column.facts
        if facts.truth and not (facts.text or facts.many or facts.named or facts.number):
            return self._list("true or false", ("TRUE", "FALSE"), strict=True)
        if facts.many or facts.named:
            return None
        if facts.choices:
            open_ended = bool(facts.pattern) or facts.number
            return self._list(column.name, facts.choices, strict=not open_ended)
        kinds = REFERS.get(str(column.path[-1]), ())
        words = tuple(dict.fromkeys(word for kind in kinds for word in self.ids.get(kind, ())))
        if words and facts.text:
            return self._list(" or ".join(kinds), words, strict=False)
        return _limits(facts) if facts.number and not facts.text else None

    def of_field(self, file: str, name: str) -> dict[str, Any] | None:
        """The rule for a field of the sheet ``about``."""
        column = self.fields.get((file, name))
        return self.of(column) if column else None

    def _list(self, name: str, words: Sequence[str], strict: bool) -> dict[str, Any]:
        rule: dict[str, Any] = {"validate": "list", "source": list(words), "ignore_blank": True}
        rule |= {"error_title": name[:32], "error_message": "This word is not in the list."}
        if not strict:
            rule |= {
                "error_type": "information",
                "error_message": "This is not in the list. Keep it if you add it elsewhere.",
            }
        if len(",".join(words)) > SHORT or any("," in word for word in words):
            rule["source"] = self._range(name, words)
        return rule

    def _range(self, name: str, words: Sequence[str]) -> str:
        """Where a long list stands in the sheet of lists."""
        while name in self.lists and tuple(self.lists[name]) != tuple(words):
            name += " (other)"
        self.lists[name] = words
        number, letters = list(self.lists).index(name), ""
        while number >= 0:
            number, letters = number // 26 - 1, chr(65 + number % 26) + letters
        return f"={CHOICES}!${letters}$2:${letters}${len(words) + 1}"


def _limits(facts: Facts) -> dict[str, Any] | None:
    """A rule for numbers with limits."""
    low, high = facts.least, facts.most
    if low is None and high is None:
        return None
    share = (low, high) == (0, 1)
    said = "Write a share between 0 and 1: 12 % is 0.12." if share else "This number is out of range."
    rule: dict[str, Any] = {"validate": "decimal", "ignore_blank": True, "error_message": said}
    if low is not None and high is not None:
        return rule | {"criteria": "between", "minimum": low, "maximum": high}
    return rule | ({"criteria": ">=", "value": low} if low is not None else {"criteria": "<=", "value": high})


def choices_of(book: Book) -> Choices:
    """The lists of a plan: its own ids and those of the library."""
    ids: dict[str, Sequence[str]] = {}
    for kind, (sheet, column) in FROM.items():
        own = [str(row[column]) for row in book.rows.get(sheet, ()) if column in row]
        ids[kind] = tuple(dict.fromkeys((*own, *_of_library(kind))))
    files = [str(row["file"]) for row in book.rows.get("about", ())]
    of_files = fields_of_files(sets_in(list(dict.fromkeys(files))))
    return Choices(ids, fields={(f, c.name): c for f, columns in of_files.items() for c in columns})


def _of_library(kind: str) -> tuple[str, ...]:
    """Ids of a kind that every plan has from the library."""
    if kind == "pod":
        return tuple(str(getattr(item.value, "id", "")) for item in library().tables["pods"])
    return tuple(item.value.id for item in library().assumptions) if kind == "assumption" else ()
