"""Who is on the way, how far they still have to go, and when their order must be ready."""
