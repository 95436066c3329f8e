"""Shocks: the common ones of every place, further ones with a date, and what managers do about them."""
