"""The ground HQ stands on: one database over SQLAlchemy Core, one writer, one feed per store."""
