"""``placeplan records``: the verbs as they are typed. What they do stands in `records` and `record_files`, imported when called."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from placeplan.cli.options import Json

records = typer.Typer(
    name="records",
    no_args_is_help=True,
    help="Count records of people's care into tables of a plan.",
)

Plan = Annotated[
    Path, typer.Argument(metavar="PLAN", help="Folder of the plan: its base year, sites, areas and people.")
]
Map = Annotated[
    str,
    typer.Option(
        "--map",
        help="Layout of the records: hes_admitted, ecds, asc_cld … (see `records maps`), or your own YAML file.",
    ),
]


@records.command()
def rates(
    plan: Plan,
    extracts: Annotated[
        str, typer.Argument(metavar="RECORDS", help="Folder or file (CSV, Parquet), a postgresql:// address, or spark.")
    ],
    layout: Map,
    out: Annotated[Path, typer.Option("--out", help="New folder for the tables.")],
    table: Annotated[str, typer.Option("--table", help="Table or view, in PostgreSQL or Spark.")] = "",
    areas: Annotated[
        Path | None, typer.Option("--areas", help="CSV with code and area: the plan's area of each small area.")
    ] = None,
    least: Annotated[int, typer.Option("--least", min=1, help="Fewest people of which a figure is shown.")] = 7,
    to: Annotated[int, typer.Option("--round", min=1, help="Counts are rounded to the nearest multiple of this.")] = 5,
    beyond: Annotated[
        bool,
        typer.Option("--beyond", help="Count residents' care at providers the plan does not have, as given outside."),
    ] = False,
    memory: Annotated[
        str, typer.Option("--memory", help="Memory before the disk is used (files), such as 2GB.")
    ] = "2GB",
    as_json: Json = False,
) -> None:
    """Count records into tables of a plan.

    Rates, stays, seasons and flows, with an audit of every row.
    """
    from placeplan.baseline.extracts.small import Small  # noqa: PLC0415
    from placeplan.cli.sources.records import Asked  # noqa: PLC0415
    from placeplan.cli.sources.records import rates as count  # noqa: PLC0415

    in_database = extracts == "spark" or extracts.startswith(("postgresql://", "postgres://"))
    if in_database != bool(table):
        wrong = "Say with --table which table it is." if in_database else "--table is for PostgreSQL and Spark."
        raise typer.BadParameter(wrong)
    asked = Asked(layout, table, areas, Small(least, to), beyond, memory)
    count(plan, extracts, out, asked, as_json)


@records.command()
def maps(as_json: Json = False) -> None:
    """List the maps that come with placeplan."""
    from placeplan.cli.sources.record_maps import names, read_map  # noqa: PLC0415
    from placeplan.cli.tell import print_json  # noqa: PLC0415

    found = {name: read_map(name).about for name in names()}
    if as_json:
        print_json(found)
        return
    for name, about in found.items():
        typer.echo(f"{name:18} {about}")


@records.command()
def make(
    plan: Plan,
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="New folder for the made-up records.")],
    layout: Map,
    rows: Annotated[
        int, typer.Option("--rows", min=100, max=1_000_000_000, help="Rows without defects, about.")
    ] = 100_000,
    defects: Annotated[
        float,
        typer.Option("--defects", min=0, max=20, help="How often each usual defect comes; 1: as usual, 0: never."),
    ] = 1.0,
    seed: Annotated[int, typer.Option("--seed", min=0, help="The same seed, the same records.")] = 1,
    as_json: Json = False,
) -> None:
    """Make up records of a plan's place, to try things on.

    They are nobody's, and have the usual defects at stated rates.
    """
    from placeplan.cli.sources.record_files import make_records  # noqa: PLC0415

    make_records(plan, folder, layout, rows, defects, seed, as_json)
