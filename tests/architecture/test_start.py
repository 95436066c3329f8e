"""The command line answers at once: what is heavy is imported only by the verbs that need it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from placeplan.cli import app

HEAVY = {"altair", "duckdb", "holidays", "jinja2", "llvmlite", "numba", "scipy", "vl_convert"}


def test_importing_the_command_line_imports_nothing_heavy() -> None:
    code = "import sys, placeplan.cli; print(*sorted({m.partition('.')[0] for m in sys.modules}))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert HEAVY & set(done.stdout.split()) == set()


@pytest.mark.skipif(not hasattr(os, "wait4"), reason="processor time of one process is told by POSIX systems only")
def test_help_takes_under_half_a_second() -> None:
    """Processor time, the best of five: what else the machine does is left out."""
    command = [str(Path(sys.executable).with_name("placeplan")), "--help"]
    seconds = []
    for _ in range(5):
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        assert process.returncode == 0
        seconds.append(usage.ru_utime + usage.ru_stime)
    assert min(seconds) < 0.5


def _groups() -> list[tuple[str, ...]]:
    """The program and each group of its verbs."""
    return [(), *((name,) for name, verb in typer.main.get_command(app).commands.items() if hasattr(verb, "commands"))]  # type: ignore[attr-defined]


@pytest.mark.parametrize("group", _groups(), ids=" ".join)
def test_a_list_of_commands_says_of_each_what_it_does_without_breaking_off(group: tuple[str, ...]) -> None:
    """In a terminal of 80 columns; the first sentence of a docstring is what stands there."""
    told = CliRunner().invoke(app, [*group, "--help"], terminal_width=80).output
    listed = told[told.index("Commands:") :].splitlines()[1:]
    assert listed
    assert [line for line in listed if not line.endswith(".") or line.endswith("...")] == []
