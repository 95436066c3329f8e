"""``placeplan place``: the verb as it is typed. What it does stands in `first_plan`, imported when called."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from placeplan.cli.options import Json


def place(
    name: Annotated[
        str, typer.Argument(metavar="NAME", help="Footprint of 2016: its name, number (1 to 44) or code.")
    ] = "",
    folder: Annotated[
        Path | None,
        typer.Argument(metavar="FOLDER", help="Folder of published files, in folders of their own or all together."),
    ] = None,
    out: Annotated[Path | None, typer.Option("--out", help="Folder to make; nothing that is there is touched.")] = None,
    renew: Annotated[
        bool,
        typer.Option(
            "--renew", help="Write the plan's own files anew in a folder that is there; leave all others alone."
        ),
    ] = False,
    listed: Annotated[bool, typer.Option("--list", help="List the 44 footprints and stop.")] = False,
    as_json: Json = False,
) -> None:
    """Make a first plan of a place from published files.

    The place is one of the footprints of 2016. Files are known by what is in them. What no file says stands on default, and is told.
    """  # fmt: skip
    from placeplan.cli.sources.first_plan import Asked, list_footprints, make  # noqa: PLC0415

    if listed:
        list_footprints(as_json)
        return
    missing = [what for what, given in (("NAME", name), ("FOLDER", folder), ("--out", out)) if not given]
    if missing or folder is None or out is None:
        raise typer.BadParameter(f"Give {' and '.join(missing)}: placeplan place Lincolnshire downloads --out lincolnshire.")  # fmt: skip
    make(Asked(name, folder, out, renew), as_json)
