"""Forms that change shape: what is empty is folded, and what was typed stays when a kind is chosen and another again."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from django.test import Client

from placeplan.plan.elements.controls import Entries, Group, leaves
from placeplan.plan.elements.edit import Element, elements
from placeplan.plan.elements.parts import parts
from placeplan.plan.elements.refer import names
from placeplan.web.store.folders import bring_in, files_of
from placeplan.web.store.models import Version
from placeplan.web.workbench.elements import sheet_of, sheet_with
from web.test_forms import Filled, ana, first, form, head, send, version

__all__ = ["ana", "version"]
pytestmark = pytest.mark.django_db


def folds(page: str) -> dict[str, bool]:
    """Of each group that can be folded whether it stands open."""
    return {m[1]: "open" in m[2] for m in re.finditer(r'<details class="web-fold" id="([^"]+)"([^>]*)>', page)}  # fmt: skip


def test_what_is_empty_is_folded_and_opens_where_something_is_said_or_wrong(version: Version, ana: Client) -> None:
    e = first("initiatives")
    typed = form(ana, e)
    empty = folds(send(ana, e, typed | {"do": "show"}).content.decode())
    assert empty["capital"] is False
    assert empty["trigger"] is False
    said = folds(send(ana, e, typed | {"do": "show", "capital.need": "100"}).content.decode())
    assert said["capital"] is True
    assert said["trigger"] is False
    wrong = send(ana, e, typed | {"capital.life_years": "soon", "do": "write"})
    assert wrong.status_code == 422
    assert folds(wrong.content.decode())["capital"] is True


def test_nothing_that_is_said_is_ever_folded_away(version: Version) -> None:
    """Of every element of the plan: no folded group has a control with text in it, or a problem."""
    for part in parts().values():
        for e in elements(part, files_of(version)):
            if isinstance(e.data, dict):
                for g in leaves(sheet_of(e, {}, []).nodes):
                    inside = [n for n in leaves([g]) if n is not g]
                    if getattr(g, "folded", False):
                        assert not any(getattr(n, "text", "") for n in inside if n.path[-1] != "kind"), (e.name, g.name)
                        assert isinstance(g, Group) or not inside


def test_no_control_stands_in_a_form_twice(version: Version) -> None:
    """Of two controls of one name a browser sends both, and only the last would count."""
    for part in parts().values():
        for e in elements(part, files_of(version)):
            names = [n.name for n in leaves(sheet_of(e, {}, []).nodes)]
            assert len(set(names)) == len(names), (e.name, sorted(n for n in names if names.count(n) > 1))


@pytest.mark.parametrize("other", ["spend", "beds", "employ", "shorten"])
def test_what_was_typed_inside_stays_when_another_kind_is_chosen_and_the_first_again(version: Version, ana: Client, other: str) -> None:  # fmt: skip
    e = first("initiatives")
    n = next(n for n, one in enumerate(e.data["effects"]) if one["kind"] in ("prevent", "shift"))
    kind, at = e.data["effects"][n]["kind"], f"effects.{n}"
    typed = form(ana, e) | {f"{at}.scope.age_from": "65", f"{at}.share": "0.0875"}
    away = send(ana, e, typed | {f"{at}.kind": other, "do": "show"}).content.decode()
    if other == "spend":
        assert "Kept from another kind" in away
    assert re.search(rf'<details [^>]*open id="{re.escape(at)}"', away), "whoever chose it sees its fields"
    sent = Filled(away).sent
    assert sent[f"{at}.kind"] == other
    back = Filled(send(ana, e, sent | {f"{at}.kind": kind, "do": "show"}).content.decode()).sent
    assert {k: v for k, v in back.items() if k.startswith(at)} == {k: v for k, v in typed.items() if k.startswith(at)}
    assert send(ana, e, back | {"message": "older people", "do": "write"}).status_code == 302
    now = first("initiatives").data["effects"][n]
    assert now["scope"] == e.data["effects"][n].get("scope", {}) | {"age_from": 65}
    assert now["share"] == 0.0875


def test_a_contract_keeps_what_was_typed_for_another_form_of_it(version: Version, ana: Client) -> None:
    """The element itself is of a kind: its fields stand beside those of the page, which are no part of it."""
    e: Element = first("contracts")
    kinds = parts()["contracts"].cls.kinds()  # type: ignore[attr-defined]
    other = next(k for k in kinds if k != e.data["kind"] and "corridor" not in kinds[k].model_fields)
    cap = next(k for k in kinds if "corridor" in kinds[k].model_fields)
    typed = form(ana, e) | {"kind": cap, "do": "show"}
    typed = Filled(send(ana, e, typed).content.decode()).sent | {"corridor.band": "0.02", "do": "show"}
    away = Filled(send(ana, e, typed | {"kind": other}).content.decode()).sent
    back = Filled(send(ana, e, away | {"kind": cap, "do": "show"}).content.decode()).sent
    assert back["corridor.band"] == "0.02"
    assert head() == version
    told = sheet_with(files_of(version), e, back | {"message": "m", "do": "show"}, {}).data
    assert set(told) <= {"kind", *e.data, *(f for k in kinds.values() for f in k.model_fields)}, (
        "no control of the page becomes a field"
    )


def test_a_draft_with_a_field_of_another_kind_says_so(version: Version, ana: Client) -> None:
    e = first("initiatives")
    text = files_of(version)[e.file].decode()
    assert "kind: prevent" in text
    changed = {e.file: text.replace("kind: prevent", "kind: spend", 1).encode()}
    bring_in("westshire", "Westshire", files_of(version) | changed, "another kind")
    page = ana.get(f"/drafts/westshire/main/parts/initiatives/one?of={e.name}").content.decode()
    assert "Kept from another kind. Prevent" in page


def test_a_list_calls_rows_by_name_has_units_above_and_finds_what_it_shows(version: Version, ana: Client) -> None:
    at = "/drafts/westshire/main/parts/"
    page = ana.get(f"{at}beds/").content.decode()
    assert "Westshire Hospital (W0H) · General" in page
    assert "beds open, daily average" in page
    assert "Westshire Hospital (W0H) · General" in ana.get(f"{at}beds/", {"q": "westshire hospital"}).content.decode()
    assert re.search(r">£[\d,]+</td>", ana.get(f"{at}money/").content.decode())
    uses = ana.get(f"{at}organisations/rename", {"of": first("organisations").name}).content.decode()
    assert "</a> – Organisation</li>" in uses, "fields are called as in forms"


def test_what_is_named_by_an_id_is_called_by_its_name(version: Version, ana: Client) -> None:
    """Care that comes with the library, organisations and all else: in lists of choices, beside what is typed, and above entries."""
    known = names(files_of(version))
    assert dict(known["pod"])["day_case"] == "Day cases"
    e = first("initiatives")
    page = ana.get(f"/drafts/westshire/main/parts/initiatives/one?of={e.name}").content.decode()
    for pod in e.data["effects"][0]["scope"]["pods"]:
        assert dict(known["pod"])[pod] in page.partition('id="effects.0.scope.pods-called">')[2].partition("<")[0]
    owner = dict(known["organisation"])[e.data["owner"]]
    assert f'<option value="{e.data["owner"]}" selected>{owner} ({e.data["owner"]})</option>' in page
    assert '<select class="nhsuk-select" id="source"' not in page, (
        "whatever it rests on can be typed, and not only what is listed"
    )
    partner = {"organisation": e.data["owner"], "role": "lead"}
    (entries,) = [
        n for n in sheet_of(replace(e, data=e.data | {"partners": [partner]}), known, []).nodes if n.name == "partners"
    ]
    assert isinstance(entries, Entries)
    assert [g.label for g in entries.entries] == [f"Partners 1: {owner}"]


@pytest.mark.parametrize(("typed", "now"), [("0", 0), ("1500000", 1500000), ("", None), (" ", None), ("lots", "lots")])
def test_something_else_is_typed_into_the_control_of_its_form(version: Version, ana: Client, typed: str, now: object) -> None:  # fmt: skip
    """Nothing typed is a field that is not there; nought is a number like others."""
    e = first("initiatives")
    by_ana, by_ben = form(ana, e) | {"budget": "1000"}, form(ana, e) | {"budget": "2000"}
    assert send(ana, e, by_ana).status_code == 302
    page = send(ana, e, by_ben).content.decode()
    for said in (f"{e.data['name']} – Budget", "£1,000 a year set aside for it", "£2,000 a year set aside for it"):
        assert said in page, said
    key = page.partition('name="choice.')[2].partition('"')[0]
    chosen = Filled(page).sent | {f"choice.{key}": "typed", f"typed.{key}": typed}
    answer = send(ana, e, chosen | {"do": "anyway"})
    assert answer.status_code == 302, answer.content.decode()[-1500:]
    assert first("initiatives").data.get("budget") == now
