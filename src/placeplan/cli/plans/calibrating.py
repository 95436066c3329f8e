"""The verb ``calibrate``."""

from __future__ import annotations

from pathlib import Path

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from placeplan.cli.placing import Kind, refuse_file
from placeplan.cli.progress import with_progress
from placeplan.cli.runs.testing import plain_name
from placeplan.cli.tell import print_json
from placeplan.core.errors import PlanError, Together
from placeplan.plan.aside import put_in_place
from placeplan.plan.folder import read_plan
from placeplan.stress.base_year.calibrate import Calibration, calibrate
from placeplan.stress.base_year.calibration import JUDGED, difference
from placeplan.stress.base_year.holdout import rows_of

KINDS = {
    ".html": Kind(
        "the reconciliation page", r"<title>(Not c|C)alibrated: [^<]* – placeplan( \(made up\))?</title>".encode()
    )
}
SHOWN = 10
"""Rows that do not fit, on the screen."""


def calibrate_folder(
    folder: Path, year: str, futures: int, seed: int, assumption_set: str, out: Path | None, as_json: bool
) -> int:  # fmt: skip
    """Compare a plan's base year with what was published; write the page; 0 where it is calibrated, else 1."""
    out = out or Path(f"{plain_name(folder)}-calibration.html")
    refused = Together()
    refused.of(refuse_file, out, KINDS)
    plan = refused.of(read_plan, folder, assumption_set)
    if plan is not None and year:
        refused.of(rows_of, plan, year)
    if plan is None or refused.problems:
        raise PlanError(refused.problems)
    found = with_progress(lambda tell: calibrate(plan, futures, seed, year, tell))
    from placeplan.report.calibration import page  # noqa: PLC0415 – only once there is something to draw

    text = page(found)
    with put_in_place(out) as aside:
        aside.write_text(text, encoding="utf-8", newline="\n")
    if as_json:
        print_json(found.model_dump(mode="json"))
    else:
        _tell(found, out)
    return 0 if found.calibrated.ok else 1


def _tell(found: Calibration, out: Path) -> None:
    console = Console(highlight=False)
    console.print(Text(found.calibrated.sentence, style="bold"))
    table = Table(box=box.SIMPLE, show_header=False, pad_edge=False)
    for c in found.calibrated.criteria:
        table.add_row("✓" if c.ok else "✗", Text(c.name), Text(c.sentence))
    console.print(table)
    off = [r for r in (*found.published, *found.own) if not r.ok and r.tolerance < JUDGED]
    for r in off[:SHOWN]:
        console.print(Text(f"{r.organisation}, {r.of}: {difference(r)}, limit {100 * r.tolerance:.3g} % ({r.what})"))
    if len(off) > SHOWN:
        console.print(Text(f"And {len(off) - SHOWN} more: see the page."))
    filled = sum(i.rows for i in found.imputed)
    console.print(Text(f"{filled:,} figures were filled in, in {len(found.imputed)} ways: see the page.", style="dim"))
    console.print(f"Page: {out.resolve()}", markup=False, soft_wrap=True)
