"""``placeplan serve`` and ``placeplan web``. Heavy imports stand inside, so that ``--help`` answers at once."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

Kept = Annotated[
    Path | None, typer.Option("--folder", help="Folder for what the workbench keeps; else placeplan-workbench here.")
]

web = typer.Typer(
    name="web", help="Run the workbench, and keep what it has.", no_args_is_help=True, rich_markup_mode=None
)


def serve(
    plans: Annotated[list[Path] | None, typer.Argument(metavar="[PLAN]...", help="Folders of plans to open.")] = None,
    folder: Kept = None,
    port: Annotated[int, typer.Option("--port", min=1, max=65535, help="Port on this machine.")] = 8000,
    futures: Annotated[int, typer.Option("--futures", min=1, max=100_000, help="How many futures to run.")] = 200,
) -> None:
    """Open the workbench in a browser on this machine.

    Plans that are given are tested, and shown as drafts.
    """
    from placeplan.cli.workbench.serving import serve as answer  # noqa: PLC0415

    raise typer.Exit(answer(plans or (), folder, port, futures))


@web.command()
def server(
    folder: Kept = None,
    host: Annotated[str, typer.Option("--host", help="Address of this machine at which it answers.")] = "127.0.0.1",
    port: Annotated[int, typer.Option("--port", min=1, max=65535, help="Port at which it answers.")] = 8000,
    workers: Annotated[int, typer.Option("--workers", min=1, max=64, help="Processes that answer.")] = 2,
) -> None:
    """Answer, and leave jobs to workers of their own.

    Under which names it is reached is a setting: PLACEPLAN_WEB_HOSTS.
    """
    from placeplan.cli.workbench.serving import answer  # noqa: PLC0415

    raise typer.Exit(answer(folder, host, port, workers))


@web.command()
def health(
    port: Annotated[int, typer.Option("--port", min=1, max=65535, help="Port at which it answers.")] = 8000,
) -> None:
    """Ask the server of this machine whether it is well.

    The exit status is 1 where it is not.
    """
    from placeplan.cli.workbench.serving import well  # noqa: PLC0415

    found = well(port)
    typer.echo("It is well." if found else "It does not answer, or its database does not.")
    raise typer.Exit(0 if found else 1)


@web.command()
def worker(folder: Kept = None) -> None:
    """Do the workbench's jobs, until it is stopped.

    Any number of workers can share a database.
    """
    from placeplan.cli.workbench.serving import work  # noqa: PLC0415

    work(folder)


@web.command()
def sliders(folder: Kept = None) -> None:
    """Keep plans ready for sliders, until it is stopped.

    Public pages ask it. One for each machine that answers; placeplan serve has its own.
    """
    from placeplan.cli.workbench.serving import slide  # noqa: PLC0415

    slide(folder)


@web.command()
def backup(
    out: Annotated[Path, typer.Argument(metavar="FILE", help="New file to write, ending in .zip.")], folder: Kept = None
) -> None:
    """Write all that the workbench keeps to one file.

    It goes on working meanwhile.
    """
    from placeplan.cli.workbench.serving import back_up  # noqa: PLC0415

    back_up(out, folder)


@web.command()
def restore(
    source: Annotated[Path, typer.Argument(metavar="FILE", help="File that backup wrote.")], folder: Kept = None
) -> None:
    """Bring back all that a backup holds.

    The workbench must hold nothing yet. Any database will do.
    """
    from placeplan.cli.workbench.serving import bring_back  # noqa: PLC0415

    bring_back(source, folder)


@web.command()
def person(
    email: Annotated[str, typer.Argument(metavar="EMAIL", help="Address by which the person signs in.")],
    name: Annotated[str, typer.Argument(metavar="NAME", help="The person's name, as others see it.")],
    password: Annotated[
        bool, typer.Option("--password", help="Ask for a password; without one, only their own service signs them in.")
    ] = False,
    administrator: Annotated[bool, typer.Option("--administrator", help="They run this workbench.")] = False,
    folder: Kept = None,
) -> None:
    """Add a person, or change their name, password or office."""
    from placeplan.cli.workbench.serving import add_person  # noqa: PLC0415

    add_person(email, name, password, administrator, folder)


@web.command()
def role(
    email: Annotated[str, typer.Argument(metavar="EMAIL", help="Address of the person.")],
    place: Annotated[str, typer.Argument(metavar="PLACE", help="Part of the place's addresses, such as dorset-2016.")],
    organisation: Annotated[str, typer.Argument(metavar="ORGANISATION", help="Id of the organisation in the plan.")],
    what: Annotated[
        str, typer.Argument(metavar="ROLE", help="reader, contributor, finance, board, moderator or publisher.")
    ],
    folder: Kept = None,
) -> None:
    """Give a person a role for an organisation of a place."""
    from placeplan.cli.workbench.serving import give_role  # noqa: PLC0415

    give_role(email, place, organisation, what, folder)
