"""Problems as people read them in a terminal, and as scripts read them."""

from __future__ import annotations

import errno
import json
import re
import sys
from collections.abc import Iterable, Sequence
from itertools import groupby
from pathlib import Path
from typing import Any

import typer

from placeplan.core.errors import PlanError, Problem, all_nearest, either
from placeplan.plan.located import problem

NotUnderstood: type[Any] = next(c for c in typer.BadParameter.__mro__ if c.__name__ == "ClickException")
"""What typer raises for a command that it does not understand."""


class Stopped(Exception):  # noqa: N818 – no error: somebody stopped a command
    """A command that was stopped, with what became of what was finished."""


def print_json(value: Any) -> None:
    """Print a value as JSON to standard output."""
    sys.stdout.write(json.dumps(value, indent=2, ensure_ascii=False, allow_nan=False) + "\n")


def print_problems(problems: Iterable[Problem], stderr: bool = False) -> None:
    """Print errors and warnings apart, by file, each with line, what, why and how to mend it."""
    from rich.console import Console  # noqa: PLC0415 – drawn only where there is something to tell

    console = Console(stderr=stderr, highlight=False)
    for severity, heading, style in (("error", "Problem", "bold red"), ("warning", "Warning", "bold yellow")):
        found = [p for p in sorted(problems) if p.severity == severity]
        if found:
            console.print(f"{heading}s: {len(found)}", style=style)
        for file, own in groupby(found, key=lambda p: p.file):
            console.print(f"\n{file}", style="bold", markup=False)
            console.print(table_of(list(own)))
        if found:
            console.print()


def table_of(problems: Sequence[Problem]) -> Any:
    """The problems of one file: line and field, what is wrong, why it matters, what to do, code."""
    from rich.table import Table  # noqa: PLC0415
    from rich.text import Text  # noqa: PLC0415

    table = Table(box=None, show_header=False, pad_edge=False, padding=(0, 2, 0, 0))
    table.add_column(justify="right", no_wrap=True)
    table.add_column(overflow="fold")
    for p in problems:
        text = Text(p.what, style="bold")
        cell, _, name = p.column.partition(" (") if p.in_sheet else ("", "", p.column)
        name = name.removesuffix(")") if p.in_sheet else name
        if name and not p.what.startswith(f"{name} "):
            text = Text(f"{name}: ").append(text)
        text.append(f"\n{p.why}", style="dim not bold")
        text.append(f"\n→ {p.mend}", style="not bold").append(f"  [{p.code}]", style="dim not bold")
        line = f"{cell or f'row {p.row}'}" if p.in_sheet else f"line {p.row}"
        table.add_row(f"  {line}" if p.row else "  ", text)
    return table


def tell_failure(failure: BaseException, as_json: bool = False) -> int:
    """Tell why a command failed; returns the exit status. What is no user's mistake is raised again."""
    if isinstance(failure, NotUnderstood):
        failure.message = _unknown(failure) or plain(failure.message)
    if isinstance(failure, OSError) and failure.errno == errno.ENAMETOOLONG:
        failure = PlanError([_too_long(failure)])
    if isinstance(failure, PlanError) and as_json:
        print_json({"ok": False, "problems": [p.as_dict() for p in failure.problems]})
    elif isinstance(failure, PlanError):
        print_problems(failure.problems, stderr=True)
    elif isinstance(failure, NotUnderstood) and not as_json:
        failure.show()
    else:
        _say(message_of(failure), as_json)
    return status_of(failure)


def _unknown(failure: Any) -> str:
    """That there is no such command, with the nearest and all that there are; blank for any other failure."""
    found = re.match(r"No such command '(.*?)'\.", failure.message)
    if not found or failure.ctx is None:
        return ""
    known = failure.ctx.command.list_commands(failure.ctx)
    near = all_nearest(found[1], known)
    meant = f" Did you mean {either(near)}?" if near else ""
    return f"There is no command “{found[1]}”.{meant} Commands: {', '.join(known)}."


def _too_long(failure: OSError) -> Problem:
    """A name that no system takes, told without printing it whole."""
    name = max(Path(str(failure.filename or "")).parts, key=len, default="")
    short = f"{name[:30]}…"
    return problem(short, 0, "", "name-too-long", f"A name of {len(name)} letters is too long.", "Give a shorter one.")


PLAIN: tuple[tuple[str, str], ...] = (
    (r"Input should be a valid integer.*", "Write a whole number, such as 200."),
    (r"Input should be greater than or equal to (\S+)", r"Write \1 or more."),
    (r"Input should be less than or equal to (\S+)", r"Write \1 or less."),
    (r"Value error, '(.*)' is not one of (.*?)\.?", r"There is no “\1”. Write one of: \2."),
)
"""What the reader of the command line says of a value, and the same in plain words."""


def plain(message: str) -> str:
    """What is wrong with a value, in plain words.

    >>> plain("Input should be a valid integer, unable to parse string as an integer")
    'Write a whole number, such as 200.'
    >>> plain("Value error, 'foo' is not one of 'plain', 'whole'."), plain("Missing argument")
    ('There is no “foo”. Write one of: plain, whole.', 'Missing argument')
    """
    for pattern, said in PLAIN:
        found = re.fullmatch(pattern, message)
        if found:
            return found.expand(said).replace("'", "")
    return message


def status_of(failure: BaseException) -> int:
    """Exit status of a failure: 1, 2 for a command that was not understood, 130 where it was stopped."""
    if isinstance(failure, NotUnderstood):
        return int(failure.exit_code)
    return 130 if isinstance(failure, typer.Abort | KeyboardInterrupt | Stopped) else 1


def message_of(failure: BaseException) -> str:
    """Why a command failed, in one sentence; what is no user's mistake is raised again."""
    if isinstance(failure, typer.Abort | KeyboardInterrupt):
        return "Stopped. Nothing was written."
    if isinstance(failure, Stopped):
        return str(failure)
    if isinstance(failure, NotUnderstood):
        return str(failure.format_message())
    if isinstance(failure, MemoryError):
        return "There is not enough memory for this. Run fewer futures, end other programs, or use a machine with more."
    if isinstance(failure, OSError):
        return f"{failure.filename or 'A file'}: {failure.strerror or failure}."
    raise failure


def _say(text: str, as_json: bool) -> None:
    if as_json:
        print_json({"ok": False, "message": text})
    else:
        typer.echo(text, err=True)
