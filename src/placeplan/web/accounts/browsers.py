"""What a browser calls itself, in two words: enough to know one's own, too little to tell people apart."""

from __future__ import annotations

from typing import Final

BROWSERS: Final = (("Edg", "Edge"), ("OPR", "Opera"), ("Firefox", "Firefox"), ("FxiOS", "Firefox"), ("CriOS", "Chrome"), ("Chrome", "Chrome"), ("Safari", "Safari"))  # fmt: skip
"""Marks of browsers, each before those whose mark it bears too."""
SYSTEMS: Final = (("iPhone", "iPhone"), ("iPad", "iPad"), ("Android", "Android"), ("Windows", "Windows"), ("Mac OS X", "Mac"), ("CrOS", "Chromebook"), ("Linux", "Linux"))  # fmt: skip


def browser(agent: str) -> str:
    """Which browser on which system, by its User-Agent; no version, and nothing else.

    >>> browser("Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:145.0) Gecko/20100101 Firefox/145.0")
    'Firefox on Windows'
    >>> browser("curl/8.5.0")
    'Another program'
    """
    name = next((called for mark, called in BROWSERS if mark in agent), "")
    system = next((called for mark, called in SYSTEMS if mark in agent), "")
    return " on ".join(part for part in (name or "A browser", system) if part) if name or system else "Another program"
