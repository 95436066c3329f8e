"""Futures run in batches by whoever runs them: what is kept of each, where it is stored."""
