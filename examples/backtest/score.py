"""Opens the outcomes and scores the forecasts.

Run ``python examples/backtest/score.py OUT ROUND`` after forecast.py, with PLACEPLAN_DATA naming the data folder. In
``rounds/ROUND`` it writes ``cases.csv``, one row a forecast (no published figure is in it), and ``results.csv``, a row a
series and horizon.
"""

from __future__ import annotations

import csv
import math
import os
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))

import cases  # noqa: E402
import scores  # noqa: E402
from cases import WHOLE, Case  # noqa: E402
from forecast import Forecasts, load  # noqa: E402
from published import Published  # noqa: E402

Row = dict[str, Any]
LEVELS = (0.5, 0.8, 0.95)
CASE_COLUMNS = ("series", "place", "trust", "origin", "horizon", "pit", "in50", "in80", "in95", "error", "width", "model", "naive", "ets")  # fmt: skip
RESULT_COLUMNS = (
    "series", "of", "horizon", "cases", "blocks", "error", "size", "width",
    "in50", "in50_low", "in50_high", "in80", "in80_low", "in80_high", "in95", "in95_low", "in95_high",
    "pit_mean", "pit_p", "crps", "naive_cases", "naive_skill", "naive_low", "naive_high", "ets_cases", "ets_skill",
    "ets_low", "ets_high",
)  # fmt: skip
WHICH = ("trusts", "places")


def scored(found: Forecasts, at: Published, until: Published) -> Iterator[Row]:
    """A row for each forecast of which the outcome was published; scores over the base year's figure, or in points.

    at: what had been published at the origin; until: everything.
    """
    for case in sorted(found):
        among = sorted({c.trust for c in found if (c.series, c.place) == (case.series, case.place)} - {WHOLE})
        actual = cases.actual(case, among, until, at)
        if actual is None:
            continue
        base = _base(case, among, at)
        fans = {who: fan / base for who, fan in found[case].items()}
        y, model = actual / base, fans["model"]
        low, middle, high = np.quantile(model, [0.1, 0.5, 0.9])
        yield {
            "series": case.series, "place": case.place, "trust": case.trust, "origin": case.origin, "horizon": case.horizon,
            "pit": scores.pit(model, y), **{f"in{round(100 * p)}": int(scores.inside(model, y, p)) for p in LEVELS},
            "error": y - float(middle), "width": float(high - low), **{who: scores.crps(fan, y) for who, fan in fans.items()},
        }  # fmt: skip


def _base(case: Case, among: Sequence[str], at: Published) -> float:
    """The base year's figure, by which errors are divided; 1 for shares."""
    if case.series in ("position", "occupancy"):
        return 1.0
    trusts = among if case.trust == WHOLE else [case.trust]
    return sum(at.year(case.series, t, case.origin) or 0.0 for t in trusts)


def held(until: Published, settings: Mapping[str, Any]) -> Iterator[Row]:
    """Beds open, which a plan that does nothing keeps: how far they moved, over those of the origin."""
    rule = settings["series"]["beds_occupied"]
    for place, entry in settings["places"].items():
        for trust in entry["trusts"]:
            years = until.years("available", trust)
            for origin in range(rule["first"], rule["last"]):
                for h in range(1, settings["horizon"] + 1):
                    if years.get(origin, 0.0) >= rule["least"] and origin + h in years and origin + h <= rule["last"]:
                        error = years[origin + h] / years[origin] - 1.0
                        yield {"series": "beds_open", "place": place, "trust": trust, "origin": origin, "horizon": h, "error": error}  # fmt: skip


def results(rows: Iterable[Row]) -> Iterator[Row]:
    """Cases taken together by series, trusts or whole places, and horizon (0: all horizons)."""
    groups: dict[tuple[str, str, int], list[Row]] = {}
    for row in rows:
        of = "places" if row["trust"] == WHOLE else "trusts"
        for horizon in (0, int(row["horizon"])):
            groups.setdefault((row["series"], of, horizon), []).append(row)
    for (series, of, horizon), own in groups.items():
        yield {"series": series, "of": of, "horizon": horizon, **_together(own)}


