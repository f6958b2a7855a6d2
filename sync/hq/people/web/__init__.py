"""The pages about people: `signing_in`, `everybody` (for admins), `own` (each their own)."""
