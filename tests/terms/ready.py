"""A process that has the model loaded, and runs tests with a term set to zero in copies of itself: loading takes most of the time.

What took hold of a function as it was loaded keeps the real one there, so that a test that says nothing here may still say so in a fresh process.
"""

from __future__ import annotations

import gc
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from importlib import import_module
from pathlib import Path

import django
import pytest

from placeplan.plan.library import library
from terms.zeroed import VARIABLE

ROOT = Path(__file__).resolve().parents[2]
LOADED = (
    "placeplan.model.simulate",
    "placeplan.plan.synthetic",
    "placeplan.plan.folder",
    "placeplan.compare.waterfall",
    "scipy.special",
)
"""What most tests of the model import."""


class Ready:
    """The process, as whoever asks it sees it."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.process = process

    def test(self, term: str, options: list[str], told: Path) -> None:
        """Run pytest with some options and a term set to zero; what it says goes into a file."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        print(json.dumps([term, options, str(told)]), file=self.process.stdin, flush=True)
        assert self.process.stdout.readline() == "done\n"


@contextmanager
def ready() -> Iterator[Ready]:
    """Such a process, until the end of the block."""
    environment = os.environ | {"PYTHONPATH": os.pathsep.join([str(ROOT / "src"), str(ROOT / "tests")])}
    with subprocess.Popen(
        [sys.executable, "-m", "terms.ready"], cwd=ROOT, env=environment, text=True, stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as process:  # fmt: skip
        yield Ready(process)


def main() -> None:
    """Load the model, then make a copy for each line that is asked."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "placeplan.web.settings")
    django.setup()
    for name in LOADED:
        import_module(name)
    library()
    gc.freeze()  # what is loaded stays: no copy looks through it for garbage
    for line in sys.stdin:
        term, options, told = json.loads(line)
        copy = os.fork()
        if not copy:
            os.environ[VARIABLE] = term
            with open(told, "w", encoding="utf-8") as out, redirect_stdout(out), redirect_stderr(out):  # noqa: PTH123 – before anything of pytest
                pytest.main(options)
            os._exit(0)
        os.waitpid(copy, 0)
        print("done", flush=True)  # noqa: T201


if __name__ == "__main__":
    main()
