"""Public pages while much goes on: a hundred readers and ten runs at once, on `placeplan serve` in processes of its own."""

from __future__ import annotations

import gzip
import re
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
from pathlib import Path
from typing import Any

import numpy as np
import served
from simulate import DORSET

from placeplan.plan.synthetic_people import Dice
from placeplan.stress.runs.spread import cores

READERS, RUNS, SECONDS = 100, 10, 90.0
"""Readers at once, runs that are asked for as they begin, and how long they read."""
THINKS = (5.0, 15.0)
"""Seconds that a reader looks at a page, evenly between these."""
SLIDES = 0.1
"""Share of steps in which a reader sets a number, in place of going to another page."""
PACKED = {"Accept-Encoding": "gzip"}
ASKED = """
import sys
from pathlib import Path
from placeplan.web.starting import set_up
set_up(Path(sys.argv[1]))
from placeplan.web.jobs.models import ENDED, Job
from placeplan.web.jobs.queue import ask
from placeplan.web.store.models import Version
runs = Job.objects.filter(kind="test", arguments__seed__gt=1)
if sys.argv[2] == "ask":
    for n in range(int(sys.argv[3])):
        ask("test", Version.objects.latest("made"), {"futures": 200, "seed": 2 + n})
else:
    print(runs.filter(state__in=ENDED).count(), runs.filter(state="failed").count())
"""
"""Asks for runs in the workbench of a folder, or counts those that have ended, and that failed."""


def measure() -> dict[str, Any]:
    """The row of the table."""
    with served.serving() as (address, folder):
        text, _ = served.ready(f"{address}/{DORSET.name}/what-if/")
        pages, slider = _pages(address), _slider(address, text)
        for page in pages:  # what each process reads once is read
            _read(page)
        _runs(folder, "ask", str(RUNS))
        taken, wrong = _reading(pages, slider)
        ended, failed = map(int, _runs(folder, "count").split())
    middle, late = np.quantile(taken, (0.5, 0.95))
    note = (
        f"{len(taken):,} pages in {SECONDS:.0f} s, {THINKS[0]:.0f} to {THINKS[1]:.0f} s at each, one in {1 / SLIDES:.0f} a slider; {ended} of {RUNS} runs ended meanwhile, {failed} failed;"
        f" slowest {max(taken):.1f} s; {cores()} cores; {'; '.join(wrong[:3])}"
    )
    return {
        "name": f"{READERS} readers and {RUNS} runs at once, median / 95 % of a page", "target": "≤ 0.3 s, no error",
        "reached": f"{middle:.2f} s / {late:.2f} s, {len(wrong)} errors", "met": bool(middle <= 0.3 and not wrong and not failed),
        "note": note,
    }  # fmt: skip


def _reading(pages: list[str], slider: tuple[str, str, float, float]) -> tuple[list[float], list[str]]:
    """Seconds of each page of all readers, and what went wrong."""
    taken, wrong, end = list[float](), list[str](), time.monotonic() + SECONDS

    def reader(number: int) -> None:
        dice, step = Dice(number), 0
        time.sleep(dice.between(0.0, THINKS[1], "begins"))
        while time.monotonic() < end:
            step += 1
            page, headers = pages[int(dice.between(0, len(pages), "page", str(step)))], PACKED
            if dice.between(0.0, 1.0, "slides", str(step)) < SLIDES:
                at, name, low, high = slider
                value = dice.between(low, high, "sets", str(step))
                page, headers = f"{at}?{urllib.parse.quote(name)}={value!r}", served.BY_SCRIPT
            start = time.perf_counter()
            try:
                _read(page, headers)
            except (urllib.error.URLError, OSError, AssertionError) as told:
                wrong.append(f"{page}: {told}")
            taken.append(time.perf_counter() - start)
            time.sleep(dice.between(*THINKS, "thinks", str(step)))

    threads = [threading.Thread(target=reader, args=(n,)) for n in range(READERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return taken, wrong


def _read(page: str, headers: dict[str, str] | None = None) -> str:
    """The text of a page, as a browser takes it: packed."""
    asked = urllib.request.Request(page, headers=headers or PACKED)  # noqa: S310 – ourselves
    with urllib.request.urlopen(asked, timeout=60) as answer:  # noqa: S310 – ourselves
        data = answer.read()
        text = (gzip.decompress(data) if answer.headers.get("Content-Encoding") == "gzip" else data).decode()
    assert "</" in text
    assert "is busy" not in text
    return str(text)


def _pages(address: str) -> list[str]:
    """The first page and all to which it leads on the same site, but for files."""
    first = f"{address}/{DORSET.name}/"
    found = re.findall(r'href="([^"#?]+\.html)"', _read(first))
    inner = [urllib.parse.urljoin(first, f) for f in dict.fromkeys(found)]
    return [first, *(p for p in inner if p.startswith(first))]


def _slider(address: str, text: str) -> tuple[str, str, float, float]:
    """Address of the page of sliders, and a slider's name and ends."""
    at = re.search(r'action="([^"]+)"', text)
    assert at is not None
    return (address + at[1], *served.ends(text))


def _runs(folder: Path, *what: str) -> str:
    command = [sys.executable, "-c", ASKED, str(folder), *what]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout  # noqa: S603 – ourselves


if __name__ == "__main__":
    print(measure())
