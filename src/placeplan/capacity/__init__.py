"""What can run out: one kind a file. Importing this package registers them all."""

from placeplan.capacity import beds, contacts, packages, staff

__all__ = ["beds", "contacts", "packages", "staff"]
