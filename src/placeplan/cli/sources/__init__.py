"""The verbs that make tables of a plan from published files and from records of people."""
