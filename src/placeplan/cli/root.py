"""The verbs of the command line. Heavy imports stand inside them, so that ``--help`` answers at once."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated, Literal

import typer

from placeplan import __version__
from placeplan.cli.exchange import nhp
from placeplan.cli.place_verb import place
from placeplan.cli.returning import returns
from placeplan.cli.stopping import stoppable

app = typer.Typer(
    name="placeplan",
    help="See whether your place's health and care plan can work, who it fails first, and what would fix it.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
app.add_typer(nhp)
app.add_typer(returns)
app.command()(place)

LAST = 2**63 - 2
"""The highest number of a future, or of a seed: both are counted in 64 bits."""
STOPPED = 130
"""What typer returns where somebody stopped a command."""
Folder = Annotated[Path, typer.Argument(metavar="PLAN", help="Folder of the plan.")]
Json = Annotated[bool, typer.Option("--json", help="Print JSON for a script instead of text.")]
Set = Annotated[str, typer.Option("--set", help="Set of assumptions: NAME uses assumptions-NAME.yaml.", metavar="NAME")]
Seed = Annotated[
    int, typer.Option("--seed", min=0, max=LAST, help="Seed of all draws: the same seed, the same futures.")
]

Futures = Annotated[int, typer.Option("--futures", min=20, max=100_000, help="How many futures to run.")]


def main() -> None:
    """Run the command line; what a user can mend is told in words, with exit status 1."""
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


def _given(context: typer.Context, name: str) -> bool:
    """Whether an option was typed, rather than left at its default."""
    source = context.get_parameter_source(name)
    return source is not None and source.name == "COMMANDLINE"


@app.command()
def new(
    context: typer.Context,
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Folder to make; nothing that is there is touched.")],
    synthetic: Annotated[bool, typer.Option("--synthetic", help="Make up a whole place, labelled as made up.")] = False,
    areas: Annotated[int, typer.Option(min=1, max=500, help="Areas of the made-up place.")] = 6,
    organisations: Annotated[int, typer.Option(min=2, max=200, help="Organisations of the made-up place.")] = 6,
    initiatives: Annotated[int, typer.Option(min=0, max=200, help="Initiatives of the made-up place.")] = 8,
    detail: Annotated[
        Literal["plain", "whole"],
        typer.Option(
            help="People, care, beds and money; or every part of the model, best with 9 organisations or more."
        ),
    ] = "plain",
    seed: Seed = 1,
    as_json: Json = False,
) -> None:
    """Write a plan to start from: small and commented, or a whole made-up place."""
    given = (name for name in ("areas", "organisations", "initiatives", "detail", "seed") if _given(context, name))
    unused = next(given, None) if not synthetic else None
    if unused:
        raise typer.BadParameter(f"--{unused} is for a made-up place: add --synthetic, or leave it out.")
    from placeplan.cli import start  # noqa: PLC0415

    size = start.Synthetic(areas, organisations, initiatives, seed, detail) if synthetic else None
    start.new(folder, size, as_json)


@app.command()
def check(
    folder: Folder,
    before: Annotated[
        Path | None,
        typer.Option(
            "--before",
            metavar="OLDER",
            help="Version before: tell what was said on record there and is gone or changed.",
        ),
    ] = None,
    assumption_set: Set = "",
    as_json: Json = False,
) -> None:
    """Tell every problem of a plan at once: file, line, column, why it matters and how to mend it.

    The exit status is 1 where there is an error; warnings alone leave it 0.
    """
    from placeplan.cli.checking import check_folder  # noqa: PLC0415

    raise typer.Exit(check_folder(folder, before, assumption_set, as_json))


@app.command()
def export(
    folder: Folder,
    out: Annotated[Path, typer.Argument(metavar="FILE.xlsx", help="Workbook to write.")],
    force: Annotated[bool, typer.Option("--force", help="Write over a workbook that is there.")] = False,
    as_json: Json = False,
) -> None:
    """Write a plan as an Excel workbook: one sheet a table, with drop-down lists, units and notes."""
    from placeplan.cli.workbook import export_folder  # noqa: PLC0415

    export_folder(folder, out, force, as_json)


@app.command(name="import")
def import_(
    workbook: Annotated[Path, typer.Argument(metavar="FILE.xlsx", help="Workbook that export wrote.")],
    folder: Annotated[Path, typer.Argument(metavar="PLAN", help="Folder to write the plan to.")],
    force: Annotated[
        bool, typer.Option("--force", help="Write over the plan that is there; notes and scripts beside it stay.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Write the plan of an Excel workbook as a folder, or tell all that is wrong, by sheet and cell.

    What was not changed keeps its bytes: comments, order and layout come back as they were.
    """
    from placeplan.cli.workbook import import_workbook  # noqa: PLC0415

    import_workbook(workbook, folder, force, as_json)


