"""What travels: one file per record type, with its direction and its conflict rule."""
