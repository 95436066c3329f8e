"""Verbs of the workbench."""
