"""What organisations of a place are called, as its plan says now."""

from __future__ import annotations

from placeplan.plan.elements.edit import elements
from placeplan.plan.elements.parts import parts
from placeplan.web.store.models import Blob, Place, Version

MAIN = "main"
"""The draft on which all of a place work."""


def organisations_of(place: Place) -> dict[str, str]:
    """Names of a place's organisations by their ids; empty where its plan has none that can be read."""
    line = place.drafts.filter(name=MAIN).select_related("head").first()
    return organisations_in(line.head) if line else {}


def organisations_in(version: Version) -> dict[str, str]:
    """Names of organisations by their ids, as a version has them."""
    part = parts()["organisations"]
    held = Blob.objects.filter(digest=version.tree.get(part.file, "")).first()
    files = {part.file: bytes(held.data)} if held else {}
    return {str(e.data["id"]): e.label for e in elements(part, files) if isinstance(e.data, dict) and e.data.get("id")}
