"""Starting the workbench: its folder made ready, its database brought up to date, plans brought in, its server and its worker."""

from __future__ import annotations

import http.client
import os
import re
import sys
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from http import HTTPStatus
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import django
from django.conf import settings
from django.core.management import call_command

from placeplan.core.errors import PlanError
from placeplan.core.records import digest_of
from placeplan.plan.aside import refuse_unwritable
from placeplan.plan.folder import read_plan
from placeplan.plan.located import problem
from placeplan.web.asked import PREFIX, asked, keep_key
from placeplan.web.beside import Beside

if TYPE_CHECKING:
    from placeplan.web.store.models import Place

LOCAL: Final = "127.0.0.1"
OWN: Final = ("account", "api", "drafts", "health", "publishing", "static")
"""Addresses that are the workbench's own."""
PRIVATE: Final = ("versions", "jobs", "numbers")
"""Folders of copies of what is kept."""
STYLE: Final = "nhsuk/nhsuk-frontend.css"
"""File of the design system's style, among those that are served as they lie."""


def set_up(folder: Path | None = None) -> Path:
    """Make Django and the workbench's folder ready, and bring its database up to date; the folder.

    Args:
        folder: where the workbench keeps what it has; None: as the environment says.

    Raises:
        PlanError: where the environment asks for something that cannot be, or the folder cannot be written.
    """
    if folder is not None:
        os.environ[f"{PREFIX}FOLDER"] = str(folder.absolute())
    found = asked()
    refuse_unwritable(found.folder)
    _refuse_bare()
    keep_key(found.folder)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "placeplan.web.settings")
    django.setup()
    from placeplan.web.turns import one_at_a_time  # noqa: PLC0415 – Django has to be set up first

    with one_at_a_time(found.folder):  # a server and its workers start together
        _keep_to_ourselves(found.folder, settings.DATABASES["default"])
        call_command("migrate", interactive=False, verbosity=0)
        _collect(found.folder)
    return found.folder


def _keep_to_ourselves(folder: Path, database: Mapping[str, Any]) -> None:
    """Let nobody else on the machine read what lies there: versions, what runs write, and the database where it is a file."""
    for name in PRIVATE:
        path = folder / name
        path.mkdir(exist_ok=True)
        path.chmod(0o700)
    if database["ENGINE"].endswith("sqlite3"):
        file = Path(database["NAME"])
        with suppress(FileExistsError, FileNotFoundError):
            os.close(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
        if file.is_file():
            file.chmod(0o600)  # what SQLite lays beside it gets the same


def _collect(folder: Path) -> None:
    """Lay ready what is served as it lies, where anything of it has changed: written anew, files would be gone for a moment under a server that is answering already."""
    from django.contrib.staticfiles.finders import get_finders  # noqa: PLC0415 – Django has to be set up first

    every = [
        (path, Path(held.path(path)).stat()) for finder in get_finders() for path, held in finder.list([])
    ]  # fmt: skip
    now = digest_of(sorted([path, stat.st_size, stat.st_mtime_ns] for path, stat in every))
    stamp, listed = folder / "static.made-of", Path(settings.STATIC_ROOT) / "staticfiles.json"
    if listed.is_file() and stamp.is_file() and stamp.read_text(encoding="ascii") == now:
        return
    call_command("collectstatic", interactive=False, verbosity=0)
    stamp.write_text(now, encoding="ascii")


def _refuse_bare() -> None:
    """Raise PlanError where the design system was not brought in: pages would be without style."""
    if not (Path(__file__).parent / "static" / STYLE).is_file():
        what = "The style of the design system is not there."
        raise PlanError([problem(STYLE, 0, "", "web-not-installed", what, "Run scripts/frontend, which brings it from npm; make serve does so.")])  # fmt: skip


def open_plan(folder: Path, futures: int) -> Place:
    """Bring a plan's folder in as the newest version of its place, and ask for its test; what it finds is shown as a draft.

    Only on a workbench that answers on this machine alone: elsewhere a version is shown when it is published.

    Raises:
        PlanError: where the plan has problems, or the workbench can be reached from elsewhere.
    """
    from placeplan.web.jobs.kinds import FIX  # noqa: PLC0415 – Django has to be set up first
    from placeplan.web.jobs.queue import ask  # noqa: PLC0415
    from placeplan.web.public.publishing import show_draft  # noqa: PLC0415
    from placeplan.web.store.folders import bring_in, read_files  # noqa: PLC0415

    if not settings.ASKED.alone:
        what = (
            "This workbench can be reached from elsewhere, and a folder that is opened is shown to whoever reaches it."
        )
        raise PlanError([problem(str(folder), 0, "", "not-alone", what, "Sign in and upload the plan; publish it when those it names could answer.")])  # fmt: skip
    plan = read_plan(folder)
    version = bring_in(slug_of(folder), plan.about.place, read_files(folder), f"brought in from {folder.name}")
    place = version.place
    place.shown_as_draft = True
    place.save(update_fields=["shown_as_draft"])
    for also in ("", FIX):  # a minute or two after the first the page tells what would fix it
        show_draft(
            ask("test", version, {"futures": futures, "also": also})
        )  # done already, where another place had these bytes
    return place


def slug_of(folder: Path) -> str:
    """The part of addresses for a plan's folder.

    >>> slug_of(Path("examples/Dorset 2016"))
    'dorset-2016'
    >>> slug_of(Path("drafts"))
    'drafts-plan'
    """
    slug = re.sub(r"[^a-z0-9]+", "-", folder.resolve().name.lower()).strip("-")[:58] or "place"
    return f"{slug}-plan" if slug in OWN else slug


def serve(port: int) -> int:
    """Answer on this machine until somebody stops it, with a worker for jobs and a keeper of sliders beside; the exit status."""
    own = [sys.executable, "-m", "placeplan.cli", "web"]
    beside = [Beside([*own, verb], time.monotonic()) for verb in ("worker", "sliders")]
    try:
        return server(port, beside=beside)
    finally:
        for process in beside:
            process.end()


def server(port: int, workers: int = 2, host: str = LOCAL, beside: Sequence[Beside] = ()) -> int:
    """Answer until somebody stops it, by gunicorn in this process, which minds the processes beside it; the exit status."""
    from gunicorn.app.base import BaseApplication  # noqa: PLC0415
    from gunicorn.arbiter import Arbiter  # noqa: PLC0415

    class Minding(Arbiter):  # type: ignore[misc]
        def manage_workers(self) -> None:  # which it does once a second
            super().manage_workers()
            for process in beside:
                process.mind(time.monotonic())

    class Server(BaseApplication):  # type: ignore[misc]
        def load_config(self) -> None:
            given: dict[str, Any] = {
                "bind": f"{host}:{port}",
                "workers": workers,
                "worker_class": "placeplan.web.slow.Worker",
                "threads": 16,
                "loglevel": "warning",
                "timeout": 60,
            }
            for name, value in given.items():
                self.cfg.set(name, value)

        def load(self) -> Any:
            from placeplan.web.wsgi import application  # noqa: PLC0415

            return application

        def run(self) -> None:
            Minding(self).run()

    try:
        Server().run()
    except SystemExit as ended:
        return ended.code if isinstance(ended.code, int) else 1
    return 0


def well(port: int) -> bool:
    """Whether the server of this machine answers, and its database too: asked under the first name that it is reached by."""
    address = http.client.HTTPConnection(LOCAL, port, timeout=5)
    try:
        address.request("GET", "/health/", headers={"Host": asked().hosts[0]})
        return address.getresponse().status == HTTPStatus.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        address.close()
