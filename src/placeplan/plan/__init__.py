"""The plan: what may be written, how it is read, checked and changed."""
