"""Searches among worlds and plans that know nothing of either: numbers in, numbers out."""
