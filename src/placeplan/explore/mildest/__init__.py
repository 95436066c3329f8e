"""The mildest world that breaks something."""
