"""``placeplan series``: the verb as it is typed. What it does stands in `series`, imported when called."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

from placeplan.cli.options import Json


def series(
    files: Annotated[
        list[Path] | None,
        typer.Argument(
            metavar="FILE...",
            help="Published files: CSV (also .gz), Excel or Parquet. Without any, the layouts are listed.",
        ),
    ] = None,
    out: Annotated[
        Path | None, typer.Option("--out", help="New folder for the tidy tables and what was set aside.")
    ] = None,
    layout: Annotated[
        str, typer.Option("--as", metavar="NAME", help="Layout of the files, where more than one would fit.")
    ] = "",
    period: Annotated[
        str, typer.Option("--period", help="Of when the figures are, where a file does not say it: 2016/17.")
    ] = "",
    year: Annotated[
        str, typer.Option("--year", help="Base year 2016/17: make rows of a plan's own tables as well.")
    ] = "",
    code: Annotated[
        list[str] | None,
        typer.Option("--code", help="Organisation or area for the plan's rows; can be given several times."),
    ] = None,
    form: Annotated[Literal["csv", "parquet"], typer.Option(help="Form of the tidy tables.")] = "csv",
    as_json: Json = False,
) -> None:
    """Say what published files are, and tidy their figures.

    It says of when they are and under which licence, and brings figures into one form. A file is known by its columns, not by its name. Every row is used or set aside with a reason. The exit status is 1 where
    a file was refused; what was read of the others is told and written.
    """  # fmt: skip
    from placeplan.cli.sources.series import Asked, list_layouts, read_files  # noqa: PLC0415
    from placeplan.series.periods import read_period  # noqa: PLC0415

    if not files:
        list_layouts(as_json)
        return
    if year and not read_period(year, "financial_year")[0]:
        raise typer.BadParameter("--year is a financial year, such as 2016/17.")
    asked = Asked(layout, period, read_period(year, "financial_year")[0] if year else "", code or (), form)
    raise typer.Exit(read_files(files, asked, out, as_json))
