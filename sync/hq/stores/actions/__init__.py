"""What is done with stores: `registry` (who they are), `taking` (their logs), `comparing` (at night)."""
