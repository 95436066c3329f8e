"""The verbs that write, check and exchange a plan."""
