"""Where the links of a page of the site lead, and the tables that its pages offer as files."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final

from placeplan.report.site.names import Names
from placeplan.report.where import Where, anchor, as_csv

TEST: Final = "h-test-"
PARTS: Final = (
    (TEST, "tests.html"), ("s-tests", "tests.html"), ("s-sources", "assumptions.html"), ("s-knows", "assumptions.html"), ("not-tested", "assumptions.html"),
    ("a-", "assumptions.html"), ("bridge-made", "figures.html"),
)  # fmt: skip
"""Pages on which parts of the report stand, by how their names begin."""


@dataclass(frozen=True)
class Links(Where):
    """Links of one page: everything by paths that begin at the page itself, so that any folder or server will do."""

    names: Names
    base: str
    """Way from the page to the folder of its version."""
    own: str
    """Path of the page from that folder."""
    tables: dict[str, str] = field(default_factory=dict)
    """Filled by the pages of a version: path → text of each table that they offer."""

    def promise(self, name: str) -> str:
        """Page of a promise."""
        return self.page("promise", name)

    def page(self, kind: str, name: str) -> str:
        """Page of a thing; blank where it has none."""
        file = self.names.files.get((kind, name), "")
        return f"{self.base}{file}" if file else ""

    def part(self, name: str) -> str:
        """Page on which a part of the report stands; what a test found stands on the test’s own."""
        own = self.page("test", name.removeprefix(TEST)) if name.startswith(TEST) else ""
        if own:
            return own
        file = next((page for begin, page in PARTS if name.startswith(begin)), self.own)
        return f"#{name}" if file == self.own else f"{self.base}{file}#{name}"

    def csv(self, name: str, rows: Iterable[Sequence[object]], columns: Sequence[str]) -> str:
        """File of a table; of the same name and content there is one."""
        text = as_csv(rows, columns)
        path = f"data/charts/{anchor(name)}.csv"
        number = 1
        while self.tables.setdefault(path, text) != text:
            number += 1
            path = f"data/charts/{anchor(name)}-{number}.csv"
        return f"{self.base}{path}"
