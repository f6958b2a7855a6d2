"""The only readers of time and chance. Everything else is given `now`, ids and randomness as values."""
