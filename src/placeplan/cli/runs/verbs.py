"""The verbs that run a plan through its futures. Heavy imports stand inside them, so that ``--help`` answers at once."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

from placeplan.cli.options import LAST, Folder, Futures, Json, Minutes, Orders, Seed, Set, Which, Write


def test(
    folder: Folder,
    futures: Annotated[int, typer.Option("--futures", min=1, help="How many futures to run.")] = 1000,
    seed: Seed = 1,
    assumption_set: Set = "",
    out: Annotated[
        Path | None, typer.Option("--out", help="Folder for findings.json and report.html; else NAME-report here.")
    ] = None,
    engine: Annotated[
        str, typer.Option("--engine", help="Who runs futures: local, dask://HOST:PORT, ray, ray://HOST:PORT or spark.")
    ] = "local",
    only: Annotated[
        str,
        typer.Option(
            "--only", help="Stress tests by name, with commas between, or all: print what they find, write nothing."
        ),
    ] = "",
    also: Annotated[
        str,
        typer.Option(
            "--also", help="Stress tests that take long, by name, or all: run them too, for the whole report."
        ),
    ] = "",
    orders: Orders = 0,
    as_json: Json = False,
) -> None:
    """Test a plan: the verdict, the grid and a report.

    Prints the verdict in one sentence and the grid; writes findings.json and report.html. The report appears whole at the end; a run that fails or is stopped leaves what was there before, and the batches of
    futures that it had finished in NAME-report-parts. The same command goes on from them, and removes them when it is done.
    """
    from placeplan.cli.runs.testing import Asked, ask_folder, test_folder  # noqa: PLC0415

    asked = Asked(futures, seed, assumption_set, engine, also, orders)
    if only and out is not None:
        raise typer.BadParameter("--only writes nothing: leave out --out, or --only.")
    if only and also:
        raise typer.BadParameter("--only runs some tests alone, --also some besides the others: give one of them.")
    if only:
        ask_folder(folder, only, asked, as_json)
    else:
        test_folder(folder, out, asked, as_json)


def fix(
    folder: Folder,
    promise: Annotated[
        list[str] | None, typer.Option("--promise", help="Id of a hard promise to mend; can be given several times.")
    ] = None,
    futures: Futures = 1000,
    seed: Seed = 1,
    minutes: Minutes = 0,
    write: Write = None,
    which: Which = 1,
    as_json: Json = False,
) -> None:
    """Search for the smallest changes that mend a plan.

    And for promises that cannot all hold. Ctrl-C ends the search with the best so far; a second one stops at once.
    With --write one of the changes is written as a plan: the folder's own files, and only what is otherwise in them.
    """
    from placeplan.cli.runs.mending import Asked  # noqa: PLC0415
    from placeplan.cli.runs.mending import fix as mend  # noqa: PLC0415

    mend(folder, promise or [], Asked(futures, seed, minutes, as_json, write, which))


def planb(
    folder: Folder,
    money: Annotated[
        float, typer.Option("--money", min=0, help="Money from outside that may be given, £m a year.")
    ] = 0,
    changes: Annotated[int, typer.Option("--changes", min=1, max=100, help="Most things that may be changed.")] = 8,
    futures: Futures = 1000,
    seed: Seed = 1,
    minutes: Minutes = 0,
    write: Write = None,
    which: Which = 1,
    as_json: Json = False,
) -> None:
    """Search for plan B: changed plans that none beats.

    They are compared in promises kept, money, nearness to the plan and who is hit worst. Ctrl-C ends the search with the best so far; a second one stops at once.
    """
    from placeplan.cli.runs.mending import Asked, plan_b  # noqa: PLC0415

    plan_b(folder, money, changes, Asked(futures, seed, minutes, as_json, write, which))


def terms(
    folder: Folder,
    form: Annotated[
        list[str] | None,
        typer.Option("--form", help="Id or file of a form of payment to look at beside; can be given several times."),
    ] = None,
    sure: Annotated[
        float,
        typer.Option(
            "--sure", min=0.5, max=1, help="How surely going along is to be as good as leaving, for each by itself."
        ),
    ] = 0.8,
    cap: Annotated[
        float, typer.Option("--cap", min=0, max=100, help="Most that one may pay or be paid, % of its turnover.")
    ] = 2.5,
    orders: Orders = 0,
    futures: Futures = 256,
    seed: Seed = 1,
    as_json: Json = False,
) -> None:
    """Look who loses by going along, and what would keep everybody.

    Who would leave is told, and on which payments all would stay.
    """
    from placeplan.cli.runs.going_along import terms as look  # noqa: PLC0415

    look(folder, form or [], sure, cap / 100, orders, futures, seed, as_json)


def contracts(
    folder: Folder,
    form: Annotated[
        list[str] | None,
        typer.Option(
            "--form", help="Form of payment: its id in payment_forms, or its file; can be given several times."
        ),
    ] = None,
    only: Annotated[
        list[str] | None,
        typer.Option("--only", help="Contract of which the term sheet is made; can be given several times."),
    ] = None,
    out: Annotated[
        Path | None, typer.Option("--out", help="Folder for contracts.html, which prints, and contracts.json.")
    ] = None,
    write: Annotated[
        Path | None,
        typer.Option("--write", help="New folder for the plan as it is paid in the one form that is named."),
    ] = None,
    futures: Futures = 200,
    seed: Seed = 1,
    as_json: Json = False,
) -> None:
    """Look who is paid how, and who carries the risk.

    And what other ways of paying would change. Each contract has a term sheet: terms, expected payment, risks, and each party's position with its sign-off. Without --form it tells the plan's own contracts. With it the plan is run in each form on the same futures; it is not changed.
    """
    from placeplan.cli.runs.contracting import Asked, look_at_contracts  # noqa: PLC0415

    look_at_contracts(folder, Asked(form or [], only or [], out, write, futures, seed), as_json)


def compare(
    folder: Folder,
    other: Annotated[
        Path | None,
        typer.Argument(
            metavar="OTHER", help="Folder of the plan that is compared with it; else PLAN with other numbers."
        ),
    ] = None,
    settings: Annotated[
        list[str] | None,
        typer.Option(
            "--with",
            metavar="ADDRESS=VALUE",
            help="Another number for the second plan (placeplan numbers lists them); can be given several times.",
        ),
    ] = None,
    futures: Annotated[int, typer.Option("--futures", min=2, max=100_000, help="How many futures to run.")] = 1000,
    seed: Seed = 1,
    out: Annotated[Path | None, typer.Option("--out", help="Folder for the same as comparison.json.")] = None,
    as_json: Json = False,
) -> None:
    """Compare two plans on the same futures.

    Or two versions of one plan, or a plan with another number. It tells which promises the second keeps more surely, and its money.
    """
    from placeplan.cli.runs.comparing import Asked, compare_plans  # noqa: PLC0415

    compare_plans(Asked(folder, other, tuple(settings or ()), futures, seed), out, as_json)


def replay(
    folder: Folder,
    future: Annotated[int, typer.Option("--future", min=0, max=LAST, help="Number of the future, counted from 0.")],
    seed: Seed = 1,
    assumption_set: Set = "",
    out: Annotated[
        Path | None, typer.Option("--out", help="File to write, ending in .csv or .parquet; else CSV is printed.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Run one future again, and write down all of it.

    The future is named by its number. Every month is written, and every day in beds: one figure a line.
    """
    from placeplan.cli.runs.replaying import replay_folder  # noqa: PLC0415

    replay_folder(folder, future, seed, assumption_set, out, as_json)


