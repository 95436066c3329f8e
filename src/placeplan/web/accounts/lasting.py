"""How long sessions last, in seconds."""

from typing import Final

IDLE: Final = 2 * 60 * 60
"""Seconds without a request after which somebody is signed out."""
LONGEST: Final = 12 * 60 * 60
"""Seconds after signing in after which somebody has to sign in again, whatever they did."""
OFTEN: Final = 5 * 60
"""Seconds after which a sign of life is written down again."""
RECENT: Final = 15 * 60
"""Seconds after giving a password in which it is not asked for again, before what nobody can undo."""
TYPING: Final = 45 * 60
"""Seconds more for who signs in by a service and has the page open."""
PROVED: Final = "proved"
"""What a session calls the time at which somebody last showed who they are."""
