"""Worlds that break a plan: the inputs as normals, the mildest world, and reverse stress."""
