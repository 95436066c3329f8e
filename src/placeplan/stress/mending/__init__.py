"""What would mend a plan: repairs, plan B, when to turn to it, and which promises cannot all hold."""
