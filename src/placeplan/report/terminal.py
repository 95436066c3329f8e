"""Findings in a terminal: the sentence first, then the grid with a symbol and a number in every cell."""

from __future__ import annotations

from typing import Any, Final

from rich import box
from rich.console import Console, Group
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from placeplan.report import forms, grid, symbols, tested, views, words
from placeplan.stress.findings import Findings
from placeplan.stress.results.tests import StressFinding
from placeplan.stress.say import lower_first

WORD_STYLE: Final = {
    "workable": "black on bright_cyan",
    "fragile": "black on yellow",
    "unworkable": "bold white on red",
    "not settled": "black on bright_yellow",
    "withheld": "black on white",
}
CELL_STYLE: Final = {"kept": "cyan", "close": "yellow", "short": "bold yellow", "fail": "bold red"}
TEST_SIGN: Final = {result: symbols.PLAIN[sign] for result, sign in tested.SIGNS.items()}
KEY: Final = "✓ kept often enough  ≈ too close to call  ▼ falls short  ✗ more likely to fail"


def print_findings(findings: Findings, console: Console) -> None:
    """Print the sentence, the grid, the first break and its causes; readable at 80 columns and without colour.

    Args:
        findings: What a run found.
        console: Where to print; its width decides how many years are shown.
    """
    findings = Findings.model_validate(_harmless(findings.model_dump()))
    console.print(Padding(_sentence(findings), (1, 0, 0, 0)))
    if findings.under_sentence:
        console.print(Text(findings.under_sentence))
    console.print(Text("".join(views.calibrated(findings)), style="dim"))
    drawn = grid.build(findings)
    if drawn.groups:
        console.print(_grid(drawn, console.width))
        console.print(Text(_key(drawn, findings), style="dim"))
    if drawn.callout:
        console.print(Padding(_first_break(drawn.callout), (1, 0, 0, 0)))
    hangs = "What would settle it" if findings.verdict == "withheld" else "It hangs on"
    for part in (_causes(findings), _bullets(hangs, findings.hangs_on), _bullets("It closes", findings.closes)):
        if part is not None:
            console.print(Padding(part, (1, 0, 0, 0)))
    if findings.tests:
        console.print(
            Padding(
                _bullets(tested.heading(findings), _failed(findings)) or Text(tested.heading(findings)), (1, 0, 0, 0)
            )
        )
    console.print(Padding(Text(_foot(findings), style="dim"), (1, 0, 0, 0)))


def print_tests(found: tuple[StressFinding, ...], console: Console) -> None:
    """Print what stress tests found: the sentence, how it was worked out, and its table."""
    for test in tested.ordered(found):
        word = Text(
            f"{TEST_SIGN.get(test.result, ' ')} {tested.WORDS[test.result]}: {lower_first(test.title)}",
            style="bold",
        )
        console.print(Padding(word, (1, 0, 0, 0)))
        console.print(Text(test.sentence))
        for heading, lines in tested.groups(test):
            table = Table(
                box=box.SIMPLE, show_header=False, pad_edge=False, title=heading or None, title_justify="left"
            )
            table.add_column(overflow="fold")
            table.add_column(justify="right", overflow="fold")
            for row in lines:
                table.add_row(Text(row.what), Text(row.shown))
            console.print(table)
        if test.behind:
            console.print(Text(test.behind))
        passes = f"Passes: {test.threshold}. " if test.threshold else ""
        used = f"{test.futures:,} futures, seed {test.seed}." if test.futures else "Read off the plan alone."
        console.print(Text(f"{passes}Source: {test.source}. {used}", style="dim"))


def _failed(findings: Findings) -> tuple[str, ...]:
    """Sentences of the stress tests that fail or ask for a closer look."""
    return tuple(t.sentence for t in tested.ordered(findings.tests) if t.result in {"fail", "amber"})


def _harmless(value: Any) -> Any:
    r"""The same without control characters, which could move the cursor or recolour the terminal.

    >>> _harmless({"a": ("x\x1b[31my", 1)})
    {'a': ('x[31my', 1)}
    """
    if isinstance(value, str):
        return "".join(c for c in value if c.isprintable() or c == "\n")
    if isinstance(value, dict):
        return {name: _harmless(item) for name, item in value.items()}
    if isinstance(value, (list, tuple)):
        return type(value)(_harmless(item) for item in value)
    return value


def _sentence(findings: Findings) -> Text:
    word, colon, rest = findings.sentence.partition(":")
    text = Text("Made up. ", style="bold") if findings.synthetic else Text()
    if colon and word.lower() == findings.verdict:
        text.append(f" {word}: ", style=WORD_STYLE.get(findings.verdict, "bold"))
        return text.append(f" {rest.strip()}", style="bold")
    return text.append(findings.sentence, style="bold")


