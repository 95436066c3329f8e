"""Stress tests, one a file; a new file is found by itself (`stress.base`)."""
