"""One or two assumptions set by hand, and what becomes of the promises: at once, in the plan's own futures."""
