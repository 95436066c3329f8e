"""The verbs that hand a report on."""
