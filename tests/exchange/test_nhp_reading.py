"""Parameter files of the NHP model as they are read: each version with its own keys, and whatever is wrong told with its line."""

from __future__ import annotations

import copy
import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fixtures.nhp import made_up, text_of
from placeplan.core.errors import PlanError, Problem
from placeplan.exchange.nhp.jsonfile import read_json
from placeplan.exchange.nhp.reading import params_of


def problems_of(data: Any, name: str = "params.json") -> list[Problem]:
    text = data if isinstance(data, str) else text_of(data)
    with pytest.raises(PlanError) as refused:
        params_of(text, name)
    return list(refused.value.problems)


def changed(path: str, value: Any, version: str = "v4.1") -> dict[str, Any]:
    """A file with one thing changed."""
    data = copy.deepcopy(made_up(version))
    *way, last = path.split("/")
    inside = data
    for part in way:
        inside = inside[part]
    inside[last] = value
    return data


# ---- versions ----


@pytest.mark.parametrize("version", ["v1.2", "v2.0", "v3.3", "v3.7", "v4.0", "v4.4", "v5.0", "v5.2"])
def test_each_version_is_read_with_its_own_keys(version: str) -> None:
    assert params_of(text_of(made_up(version)), "x").data["app_version"] == version


@pytest.mark.parametrize(
    ("version", "other", "key"),
    [("v5.0", "v4.0", "covid_adjustment"), ("v3.3", "v4.0", "inequalities"), ("v5.2", "v5.0", "time_profile_mappings")],
)
def test_a_key_of_another_version_is_told(version: str, other: str, key: str) -> None:
    data = made_up(version) | {key: made_up(other)[key]}
    found = problems_of(data)
    assert [(p.code, p.column) for p in found] == [("unknown-key", key)]


def test_a_mitigator_of_another_version_says_which_has_it() -> None:
    ambulatory = {"ambulatory_emergency_care_high": {"interval": [0.8, 0.9]}}
    assert params_of(text_of(changed("efficiencies/ip", ambulatory, "v3.3")), "x").entries
    found = problems_of(changed("efficiencies/ip", ambulatory))
    assert [p.code for p in found] == ["unknown-key"]
    assert "until v3.3" in found[0].mend


@pytest.mark.parametrize("said", ["v0.6", "v6.0", "four", 4])
def test_other_versions_are_refused(said: Any) -> None:
    assert [p.code for p in problems_of(made_up() | {"app_version": said})] == ["other-version"]


def test_a_version_in_the_making_is_read_as_the_newest_and_told() -> None:
    older = {**made_up("v5.0"), "app_version": "dev"}
    assert [params_of(text_of(older | more), "x").version for more in ({}, {"covid_adjustment": made_up()["covid_adjustment"]})] == [(5, 1), (4, 3)]  # fmt: skip
    found = params_of(text_of(made_up("dev")), "x")
    assert (found.version, [p.code for p in found.warnings]) == ((5, 2), ["unsaid-version"])


# ---- what is wrong ----


@pytest.mark.parametrize(
    ("path", "value", "code", "column", "nearest"),
    [
        ("activity_avoidance/ip/fals_related_admissions", {"interval": [0.8, 0.9]}, "unknown-key", "activity_avoidance.ip.fals_related_admissions", "falls_related_admissions"),
        ("actvity_avoidance", {}, "unknown-key", "actvity_avoidance", ""),
        ("expat/ip/electve", {}, "unknown-key", "expat.ip.electve", ""),
        ("expat/ip/elective/999", [0.9, 1.0], "unknown-key", "expat.ip.elective.999", ""),
        ("activity_avoidance/ip/smoking", {"interval": [0.95, 0.85]}, "reversed-interval", "activity_avoidance.ip.smoking", ""),
        ("activity_avoidance/ip/smoking", {"interval": [85, 95]}, "out-of-bounds", "activity_avoidance.ip.smoking", ""),
        ("activity_avoidance/ip/smoking", [0.8, 0.9], "wrong-value", "activity_avoidance.ip.smoking", ""),
        ("repat_local/aae/ambulance", [0.9, 1.1], "out-of-bounds", "repat_local.aae.ambulance", ""),
        ("baseline_adjustment/aae/ambulance", [1.0, 1.1], "wrong-value", "baseline_adjustment.aae.ambulance", ""),
        ("efficiencies/ip/raid_ip", {"type": "sdec", "interval": [0.8, 0.9]}, "wrong-value", "efficiencies.ip.raid_ip.type", ""),
        ("efficiencies/ip/raid_ip", {"interval": [0.8, 0.9]}, "missing-key", "efficiencies.ip.raid_ip.type", ""),
        ("efficiencies/ip/raid_ip", {"type": "all", "intervall": 1, "interval": [0.8, 0.9]}, "unknown-key", "efficiencies.ip.raid_ip.intervall", "interval"),
        ("non-demographic_adjustment/value-type", "multiplier", "wrong-value", "non-demographic_adjustment.value-type", ""),
        ("non-demographic_adjustment", {"variant": "x", "values": {}}, "missing-key", "non-demographic_adjustment.value-type", ""),
        ("time_profile_mappings/expat", "lineal", "wrong-value", "time_profile_mappings.expat", ""),
        ("time_profile_mappings/expt", "linear", "unknown-key", "time_profile_mappings.expt", "expat"),
        ("demographic_factors/variant_probabilities", {}, "wrong-value", "demographic_factors", ""),
        ("demographic_factors/variant_probabilities", {"a": 40}, "out-of-bounds", "demographic_factors.variant_probabilities.a", ""),
        ("end_year", 2020, "out-of-bounds", "end_year", ""),
        ("seed", "one", "wrong-value", "seed", ""),
    ],
)  # fmt: skip
def test_what_is_wrong_is_told_with_its_key_and_line(
    path: str, value: Any, code: str, column: str, nearest: str
) -> None:
    text = text_of(changed(path, value))
    found = problems_of(text)
    told = next(p for p in found if p.code == code)
    assert (told.column, bool(told.mend)) == (column, True)
    assert not nearest or told.nearest == nearest
    last = next(part for part in reversed(column.split(".")) if f'"{part}"' in text)
    assert f'"{last}"' in text.splitlines()[told.row - 1] or code == "missing-key"


