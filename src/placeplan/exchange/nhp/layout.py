"""Which keys a parameter file may have, version by version, and within which bounds each value lies.

Sources: the schemas that the NHP model publishes (The-Strategy-Unit/nhp_model: schemas/v1, dev at v3.7, v4.0 to v5.2,
each params-schema.json) and its codes of mitigators (The-Strategy-Unit/nhp_inputs). How values are drawn from them:
src/nhp/model/model.py, `generate_run_params`, and helpers.py, `rnorm` and `inrange`, of nhp_model.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

Version = tuple[int, int]
Path = tuple[str, ...]

FIRST: Version = (1, 2)
LAST: Version = (5, 2)
"""The oldest and the newest version that is read."""
NO_COVID: Version = (4, 4)
"""From here on there is no `covid_adjustment`."""
INEQUALITIES: Version = (3, 7)
"""From here on there may be `inequalities`; by `NEEDS_INEQUALITIES` there must."""
NEEDS_INEQUALITIES: Version = (4, 0)
NO_PROFILES: Version = (5, 2)
"""From here on there are no time profiles."""

GROUPS: Mapping[str, tuple[str, ...]] = {
    "ip": ("elective", "non-elective", "maternity"),
    "op": ("first", "followup", "procedure"),
    "aae": ("ambulance", "walk-in"),
}
"""Groups of activity by type."""
SPECIALTIES = (
    "100", "101", "110", "120", "130", "140", "150", "160", "170", "300", "301", "320", "330", "340", "400", "410",
    "430", "502", "Other (Medical)", "Other (Surgical)", "Other",
)  # fmt: skip
"""Treatment specialties that are told apart."""
PLAIN: Mapping[str, type | tuple[type, ...]] = {
    "id": str, "scenario": str, "dataset": str, "seed": int, "model_runs": int, "start_year": int, "end_year": int,
    "app_version": str, "create_datetime": str, "health_status_adjustment": bool, "viewable": bool, "user": str,
    "interval_type": dict, "reasons": dict, "bed_occupancy": dict, "theatres": dict,
}  # fmt: skip
"""Keys that hold one value, or what is only kept; and what it is."""
OPTIONAL = frozenset(
    {"id", "create_datetime", "viewable", "user", "interval_type", "reasons", "bed_occupancy", "theatres"}
)
BOUNDS: Mapping[str, tuple[float, float]] = {
    "covid_adjustment": (0.0, 5.0), "expat": (0.0, 1.0), "repat_local": (1.0, 5.0), "repat_nonlocal": (1.0, 5.0),
    "baseline_adjustment": (0.0, 5.0), "waiting_list_adjustment": (0.0, 5.0), "non-demographic_adjustment": (0.0, 5.0),
    "activity_avoidance": (0.0, 1.0), "efficiencies": (0.0, 1.0),
}  # fmt: skip
"""Least and most value of what each key holds: draws beyond are put at the bound."""
VALUES = ("baseline_adjustment", "waiting_list_adjustment")
"""Keys that hold one number in place of an interval."""
BY_SPECIALTY = ("expat", "repat_local", "repat_nonlocal", "baseline_adjustment")
MITIGATORS = ("activity_avoidance", "efficiencies")


@dataclass(frozen=True)
class Strategy:
    """One type of activity that may be mitigated."""

    key: str
    activity: str
    group: str
    code: str
    first: Version
    last: Version | None
    type: str
    days: int
    effect: str
    pods: str
    to_pods: str

    def known_to(self, version: Version) -> bool:
        """Whether files of a version may have it."""
        return self.first <= version and (self.last is None or version <= self.last)

    @property
    def path(self) -> Path:
        """Where it stands in a file."""
        return (self.group, self.activity, self.key)


@cache
def strategies() -> Mapping[Path, Strategy]:
    """The types of activity that may be mitigated, by their path."""
    text = files("placeplan").joinpath("library/nhp/strategies.csv").read_text(encoding="utf-8")
    found = (
        Strategy(
            row["key"], row["activity"], row["group"], row["code"], as_version(row["first"]),
            as_version(row["last"]) if row["last"] else None, row["type"], int(row["days"] or 0), row["effect"],
            row["pods"], row["to_pods"],
        )
        for row in csv.DictReader(text.splitlines())
    )  # fmt: skip
    return {s.path: s for s in found}


def as_version(text: str) -> Version:
    """Version of a text such as ``v4.1`` or ``1.2``; raises ValueError where it is none.

    >>> as_version("v4.1")
    (4, 1)
    """
    major, _, minor = text.removeprefix("v").partition(".")
    return int(major), int(minor)


def top_keys(version: Version) -> dict[str, bool]:
    """Keys of a file of a version, and whether each has to be there.

    >>> top_keys((5, 0)).get("covid_adjustment"), top_keys((1, 2))["covid_adjustment"]
    (None, True)
    """
    keys = {key: key not in OPTIONAL for key in PLAIN}
    keys |= dict.fromkeys(("demographic_factors", *BOUNDS), True)
    if version >= NO_COVID:
        del keys["covid_adjustment"]
    if version >= INEQUALITIES:
        keys["inequalities"] = version >= NEEDS_INEQUALITIES
    if version < NO_PROFILES:
        keys["time_profile_mappings"] = True
    return keys


def keys_at(path: Path, version: Version) -> tuple[str, ...] | None:
    """Keys that may stand at a path below the top; None where there a value has to stand."""
    top, rest = path[0], path[1:]
    if top == "non-demographic_adjustment":
        return ("variant", "value-type", "values") if not rest else _grouped(rest[1:])
    if top == "covid_adjustment":
        return _grouped(rest)
    if top in MITIGATORS:
        return _mitigated(top, rest, version)
    if top == "waiting_list_adjustment":
        return (("ip", "op"), SPECIALTIES, None)[min(len(rest), 2)]
    if not rest:
        return tuple(GROUPS)
    by_group = rest[0] == "ip" or (rest[0] == "op" and top == "baseline_adjustment")
    levels = [GROUPS[rest[0]], SPECIALTIES] if by_group else [SPECIALTIES if rest[0] == "op" else GROUPS[rest[0]]]
    return levels[len(rest) - 1] if len(rest) <= len(levels) else None


def _grouped(rest: Path) -> tuple[str, ...] | None:
    return tuple(GROUPS) if not rest else GROUPS[rest[0]] if len(rest) == 1 else None


def _mitigated(top: str, rest: Path, version: Version) -> tuple[str, ...] | None:
    if not rest:
        return tuple(GROUPS) if top == "activity_avoidance" else ("ip", "op")
    if len(rest) > 1:
        return None
    return tuple(s.key for s in strategies().values() if s.path[:2] == (top, rest[0]) and s.known_to(version))
