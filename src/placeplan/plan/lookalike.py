"""Characters that look alike: a code that seems right to the eye and is another to the machine."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable

_LATIN = dict(
    zip(
        "АВЕЅІЈКМНОРСТХУаеѕіјорсхуΑΒΕΖΗΙΚΜΝΟΡΤΥΧο‐‑‒–—−",
        "ABESIJKMHOPCTXYaesijopcxyABEZHIKMNOPTYXo------",
        strict=True,
    )
)
_SAME = str.maketrans({"O": "0", "o": "0", "I": "1", "l": "1", "|": "1"})


def _plain(text: str) -> str:
    """The Latin character that each character looks like."""
    wide = unicodedata.normalize("NFKC", text)
    return "".join(_LATIN.get(c, c) for c in wide if unicodedata.category(c) != "Cf")


def strange(text: str) -> str:
    r"""What is strange about a code: its first character that only looks like a Latin one, in words; "" if none.

    >>> strange("RBD")
    ''
    >>> strange("R\u0412D")
    'character 2 is “В” (Cyrillic capital letter ve), which only looks like “B”'
    """
    for place, char in enumerate(text, start=1):
        if char.isascii() and char.isprintable():
            continue
        name = unicodedata.name(char, f"U+{ord(char):04X}").capitalize()
        name = next((f"{s.capitalize()}{name[len(s) :]}" for s in ("Cyrillic", "Greek") if name.startswith(s)), name)
        like = _plain(char)
        if not like:
            return f"character {place} cannot be seen ({name})"
        if like != char:
            return f"character {place} is “{char}” ({name}), which only looks like “{like}”"
    return ""


def folded(name: str) -> str:
    """What a name looks like: two names that look the same fold to the same text.

    >>> folded("RBO") == folded("RB0")
    True
    """
    return _plain(name).translate(_SAME)


def double(name: str, known: Iterable[str]) -> tuple[str, str] | None:
    """The known name that looks the same as ``name``, and how they differ; None where there is none.

    >>> double("RBO", ["RBD", "RB0"])
    ('RB0', 'character 3 is the letter O, not the digit 0')
    """
    looks = folded(name)
    for other in known:
        if other != name and folded(other) == looks:
            return other, strange(name) or _difference(name, other)
    return None


def _difference(name: str, other: str) -> str:
    if len(name) == len(other):
        for place, (mine, theirs) in enumerate(zip(name, other, strict=True), start=1):
            if mine != theirs:
                return f"character {place} is {_called(mine)}, not {_called(theirs)}"
    return f"it only looks like “{other}”"


def _called(char: str) -> str:
    return f"the digit {char}" if char.isdigit() else f"the letter {char}" if char.isalpha() else f"“{char}”"