@app.command()
def schema(
    out: Annotated[Path | None, typer.Option("--out", help="Write one file each into this new folder.")] = None,
    as_json: Json = False,
) -> None:
    """Print the JSON Schema of every file of a plan; that of a table describes one row."""
    from placeplan.cli import start  # noqa: PLC0415

    start.schema(out, as_json)


@app.command()
def test(
    folder: Folder,
    futures: Annotated[int, typer.Option("--futures", min=1, help="How many futures to run.")] = 1000,
    seed: Seed = 1,
    assumption_set: Set = "",
    out: Annotated[
        Path | None, typer.Option("--out", help="Folder for findings.json and report.html; else NAME-report here.")
    ] = None,
    engine: Annotated[
        str, typer.Option("--engine", help="Who runs futures: local, dask://HOST:PORT, ray, ray://HOST:PORT or spark.")
    ] = "local",
    only: Annotated[
        str,
        typer.Option(
            "--only", help="Stress tests by name, with commas between, or all: print what they find, write nothing."
        ),
    ] = "",
    also: Annotated[
        str,
        typer.Option(
            "--also", help="Stress tests that take long, by name, or all: run them too, for the whole report."
        ),
    ] = "",
    as_json: Json = False,
) -> None:
    """Test a plan: print the verdict in one sentence and the grid, write findings.json and report.html.

    The report appears whole at the end; a run that fails or is stopped leaves what was there before, and the batches of
    futures that it had finished in NAME-report-parts. The same command goes on from them, and removes them when it is done.
    """
    from placeplan.cli.testing import Asked, ask_folder, test_folder  # noqa: PLC0415

    asked = Asked(futures, seed, assumption_set, engine, also)
    if only and out is not None:
        raise typer.BadParameter("--only writes nothing: leave out --out, or --only.")
    if only and also:
        raise typer.BadParameter("--only runs some tests alone, --also some besides the others: give one of them.")
    if only:
        ask_folder(folder, only, asked, as_json)
    else:
        test_folder(folder, out, asked, as_json)


Minutes = Annotated[
    float,
    typer.Option("--minutes", min=0, help="End the search after so long, with the best so far; 0: when it is done."),
]


@app.command()
def fix(
    folder: Folder,
    promise: Annotated[
        list[str] | None, typer.Option("--promise", help="Id of a hard promise to mend; can be given several times.")
    ] = None,
    futures: Futures = 1000,
    seed: Seed = 1,
    minutes: Minutes = 0,
    as_json: Json = False,
) -> None:
    """Search for the smallest changes that mend a plan, and for promises that cannot all hold.

    Ctrl-C ends the search with the best so far; a second one stops at once.
    """
    from placeplan.cli.mending import fix as mend  # noqa: PLC0415

    mend(folder, promise or [], futures, seed, minutes, as_json)


@app.command()
def planb(
    folder: Folder,
    money: Annotated[
        float, typer.Option("--money", min=0, help="Money from outside that may be given, £m a year.")
    ] = 0,
    changes: Annotated[int, typer.Option("--changes", min=1, max=100, help="Most things that may be changed.")] = 8,
    futures: Futures = 1000,
    seed: Seed = 1,
    minutes: Minutes = 0,
    as_json: Json = False,
) -> None:
    """Search for plan B: changed plans that none beats in promises kept, money, nearness to the plan and who is hit worst.

    Ctrl-C ends the search with the best so far; a second one stops at once.
    """
    from placeplan.cli.mending import plan_b  # noqa: PLC0415

    plan_b(folder, money, changes, futures, seed, minutes, as_json)


