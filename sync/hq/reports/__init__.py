"""What the nights found: each store's comparison with HQ, kept and shown."""
