"""Bringing one organisation's own draft into another shows its earlier versions to those who see the other: said before it is done."""

from __future__ import annotations

import pytest
from django.test import Client

from placeplan.web.store.models import Draft, Version
from placeplan.web.workbench.merging import merge_into, shown_by
from web.test_forms import AT, ana, first, form, person, version

__all__ = ["ana", "version"]
pytestmark = pytest.mark.django_db
SAID = "Others will see its earlier versions too"


def draft(name: str) -> Draft:
    return Draft.objects.get(name=name)


def begun(client: Client, name: str, organisation: str, *texts: str) -> None:
    """A draft in which somebody writes."""
    assert client.post(f"{AT}begin", {"name": name, "organisation": organisation}).status_code == 302
    at = f"/drafts/westshire/{name}/parts/boards/one?of={first('boards').name}"
    for text in texts:
        typed = form(client, first("boards")) | {"about": text, "base": str(draft(name).head.pk)}
        assert client.post(at, typed).status_code == 302


def test_it_is_said_before_it_is_done_how_many_are_seen_then(version: Version, ana: Client) -> None:
    begun(ana, "ours", "N1H", "It decides.", "It decides all.")
    page = ana.get(f"{AT}merge", {"from": "ours"}).content.decode()
    assert SAID in page
    assert "everybody who works on the plan can see each of its 2 versions so far" in page
    ben = person("ben", organisation="N1C")
    seen = {"2", "3"}
    assert not seen & set(_numbers(ben))
    assert ana.post(f"{AT}merge", {"from": "ours", "message": "all of it"}).status_code == 302
    assert seen <= set(_numbers(ben)), "as was said"
    assert SAID not in ana.get(f"{AT}merge", {"from": "ours"}).content.decode(), "they are seen by now"


def _numbers(client: Client) -> list[str]:
    """Versions that somebody can compare with."""
    text = client.get(f"{AT}compare").content.decode()
    return [part.split('"')[0] for part in text.split('<option value="')[1:]]


def test_nothing_is_said_where_the_same_people_see_both(version: Version, ana: Client) -> None:
    begun(ana, "ours", "N1H", "It decides.")
    begun(ana, "more", "N1H", "It decides all.")
    begun(ana, "all", "", "It decides nothing.")
    assert [shown_by(draft(to), draft(other)) for to, other in (("ours", "more"), ("main", "all"), ("ours", "main"))] == [0, 0, 0]  # fmt: skip
    assert SAID not in ana.get("/drafts/westshire/ours/merge", {"from": "more"}).content.decode()


def test_what_others_see_already_is_not_counted(version: Version, ana: Client) -> None:
    begun(ana, "ours", "N1H", "It decides.")
    begun(ana, "all", "")
    merge_into(draft("all"), draft("ours"), "seen by all", None)
    assert shown_by(draft("main"), draft("ours")) == 0
