"""The catalogue as HQ keeps it and tells it to every store."""
