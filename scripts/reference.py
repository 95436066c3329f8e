"""Write the pages that follow from the code: docs/reference from the classes, docs/understand/model.md from the equations.

``python scripts/reference.py [FOLDER]``, where FOLDER stands for docs. The words are the docstrings of the code; a test
compares what is committed with what comes out here, so the pages never differ from the code.
"""

from __future__ import annotations

import csv
import importlib
import inspect
import os
import re
import sys
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import django
import typer
from model_page import written
from pydantic import BaseModel
from reference_fields import about, cell, fields, parts, records, yaml_of

from placeplan.baseline.extracts.reasons import REASONS
from placeplan.baseline.extracts.why import WHY as RECORDS_WHY
from placeplan.cli import app
from placeplan.core.kinds import Kind
from placeplan.core.tables import TABLES
from placeplan.futures.assumptions import AssumptionFile
from placeplan.plan import codes
from placeplan.plan.authority import AuthorityFile
from placeplan.plan.initiatives import Initiative
from placeplan.plan.payment_forms import PaymentForm
from placeplan.plan.promises import PromiseFile
from placeplan.plan.recipes import Recipe
from placeplan.plan.reference import table_example
from placeplan.plan.scenarios import ScenarioFile
from placeplan.plan.schema import PlanFile, SourceFile
from placeplan.plan.stages import StageFile
from placeplan.series.layout import layouts, licences
from placeplan.series.why import ASIDE, WHY
from placeplan.stress.findings import Findings

ROOT = Path(__file__).resolve().parents[1]
NOTE = "<!-- Written by `make docs-reference` from the code; change the docstring, not this page. -->"
ROOMS = ("effects", "capacity", "contracts", "futures")
EQUATIONS = {  # module: its heading in docs/understand/model.md, where model_page.md beside this file names the module
    "futures.copula": "Assumptions that move together",
    "futures.evidence": "What a study found, as a share",
    "futures.pooling": "Several studies of the same thing",
    "baseline.population": "People of a month",
    "baseline.accounts": "People, where the plan has no projection",
    "baseline.raking": "Areas that add up to their parent",
    "baseline.likely": "The likely range, from variants",
    "baseline.flows": "Rates of the base year",
    "baseline.extracts.tables": "Records: season of a month",
    "baseline.extracts.shape": "Records: weekends, spread, and courses of a stay",
    "baseline.extracts.stays": "Records: nights of a stay",
    "baseline.extracts.outside_hospital": "Records: weeks of a package",
    "baseline.extracts.packed": "Records: a person and a day as one number",
    "model.demand": "Need of a month",
    "model.uptake": "How far initiatives have come",
    "model.starts": "How late they begin",
    "model.relations": "What is assumed of who works together",
    "model.triggers": "When triggers fire",
    "model.building": "The queue for building money",
    "model.dated": "What is otherwise from a month on",
    "model.departure": "Departures by area, rare shocks, and health that changes",
    "model.cohorts": "Cohorts that overlap",
    "model.equity": "Latent need, and care by deprivation",
    "effects.combine": "Effects on the same people",
    "model.places": "Where care is given, and how far people travel",
    "model.nights": "Stays fitted to the base year",
    "model.wards": "The wait to leave",
    "model.bed_terms": "Slots and escalation beds that a plan does not state",
    "model.doors": "Who comes to the beds",
    "capacity.beds": "A day in the beds",
    "capacity.staff": "Posts, people and pay",
    "model.queues": "People by time waited",
    "model.theatre": "Theatre slots that open",
    "model.discipline": "Who of a list is next",
    "capacity.boarding": "Beds that pools lend each other",
    "capacity.leaving": "Who leaves, and by which exit",
    "capacity.contacts": "A door that can run out",
    "capacity.packages": "Packages, and who leaves hospital for them",
    "model.councils": "How councils balance",
    "model.care_costs": "What packages cost",
    "model.care_untouched": "Packages without initiatives",
    "model.money": "Money lines",
    "model.unforeseen": "Unforeseen cost, and the income that follows",
    "model.programmes": "What initiatives cost and build",
    "model.run": "Positions",
    "model.cash": "Cash, interest and what was agreed",
    "model.settings": "Spending by setting",
    "contracts.tariff": "Contract: tariff",
    "contracts.piecewise": "Contract: piecewise",
    "contracts.block": "Contract: block",
    "contracts.capitation": "Contract: capitation",
    "contracts.gain_share": "Contract: gain share",
    "contracts.pooled": "Contract: pooled",
    "contracts.quality": "Contract: quality",
    "contracts.conditional_funding": "Contract: conditional funding",
    "contracts.measures": "What contracts measure",
    "contracts.plans": "Activity plans",
    "model.heads": "Weighted heads",
    "model.readings": "Which months a contract reads",
    "model.settlement": "Settlement",
    "incentives.payoff": "What going along pays",
    "incentives.game": "What a set of organisations has together",
    "incentives.replies": "Carrying or leaving",
    "incentives.shares": "Fair shares",
    "incentives.terms": "Terms",
    "incentives.risk": "Who bears a risk",
    "core.intervals": "Intervals",
}
FILES: dict[str, type[BaseModel]] = {
    "plan.yaml": PlanFile,
    "initiatives/*.yaml": Initiative,
    "initiatives/*.yaml from a recipe": Recipe,
    "assumptions.yaml": AssumptionFile,
    "authority.yaml": AuthorityFile,
    "promises.yaml": PromiseFile,
    "scenarios.yaml": ScenarioFile,
    "sources.yaml": SourceFile,
    "stages.yaml": StageFile,
    "payment_forms/*.yaml": PaymentForm,
}


