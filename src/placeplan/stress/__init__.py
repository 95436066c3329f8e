"""Stress tests and the verdict: outcomes in, findings out."""
