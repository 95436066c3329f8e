"""``placeplan pack``: a report's findings as the board's pack."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

import typer
from pydantic import ValidationError

from placeplan import __version__
from placeplan.cli.tell import print_json
from placeplan.core.errors import PlanError, Problem, Together, install, nearest
from placeplan.plan.aside import put_in_place, refuse_unwritable
from placeplan.plan.located import problem
from placeplan.stress.findings import Findings

FINDINGS = "findings.json"
NEEDS = ("docx", "weasyprint")
"""What the extra brings."""


def pack(report: Path, out: Path | None, as_json: bool = False) -> None:
    """Write the pack of a report, whole or not at all."""
    of = report.absolute().parent if report.name == FINDINGS else report.absolute()
    out = out or of.with_name(f"{of.name}-pack")
    refused = Together()
    refused.of(refuse_unwritable, out)
    refused.of(_refuse_taken, out)
    refused.of(_refuse_without_extra)
    findings = refused.of(read_findings, report)
    if findings is None or refused.problems:
        raise PlanError(refused.problems)
    from placeplan.report.pack.package import write_pack  # noqa: PLC0415 – slow to import

    typer.echo("Writing the pack …", err=True)
    with put_in_place(out) as aside:
        aside.mkdir()
        write_pack(findings, aside)
    if as_json:
        files = sorted(p.relative_to(out).as_posix() for p in out.rglob("*") if p.is_file())
        print_json({"pack": str(out.resolve()), "files": files})
        return
    typer.echo(f"Pack: {out.resolve()}")


def read_findings(report: Path) -> Findings:
    """What a run found, from its report's folder or the file itself; raises PlanError where that is not there or cannot be read."""
    file = report if report.is_file() else report / FINDINGS
    try:
        text = file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as failed:
        raise PlanError([_missing(file, failed)]) from failed
    try:
        return Findings.model_validate_json(text)
    except ValidationError as failed:
        what = f"“{file}” does not hold the findings of placeplan {__version__}: {_first(failed)}."
        mend = "Run placeplan test again with this version; the same plan, futures and seed give the same figures."
        raise PlanError([problem(str(file), 0, "", "no-findings", what, mend)]) from failed


def _missing(file: Path, failed: OSError | UnicodeDecodeError) -> Problem:
    mend = "Give the folder of a report: placeplan test writes one."
    if isinstance(failed, UnicodeDecodeError):
        return problem(str(file), 0, "", "no-findings", f"“{file}” is no text.", mend)
    there = [p.parent.name for p in file.parent.parent.glob(f"*/{FINDINGS}")]
    what = f"“{file}” cannot be read: {failed.strerror}." if file.exists() else f"There is no “{file}”."
    return problem(str(file), 0, "", "no-findings", what, mend, nearest(file.parent.name, there))


def _first(failed: ValidationError) -> str:
    """The first thing that is wrong, and how many more are."""
    first, *more = failed.errors()
    where = ".".join(map(str, first["loc"]))
    said = f"{where}: {first['msg']}" if where else first["msg"]
    return f"{said[:1].lower()}{said[1:]}" + (f", and {len(more)} more" if more else "")


def _refuse_taken(out: Path) -> None:
    if out.exists() or out.is_symlink():
        what = f"“{out}” is there already, and nothing is written over."
        raise PlanError([problem("--out", 0, "", "folder-in-use", what, "Give another folder with --out, or move it.")])


def _refuse_without_extra() -> None:
    lacking = [name for name in NEEDS if find_spec(name) is None]
    if lacking:
        what = f"What Word and PDF need is not installed: {', '.join(lacking)}."
        raise PlanError([problem("pack", 0, "", "pack-not-installed", what, install("pack"))])
