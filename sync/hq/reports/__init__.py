"""The nightly reports of the stores and what differed."""
