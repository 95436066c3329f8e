"""Pictures in README and docs: each is drawn by `make picture`, stands where words say what it shows, is small, and carries nothing besides."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

from PIL import Image

MOST: Final = 150_000
"""Bytes of a picture."""
SHOWN: Final = re.compile(r"!\[(?P<words>[^\]]*)\]\((?P<target>[^)]+)\)")


def pictures(root: Path) -> set[Path]:
    return {*(root / "docs" / "pictures").iterdir(), root / "docs" / "grid.png"}


def test_each_stands_in_a_page_with_words_for_who_does_not_see_it(root: Path) -> None:
    pages = [root / "README.md", *(root / "docs").rglob("*.md")]
    shown = {
        (page.parent / found["target"]).resolve(): found["words"]
        for page in pages
        for found in SHOWN.finditer(page.read_text(encoding="utf-8"))
    }
    assert [p.name for p in pictures(root) if len(shown.get(p.resolve(), "")) < 40] == []


def test_each_is_one_that_make_picture_draws(root: Path) -> None:
    source = (root / "scripts" / "picture.py").read_text(encoding="utf-8")
    names = set(re.findall(r"Shot\(\s*\"([a-z-]+)\"", source))
    assert {p.stem for p in pictures(root)} == names


def test_each_is_small_and_carries_nothing_besides_what_is_seen(root: Path) -> None:
    for path in pictures(root):
        assert path.stat().st_size < MOST, path.name
        with Image.open(path) as picture:
            assert picture.format == "PNG"
            assert not picture.info.keys() - {"transparency"}, path.name
            assert picture.width in (400, 1280), path.name
