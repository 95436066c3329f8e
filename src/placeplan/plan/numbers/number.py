"""A number of a plan, with all that somebody who asks about it wants to know."""

from __future__ import annotations

import re
from dataclasses import dataclass

from placeplan.plan.numbers.address import Address

Value = float | int | str
"""A number, or a month as ``2020-04``."""


@dataclass(frozen=True)
class Number:
    """One number that a plan rests on."""

    address: Address
    value: Value
    of: str
    """What it is a number of, in words: the row, the assumption, the initiative."""
    field: str
    """Its column, or field as problems write it: ``effects (1st).beds``."""
    file: str
    """File in which it stands, of the plan or of the library."""
    row: int
    """Line in it; 0 where it is not written."""
    meaning: str = ""
    unit: str = ""
    source: str = ""
    level: str = ""
    note: str = ""
    organisation: str = ""
    """Id of the organisation whose number it is; blank: of the plan as a whole."""
    month: bool = False
    """Whether it is a month, and no number."""
    whole: bool = False
    """Whether it has to be a whole number."""
    least: float | None = None
    most: float | None = None
    """Limits of the format."""
    written: bool = True
    """Whether the plan says it; else it is what the format takes where nothing is said."""
    assumption: str = ""
    """Id of the assumption that gives it, where the plan names one in place of a number."""

    @property
    def own(self) -> bool:
        """Whether it stands where its address says, rather than in the library or in what a recipe makes."""
        return self.file == self.address.file

    @property
    def where(self) -> str:
        """File, line and column as people write them."""
        line = f", line {self.row}" if self.row else ""
        return f"{self.file}{line}, {'column' if self.file.endswith('.csv') else 'field'} {self.field}"

    @property
    def shown(self) -> str:
        """The value as it is written.

        >>> Number(Address("a.csv"), 12.0, "", "", "a.csv", 2).shown, Number(Address("a.csv"), 1e-7, "", "", "a.csv", 2).shown
        ('12', '0.0000001')
        """
        return shown(self.value)


def readable(value: Value) -> str:
    """A value as people read it: thousands stand apart from 10,000 on, so that no year does.

    >>> readable(1450000), readable(2016), readable(-12345.5), readable("2020-04")
    ('1,450,000', '2016', '−12,345.5', '2020-04')
    """
    found = re.fullmatch(r"(-?)(\d{5,})(\.\d+)?", shown(value))
    return f"{'−' if found[1] else ''}{int(found[2]):,}{found[3] or ''}" if found else shown(value)


def shown(value: Value) -> str:
    """A value as people write it: no exponent where digits will do.

    >>> shown(0.1), shown(1e22), shown(12), shown("2020-04"), shown(-2500000.0)
    ('0.1', '1e+22', '12', '2020-04', '-2500000')
    """
    if isinstance(value, str):
        return value
    if float(value).is_integer() and abs(value) < 1e15:
        return str(int(value))
    text = repr(float(value))
    mantissa, mark, power = text.partition("e")
    if not mark or int(power) > 0:
        return text
    digits = len(mantissa.partition(".")[2]) - int(power)
    return f"{float(value):.{digits}f}".rstrip("0")
