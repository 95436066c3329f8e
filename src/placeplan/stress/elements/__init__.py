"""Each initiative, organisation and area of a plan as findings tell it."""
