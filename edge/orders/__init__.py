"""The pick-up order's life, from received to handed over."""
