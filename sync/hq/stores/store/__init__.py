"""What is remembered of stores: `registry` (who they are), `log` (what they told us), `line` (sessions)."""
