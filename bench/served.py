"""The slider of a public page as a reader meets it: `placeplan serve` in processes of its own, asked over HTTP."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import numpy as np
from simulate import DORSET

FUTURES, WARMING, TIMES = 256, 10, 40
"""Futures of the run that is shown; questions by which every web process reads its templates; questions that are timed, each to another value."""
BY_SCRIPT = {"HX-Request": "true", "HX-Target": "said"}
"""How the page's script asks for what changes."""
LONGEST = 600.0
"""Seconds in which the plan has to be run, and then to be ready."""


@contextmanager
def serving() -> Iterator[tuple[str, Path]]:
    """`placeplan serve` with Dorset's plan, until the end of the block: its address, and its folder."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with tempfile.TemporaryDirectory() as folder:
        own = [sys.executable, "-m", "placeplan.cli", "serve", str(DORSET), "--folder", folder, "--port", str(port)]
        with (Path(folder) / "served.log").open("wb") as log:
            server = subprocess.Popen([*own, "--futures", str(FUTURES)], stdout=log, stderr=log, start_new_session=True)  # noqa: S603 – ourselves
        try:
            _wait_for(server, port, Path(folder))
            yield f"http://localhost:{port}", Path(folder)
        finally:
            server.terminate()
            server.wait(60)
            if server.poll() is None:
                os.killpg(server.pid, signal.SIGKILL)


def _wait_for(server: subprocess.Popen[bytes], port: int, folder: Path) -> None:
    """Wait until a server answers at all; raises RuntimeError with what it said where it ends before."""
    while server.poll() is None:
        with suppress(OSError), socket.create_connection(("127.0.0.1", port)):
            return
        time.sleep(0.2)
    raise RuntimeError((folder / "served.log").read_text(encoding="utf-8")[-2000:])


def measure() -> dict[str, Any]:
    """Seconds of an answer, page and all, once the plan is ready."""
    with serving() as (address, _):
        taken, first = _asked(f"{address}/{DORSET.name}/what-if/")
    middle, late = np.quantile(taken, (0.5, 0.95))
    return {
        "name": f"the slider over HTTP, {FUTURES} futures, median / 95 %", "target": "≤ 0.3 s / ≤ 0.3 s",
        "reached": f"{middle:.2f} s / {late:.2f} s", "met": bool(late <= 0.3),
        "note": f"page and grid drawn anew; {first:.0f} s before the first answer, where nothing was ready",
    }  # fmt: skip


def ready(address: str) -> tuple[str, float]:
    """The page of sliders once the plan was run and is ready, and the seconds that it took from when it was run."""
    begun, text = time.monotonic(), ""
    there = 0.0
    while "<select" not in text:
        if time.monotonic() - begun > LONGEST:
            raise TimeoutError(address)
        time.sleep(0.2)
        try:
            text = urllib.request.urlopen(address, timeout=30).read().decode()  # noqa: S310 – ourselves
            there = there or time.monotonic()
        except urllib.error.URLError:
            continue
    return text, time.monotonic() - there


def _asked(address: str) -> tuple[list[float], float]:
    """Seconds of each answer, and how long the first had to be waited for once the version was there."""
    text, first = ready(address)
    name, low, high = ends(text)
    version = re.search(r'action="([^"]+)"', text)
    assert version is not None
    at = f"{address.partition('/what-if/')[0].rpartition('/')[0]}{version[1]}"
    taken = []
    for value in np.linspace(low, high, WARMING + TIMES):
        question = urllib.request.Request(f"{at}?{name}={float(value)!r}", headers=BY_SCRIPT)  # noqa: S310 – ourselves
        start = time.perf_counter()
        answer = urllib.request.urlopen(question, timeout=30).read().decode()  # noqa: S310 – ourselves
        taken.append(time.perf_counter() - start)
        assert "futures" in answer
        time.sleep(0.1)
    return taken[WARMING:], first


def ends(text: str) -> tuple[str, float, float]:
    """The first slider of a page: its name, and the lowest and highest value that it has."""
    found = re.search(r'<select[^>]*name="([^"]+)".*?</select>', text, re.DOTALL)
    assert found is not None
    values = [float(v) for v in re.findall(r'<option value="([^"]+)"', found[0])]
    return found[1], min(values), max(values)


if __name__ == "__main__":
    print(measure())
