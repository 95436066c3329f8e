"""A plan's files by element: cut into pieces that keep their bytes, changed one at a time, merged, compared, and filled in as forms."""
