"""The command line answers at once: what is heavy is imported only by the verbs that need it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

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
