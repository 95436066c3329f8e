"""``placeplan serve`` and the verbs of ``placeplan web``: the workbench, its worker, and keeping what it has."""

from __future__ import annotations

import signal
from collections.abc import Callable, Sequence
from importlib.util import find_spec
from pathlib import Path
from threading import Event

import typer

from placeplan.core.errors import PlanError
from placeplan.plan.located import problem

NEEDS = ("django", "axes", "auditlog", "csp", "django_htmx", "dj_database_url", "gunicorn", "nhsuk_frontend_jinja", "whitenoise")  # fmt: skip
"""What the extra brings."""


def set_up(folder: Path | None) -> Path:
    """Make the workbench ready; raises PlanError where the extra is not installed, or what is asked cannot be."""
    lacking = [name for name in NEEDS if find_spec(name) is None]
    if lacking:
        what = f"The workbench needs what is not installed: {', '.join(lacking)}."
        raise PlanError(
            [problem("", 0, "", "web-not-installed", what, "Install it with: pip install 'placeplan[web]'")]
        )
    from placeplan.web.starting import set_up as ready  # noqa: PLC0415 – the extra is there only now

    return ready(folder)


def serve(plans: Sequence[Path], folder: Path | None, port: int, futures: int) -> int:
    """Open plans in the workbench and answer until somebody stops it; the exit status."""
    at = set_up(folder)
    from placeplan.web.starting import open_plan  # noqa: PLC0415
    from placeplan.web.starting import serve as both  # noqa: PLC0415

    opened = [open_plan(plan, futures) for plan in plans]
    where = [f"http://localhost:{port}/{p.slug}/" for p in opened] or [f"http://localhost:{port}/"]
    typer.echo(f"Open {' or '.join(where)}", err=True)
    typer.echo(f"What the workbench keeps is in {at}. Ctrl-C stops it.", err=True)
    return both(port)


def answer(folder: Path | None, host: str, port: int, workers: int) -> int:
    """Answer until somebody stops it, without a worker; the exit status."""
    set_up(folder)
    from placeplan.web.starting import server  # noqa: PLC0415

    return server(port, workers, host)


def well(port: int) -> bool:
    """Whether the server on this machine is well."""
    from placeplan.web.starting import well as looked  # noqa: PLC0415

    return looked(port)


def work(folder: Path | None) -> None:
    """Do the workbench's jobs until somebody stops it."""
    at = set_up(folder)
    from placeplan.web.jobs.worker import work as do  # noqa: PLC0415

    do(at, until=_until_stopped())


def slide(folder: Path | None) -> None:
    """Keep plans ready for sliders until somebody stops it."""
    at = set_up(folder)
    from placeplan.web.slider.keeper import keep  # noqa: PLC0415

    keep(at, _until_stopped())


def _until_stopped() -> Callable[[], bool]:
    """Whether somebody has asked this process to stop."""
    stop = Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda _number, _frame: stop.set())
    return stop.is_set


def back_up(out: Path, folder: Path | None) -> None:
    """Write a backup, where no file is yet."""
    set_up(folder)
    from placeplan.web.backup import back_up as write  # noqa: PLC0415
    from placeplan.web.backup import told  # noqa: PLC0415

    if out.exists():
        raise PlanError([problem(str(out), 0, "", "folder-in-use", f"“{out}” is there.", "Give another name: a backup never takes the place of a file.")])  # fmt: skip
    typer.echo(told(write(out), out))


def bring_back(source: Path, folder: Path | None) -> None:
    """Bring back what a backup holds."""
    set_up(folder)
    from placeplan.web.backup import restore, told  # noqa: PLC0415

    typer.echo(told(restore(source), source))
    typer.echo("Whoever was taken away since this copy was made is there again: take them away anew.")


def add_person(email: str, name: str, password: bool, administrator: bool, folder: Path | None) -> None:
    """Add a person; a password is asked for twice, and not shown."""
    set_up(folder)
    from placeplan.web.accounts.people import add  # noqa: PLC0415

    given = typer.prompt("Password", hide_input=True, confirmation_prompt=True) if password else ""
    user = add(email, name, given, administrator)
    typer.echo(
        f"{user.name} can sign in {'with a password' if user.has_usable_password() else 'by their own service'}."
    )


def give_role(email: str, place: str, organisation: str, role: str, folder: Path | None) -> None:
    """Give a person a role."""
    set_up(folder)
    from placeplan.web.accounts.people import give  # noqa: PLC0415

    found = give(email, place, organisation, role)
    typer.echo(f"{found.user.name} may {found.get_role_display()} for {found.organisation} in {found.place.name}.")
