"""Orders: a line-level life from received to handed over."""
