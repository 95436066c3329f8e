"""How one organisation pays another: one kind a file. Importing this package registers them all."""

from placeplan.contracts import block, capitation, conditional_funding, gain_share, piecewise, pooled, quality, tariff

__all__ = ["block", "capitation", "conditional_funding", "gain_share", "piecewise", "pooled", "quality", "tariff"]