@app.command()
def terms(
    folder: Folder,
    sure: Annotated[
        float, typer.Option("--sure", min=0.5, max=1, help="How surely going along is to be as good as leaving.")
    ] = 0.8,
    cap: Annotated[
        float, typer.Option("--cap", min=0, max=100, help="Most that one may pay or be paid, % of its turnover.")
    ] = 2.5,
    orders: Annotated[
        int, typer.Option("--orders", min=0, help="Orders drawn for fair shares; 0: every set, up to 12 organisations.")
    ] = 0,
    futures: Futures = 256,
    seed: Seed = 1,
    as_json: Json = False,
) -> None:
    """Look who loses by going along, who would leave, and which payments would keep everybody."""
    from placeplan.cli.going_along import terms as look  # noqa: PLC0415

    look(folder, sure, cap / 100, orders, futures, seed, as_json)


@app.command()
def pack(
    report: Annotated[
        Path,
        typer.Argument(metavar="REPORT", help="Folder of a report that placeplan test wrote, or its findings.json."),
    ],
    out: Annotated[
        Path | None, typer.Option("--out", help="New folder for the pack; else NAME-pack beside it.")
    ] = None,
) -> None:
    """Write the board's pack of a report: Word and PDF to read, Excel, CSV, Parquet and netCDF to reckon with.

    With it comes a description of every file with its digest, and of the run, so that anyone can check and run it again.
    """
    from placeplan.cli.packing import pack as write  # noqa: PLC0415

    write(report, out)


@app.command()
def publish(
    report: Annotated[
        Path,
        typer.Argument(metavar="REPORT", help="Folder of a report that placeplan test wrote, or its findings.json."),
    ],
    out: Annotated[
        Path, typer.Option("--out", help="Folder of the site; one that is there gets one more version.")
    ] = Path("site"),
    replies: Annotated[
        Path | None,
        typer.Option(
            "--replies", help="File with who was shown the findings, by when they could answer, and what they said."
        ),
    ] = None,
    without: Annotated[
        str,
        typer.Option(
            "--without-replies", metavar="WHY", help="Publish although nobody was asked, and say why on each page."
        ),
    ] = "",
    draft: Annotated[
        bool,
        typer.Option(
            "--draft", help="A site to show to those it names, marked as a draft, with a file of replies to fill in."
        ),
    ] = False,
    renamed: Annotated[
        bool, typer.Option("--renamed", help="It is the same plan as the site’s, under a new name.")
    ] = False,
) -> None:
    """Write a report as a site of static pages for the public: one page for each change, organisation, place and promise.

    Any web server or folder shows it, without scripts or network. Publishing again adds a version; older ones stay where they are.
    Nothing about an organisation is published before it could answer.
    """
    from placeplan.cli.publishing import Asked, publish_report  # noqa: PLC0415

    publish_report(report, out, Asked(replies, without, draft, renamed))


@app.command()
def compare(
    folder: Folder,
    other: Annotated[Path, typer.Argument(metavar="OTHER", help="Folder of the plan that is compared with it.")],
    futures: Annotated[int, typer.Option("--futures", min=2, max=100_000, help="How many futures to run.")] = 1000,
    seed: Seed = 1,
    as_json: Json = False,
) -> None:
    """Compare two plans, or two versions of one, on the same futures: which promises the second keeps more surely, and its money."""
    from placeplan.cli.comparing import compare_plans  # noqa: PLC0415

    compare_plans(folder, other, futures, seed, as_json)


