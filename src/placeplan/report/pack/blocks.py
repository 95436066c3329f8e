"""What a pack is made of, block by block: Word and PDF set the same."""

from __future__ import annotations

from dataclasses import dataclass

from placeplan.stress.results.elements import Fan


@dataclass(frozen=True)
class Heading:
    """A heading; 1 is the title."""

    level: int
    text: str
    anchor: str = ""
    """Where the contents point to; only of a chapter."""


@dataclass(frozen=True)
class Contents:
    """The chapters, each with a link to it."""

    chapters: tuple[Heading, ...]


@dataclass(frozen=True)
class Said:
    """A paragraph; the leading one of a page stands out."""

    text: str
    leads: bool = False


@dataclass(frozen=True)
class Points:
    """A list."""

    items: tuple[str, ...]


@dataclass(frozen=True)
class Sheet:
    """A table: what it is, its columns, its rows; the first column names the row."""

    caption: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    refs: tuple[str, ...] = ()
    """Short reference of each row's number, blank where it has none; it leads to the line that says where the number comes from."""
    ref: str = ""
    """The same of the table as a whole."""
    marks: tuple[str, ...] = ()
    """Name of each row as a place that references lead to."""


@dataclass(frozen=True)
class Picture:
    """A picture over time with what it says for whoever does not see it; its table comes after it."""

    fan: Fan
    alternative: str


Block = Heading | Contents | Said | Points | Sheet | Picture


@dataclass(frozen=True)
class Story:
    """The whole pack."""

    title: str
    subject: str
    foot: str
    """Whose it is, for the foot of each page."""
    blocks: tuple[Block, ...] = ()
