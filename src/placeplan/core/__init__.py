"""What every room stands on: problems, units, calendar, random streams, tables and kinds."""
