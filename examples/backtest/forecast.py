"""Makes every forecast of the backtest: the model's, the naive one's, and exponential smoothing's.

Run ``python examples/backtest/forecast.py OUT ROUND`` with PLACEPLAN_DATA naming the data folder. One file a place and
origin comes to stand in OUT; ``rounds/ROUND/digests.csv`` lets anybody see that the forecasts are those that were made.
Nothing here reads a figure later than the origin it forecasts from: the reader hands out none.
"""

from __future__ import annotations

import csv
import hashlib
import json
import os
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
from joblib import Parallel, delayed

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))

import cases  # noqa: E402
import histories  # noqa: E402
from cases import Case  # noqa: E402
from donothing import plan_of  # noqa: E402
from published import Published  # noqa: E402

from placeplan.futures.sample import Futures  # noqa: E402
from placeplan.model.outcomes import Outcomes  # noqa: E402
from placeplan.model.recordings import Recordings  # noqa: E402
from placeplan.model.simulate import baseline_of, simulate  # noqa: E402

Array = np.ndarray[Any, np.dtype[np.float64]]
Forecasts = dict[Case, dict[str, Array]]
"""By case and forecaster (model, naive, ets): futures, ``[future]``."""


def simulated(place: str, data: Published, settings: Mapping[str, Any]) -> Outcomes:
    """The futures of a place from an origin."""
    plan = plan_of(place, data, settings)
    baseline = baseline_of(plan)
    futures = Futures(seed=settings["seed"], count=settings["futures"])
    return simulate(plan, baseline, futures, keep=cases.KEEP, recordings=Recordings())


def forecasts(place: str, data: Published, settings: Mapping[str, Any], series: Sequence[str] = ()) -> Forecasts:
    """All forecasts of a place from an origin; of some series alone, where they are named."""
    outcomes = simulated(place, data, settings)
    found: Forecasts = {}
    for name in series or settings["series"]:
        for case, fan in cases.fans(name, place, data, settings, outcomes):
            found[case] = {"model": fan}
        own = [case for case in found if case.series == name]
        for case, who, fan in histories.rivals_of(name, own, data, settings):
            found[case][who] = fan
    return found


def digest(found: Forecasts) -> str:
    """SHA-256 over the bits of the model's fans, in order of case."""
    h = hashlib.sha256()
    for case in sorted(found):
        h.update(case.key.encode())
        h.update(np.ascontiguousarray(found[case]["model"]).tobytes())
    return h.hexdigest()


def save(found: Forecasts, file: Path) -> None:
    """One file of fans, in single precision, beside an index of cases."""
    order = sorted(found)
    fans = {f"{n}/{who}": fan.astype(np.float32) for n, c in enumerate(order) for who, fan in found[c].items()}
    np.savez_compressed(file, index=np.array(json.dumps([asdict(c) for c in order])), **fans)


def load(file: Path) -> Forecasts:
    """The forecasts of a file."""
    with np.load(file) as held:
        found: Forecasts = {}
        for n, fields in enumerate(json.loads(str(held["index"]))):
            own = {who: held[f"{n}/{who}"].astype(float) for who in ("model", "naive", "ets") if f"{n}/{who}" in held}
            found[Case(**fields)] = own
    return found


def _job(folder: Path, place: str, origin: int, settings: Mapping[str, Any], out: Path) -> tuple[str, int, str, int]:
    data = Published(folder, origin, settings)
    found = forecasts(place, data, settings)
    if data.newest > data.last:
        raise AssertionError(f"{data.newest} was read for the origin {origin}")
    save(found, out / f"{place.replace(' ', '-')}-{origin}.npz")
    return place, origin, digest(found), len(found)


def main() -> None:
    """Every place and origin, on two processors."""
    out, folder, into = Path(sys.argv[1]), Path(os.environ["PLACEPLAN_DATA"]), HERE / "rounds" / sys.argv[2]
    out.mkdir(parents=True, exist_ok=True)
    into.mkdir(parents=True, exist_ok=True)
    settings = cases.settings_of(HERE, int(sys.argv[2]))
    jobs = [(place, origin) for origin in cases.origins(settings) for place in settings["places"]]
    rows = Parallel(n_jobs=2, verbose=5)(delayed(_job)(folder, p, o, settings, out) for p, o in jobs)
    with (into / "digests.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(("place", "origin", "model_sha256", "cases"))
        writer.writerows(sorted(rows))


if __name__ == "__main__":
    main()
