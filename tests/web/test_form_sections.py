"""The long form of an initiative in sections: every field in one, those rarely used folded, and nothing wrong hidden."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from placeplan.plan.elements.controls import controls, leaves
from placeplan.plan.elements.parts import parts
from placeplan.plan.elements.sections import OTHERS, SECTIONS, sections
from placeplan.web.store.models import Version
from web.test_forms import address, ana, first, form, send, version

__all__ = ["ana", "version"]


def opened(page: str) -> dict[str, bool]:
    """Of each section whether it stands open."""
    every = re.findall(r'<details class="web-section" id="[^"]+"([^>]*)><summary><h2>([^<]+)</h2>', page)
    return {title: "open" in how for how, title in every}


@pytest.mark.parametrize("part", SECTIONS)
def test_every_field_stands_in_one_section_and_no_section_names_another(part: str) -> None:
    cls = parts()[part].class_of({}, "")
    named = [f for _, _, fields in SECTIONS[part] for f in fields]
    assert sorted(named) == sorted(cls.model_fields)


def test_a_field_that_is_not_known_stands_in_a_section_of_its_own() -> None:
    cls = parts()["initiatives"].class_of({}, "")
    nodes = controls(cls, {"id": "a", "colour": "red"}, {})
    found = sections("initiatives", nodes)
    assert [n.name for n in found[-1].nodes] == ["colour"]
    assert (found[-1].title, found[-1].open) == (OTHERS, True)
    assert sorted(n.name for s in found for n in leaves(s.nodes)) == sorted(n.name for n in leaves(nodes))


def test_short_forms_have_no_sections() -> None:
    cls = parts()["promises"].class_of({}, "")
    assert sections("promises", controls(cls, {}, {})) == []


@pytest.mark.django_db
def test_what_is_rarely_used_is_folded_and_says_how_much_of_it_is_filled(version: Version, ana: Client) -> None:
    e = first("initiatives")
    page = ana.get(address(e), {"of": e.name}).content.decode()
    folded = opened(page)
    assert folded["What it is"]
    assert not folded["Money: what it needs and what it claims"]
    assert re.search(r"\(Origin, Evidence grade, Evidence, Source, Note: \d of 5 filled in\)", page)


@pytest.mark.django_db
def test_a_section_with_an_error_or_with_what_was_typed_stands_open(version: Version, ana: Client) -> None:
    e = first("initiatives")
    money, wrong = "Money: what it needs and what it claims", form(ana, e) | {"budget": "much"}
    answer = send(ana, e, wrong)
    assert answer.status_code == 422
    assert opened(answer.content.decode())[money]
    shown = send(ana, e, form(ana, e) | {"capital.need": "100", "do": "show"}).content.decode()
    assert opened(shown)[money]


@pytest.mark.django_db
def test_what_has_to_be_filled_in_is_open_in_a_new_one(version: Version, ana: Client) -> None:
    page = ana.get(address(first("initiatives"), "add")).content.decode()
    assert opened(page)["What it rests on"], "it needs a source"