def _grid(drawn: grid.Grid, width: int) -> Table:
    years = _fitting(drawn, width)
    table = Table(box=box.SIMPLE, pad_edge=False, padding=(0, 1, 0, 0), show_edge=False)
    table.add_column("Promise", overflow="fold", ratio=1)
    table.add_column("Asks", justify="right", no_wrap=True)
    for year in years:
        table.add_column(words.short_year(year), justify="right", no_wrap=True)
    table.add_column("All", justify="right", no_wrap=True)
    for group in drawn.groups:
        table.add_row(Text(group.name, style="bold"))
        for row in group.rows:
            cells = {b.year: b for b in row.boxes}
            shown = [_cell(cells[year]) for year in years]
            table.add_row(_label(row), row.asks, *shown, _cell(row.whole))
    return table


def _fitting(drawn: grid.Grid, width: int) -> tuple[str, ...]:
    """The years that fit beside a label of 28 columns: all, or the first break's and the last ones."""
    room = max((width - 42) // 7, 2)
    if len(drawn.years) <= room:
        return drawn.years
    first = {b.year for row in drawn.rows for b in row.boxes if b.first}
    kept = [year for year in drawn.years if year in first] + [y for y in reversed(drawn.years) if y not in first]
    return tuple(year for year in drawn.years if year in kept[:room])


def _label(row: grid.Row) -> Padding:
    text = Text(f"{row.group}: ").append(row.promise.name)
    if not row.promise.hard:
        text.append(" (aim)", style="dim")
    if row.promise.level == "default":
        text.append(" *")
    return Padding(text, (0, 0, 0, 2))


def _cell(found: grid.Box) -> Text:
    if found.word:
        return Text("·" if found.state == "not_due" else "?", style="dim")
    text = Text(f"{symbols.PLAIN.get(found.state, '')}{found.shown}", style=CELL_STYLE.get(found.state, ""))
    if found.first:
        text.stylize("reverse")
        return Text("[").append(text).append("]")
    return text


def _key(drawn: grid.Grid, findings: Findings) -> str:
    more = ["[ ] first break"] if drawn.callout else []
    more += ["? no data"] if "no_data" in drawn.states else []
    more += ["· not due"] if "not_due" in drawn.states else []
    more += ["* figures from elsewhere"] if drawn.defaults else []
    if findings.futures < words.FEW:
        more.append("rounded to 5 in 100")
    more += [f"{words.percent_short(said)} {said}" for said in drawn.beside]
    return KEY + ("\n" + "  ".join(more) if more else "")


def _first_break(callout: grid.Callout) -> Group:
    heading = Text(callout.heading, style="bold")
    cause = f"{words.sentence_case(callout.found.cause)}. " if callout.found.cause else ""
    where = Text(f"{callout.breaking[0].name}. {cause}{callout.found.headline}")
    then = "; ".join(f"{b.name}, {b.year}: {b.shown}" for b in callout.breaking)
    also = " They overlap: promises that break in the same month are first together." if callout.overlap else ""
    return Group(heading, where, Text(f"What breaks first, of the futures that break: {then}.{also}", style="dim"))


def _causes(findings: Findings) -> Group | None:
    if not findings.causes:
        return None
    table = Table(box=None, show_header=False, pad_edge=False, padding=(0, 2, 0, 0))
    for cause in findings.causes:
        share, low, high = (words.share(p, 1) for p in (cause.share, cause.low, cause.high))
        table.add_row(f"  {cause.name}", "█" * max(round(cause.share * 20), 0), share, f"{low} to {high}")
    verdict = findings.cause_verdict
    return Group(Text(f"What drives the first break: {verdict[:1].lower()}{verdict[1:]}", style="bold"), table)


def _bullets(heading: str, lines: tuple[str, ...]) -> Group | None:
    if not lines:
        return None
    table = Table(box=None, show_header=False, pad_edge=False, padding=(0, 1, 0, 0))
    for line in lines:
        table.add_row("  –", Text(line))
    return Group(Text(heading, style="bold"), table)


def _foot(findings: Findings) -> str:
    named = f", assumptions “{words.set_name(findings.assumption_set)}”" if findings.assumption_set else ""
    ways = f"{forms.heading(findings)}. " if findings.forms else ""
    data = f"Data to {words.day(findings.data_date)}. " if findings.data_date else ""
    return (
        f"{ways}{findings.place}. {data}{words.count(findings.futures, 'future')}, "
        f"seed {findings.seed}{named}, plan {words.short_digest(findings.digest)}, placeplan {findings.placeplan}."
    )
