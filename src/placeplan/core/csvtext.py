"""CSV as text: records one after the other, each with the line on which it begins, strict about quotes."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator

SEPARATORS = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "bars"}
"""What may part cells, and what people call it."""


class CsvError(ValueError):
    """From ``line`` on, cells cannot be told apart: quotes do not match."""

    def __init__(self, line: int, why: str) -> None:
        super().__init__(f"From line {line} on this is not CSV: {why}.")
        self.line = line


def lines_of(text: str) -> Iterator[str]:
    r"""Lines with their ends, as a reader of CSV has them: a form feed or the like in a cell ends none.

    >>> list(lines_of("a,b\x0cc\r\n1,2"))
    ['a,b\x0cc\r\n', '1,2']
    """
    return io.StringIO(text, newline="")


def records(text: str, delimiter: str = ",") -> Iterator[tuple[int, list[str]]]:
    r"""Every record, also a blank one, with the line on which it begins.

    >>> list(records('a;b\n"1\n2";3\n\n', ";"))
    [(1, ['a', 'b']), (2, ['1\n2', '3']), (4, [])]

    Raises:
        CsvError: where quotes do not match.
    """
    reader = csv.reader(lines_of(text), delimiter=delimiter, strict=True)
    while True:
        line = reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise CsvError(line, str(error)) from error
        yield line, cells
