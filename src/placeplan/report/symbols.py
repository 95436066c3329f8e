"""Symbols drawn as SVG (never font glyphs), always with a number or a word beside them."""

from __future__ import annotations

from typing import Final

from markupsafe import Markup

KEPT_PATH: Final = "M2.5 8.6l3.6 3.7 7.4-8.4"
_WAVE = "c2-2.6 4-2.3 6.2-.9s4.2 1.7 6.2-.9"

SHAPES: Final = {
    "kept": f'<path d="{KEPT_PATH}" fill="none" stroke="currentColor" stroke-width="2.6"/>',
    "close": f'<path d="M1.8 6.6{_WAVE}M1.8 12{_WAVE}" fill="none" stroke="currentColor" stroke-width="2.2"/>',
    "short": '<path d="M1.2 3h13.6L8 14.4z" fill="currentColor"/>',
    "fail": '<path d="M2.8 2.8l10.4 10.4M13.2 2.8L2.8 13.2" fill="none" stroke="currentColor" stroke-width="3.2"/>',
}
"""Tick, two waves, solid triangle point down, thick cross, in a box of 16 by 16."""

PLAIN: Final = {"kept": "✓", "close": "≈", "short": "▼", "fail": "✗", "not_due": "", "no_data": "?"}
"""The same for a terminal."""


def sprite() -> Markup:
    """The symbols, once a page, for `symbol` to point at."""
    shapes = "".join(f'<symbol id="s-{name}" viewBox="0 0 16 16">{shape}</symbol>' for name, shape in SHAPES.items())
    return Markup(f'<svg width="0" height="0" class="sprite" aria-hidden="true" focusable="false">{shapes}</svg>')  # noqa: S704 – ours


def symbol(state: str) -> Markup:
    """The symbol of a cell's state, hidden from screen readers; nothing for a state that is said in words.

    >>> str(symbol("no_data"))
    ''
    """
    if state not in SHAPES:
        return Markup()
    return Markup('<svg class="sym" aria-hidden="true" focusable="false"><use href="#s-{}"/></svg>').format(state)
