"""From file to file: parameters into a new plan's folder, and a plan's folder into parameters."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from placeplan.core.errors import PlanError, Problem
from placeplan.exchange.nhp.back import Exported, export_plan
from placeplan.exchange.nhp.beside import read_shares, read_variants, shares_to_ask
from placeplan.exchange.nhp.into import Given, Imported, Told, into_plan
from placeplan.exchange.nhp.layout import LAST, Version, strategies
from placeplan.exchange.nhp.places import PREFIX, id_of, trust_of
from placeplan.exchange.nhp.reading import read_params
from placeplan.plan.aside import put_in_place
from placeplan.plan.folder import read_plan, read_plan_with_warnings
from placeplan.plan.located import problem
from placeplan.plan.write import refuse_used, write_plan


@dataclass(frozen=True)
class Beside:
    """What a user may give with a parameter file."""

    trust: str = ""
    shares: Path | None = None
    variants: Path | None = None
    ask: Path | None = None
    """File to write: the shares that are lacking, to be filled in."""


def import_params(file: Path, folder: Path, out: Path, beside: Beside) -> tuple[Imported, tuple[Problem, ...]]:
    """Write the plan of a folder with a file's parameters into a new folder; what became of each key, and warnings.

    Raises:
        PlanError: where the file, what goes with it or the plan that would come of it cannot be used; nothing is written.
    """
    refuse_used(out)
    params = read_params(file)
    plan = read_plan(folder)
    trust = trust_of(plan, params, beside.trust)
    codes = {s.code: ".".join(path) for path, s in strategies().items()}
    shares = read_shares(beside.shares, params, codes) if beside.shares else {}
    variants = read_variants(beside.variants, params, plan) if beside.variants else None
    made = into_plan(params, plan, Given(trust, shares, variants))
    with TemporaryDirectory() as scratch:
        write_plan(made.plan, Path(scratch) / "plan")
        _, warnings = read_plan_with_warnings(Path(scratch) / "plan")
    if beside.ask and made.asked:
        write_new(beside.ask, shares_to_ask(made.asked))
    write_plan(made.plan, out)
    return made, (*params.warnings, *_asked(warnings, made))


def _asked(warnings: tuple[Problem, ...], made: Imported) -> list[Problem]:
    """Warnings on the new plan, without those that say of each element what is told of all."""
    kept = {f"Nothing reads {id_of(tuple(t.key.split('.')))}." for t in made.of("kept")}
    bare = [w for w in warnings if w.code == "no-budget" and w.file.startswith(f"initiatives/{PREFIX}")]
    if bare:
        made.told.append(Told(f"{PREFIX}*", 0, "note", f"{len(bare)} initiatives have no budget: the file gives none."))
    return [w for w in warnings if w.what not in kept and w not in bare]


def export_params(folder: Path, out: Path, like: Path | None, trust: str, version: Version = LAST) -> Exported:
    """Write a plan's parameters into a new file; returns what of the plan they cannot hold."""
    plan = read_plan(folder)
    given = read_params(like) if like else None
    known = [getattr(o, "id", "") for o in plan.tables["organisations"]]
    if (given is None or trust) and trust not in known:
        what = f"The plan has no organisation “{trust}”." if trust else "Whose parameters are they?"
        mend = f"Say --trust with one of: {', '.join(known)}."
        raise PlanError([problem("--trust", 0, "", "unknown-organisation", what, mend)])
    made = export_plan(plan, version, given, trust)
    if trust:
        made.data["dataset"] = trust
    write_new(out, made.text)
    return made


def write_new(file: Path, text: str) -> None:
    """Write a file that is not there yet, whole or not at all; raises PlanError where it is."""
    if file.exists() or file.is_symlink():
        what, mend = f"“{file}” is there already.", "Give another name, or move this one away."
        raise PlanError([problem(file.name, 0, "", "folder-in-use", what, mend)])
    with put_in_place(file) as aside:
        aside.write_text(text, encoding="utf-8", newline="\n")