def main(folder: Path) -> None:
    """Write every page into the folder, which stands for docs."""
    pages: dict[str, Callable[[], Iterable[str]]] = {
        "reference/tables.md": tables,
        "reference/files.md": files,
        "reference/kinds.md": kinds,
        "reference/problems.md": problems,
        "reference/findings.md": findings,
        "reference/commands.md": commands,
        "reference/api.md": api,
        "reference/series.md": series,
        "understand/model.md": model,
        "understand/safety.md": safety,
    }
    for name, write in pages.items():
        text = re.sub(r"\n{3,}", "\n\n", "\n".join([NOTE, "", *write()])).rstrip() + "\n"
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")


def api() -> Iterable[str]:
    """Every operation of the workbench's API."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "placeplan.web.settings")
    django.setup()
    from placeplan.web.api import urls  # noqa: PLC0415 – Django has to be set up first; this registers the operations
    from placeplan.web.api.views import groups  # noqa: PLC0415

    assert urls.urlpatterns
    yield from (
        "# The API of the workbench",
        "",
        "Only for reading. `{…}` stands for an id. Lists come in stretches: `limit` (50, at most 200) and `offset`; `next` is the address of the stretch that follows.",
    )
    yield "Every field is described at `/api/v1/openapi.json`."
    for tag, operations in groups().items():
        yield from ("", f"## {tag.capitalize()}", "")
        named = {o["address"]: f"{o['what']}.{_asked(o['asked'])}" for o in operations}
        yield from _meanings("address", "what it gives", named.items())


def _asked(asked: list[dict[str, Any]]) -> str:
    names = ", ".join(f"`{p['name']}`" for p in asked)
    return f" May be asked by {names}." if names else ""


SAFETY = ROOT / "docs" / "understand" / "safety.csv"
NOT_THROUGH = (
    "1 (how it is built), 6 (keys), 9 (what goes over the network), 10 (the code itself) and 11 (steps of business)"
)


def safety() -> Iterable[str]:
    """The workbench beside a list of what safe applications do, each line with its test."""
    with SAFETY.open(encoding="utf-8", newline="") as file:
        lines = list(csv.DictReader(file))
    counts = {state: sum(line["state"] == state for line in lines) for state in ("met", "not met", "not ours")}
    yield from (
        "# Is the workbench safe?",
        "",
        "The list is OWASP's Application Security Verification Standard, version 4.0.3, level 2, in our words.",
    )
    yield f"Of its {len(lines)} lines, {counts['met']} are met, each with the test that shows it. {counts['not met']} are not met, or no test shows it. {counts['not ours']} are for others, or about what is not here."
    yield "We went through it ourselves. Nobody from outside has looked at it yet. [Where trust ends](borders.md) tells borders, threats, keys and levels."
    yield from ("", "| line | what is asked | | how | test |", "| --- | --- | --- | --- | --- |")
    for line in lines:
        tests = "<br>".join(f"`{t.rpartition('/')[2]}`" for t in line["tests"].split())
        yield f"| {line['line']} | {line['asks']} | {line['state']} | {line['how']} | {tests} |"


def tables() -> Iterable[str]:
    """The CSV tables of a plan: one section a table, one line a column."""
    yield from (
        "# Tables of a plan",
        "",
        "UTF-8, commas, the first line names the columns. Columns marked * must be there.",
    )
    yield "An optional column may be missing or left blank; a column that is not listed here is refused."
    for name, (row, required) in TABLES.items():
        yield from ("", f"## {name}.csv", "", f"{about(row)} {'Every plan has it.' if required else 'Optional.'}", "")
        yield from fields(row.model_json_schema(), "column")
        yield from ("", "```csv", table_example(name), "```")


def files() -> Iterable[str]:
    """The YAML files of a plan."""
    yield from (
        "# Files of a plan",
        "",
        "YAML. Fields marked * must be there; a field that is not listed here is refused.",
    )
    yield "Effects, contracts and distributions are [kinds](kinds.md)."
    yield from records(FILES)


def problems() -> Iterable[str]:
    """Every code of a problem, and why it matters."""
    yield from (
        "# Problems",
        "",
        "What `placeplan check` and the other verbs may find. A code stays the same, whatever its message says.",
    )
    groups = {
        "In one file": codes.FORM,
        "Between files": codes.CONTENT,
        "In a workbook": codes.WORKBOOK,
        "Warnings": codes.WARNINGS,
    }
    for title, part in groups.items():
        yield from ("", f"## {title}", "", *_meanings("code", "why it matters", part.items()))
    yield from ("", "## In published files", "", "What `placeplan series` may find.", "")
    yield from _meanings("code", "why it matters", sorted(WHY.items()))
    yield from (
        "",
        "## In records of people's care",
        "",
        "What `placeplan records` may find. No message quotes a cell.",
        "",
    )
    yield from _meanings("code", "why it matters", sorted(RECORDS_WHY.items()))
    yield from ("", "Why a row of records is set aside: the first of these that holds.", "")
    yield from _meanings("reason", "such a row", REASONS[1:])


def _meanings(name: str, meaning: str, rows: Iterable[tuple[str, str]]) -> Iterable[str]:
    """A table of codes and what each means."""
    yield from (f"| {name} | {meaning} |", "| --- | --- |", *(f"| `{code}` | {what} |" for code, what in rows))


def series() -> Iterable[str]:
    """Every layout of a published file."""
    yield from ("# Published series", "", "Layouts that `placeplan series` knows, one file each in `src/placeplan/library/series`.", "A file is known by its columns and codes, whatever its name.")  # fmt: skip
    yield from (
        "",
        "| layout | what it is | whose, and licence | periods | rows of a plan's |",
        "| --- | --- | --- | --- | --- |",
    )
    for one in layouts().values():
        tables = ", ".join(dict.fromkeys(f"`{g.table}`" for g in one.gives))
        when = (
            one.period.kind.replace("_", " ")
            .replace("year begins", "financial year")
            .replace("year ends", "financial year")
        )
        said = "" if one.period.column else f" ({one.period.fixed or one.period.assumed or 'by its columns'})"
        caution = f" {one.caution}" if one.caution else ""
        yield f"| [`{one.id}`](#{one.id}) | {cell(one.title)}.{cell(caution)} | {one.publisher}; {one.licence} | {when}{said} | {tables} |"
    yield from ("", "Licences:", "")
    yield from (f"- **{name}**: {text}" for name, text in licences().items())
    yield from (
        "",
        "Why a row is set aside, and what to do:",
        "",
        "| reason | what it is | what to do |",
        "| --- | --- | --- |",
    )
    yield from (f"| `{why}` | {what} | {mend} |" for why, (what, mend) in ASIDE.items())
    for one in layouts().values():
        yield from (
            "",
            f"## {one.id}",
            "",
            f"{one.title}. Needs the columns {', '.join(f'`{n[0]}`' for n in one.needed())}.",
        )


def findings() -> Iterable[str]:
    """What a run writes."""
    yield from (
        "# findings.json",
        "",
        "What `placeplan test` writes; `report.html` shows the same, and computes nothing.",
    )
    yield from records({"Findings": Findings})


def kinds() -> Iterable[str]:
    """Every family of kinds, with fields and example."""
    yield from (
        "# Kinds",
        "",
        "What an initiative can do, how one organisation pays another, how sure we are of a number.",
    )
    for room in ROOMS:
        importlib.import_module(f"placeplan.{room}")
    inside: dict[str, Any] = {}
    for family in sorted(Kind.__subclasses__(), key=lambda f: f.family):
        yield from ("", f"## {family.family.capitalize()}", "", about(family))
        for name, kind in family.kinds().items():
            yield from ("", f"### `{name}`", "", about(kind), "")
            if set(kind.model_fields) - {"kind"}:
                yield from fields(kind.model_json_schema(), "field", leave_out=("kind",))
                yield from ("", "```yaml", yaml_of(kind.example), "```")
                inside |= kind.model_json_schema().get("$defs", {})
    yield from ("", "## Parts", "", "What stands inside kinds.")
    yield from parts(inside)


def model() -> Iterable[str]:
    """The model in the order of a month, with every equation and the words kept in `model_page.md`."""
    return written(EQUATIONS)


def commands() -> Iterable[str]:
    """The verbs of the command line."""
    yield from ("# Commands", "")
    root = typer.main.get_command(app)
    yield from (root.help or "", "")
    for name, command in _verbs(root):
        given = [option for option in command.params if option.param_type_name == "argument"]
        options = [option for option in command.params if option.param_type_name == "option" and not option.hidden]
        usage = " ".join(["placeplan", name, *(str(argument.metavar) for argument in given), "[OPTIONS]"])
        yield from ("", f"## {name}", "", f"`{usage}`", "", inspect.cleandoc(command.help or ""), "")
        yield from ("| | meaning |", "| --- | --- |")
        yield from (f"| `{argument.metavar}` | {cell(argument.help or '')} |" for argument in given)
        yield from (f"| `{_typed(option)}` | {cell(option.help or '')}{_default(option)} |" for option in options)


def _verbs(group: Any, before: str = "") -> Iterator[tuple[str, Any]]:
    """Every verb with its name as it is typed; those of a group after its name."""
    for name, command in sorted(group.commands.items()):
        if hasattr(command, "commands"):
            yield from _verbs(command, f"{before}{name} ")
        else:
            yield f"{before}{name}", command


def _typed(option: Any) -> str:
    """What is typed for an option: its name, and what follows it."""
    return option.opts[0] if option.is_flag else f"{option.opts[0]} {option.metavar or option.name.upper()}"


def _default(option: Any) -> str:
    value = option.default
    return "" if value in (None, "", False) or callable(value) else f" (default: {value})"


if __name__ == "__main__":
    if sys.argv[1:2] and sys.argv[1].startswith("-"):
        raise SystemExit(__doc__)
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "docs")
