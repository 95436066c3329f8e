"""The verbs of files of others: ``nhp import`` and ``nhp export``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from placeplan.cli.options import Json

nhp = typer.Typer(
    name="nhp",
    help="Read and write parameter files of the NHP demand model.",
    no_args_is_help=True,
    rich_markup_mode=None,
)

FATES: dict[str, str] = {
    "carried": "Act in the plan",
    "neutral": "Change nothing",
    "kept": "Stand in the plan, and nothing uses them",
    "aside": "Have no counterpart in a plan",
    "note": "To be known",
}
"""What became of keys, in words."""


@nhp.command("import")
def import_file(
    file: Annotated[Path, typer.Argument(metavar="PARAMS", help="Parameter file of the NHP model, v1.2 to v5.")],
    folder: Annotated[Path, typer.Argument(metavar="PLAN", help="Folder of the plan that has the trust.")],
    out: Annotated[Path, typer.Option("--out", help="Folder to write: the plan with the parameters in it.")],
    trust: Annotated[str, typer.Option("--trust", help="Id of the trust; else that of the file's dataset.")] = "",
    shares: Annotated[
        Path | None, typer.Option("--shares", help="CSV: which share of its care each multiplier is about.")
    ] = None,
    variants: Annotated[
        Path | None, typer.Option("--variants", help="CSV: people of each variant in the base year and a later one.")
    ] = None,
    ask: Annotated[
        Path | None, typer.Option("--ask", help="Write the shares that are lacking here, to be filled in.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Write a plan with what a parameter file assumes and plans.

    Every key that has no counterpart is listed.
    """
    from placeplan.exchange.nhp.files import Beside, import_params  # noqa: PLC0415

    with _status("reading the file and the plan …"):
        made, warnings = import_params(file, folder, out, Beside(trust, shares, variants, ask))
    counts = {fate: len(made.of(fate)) for fate in FATES}  # type: ignore[arg-type]
    if as_json:
        keys = [{"key": t.key, "line": t.line, "fate": t.fate, "why": t.why} for t in made.told]
        _print({"ok": True, "folder": str(out), "counts": counts, "keys": keys, "lacking": [k for k, _ in made.asked]})
        return
    from placeplan.cli.tell import print_problems  # noqa: PLC0415

    print_problems(warnings)
    for fate, words in FATES.items():
        found = made.of(fate)  # type: ignore[arg-type]
        typer.echo(f"{words}: {len(found)}")
        if fate not in ("carried", "neutral"):
            typer.echo("".join(f"  {_at(t.line)}{t.key}: {t.why}\n" for t in found), nl=False)
    if ask and made.asked:
        typer.echo(f"Wrote {ask}: fill in the shares of {len(made.asked)} keys, and import again with --shares {ask}.")
    typer.echo(f"Wrote {out}.")


@nhp.command("export")
def export_file(
    folder: Annotated[Path, typer.Argument(metavar="PLAN", help="Folder of the plan.")],
    out: Annotated[Path, typer.Argument(metavar="PARAMS", help="File to write; nothing that is there is touched.")],
    like: Annotated[
        Path | None, typer.Option("--like", help="Parameter file that gives what a plan does not hold.")
    ] = None,
    trust: Annotated[str, typer.Option("--trust", help="Id of the trust; needed without --like.")] = "",
    as_json: Json = False,
) -> None:
    """Write a plan's multipliers and growth as a parameter file.

    What it cannot hold is listed.
    """
    from placeplan.exchange.nhp.files import export_params  # noqa: PLC0415

    with _status("reading the plan …"):
        made = export_params(folder, out, like, trust)
    if as_json:
        _print({"ok": True, "file": str(out), "told": [{"key": key, "why": why} for key, why in made.told]})
        return
    typer.echo(f"Not held, or not quite: {len(made.told)}")
    typer.echo("".join(f"  {key}: {why}\n" for key, why in made.told), nl=False)
    typer.echo(f"Wrote {out}.")


def _status(text: str) -> Any:
    from rich.console import Console  # noqa: PLC0415

    return Console(stderr=True).status(text)


def _at(line: int) -> str:
    return f"line {line}, " if line else ""


def _print(value: Any) -> None:
    from placeplan.cli.tell import print_json  # noqa: PLC0415

    print_json(value)
