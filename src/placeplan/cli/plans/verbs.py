"""The verbs that write, check and exchange a plan. Heavy imports stand inside them, so that ``--help`` answers at once."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

from placeplan.cli.options import Folder, Futures, Json, Seed, Set


def _given(context: typer.Context, name: str) -> bool:
    """Whether an option was typed, rather than left at its default."""
    source = context.get_parameter_source(name)
    return source is not None and source.name == "COMMANDLINE"


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
    """Write a plan to start from, or a whole made-up place."""
    given = (name for name in ("areas", "organisations", "initiatives", "detail", "seed") if _given(context, name))
    unused = next(given, None) if not synthetic else None
    if unused:
        raise typer.BadParameter(f"--{unused} is for a made-up place: add --synthetic, or leave it out.")
    from placeplan.cli.plans import start  # noqa: PLC0415

    size = start.Synthetic(areas, organisations, initiatives, seed, detail) if synthetic else None
    start.new(folder, size, as_json)


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
    """Tell every problem of a plan at once, and how to mend it.

    Each with file, line, column and why it matters. The exit status is 1 where there is an error; warnings alone leave it 0.
    """
    from placeplan.cli.plans.checking import check_folder  # noqa: PLC0415

    raise typer.Exit(check_folder(folder, before, assumption_set, as_json))


def export(
    folder: Folder,
    out: Annotated[Path, typer.Argument(metavar="FILE.xlsx", help="Workbook to write.")],
    force: Annotated[bool, typer.Option("--force", help="Write over a workbook that is there.")] = False,
    as_json: Json = False,
) -> None:
    """Write a plan as an Excel workbook.

    It has one sheet a table, with drop-down lists, units and notes.
    """
    from placeplan.cli.plans.workbook import export_folder  # noqa: PLC0415

    export_folder(folder, out, force, as_json)


def import_(
    workbook: Annotated[Path, typer.Argument(metavar="FILE.xlsx", help="Workbook that export wrote.")],
    folder: Annotated[Path, typer.Argument(metavar="PLAN", help="Folder to write the plan to.")],
    force: Annotated[
        bool, typer.Option("--force", help="Write over the plan that is there; notes and scripts beside it stay.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Write the plan of an Excel workbook as a folder.

    Or tell all that is wrong, by sheet and cell. What was not changed keeps its bytes: comments, order and layout come back as they were.
    """
    from placeplan.cli.plans.workbook import import_workbook  # noqa: PLC0415

    import_workbook(workbook, folder, force, as_json)


def schema(
    out: Annotated[Path | None, typer.Option("--out", help="Write one file each into this new folder.")] = None,
    as_json: Json = False,
) -> None:
    """Print the JSON Schema of every file of a plan.

    That of a table describes one row.
    """
    from placeplan.cli.plans import start  # noqa: PLC0415

    start.schema(out, as_json)


def population(
    folder: Annotated[
        Path,
        typer.Argument(metavar="FOLDER", help="Folder with areas.csv, and rates or totals; or with files of the ONS."),
    ],
    base: Annotated[int, typer.Option("--base", min=1990, max=2100, help="Year of the people of now, mid-year.")],
    until: Annotated[int, typer.Option("--until", min=1990, max=2100, help="Last year to be projected.")],
    out: Annotated[Path, typer.Option("--out", help="Folder to make: areas.csv and population.csv for a plan.")],
    area: Annotated[
        list[str] | None,
        typer.Option("--area", help="ONS code of an area, of those in published files; can be given several times."),
    ] = None,
    as_json: Json = False,
) -> None:
    """Project people by births, deaths and moves.

    In variants; small areas add up to their parents.
    """
    from placeplan.cli.sources import peopling  # noqa: PLC0415

    peopling.population(folder, base, until, area or (), out, as_json)


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
    """Compare the base year with what was published.

    It tells what is left by organisation and kind of care, and what was filled in and how. The exit status is 1 where the base year is not calibrated.
    """
    from placeplan.cli.plans.calibrating import calibrate_folder  # noqa: PLC0415

    raise typer.Exit(calibrate_folder(folder, holdout, futures, seed, assumption_set, out, as_json))


def warm(as_json: Json = False) -> None:
    """Compile the engine now, so that the first test need not wait.

    Once for each version of placeplan is enough.
    """
    from placeplan.cli.plans.start import warm_up  # noqa: PLC0415

    warm_up(as_json)


def numbers(
    folder: Folder,
    words: Annotated[list[str] | None, typer.Argument(metavar="[WORDS]", help="Words that are to stand in it.")] = None,
    as_json: Json = False,
) -> None:
    """List the numbers of a plan, each with its address and source.

    An address goes with --with of compare.
    """
    from placeplan.cli.plans.numbering import list_numbers  # noqa: PLC0415

    list_numbers(folder, words or [], as_json)
