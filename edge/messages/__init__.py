"""Notices that leave the store, each with a time to live."""
