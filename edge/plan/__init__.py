"""The plan: what to do next, for whom, and why; learned from how long things really take here."""