@app.command()
def replay(
    folder: Folder,
    future: Annotated[int, typer.Option("--future", min=0, max=LAST, help="Number of the future, counted from 0.")],
    seed: Seed = 1,
    assumption_set: Set = "",
    out: Annotated[
        Path | None, typer.Option("--out", help="File to write, ending in .csv or .parquet; else CSV is printed.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Run one future again, by its number, and write every month and every day in beds: one figure a line."""
    from placeplan.cli.replaying import replay_folder  # noqa: PLC0415

    replay_folder(folder, future, seed, assumption_set, out, as_json)


@app.command()
def waterfall(
    folder: Folder,
    outcome: Annotated[str, typer.Argument(metavar="OUTCOME", help="Outcome whose change is told, such as position.")],
    entity: Annotated[str, typer.Option("--entity", help="Organisation, site/pool, site/pod …")] = "system",
    year: Annotated[str, typer.Option("--year", help="Year that is compared with the base year; else the last.")] = "",
    order: Annotated[
        Literal["shapley", "sequential", "reverse"],
        typer.Option(help="Each step's mean over all orders; or one after the other as listed; or the last one first."),
    ] = "shapley",
    futures: Annotated[int, typer.Option("--futures", min=2, max=10_000, help="How many futures to run.")] = 200,
    seed: Seed = 1,
    assumption_set: Set = "",
    out: Annotated[
        Path | None, typer.Option("--out", help="File for the picture: NAME.html with its table, or NAME.svg.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Tell why a figure changes: by people, demand, prices, what is committed and each initiative, in steps that add up."""
    from placeplan.cli.waterfall import Asked, waterfall_folder  # noqa: PLC0415

    waterfall_folder(folder, Asked(outcome, entity, year or None, order, futures, seed), assumption_set, out, as_json)


@app.command()
def population(
    folder: Annotated[Path, typer.Argument(metavar="FOLDER", help="Folder with areas.csv, and rates or totals.")],
    base: Annotated[int, typer.Option("--base", min=1990, max=2100, help="Year to which areas.csv belongs, mid-year.")],
    until: Annotated[int, typer.Option("--until", min=1990, max=2100, help="Last year to be projected.")],
    out: Annotated[Path, typer.Option("--out", help="Folder to make: areas.csv and population.csv for a plan.")],
    as_json: Json = False,
) -> None:
    """Project people by births, deaths and moves, in variants, and let small areas add up to their parents."""
    from placeplan.cli import peopling  # noqa: PLC0415

    peopling.population(folder, base, until, out, as_json)


@app.command()
def calibrate(
    folder: Folder,
    holdout: Annotated[
        str,
        typer.Option("--holdout", metavar="YEAR", help="Year kept back, as 2018/19: reconcile.csv has its figures."),
    ] = "",
    futures: Futures = 200,
    seed: Seed = 1,
    assumption_set: Set = "",
    out: Annotated[Path | None, typer.Option("--out", help="File for the page; else NAME-calibration.html.")] = None,
    as_json: Json = False,
) -> None:
    """Compare the base year with what was published: what is left by organisation and kind of care, what was filled in and how.

    The exit status is 1 where the base year is not calibrated.
    """
    from placeplan.cli.calibrating import calibrate_folder  # noqa: PLC0415

    raise typer.Exit(calibrate_folder(folder, holdout, futures, seed, assumption_set, out, as_json))


@app.command()
def warm(as_json: Json = False) -> None:
    """Compile the engine now, once for each version, so that the first test of a plan need not wait for it."""
    from placeplan.cli.start import warm_up  # noqa: PLC0415

    warm_up(as_json)


@app.command()
def explain(
    folder: Folder,
    outcome: Annotated[str, typer.Argument(metavar="OUTCOME", help="Outcome to trace, such as position.")],
    entity: Annotated[str, typer.Option("--entity", help="Organisation, site/pool, site/pod, initiative …")] = "system",
    period: Annotated[str, typer.Option("--period", help="Month 2018-03 or year 2018/19; else the last year.")] = "",
    future: Annotated[
        int | None, typer.Option("--future", min=0, max=LAST, help="One future; else the mean over all.")
    ] = None,
    depth: Annotated[int, typer.Option("--depth", min=0, max=30, help="How many steps to follow.")] = 3,
    futures: Annotated[int, typer.Option("--futures", min=1, max=1_000_000, help="How many futures to run.")] = 200,
    seed: Seed = 1,
    assumption_set: Set = "",
    as_json: Json = False,
) -> None:
    """Trace an outcome down to the rows, assumptions and equations that made it."""
    from placeplan.cli import tracing  # noqa: PLC0415

    asked = tracing.Asked(outcome, entity, period or None, future, depth)
    tracing.explain_folder(folder, asked, futures, seed, assumption_set, as_json)
