"""The verbs that hand a report on. Heavy imports stand inside them, so that ``--help`` answers at once."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from placeplan.cli.options import Json


def pack(
    report: Annotated[
        Path,
        typer.Argument(metavar="REPORT", help="Folder of a report that placeplan test wrote, or its findings.json."),
    ],
    out: Annotated[
        Path | None, typer.Option("--out", help="New folder for the pack; else NAME-pack beside it.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Write the board's pack of a report: Word, PDF and data.

    Word and PDF are to read; Excel, CSV, Parquet and netCDF to reckon with. With it comes a description of every file with its digest, and of the run, so that anyone can check and run it again.
    """
    from placeplan.cli.reports.packing import pack as write  # noqa: PLC0415

    write(report, out, as_json)


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
    by: Annotated[
        str, typer.Option("--by", metavar="WHO", help="Who publishes it, as the list of versions is to say.")
    ] = "",
) -> None:
    """Write a report as a site of plain pages for the public.

    One page for each change, organisation, place and promise. Any web server or folder shows it, without scripts or network. Publishing again adds a version; older ones stay where they are.
    Nothing about an organisation is published before it could answer.
    """
    from placeplan.cli.reports.publishing import Asked, publish_report  # noqa: PLC0415

    publish_report(report, out, Asked(replies, without, draft, renamed, by))


def withdraw(
    site: Annotated[Path, typer.Argument(metavar="SITE", help="Folder of a site that placeplan publish wrote.")],
    version: Annotated[str, typer.Argument(metavar="VERSION", help="Name of the version, as in v/NAME/, or newest.")],
    why: Annotated[str, typer.Option("--why", help="The reason, which stands on each of its pages.")],
    by: Annotated[str, typer.Option("--by", metavar="WHO", help="Who withdraws it, as its pages are to say.")] = "",
) -> None:
    """Take back a version of a site.

    It stays at its address, and each of its pages says so, with the reason.

    Nobody can undo this. Publish a mended version in its place.
    """
    from placeplan.cli.reports.publishing import withdraw_version  # noqa: PLC0415

    withdraw_version(site, version, why, by)
