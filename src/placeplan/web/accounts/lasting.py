"""How long sessions last, in seconds."""

from typing import Final

IDLE: Final = 30 * 60
"""Seconds without a request after which somebody is signed out (ASVS 3.3.2)."""
LONGEST: Final = 12 * 60 * 60
"""Seconds after signing in after which somebody has to sign in again, whatever they did."""
OFTEN: Final = 60
"""Seconds after which a sign of life is written down again."""
KNOWN: Final = 48 * 60 * 60
"""Seconds for which a session that has ended is still known, so that a form that was left open over night is not lost; nobody is signed in by it."""
RECENT: Final = 15 * 60
"""Seconds after giving a password in which it is not asked for again, before what nobody can undo."""
TYPING: Final = 45 * 60
"""Seconds more for who signs in by a service and has the page open."""
UNSENT: Final = 60 * 60
"""Seconds for which what somebody sent after they were signed out waits for them."""
PROVED: Final = "proved"
"""What a session calls the time at which somebody last showed who they are."""
