"""Where the world comes in: time, chance, and callers on this machine. Everything else is given values."""
