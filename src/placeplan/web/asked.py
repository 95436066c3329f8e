"""What the environment asks of the workbench, read strictly: all that is wrong is told at once."""

from __future__ import annotations

import os
import re
import secrets
import shlex
import shutil
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from placeplan.core.errors import PlanError, Problem, nearest
from placeplan.plan.located import problem
from placeplan.web.secrets_in_files import with_secrets

PREFIX: Final = "PLACEPLAN_WEB_"
LOOPBACK: Final = ("localhost", "127.0.0.1", "[::1]")
DATABASES: Final = ("sqlite", "postgres", "postgresql")
LEVELS: Final = ("DEBUG", "INFO", "WARNING", "ERROR")
HOST: Final = re.compile(r"[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?|\[[0-9A-Fa-f:.]+\]")
"""Name or address of a host; no pattern of many, as anybody could then make the workbench call itself by a name of theirs."""
KEY: Final = "secret-key"
"""File of the key, in the folder."""
SHORTEST_KEY: Final = 50
"""Letters that a secret key has at least."""
MEGA: Final = 10**6
ROOMS: Final = {"ROOM_PLACE": 10_000, "ROOM_PERSON": 5_000}
"""Megabytes that are kept at most where nobody says."""
OIDC: Final[Mapping[str, str]] = {
    "ISSUER": "address of the service by which people sign in, as its tokens name it",
    "CLIENT": "name of this workbench at that service",
    "SECRET": "its secret there",
    "AUTHORIZE": "address to which people are sent to sign in",
    "TOKEN": "address at which the workbench asks for a token",
    "USER": "address at which it asks whose token it is",
    "KEYS": "address of the keys by which tokens are signed",
}
"""Signing in by an organisation's own service (OpenID Connect); all of them, or none."""
KNOWN: Final[Mapping[str, str]] = {
    "FOLDER": "folder for what the workbench keeps: its database, unless DATABASE_URL names one, and files made ready",
    "HOSTS": "names under which it is reached, with commas between; without them it answers on this machine alone",
    "SECRET_KEY": "a secret of 50 letters or more, by which sessions are signed; needed where there are HOSTS",
    "BEHIND_PROXY": "yes, where a server before it speaks https and sets X-Forwarded-Proto",
    **{f"OIDC_{name}": what for name, what in OIDC.items()},
    "PASSWORDS": "no, where people sign in by that service alone; it can then ask for a second factor of all",
    "SECOND_FACTOR": "yes, where whoever signs in by that service has to have shown it two things (amr with mfa in its tokens)",
    "SCAN": "command that looks at each upload for viruses: it is given the file, and ends with 0 where it is clean, such as clamdscan -",
    "SECURITY_CONTACT": "address (mailto: or https:) to which somebody who found a hole writes; stands in security.txt",
    "ROOM_PLACE": "megabytes that are kept of one place at most: versions, runs and pages; else 10000",
    "ROOM_PERSON": "megabytes that are kept of what one person writes, uploads and has run; else 5000",
    "LOG_LEVEL": "DEBUG, INFO, WARNING or ERROR",
}
"""What may be set, each with PLACEPLAN_WEB_ before it."""
SECRETS: Final = (f"{PREFIX}SECRET_KEY", f"{PREFIX}OIDC_SECRET", "DATABASE_URL")
"""What nobody else may know: of each, a setting that ends with _FILE may name the file in which it stands."""


@dataclass(frozen=True)
class Asked:
    """How the workbench is to be run."""

    folder: Path
    database: str
    """Address of the database, as DATABASE_URL has it."""
    secret_key: str
    hosts: tuple[str, ...] = LOOPBACK
    behind_proxy: bool = False
    log_level: str = "INFO"
    oidc: Mapping[str, str] = field(default_factory=dict)
    """How people sign in by their organisation's own service; empty where there is none."""
    loopback: tuple[str, ...] = LOOPBACK
    security_contact: str = ""
    """To whom holes are told; blank: nobody is named."""
    passwords: bool = True
    """Whether people may sign in by a password here."""
    second_factor: bool = False
    """Whether a service has to say that it asked for two things."""
    scan: tuple[str, ...] = ()
    """Command that looks at each upload for viruses; empty: none does."""
    room_place: int = ROOMS["ROOM_PLACE"] * MEGA
    """Bytes that are kept of one place at most."""
    room_person: int = ROOMS["ROOM_PERSON"] * MEGA
    """Bytes that are kept of what one person writes, uploads and has run."""

    @property
    def alone(self) -> bool:
        """Whether it answers on this machine alone."""
        return set(self.hosts) <= set(self.loopback)

    @property
    def https(self) -> bool:
        """Whether browsers reach it by https only."""
        return not self.alone


