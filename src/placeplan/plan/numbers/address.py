"""Addresses of numbers in a plan's folder: by names that stay, not by lines that move."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import unquote

ESCAPED = str.maketrans({"%": "%25", "/": "%2F", ",": "%2C", "=": "%3D"})
"""Letters that part an address, and how they are written where they belong to a name."""
FOLDER = "/"


@dataclass(frozen=True, order=True)
class Address:
    """Where a number stands: ``beds.csv/RBD01,general/available``, ``initiatives/acute_beds.yaml/effects/1/beds``.

    After the file follow, for a table, the key of the row and the column; for YAML the names of fields, of entries of a list
    the id or, where they have none, the place counted from 1.
    """

    file: str
    parts: tuple[str, ...] = ()

    def __str__(self) -> str:
        return FOLDER.join((self.file, *self.parts))

    def holds(self, other: Address) -> bool:
        """Whether another stands inside this one, or is it."""
        return self.file == other.file and other.parts[: len(self.parts)] == self.parts


def escaped(name: str) -> str:
    """A name as a part of an address.

    >>> escaped("other, and more"), escaped("2016/17")
    ('other%2C and more', '2016%2F17')
    """
    return name.translate(ESCAPED)


def key_of(values: tuple[str, ...]) -> str:
    """The key of a row as a part of an address; columns that are blank at its end are left out.

    >>> key_of(("RBD01", "general", "")), key_of(("RBD", "other, and more"))
    ('RBD01,general', 'RBD,other%2C and more')
    """
    named = list(values)
    while len(named) > 1 and not named[-1]:
        named.pop()
    return ",".join(escaped(v) for v in named)


def parsed(text: str) -> Address:
    """The address that somebody wrote; whatever stands there, it is one.

    >>> parsed("initiatives/beds.yaml/effects/1/beds")
    Address(file='initiatives/beds.yaml', parts=('effects', '1', 'beds'))
    >>> parsed("beds.csv").parts
    ()
    """
    parts = text.strip().strip(FOLDER).split(FOLDER)
    end = next((n for n, p in enumerate(parts, 1) if p.endswith((".csv", ".yaml"))), len(parts))
    return Address(FOLDER.join(parts[:end]), tuple(parts[end:]))


def plain(part: str) -> str:
    """A part of an address as the name that it stands for.

    >>> plain("2016%2F17")
    '2016/17'
    """
    return unquote(part)
