"""What an initiative can do: one kind a file. Importing this package registers them all."""

from placeplan.effects import employ, prevent, recontract, relocate, resize, shift, shorten, spend

__all__ = ["employ", "prevent", "recontract", "relocate", "resize", "shift", "shorten", "spend"]
