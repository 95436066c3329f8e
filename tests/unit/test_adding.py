"""An entry added to a YAML file: nothing else in the file is different, however it is written, or it is refused."""

from __future__ import annotations

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from placeplan.core.errors import PlanError
from placeplan.plan.adding import with_entry
from placeplan.plan.yamlfile import NO_TEXT, read_yaml

ENTRY = {"organisation": "11J", "words": 'We say: "yes", if\nwards stay.', "date": "2026-11-27"}
NAME = "initiatives/beds.yaml"
WAYS = {
    "none": "id: beds # its name\nabout: >-\n  Fewer beds.\n",
    "no end of line": "id: beds\nabout: Fewer beds",
    "empty": "id: beds\nsign_offs: [] # nobody yet\nnote: x\n",
    "flow": "id: beds\nsign_offs: [{organisation: RDZ}, {organisation: RD3}]\nnote: x\n",
    "flow over lines": "id: beds\nsign_offs: [\n  {organisation: RDZ}\n]\nnote: x\n",
    "block": "id: beds\nsign_offs:\n  - {organisation: RDZ, by: the board} # as minuted\n\n# what follows\nnote: x\n",
    "block, not indented": "id: beds\nsign_offs:\n- organisation: RDZ\n  by: the board\nnote: x\n",
    "block at the end": "id: beds\nsign_offs:\n  - organisation: RDZ\n    source: minutes",
    "block scalar": "id: beds\nsign_offs:\n  - organisation: RDZ\n    source: |\n      the\n      minutes\nnote: x\n",
    "lists in it": "id: beds\nsign_offs:\n  - organisation: RDZ\n    also: [a, b]\nnote: x\n",
    "of the same name further in": "id: beds\nother:\n  sign_offs: [a]\nsign_offs:\n  - {organisation: RDZ}\n",
    "windows": "id: beds\r\nsign_offs:\r\n  - {organisation: RDZ}\r\nnote: x\r\n",
    "indented": "  id: beds\n  note: x\n",
    "in quotes": "'id': beds\n'sign_offs':\n  - {organisation: RDZ}\n",
}  # fmt: skip


@pytest.mark.parametrize("way", WAYS)
def test_an_entry_is_added_and_all_else_stays(way: str) -> None:
    text = WAYS[way]
    after = with_entry(text, NAME, "sign_offs", ENTRY)
    before = read_yaml(text, NAME).data
    assert read_yaml(after, NAME).data == {**before, "sign_offs": [*before.get("sign_offs", []), ENTRY]}
    kept = iter(after)
    assert all(sign in kept for sign in text), "every sign that was there is there, in the same order"
    assert ("\r\n" in after) == ("\r\n" in text)
    again = with_entry(after, NAME, "sign_offs", {"organisation": "RDY"})
    assert len(read_yaml(again, NAME).data["sign_offs"]) == len(before.get("sign_offs", [])) + 2


@pytest.mark.parametrize(
    "text",
    ["{id: beds, note: x}\n", "id: beds\nsign_offs: {a: b}\n", "- id: beds\n", "id: beds\n...\n", "id: [beds\n"],
)
def test_what_cannot_be_added_to_is_refused(text: str) -> None:
    with pytest.raises(PlanError) as told:
        with_entry(text, NAME, "sign_offs", ENTRY)
    assert all(p.file == NAME for p in told.value.problems)
    assert {p.code for p in told.value.problems} <= {"entry-not-added", "broken-yaml"}


@settings(max_examples=200, deadline=None)
@given(st.text(st.characters(codec="utf-8", exclude_categories=["Cs"], exclude_characters="\0"), min_size=1))
def test_words_come_back_letter_for_letter(words: str) -> None:
    """But for signs that are no letters, which no YAML of a plan may hold."""
    assume(not NO_TEXT.search(words))
    after = with_entry("id: beds\nsign_offs:\n  - {organisation: RDZ}\n", NAME, "sign_offs", {"words": words})
    assert read_yaml(after, NAME).data["sign_offs"][1] == {"words": words}
