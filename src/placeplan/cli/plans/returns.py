"""The verbs of planning returns: ``returns check`` and ``returns write``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from placeplan.cli.options import Json

returns = typer.Typer(
    name="returns",
    help="Set planning returns against each other, or write them.",
    no_args_is_help=True,
    rich_markup_mode=None,
)
Maps = Annotated[
    list[Path] | None,
    typer.Option("--map", help="YAML with the layout of returns of your own; can be given several times."),
]


@returns.command("check")
def check(
    files: Annotated[list[Path], typer.Argument(metavar="FILES...", help="Returns, as Excel or CSV.")],
    maps: Maps = None,
    plan: Annotated[
        Path | None, typer.Option("--plan", help="Plan whose organisations, sites and contracts they are about.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Tell whether returns agree.

    Staff and pay, care and staff, bed-days and beds, both sides of each contract. Each difference is told with its cells. The exit status is 1 where something differs or cannot be read.
    """
    from rich.console import Console  # noqa: PLC0415

    from placeplan.cli.tell import print_json, print_problems  # noqa: PLC0415
    from placeplan.exchange.returns.files import check_files  # noqa: PLC0415

    with Console(stderr=True).status("reading the returns …"):
        found, apart, lacking = check_files(files, maps or [], plan)
    if as_json:
        print_json({
            "ok": not apart,
            "differences": [{"year": d.year, "agreement": d.agreement, **d.problem.as_dict()} for d in apart],
            "not_asked": {name: list(tables) for name, tables in lacking.items()},
            "sheets": [
                {"sheet": c.sheet, "table": c.table, "rows": c.rows, "used": c.used, "aside": dict(c.aside)}
                for c in found.counts
            ],
            "not_read": found.unread,
            "warnings": [p.as_dict() for p in found.problems],
        })  # fmt: skip
        raise typer.Exit(1 if apart else 0)
    for c in found.counts:
        aside = "".join(f", {n} set aside ({why})" for why, n in sorted(c.aside.items()))
        typer.echo(f"{c.sheet}: {c.rows} rows, {c.used} used as {c.table}{aside}")
        if c.stray:
            typer.echo(f"  not read: {', '.join(c.stray)}")
    for name in found.unread:
        typer.echo(f"{name}: no return")
    for name, tables in lacking.items():
        typer.echo(f"Not asked: {name} (nothing on {', '.join(tables)})")
    print_problems(found.problems)
    for year in dict.fromkeys(d.year for d in apart):
        typer.echo(f"\n{year or 'The returns'}:")
        print_problems([d.problem for d in apart if d.year == year])
    typer.echo(f"Differences: {len(apart)}")
    raise typer.Exit(1 if apart else 0)


@returns.command("read")
def read(
    files: Annotated[list[Path], typer.Argument(metavar="FILES...", help="Returns, as Excel or CSV.")],
    plan: Annotated[Path, typer.Option("--plan", help="Folder of the plan to which they belong.")],
    out: Annotated[Path, typer.Option("--out", help="Folder to write: the plan with the figures of the returns.")],
    year: Annotated[str, typer.Option("--year", help="Year of the figures; else the plan's base year.")] = "",
    maps: Maps = None,
    as_json: Json = False,
) -> None:
    """Write a plan with the figures of returns.

    Rows with the same key change, others are added or stay.
    """
    from rich.console import Console  # noqa: PLC0415

    from placeplan.cli.tell import print_json, print_problems  # noqa: PLC0415
    from placeplan.exchange.returns.files import into_folder  # noqa: PLC0415

    with Console(stderr=True).status("reading the returns and the plan …"):
        told, warnings = into_folder(files, plan, out, year, maps or [])
    if as_json:
        tables = [{"table": c.table, "changed": c.changed, "added": c.added, "same": c.same} for c in told]
        print_json({"ok": True, "folder": str(out), "tables": tables, "warnings": [p.as_dict() for p in warnings]})
        return
    print_problems(warnings)
    for c in told:
        typer.echo(f"{c.table}: rows changed {c.changed}, added {c.added}, as they were {c.same}")
    typer.echo(f"Wrote {out}.")


@returns.command("write")
def write(
    folder: Annotated[Path, typer.Argument(metavar="PLAN", help="Folder of the plan.")],
    out: Annotated[Path, typer.Option("--out", help="Folder to make, with a workbook for each return.")],
    maps: Maps = None,
    futures: Annotated[
        int, typer.Option("--futures", min=0, max=10_000, help="How many futures to run; 0: the base year alone.")
    ] = 200,
    seed: Annotated[int, typer.Option("--seed", min=0, help="Seed of all draws.")] = 1,
    as_csv: Annotated[bool, typer.Option("--csv", help="Write a CSV for each sheet instead.")] = False,
    as_json: Json = False,
) -> None:
    """Write a plan's returns.

    Finance, workforce, activity and capital, and the headline measures.
    """
    from rich.console import Console  # noqa: PLC0415

    from placeplan.cli.tell import print_json  # noqa: PLC0415
    from placeplan.exchange.returns.files import Choice, write_files_of  # noqa: PLC0415

    with Console(stderr=True).status("running the plan's futures …"):
        names, told = write_files_of(folder, out, Choice(tuple(maps or ()), futures, seed, as_csv))
    if as_json:
        print_json({"ok": True, "folder": str(out), "files": names, "told": told})
        return
    typer.echo("".join(f"{line}\n" for line in told), nl=False)
    typer.echo(f"Wrote {out}: {', '.join(names)}.")