def asked(environment: Mapping[str, str] | None = None) -> Asked:
    """What the environment asks for.

    Raises:
        PlanError: with everything that is wrong with it.

    >>> asked({"DATABASE_URL": "postgresql://plans@db/plans"}).database
    'postgresql://plans@db/plans'
    """
    given, unread = with_secrets(os.environ if environment is None else environment, SECRETS)
    problems = [*unread, *_unknown(given), *_wrong(given)]
    if problems:
        raise PlanError(problems)
    folder = Path(given.get(f"{PREFIX}FOLDER", "placeplan-workbench")).absolute()
    hosts = _hosts(given)
    return Asked(
        folder=folder,
        database=given.get("DATABASE_URL", f"sqlite:///{folder / 'placeplan.sqlite3'}"),
        secret_key=given.get(f"{PREFIX}SECRET_KEY") or _own_key(folder),
        hosts=hosts or LOOPBACK,
        behind_proxy=given.get(f"{PREFIX}BEHIND_PROXY", "") == "yes",
        passwords=given.get(f"{PREFIX}PASSWORDS", "") != "no",
        second_factor=given.get(f"{PREFIX}SECOND_FACTOR", "") == "yes",
        scan=tuple(shlex.split(given.get(f"{PREFIX}SCAN", ""))),
        log_level=given.get(f"{PREFIX}LOG_LEVEL", "INFO"),
        security_contact=given.get(f"{PREFIX}SECURITY_CONTACT", ""),
        room_place=int(given.get(f"{PREFIX}ROOM_PLACE", ROOMS["ROOM_PLACE"])) * MEGA,
        room_person=int(given.get(f"{PREFIX}ROOM_PERSON", ROOMS["ROOM_PERSON"])) * MEGA,
        oidc={name: given[f"{PREFIX}OIDC_{name}"] for name in OIDC if f"{PREFIX}OIDC_{name}" in given},
    )


def _hosts(given: Mapping[str, str]) -> tuple[str, ...]:
    return tuple(h.strip() for h in given.get(f"{PREFIX}HOSTS", "").split(",") if h.strip())


def _own_key(folder: Path) -> str:
    """The key that a workbench on one machine keeps (`keep_key`); before it keeps one, one that ends with this process."""
    try:
        return (folder / KEY).read_text(encoding="ascii").strip()
    except OSError:
        return secrets.token_urlsafe(SHORTEST_KEY)


