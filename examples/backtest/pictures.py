"""The two pictures of docs/understand/validation.md, as SVG."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import altair as alt
import vl_convert
from tables import HERE, NAMES, Row, read

COLOURS = {"50 %": "#7c2855", "80 %": "#005eb8", "95 %": "#4c6272"}
FONT = "Arial, Helvetica, sans-serif"
BINS = 10


def rounds() -> list[str]:
    """Numbers of the rounds that were scored."""
    return sorted(p.name for p in (HERE / "rounds").iterdir())


def inside(number: str) -> list[dict[str, Any]]:
    """Coverage of each series and fan at the trusts, all horizons, with its interval; of a later round what it changed."""
    earlier = [r for n in rounds() if n < number for r in read(HERE / "rounds" / n / "results.csv")]
    return [
        {
            "series": NAMES[r["series"]], "fan": f"{fan} fan", "round": f"round {number}", "share": 100 * float(r[name]),
            "low": 100 * float(r[f"{name}_low"]), "high": 100 * float(r[f"{name}_high"]), "should": float(fan[:2]),
        }
        for r in read(HERE / "rounds" / number / "results.csv")
        if r["of"] == "trusts" and r["horizon"] == "0" and r["in80"] and r not in earlier
        for fan, name in (("50 %", "in50"), ("80 %", "in80"), ("95 %", "in95"))
    ]  # fmt: skip


def coverage() -> Any:
    """How much of history fell inside each fan; a line stands where it should."""
    data = alt.InlineData(values=[row for n in rounds() for row in inside(n)])
    y = alt.Y("series:N", sort=list(NAMES.values()), title=None, axis=alt.Axis(labelLimit=260))
    several = len(rounds()) > 1
    apart = {"yOffset": alt.YOffset("round:N")} if several else {}
    shape = {"shape": alt.Shape("round:N", title=None)} if several else {}
    x = alt.X("share:Q", title="outcomes inside, per cent", scale=alt.Scale(domain=[0, 100]))
    colour = alt.Color(
        "fan:N", scale=alt.Scale(domain=[f"{c} fan" for c in COLOURS], range=list(COLOURS.values())), legend=None
    )
    base = alt.Chart(data).encode(y, colour, **apart)
    lines = base.mark_rule(strokeWidth=2).encode(alt.X("low:Q"), alt.X2("high:Q"))
    dots = base.mark_point(filled=True, size=70, opacity=1).encode(x, **shape)
    should = alt.Chart(data).mark_rule(strokeDash=[5, 4], color="#212b32").encode(alt.X("should:Q"))
    panel = (should + lines + dots).properties(width=190, height=15 * len(rounds()) * len(NAMES))
    header = alt.Header(title=None, labelFontSize=14)
    return panel.facet(column=alt.Column("fan:N", header=header))


def parts(number: str) -> list[dict[str, Any]]:
    """Per cent of outcomes in each tenth of their fans, by series, at the trusts."""
    rows = [r for r in read(HERE / "rounds" / number / "cases.csv") if r["trust"] != "all"]
    found = []
    for series in dict.fromkeys(r["series"] for r in rows):
        own = [min(int(float(r["pit"]) * BINS), BINS - 1) for r in rows if r["series"] == series]
        found += [
            {"series": NAMES[series], "round": f"round {number}", "part": b, "end": b + 1, "share": 100 * own.count(b) / len(own), "even": 100 / BINS}
            for b in range(BINS)
        ]  # fmt: skip
    return found


def pits() -> Any:
    """Where in their fans outcomes fell, ten equal parts; flat would be right. The first round grey, the last one blue."""
    shown = list(dict.fromkeys((rounds()[0], rounds()[-1])))
    names = [f"round {n}" for n in shown]
    x = alt.X(
        "part:Q",
        title="from low to high in the fan",
        axis=alt.Axis(values=[0, 5, 10], labelExpr="datum.value * 10 + ' %'"),
    )
    y = alt.Y("share:Q", title="per cent of outcomes")
    layers = [
        alt.Chart().transform_filter(alt.datum.round == name).encode(x, alt.X2("end:Q"), y, alt.Y2(datum=0), alt.Color("round:N", title=None, scale=alt.Scale(domain=names, range=["#aeb7bd", "#005eb8"][: len(names)])))
        for name in names
    ]  # fmt: skip
    first = layers[0].mark_bar(stroke="white")
    last = layers[-1].mark_bar(filled=False, strokeWidth=2)
    even = alt.Chart().mark_rule(strokeDash=[5, 4], color="#212b32").encode(alt.Y("even:Q"))
    data = alt.InlineData(values=[row for n in shown for row in parts(n)])
    panel = alt.layer(first, last, even, data=data).properties(width=170, height=110)
    header = alt.Header(title=None, labelFontSize=13)
    return panel.facet(alt.Facet("series:N", sort=list(NAMES.values()), header=header), columns=4)


def svg(chart: Any) -> str:
    """The chart as SVG text."""
    text = {"labelFontSize": 13, "titleFontSize": 13, "titleFontWeight": "normal"}
    styled = chart.configure(font=FONT, background="white").configure_axis(**text).configure_legend(labelFontSize=13)
    return str(vl_convert.vegalite_to_svg(styled.to_dict()))


def draw(folder: Path) -> Sequence[Path]:
    """Writes both pictures."""
    files = []
    for name, chart in (("validation-coverage.svg", coverage()), ("validation-pit.svg", pits())):
        files.append(folder / name)
        files[-1].write_text(svg(chart) + "\n", encoding="utf-8")
    return files


__all__ = ["Row", "draw"]
