"""Maps of records by name, from the library, or from a file of the user's own; and lookups of small areas."""

from __future__ import annotations

from collections.abc import Iterable
from importlib.resources import files
from pathlib import Path

from placeplan.baseline.extracts.maps import RecordMap
from placeplan.baseline.extracts.why import problem as record_problem
from placeplan.core.errors import PlanError, nearest
from placeplan.plan.located import Item, problem
from placeplan.plan.textfile import decode, read_text
from placeplan.plan.validate import build
from placeplan.plan.yamlfile import read_yaml


def names() -> tuple[str, ...]:
    """Maps that come with placeplan."""
    inside = files("placeplan").joinpath("library").joinpath("records").iterdir()
    return tuple(sorted(p.name.removesuffix(".yaml") for p in inside if p.name.endswith(".yaml")))


def read_map(name: str) -> RecordMap:
    """A map by its name, or by the path of a YAML file.

    Raises:
        PlanError: where there is none, or it is wrong, with every problem.
    """
    if name.endswith((".yaml", ".yml")):
        file = Path(name).name
        text = read_text(Path(name), file)
    elif name in names():
        file = f"library/records/{name}.yaml"
        text = decode(
            files("placeplan").joinpath("library").joinpath("records").joinpath(f"{name}.yaml").read_bytes(), file
        )
    else:
        near = nearest(name, names())
        what, mend = f"There is no map “{name}”.", f"Write one of {', '.join(names())}, or the name of a YAML file."
        raise PlanError([record_problem("--map", "records-unknown-map", what, mend, nearest=near)])
    if not isinstance(text, str):
        raise PlanError([text])
    tree = read_yaml(text, file)
    if tree.problems:
        raise PlanError(tree.problems)
    found, wrong = build(RecordMap, tree.data, Item(None, file, 1, tree.lines, tree.data))
    if found is None or wrong:
        raise PlanError(wrong)
    return found


def read_lookup(path: Path, areas: Iterable[str]) -> dict[str, str]:
    """Small area → area of the plan, from a CSV file with columns code and area; rows of other areas are left out.

    Raises:
        PlanError: where it cannot be read, has other columns, or gives a code twice with two areas.
    """
    import csv  # noqa: PLC0415
    import io  # noqa: PLC0415

    text = read_text(path, path.name)
    if not isinstance(text, str):
        raise PlanError([text])
    reader = csv.DictReader(io.StringIO(text))
    lacking = [c for c in ("code", "area") if c not in (reader.fieldnames or ())]
    if lacking:
        said = [
            problem(path.name, 1, c, "missing-column", f"{path.name} has no column “{c}”.", f"Add the column {c}.")
            for c in lacking
        ]
        raise PlanError(said)
    own, found, wrong = set(areas), dict[str, str](), []
    for row in reader:
        code, area = (row.get("code") or "").strip(), (row.get("area") or "").strip()
        if code and found.setdefault(code, area) != area:
            what = f"“{code}” leads to {found[code]} and to {area}."
            wrong.append(
                problem(path.name, reader.line_num, "code", "duplicate-row", what, "Keep one of the two rows.")
            )
    if wrong:
        raise PlanError(wrong)
    return {code: area for code, area in found.items() if area in own}
