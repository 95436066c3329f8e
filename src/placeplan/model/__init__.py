"""The model: a plan, a baseline and futures in; outcomes out."""
