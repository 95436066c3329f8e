"""The verbs of the command line. Heavy imports stand inside them, so that ``--help`` answers at once."""

from __future__ import annotations

import gc
import os
import sys
from typing import Annotated

import typer

from placeplan import __version__
from placeplan.cli.plans import verbs as plan_verbs
from placeplan.cli.plans.nhp import nhp
from placeplan.cli.plans.returns import returns
from placeplan.cli.reports import verbs as report_verbs
from placeplan.cli.runs import verbs as run_verbs
from placeplan.cli.sources.place_verb import place
from placeplan.cli.sources.record_verbs import records
from placeplan.cli.sources.series_verb import series
from placeplan.cli.stopping import stoppable
from placeplan.cli.workbench.verbs import serve, web

app = typer.Typer(
    name="placeplan",
    help="See whether your place's health and care plan can work, who it fails first, and what would fix it.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
for verb in (
    plan_verbs.new,
    place,
    plan_verbs.check,
    run_verbs.test,
    run_verbs.fix,
    run_verbs.planb,
    run_verbs.terms,
    run_verbs.contracts,
    run_verbs.compare,
    run_verbs.waterfall,
    run_verbs.explain,
    run_verbs.replay,
    report_verbs.pack,
    report_verbs.publish,
    report_verbs.withdraw,
    serve,
    plan_verbs.numbers,
    plan_verbs.calibrate,
    plan_verbs.export,
    plan_verbs.import_,
    series,
    plan_verbs.population,
    plan_verbs.schema,
    plan_verbs.warm,
):
    app.command(name=verb.__name__.rstrip("_"))(verb)
for verbs in (records, returns, nhp, web):
    app.add_typer(verbs)

ONE_AT_A_TIME = ("OPENBLAS_NUM_THREADS", "1")
"""NumPy's products and solutions take one thread, unless somebody set another number: ours are small, and while all cores replay
futures two threads wait for each other, up to forty times as long as one alone takes. It is read when NumPy is first imported."""
STOPPED = 130
"""What typer returns where somebody stopped a command."""

RARELY = (50_000, 20, 50)
"""How many objects come before Python looks for circles among them: what is brought in and read makes very many, and hardly one to let go. It spares a tenth of a short command."""


def main() -> None:
    """Run the command line; what a user can mend is told in words, with exit status 1."""
    os.environ.setdefault(*ONE_AT_A_TIME)
    gc.set_threshold(*RARELY)
    try:
        with stoppable():
            status = app(standalone_mode=False)
        if status == STOPPED:
            raise KeyboardInterrupt
    except (Exception, KeyboardInterrupt) as failure:  # noqa: BLE001 – what is no user's mistake is raised again
        from placeplan.cli.tell import tell_failure  # noqa: PLC0415

        sys.exit(tell_failure(failure, "--json" in sys.argv))
    sys.exit(status if isinstance(status, int) else 0)


def _version(asked: bool) -> None:
    if asked:
        typer.echo(f"placeplan {__version__}")
        raise typer.Exit


@app.callback()
def root(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version and stop.")
    ] = False,
) -> None:
    """See whether your place's health and care plan can work, who it fails first, and what would fix it."""
