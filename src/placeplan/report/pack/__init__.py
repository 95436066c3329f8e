"""What a board takes away: the findings as Word, PDF, Excel, CSV, Parquet and netCDF, with what it takes to run them again."""
