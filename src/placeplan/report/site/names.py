"""What has a page, and under which file name: ids of plans become names that every system and web server takes."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from placeplan.stress.findings import Findings

SYSTEM: Final = "system"
FOLDERS: Final = {
    "initiative": "initiatives", "organisation": "organisations", "area": "areas", "promise": "promises", "test": "tests", "shock": "shocks",
}  # fmt: skip
"""Folder of the pages of each kind."""


RESERVED: Final = re.compile(r"|con|prn|aux|nul|com\d|lpt\d", re.IGNORECASE)
"""Names that a system keeps for itself, and none at all."""


@dataclass(frozen=True)
class Names:
    """Pages of one version, by kind and id."""

    findings: Findings

    @cached_property
    def files(self) -> Mapping[tuple[str, str], str]:
        """Path of a page from the version's folder, by kind and id."""
        f = self.findings
        ids = {
            "initiative": [i.id for i in f.initiatives], "organisation": list(self.organisations),
            "area": [a.id for a in f.areas], "promise": [p.id for p in f.promises],
            "test": [t.test for t in f.tests], "shock": [s.id for s in f.scenarios],
        }  # fmt: skip
        return {
            (kind, name): f"{FOLDERS[kind]}/{file}.html"
            for kind, names in ids.items()
            for name, file in file_names(names).items()
        }

    @cached_property
    def organisations(self) -> Mapping[str, str]:
        """Names of all organisations by id, the whole system last where something is promised for it."""
        f = self.findings
        found = {o.id: o.name for o in f.organisations}
        found |= {
            p.organisation: p.organisation_name
            for p in f.promises
            if p.organisation != SYSTEM and p.organisation not in found
        }
        whole = {p.organisation: p.organisation_name for p in f.promises if p.organisation == SYSTEM}
        return found | whole


def file_names(ids: Iterable[str]) -> dict[str, str]:
    """A file name for each id: the id itself where every system takes it, else with a few letters of its digest.

    >>> file_names(["RDZ", "rdz", "../up"])
    {'RDZ': 'RDZ', 'rdz': 'rdz-626784', '../up': 'up-8c722b'}
    """
    found: dict[str, str] = {}
    taken: set[str] = set()
    for name in dict.fromkeys(ids):
        plain = re.sub(r"[^A-Za-z0-9_.-]+|[.]{2,}", "-", name).strip("-.")[:60]
        if plain != name or plain.lower() in taken or RESERVED.fullmatch(plain):
            plain = f"{plain}-{hashlib.sha256(name.encode()).hexdigest()[:6]}".lstrip("-")
        taken.add(plain.lower())
        found[name] = plain
    return found