def _together(own: Sequence[Row]) -> Row:
    """Scores of some cases, with intervals."""
    blocks = [f"{r['place']}/{r['trust']}" for r in own]
    errors = np.array([float(r["error"]) for r in own])
    found: Row = {
        "cases": len(own), "blocks": len(set(blocks)), "error": errors.mean(), "size": np.abs(errors).mean(),
    }  # fmt: skip
    if "pit" not in own[0]:
        return found
    pits = [float(r["pit"]) for r in own]
    for level in ("in50", "in80", "in95"):
        hits, ones = [float(r[level]) for r in own], [1.0] * len(own)
        found[level] = scores.ratio(hits, ones)
        found[f"{level}_low"], found[f"{level}_high"] = scores.between(hits, ones, blocks)
    found |= {
        "width": float(np.mean([float(r["width"]) for r in own])), "pit_mean": float(np.mean(pits)),
        "pit_p": scores.uniform_p(pits, blocks), "crps": float(np.mean([float(r["model"]) for r in own])),
    }  # fmt: skip
    return found | _skill("naive", own) | _skill("ets", own)


def _skill(rival: str, own: Sequence[Row]) -> Row:
    """``1 − Σ CRPS / Σ CRPS of the rival`` over the cases that the rival forecast, with its interval."""
    both = [r for r in own if r.get(rival) not in (None, "")]
    if not both:
        return {f"{rival}_cases": 0}
    model, other = ([float(r[who]) for r in both] for who in ("model", rival))
    low, high = scores.between(model, other, [f"{r['place']}/{r['trust']}" for r in both])
    return {
        f"{rival}_cases": len(both), f"{rival}_skill": 1 - scores.ratio(model, other), f"{rival}_low": 1 - high, f"{rival}_high": 1 - low,
    }  # fmt: skip


def write(file: Path, columns: Sequence[str], rows: Iterable[Row]) -> None:
    """A CSV of five decimals; what is not known is blank."""

    def short(value: Any) -> Any:
        if isinstance(value, float):
            return "" if math.isnan(value) else f"{value:.5f}".replace("-0.00000", "0.00000")
        return value

    with file.open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(columns)
        writer.writerows([short(row.get(c, "")) for c in columns] for row in rows)


def order(row: Row, settings: Mapping[str, Any]) -> tuple[Any, ...]:
    """Series as in the settings, trusts before places."""
    names = [*settings["series"], "beds_open"]
    return names.index(row["series"]), row["trust"] == WHOLE, row["place"], row["trust"], row["origin"], row["horizon"]


def main() -> None:
    """Scores every file of forecasts."""
    out, folder, into = Path(sys.argv[1]), Path(os.environ["PLACEPLAN_DATA"]), HERE / "rounds" / sys.argv[2]
    settings = cases.settings_of(HERE)
    until = Published(folder, max(r["last"] for r in settings["series"].values()), settings)
    rows: list[Row] = []
    for origin in cases.origins(settings):
        at = Published(folder, origin, settings)
        for place in settings["places"]:
            rows += scored(load(out / f"{place.replace(' ', '-')}-{origin}.npz"), at, until)
    rows.sort(key=lambda r: order(r, settings))
    write(into / "cases.csv", CASE_COLUMNS, rows)
    kept = [*rows, *held(until, settings)]
    write(into / "results.csv", RESULT_COLUMNS, sorted(results(kept), key=lambda r: _place(r, settings)))


def _place(row: Row, settings: Mapping[str, Any]) -> tuple[Any, ...]:
    return [*settings["series"], "beds_open"].index(row["series"]), WHICH.index(row["of"]), row["horizon"]


if __name__ == "__main__":
    main()
