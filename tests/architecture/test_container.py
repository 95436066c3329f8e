"""The image of the workbench holds no secret, names no host, runs nothing as root, and is made of what is locked."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from placeplan.cli.workbench.verbs import web


@pytest.fixture
def lines(root: Path) -> list[str]:
    """Instructions of the container file, each on one line, without comments."""
    text = (root / "Containerfile").read_text(encoding="utf-8").replace("\\\n", " ")
    return [" ".join(line.split()) for line in text.splitlines() if line.strip() and not line.startswith("#")]


def last_stage(lines: list[str]) -> list[str]:
    start = max(n for n, line in enumerate(lines) if line.startswith("FROM "))
    return lines[start:]


def test_it_names_no_host(lines: list[str]) -> None:
    froms = [line.split()[1] for line in lines if line.startswith("FROM ")]
    assert set(froms) == {"${BASE}"}
    (base,) = [line.partition("=")[2] for line in lines if line.startswith("ARG BASE=")]
    assert "/" not in base, "a name alone: which registry it comes from is a setting of whoever builds"
    assert not [line for line in lines if "://" in line]


def test_nothing_is_installed_but_from_debian_and_by_the_locks(lines: list[str], root: Path) -> None:
    ran = " && ".join(line.removeprefix("RUN ") for line in lines if line.startswith("RUN "))
    assert not re.search(r"\b(pip3?|npm|curl|wget|uv) (install|ci|add|http)", ran.replace("apt-get install", ""))
    assert "scripts/bootstrap image" in ran
    assert "--require-hashes" in (root / "scripts/bootstrap").read_text(encoding="utf-8")
    locked = (root / "requirements/image.txt").read_text(encoding="utf-8")
    for name in ("django", "gunicorn", "whitenoise", "psycopg", "weasyprint", "python-docx"):
        assert re.search(rf"^{name}==", locked, re.MULTILINE), name


def test_the_locks_of_the_image_and_of_the_tests_agree(root: Path) -> None:
    def pins(name: str) -> dict[str, str]:
        text = (root / "requirements" / name).read_text(encoding="utf-8")
        return dict(re.findall(r"^([a-z0-9-]+)==(\S+)", text, re.MULTILINE))

    tested, image = pins("dev.txt"), pins("image.txt")
    assert {n: v for n, v in image.items() if tested.get(n) != v} == {}


def test_nobody_in_it_is_root(lines: list[str]) -> None:
    last = last_stage(lines)
    users = [n for n, line in enumerate(last) if line.startswith("USER ")]
    (command,) = [n for n, line in enumerate(last) if line.startswith("CMD ")]
    assert users
    assert users[-1] < command
    assert last[users[-1]] == "USER placeplan"


def test_no_secret_goes_in(lines: list[str], root: Path) -> None:
    given = [line for line in lines if line.startswith(("ENV ", "ARG "))]
    assert not re.search("SECRET|PASSWORD|TOKEN|KEY|DATABASE_URL", " ".join(given))
    copied = {
        word for line in lines if line.startswith("COPY ") and "--from" not in line for word in line.split()[1:-1]
    }
    allowed = {
        line[1:] for line in (root / ".dockerignore").read_text(encoding="utf-8").splitlines() if line.startswith("!")
    }
    assert copied == allowed, "nothing else is even sent to where it is built"


def test_it_says_whether_it_is_well_and_starts_commands_that_there_are(lines: list[str]) -> None:
    verbs = {c.name or c.callback.__name__ for c in web.registered_commands if c.callback}
    named = re.findall(r'"placeplan", "web", "(\w+)"', " ".join(lines))
    assert named == ["health", "server"]
    assert {*named, "worker"} <= verbs
