"""The base year: rates, shares, stays and population, fitted to what was published."""