def keep_key(folder: Path) -> None:
    """Make a key of its own for a workbench on one machine, unless it has one, so that nobody is signed out by a new start."""
    folder.mkdir(parents=True, exist_ok=True)
    with (
        suppress(FileExistsError),
        os.fdopen(os.open(folder / KEY, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as out,
    ):
        out.write(secrets.token_urlsafe(SHORTEST_KEY))


def _unknown(given: Mapping[str, str]) -> Iterator[Problem]:
    for name in sorted(given):
        short = name.removeprefix(PREFIX)
        if name.startswith(PREFIX) and short not in KNOWN:
            near = nearest(short, KNOWN)
            mend = f"Write {PREFIX}{near}." if near else f"Known are: {', '.join(PREFIX + k for k in KNOWN)}."
            yield problem(
                name, 0, "", "unknown-setting", f"There is no setting “{name}”.", mend, near and PREFIX + near
            )


def _wrong(given: Mapping[str, str]) -> Iterator[Problem]:
    """What is set and cannot be used."""
    key = given.get(f"{PREFIX}SECRET_KEY", "")
    if (_hosts(given) or key) and len(key) < SHORTEST_KEY:
        what = f"The secret key has {len(key)} letters." if key else "There are hosts, and no secret key."
        mend = f"Make one of {SHORTEST_KEY} letters or more, and keep it where only the workbench reads it."
        yield problem(f"{PREFIX}SECRET_KEY", 0, "", "weak-key", what, mend)
    for host in (h for h in _hosts(given) if not HOST.fullmatch(h)):
        yield problem(f"{PREFIX}HOSTS", 0, "", "bad-value", f"“{host}” is no name of a host.", "Write each name whole, such as plans.example.org, without https:// and without *: links to set a password are made of it.")  # fmt: skip
    database = given.get("DATABASE_URL")
    if database is not None and urlsplit(database).scheme not in DATABASES:
        what = f"DATABASE_URL begins with “{urlsplit(database).scheme}”."
        yield problem("DATABASE_URL", 0, "", "unknown-choice", what, "Write sqlite:///FILE or postgresql://USER:PASSWORD@HOST/NAME.")  # fmt: skip
    contact = given.get(f"{PREFIX}SECURITY_CONTACT", "")
    if contact and not (contact.startswith(("mailto:", "https://")) and contact.isprintable() and " " not in contact):
        yield problem(f"{PREFIX}SECURITY_CONTACT", 0, "", "bad-value", f"“{contact}” is no address to write to.", "Write mailto:NAME@HOST or https://….")  # fmt: skip
    for name in ROOMS:
        value = given.get(PREFIX + name)
        if value is not None and not (value.isascii() and value.isdigit() and 0 < int(value[:12]) == int(value)):
            yield problem(PREFIX + name, 0, "", "bad-value", f"“{value}” is no number of megabytes.", "Write a whole number of 1 or more, such as 10000.")  # fmt: skip
    yield from _scan(given.get(f"{PREFIX}SCAN", ""))
    yield from _oidc(given)
    if given.get(f"{PREFIX}PASSWORDS") == "no" and not any(given.get(f"{PREFIX}OIDC_{name}") for name in OIDC):
        yield problem(f"{PREFIX}PASSWORDS", 0, "", "bad-value", "Nobody could sign in: there are no passwords, and no service.", f"Give the settings that begin with {PREFIX}OIDC_, or allow passwords.")  # fmt: skip
    if given.get(f"{PREFIX}SECOND_FACTOR") == "yes" and given.get(f"{PREFIX}PASSWORDS") != "no":
        yield problem(f"{PREFIX}SECOND_FACTOR", 0, "", "bad-value", "A password alone would do beside it, without a second factor.", f"Set {PREFIX}PASSWORDS=no, too.")  # fmt: skip
    for name in ("PASSWORDS", "SECOND_FACTOR"):
        yield from _choice(given, name, ("yes", "no"))
    yield from _choice(given, "BEHIND_PROXY", ("yes", "no"))
    yield from _choice(given, "LOG_LEVEL", LEVELS)


def _oidc(given: Mapping[str, str]) -> Iterator[Problem]:
    """Half a service to sign in by, and addresses that anyone on the way can read."""
    named = {name: given.get(f"{PREFIX}OIDC_{name}", "") for name in OIDC}
    if not any(named.values()):
        return
    for name, value in named.items():
        setting = f"{PREFIX}OIDC_{name}"
        if not value:
            yield problem(setting, 0, "", "missing-value", f"There is no {setting}.", f"Give it ({OIDC[name]}), or none of those that begin so.")  # fmt: skip
        elif name not in ("CLIENT", "SECRET") and not _safe(value):
            what = f"“{value}” is no address that begins with https."
            yield problem(setting, 0, "", "bad-value", what, "Write its address with https; http only on this machine.")


def _scan(command: str) -> Iterator[Problem]:
    """A command that cannot be run: nobody could upload anything."""
    try:
        words = shlex.split(command)
    except ValueError:
        words = [command]
    if words and shutil.which(words[0]) is None:
        yield problem(f"{PREFIX}SCAN", 0, "", "bad-value", f"“{words[0]}” is no program that can be run.", "Write a command such as: clamdscan --no-summary -")  # fmt: skip


def _safe(address: str) -> bool:
    """Whether nobody on the way can read what goes to an address."""
    parts = urlsplit(address)
    here = (parts.hostname or "") in {h.strip("[]") for h in LOOPBACK}
    return bool(parts.hostname) and (parts.scheme == "https" or (parts.scheme == "http" and here))


def _choice(given: Mapping[str, str], name: str, choices: tuple[str, ...]) -> Iterator[Problem]:
    value = given.get(f"{PREFIX}{name}")
    if value is not None and value not in choices:
        near = nearest(value, choices)
        mend = f"Write “{near}”." if near else f"Write one of: {', '.join(choices)}."
        yield problem(f"{PREFIX}{name}", 0, "", "unknown-choice", f"{PREFIX}{name} is “{value}”.", mend, near)
