"""HQ's database and its one writer, over SQLAlchemy Core."""
