"""What carries a figure: shares of its variance by Sobol' indices."""
