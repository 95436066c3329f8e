"""How one organisation pays another: one kind a file. Importing this package registers them all."""

from placeplan.contracts import block, piecewise, tariff

__all__ = ["block", "piecewise", "tariff"]
