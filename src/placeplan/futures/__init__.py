"""Assumptions, their distributions, and the futures drawn from them."""
