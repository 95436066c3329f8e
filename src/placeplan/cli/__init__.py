"""The command line: thin verbs, each importing what it needs only when it is called."""

from placeplan.cli.root import app, main
from placeplan.cli.series_verb import series

app.command()(series)

__all__ = ["app", "main"]
