"""What every capacity has: a name, an equation, and a worked case."""

from __future__ import annotations

from placeplan.core.kinds import Kind


class Capacity(Kind, family="capacity"):
    """Base of what can run out: beds, staff, contacts, packages."""
