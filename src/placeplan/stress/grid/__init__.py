"""The grid: each promise by year, how surely it is kept, where it breaks first and what it goes with."""
