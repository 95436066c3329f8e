"""The command line: thin verbs, each importing what it needs only when it is called."""

from placeplan.cli.root import app, main

__all__ = ["app", "main"]
