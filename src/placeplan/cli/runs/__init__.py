"""The verbs that run a plan through its futures."""