def test_everything_wrong_is_told_at_once() -> None:
    data = changed("activity_avoidance/ip/smokin", {}) | {"covid": {}, "end_year": "x"}
    del data["expat"]
    assert {p.code for p in problems_of(data)} == {"unknown-key", "missing-key", "wrong-value"}


@pytest.mark.parametrize(
    ("text", "code", "row"),
    [
        ("{\n 'a': 1}", "broken-json", 2), ('{"a": 1,\n}', "broken-json", 2), ('{"a": [1 2]}', "broken-json", 1),
        ('{"a": 1}\n{"b": 2}', "broken-json", 2), ('{"a": 1,\n"a": 2}', "key-twice", 2), ("[1]", "not-params", 1),
        ('{"a": 1}', "not-params", 1), ('{"params": {"app_version": "v4.1"}}', "not-params", 1), ("[" * 60, "broken-json", 1),
        ('{"a": NaN}', "broken-json", 1), ('{"a": "x\n"}', "broken-json", 1),
    ],
)  # fmt: skip
def test_what_is_no_parameter_file_is_told(text: str, code: str, row: int) -> None:
    assert [(p.code, p.row) for p in problems_of(text)] == [(code, row)]


@given(st.recursive(st.none() | st.booleans() | st.integers() | st.text() | st.floats(allow_nan=False, allow_infinity=False),
       lambda inside: st.lists(inside, max_size=3) | st.dictionaries(st.text(), inside, max_size=3), max_leaves=8),
       st.sampled_from([None, 1]))  # fmt: skip
@settings(max_examples=80, deadline=None)
def test_any_json_is_read_as_other_readers_do(data: Any, indent: int | None) -> None:
    text = json.dumps(data, indent=indent)
    assert read_json(text, "x").data == json.loads(text)


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**320), 10**320) | st.text(max_size=5) | st.floats() | st.just(1e308 * 10),
    lambda inside: st.lists(inside, max_size=3) | st.dictionaries(st.sampled_from(["ip", "interval", "type", "x"]), inside, max_size=3),
    max_leaves=6,
)  # fmt: skip


def _paths_of(data: Any, path: tuple[Any, ...] = ()) -> Any:
    yield path
    for key, inside in data.items() if isinstance(data, dict) else ():
        yield from _paths_of(inside, (*path, key))


@given(where=st.sampled_from(sorted(_paths_of(made_up()))), value=ANYTHING)
@settings(max_examples=150, deadline=None)
def test_whatever_stands_in_a_file_is_read_or_told(where: tuple[Any, ...], value: Any) -> None:
    """Law: any value at any place makes a file that is read, or problems each with a line and a mend; nothing else."""
    data = copy.deepcopy(made_up())
    inside = data
    for part in where[:-1]:
        inside = inside[part]
    if where:
        inside[where[-1]] = value
    told: list[Problem] = []
    entries: tuple[Any, ...] = ()
    try:
        entries = params_of(json.dumps(data if where else value), "x").entries
    except PlanError as refused:
        told = list(refused.problems)
    assert all(p.row and p.what and p.mend for p in told)
    assert all(0 <= e.low <= e.high for e in entries)
