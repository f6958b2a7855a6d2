"""A store day played in virtual time, with its own log of what is true."""
