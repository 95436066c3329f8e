"""Findings as people read them: words, grid, charts, the page."""
