"""Health: whether this store and its box are well, in words that say what to do."""
