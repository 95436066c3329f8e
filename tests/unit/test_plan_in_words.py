"""Elements, fields and values in words: called as in their forms, with units, and never so that a difference is hidden."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fixtures.broken_plans import WHOLE
from placeplan.plan.elements.controls import Leaf, controls, leaves
from placeplan.plan.elements.differ import differences, names_of
from placeplan.plan.elements.edit import changed, element, elements
from placeplan.plan.elements.parts import parts
from placeplan.plan.elements.threeway import GONE, same
from placeplan.plan.elements.worded import OWN_UNIT, Place, called_element, place_of, told_apart, worded
from placeplan.plan.workbook.columns import Facts

FILES = {f: t.encode() for f, t in WHOLE.items()}
NAMES = names_of(FILES)
INITIATIVES = parts()["initiatives"]
VALUES = st.one_of(
    st.booleans(), st.integers(-(10**7), 10**7), st.floats(allow_nan=False, allow_infinity=False),
    st.sampled_from(["yes", "true", "0.10", "0.1", "1200000", "1200000.0", "prevent", "Prevent", ""]), st.lists(st.sampled_from(["a", "b"]), max_size=2),
)  # fmt: skip


def first(part: str) -> Any:
    return next(elements(parts()[part], FILES))


@pytest.mark.parametrize("part", [p for p in parts().values() if any(True for _ in elements(p, FILES))], ids=lambda p: p.name)  # fmt: skip
def test_every_field_is_called_as_in_its_form_and_has_its_unit(part: Any) -> None:
    e = next(elements(part, FILES))
    for leaf in leaves(controls(part.class_of(e.data, e.file), e.data, NAMES, part.table)):
        if isinstance(leaf, Leaf):
            found = place_of(part, e.data, leaf.path, NAMES, e.file)
            assert found.labels[-1] == leaf.label
            own = e.data.get("unit") if leaf.unit.startswith(OWN_UNIT) else None
            assert found.unit == (own or leaf.unit).partition(";")[0]


@given(VALUES, VALUES, st.sampled_from([Facts(number=True), Facts(truth=True), Facts(text=True, choices=("prevent",))]), st.sampled_from(["£ a year", "share", ""]))  # fmt: skip
def test_words_never_hide_that_two_values_differ(one: Any, other: Any, facts: Facts, unit: str) -> None:
    told = told_apart((one, other), Place(("It",), "it", facts=facts, unit=unit), {})
    assert (told[0] == told[1]) is same(one, other)


def test_pounds_thousands_years_and_shares_are_said_as_people_say_them() -> None:
    pounds, plain = Place(unit="£ a year", facts=Facts(number=True)), Place(facts=Facts(number=True))
    assert [worded(v, pounds, {}) for v in (1200, "-1200.50", 0)] == ["£1,200 a year", "−£1,200.50 a year", "£0 a year"]
    assert [worded(v, plain, {}) for v in (2016, 12000.0, 0.06)] == ["2016", "12,000", "0.06"]
    assert worded(GONE, plain, {}) == "(not there)"


def test_ids_are_said_by_name_and_an_element_by_its_own() -> None:
    e = first("initiatives")
    owner = place_of(e.part, e.data, ("owner",), NAMES)
    name = dict(NAMES["organisation"])[e.data["owner"]]
    assert worded(e.data["owner"], owner, NAMES) == f"{name} ({e.data['owner']})"
    assert called_element(e, NAMES) == e.data["name"]
    assert called_element(first("beds"), NAMES) == "Westshire Hospital (W0H) · General"


def test_a_spread_is_in_the_unit_of_its_assumption() -> None:
    part = parts()["assumptions"]
    data = {"id": "rent", "unit": "£ a year", "distribution": {"kind": "fixed", "value": 12000}}
    assert worded(12000, place_of(part, data, ("distribution", "value"), NAMES), NAMES) == "£12,000 a year"
    assert "  Value: £12,000 a year" in worded(data, place_of(part, data, (), NAMES), NAMES)


def test_an_effect_more_is_told_as_that_effect_and_not_as_two_lists() -> None:
    e = first("initiatives")
    more = e.data | {"effects": [{"kind": "prevent", "share": 0.123}, *e.data["effects"]]}
    new = FILES | {f: b for f, b in changed(FILES, INITIATIVES, e.name, more).items() if b is not None}
    told = [f for d in differences(FILES, new) for f in d.fields]
    assert [(f.name, f.before) for f in told] == [("Effects 1: Prevent", "(not there)")]
    assert "Share: 0.123 (share of demand removed at full uptake)" in told[0].after
    assert [(f.name, f.after) for d in differences(new, FILES) for f in d.fields] == [("Effects 1: Prevent", "(not there)")]  # fmt: skip


def test_what_nobody_changed_is_not_told() -> None:
    assert differences(FILES, FILES) == []
    e = first("organisations")
    gone = FILES | {f: b for f, b in changed(FILES, e.part, e.name, None).items() if b is not None}
    assert [(d.what, d.label) for d in differences(FILES, gone)] == [("removed", e.label)]
    assert element(e.part, gone, e.name) is None
    assert f"Name: {e.label}" in differences(FILES, gone)[0].says
    assert differences(gone, FILES)[0].says == differences(FILES, gone)[0].says