def waterfall(
    folder: Folder,
    outcome: Annotated[str, typer.Argument(metavar="OUTCOME", help="Outcome whose change is told, such as position.")],
    entity: Annotated[str, typer.Option("--entity", help="Organisation, site/pool, site/pod …")] = "system",
    year: Annotated[str, typer.Option("--year", help="Year that is compared with the base year; else the last.")] = "",
    order: Annotated[
        Literal["shapley", "sequential", "reverse"],
        typer.Option(help="Each step's mean over all orders; or one after the other as listed; or the last one first."),
    ] = "shapley",
    futures: Annotated[int, typer.Option("--futures", min=2, max=10_000, help="How many futures to run.")] = 200,
    seed: Seed = 1,
    assumption_set: Set = "",
    out: Annotated[
        Path | None, typer.Option("--out", help="File for the picture: NAME.html with its table, or NAME.svg.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Tell why a figure changes, in steps that add up.

    By people, demand, prices, what is committed and each initiative.
    """
    from placeplan.cli.runs.waterfall import Asked, waterfall_folder  # noqa: PLC0415

    waterfall_folder(folder, Asked(outcome, entity, year or None, order, futures, seed), assumption_set, out, as_json)


def explain(
    folder: Folder,
    outcome: Annotated[
        str,
        typer.Argument(
            metavar="OUTCOME",
            help="Outcome to trace, such as position; or the address of a number in the board pack, such as promises/ID.",
        ),
    ],
    entity: Annotated[str, typer.Option("--entity", help="Organisation, site/pool, site/pod, initiative …")] = "system",
    period: Annotated[str, typer.Option("--period", help="Month 2018-03 or year 2018/19; else the last year.")] = "",
    future: Annotated[
        int | None, typer.Option("--future", min=0, max=LAST, help="One future; else the mean over all.")
    ] = None,
    depth: Annotated[int, typer.Option("--depth", min=0, max=30, help="How many steps to follow.")] = 3,
    futures: Annotated[int, typer.Option("--futures", min=1, max=1_000_000, help="How many futures to run.")] = 200,
    seed: Seed = 1,
    assumption_set: Set = "",
    as_json: Json = False,
) -> None:
    """Trace an outcome to the rows and equations that made it.

    And to the assumptions in between.
    """
    from placeplan.cli.runs import tracing  # noqa: PLC0415

    asked = tracing.Asked(outcome, entity, period or None, future, depth)
    tracing.explain_folder(folder, asked, futures, seed, assumption_set, as_json)
