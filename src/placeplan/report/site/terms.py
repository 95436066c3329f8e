"""Words of the field that public pages use, in plain words: each page explains those that stand on it."""

from __future__ import annotations

import re
from html import escape, unescape
from types import MappingProxyType
from typing import Final

TERMS: Final = MappingProxyType({
    "admission": "Somebody goes into hospital and gets a bed there.",
    "aim": "Something that is hoped for. It does not decide if the plan works.",
    "ambulance": "It comes when you call for help, and brings people to hospital.",
    "assumption": "Something that is taken to be so, as nobody knows it for sure.",
    "attendance": "A person comes to be seen, and goes home again.",
    "commissioner": "Whoever plans care for a place and pays for it.",
    "community care": "Care near home, outside a hospital.",
    "contract": "What two sides agreed about care and how it is paid for.",
    "control total": "The money that somebody was told to have left, or may be short of, at the end of a year.",
    "cost improvement": "Doing the same for less money.",
    "deficit": "More is spent than comes in.",
    "deprived": "Having less than others: less money, work, health or a worse home.",
    "emergency": "Somebody needs care at once.",
    "future": "One way in which the years to come could go. Many are tried, each with its own luck.",
    "initiative": "One change that the plan makes.",
    "maternity": "Care for mothers and babies.",
    "middle future": "Half of the futures come out better than this one, and half worse.",
    "occupied": "In use: somebody lies in the bed.",
    "organisation": "A body in the plan, such as a hospital trust, a council or the GPs.",
    "outpatient": "Somebody who is seen at a hospital and goes home the same day.",
    "pool": "Beds or staff that the same people share.",
    "position": "The money that comes in less the money that is spent.",
    "promise": "What the plan says will be so, such as enough beds. The tests ask how often it is kept.",
    "room": "How much a promise has to spare.",
    "seed": "The number from which a computer draws its luck. The same seed gives the same futures.",
    "shock": "Something bad that can happen to any place, such as a hard winter.",
    "surplus": "More comes in than is spent.",
    "whole-time equivalent": "One full-time post, or several part-time ones that make one.",
    "verdict": "What the tests say of the whole plan, in a word.",
})  # fmt: skip
"""Each word, and what it means to somebody who never heard it."""
MARK: Final = "<!-- words -->"
"""Where a page has its list of words."""
SILENT: Final = r"<(style|svg|nav)\b.*?</\1>|<[^>]*>"


def used(page: str) -> list[str]:
    """The words that stand on a page, in the order of the alphabet.

    >>> used("<main><h1>Two promises</h1> and a future</main> of shocks")
    ['future', 'promise']
    """
    told = page[page.index("<main") : page.index("</main")] if "<main" in page else page
    text = unescape(re.sub(SILENT, " ", told, flags=re.DOTALL))
    return [term for term in TERMS if re.search(rf"\b{term}(?:s|es)?\b", text, re.IGNORECASE)]


def with_terms(page: str) -> str:
    """A page with its list of words where it has a place for one; without that place where it uses none."""
    words = used(page) if MARK in page else []
    lines = "".join(f"<div><dt>{escape(w)}</dt><dd>{escape(TERMS[w])}</dd></div>" for w in words)
    box = f'<details class="folds whole words"><summary>Words used here ({len(words)})</summary><p class="print-only"><b>Words used here</b></p><dl class="terms sl">{lines}</dl></details>'
    return page.replace(MARK, box if words else "")
