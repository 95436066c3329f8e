"""The command line as ``python -m placeplan.cli``, for whoever starts it with a Python of their own."""

from placeplan.cli import main

main()
