"""The command line: thin verbs, each importing what it needs only when it is called."""

from placeplan.cli.record_verbs import record_app
from placeplan.cli.root import app, main
from placeplan.cli.series_verb import series

app.command()(series)

app.add_typer(record_app, name="records")

__all__ = ["app", "main"]
